//! 一个县的一次招标。 Matters in memory, acts at a civil time, and the ways to each stage of a tender.

use crate::bid::{self, Bid, SEALED};
use crate::complaint::{self, Complaint};
use crate::draw::matter::{Act as DrawAct, Candidate, Draw, Purpose, draw_id};
use crate::draw::{Line, Rules, leaf, sha256};
use crate::inspection::{self, Inspection};
use crate::library::{self, Library};
use crate::project::{
    Act, Contract, KeyHolder, Member, Method, OpenedSheet, OpeningKeys, Points, Project, Publication,
    Reading, Registration, SharePurpose, TenderFile, file::Criterion, seat_account,
};
use crate::regime::{Funding, Kind};
use crate::setting::{self, Setting};
use crate::time::instant_ms;
use fadu_kernel::{
    Actor, Calendar, Catalogue, Ctx, Matter, MatterId, Moment, OrgId, PersonId, Refusal, Region, Role,
    Sealed, Stamp,
};
use jiff::civil::{Date, DateTime, date};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The facts of an act as they are stored.
pub type Answer = Result<String, Refusal>;

pub const P: MatterId = MatterId(1);
pub const COMPLAINT: MatterId = MatterId(5);
pub const CHECK: MatterId = MatterId(7);
pub const BIDS: [MatterId; 4] = [MatterId(101), MatterId(102), MatterId(103), MatterId(104)];
pub const FIRMS: [(&str, &str); 4] = [
    ("甲建设公司（演示）", "91350100M000100Y43"),
    ("乙建设公司（演示）", "91420222MA000AA10A"),
    ("丙建设公司（演示）", "91420222MA000AA20B"),
    ("丁建设公司（演示）", "91420222MA000AA30C"),
];

pub fn nonce(n: usize) -> String {
    sha256(&format!("nonce {n}"))
}

pub fn digest() -> String {
    "ab".repeat(32)
}

pub fn at(text: &str) -> DateTime {
    format!("2025-{text}").parse().unwrap()
}

pub fn day(month: i8, day: i8) -> Date {
    date(2025, month, day)
}

pub fn person(name: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(name), role, org: OrgId::new(org) }
}

pub fn tenderer() -> Actor {
    person("t", Role::Officer, "教育局")
}

/// The head of the tenderer.
pub fn head() -> Actor {
    person("th", Role::AgencyHead, "教育局")
}

pub fn supervisor() -> Actor {
    person("s", Role::Officer, "住建局")
}

/// The supervisor of procurements.
pub fn finance() -> Actor {
    person("f", Role::Officer, "财政局")
}

pub fn approver() -> Actor {
    person("a", Role::Officer, "发改局")
}

pub fn centre() -> Actor {
    person("c", Role::WindowClerk, "交易中心")
}

/// Who keeps the registers of the county.
pub fn manager() -> Actor {
    person("m", Role::CatalogueManager, "数据局")
}

/// A bidder before the opening: a one-time account and no name.
pub fn sealed(n: usize) -> Actor {
    person(&format!("sealed-{n}"), Role::FirmAgent, SEALED)
}

pub fn firm(n: usize) -> Actor {
    person(&format!("firm-{n}"), Role::FirmAgent, "firms")
}

pub fn seat(leaf: &str) -> Actor {
    Actor { person: seat_account(leaf), role: Role::Citizen, org: OrgId::new("experts") }
}

pub struct World {
    matters: BTreeMap<(&'static str, MatterId), Arc<dyn Any + Send + Sync>>,
    calendar: Calendar,
    /// What the house keeps of sealed sheets.
    sheets: Vec<OpenedSheet>,
}

impl Default for World {
    fn default() -> World {
        World { matters: BTreeMap::new(), calendar: Calendar::shipped(), sheets: Vec::new() }
    }
}

impl Catalogue for World {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.matters
            .iter()
            .find(|((known, of), _)| *known == kind && *of == id)
            .map(|(_, state)| state)
    }
}

impl World {
    pub fn state<M: Matter>(&self, id: MatterId) -> M {
        self.get(M::KIND, id)
            .and_then(|state| state.downcast_ref::<M>())
            .cloned()
            .unwrap_or_default()
    }

    pub fn act<M: Matter>(&mut self, id: MatterId, when: DateTime, actor: &Actor, act: &M::Act) -> Answer {
        let mut state: M = self.state(id);
        let sealed = Sealed::new();
        let moment = Moment { ms: instant_ms(when), today: when.date() };
        let ctx = Ctx {
            region: Region(420222),
            moment,
            actor,
            matter: id,
            calendar: &self.calendar,
            catalogue: self,
            sealed: &sealed,
        };
        let facts = state.decide(act, &ctx)?;
        let (person, org) = (actor.person.clone(), actor.org.clone());
        let stamp = Stamp { day: moment.today, ms: moment.ms, person, role: actor.role, org };
        facts.iter().for_each(|fact| state.evolve(fact, &stamp));
        // What is kept is what is read back.
        let text = serde_json::to_string(&state).unwrap();
        let kept: M = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&kept).unwrap(), text, "a state survives storage");
        self.matters.insert((M::KIND, id), Arc::new(kept));
        Ok(serde_json::to_string(&facts).unwrap())
    }

    pub fn project(&mut self, when: &str, actor: &Actor, act: Act) -> Answer {
        self.act::<Project>(P, at(when), actor, &act)
    }

    /// A step on the way: it has to go through.
    pub fn then(&mut self, when: &str, actor: &Actor, act: Act) {
        let said = Project::act_name(&act);
        if let Err(refusal) = self.project(when, actor, act) {
            panic!("{said} on the way there was refused: {refusal}");
        }
    }

    pub fn bid(&mut self, n: usize, when: &str, actor: &Actor, act: bid::Act) -> Answer {
        self.act::<Bid>(BIDS[n], at(when), actor, &act)
    }

    pub fn draw(&mut self, id: MatterId, when: &str, actor: &Actor, act: DrawAct) -> Answer {
        self.act::<Draw>(id, at(when), actor, &act)
    }

    pub fn complain(&mut self, when: &str, actor: &Actor, act: complaint::Act) -> Answer {
        self.act::<Complaint>(COMPLAINT, at(when), actor, &act)
    }

    pub fn check(&mut self, when: &str, actor: &Actor, act: inspection::Act) -> Answer {
        self.act::<Inspection>(CHECK, at(when), actor, &act)
    }

    /// The project's supervisor.
    pub fn overseer(&self) -> Actor {
        let named = self.state::<Project>(P).registration.supervisor;
        person("s", Role::Officer, named.as_str())
    }

    pub fn seats(&self) -> Vec<String> {
        self.state::<Project>(P).seats().map(|seat| seat.leaf.clone()).collect()
    }
}

pub fn registration() -> Registration {
    Registration {
        title: "模拟实验小学教学楼".into(),
        kind: Kind::Works,
        sector: "房屋建筑".into(),
        code: "2503-429900-04-01-000001".into(),
        supervisor: OrgId::new("住建局"),
        approver: Some(OrgId::new("发改局")),
        approval: "模发改批〔2025〕1号".into(),
        agency: None,
        estimate_fen: 1_000_000_000,
        together_fen: 0,
        funding: Funding {
            budget_fen: 1_000_000_000,
            investment_fen: 1_000_000_000,
            state_controlled: true,
            source: "模财预〔2025〕1号".into(),
            ..Funding::default()
        },
    }
}

pub fn procurement() -> Registration {
    Registration {
        kind: Kind::Procurement,
        approver: None,
        supervisor: finance().org,
        sector: "办公设备".into(),
        ..registration()
    }
}

/// So much budget money in an investment of ten million yuan; the tenderer ticks no state control.
pub fn unticked(budget_fen: i64) -> Registration {
    let funding = Funding { budget_fen, state_controlled: false, ..registration().funding };
    Registration { funding, ..registration() }
}

/// Without state control the ranking binds nobody: half is no control.
pub fn free() -> Registration {
    unticked(500_000_000)
}

pub fn file() -> TenderFile {
    TenderFile {
        digest: digest(),
        standard_text: "标准施工招标文件".into(),
        sale_from: day(3, 4),
        sale_to: day(3, 11),
        deadline: at("03-25T09:30:00"),
        opening: at("03-25T09:30:00"),
        bond_fen: 20_000_000,
        validity_days: 90,
        bond_validity_days: 90,
        ceiling_fen: Some(1_000_000_000),
        criteria: vec![
            Criterion { name: "报价".into(), most: 6000, ..Criterion::default() },
            Criterion { name: "技术".into(), most: 4000, ..Criterion::default() },
        ],
        rejection_grounds: vec!["工期超过招标文件规定".into()],
        candidates: 3,
        performance_bond_percent: 10,
        forbids_transfer: true,
        keys: Some(keys()),
        ..TenderFile::default()
    }
}

/// Two of three open: tenderer, supervisor, trading centre.
pub fn keys() -> OpeningKeys {
    let holder = |org: &str| KeyHolder { org: OrgId::new(org), key: sha256(&format!("key of {org}")) };
    OpeningKeys { threshold: 2, holders: ["教育局", "住建局", "交易中心"].map(holder).to_vec() }
}

pub fn points(price: u32, technique: u32) -> Vec<Points> {
    let of = |criterion: &str, hundredths| Points {
        criterion: criterion.into(),
        hundredths,
        reason: "见评审意见".into(),
    };
    vec![of("报价", price), of("技术", technique)]
}

pub fn publications() -> Vec<Publication> {
    let of = |medium: &str| Publication { medium: medium.into(), digest: digest(), fee_fen: 0 };
    vec![of("中国招标投标公共服务平台"), of("省公共资源交易平台")]
}

pub fn reading(n: usize) -> Reading {
    Reading {
        bidder: FIRMS[n].0.into(),
        code: FIRMS[n].1.into(),
        price: ["9,000,000.00", "9100000", "9200000", "9300000"][n].into(),
        ..Reading::default()
    }
}

pub fn member(n: u32, employer: &str) -> Member {
    Member { leaf: sha256(&format!("member {n}")), employer: OrgId::new(employer) }
}

/// Eight experts of one specialty on the list.
pub fn roster() -> Vec<Candidate> {
    (0..8)
        .map(|n| Candidate {
            line: Line {
                leaf: leaf(&format!("salt{n}"), &format!("E{n}"), "建筑"),
                specialty: "建筑".into(),
                exclusion: None,
                weight: 1,
            },
            employer: OrgId::new("设计院"),
            years: 8,
            senior: true,
            certificate: format!("Z{n}"),
            bars: Vec::new(),
        })
        .collect()
}

pub fn publish_library() -> library::Act {
    library::Act::Publish {
        name: "省综合评标专家库".into(),
        keeper: centre().org,
        digest: digest(),
        n_listed: 8,
        source: "模发改〔2024〕1号".into(),
    }
}

pub fn draw_up(project: MatterId, need: u16, take: u16, roster: &[Candidate]) -> library::Act {
    let roster = roster.iter().map(|candidate| candidate.line.clone()).collect();
    library::Act::DrawUp { project, need, rules: Rules { take, quotas: BTreeMap::new() }, roster }
}

/// The agencies on the list of objects.
pub fn objects() -> Vec<Candidate> {
    let agency = |(n, candidate): (usize, Candidate)| {
        let specialty = "代理机构".to_owned();
        let line = Line {
            leaf: leaf(&format!("salt{n}"), &format!("A{n}"), &specialty),
            specialty,
            ..candidate.line
        };
        Candidate { line, ..candidate }
    };
    roster().into_iter().enumerate().map(agency).collect()
}

pub fn freeze(subject: MatterId, purpose: Purpose, need: u16, take: u16, roster: Vec<Candidate>) -> DrawAct {
    DrawAct::Freeze {
        subject,
        purpose,
        need,
        rules: Rules { take, quotas: BTreeMap::new() },
        roster,
        reveal_by: at("03-21T12:00:00"),
        public_source: "演示彩票，第2025080期".into(),
        public_at: at("03-21T21:00:00"),
    }
}

pub fn secret(n: u32) -> String {
    sha256(&format!("secret {n}"))
}

pub fn conclude(roster: &[Candidate]) -> DrawAct {
    DrawAct::Conclude {
        public_value: "01 02 03 04 05 06 + 07".into(),
        roster: roster.iter().map(|candidate| candidate.line.clone()).collect(),
    }
}

/// The ways to each stage.
impl World {
    pub fn registered(&mut self, registration: Registration) -> &mut World {
        self.then("03-03T09:00:00", &tenderer(), Act::Register { registration: Box::new(registration) });
        self
    }

    pub fn confirmed(&mut self, registration: Registration) -> &mut World {
        let overseer = person("s", Role::Officer, registration.supervisor.as_str());
        let by = registration.approver.as_ref().map_or(overseer, |_| approver());
        self.registered(registration);
        self.then("03-03T10:00:00", &tenderer(), Act::ProposeMethod { method: Method::Open });
        self.then("03-03T11:00:00", &by, Act::ConfirmMethod { document: "模核〔2025〕1号".into() });
        let signed = Act::SignDuties { version: "2025-1".into(), digest: digest() };
        self.then("03-03T11:30:00", &tenderer(), signed);
        self
    }

    /// The second key is the supervisor's, whoever that is.
    pub fn prepare(&mut self, mut file: TenderFile) -> Answer {
        let named = self.overseer().org;
        let holders = file.keys.iter_mut().flat_map(|keys| &mut keys.holders);
        holders
            .filter(|holder| holder.org == supervisor().org)
            .for_each(|holder| holder.org = named.clone());
        self.project("03-03T15:00:00", &tenderer(), Act::PrepareFile { file: Box::new(file) })
    }

    pub fn announce(&mut self) -> Answer {
        self.project("03-04T09:00:00", &tenderer(), Act::Announce { publications: publications() })
    }

    pub fn announced(&mut self, registration: Registration, file: TenderFile) -> &mut World {
        self.confirmed(registration);
        self.prepare(file).unwrap();
        self.announce().unwrap();
        self
    }

    pub fn deposit(&mut self, n: usize, when: &str) -> Answer {
        let act = bid::Act::Deposit { project: Some(P), nonce: nonce(n), digest: digest(), ticket: None };
        self.bid(n, when, &sealed(n), act)
    }

    /// What the relay does once the deadline has passed: the commitment is opened, the project admits the bid.
    pub fn admit(&mut self, n: usize) -> Answer {
        let when = "03-25T09:30:00";
        self.bid(n, when, &centre(), bid::Act::Reveal { project: P, nonce: nonce(n) })?;
        let bid: Bid = self.state(BIDS[n]);
        let act = Act::Admit { bid: BIDS[n], digest: bid.digest, received_ms: bid.received_ms };
        self.project(when, &Actor::relay(), act)
    }

    pub fn with_bids(&mut self, registration: Registration, n: usize) -> &mut World {
        self.with_bids_on(registration, file(), n)
    }

    pub fn with_bids_on(&mut self, registration: Registration, file: TenderFile, n: usize) -> &mut World {
        self.announced(registration, file);
        for n in 0..n {
            self.deposit(n, "03-20T09:00:00").unwrap();
            self.admit(n).unwrap();
        }
        self
    }

    /// Two of three holders have looked whose the unrevealed envelopes are.
    pub fn looked_through(&mut self) {
        for (holder, by) in [(1, tenderer()), (2, self.overseer())] {
            let act = Act::Contribute { holder, purpose: SharePurpose::Label, digest: digest() };
            self.then("03-25T09:30:00", &by, act);
        }
    }

    pub fn opening(&mut self, registration: Registration) -> &mut World {
        self.with_bids(registration, 3);
        self.looked_through();
        self.then("03-25T09:30:00", &tenderer(), Act::BeginOpening);
        self
    }

    pub fn read(&mut self, n: usize, reading: Reading) -> Answer {
        let act = Act::ReadBid { bid: BIDS[n], reading: Box::new(reading) };
        self.project("03-25T09:40:00", &tenderer(), act)
    }

    pub fn close_opening(&mut self) -> Answer {
        self.project("03-25T10:00:00", &tenderer(), Act::CloseOpening { record: digest() })
    }

    pub fn opened(&mut self, registration: Registration) -> &mut World {
        self.opening(registration);
        for n in 0..3 {
            self.read(n, reading(n)).unwrap();
        }
        self.close_opening().unwrap();
        self
    }

    pub fn library(&mut self, actor: &Actor, act: library::Act) -> Answer {
        self.act::<Library>(Library::id(), at("03-20T08:00:00"), actor, &act)
    }

    /// The county adopts a parameter of its own.
    pub fn adopt(&mut self, when: &str, name: &str, value: i64, from: Date) -> Answer {
        let (name, source) = (name.to_owned(), "模发改〔2025〕7号".to_owned());
        let id = Setting::id(&name);
        let act = setting::Act::Adopt { name, value, source, demonstration: false, from };
        self.act::<Setting>(id, at(when), &manager(), &act)
    }

    /// The keeper of the library draws up the list of a draw.
    pub fn listed(&mut self, project: MatterId, need: u16, take: u16, roster: &[Candidate]) -> Answer {
        self.library(&manager(), publish_library())?;
        self.library(&centre(), draw_up(project, need, take, roster))
    }

    pub fn drawn(&mut self, subject: MatterId, purpose: Purpose, take: u16) -> MatterId {
        let id = draw_id(subject, purpose, 0);
        let (keeper, list) = match purpose {
            Purpose::Experts => (tenderer(), roster()),
            Purpose::Inspectors => (supervisor(), roster()),
            Purpose::Objects => (supervisor(), objects()),
        };
        if purpose == Purpose::Experts {
            self.listed(subject, 0, take, &list).unwrap();
        }
        let frozen = freeze(subject, purpose, 0, take, list.clone());
        self.draw(id, "03-20T09:00:00", &keeper, frozen).unwrap();
        for (n, party) in [(1, tenderer()), (2, supervisor())] {
            let commit = DrawAct::Commit { commit: sha256(&secret(n)) };
            self.draw(id, "03-20T10:00:00", &party, commit).unwrap();
        }
        for (n, party) in [(1, tenderer()), (2, supervisor())] {
            self.draw(id, "03-21T09:00:00", &party, DrawAct::Reveal { secret: secret(n) })
                .unwrap();
        }
        self.draw(id, "03-21T21:00:00", &keeper, conclude(&list)).unwrap();
        id
    }

    pub fn seat(&mut self, draw: Option<MatterId>, representatives: Vec<Member>) -> Answer {
        let act = Act::SeatCommittee {
            draw,
            appointed: Vec::new(),
            special_ground: String::new(),
            representatives,
        };
        self.project("03-25T10:30:00", &tenderer(), act)
    }

    /// Four drawn experts and one of the tenderer.
    pub fn seated(&mut self, registration: Registration) -> &mut World {
        self.opened(registration);
        let draw = self.drawn(P, Purpose::Experts, 4);
        self.seat(Some(draw), vec![member(1, "教育局")]).unwrap();
        self
    }

    /// Nothing keeps this member away.
    pub fn declare(&mut self, leaf: &str) -> Answer {
        self.project("03-25T11:00:00", &seat(leaf), Act::DeclareInterest { bars: Vec::new() })
    }

    pub fn score_as(&mut self, leaf: &str, n: usize, price: u32) -> Answer {
        self.declare(leaf)?;
        let sheet = OpenedSheet { bid: BIDS[n], points: points(price, 3000), nonce: format!("{leaf}{n}") };
        self.sheets.push(sheet.clone());
        let act = Act::Score { bid: sheet.bid, points: sheet.points, nonce: sheet.nonce };
        self.project("03-25T14:00:00", &seat(leaf), act)
    }

    pub fn sign_sheets(&mut self, leaf: &str) -> Answer {
        self.project("03-25T14:30:00", &seat(leaf), Act::SignSheets)
    }

    /// As the relay does once the last member has signed.
    pub fn open_sheets(&mut self) -> Answer {
        let sheets = self.sheets.clone();
        self.project("03-25T14:31:00", &Actor::relay(), Act::OpenSheets { sheets })
    }

    /// The first bid has most points, the third least.
    pub fn scored(&mut self, registration: Registration) -> &mut World {
        self.seated(registration);
        for leaf in self.seats() {
            for n in 0..3 {
                self.score_as(&leaf, n, 6000 - 500 * n as u32).unwrap();
            }
            self.sign_sheets(&leaf).unwrap();
        }
        self.open_sheets().unwrap();
        self
    }

    pub fn sign_report(&mut self, when: &str, leaf: &str, candidates: &[usize]) -> Answer {
        let candidates = candidates.iter().map(|n| BIDS[*n]).collect();
        self.project(when, &seat(leaf), Act::SignReport { candidates, digest: digest() })
    }

    /// So many of the members sign, and the first of all brings the report.
    pub fn report_signed(&mut self, when: &str, candidates: &[usize], n_signed: usize) -> Answer {
        let seats = self.seats();
        for leaf in &seats[..n_signed] {
            self.sign_report(when, leaf, candidates)?;
        }
        let candidates = candidates.iter().map(|n| BIDS[*n]).collect();
        self.project(when, &seat(&seats[0]), Act::ReportEvaluation { candidates, digest: digest() })
    }

    pub fn report(&mut self, candidates: &[usize]) -> Answer {
        self.report_signed("03-25T17:00:00", candidates, self.seats().len())
    }

    pub fn reported(&mut self, registration: Registration) -> &mut World {
        self.scored(registration);
        self.report(&[0, 1, 2]).unwrap();
        self
    }

    pub fn published(&mut self, registration: Registration) -> &mut World {
        self.reported(registration);
        self.then("03-26T09:00:00", &tenderer(), Act::PublishCandidates { until: day(3, 29) });
        self
    }

    pub fn award(&mut self, when: &str, n: usize) -> Answer {
        let act = Act::Award { bid: BIDS[n], ground: None, reason: String::new() };
        self.project(when, &tenderer(), act)
    }

    pub fn awarded(&mut self, registration: Registration) -> &mut World {
        self.published(registration);
        self.award("03-31T09:00:00", 0).unwrap();
        self
    }

    pub fn notify(&mut self, when: &str, told: &[usize]) -> Answer {
        let act = Act::SendNotice { told: told.iter().map(|n| BIDS[*n]).collect() };
        self.project(when, &tenderer(), act)
    }

    pub fn noticed(&mut self, registration: Registration) -> &mut World {
        self.awarded(registration);
        self.notify("03-31T10:00:00", &[1, 2]).unwrap();
        self
    }

    pub fn sign(&mut self, when: &str, contract: Contract) -> Answer {
        self.project(when, &tenderer(), Act::SignContract { contract: Box::new(contract) })
    }

    pub fn contracted(&mut self, registration: Registration) -> &mut World {
        self.noticed(registration);
        self.sign("04-10T09:00:00", contract()).unwrap();
        self
    }
}

pub fn contract() -> Contract {
    Contract {
        price_fen: 900_000_000,
        digest: digest(),
        performance_bond_fen: 90_000_000,
        ..Contract::default()
    }
}
