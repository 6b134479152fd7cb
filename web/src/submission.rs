//! 申请表。 One form for the citizen at home and the clerk at the window: read, checked and submitted the same way.

use crate::session::{Visit, random};
use crate::view::Field;
use crate::{Fail, MAX_BODY, Web};
use axum::extract::multipart::{self, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::response::{IntoResponse, Redirect, Response};
use fadu_app::attachments::{file_name as name_of, is_signed, media};
use fadu_app::{Call, Problem};
use fadu_kernel::{Actor, Invalid, Matter, MatterId, OrgId, PersonId, Role};
use fadu_ledger::note::hex;
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Definition};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;

/// 申请人三项 that every form asks: everything else comes from the item.
pub(crate) fn identity_fields() -> Vec<Field> {
    vec![
        Field::text("applicant_name", "申请人姓名或者单位名称", true),
        Field::text("applicant_number", "公民身份号码或者统一社会信用代码", true)
            .hint("18位。单位填统一社会信用代码。"),
        Field::text("applicant_phone", "联系电话", true).kind("phone"),
    ]
}

pub(crate) fn item_fields(definition: &Definition) -> Vec<Field> {
    // Who applies and how to reach them is asked once, above.
    let asked_above = ["citizen_id", "credit_code", "contact_phone"];
    let own = |field: &&fadu_service::definition::Field| {
        !field.id.starts_with("applicant_")
            && (!asked_above.contains(&field.id.as_str()) || field.label.starts_with("经办人"))
    };
    definition
        .fields
        .iter()
        .filter(own)
        .filter(|field| !field.is_spared())
        .map(|field| {
            let options = field.options.iter().map(|option| (option.clone(), option.clone()));
            Field::text(&field.id, &field.label, field.required)
                .kind(&field.kind)
                .options(options)
        })
        .collect()
}

/// The same fields with what was typed, and each error beside its field.
pub(crate) fn filled(fields: Vec<Field>, answers: &HashMap<String, String>, wrong: &[Invalid]) -> Vec<Field> {
    let with = |field: Field| {
        let error = wrong
            .iter()
            .find(|invalid| invalid.field == field.id)
            .map(|invalid| invalid.message.clone());
        let value = answers.get(&field.id).cloned().unwrap_or_default();
        Field { error, ..field.value(&value) }
    };
    fields.into_iter().map(with).collect()
}

fn fields_of(definition: &Definition) -> Vec<Field> {
    identity_fields().into_iter().chain(item_fields(definition)).collect()
}

/// What came with a form, and everything that is wrong with it.
pub(crate) struct Posted {
    pub answers: HashMap<String, String>,
    pub files: Vec<Upload>,
    pub wrong: Vec<Invalid>,
    /// The form's own mark: sent twice, it is one act.
    pub idem: String,
}

pub(crate) async fn read_posted(
    visit: &Visit,
    form: Incoming,
    definition: &Definition,
) -> Result<Posted, Fail> {
    let Sent { answers, files, mut wrong, cut_off } = form.read(visit).await?;
    // A form that did not arrive whole is not blamed for what is missing in it.
    if !cut_off {
        wrong.extend(check_answers(&fields_of(definition), definition, &answers));
    }
    let idem = answers.get("idem").filter(|idem| !idem.is_empty()).cloned();
    Ok(Posted { answers, files, wrong, idem: idem.unwrap_or_else(|| hex(&random::<12>())) })
}

/// Who applies: an account of the public, or whoever holds number and code. What was filled in with an account is filed
/// under it: where its session is over, the sender signs in and comes back to the form, whose draft the browser keeps.
pub(crate) fn applicant(
    visit: &Visit,
    answers: &HashMap<String, String>,
    idem: &str,
    back: String,
) -> Result<Actor, Fail> {
    // A form drawn without a session bears an empty mark.
    let mark = answers.get("csrf").filter(|mark| !mark.is_empty());
    if mark.is_some() && visit.own_form(mark).is_err() {
        return Err(Fail::SignIn { back });
    }
    let account = visit
        .actor()
        .filter(|actor| matches!(actor.role, Role::Citizen | Role::FirmAgent));
    // Without an account the form's own mark is the person.
    let by_code = || Actor {
        person: PersonId::new(&format!("form-{idem}")),
        role: Role::Citizen,
        org: OrgId::new("public"),
    };
    Ok(account.unwrap_or_else(by_code))
}

/// Receives the application and leads to its receipt.
pub(crate) async fn submit(
    visit: &Visit,
    actor: &Actor,
    item: MatterId,
    channel: Channel,
    kept: Kept,
    definition: &Definition,
    answers: &HashMap<String, String>,
    idem: &str,
) -> Result<Response, Problem> {
    let app = &visit.web.app;
    let mut private = private_of(&fields_of(definition), answers);
    private.extend(kept.keys);
    let act = CaseAct::Receive { item, channel, materials: kept.materials };
    let call = Call { actor, matter: None, act, private, key: Some(idem.to_owned()) };
    let opened = app.act::<Case>(call).await?.matter;
    Ok(Redirect::to(&format!("/submitted/{opened}/{}", app.keys.track_code(opened))).into_response())
}

pub(crate) type Upload = (String, String, Vec<u8>);

/// Read to its end though no more than `MAX_BODY` is kept: a browser that is still sending shows no answer, and what was
/// typed below the file would not arrive.
const MOST_READ: usize = 10 * MAX_BODY;

/// A form with files on its way in, read once its sender is past the door.
pub(crate) struct Incoming(Result<Multipart, MultipartRejection>);

impl FromRequest<Web> for Incoming {
    type Rejection = Infallible;

    async fn from_request(mut request: Request, web: &Web) -> Result<Incoming, Infallible> {
        DefaultBodyLimit::max(MOST_READ).apply(&mut request);
        Ok(Incoming(Multipart::from_request(request, web).await))
    }
}

impl Incoming {
    /// What it says; of a sender who is signed in, with the mark of their session.
    pub(crate) async fn read(self, visit: &Visit) -> Result<Sent, Fail> {
        let form = self.0.map_err(|_| Fail::Unreadable(visit.clone()))?;
        let sent = read_form(form).await;
        visit.marked(sent.answers.get("csrf"))?;
        let mut typed: Vec<(String, String)> = sent.answers.clone().into_iter().collect();
        typed.sort();
        visit.keep_typed(typed);
        Ok(sent)
    }
}

/// What a form with files said.
#[derive(Default)]
pub(crate) struct Sent {
    pub answers: HashMap<String, String>,
    pub files: Vec<Upload>,
    pub wrong: Vec<Invalid>,
    /// The end of the form is missing.
    pub cut_off: bool,
}

/// Reads the posted form. A file that is neither PDF, JPEG nor PNG by its first bytes, and one that there is no room for, is
/// refused by name at its field; everything else that came is kept.
pub(crate) async fn read_form(mut form: Multipart) -> Sent {
    let mut sent = Sent::default();
    let (mut room, mut name) = (MAX_BODY, String::new());
    loop {
        let part = match form.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return sent,
            Err(_) => break,
        };
        name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let Ok(bytes) = read_part(part, room).await else { break };
        match (file_name, bytes) {
            (file_name, None) => {
                let what =
                    file_name.map_or_else(|| "填写的内容".to_owned(), |file_name| format!("“{file_name}”"));
                let message = format!("{what}放不下：一次提交合计不能超过10 MB，请缩小以后重新选择");
                sent.wrong.push(Invalid::new(name.clone(), message));
            }
            (None, Some(bytes)) => {
                room -= bytes.len();
                let value = String::from_utf8_lossy(&bytes).trim().to_owned();
                // Checkboxes share a name: one line each.
                let joined = sent.answers.remove(&name).map(|before: String| format!("{before}\n{value}"));
                sent.answers.insert(name.clone(), joined.unwrap_or(value));
            }
            (Some(_), Some(bytes)) if bytes.is_empty() => {}
            (Some(file_name), Some(bytes)) if media(&bytes).is_none() => {
                let message = format!("“{file_name}”不是 PDF、JPG 或者 PNG 文件");
                sent.wrong.push(Invalid::new(name.clone(), message));
            }
            (Some(file_name), Some(bytes)) => {
                room -= bytes.len();
                sent.files.push((name.clone(), file_name, bytes));
            }
        }
    }
    sent.cut_off = true;
    let message = "表单没有完整送到：文件太大，或者传输中断，请缩小以后重试";
    sent.wrong.push(Invalid::new(name, message));
    sent
}

/// What a part holds; `None` for more than there is room for, which is read on and thrown away.
async fn read_part(mut part: multipart::Field<'_>, room: usize) -> Result<Option<Vec<u8>>, MultipartError> {
    let mut kept = Some(Vec::new());
    while let Some(bytes) = part.chunk().await? {
        kept = kept.filter(|kept: &Vec<u8>| kept.len() + bytes.len() <= room);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&bytes);
        }
    }
    Ok(kept)
}

/// `120` or `120.5`; kept as written, never computed with.
fn is_decimal(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(part)
}

fn check_answers(
    fields: &[Field],
    definition: &Definition,
    answers: &HashMap<String, String>,
) -> Vec<Invalid> {
    let mut wrong = Vec::new();
    for field in fields {
        let value = answers.get(&field.id).map_or("", String::as_str);
        let max = definition
            .fields
            .iter()
            .find(|own| own.id == field.id)
            .and_then(|own| own.max)
            .unwrap_or(500);
        let error = match field.kind.as_str() {
            _ if value.is_empty() => field.required.then(|| format!("请填写{}", field.label)),
            _ if value.chars().count() > usize::from(max) => Some(format!("{}不能超过{max}字", field.label)),
            "number" => (!is_decimal(value)).then(|| format!("{}应当是数字，不带单位", field.label)),
            "date" => value
                .parse::<jiff::civil::Date>()
                .err()
                .map(|_| format!("{}应当是像 2025-03-03 这样的日期", field.label)),
            "citizen_id" => fadu_kernel::codes::citizen_number(value)
                .err()
                .map(|error| format!("{}：{error}", field.label)),
            "credit_code" => fadu_kernel::codes::credit_code(value)
                .err()
                .map(|error| format!("{}：{error}", field.label)),
            "phone" => fadu_kernel::codes::phone(value)
                .err()
                .map(|error| format!("{}：{error}", field.label)),
            "choice" => (!field.options.iter().any(|option| option.value == value))
                .then(|| format!("请在列出的选项中选择{}", field.label)),
            _ => None,
        };
        wrong.extend(error.map(|message| Invalid::new(field.id.clone(), message)));
    }
    // Everything that is wrong is said at once, what the act itself will look at too.
    let act = CaseAct::Receive { item: MatterId(0), channel: Channel::Online, materials: BTreeMap::new() };
    let own = Case::check(&act, &private_of(fields, answers)).err().unwrap_or_default();
    for invalid in own {
        if !wrong.iter().any(|other| other.field == invalid.field) {
            wrong.push(invalid);
        }
    }
    wrong
}

/// 收到的扫描件: by material, and what opens them, which goes with the applicant's other values.
#[derive(Default)]
pub(crate) struct Kept {
    pub materials: BTreeMap<String, Paper>,
    pub keys: BTreeMap<String, String>,
}

/// Seals each file and names it by its material: its own name is the applicant's, and facts are kept for ever.
pub(crate) async fn keep_files(visit: &Visit, files: Vec<Upload>) -> Result<Kept, Fail> {
    let app = &visit.web.app;
    let mut kept = Kept::default();
    for (name, _, bytes) in files {
        let Some(material) = name.strip_prefix("file_") else { continue };
        let sealed = app.seal_file(&bytes, &mut kept.keys).await;
        let digest = sealed.map_err(|fault| Fail::fault(visit, fault))?;
        let file_name = name_of(material, &bytes);
        kept.materials
            .insert(material.to_owned(), Paper { digest, file_name, signed: is_signed(&bytes) });
    }
    Ok(kept)
}

/// Every answer is personal until somebody shows that it is not.
fn private_of(fields: &[Field], answers: &HashMap<String, String>) -> BTreeMap<String, String> {
    let filled = |field: &Field| {
        Some((field.id.clone(), answers.get(&field.id).filter(|value| !value.is_empty())?.clone()))
    };
    fields.iter().filter_map(filled).collect()
}
