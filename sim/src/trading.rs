//! 模拟县的公共资源交易。 A handful of tenders, one of each kind, each step on its day before the offices open; draws whose
//! lists are kept, a random inspection of agencies. Every act goes through the one door.

use crate::digest;
use crate::sealed::{identity, opening_keys, sealed_bid};
use fadu_app::bids::Unsealed;
use fadu_app::now::{Movable, start_of};
use fadu_app::{App, Call, Problem};
use fadu_bids::Fault;
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, Basis, Matter, MatterId, OrgId, PersonId, Role};
use fadu_trading::bid::{self, SEALED};
use fadu_trading::complaint::{self, About, Outcome};
use fadu_trading::draw::matter::{Act as DrawAct, Candidate, Opened, Purpose, draw_id};
use fadu_trading::draw::{self, Line, Rules, leaf, sha256};
use fadu_trading::inspection::{self, Item, Order, SheetLine, Target};
use fadu_trading::library;
use fadu_trading::project::file::Criterion;
use fadu_trading::project::{
    Act, ChoiceMethod, Contract, Meeting, Member, Method, Points, Publication, Reading, Registration,
    Separation, SharePurpose, Stage, TenderFile, Vote, seat_account,
};
use fadu_trading::regime::{Funding, Kind};
use fadu_trading::{Bid, Complaint, Draw, Inspection, Library, Project};
use jiff::civil::{Date, DateTime, Weekday, date};
use std::collections::BTreeMap;

pub const SUPERVISOR: &str = "县住建局（模拟）";
const FINANCE: &str = "县财政局（模拟）";
const APPROVER: &str = "县发改局（模拟）";
pub const CENTRE: &str = "县公共资源交易中心（模拟）";
const FIRMS: [&str; 3] = ["甲建设公司（模拟）", "乙建设公司（模拟）", "丙建设公司（模拟）"];
const LIVE: &str = "模拟中心小学操场";
const CHECKED: &str = "招标代理机构随机抽查（模拟）";

/// Days from the registration to the acceptance of the work, from there to the archive, and how long that is kept: not
/// less than fifteen years.
const ACCEPTED: i64 = 162;
const ARCHIVED_AFTER: i64 = 6;
const KEPT: i64 = 15 * 366;

/// What happens on the way besides the ordinary.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    None,
    Separated,
    Objection,
    Complaint,
    /// Award apart from evaluation, and the year ends before anybody has scored.
    Evaluating,
}

struct Tender {
    month: i8,
    title: &'static str,
    kind: Kind,
    sector: &'static str,
    tenderer: &'static str,
    /// 元
    estimate: i64,
    turn: Turn,
}

const fn tender(
    month: i8,
    title: &'static str,
    kind: Kind,
    sector: &'static str,
    tenderer: &'static str,
    estimate: i64,
    turn: Turn,
) -> Tender {
    Tender { month, title, kind, sector, tenderer, estimate, turn }
}

const SCHOOLS: &str = "县教育局（模拟）";
const ROADS: &str = "县交通运输局（模拟）";
/// In months whose first Monday, and what follows from it, fall on days when people work.
const TENDERS: [Tender; 7] = [
    tender(2, "模拟实验小学教学楼", Kind::Works, "房屋建筑", SCHOOLS, 10_000_000, Turn::None),
    tender(4, "模拟小学电梯采购", Kind::WorksGoods, "房屋建筑", SCHOOLS, 2_600_000, Turn::None),
    tender(3, "模拟县道改造监理", Kind::WorksServices, "公路", ROADS, 1_500_000, Turn::Objection),
    tender(7, "模拟县道改造", Kind::Works, "公路", ROADS, 30_000_000, Turn::Separated),
    tender(11, "模拟学校办公设备", Kind::Procurement, "办公设备", SCHOOLS, 3_000_000, Turn::None),
    tender(8, "模拟桥梁加固", Kind::Works, "公路", ROADS, 8_000_000, Turn::Complaint),
    tender(12, "模拟中学体育馆", Kind::Works, "房屋建筑", SCHOOLS, 12_000_000, Turn::Evaluating),
];

/// Everything of this day that has to do with trading.
pub async fn trading_day(app: &App, clock: &Movable, year: i16, day: Date) -> Result<(), Problem> {
    for tender in &TENDERS {
        let start = first_monday(year, tender.month);
        let on = Day { app, clock, day, start };
        let n = fadu_kernel::calendar::days_between(start, day);
        on.tender(tender, n).await?;
    }
    let start = first_monday(year, 6);
    let n = fadu_kernel::calendar::days_between(start, day);
    Day { app, clock, day, start }.inspection(n).await
}

fn first_monday(year: i16, month: i8) -> Date {
    let first = date(year, month, 1);
    (0..7)
        .map(|n| offset(first, n))
        .find(|day| day.weekday() == Weekday::Monday)
        .unwrap_or(first)
}

fn person(name: &str, role: Role, org: &str) -> Actor {
    // Two bodies never share a person: under one key theirs would be one act.
    Actor { person: PersonId::new(&format!("{org}{name}")), role, org: OrgId::new(org) }
}

fn officer(org: &str) -> Actor {
    person("经办人", Role::Officer, org)
}

fn head(org: &str) -> Actor {
    person("负责人", Role::AgencyHead, org)
}

impl Tender {
    fn supervisor(&self) -> &'static str {
        if self.kind == Kind::Procurement { FINANCE } else { SUPERVISOR }
    }

    fn is_separated(&self) -> bool {
        matches!(self.turn, Turn::Separated | Turn::Evaluating)
    }

    /// Tenderer, supervisor and trading centre hold the keys; any two of them open.
    fn holders(&self) -> [&'static str; 3] {
        [self.tenderer, self.supervisor(), CENTRE]
    }

    /// A bidder before the opening: a one-time account.
    fn sealed(&self, n: usize) -> Actor {
        let name = format!("sealed-{}", &digest(&format!("{} bidder {n}", self.title))[..24]);
        Actor { person: PersonId::new(&name), role: Role::FirmAgent, org: OrgId::new(SEALED) }
    }

    fn firm(n: usize) -> Actor {
        Actor {
            person: PersonId::new(&format!("firm-{n}（模拟）")),
            role: Role::FirmAgent,
            org: OrgId::new("public"),
        }
    }

    fn registration(&self) -> Registration {
        let estimate_fen = self.estimate * 100;
        let approver = (self.kind != Kind::Procurement).then(|| OrgId::new(APPROVER));
        Registration {
            title: self.title.to_owned(),
            kind: self.kind,
            sector: self.sector.to_owned(),
            supervisor: OrgId::new(self.supervisor()),
            approver,
            approval: "模发改批（模拟）".to_owned(),
            estimate_fen,
            funding: Funding {
                budget_fen: estimate_fen,
                investment_fen: estimate_fen,
                state_controlled: true,
                source: "模财预（模拟）".to_owned(),
                ..Funding::default()
            },
            ..Registration::default()
        }
    }

    fn file(&self, start: Date) -> TenderFile {
        let criterion = |name: &str, most| Criterion { name: name.into(), most, ..Criterion::default() };
        let deadline = offset(start, 22).at(8, 30, 0, 0);
        TenderFile {
            digest: digest(self.title),
            standard_text: "标准招标文件（模拟）".to_owned(),
            sale_from: offset(start, 1),
            sale_to: offset(start, 8),
            deadline,
            opening: deadline,
            validity_days: 90,
            ceiling_fen: Some(self.estimate * 100),
            criteria: vec![criterion("报价", 6000), criterion("技术", 4000)],
            candidates: 3,
            performance_bond_percent: 10,
            forbids_transfer: true,
            keys: Some(opening_keys(&self.holders())),
            clauses: self.questionable().map(str::to_owned).into_iter().collect(),
            ..TenderFile::default()
        }
    }

    /// A clause that somebody has to look at: flagged, answered with its reason, and raised with the supervisor.
    fn questionable(&self) -> Option<&'static str> {
        (self.kind == Kind::WorksGoods).then_some("门机指定甲品牌或者相当于甲品牌的产品（模拟）。")
    }

    fn separation(&self) -> Separation {
        Separation {
            authority: "模评定分离规则（模拟）".to_owned(),
            authority_digest: digest("separation"),
            counsel_digest: digest("counsel"),
            candidates: 3,
            method: ChoiceMethod::Ballot,
            factors: vec!["方案".to_owned(), "业绩".to_owned()],
        }
    }
}

/// One day of one matter; its first day is `start`.
struct Day<'a> {
    app: &'a App,
    clock: &'a Movable,
    day: Date,
    start: Date,
}

impl Day<'_> {
    fn at(&self, minute: i64) {
        self.clock.set(start_of(self.day) + (8 * 60 + minute) * 60_000);
    }

    fn time(&self, days: i64, minute: i8) -> DateTime {
        offset(self.start, days).at(8, minute, 0, 0)
    }

    /// Under a key of its own, so that a day that was begun and broken off is not done twice.
    async fn act<M: Matter>(
        &self,
        who: &Actor,
        matter: Option<MatterId>,
        key: &str,
        act: M::Act,
    ) -> Result<MatterId, Problem> {
        self.private::<M>(who, matter, key, act, BTreeMap::new()).await
    }

    async fn private<M: Matter>(
        &self,
        who: &Actor,
        matter: Option<MatterId>,
        key: &str,
        act: M::Act,
        private: BTreeMap<String, String>,
    ) -> Result<MatterId, Problem> {
        let key = format!("sim-trading-{}-{}-{key}", self.start, M::act_name(&act));
        let call = Call { actor: who, matter, act, private, key: Some(key) };
        Ok(self.app.act::<M>(call).await?.matter)
    }

    async fn step(&self, who: &Actor, id: MatterId, key: &str, act: Act) -> Result<(), Problem> {
        self.act::<Project>(who, Some(id), key, act).await.map(drop)
    }

    async fn tender(&self, tender: &Tender, n: i64) -> Result<(), Problem> {
        if n == 0 {
            return self.register(tender).await;
        }
        let catalogue = self.app.catalogue();
        // The latest of this name: a county may live through more than one year.
        let mut named: Vec<MatterId> = catalogue
            .all::<Project>()
            .filter(|(_, project)| project.registration.title == tender.title)
            .map(|(id, _)| id)
            .collect();
        named.sort();
        let Some(id) = named.pop() else { return Ok(()) };
        let late = if tender.turn == Turn::Complaint { 7 } else { 0 };
        match n {
            1 => self.announce(tender, id).await,
            17 => {
                let keeper = officer(tender.tenderer);
                let parties = [keeper.clone(), officer(tender.supervisor())];
                self.freeze(&keeper, &parties, id, Purpose::Experts, 4).await
            }
            18 => {
                let keeper = officer(tender.tenderer);
                let parties = [keeper.clone(), officer(tender.supervisor())];
                self.conclude(&keeper, &parties, id, Purpose::Experts).await
            }
            22 => self.open(tender, id).await,
            23 if tender.kind != Kind::Procurement && tender.turn != Turn::Evaluating => {
                self.at(10);
                let publish = Act::PublishCandidates { until: offset(self.start, 27) };
                self.step(&officer(tender.tenderer), id, "", publish).await
            }
            24 if matches!(tender.turn, Turn::Objection | Turn::Complaint) => self.object(id).await,
            25 if matches!(tender.turn, Turn::Objection | Turn::Complaint) => {
                self.at(10);
                let answer = Act::AnswerObjection { n: 1, upheld: false, digest: digest("answer") };
                self.step(&officer(tender.tenderer), id, "", answer).await
            }
            28 if tender.turn == Turn::Complaint => self.complain(tender, id).await,
            35 if tender.turn == Turn::Complaint => self.decide(tender, id).await,
            n if n == 30 + late => self.award(tender, id).await,
            n if n == 42 + late => self.sign(tender, id).await,
            n if n == ACCEPTED + late => {
                self.at(10);
                let accept = Act::AcceptWork { passed: true, digest: digest("accepted") };
                self.step(&officer(tender.tenderer), id, "", accept).await
            }
            n if n == ACCEPTED + ARCHIVED_AFTER + late => {
                self.at(10);
                let (index, keep_until) = (digest("archive"), offset(self.day, KEPT));
                let archive = Act::Archive { index, keep_until };
                self.step(&officer(tender.tenderer), id, "", archive).await
            }
            _ => Ok(()),
        }
    }

    async fn register(&self, tender: &Tender) -> Result<(), Problem> {
        self.at(0);
        let by = officer(tender.tenderer);
        let register = Act::Register { registration: Box::new(tender.registration()) };
        let id = self.act::<Project>(&by, None, "", register).await?;
        let approver = if tender.kind == Kind::Procurement { FINANCE } else { APPROVER };
        let confirm = Act::ConfirmMethod { document: "模核（模拟）".to_owned() };
        let duties = Act::SignDuties { version: "1".to_owned(), digest: digest("duties") };
        let chief = head(tender.tenderer);
        self.at(5);
        self.step(&by, id, "", Act::ProposeMethod { method: Method::Open }).await?;
        self.step(&officer(approver), id, "", confirm).await?;
        self.step(&chief, id, "", duties).await?;
        if tender.is_separated() {
            let separate = Act::Separate { separation: tender.separation() };
            self.step(&chief, id, "", separate).await?;
        }
        self.at(10);
        let prepare = Act::PrepareFile { file: Box::new(tender.file(self.start)) };
        self.step(&by, id, "", prepare).await?;
        if tender.questionable().is_none() {
            return Ok(());
        }
        let reason = "与已有设备配套，接受相当的产品（模拟）".to_owned();
        self.step(&by, id, "", Act::AnswerFlag { flag: "brand@1.1".to_owned(), reason })
            .await
    }

    async fn announce(&self, tender: &Tender, id: MatterId) -> Result<(), Problem> {
        self.at(10);
        let medium = "省公共资源交易平台（模拟）".to_owned();
        let publication = Publication { medium, digest: digest("announcement"), fee_fen: 0 };
        let announce = Act::Announce { publications: vec![publication] };
        self.step(&officer(tender.tenderer), id, "", announce).await
    }

    /// The list frozen and two secrets committed; the trading centre commits too and will not reveal in time.
    async fn freeze(
        &self,
        keeper: &Actor,
        parties: &[Actor],
        subject: MatterId,
        purpose: Purpose,
        take: u16,
    ) -> Result<(), Problem> {
        self.at(10);
        let id = draw_id(subject, purpose, 0);
        let (rules, roster) =
            (Rules { take, quotas: BTreeMap::new() }, roster(salted(subject, purpose), purpose));
        if purpose == Purpose::Experts {
            self.draw_up(subject, rules.clone(), &roster).await?;
        }
        let freeze = DrawAct::Freeze {
            subject,
            purpose,
            need: 0,
            rules,
            roster,
            reveal_by: self.time(18, 30),
            public_source: format!("演示彩票，第{}{:03}期", self.day.year(), self.day.day_of_year()),
            public_at: self.time(18, 50),
        };
        let key = format!("{purpose:?}");
        self.act::<Draw>(keeper, Some(id), &key, freeze).await?;
        let centre = person("受理员", Role::WindowClerk, CENTRE);
        for party in parties.iter().chain([&centre]) {
            let commit = DrawAct::Commit { commit: sha256(&secret(id, party)) };
            self.act::<Draw>(party, Some(id), &key, commit).await?;
        }
        Ok(())
    }

    /// The trading centre keeps the library of experts, and draws up the list of each draw.
    async fn draw_up(&self, project: MatterId, rules: Rules, roster: &[Candidate]) -> Result<(), Problem> {
        let manager = person("目录管理员", Role::CatalogueManager, CENTRE);
        if self.app.catalogue().one::<Library>(Library::id()).is_none() {
            let publish = library::Act::Publish {
                name: "评标专家库（模拟）".to_owned(),
                keeper: OrgId::new(CENTRE),
                digest: digest("expert library"),
                n_listed: 12,
                source: "模拟".to_owned(),
            };
            self.act::<Library>(&manager, None, "", publish).await?;
        }
        let lines = roster.iter().map(|candidate| candidate.line.clone()).collect();
        let list = library::Act::DrawUp { project, need: 0, rules, roster: lines };
        let clerk = person("受理员", Role::WindowClerk, CENTRE);
        self.act::<Library>(&clerk, Some(Library::id()), &project.to_string(), list)
            .await
            .map(drop)
    }

    async fn conclude(
        &self,
        keeper: &Actor,
        parties: &[Actor],
        subject: MatterId,
        purpose: Purpose,
    ) -> Result<(), Problem> {
        let id = draw_id(subject, purpose, 0);
        let key = format!("{purpose:?}");
        self.at(10);
        for party in parties {
            let reveal = DrawAct::Reveal { secret: secret(id, party) };
            self.act::<Draw>(party, Some(id), &key, reveal).await?;
        }
        self.at(55);
        let value: Vec<String> = digest(&format!("{id} lottery"))
            .bytes()
            .take(7)
            .map(|byte| format!("{:02}", byte % 33 + 1))
            .collect();
        let roster = roster(salted(subject, purpose), purpose);
        let lines = roster.into_iter().map(|candidate| candidate.line).collect();
        let key = Some(format!("sim-trading-{}-Conclude-{key}", self.start));
        let (red, blue) = value.split_at(6);
        let value = format!("{} + {}", red.join(" "), blue.join(" "));
        self.app.conclude_draw(keeper, id, &value, lines, key).await.map(drop)
    }

    /// Bids before the deadline; at it they are revealed, read out, scored and reported.
    async fn open(&self, tender: &Tender, id: MatterId) -> Result<(), Problem> {
        let by = officer(tender.tenderer);
        let nonce = |n: usize| digest(&format!("{} {} nonce {n}", self.start, tender.title));
        let mut bids = Vec::new();
        for n in 0..FIRMS.len() {
            self.at(10 + n as i64);
            let digest = sealed_bid(self.app, id, &tender.holders(), &nonce(n), tender.reading(n)).await?;
            let deposit = bid::Act::Deposit { project: Some(id), nonce: nonce(n), digest, ticket: None };
            bids.push(self.act::<Bid>(&tender.sealed(n), None, &n.to_string(), deposit).await?);
        }
        self.at(30);
        // The last bidder does not come to the third tender: two holders find its envelope.
        let absent = (tender.turn == Turn::Objection).then_some(bids.len() - 1);
        for (n, bid) in bids.iter().enumerate().filter(|(n, _)| Some(*n) != absent) {
            let reveal = bid::Act::Reveal { project: id, nonce: nonce(n) };
            self.act::<Bid>(&tender.sealed(n), Some(*bid), "", reveal).await?;
        }
        self.app.relay().await?;
        self.contribute(tender, id, SharePurpose::Label).await?;
        self.step(&by, id, "", Act::BeginOpening).await?;
        self.contribute(tender, id, SharePurpose::Content).await?;
        self.at(35);
        for (n, bid) in bids.iter().enumerate() {
            let reading = match self.app.open_bid(id, *bid, &mut |_| {}).await? {
                Unsealed::Letter(letter) => letter.reading,
                Unsealed::Waiting { .. } | Unsealed::Unreadable(..) => tender.reading(n),
            };
            let read = Act::ReadBid { bid: *bid, reading: Box::new(reading) };
            self.step(&by, id, &n.to_string(), read).await?;
        }
        self.at(40);
        self.step(&by, id, "", Act::CloseOpening { record: digest("record") }).await?;
        self.evaluate(tender, id, &bids).await
    }

    /// Tenderer and supervisor open their shares; the centre, which holds the third key, does not come.
    async fn contribute(&self, tender: &Tender, id: MatterId, of: SharePurpose) -> Result<(), Problem> {
        let catalogue = self.app.catalogue();
        // A day that is gone through again has its opening behind it.
        if catalogue
            .one::<Project>(id)
            .is_some_and(|project| project.tender.opened.is_some())
        {
            return Ok(());
        }
        for (holder, org) in (1..).zip(tender.holders()).take(2) {
            let headers = self.app.opening_headers(id, of, holder).await?;
            let shares = headers
                .shares(&identity(org))
                .and_then(|shares| serde_json::to_string(&shares).map_err(|_| Fault::Format("份额文件")));
            let shares = shares.map_err(|fault| Problem::Unreadable(fault.to_string()))?;
            let key = format!("sim-trading-{}-{}-{of:?}-{holder}", self.start, tender.title);
            self.app.contribute_shares(&officer(org), id, &shares, Some(key)).await?;
        }
        Ok(())
    }

    async fn evaluate(&self, tender: &Tender, id: MatterId, bids: &[MatterId]) -> Result<(), Problem> {
        let by = officer(tender.tenderer);
        let own = Member { leaf: digest(&format!("{id} member")), employer: OrgId::new(tender.tenderer) };
        let seat = Act::SeatCommittee {
            draw: Some(draw_id(id, Purpose::Experts, 0)),
            appointed: Vec::new(),
            special_ground: String::new(),
            representatives: vec![own],
        };
        self.step(&by, id, "", seat).await?;
        let catalogue = self.app.catalogue();
        let seats: Vec<String> = catalogue
            .one::<Project>(id)
            .map(|project| project.seats().map(|seat| seat.leaf.clone()).collect())
            .unwrap_or_default();
        if tender.turn == Turn::Evaluating {
            return Ok(());
        }
        self.at(45);
        let member = |seat: &str| Actor {
            person: seat_account(seat),
            role: Role::Citizen,
            org: OrgId::new("experts"),
        };
        for seat in &seats {
            let member = member(seat);
            self.step(&member, id, "", Act::DeclareInterest { bars: Vec::new() }).await?;
            for (n, bid) in bids.iter().enumerate() {
                let points = |criterion: &str, hundredths| Points {
                    criterion: criterion.into(),
                    hundredths,
                    reason: "对照招标文件评审（模拟）".into(),
                };
                let points = vec![points("报价", 6000 - 500 * n as u32), points("技术", 3000)];
                let key = format!("sim-trading-{}-Score-{n}", self.start);
                self.app.score_bid(&member, id, *bid, points, Some(key)).await?;
            }
            self.step(&member, id, "", Act::SignSheets).await?;
        }
        // The last signature opens all sheets.
        self.app.relay().await?;
        self.at(55);
        for seat in &seats {
            let sign = Act::SignReport { candidates: bids.to_vec(), digest: digest("report") };
            self.step(&member(seat), id, "", sign).await?;
        }
        let Some(first) = seats.first() else { return Ok(()) };
        let report = Act::ReportEvaluation { candidates: bids.to_vec(), digest: digest("report") };
        self.step(&member(first), id, "", report).await
    }

    async fn object(&self, id: MatterId) -> Result<(), Problem> {
        self.at(10);
        let object = Act::Object { stage: Stage::Result, known_on: self.day, digest: digest("objection") };
        self.step(&Tender::firm(2), id, "", object).await
    }

    async fn complain(&self, tender: &Tender, project: MatterId) -> Result<(), Problem> {
        self.at(10);
        let lodge = complaint::Act::Lodge {
            project,
            about: About::Result,
            known_on: offset(self.start, 23),
            objection: Some(1),
            request: "请求复核评标结果（模拟）".to_owned(),
            evidence: vec![digest("evidence")],
            received_before: None,
        };
        let code = tender.reading(2).code;
        let private = [("applicant_name", FIRMS[2].to_owned()), ("applicant_number", code)];
        let private = private.map(|(field, value)| (field.to_owned(), value)).into();
        let id = self.private::<Complaint>(&Tender::firm(2), None, "", lodge, private).await?;
        let (by, chief) = (officer(tender.supervisor()), head(tender.supervisor()));
        self.act::<Complaint>(&by, Some(id), "", complaint::Act::Accept).await?;
        let order =
            complaint::Act::OrderSuspension { document: "模住建暂〔2025〕1号（模拟）".to_owned() };
        self.act::<Complaint>(&chief, Some(id), "", order).await?;
        self.app.relay().await.map(drop)
    }

    async fn decide(&self, tender: &Tender, project: MatterId) -> Result<(), Problem> {
        self.at(10);
        let (by, chief) = (officer(tender.supervisor()), head(tender.supervisor()));
        let rows = self
            .app
            .store
            .by_facet(self.app.region, "project", &project.to_string(), 99)
            .await?;
        let found = rows.iter().find(|row| row.kind == Complaint::KIND).map(|row| row.id);
        let decide = complaint::Act::Decide { outcome: Outcome::Unfounded, digest: digest("decision") };
        self.act::<Complaint>(&chief, found, "", decide).await?;
        let address = format!("/trading/projects/{project}");
        let publish = complaint::Act::Publish { address, digest: digest("decision") };
        self.act::<Complaint>(&by, found, "", publish).await?;
        let resume = Act::Resume {
            document: "模住建复〔2025〕1号（模拟）".to_owned(),
            suspension: String::new(),
        };
        self.step(&by, project, "", resume).await
    }

    /// The first in rank; where award is apart from evaluation, whom the committee chose.
    async fn award(&self, tender: &Tender, id: MatterId) -> Result<(), Problem> {
        self.at(10);
        let (by, chief) = (officer(tender.tenderer), head(tender.tenderer));
        let catalogue = self.app.catalogue();
        let project = catalogue.one::<Project>(id);
        let bids: Vec<MatterId> = project
            .map(|project| project.candidates().iter().map(|one| one.bid).collect())
            .unwrap_or_default();
        let separated = tender.is_separated();
        let Some(chosen) = (if separated { bids.get(1) } else { bids.first() }).copied() else {
            return Ok(());
        };
        if separated {
            self.step(&by, id, "", Act::ReportClearing { digest: digest("clearing") })
                .await?;
            let choose = Act::Choose { meeting: Box::new(meeting(chosen)) };
            self.step(&chief, id, "", choose).await?;
        }
        let award = Act::Award { bid: chosen, ground: None, reason: String::new() };
        self.step(&chief, id, "", award).await?;
        self.at(20);
        let told = bids.into_iter().filter(|bid| *bid != chosen).collect();
        self.step(&by, id, "", Act::SendNotice { told }).await?;
        // The result is fixed: the salts of those drawn are no longer secret.
        let drawn = draw_id(id, Purpose::Experts, 0);
        let seats = catalogue.one::<Draw>(drawn).map(Draw::seats).unwrap_or_default();
        let members = roster(id, Purpose::Experts).into_iter().enumerate();
        let members: Vec<Opened> = members
            .filter(|(_, one)| seats.contains(&one.line.leaf))
            .map(|(n, one)| Opened { leaf: one.line.leaf, salt: salt(id, n), id: format!("E{n}") })
            .collect();
        self.act::<Draw>(&by, Some(drawn), "", DrawAct::Disclose { members })
            .await
            .map(drop)
    }

    async fn sign(&self, tender: &Tender, id: MatterId) -> Result<(), Problem> {
        self.at(10);
        let catalogue = self.app.catalogue();
        let award = catalogue.one::<Project>(id).and_then(|project| project.award.as_ref());
        let price_fen = award.map_or(0, |award| award.price_fen);
        let contract = Contract {
            price_fen,
            digest: digest("contract"),
            performance_bond_fen: price_fen / 10,
            ..Contract::default()
        };
        let sign = Act::SignContract { contract: Box::new(contract) };
        self.step(&head(tender.tenderer), id, "", sign).await?;
        if tender.turn != Turn::Separated {
            return Ok(());
        }
        let (step, reason) = ("合同".to_owned(), "附件图纸在线下签署（模拟）".to_owned());
        self.step(&officer(tender.tenderer), id, "", Act::NoteOffline { step, reason })
            .await
    }

    /// 双随机: objects and officers drawn, visited, checked, made public.
    async fn inspection(&self, n: i64) -> Result<(), Problem> {
        let (by, chief) = (officer(SUPERVISOR), head(SUPERVISOR));
        let parties = [by.clone(), officer(FINANCE)];
        if n == 17 {
            self.at(0);
            let item =
                Item {
                    code: "A1".into(), title: "代理业务档案".into(), published: "/inspections".into()
                };
            let plan = inspection::Act::Plan {
                title: CHECKED.to_owned(),
                target: Target::Agencies,
                items: vec![item],
                objects_library: listed(Purpose::Objects),
                inspectors_library: listed(Purpose::Inspectors),
                until: offset(self.start, 60),
            };
            let id = self.act::<Inspection>(&by, None, "", plan).await?;
            let approve = inspection::Act::Approve { document: "模批（模拟）".to_owned() };
            self.act::<Inspection>(&chief, Some(id), "", approve).await?;
            self.freeze(&by, &parties, id, Purpose::Objects, 2).await?;
            return self.freeze(&by, &parties, id, Purpose::Inspectors, 4).await;
        }
        if !(18..=42).contains(&n) {
            return Ok(());
        }
        let catalogue = self.app.catalogue();
        let mut subjects: Vec<MatterId> = catalogue
            .all::<Draw>()
            .filter(|(_, draw)| draw.purpose == Purpose::Objects)
            .filter_map(|(_, draw)| draw.subject)
            .collect();
        subjects.sort();
        let Some(id) = subjects.pop() else { return Ok(()) };
        match n {
            18 => {
                self.conclude(&by, &parties, id, Purpose::Objects).await?;
                self.conclude(&by, &parties, id, Purpose::Inspectors).await
            }
            21 => self.visit(id, &by).await,
            24 => {
                self.at(10);
                let (address, digest) = (format!("/inspections/{id}"), digest("checked"));
                let publish = inspection::Act::Publish { address, digest };
                self.act::<Inspection>(&by, Some(id), "", publish).await.map(drop)
            }
            25 => self.correct(id, &chief).await,
            36 => {
                self.at(10);
                let prove = inspection::Act::SubmitProof { n: 1, digest: digest("repaired") };
                self.act::<Inspection>(&Tender::firm(9), Some(id), "", prove).await.map(drop)
            }
            42 => {
                self.at(10);
                let digest = digest("checked again");
                let recheck = inspection::Act::Recheck { n: 1, repaired: true, digest };
                self.act::<Inspection>(&by, Some(id), "", recheck).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// What the first agency's sheet shows is to be corrected, with proof.
    async fn correct(&self, id: MatterId, chief: &Actor) -> Result<(), Problem> {
        self.at(10);
        let state: Inspection = self.app.state_of(id).await?.ok_or(Problem::NotFound)?;
        let Some(visit) = state.visits.first() else { return Ok(()) };
        let order = Order {
            object: visit.object.clone(),
            unit: agency(0),
            agent: Some(Tender::firm(9).person),
            item: "A1".to_owned(),
            violation: "代理业务档案缺开标记录（模拟）".to_owned(),
            clause: Basis::article("招标投标法", 36),
            deadline: offset(self.start, 40),
            recheck_on: offset(self.start, 42),
        };
        let act = inspection::Act::OrderCorrection { order: Box::new(order) };
        self.act::<Inspection>(chief, Some(id), "", act).await.map(drop)
    }

    async fn visit(&self, id: MatterId, by: &Actor) -> Result<(), Problem> {
        self.at(10);
        let (objects, inspectors) = (draw_id(id, Purpose::Objects, 0), draw_id(id, Purpose::Inspectors, 0));
        let assign = inspection::Act::Assign { objects, inspectors };
        self.act::<Inspection>(by, Some(id), "", assign).await?;
        let state: Inspection = self.app.state_of(id).await?.ok_or(Problem::NotFound)?;
        for (n, visit) in state.visits.into_iter().enumerate() {
            let (object, key) = (visit.object, n.to_string());
            let document = "模通（模拟）".to_owned();
            let notify = inspection::Act::Notify { object: object.clone(), document, unit: agency(n) };
            self.act::<Inspection>(by, Some(id), &key, notify).await?;
            let certificates = visit.inspectors.iter().map(|leaf| format!("Z{}", &leaf[..6])).collect();
            let go = inspection::Act::Visit {
                object: object.clone(),
                inspectors: visit.inspectors,
                certificates,
                visits_this_year: 0,
                ours_this_year: 0,
                kind: inspection::Unit::Small,
                why_apart: String::new(),
            };
            self.act::<Inspection>(by, Some(id), &key, go).await?;
            let evidence = if n == 0 { vec![digest("sheet")] } else { Vec::new() };
            let line = SheetLine { item: "A1".into(), compliant: n > 0, note: String::new(), evidence };
            let record =
                inspection::Act::Record { object, lines: vec![line], recording: digest("recording") };
            self.act::<Inspection>(by, Some(id), &key, record).await?;
        }
        Ok(())
    }
}

impl Tender {
    fn reading(&self, n: usize) -> Reading {
        let code = fadu_kernel::codes::complete_credit_code(&format!("91429900MA000AA{n}0"));
        Reading {
            bidder: FIRMS.get(n).copied().unwrap_or_default().to_owned(),
            code: code.unwrap_or_default(),
            price: format!("{}.00", self.estimate / 100 * (90 + n as i64)),
            ..Reading::default()
        }
    }
}

/// The latest tender whose committee sits and has scored nothing.
fn waiting(app: &App) -> Option<Project> {
    let catalogue = app.catalogue();
    let waiting = catalogue
        .all::<Project>()
        .filter(|(_, project)| project.status() == "evaluating" && project.tender.sheets.is_empty());
    waiting.max_by_key(|(id, _)| *id).map(|(_, project)| project.clone())
}

/// 评标席位。 The accounts of the members who sit where nobody has scored yet, for whoever plays one; of the latest tender.
pub fn members_waiting(app: &App) -> Vec<PersonId> {
    waiting(app).map_or_else(Vec::new, |project| project.seats().map(|seat| seat.account()).collect())
}

/// The body that waits for their report.
pub fn tenderer_waiting(app: &App) -> Option<OrgId> {
    waiting(app).map(|project| project.tenderer)
}

/// 一个正在收标的模拟项目, for whoever tries the pages: announced today, open for twenty-one days. `holders` open it, two
/// of them together.
pub async fn open_tender(app: &App, tenderer: &str, holders: &[&str]) -> Result<MatterId, Problem> {
    let today = app.moment().today;
    let of = tender(0, LIVE, Kind::Works, "房屋建筑", SCHOOLS, 10_000_000, Turn::None);
    let (by, approver) = (officer(tenderer), officer(APPROVER));
    let act = async |who: &Actor, id: Option<MatterId>, act: Act| {
        let key = Some(format!("sim-open-tender-{}", Project::act_name(&act)));
        let call = Call { actor: who, matter: id, act, private: BTreeMap::new(), key };
        app.act::<Project>(call).await.map(|done| done.matter)
    };
    let register = Act::Register { registration: Box::new(of.registration()) };
    let id = act(&by, None, register).await?;
    act(&by, Some(id), Act::ProposeMethod { method: Method::Open }).await?;
    act(&approver, Some(id), Act::ConfirmMethod { document: "模核（模拟）".to_owned() }).await?;
    let duties = Act::SignDuties { version: "1".to_owned(), digest: digest("duties") };
    act(&head(tenderer), Some(id), duties).await?;
    let deadline = offset(today, 21).at(9, 30, 0, 0);
    let file = TenderFile {
        sale_from: today,
        sale_to: offset(today, 7),
        deadline,
        opening: deadline,
        keys: Some(opening_keys(holders)),
        ..of.file(today)
    };
    act(&by, Some(id), Act::PrepareFile { file: Box::new(file) }).await?;
    let medium = "省公共资源交易平台（模拟）".to_owned();
    let publication = Publication { medium, digest: digest("announcement"), fee_fen: 0 };
    act(&by, Some(id), Act::Announce { publications: vec![publication] }).await
}

fn meeting(chosen: MatterId) -> Meeting {
    let members: Vec<String> = (1..=5).map(|n| format!("定标{n}（模拟）")).collect();
    let vote =
        |seat: &String| Vote { seat: seat.clone(), bid: chosen, reason: "方案更优（模拟）".into() };
    Meeting {
        votes: members.iter().map(vote).collect(),
        members,
        method: ChoiceMethod::Ballot,
        chosen,
        reasons: "施工组织和业绩更优（模拟）".to_owned(),
        supervision: "监督小组在场（模拟）".to_owned(),
        digest: digest("meeting"),
    }
}

fn agency(n: usize) -> String {
    format!("招标代理机构{}（模拟）", n + 1)
}

fn secret(draw: MatterId, party: &Actor) -> String {
    digest(&format!("{draw} {} {}", party.org, party.person))
}

fn salt(subject: MatterId, n: usize) -> String {
    digest(&format!("{subject} salt {n}"))[..16].to_owned()
}

/// Experts have salts of their own in each draw, so that nobody knows them again; those of a library are of the library.
fn salted(subject: MatterId, purpose: Purpose) -> MatterId {
    match purpose {
        Purpose::Experts => subject,
        Purpose::Inspectors | Purpose::Objects => MatterId(0),
    }
}

/// 名录库的摘要, as a plan names it.
fn listed(purpose: Purpose) -> String {
    let list = roster(MatterId(0), purpose);
    draw::library(list.iter().map(|candidate| &candidate.line))
}

/// Twelve on the list, one of them excluded.
fn roster(subject: MatterId, purpose: Purpose) -> Vec<Candidate> {
    let specialty = match purpose {
        Purpose::Experts => "建筑",
        Purpose::Inspectors => "执法",
        Purpose::Objects => "代理机构",
    };
    (0..12)
        .map(|n| Candidate {
            line: Line {
                leaf: leaf(&salt(subject, n), &format!("E{n}"), specialty),
                specialty: specialty.to_owned(),
                exclusion: (n == 5).then(|| "employer".to_owned()),
                weight: 1,
            },
            employer: OrgId::new("设计院（模拟）"),
            years: 12,
            senior: true,
            certificate: format!("Z{n:03}"),
            bars: Vec::new(),
        })
        .collect()
}
