//! 模拟县的监督终端。 Two campaigns over past projects that do not exist, out of lists as a bureau would bring them, worked to
//! their conclusions; the venue, a duty list, and a few alerts taken through. Every act goes through the one door.

use crate::Chance;
use crate::source::stream;
use fadu_app::accounts::Account;
use fadu_app::supervision::lookback::{Lists, ResultOf};
use fadu_app::{App, Call, Problem};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, Basis, Fen, Matter, MatterId, OrgId, PersonId, Role};
use fadu_supervision::alert::{self, Alert};
use fadu_supervision::campaign;
use fadu_supervision::duties::{self, Duty};
use fadu_supervision::handover::{self, Material, Nature, Report};
use fadu_supervision::lookback::tables::{APPROVALS, PAYMENTS, PROJECTS, approvals, payments, projects};
use fadu_supervision::parts::{Disposition, Finding, Outcome, Phase, Ruling, Subject};
use fadu_supervision::review::{Act, Review};
use fadu_supervision::venue::{self, Level, Place};
use fadu_supervision::{Campaign, DutyList, HandOver, Venue};
use fadu_trading::draw::sha256 as digest;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

pub const VENUE: &str = "市公共资源交易中心（模拟）";
const SUPERVISOR: &str = "县住建局（模拟）";
const FINANCE: &str = "县财政局（模拟）";
/// Alerts looked at at once: more than are open.
const OPEN: u32 = 5000;

/// 三份清单, as CSV.
#[derive(Clone, Debug)]
pub struct PastLists {
    pub projects: String,
    pub approvals: String,
    pub payments: String,
}

/// 行业, each with how many of the county's tenders; 321 together.
const SECTORS: [(&str, &str, u32); 8] = [
    ("房屋建筑", "工程", 74),
    ("公路", "工程", 58),
    ("水利", "工程", 47),
    ("市政", "工程", 52),
    ("学校设备", "政府采购", 31),
    ("医疗设备", "政府采购", 27),
    ("监理", "服务", 21),
    ("电梯", "货物", 11),
];
const FUNERAL: [(&str, &str, u32); 1] = [("殡葬", "工程", 22)];
const WORDS: [&str; 6] = ["新建", "改造", "扩建", "加固", "维修", "提升"];

/// 2023年以来的项目清单（模拟）: 321 tenders by sector.
pub fn past_projects() -> PastLists {
    lists(&SECTORS, "模", 6)
}

/// 殡葬领域（模拟）: 22 tenders.
pub fn funeral_projects() -> PastLists {
    lists(&FUNERAL, "殡", 2)
}

/// A row of a table with every cell in quotation marks.
fn row(cells: &[String]) -> String {
    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    format!("{}\n", quoted.join(","))
}

fn heading(columns: &[&str]) -> String {
    format!("{}\n", columns.join(","))
}

fn lists(sectors: &[(&str, &str, u32)], mark: &str, n_unlisted: u32) -> PastLists {
    let mut lists = PastLists {
        projects: heading(&PROJECTS),
        approvals: heading(&APPROVALS),
        payments: heading(&PAYMENTS),
    };
    let mut n = 0;
    for (sector, what, count) in sectors {
        for _ in 0..*count {
            n += 1;
            lists.listed(mark, n, sector, what);
        }
    }
    for k in 1..=n_unlisted {
        lists.unlisted(mark, k, sectors.first().map_or("", |(sector, _, _)| sector));
    }
    lists
}

impl PastLists {
    fn listed(&mut self, mark: &str, n: u32, sector: &str, what: &str) {
        let mut chance = Chance::new(0x10_0CBA, u64::from(n) + if mark == "模" { 0 } else { 5000 });
        let word = WORDS[chance.below(WORDS.len() as u64) as usize];
        let title = format!("{sector}{word}项目{n}（模拟）");
        let owner = format!("{sector}主管单位（模拟）");
        let code = format!("{mark}{n:04}");
        let announced = offset(date(2023, 1, 9), chance.below(1000) as i64);
        let estimate = Fen::yuan(i64::from(chance.between(150, 4000)) * 10_000);
        let price = Fen(estimate.0 / 1000 * i64::from(chance.between(820, 990)));
        // A list that was kept for years lacks a cell here and there.
        let lacks =
            |chance: &mut Chance, text: String| if chance.per_mille(40) { String::new() } else { text };
        let deadline = offset(announced, i64::from(chance.between(20, 30)));
        let awarded = offset(deadline, i64::from(chance.between(5, 20)));
        let signed = offset(awarded, i64::from(chance.between(5, 28)));
        self.projects.push_str(&row(&[
            format!("{mark}项{n:04}"),
            title.clone(),
            sector.to_owned(),
            what.to_owned(),
            owner.clone(),
            code.clone(),
            estimate.to_string(),
            lacks(&mut chance, announced.to_string()),
            lacks(&mut chance, deadline.to_string()),
            chance.between(3, 9).to_string(),
            awarded.to_string(),
            lacks(&mut chance, price.to_string()),
            signed.to_string(),
        ]));
        if !chance.per_mille(60) {
            let late = chance.per_mille(25);
            let approved = offset(announced, if late { 12 } else { -40 });
            self.approvals.push_str(&row(&[
                format!("模发改批{mark}{n:04}"),
                title.clone(),
                owner.clone(),
                code.clone(),
                what.to_owned(),
                sector.to_owned(),
                estimate.to_string(),
                approved.to_string(),
            ]));
        }
        let over = chance.per_mille(30);
        let parts = i64::from(chance.between(1, 4));
        let paid = if over { price.0 + price.0 / 20 } else { price.0 / 10 * 9 };
        for part in 0..parts {
            let amount = paid / parts + if part == 0 { paid % parts } else { 0 };
            let voucher = format!("{mark}付{n:04}-{}", part + 1);
            self.payment(&voucher, &owner, &code, &title, amount, offset(signed, 30 * (part + 1)));
        }
    }

    /// Approved or paid, and in no list of tenders.
    fn unlisted(&mut self, mark: &str, k: u32, sector: &str) {
        let (owner, code) = (format!("{sector}主管单位（模拟）"), format!("{mark}外{k:02}"));
        let title = format!("{sector}零星工程{k}（模拟）");
        let on = offset(date(2023, 6, 5), i64::from(k) * 90);
        let each = Fen::yuan(if k.is_multiple_of(3) { 900_000 } else { 2_300_000 });
        if !k.is_multiple_of(2) {
            let (document, what) = (format!("模发改批{mark}外{k:02}"), "工程".to_owned());
            let (sector, investment) = (sector.to_owned(), (each + each).to_string());
            let cells = [
                document,
                title.clone(),
                owner.clone(),
                code.clone(),
                what,
                sector,
                investment,
                on.to_string(),
            ];
            self.approvals.push_str(&row(&cells));
        }
        for part in 1..=2 {
            let voucher = format!("{mark}外付{k:02}-{part}");
            self.payment(&voucher, &owner, &code, &title, each.0, offset(on, 30 * part));
        }
    }

    fn payment(&mut self, voucher: &str, payer: &str, code: &str, title: &str, fen: i64, on: Date) {
        let amount = Fen(fen).to_string();
        let cells = [voucher, payer, code, title, &amount, &on.to_string()].map(str::to_owned);
        self.payments.push_str(&row(&cells));
    }

    /// Read back from the text, as from any bureau's files.
    pub fn read(&self, title: &str, scope: &str, special: bool) -> Result<Lists, Problem> {
        let bad =
            |error: fadu_supervision::lookback::tables::BadTable| Problem::Unreadable(error.to_string());
        Ok(Lists {
            title: title.to_owned(),
            scope: scope.to_owned(),
            special,
            simulated: true,
            projects: projects(&self.projects).map_err(bad)?,
            approvals: Some(approvals(&self.approvals).map_err(bad)?),
            payments: Some(payments(&self.payments).map_err(bad)?),
            results: Vec::new(),
            digests: [&self.projects, &self.approvals, &self.payments].map(|text| digest(text)),
        })
    }
}

fn person(name: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(name), role, org: OrgId::new(org) }
}

/// Who works at the terminal: accounts of its own, none of the county's.
pub const PEOPLE: [(&str, &str, Role, &str); 5] = [
    ("supervisor", "演示监督经办人", Role::Officer, SUPERVISOR),
    ("supervision-head", "演示监督负责人", Role::AgencyHead, SUPERVISOR),
    ("finance", "演示财政监督经办人", Role::Officer, FINANCE),
    ("discipline", "演示纪检监察人员", Role::Inspector, "县纪委监委（模拟）"),
    ("supervision-operator", "演示监督系统管理员", Role::Operator, SUPERVISOR),
];

/// Accounts of the demonstration, where they are not there yet.
pub async fn enter_supervisors(app: &App, password: &str) -> Result<(), Problem> {
    for (person, name, role, org) in PEOPLE {
        if app.account(person).await?.is_none() {
            let account = Account {
                person: person.to_owned(),
                name: name.to_owned(),
                role,
                org: org.to_owned(),
                password: String::new(),
                demonstration: true,
                closed: false,
            };
            app.put_account(account, password).await?;
        }
    }
    Ok(())
}

async fn act<M: Matter>(
    app: &App,
    who: &Actor,
    id: Option<MatterId>,
    act: M::Act,
) -> Result<MatterId, Problem> {
    let call = Call { actor: who, matter: id, act, private: BTreeMap::new(), key: None };
    Ok(app.act::<M>(call).await?.matter)
}

/// The venue of the prefecture with the key of the ledger that is received from it, and the list of duties that its
/// tenderers sign.
pub async fn enter_venue(app: &App, key: &str) -> Result<MatterId, Problem> {
    let head = person("supervision-head", Role::AgencyHead, SUPERVISOR);
    let id = Venue::id(VENUE);
    if app.catalogue().one::<Venue>(id).is_none() {
        let place = Place {
            name: VENUE.to_owned(),
            level: Level::Prefecture,
            under: Some(OrgId::new("市人民政府（模拟）")),
            for_profit: false,
            supervisors: vec![OrgId::new(SUPERVISOR), OrgId::new(FINANCE)],
            key: key.to_owned(),
        };
        act::<Venue>(app, &head, Some(id), venue::Act::Register { place: Box::new(place) }).await?;
    }
    if app.catalogue().one::<DutyList>(DutyList::id("1")).is_none() {
        let (version, document) = ("1".to_owned(), "模住建发1号（模拟）".to_owned());
        let publish = duties::Act::Publish { version, items: duty_items(), document };
        act::<DutyList>(app, &head, Some(DutyList::id("1")), publish).await?;
    }
    Ok(id)
}

fn duty_items() -> Vec<Duty> {
    let duty = |step: &str, duty: &str, statute: &'static str, article| Duty {
        step: step.to_owned(),
        duty: duty.to_owned(),
        clause: Basis::article(statute, article),
    };
    const LAW: &str = "招标投标法";
    const RULES: &str = "招标投标法实施条例";
    vec![
        duty("招标准备", "先履行审批手续，落实资金", LAW, 9),
        duty("招标文件", "不以不合理的条件限制、排斥潜在投标人", RULES, 32),
        duty("评标定标", "按招标文件规定的标准和方法确定中标人", LAW, 40),
        duty("异议处理", "三日内答复异议，答复前暂停", RULES, 22),
        duty("合同履约", "按招标投标文件订立合同，全面履行", LAW, 46),
    ]
}

/// 两次核查: entered, and worked to their conclusions; a county's bureau would take months over it.
pub async fn look_back(app: &App) -> Result<(), Problem> {
    let officer = person("supervisor", Role::Officer, SUPERVISOR);
    let campaigns = [
        (past_projects(), "2023年以来招标项目回头看（模拟）", "2023年以来321个项目，按行业", false),
        (funeral_projects(), "殡葬领域招标项目起底（模拟）", "殡葬领域22个项目", true),
    ];
    for (lists, title, scope, special) in campaigns {
        let mut lists = lists.read(title, scope, special)?;
        lists.results = results(&lists);
        let closed = |campaign: &Campaign| campaign.closed.is_some();
        if app.catalogue().one::<Campaign>(Campaign::id(title)).is_some_and(closed) {
            continue;
        }
        app.run_lookback(&officer, &lists).await?;
        let mut n_found = 0;
        for (id, review) in app.reviews(title).await? {
            work(app, &officer, &mut n_found, id, &review).await?;
        }
        app.relay().await?;
        let head = person("supervision-head", Role::AgencyHead, SUPERVISOR);
        let close = campaign::Act::Close { digest: digest(title) };
        act::<Campaign>(app, &head, Some(Campaign::id(title)), close).await?;
    }
    Ok(())
}

/// What a rule that looks at bids would have said: results as data, for one project in forty.
fn results(lists: &Lists) -> Vec<ResultOf> {
    let of = |project: &str, outcome, evidence: Vec<String>| ResultOf {
        project: project.to_owned(),
        finding: Finding {
            rule: "TND-31d".to_owned(),
            says: "投标报价呈规律性差异".to_owned(),
            outcome,
            evidence,
            missing: Vec::new(),
        },
    };
    let every = lists.projects.iter().enumerate();
    every
        .map(|(n, project)| match n % 40 {
            7 => of(&project.id, Outcome::Found, vec!["相邻报价差额相等（模拟）".to_owned()]),
            _ => of(&project.id, Outcome::NotFound, Vec::new()),
        })
        .collect()
}

/// Each finding explained, then disposed of; one in five is confirmed, one in five goes to finance.
async fn work(
    app: &App,
    officer: &Actor,
    n_found: &mut u32,
    id: MatterId,
    review: &Review,
) -> Result<(), Problem> {
    if review.concluded.is_some() {
        return Ok(());
    }
    for (at, open) in review.rows.iter().enumerate().filter(|(_, row)| row.is_open()) {
        let row = at as u32 + 1;
        let explain = Act::RecordExplanation { n: row, digest: digest(&format!("解释 {id} {row}")) };
        act::<Review>(app, officer, Some(id), explain).await?;
        let mut ruling = Ruling {
            disposition: Disposition::Explained,
            reason: "核对原始档案，解释成立（模拟）".to_owned(),
            document: String::new(),
            hand_over: None,
        };
        *n_found += 1;
        match *n_found % 5 {
            2 => {
                let sent = hand_over(app, officer, review, &open.finding.says).await?;
                ruling.disposition = Disposition::HandedOver;
                ruling.reason = "资金问题移送财政部门（模拟）".to_owned();
                ruling.hand_over = Some(sent);
            }
            1 => {
                ruling.disposition = Disposition::Confirmed;
                ruling.reason = "事实清楚，解释不能成立（模拟）".to_owned();
                ruling.document = format!("模监决{n_found}号（模拟）");
            }
            3 => ruling.disposition = Disposition::Corrected,
            _ => {}
        }
        act::<Review>(app, officer, Some(id), Act::Dispose { n: row, ruling }).await?;
    }
    let conclude = Act::Conclude { digest: digest(&format!("结论 {id}")) };
    act::<Review>(app, officer, Some(id), conclude).await.map(drop)
}

async fn hand_over(app: &App, officer: &Actor, review: &Review, says: &str) -> Result<MatterId, Problem> {
    let project = &review.project;
    let report = Report {
        nature: Nature::Department,
        subject: Subject {
            id: project.id.clone(),
            title: project.title.clone(),
            tenderer: project.tenderer.clone(),
            sector: project.sector.clone(),
        },
        to: OrgId::new(FINANCE),
        cause: says.to_owned(),
        digest: digest(&project.id),
        officers: Vec::new(),
    };
    let head = person("supervision-head", Role::AgencyHead, SUPERVISOR);
    let finance = person("finance", Role::Officer, FINANCE);
    let report = handover::Act::Report { report: Box::new(report) };
    let id = act::<HandOver>(app, officer, None, report).await?;
    let decide = handover::Act::Decide { approved: true, reason: String::new() };
    act::<HandOver>(app, &head, Some(id), decide).await?;
    let materials = vec![Material::Other];
    let send = handover::Act::Send { document: "模移（模拟）".to_owned(), materials };
    act::<HandOver>(app, officer, Some(id), send).await?;
    let receive = handover::Act::Receive { receipt: "财收（模拟）".to_owned() };
    act::<HandOver>(app, &finance, Some(id), receive).await?;
    // Finance reports back on most of them; the others are still with it.
    if !Chance::new(0x4A_0D, stream(&project.id)).per_mille(250) {
        let result = "已追回多付的款项，资金问题办结（模拟）".to_owned();
        act::<HandOver>(app, officer, Some(id), handover::Act::Close { result }).await?;
    }
    Ok(id)
}

/// 风险提示: what the received ledger made the terminal raise, heard and disposed of by the department whose it is. What was
/// raised while a tender ran stays open for whoever tries the pages.
pub async fn settle_alerts(app: &App) -> Result<(), Problem> {
    let mut open = app.store.open_of_kind(app.region, Alert::KIND, OPEN).await?;
    open.sort_by(|a, b| a.number.cmp(&b.number));
    for row in open {
        let alert = app.state_of::<Alert>(row.id).await?;
        let Some(raised) = alert.and_then(|alert| alert.raised) else { continue };
        let supervisor = raised.supervisor.as_str();
        let own = PEOPLE
            .iter()
            .find(|(.., role, org)| *role == Role::Officer && *org == supervisor);
        let Some((name, ..)) = own.filter(|_| raised.phase != Phase::During) else { continue };
        let officer = person(name, Role::Officer, supervisor);
        let explain = alert::Act::RecordExplanation { digest: digest(&format!("解释 {}", row.number)) };
        act::<Alert>(app, &officer, Some(row.id), explain).await?;
        let (disposition, reason) = match stream(&row.number) % 3 {
            0 => (Disposition::Corrected, "招标人已经改正（模拟）"),
            _ => (Disposition::Explained, "核对招标文件和审批，解释成立（模拟）"),
        };
        let ruling =
            Ruling { disposition, reason: reason.to_owned(), document: String::new(), hand_over: None };
        act::<Alert>(app, &officer, Some(row.id), alert::Act::Dispose { ruling }).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_app::supervision::lookback::examine;

    #[test]
    fn the_lists_hold_321_by_sector_and_22() {
        let lists = past_projects().read("t", "s", false).unwrap();
        let (_, ran) = examine(&lists);
        assert_eq!((ran.listed, ran.by_sector.values().sum::<usize>()), (321, 321));
        assert_eq!(ran.by_sector["公路"], 58);
        assert!(ran.unlisted >= 6, "{ran:?}");
        let tender = ran.by_rule["TND-01"];
        assert!(tender[0] + ran.by_rule.get("TND-02").map_or(0, |counts| counts[0]) > 0, "{ran:?}");
        assert!(ran.by_rule["TND-03"].iter().all(|n| *n > 0) && ran.by_rule["TND-56"].iter().all(|n| *n > 0));
        let funeral = examine(&funeral_projects().read("t", "s", true).unwrap()).1;
        assert_eq!((funeral.listed, funeral.by_sector["殡葬"]), (22, 22));
    }
}
