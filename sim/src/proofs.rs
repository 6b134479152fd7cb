//! 模拟县的免证办。 The list of proofs on the first day; through the year applicants promise, officers ask, verify and
//! dispose, departments answer. What is counted comes out of what they do.

use crate::chance::Chance;
use crate::county::manager;
use crate::source::{self, stream};
use crate::story::Story;
use fadu_app::{App, Call, Problem};
use fadu_kernel::calendar::days_between;
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Role};
use fadu_proof::check::Outcome;
use fadu_proof::demonstration::Demonstration;
use fadu_proof::line::{How, Measure};
use fadu_proof::proof::{Entry, Form, Plan};
use fadu_proof::{Check, CheckAct, Exemption, ExemptionAct, Limits, Line, Proof, ProofAct, Way, commitment};
use fadu_service::case::Paper;
use fadu_service::definition::Material;
use fadu_service::{Case, CaseAct, Definition, Item};
use fadu_trading::draw::sha256;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What is open of a kind on one day: a county of this size has some hundreds.
const OPEN: u32 = 5000;
/// 415项“免证明”或“减材料”
const ITEMS_SPARED: usize = 415;
const DOCUMENT: &str = "模拟县免证办清单（演示）";
/// Whoever holds what no department of the county holds.
const ELSEWHERE: &str = "县公安局（模拟）";

/// Papers that a licence of the county says, and which.
const SAID_BY: [(&str, &str); 4] = [
    ("企业基本情况", "营业执照"),
    ("主体资格文件", "营业执照"),
    ("用地批准手续", "建设用地规划许可证"),
    ("使用土地的证明文件", "建设用地规划许可证"),
];

fn said_by(material: &Material) -> Option<&'static str> {
    let known = SAID_BY
        .iter()
        .find(|(words, _)| material.shared && material.name.contains(words));
    known.map(|(_, licence)| *licence)
}

/// Adopts the demonstration limits, lists every required paper of the open items that has a basis and decides how it is
/// spared. What is listed already stays. Answers how many papers are spared.
pub async fn enter_proofs(app: &App) -> Result<usize, Problem> {
    source::connect(app);
    let today = app.moment().today;
    let shipped = Demonstration::read(fadu_proof::DEMONSTRATION)
        .map_err(|error| fadu_app::store::Fault::Corrupt(error.to_string()))?;
    for limit in shipped.limit {
        if app.catalogue().one::<Limits>(Limits::id(limit.name)).is_none() {
            let act = fadu_proof::limit::Act::Adopt { name: limit.name, value: limit.value, from: today };
            ask::<Limits>(app, &manager(), None, act).await?;
        }
    }
    let catalogue = app.catalogue();
    let mut open: Vec<&Item> = catalogue
        .all::<Item>()
        .map(|(_, item)| item)
        .filter(|item| item.is_open() && item.current().is_some_and(|(_, it)| crate::stands_alone(it)))
        .collect();
    open.sort_by(|a, b| a.code.cmp(&b.code));
    let mut spared = 0;
    for item in open {
        spared += spare(app, item).await?;
    }
    app.relay().await?;
    Ok(spared)
}

/// The same for generated items, until as many items as the reference has ask for a paper less. Answers how many it took.
pub async fn fill_proofs(app: &App) -> Result<usize, Problem> {
    let catalogue = app.catalogue();
    let listed = catalogue.all::<Proof>().filter(|(_, proof)| proof.plan.is_some());
    let there: BTreeSet<&str> = listed.map(|(_, proof)| proof.entry.item_code.as_str()).collect();
    let generated = |item: &Item| item.current().is_some_and(|(_, text)| text.theme == crate::GENERATED);
    let mut more: Vec<&Item> = catalogue
        .all::<Item>()
        .map(|(_, item)| item)
        .filter(|item| item.is_open() && generated(item) && !there.contains(item.code.as_str()))
        .collect();
    more.sort_by(|a, b| a.code.cmp(&b.code));
    more.truncate(ITEMS_SPARED.saturating_sub(there.len()));
    for item in &more {
        spare(app, item).await?;
    }
    app.relay().await?;
    Ok(more.len())
}

/// Every required paper of an item that can be. What is spared already stays. Answers how many are.
async fn spare(app: &App, item: &Item) -> Result<usize, Problem> {
    let Some((_, definition)) = item.current() else { return Ok(0) };
    let mut spared = 0;
    for (n, material) in definition.materials.iter().filter(|material| material.required).enumerate() {
        let Some(plan) = plan(definition, material, n) else { continue };
        spared += 1;
        let entry = entry(item, definition, material);
        let id = Proof::id(&entry.item_code, &entry.subject);
        let catalogue = app.catalogue();
        let there = catalogue.one::<Proof>(id);
        if there.is_none() {
            ask::<Proof>(app, &manager(), None, ProofAct::List { entry: Box::new(entry) }).await?;
        }
        if there.is_none_or(|proof| proof.plan.is_none()) {
            ask::<Proof>(app, &manager(), Some(id), ProofAct::Spare { plan }).await?;
        }
    }
    Ok(spared)
}

fn entry(item: &Item, definition: &Definition, material: &Material) -> Entry {
    let setting = definition.bases.first().map(|support| support.basis.clone());
    Entry {
        item_code: item.code.clone(),
        item_name: item.name.clone(),
        subject: material.id.clone(),
        name: said_by(material).unwrap_or(&material.name).to_owned(),
        is_field: false,
        department: item.department.clone(),
        issuer: if material.origin == "government" { "行政机关" } else { "申请人" }.to_owned(),
        bases: material.basis.clone().or(setting).into_iter().collect(),
        risks: Vec::new(),
    }
}

/// What the government holds is fetched, by licence where the county itself issues it; of the rest what no article asks
/// for is cancelled, and some may be promised.
fn plan(definition: &Definition, material: &Material, n: usize) -> Option<Plan> {
    let (way, source, source_name) = if said_by(material).is_some() {
        (Way::Licence, "licences", "本县电子证照库")
    } else if material.shared {
        match stream(&format!("{}{}", definition.id, material.id)) % 6 {
            0 => (Way::Check, ELSEWHERE, ELSEWHERE),
            _ => (Way::Shared, source::ID, source::NAME),
        }
    } else if material.basis.is_none() {
        (Way::Cancelled, "", "")
    } else if n > 0 && material.simulated && material.origin == "applicant" {
        (Way::Commitment, "", "")
    } else {
        return None;
    };
    let form = (way == Way::Commitment).then(|| Form {
        version: "告知书（模拟）第1版".to_owned(),
        conditions: format!("符合“{}”要证明的条件（模拟）", material.name),
        liability: "承诺不实的，责令限期改正或者撤销决定，修复之前不再适用承诺（模拟）".to_owned(),
    });
    let (source, source_name) = (source.to_owned(), source_name.to_owned());
    Some(Plan { way, source, source_name, form, document: DOCUMENT.to_owned() })
}

async fn ask<M: Matter>(
    app: &App,
    who: &Actor,
    matter: Option<MatterId>,
    act: M::Act,
) -> Result<(), Problem> {
    let call = Call { actor: who, matter, act, private: BTreeMap::new(), key: None };
    app.act::<M>(call).await.map(drop)
}

/// Like `ask`; what the law refuses is counted by nobody and stops nothing.
async fn try_ask<M: Matter>(app: &App, who: &Actor, id: MatterId, act: M::Act) -> Result<bool, Problem> {
    match ask::<M>(app, who, Some(id), act).await {
        Ok(()) => Ok(true),
        Err(Problem::Refused(_) | Problem::NoAuthority(_) | Problem::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

async fn state<M: Matter>(app: &App, id: MatterId) -> Result<Option<M>, Problem> {
    Ok(app.state_of::<M>(id).await?)
}

/// Whether this applicant promises rather than brings what may be promised: known before the case is opened, so that
/// they bring what they do not promise.
pub(crate) fn promises(seed: u64, n: u64) -> bool {
    Chance::new(seed ^ 0x9C0F, n).per_mille(750)
}

/// What the hour's applications ask for elsewhere, and the promises of those who made one.
pub(crate) async fn hour(app: &App, stories: &[Story]) -> Result<u64, Problem> {
    app.relay().await?;
    let mut acts = 0;
    for story in stories.iter().filter(|story| story.done == 1) {
        let Some(case) = story.id else { continue };
        let Some(exemption) = state::<Exemption>(app, Exemption::id(case)).await? else { continue };
        let Some(person) = exemption.about.applicant.clone() else { continue };
        let who = Actor { person, role: Role::Citizen, org: OrgId::new("public") };
        for (subject, line) in exemption.lines.iter().filter(|(_, line)| line.status() == "may_promise") {
            if exemption.about.barred.is_some() {
                // Whose promise was not true brings the paper.
                let materials = [(subject.clone(), Paper::default())].into();
                acts += u64::from(try_ask::<Case>(app, &who, case, CaseAct::Supplement { materials }).await?);
                continue;
            }
            let Some(form) = &line.wanted.form else { continue };
            let text =
                commitment::text(&exemption.about, &line.wanted.name, form, "模拟签名", app.moment().today);
            let act = ExemptionAct::Promise {
                subject: subject.clone(),
                version: form.version.clone(),
                // Nobody is named in it: no key is needed, and no file is kept for each of a year's thousands.
                signed: sha256(&text),
            };
            acts += u64::from(try_ask::<Exemption>(app, &who, Exemption::id(case), act).await?);
        }
    }
    if acts > 0 {
        app.relay().await?;
    }
    Ok(acts)
}

/// The end of a working day: what the officers of all departments did about promises, sources and checks.
pub(crate) async fn day(app: &App, seed: u64, today: Date) -> Result<u64, Problem> {
    let mut acts = 0;
    // Whom the officers asked for the paper after all: they bring it.
    let mut asked: Vec<(MatterId, Actor, String)> = Vec::new();
    let mut open: Vec<(String, MatterId)> = rows::<Exemption>(app).await?;
    open.sort();
    for (_, id) in open {
        let Some(exemption) = state::<Exemption>(app, id).await? else { continue };
        let case = state::<Case>(app, exemption.about.case).await?;
        let accepted = case.is_none_or(|case| case.accepted.is_some() || case.is_closed());
        for (subject, line) in &exemption.lines {
            let chance =
                Chance::new(seed ^ 0x11E5, stream(&format!("{}{subject}", exemption.about.case_number)));
            if let Some((role, act)) = next(line, subject, accepted, chance, today) {
                let org = exemption.about.department.clone();
                let person = PersonId::new(&format!("sim-{}-{org}", role.name()));
                let for_paper = matches!(act, ExemptionAct::AskPaper { .. });
                let done = try_ask::<Exemption>(app, &Actor { person, role, org }, id, act).await?;
                acts += u64::from(done);
                if let (true, Some(person)) = (done && for_paper, exemption.about.applicant.clone()) {
                    let who = Actor { person, role: Role::Citizen, org: OrgId::new("public") };
                    asked.push((exemption.about.case, who, subject.clone()));
                }
            }
        }
    }
    app.relay().await?;
    for (case, who, subject) in asked {
        let materials = [(subject, Paper::default())].into();
        acts += u64::from(try_ask::<Case>(app, &who, case, CaseAct::Supplement { materials }).await?);
    }
    let mut checks = rows::<Check>(app).await?;
    checks.sort();
    for (_, id) in checks {
        let Some(check) = state::<Check>(app, id).await? else { continue };
        let words = format!("{}{}{}", check.request.case_number, check.request.subject, check.request.round);
        let mut chance = Chance::new(seed ^ 0xC4EC, stream(&words));
        let waited = check.opened.map_or(0, |on| days_between(on, today));
        if waited < i64::from(chance.between(0, 5)) {
            continue;
        }
        let outcome = match chance.below(100) {
            0..90 => Outcome::Confirmed,
            90..93 => Outcome::Denied,
            _ => Outcome::Unknown,
        };
        let org = check.request.to.clone();
        let who = Actor { person: PersonId::new(&format!("sim-officer-{org}")), role: Role::Officer, org };
        let act = CheckAct::Answer { outcome, note: "已核对登记（模拟）".to_owned() };
        acts += u64::from(try_ask::<Check>(app, &who, id, act).await?);
    }
    app.relay().await?;
    Ok(acts)
}

/// Number and id of what is open: the number orders them the same way in every run.
async fn rows<M: Matter>(app: &App) -> Result<Vec<(String, MatterId)>, Problem> {
    let rows = app.store.open_of_kind(app.region, M::KIND, OPEN).await?;
    Ok(rows.into_iter().map(|row| (row.number, row.id)).collect())
}

/// What somebody does about one line today, if anything.
fn next(
    line: &Line,
    subject: &str,
    accepted: bool,
    mut chance: Chance,
    today: Date,
) -> Option<(Role, ExemptionAct)> {
    let subject = subject.to_owned();
    let check = |subject: String| ExemptionAct::AskCheck {
        subject,
        to: OrgId::new(ELSEWHERE),
        question: format!("“{}”是否属实（模拟）", line.wanted.name),
    };
    match line.status() {
        "waiting" if line.wanted.way == Way::Check => Some((Role::Officer, check(subject))),
        // Once accepted, the paper cannot be asked for: departments are asked until one can tell.
        "failed" if accepted || (line.rounds == 0 && chance.per_mille(800)) => {
            (line.rounds < 3).then(|| (Role::Officer, check(subject)))
        }
        "failed" => {
            let reason = "来源和有关部门都取不到（模拟）".to_owned();
            Some((Role::Officer, ExemptionAct::AskPaper { subject, reason }))
        }
        "promised" | "unverified" => {
            let since = line.promised.as_ref().map_or(today, |promised| promised.by.on);
            let due_after = if chance.per_mille(30) { 40 } else { chance.between(3, 24) };
            (days_between(since, today) >= i64::from(due_after)).then(|| {
                let kept = !chance.per_mille(15);
                let how = if chance.per_mille(500) { How::Online } else { How::OnSite };
                let note = if kept { "与承诺一致（模拟）" } else { "与承诺不符（模拟）" };
                let role = if line.status() == "promised" { Role::Officer } else { Role::AgencyHead };
                (role, ExemptionAct::Verify { subject, kept, how, note: note.to_owned() })
            })
        }
        "false" => {
            let measure = if chance.per_mille(400) { Measure::Annul } else { Measure::Correct };
            let (reason, document) = ("承诺不实（模拟）".to_owned(), "模拟处置文书".to_owned());
            Some((Role::AgencyHead, ExemptionAct::Dispose { subject, measure, reason, document }))
        }
        _ => None,
    }
}
