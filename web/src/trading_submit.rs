//! 递交密封投标。 The ciphertext of a bid under a one-time identity: no account, no cookie; neither an address nor a key
//! nor a log line names project or nonce, which travel in the body of the form and nowhere else.
//!
//! The page draws a secret; who the form acts as follows from it. Whoever keeps it replaces, withdraws and, after the
//! deadline, reveals; nobody else can. A bidder seals before the file comes here, with the command or in the browser
//! (`static/bid.js`): the server sees ciphertext only, and keeps nothing that is no envelope.

use crate::extract::Path;
use crate::fail::Page;
use crate::session::{Visit, random};
use crate::trading_pages::download;
use crate::view::{Field, fact, fact_link};
use crate::{Fail, Web};
use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fadu_app::now::clock_text;
use fadu_app::store::Fault;
use fadu_app::{Call, Committed, Problem};
use fadu_bids::envelope::HEADER;
use fadu_bids::{Header, Holder, Keys};
use fadu_kernel::{Actor, Invalid, MatterId, OrgId, PersonId, Role};
use fadu_ledger::note::hex;
use fadu_trading::bid::{Act, SEALED, Ticket};
use fadu_trading::draw::sha256;
use fadu_trading::project::KeyHolder;
use fadu_trading::{Bid, Project};
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/trading/submit", get(form).post(submit))
        .layer(DefaultBodyLimit::max(MOST + 64 * 1024))
        .route("/trading/projects/{id}/keys", get(keys))
}

/// 50 MB of a bid, its padding and its header.
const MOST: usize = 52 * 1024 * 1024;

const DEEDS: [(&str, &str); 5] = [
    ("deposit", "递交"),
    ("replace", "补充、修改：用新的密文替换"),
    ("withdraw", "撤回"),
    ("reveal", "揭示归属：投标截止之后"),
    ("explain", "答复评标委员会：评标期间"),
];

async fn form(visit: Visit) -> Response {
    show(&visit, &Sent { secret: hex(&random::<16>()), ..Sent::default() }, &[])
}

/// What came with the form.
#[derive(Default)]
struct Sent {
    answers: HashMap<String, String>,
    /// Digest of the envelope that came, which is kept by now.
    digest: Option<String>,
    /// What came as a file and is no envelope.
    plain: bool,
    secret: String,
}

impl Sent {
    fn answer(&self, field: &str) -> &str {
        self.answers.get(field).map_or("", String::as_str)
    }

    fn read<T: std::str::FromStr>(&self, field: &str, why: &str) -> Result<T, Invalid> {
        self.answer(field).parse().map_err(|_| Invalid::new(field, why))
    }
}

async fn submit(visit: Visit, form: Result<Multipart, MultipartRejection>) -> Page {
    let form = form.map_err(|_| Fail::Unreadable(visit.clone()))?;
    let sent = match read(&visit, form).await {
        Ok(sent) => sent,
        Err(Broken::Fault(fault)) => return Err(Fail::fault(&visit, fault)),
        Err(Broken::Form) => {
            let broken = Invalid::new("ciphertext", "文件超过50 MB，或者传输中断，请重试");
            let fresh = Sent { secret: hex(&random::<16>()), ..Sent::default() };
            return Ok(show(&visit, &fresh, &[broken]));
        }
    };
    visit.marked(sent.answers.get("csrf"))?;
    if sent.answer("deed") == "explain" {
        return explain(&visit, &sent).await;
    }
    let (matter, act) = match ordered(&sent) {
        Ok(ordered) => ordered,
        Err(wrong) => return Ok(show(&visit, &sent, &wrong)),
    };
    let app = &visit.web.app;
    let actor = one_time(&sent.secret);
    // The same form sent twice is one act; its key is of the ciphertext alone, which says nothing.
    let key = format!("{}-{}", sent.answer("deed"), sent.digest.as_deref().unwrap_or("none"));
    let call = Call { actor: &actor, matter, act, private: BTreeMap::new(), key: Some(key) };
    match app.act::<Bid>(call).await {
        Ok(committed) => Ok(receipt(&visit, &sent, &committed)),
        Err(Problem::Invalid(wrong)) => Ok(show(&visit, &sent, &wrong)),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "递交密封投标", "/trading/submit")),
    }
}

/// 澄清: without an answer, what is asked; it is told to nobody but the holder of the bid.
async fn explain(visit: &Visit, sent: &Sent) -> Page {
    let app = &visit.web.app;
    let fail = |problem| Fail::from_problem(visit, problem, "答复评标委员会", "/trading/submit");
    let bid = match sent.read::<MatterId>("bid", "投标编号是递交时页面给出的13位字符") {
        Ok(bid) => bid,
        Err(wrong) => return Ok(show(visit, sent, &[wrong])),
    };
    let (actor, answer) = (one_time(&sent.secret), sent.answer("answer"));
    if answer.is_empty() {
        let asked = app.asked_of_bid(&actor, bid).await.map_err(fail)?;
        let said: Vec<String> = asked.iter().map(|(text, by)| format!("{text}（最迟{by}答复）")).collect();
        let said = match said.is_empty() {
            true => "没有等待答复的澄清要求".to_owned(),
            false => format!("评标委员会要求澄清：{}", said.join("；")),
        };
        return Ok(show(visit, sent, &[Invalid::new("answer", said)]));
    }
    if answer.chars().count() > 5000 {
        return Ok(show(visit, sent, &[Invalid::new("answer", "答复不能超过5000字")]));
    }
    let key = format!("explain-{}", sha256(answer));
    let done = app.explain_bid(&actor, bid, answer, Some(key)).await.map_err(fail)?;
    Ok(receipt(visit, sent, &done))
}

fn one_time(secret: &str) -> Actor {
    sealed_actor("fadu-sealed", secret)
}

/// 一次性密封身份: known by its secret alone, which the server does not keep; under another word one secret is another
/// person.
pub(crate) fn sealed_actor(word: &str, secret: &str) -> Actor {
    let name = sha256(&format!("{word}\n{secret}\n"));
    Actor {
        person: PersonId::new(&format!("sealed-{}", &name[..32])),
        role: Role::FirmAgent,
        org: OrgId::new(SEALED),
    }
}

enum Broken {
    Form,
    Fault(Fault),
}

/// The file is kept piece by piece as it arrives; what does not begin like an envelope is not kept at all.
async fn read(visit: &Visit, mut form: Multipart) -> Result<Sent, Broken> {
    let app = &visit.web.app;
    let mut sent = Sent::default();
    while let Some(mut part) = form.next_field().await.map_err(|_| Broken::Form)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != "ciphertext" {
            let bytes = part.bytes().await.map_err(|_| Broken::Form)?;
            sent.answers.insert(name, String::from_utf8_lossy(&bytes).trim().to_owned());
            continue;
        }
        let mut front = Vec::new();
        while front.len() < HEADER {
            match part.chunk().await.map_err(|_| Broken::Form)? {
                Some(bytes) => front.extend_from_slice(&bytes),
                None => break,
            }
        }
        if Header::read(&front).is_err() {
            sent.plain = !front.is_empty();
            while part.chunk().await.map_err(|_| Broken::Form)?.is_some() {}
            continue;
        }
        let mut envelope = app.take_envelope();
        envelope.push(&front).await.map_err(Broken::Fault)?;
        while let Some(bytes) = part.chunk().await.map_err(|_| Broken::Form)? {
            envelope.push(&bytes).await.map_err(Broken::Fault)?;
        }
        sent.digest = Some(envelope.finish().await.map_err(Broken::Fault)?);
    }
    sent.secret = sent.answer("secret").to_owned();
    Ok(sent)
}

/// 开标密钥, as a bidder's program reads them.
async fn keys(visit: Visit, Path(id): Path<String>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let found = id.parse::<MatterId>().ok();
    let project = found.and_then(|id| catalogue.one::<Project>(id));
    let keys = project
        .filter(|project| project.tender.announced.is_some())
        .and_then(Project::keys);
    let Some(named) = keys else { return Err(Fail::NotFound(visit)) };
    let holder = |one: &KeyHolder| Holder { org: one.org.to_string(), key: one.key.clone() };
    let keys = Keys {
        format: Keys::FORMAT.to_owned(),
        project: id.clone(),
        threshold: named.threshold,
        holders: named.holders.iter().map(holder).collect(),
    };
    let text = serde_json::to_string_pretty(&keys).map_err(|error| Fail::fault(&visit, error))?;
    Ok(download("application/json", &format!("keys-{id}.json"), text))
}

/// The act that the form asks for, or everything that is wrong with it at once.
fn ordered(sent: &Sent) -> Result<(Option<MatterId>, Act), Vec<Invalid>> {
    let deed = sent.answer("deed");
    let mut wrong = Vec::new();
    let mut note = |invalid: Option<Invalid>| wrong.extend(invalid);
    note((!DEEDS.iter().any(|(name, _)| *name == deed)).then(|| Invalid::new("deed", "请选择要办什么")));
    let project = sent.read::<MatterId>("project", "项目编码见项目页面，共13位");
    note(project.as_ref().err().cloned());
    let hexadecimal = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let fits = |text: &str| (32..=128).contains(&text.len()) && hexadecimal(text);
    let nonce = sent.answer("nonce").to_owned();
    note((!fits(&nonce)).then(|| Invalid::new("nonce", "随机数应为至少32位小写十六进制")));
    note((!fits(&sent.secret)).then(|| Invalid::new("secret", "密钥是递交时页面给出的32位字符")));
    let matter = match deed {
        "replace" | "withdraw" | "reveal" => {
            let matter = sent.read::<MatterId>("bid", "投标编号是递交时页面给出的13位字符");
            note(matter.as_ref().err().cloned());
            matter.ok()
        }
        _ => None,
    };
    let sends = matches!(deed, "deposit" | "replace");
    if sends && sent.plain {
        wrong.push(Invalid::new("ciphertext", "这个文件没有加密，没有保存。请先加密，再递交"));
    } else if sends && sent.digest.is_none() {
        wrong.push(Invalid::new("ciphertext", "请选择加密后的投标文件"));
    }
    let digest = sent.digest.clone().unwrap_or_default();
    // 资格预审的通行证: known to its holder alone, so it names nobody.
    let ticket: Option<Ticket> = match sent.answer("ticket") {
        "" => None,
        text => serde_json::from_str(text)
            .map_err(|_| wrong.push(Invalid::new("ticket", "读不懂这份通行证，请粘贴通行证文件的全部内容")))
            .ok(),
    };
    match (wrong.is_empty(), project) {
        (true, Ok(project)) => Ok((
            matter,
            match deed {
                "replace" => Act::Replace { project, nonce, digest },
                "withdraw" => Act::Withdraw { project, nonce },
                "reveal" => Act::Reveal { project, nonce },
                _ => Act::Deposit { project: Some(project), nonce, digest, ticket },
            },
        )),
        _ => Err(wrong),
    }
}

fn show(visit: &Visit, sent: &Sent, wrong: &[Invalid]) -> Response {
    let deeds = DEEDS.map(|(value, label)| (value.to_owned(), label.to_owned()));
    let deed = if sent.answer("deed").is_empty() { "deposit" } else { sent.answer("deed") };
    let fields = [
        Field::text("deed", "办什么", true).kind("choice").options(deeds).value(deed),
        Field::text("project", "项目编码", true).hint("13位，见项目页面").value(sent.answer("project")),
        Field::text("nonce", "随机数", true)
            .hint("加密时生成，在自留密钥文件里。每份投标用一个新的，截止以后凭它揭示归属")
            .value(sent.answer("nonce")),
        Field::text("secret", "密钥", true)
            .hint("递交时不要改动，请抄下保存。替换、撤回、揭示归属时填写当时保存的密钥；本站不保存，遗失不能找回")
            .value(&sent.secret),
        Field::text("ticket", "资格预审通行证", false)
            .kind("long_text")
            .hint("资格预审的项目递交时填写：粘贴招标人发给的通行证文件的全部内容")
            .value(sent.answer("ticket")),
        Field::text("bid", "投标编号", false)
            .hint("替换、撤回、揭示归属、答复评标委员会时填写")
            .value(sent.answer("bid")),
        Field::text("answer", "对评标委员会的答复", false)
            .kind("long_text")
            .hint("评标委员会要求澄清的，在这里答复；不写就提交的，先看要求澄清什么。不能改变投标文件的实质性内容")
            .value(sent.answer("answer")),
    ];
    let said = |id: &str| wrong.iter().find(|one| one.field == id).map(|one| one.message.clone());
    let fields: Vec<Field> = fields
        .into_iter()
        .map(|field| Field { error: said(&field.id), ..field })
        .collect();
    let errors: Vec<Value> = wrong
        .iter()
        .map(|one| context! { id => one.field.clone(), text => one.message.clone() })
        .collect();
    let page = visit.page(
        "portal/trading_submit.html",
        "递交密封投标",
        context! {
            errors => errors, fields => fields, file_error => said("ciphertext"), facts => (),
        },
    );
    if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

fn receipt(visit: &Visit, sent: &Sent, done: &Committed) -> Response {
    let deed = DEEDS.iter().find(|(name, _)| *name == sent.answer("deed"));
    let mut facts = vec![
        fact("办了什么", deed.map_or("", |(_, zh)| zh)),
        fact("投标编号", done.matter.to_string()),
        fact("密钥", sent.secret.clone()),
    ];
    facts.extend(sent.digest.as_ref().map(|digest| fact("密文摘要（SHA-256）", digest.clone())));
    facts.push(fact("现在", clock_text(visit.web.app.moment().ms)));
    facts.push(fact_link(
        "台账",
        format!("第 {} 条，可以下载证明", done.seq),
        &format!("/receipts/{}", done.seq),
    ));
    visit.page(
        "portal/trading_submit.html",
        "密封投标回执",
        context! {
            errors => Vec::<Value>::new(), fields => Vec::<Field>::new(), file_error => (), facts => facts,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(ticket: &str) -> Sent {
        let answers = [
            ("deed", "deposit"),
            ("project", "0000000000011"),
            ("nonce", "abababababababababababababababab"),
            ("ticket", ticket),
        ];
        Sent {
            answers: answers.map(|(field, answer)| (field.to_owned(), answer.to_owned())).into(),
            digest: Some("cd".repeat(32)),
            plain: false,
            secret: "ef".repeat(16),
        }
    }

    #[test]
    fn a_ticket_goes_with_the_bid() {
        let of = |text: &str| match ordered(&sent(text)) {
            Ok((_, Act::Deposit { ticket, .. })) => Ok(ticket),
            Ok(_) => panic!("not a deposit"),
            Err(wrong) => Err(wrong.into_iter().map(|one| one.field).collect::<Vec<_>>()),
        };
        assert_eq!(of(""), Ok(None));
        let ticket = Ticket { secret: "ab".repeat(32), place: 700, path: vec!["cd".repeat(32)] };
        assert_eq!(of(&serde_json::to_string_pretty(&ticket).unwrap()), Ok(Some(ticket)));
        assert_eq!(of("通行证"), Err(vec!["ticket".to_owned()]));
    }
}
