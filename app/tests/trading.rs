//! 一次招标，从登记到合同。 Through the one door, on a store that stops in the middle: bids on both sides of the deadline,
//! a draw of experts that anybody can compute again, a complaint that suspends; and before the opening nobody's name.

use fadu_app::now::Movable;
use fadu_app::private::Keys;
use fadu_app::registry::{self, Asked};
use fadu_app::{App, Call, Problem};
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Region, Role};
use fadu_store::{Sqlite, Store};
use fadu_trading::bid::{self, SEALED};
use fadu_trading::complaint::{self, About};
use fadu_trading::draw::matter::{Act as DrawAct, Candidate, Purpose, draw_id};
use fadu_trading::draw::{self, Line, Rules, leaf, sha256};
use fadu_trading::inspection::{self, Inspection};
use fadu_trading::project::file::Criterion;
use fadu_trading::project::{
    Act, Contract, KeyHolder, Member, Method, OpeningKeys, Points, Publication, Reading, Registration,
    SharePurpose, Stage, TenderFile, seat_account,
};
use fadu_trading::regime::{Funding, Kind, MustTender};
use fadu_trading::time::instant_ms;
use fadu_trading::{Bid, Complaint, Draw, Library, Project, Setting, library, parameters, setting};
use jiff::civil::DateTime;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

const R: Region = Region(429_993);
const FIRMS: [(&str, &str); 4] = [
    ("甲建设公司（演示）", "9,000,000.00"),
    ("乙建设公司（演示）", "9,100,000.00"),
    ("丙建设公司（演示）", "9,200,000.00"),
    ("丁建设公司（演示）", "9,300,000.00"),
];

fn code(n: usize) -> String {
    fadu_kernel::codes::complete_credit_code(&format!("91420222MA000AA{n}0")).unwrap()
}

struct County {
    folder: tempfile::TempDir,
    clock: Movable,
    app: Arc<App>,
}

fn at(text: &str) -> DateTime {
    format!("2025-{text}").parse().unwrap()
}

fn digest() -> String {
    "ab".repeat(32)
}

fn nonce(n: usize) -> String {
    sha256(&format!("nonce {n}"))
}

fn person(name: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(name), role, org: OrgId::new(org) }
}

fn tenderer() -> Actor {
    person("t", Role::Officer, "教育局")
}

fn head() -> Actor {
    person("th", Role::AgencyHead, "教育局")
}

fn supervisor() -> Actor {
    person("s", Role::Officer, "住建局")
}

fn centre() -> Actor {
    person("c", Role::WindowClerk, "交易中心")
}

fn sealed(n: usize) -> Actor {
    person(&format!("sealed-{n}"), Role::FirmAgent, SEALED)
}

impl County {
    async fn new() -> County {
        let folder = tempfile::tempdir().unwrap();
        let clock = Movable::default();
        let app = open(&folder.path().join("fadu.db"), &clock).await;
        County { folder, clock, app }
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("fadu.db")
    }

    async fn restart(&mut self) {
        self.app = open(&self.place(), &self.clock).await;
    }

    fn on(&self, when: &str) {
        self.clock.set(instant_ms(at(when)));
    }

    async fn act<M: Matter>(
        &self,
        who: &Actor,
        matter: Option<MatterId>,
        act: M::Act,
    ) -> Result<MatterId, Problem> {
        let call = Call { actor: who, matter, act, private: BTreeMap::new(), key: None };
        self.app.act::<M>(call).await.map(|committed| committed.matter)
    }

    async fn project(&self, when: &str, who: &Actor, id: MatterId, act: Act) {
        self.on(when);
        let said = Project::act_name(&act);
        if let Err(problem) = self.act::<Project>(who, Some(id), act).await {
            panic!("{said}: {problem}");
        }
    }

    fn state(&self, id: MatterId) -> Project {
        self.app.catalogue().one::<Project>(id).unwrap().clone()
    }

    async fn bid(&self, id: MatterId) -> Bid {
        let row = self.app.store.matter(R, id).await.unwrap().unwrap();
        serde_json::from_str(&row.state).unwrap()
    }

    /// Every byte the store has written: every row of every table, and what was deleted too.
    fn written(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().flatten();
        files.flat_map(|file| std::fs::read(file.path()).unwrap()).collect()
    }

    fn written_somewhere(&self, needle: &str) -> bool {
        self.written().windows(needle.len()).any(|window| window == needle.as_bytes())
    }
}

async fn open(place: &std::path::Path, clock: &Movable) -> Arc<App> {
    let store: Arc<dyn Store> = Sqlite::open(place).unwrap();
    App::open(R, store, Keys::new([3; 32]), Box::new(clock.clone())).await.unwrap()
}

/// The rule that refused.
fn rule<T: std::fmt::Debug>(answer: Result<T, Problem>) -> &'static str {
    match answer {
        Err(Problem::Refused(refusal)) => refusal.rule.id,
        other => panic!("not refused: {other:?}"),
    }
}

fn registration() -> Registration {
    Registration {
        title: "模拟实验小学教学楼".into(),
        kind: Kind::Works,
        sector: "房屋建筑".into(),
        supervisor: OrgId::new("住建局"),
        approver: Some(OrgId::new("发改局")),
        approval: "模发改批〔2025〕1号".into(),
        estimate_fen: 1_000_000_000,
        funding: Funding {
            budget_fen: 1_000_000_000,
            investment_fen: 1_000_000_000,
            state_controlled: true,
            source: "模财预〔2025〕1号".into(),
            ..Funding::default()
        },
        ..Registration::default()
    }
}

fn file() -> TenderFile {
    let criterion = |name: &str, most| Criterion { name: name.into(), most, ..Criterion::default() };
    TenderFile {
        digest: digest(),
        standard_text: "标准施工招标文件".into(),
        sale_from: at("03-04T00:00:00").date(),
        sale_to: at("03-11T00:00:00").date(),
        deadline: at("03-25T09:30:00"),
        opening: at("03-25T09:30:00"),
        validity_days: 90,
        criteria: vec![criterion("报价", 6000), criterion("技术", 4000)],
        candidates: 3,
        performance_bond_percent: 10,
        forbids_transfer: true,
        keys: Some(keys()),
        ..TenderFile::default()
    }
}

/// Two of three open: tenderer, supervisor, trading centre.
fn keys() -> OpeningKeys {
    let holder = |org: &str| KeyHolder { org: OrgId::new(org), key: sha256(&format!("key of {org}")) };
    OpeningKeys { threshold: 2, holders: ["教育局", "住建局", "交易中心"].map(holder).to_vec() }
}

fn roster() -> Vec<Candidate> {
    (0..12)
        .map(|n| Candidate {
            line: Line {
                leaf: leaf(&format!("salt{n}"), &format!("E{n}"), "建筑"),
                specialty: "建筑".into(),
                exclusion: (n == 5).then(|| "employer".to_owned()),
                weight: 1,
            },
            employer: OrgId::new("设计院"),
            years: 8,
            senior: true,
            certificate: String::new(),
            bars: Vec::new(),
        })
        .collect()
}

/// Registered, confirmed, announced.
async fn announced(county: &County) -> MatterId {
    county.on("03-03T09:00:00");
    let register = Act::Register { registration: Box::new(registration()) };
    let id = county.act::<Project>(&tenderer(), None, register).await.unwrap();
    let confirm = Act::ConfirmMethod { document: "模核〔2025〕1号".into() };
    let approver = person("a", Role::Officer, "发改局");
    county
        .project("03-03T10:00:00", &tenderer(), id, Act::ProposeMethod { method: Method::Open })
        .await;
    county.project("03-03T11:00:00", &approver, id, confirm).await;
    let duties = Act::SignDuties { version: "2025-1".into(), digest: digest() };
    county.project("03-03T11:30:00", &head(), id, duties).await;
    let prepare = Act::PrepareFile { file: Box::new(file()) };
    county.project("03-03T15:00:00", &tenderer(), id, prepare).await;
    let publication =
        Publication { medium: "省公共资源交易平台".into(), digest: digest(), fee_fen: 0 };
    let announce = Act::Announce { publications: vec![publication] };
    county.project("03-04T09:00:00", &tenderer(), id, announce).await;
    id
}

/// Frozen before the deadline, concluded by a public value after it.
async fn experts(county: &County, project: MatterId) -> MatterId {
    let id = draw_id(project, Purpose::Experts, 0);
    county.on("03-20T09:00:00");
    let freeze = DrawAct::Freeze {
        subject: project,
        purpose: Purpose::Experts,
        need: 0,
        rules: Rules { take: 4, quotas: BTreeMap::new() },
        roster: roster(),
        reveal_by: at("03-21T12:00:00"),
        public_source: "演示彩票，第2025080期".into(),
        public_at: at("03-21T21:00:00"),
    };
    assert_eq!(rule(county.act::<Draw>(&tenderer(), Some(id), freeze.clone()).await), "TND-38");
    let publish = library::Act::Publish {
        name: "省综合评标专家库".into(),
        keeper: centre().org,
        digest: digest(),
        n_listed: 12,
        source: "模发改〔2024〕1号".into(),
    };
    let manager = person("m", Role::CatalogueManager, "数据局");
    county.act::<Library>(&manager, None, publish).await.unwrap();
    let draw_up = library::Act::DrawUp {
        project,
        need: 0,
        rules: Rules { take: 4, quotas: BTreeMap::new() },
        roster: roster().into_iter().map(|candidate| candidate.line).collect(),
    };
    let clerk = person("w", Role::WindowClerk, "别的大厅");
    let other = county.act::<Library>(&clerk, Some(Library::id()), draw_up.clone()).await;
    assert!(matches!(other, Err(Problem::NoAuthority(_))), "{other:?}");
    county.act::<Library>(&centre(), Some(Library::id()), draw_up).await.unwrap();
    county.act::<Draw>(&tenderer(), Some(id), freeze).await.unwrap();
    let parties = [tenderer(), supervisor(), centre()];
    for (n, party) in parties.iter().enumerate() {
        let commit = DrawAct::Commit { commit: sha256(&sha256(&format!("secret {n}"))) };
        county.act::<Draw>(party, Some(id), commit).await.unwrap();
    }
    county.on("03-21T09:00:00");
    for (n, party) in parties.iter().enumerate().take(2) {
        let reveal = DrawAct::Reveal { secret: sha256(&format!("secret {n}")) };
        county.act::<Draw>(party, Some(id), reveal).await.unwrap();
    }
    county.on("03-21T21:00:00");
    let value = "01 02 03 04 05 06 + 07";
    let mut lines: Vec<Line> = roster().into_iter().map(|candidate| candidate.line).collect();
    assert!(county.app.draw_record(id).await.unwrap().is_none(), "nothing to publish yet");
    lines[0].weight = 2;
    let other = county.app.conclude_draw(&tenderer(), id, value, lines.clone(), None).await;
    assert!(matches!(other, Err(Problem::Invalid(_))), "another list: {other:?}");
    lines[0].weight = 1;
    // By the generic form, as any post of the desk does it: the list is kept all the same.
    let asked = Asked {
        matter: Some(id),
        act: "Conclude".into(),
        fields: Some(serde_json::json!({"public_value": value, "roster": lines})),
        private: BTreeMap::new(),
        key: None,
    };
    let draws = registry::kind("draw").unwrap();
    (draws.act)(&county.app, &tenderer(), asked).await.unwrap();
    id
}

async fn deposit(county: &County, project: MatterId, n: usize, when: i64) -> Result<MatterId, Problem> {
    county.clock.set(when);
    let act = bid::Act::Deposit { project: Some(project), nonce: nonce(n), digest: digest(), ticket: None };
    county.act::<Bid>(&sealed(n), None, act).await
}

async fn reveal(county: &County, project: MatterId, bid: MatterId, n: usize) -> Result<MatterId, Problem> {
    let act = bid::Act::Reveal { project, nonce: nonce(n) };
    county.act::<Bid>(&sealed(n), Some(bid), act).await
}

#[tokio::test]
async fn a_tender_from_registration_to_contract() {
    let mut county = County::new().await;
    let id = announced(&county).await;
    let deadline = instant_ms(at("03-25T09:30:00"));

    // A bid that is withdrawn, three in time of which one at the very last millisecond, one a millisecond late.
    let withdrawn = deposit(&county, id, 3, deadline - 86_400_000).await.unwrap();
    let back = bid::Act::Withdraw { project: id, nonce: nonce(3) };
    let stranger = county.act::<Bid>(&sealed(0), Some(withdrawn), back.clone()).await;
    assert!(matches!(stranger, Err(Problem::NoAuthority(_))), "{stranger:?}");
    county.act::<Bid>(&sealed(3), Some(withdrawn), back).await.unwrap();
    let draw = experts(&county, id).await;
    let mut bids = Vec::new();
    for (n, when) in [deadline - 3_600_000, deadline - 1, deadline].into_iter().enumerate() {
        bids.push(deposit(&county, id, n, when).await.unwrap());
    }
    let before = serde_json::to_string(&county.state(id)).unwrap();
    assert_eq!(rule(reveal_early(&county, id, bids[0], deadline - 1).await), "TND-32");
    assert_eq!(rule(deposit(&county, id, 9, deadline + 1).await), "TND-28");

    // Nobody's name, price, nonce; and no entry of an envelope says for which project it is.
    for (n, (name, price)) in FIRMS.into_iter().enumerate() {
        assert!([name, &code(n), price].iter().all(|needle| !county.written_somewhere(needle)), "{name}");
    }
    assert!((0..4).all(|n| !county.written_somewhere(&nonce(n))));
    for bid in bids.iter().chain([&withdrawn]) {
        let entries = county.app.store.entries_of(R, *bid).await.unwrap();
        let row = county.app.store.matter(R, *bid).await.unwrap().unwrap();
        assert!(entries.iter().all(|entry| !entry.body.contains(&id.to_string())));
        assert!(!format!("{row:?}").contains(&id.to_string()));
    }
    for row in county.app.store.refusals_of_day(R, "2025-03-25", 99).await.unwrap() {
        assert!(row.kind != "bid" || !format!("{row:?}").contains(&id.to_string()), "{row:?}");
    }
    assert_eq!(
        serde_json::to_string(&county.state(id)).unwrap(),
        before,
        "a bid leaves the project as it was"
    );

    // The clock stands at the deadline; the server stops between the reveals and what they ask for.
    county.clock.set(deadline);
    for (n, bid) in bids.iter().enumerate() {
        reveal(&county, id, *bid, n).await.unwrap();
    }
    assert!(reveal(&county, id, withdrawn, 3).await.is_err(), "withdrawn is withdrawn");
    assert_eq!(rule(county.act::<Project>(&tenderer(), Some(id), Act::BeginOpening).await), "TND-34");
    county.restart().await;
    let other = open(&county.place(), &county.clock).await;
    let (one, two) = tokio::join!(county.app.relay(), other.relay());
    assert_eq!(one.unwrap().acted + two.unwrap().acted, 3, "each bid is entered once");
    assert!(county.app.store.outbox(R, 9).await.unwrap().is_empty());
    county.app.reload_catalogue().await.unwrap();
    assert_eq!(county.state(id).tender.bids.len(), 3);

    assert_eq!(rule(county.act::<Project>(&tenderer(), Some(id), Act::BeginOpening).await), "TND-34");
    looked_through(&county, id).await;
    county.project("03-25T09:30:00", &tenderer(), id, Act::BeginOpening).await;
    // By the generic form or a program nobody types what an envelope says, nor that it says nothing.
    let typed = [
        (
            "ReadBid",
            serde_json::json!({"bid": bids[0], "reading": {"bidder": FIRMS[3].0, "code": code(3), "price": "1.00"}}),
        ),
        ("NoteUnreadable", serde_json::json!({"bid": bids[0], "fault": "bidder", "ground": "打不开"})),
    ];
    for (act, fields) in typed {
        let asked = Asked {
            matter: Some(id),
            act: act.into(),
            fields: Some(fields),
            private: BTreeMap::new(),
            key: None,
        };
        let answer = (registry::kind("project").unwrap().act)(&county.app, &tenderer(), asked).await;
        assert!(matches!(answer, Err(Problem::Invalid(_))), "{act}: {answer:?}");
    }
    assert!(
        county
            .state(id)
            .tender
            .bids
            .iter()
            .all(|row| row.read.is_none() && row.unreadable.is_none())
    );
    for (n, bid) in bids.iter().enumerate() {
        let (bidder, price) = FIRMS[n];
        let reading =
            Reading { bidder: bidder.into(), code: code(n), price: price.into(), ..Reading::default() };
        let read = Act::ReadBid { bid: *bid, reading: Box::new(reading) };
        county.project("03-25T09:40:00", &tenderer(), id, read).await;
    }
    let close = Act::CloseOpening { record: digest() };
    county.project("03-25T10:00:00", &tenderer(), id, close).await;
    assert!(
        county.written_somewhere(FIRMS[0].0) && county.written_somewhere(&code(0)),
        "the same scan sees it now"
    );
    assert!(!county.written_somewhere(FIRMS[3].0), "who withdrew is never named");

    award(&county, id, draw, &bids).await;
    let state = county.state(id);
    assert_eq!(state.contract.map(|contract| contract.contract.price_fen), Some(900_000_000));
    county.app.verify_ledger(None).await.unwrap().unwrap();

    let published = county.app.draw_record(draw).await.unwrap().unwrap();
    let verified = published.verify().unwrap();
    assert_eq!((verified.silent, verified.seats.len()), (vec!["交易中心".to_owned()], 4));
}

/// Two of three holders have looked whose the unrevealed envelopes are.
async fn looked_through(county: &County, id: MatterId) {
    for (holder, by) in [(1, tenderer()), (2, supervisor())] {
        let act = Act::Contribute { holder, purpose: SharePurpose::Label, digest: digest() };
        county.project("03-25T09:30:00", &by, id, act).await;
    }
}

async fn reveal_early(county: &County, id: MatterId, bid: MatterId, when: i64) -> Result<MatterId, Problem> {
    county.clock.set(when);
    reveal(county, id, bid, 0).await
}

/// Written by every member of every bid: it is looked for in the whole folder.
const REASON: &str = "施工组织设计与工期不相称";

fn member_of(seat: &str) -> Actor {
    Actor { person: seat_account(seat), role: Role::Citizen, org: OrgId::new("experts") }
}

/// A member asks in writing; the bidder answers from the account that handed the bid in, and nobody in its place.
async fn asked_and_answered(county: &County, id: MatterId, bid: MatterId, seat: &str) {
    county.on("03-25T15:00:00");
    let question = (bid, at("03-25T00:00:00").date());
    county
        .app
        .ask_bidder(&member_of(seat), id, question, "请说明工期如何安排", None)
        .await
        .unwrap();
    assert!(!county.written_somewhere("请说明工期如何安排"), "what is asked lies nowhere in clear");
    assert_eq!(county.app.asked_of_bid(&sealed(1), bid).await.unwrap().len(), 0, "another bidder's question");
    let asked = county.app.asked_of_bid(&sealed(0), bid).await.unwrap();
    assert_eq!(asked[0].0, "请说明工期如何安排");
    assert!(county.app.explain_bid(&sealed(1), bid, "代答", None).await.is_err(), "in another's place");
    county.app.explain_bid(&sealed(0), bid, "分三段施工", None).await.unwrap();
    assert_eq!(county.app.relay().await.unwrap().acted, 1);
    let answer = county.state(id).tender.questions[0].answer.clone().unwrap();
    assert_eq!(county.app.kept_text(&answer).await.unwrap(), "分三段施工");
}

/// From the seating of the committee to the contract.
async fn award(county: &County, id: MatterId, draw: MatterId, bids: &[MatterId]) {
    let own = Member { leaf: sha256("member 1"), employer: OrgId::new("教育局") };
    let seat = Act::SeatCommittee {
        draw: Some(draw),
        appointed: Vec::new(),
        special_ground: String::new(),
        representatives: vec![own],
    };
    county.project("03-25T10:30:00", &tenderer(), id, seat).await;
    let seats: Vec<String> = county.state(id).seats().map(|seat| seat.leaf.clone()).collect();
    assert_eq!(seats.len(), 5);
    for seat in &seats {
        let account = member_of(seat);
        let free = Act::DeclareInterest { bars: Vec::new() };
        county.project("03-25T11:00:00", &account, id, free).await;
        for (n, bid) in bids.iter().enumerate() {
            let points = |criterion: &str, hundredths| Points {
                criterion: criterion.into(),
                hundredths,
                reason: REASON.into(),
            };
            let points = vec![points("报价", 6000 - 500 * n as u32), points("技术", 3000)];
            county.on("03-25T14:00:00");
            county.app.score_bid(&account, id, *bid, points, None).await.unwrap();
        }
        assert!(
            !county.written_somewhere(REASON),
            "what is scored lies nowhere in clear before all have signed"
        );
        // A sheet that is sealed still is not read by its digest.
        let sealed = county.state(id).tender.sealed[0].digest.clone();
        assert_eq!(county.app.kept_text(&sealed).await.unwrap(), sealed);
        county.project("03-25T14:30:00", &account, id, Act::SignSheets).await;
    }
    assert!(county.state(id).tender.sheets.is_empty());
    assert_eq!(county.app.relay().await.unwrap().acted, 1, "the last signature opens all sheets at once");
    assert_eq!(county.state(id).tender.sheets.len(), 5 * bids.len());
    assert!(county.written_somewhere(REASON), "the same scan sees it now");
    asked_and_answered(county, id, bids[0], &seats[0]).await;
    for seat in &seats {
        let act = Act::SignReport { candidates: bids.to_vec(), digest: digest() };
        county.project("03-25T16:30:00", &member_of(seat), id, act).await;
    }
    let report = Act::ReportEvaluation { candidates: bids.to_vec(), digest: digest() };
    // The committee's report is the committee's act.
    county.on("03-25T17:00:00");
    let by_tenderer = county.act::<Project>(&tenderer(), Some(id), report.clone()).await;
    assert!(by_tenderer.is_err(), "{by_tenderer:?}");
    county.project("03-25T17:00:00", &member_of(&seats[0]), id, report).await;
    let publish = Act::PublishCandidates { until: at("03-29T00:00:00").date() };
    county.project("03-26T09:00:00", &tenderer(), id, publish).await;
    let first = Act::Award { bid: bids[0], ground: None, reason: String::new() };
    county.project("03-31T09:00:00", &head(), id, first).await;
    let told = bids[1..].to_vec();
    county
        .project("03-31T10:00:00", &tenderer(), id, Act::SendNotice { told })
        .await;
    let contract = Contract {
        price_fen: 900_000_000,
        digest: digest(),
        performance_bond_fen: 90_000_000,
        ..Contract::default()
    };
    let sign = Act::SignContract { contract: Box::new(contract) };
    county.project("04-10T09:00:00", &head(), id, sign).await;
}

#[tokio::test]
async fn fewer_than_three_and_nothing_is_opened() {
    let county = County::new().await;
    let id = announced(&county).await;
    let deadline = instant_ms(at("03-25T09:30:00"));
    let mut bids = Vec::new();
    for n in 0..3 {
        bids.push(deposit(&county, id, n, deadline - 1).await.unwrap());
    }
    county.clock.set(deadline);
    for (n, bid) in bids.iter().take(2).enumerate() {
        reveal(&county, id, *bid, n).await.unwrap();
    }
    assert_eq!(county.app.relay().await.unwrap().acted, 2);
    assert_eq!(rule(county.act::<Project>(&tenderer(), Some(id), Act::BeginOpening).await), "TND-34");
    let again = Act::Retender {
        ground: fadu_trading::project::RetenderGround::TooFewBidders,
        reason: "投标人少于三个".into(),
        fell: None,
    };
    // The third is sealed still: there are fewer than three only once two holders have looked.
    assert_eq!(rule(county.act::<Project>(&tenderer(), Some(id), again.clone()).await), "TND-34");
    looked_through(&county, id).await;
    county.project("03-25T09:32:00", &tenderer(), id, again).await;
    // The third was not revealed in time; it belongs to the round that is over.
    assert!(reveal(&county, id, bids[2], 2).await.is_err());
    assert_eq!(county.bid(bids[2]).await.revealed, None);
    assert_eq!(county.app.relay().await.unwrap().failed, 0);
}

#[tokio::test]
async fn contracts_of_one_project_are_added_up_by_its_code() {
    let county = County::new().await;
    county.on("03-03T09:00:00");
    let part = |together_fen| Act::Register {
        registration: Box::new(Registration {
            code: "2503-429900-04-01-000001".into(),
            estimate_fen: 390_000_000,
            together_fen,
            ..registration()
        }),
    };
    let first = county.act::<Project>(&tenderer(), None, part(0)).await.unwrap();
    assert_eq!(county.state(first).must, Some(MustTender::BelowThreshold));
    // The owner keeps silent about the first, or says less than it knows; another owner has nothing to add up.
    for silent in [0, 779_999_999] {
        assert_eq!(rule(county.act::<Project>(&tenderer(), None, part(silent)).await), "TND-02");
    }
    let other = person("o", Role::Officer, "水利局");
    county.act::<Project>(&other, None, part(0)).await.unwrap();
    let second = county.act::<Project>(&tenderer(), None, part(780_000_000)).await.unwrap();
    assert_eq!(county.state(second).must, Some(MustTender::MustTogether));
}

#[tokio::test]
async fn each_complaint_suspends_its_project_by_its_own_order() {
    let county = County::new().await;
    let id = announced(&county).await;
    county.on("03-10T09:00:00");
    let object = Act::Object { stage: Stage::File, known_on: at("03-05T00:00:00").date(), digest: digest() };
    county.act::<Project>(&sealed(0), Some(id), object).await.unwrap();
    let answer = Act::AnswerObjection { n: 1, upheld: false, digest: digest() };
    county.project("03-11T09:00:00", &tenderer(), id, answer).await;
    let head = person("sh", Role::AgencyHead, "住建局");
    // Two complain and both orders go out: each stands by itself until it is lifted.
    let mut complaints = Vec::new();
    for n in [1, 0] {
        county.on("03-12T09:00:00");
        let complaint = complain(&county, id, n).await;
        complaints.push(complaint);
        let order = complaint::Act::OrderSuspension { document: format!("模住建暂〔2025〕{n}号") };
        county
            .act::<Complaint>(&supervisor(), Some(complaint), complaint::Act::Accept)
            .await
            .unwrap();
        county.act::<Complaint>(&head, Some(complaint), order).await.unwrap();
        let relayed = county.app.relay().await.unwrap();
        assert_eq!((relayed.seen, relayed.acted, relayed.failed), (1, 1, 0));
    }
    let orders: Vec<String> = county.state(id).suspensions().map(|order| order.document.clone()).collect();
    assert_eq!(orders, ["模住建暂〔2025〕1号", "模住建暂〔2025〕0号"]);
    let clarify = Act::Clarify { digest: digest(), affects_bids: false, of_prequalification: false };
    assert_eq!(rule(county.act::<Project>(&tenderer(), Some(id), clarify).await), "TRD-05");
    // What is upheld reaches the project, also while it stands still.
    let upheld = complaint::Act::Decide { outcome: complaint::Outcome::Upheld, digest: digest() };
    county.on("03-13T09:00:00");
    county.act::<Complaint>(&head, Some(complaints[0]), upheld).await.unwrap();
    assert_eq!(county.app.relay().await.unwrap().acted, 1);
    assert!(county.state(id).unredressed(false).is_some_and(|why| why.contains("投诉")));
    assert!(
        !county.written_somewhere(FIRMS[0].0) && !county.written_somewhere(&code(0)),
        "who complains is sealed"
    );
}

async fn complain(county: &County, project: MatterId, n: u64) -> MatterId {
    let act = complaint::Act::Lodge {
        project,
        about: About::File,
        known_on: at("03-05T00:00:00").date(),
        objection: Some(1),
        request: "请求改正评分标准".into(),
        evidence: vec![digest()],
        received_before: None,
    };
    let n = n as usize;
    let private = [("applicant_name", FIRMS[n].0.to_owned()), ("applicant_number", code(n))];
    let private = private.map(|(field, value)| (field.to_owned(), value)).into();
    let call = Call { actor: &sealed(n), matter: None, act, private, key: None };
    county.app.act::<Complaint>(call).await.unwrap().matter
}

/// What keeps a real county from trading, its staff sets.
#[tokio::test]
async fn a_county_adopts_its_own_parameters_and_lacks_none() {
    let county = County::new().await;
    county.on("03-03T09:00:00");
    let trading = registry::BUSINESSES.iter().find(|business| business.word == "trading").unwrap();
    let manager = person("m", Role::CatalogueManager, "数据局");
    let adopt = |name: &str, value: i64| setting::Act::Adopt {
        name: name.to_owned(),
        value,
        source: "模发改〔2025〕7号".into(),
        demonstration: false,
        from: at("03-03T00:00:00").date(),
    };
    let before = (trading.lacks)(&county.app).len();
    assert!(before > 5, "{before}");
    let unknown = county.act::<Setting>(&manager, None, adopt("unheard_of", 1)).await;
    assert!(matches!(unknown, Err(Problem::Invalid(_))), "{unknown:?}");
    let officer = county.act::<Setting>(&tenderer(), None, adopt("works_fen", 2)).await;
    assert!(matches!(officer, Err(Problem::NoAuthority(_))), "{officer:?}");
    for (name, _) in parameters::settable() {
        county.act::<Setting>(&manager, None, adopt(name, 2)).await.unwrap();
    }
    // Who supervises which sector is no number of theirs: that stays open.
    let left = (trading.lacks)(&county.app);
    assert!(!left.is_empty() && left.iter().all(|(rule, _)| rule == "TRD-04"), "{left:?}");
    // Adopted once more, the last word counts.
    county.act::<Setting>(&manager, None, adopt("works_fen", 3)).await.unwrap();
    let catalogue = county.app.catalogue();
    let known = Setting::known(&*catalogue, "works_fen", at("03-03T00:00:00").date()).unwrap();
    assert_eq!(known.value, 3);
}

/// One round of inspections of three agencies, up to the notice to the first of them.
async fn notified(county: &County, when: &str) -> (MatterId, inspection::Visit) {
    county.on(when);
    let list = |kind: &str| -> Vec<Candidate> {
        let one = |n: usize, mut candidate: Candidate| {
            candidate.line.leaf = leaf(&format!("{kind}{n}"), &format!("{kind}{n}"), "建筑");
            candidate.line.exclusion = None;
            candidate.certificate = format!("Z{n}");
            candidate
        };
        roster()
            .into_iter()
            .take(3)
            .enumerate()
            .map(|(n, candidate)| one(n, candidate))
            .collect()
    };
    let (objects, inspectors) = (list("A"), list("I"));
    let library = |list: &[Candidate]| draw::library(list.iter().map(|candidate| &candidate.line));
    let plan = inspection::Act::Plan {
        title: "代理机构抽查".into(),
        target: inspection::Target::Agencies,
        items: vec![inspection::Item {
            code: "A1".into(), title: "档案".into(), published: "/items".into()
        }],
        objects_library: library(&objects),
        inspectors_library: library(&inspectors),
        until: at("12-31T00:00:00").date(),
    };
    let id = county.act::<Inspection>(&supervisor(), None, plan).await.unwrap();
    let head = person("sh", Role::AgencyHead, "住建局");
    let approve = inspection::Act::Approve { document: "模批1号".into() };
    county.act::<Inspection>(&head, Some(id), approve).await.unwrap();
    let (day, parties) = (at(when).date(), [supervisor(), centre()]);
    for (purpose, roster, take) in
        [(Purpose::Objects, objects.clone(), 3), (Purpose::Inspectors, inspectors.clone(), 2)]
    {
        let draw = draw_id(id, purpose, 0);
        let freeze = DrawAct::Freeze {
            subject: id,
            purpose,
            need: 0,
            rules: Rules { take, quotas: BTreeMap::new() },
            roster,
            reveal_by: day.at(12, 0, 0, 0),
            public_source: format!("演示彩票，第2025{:03}期", day.day_of_year()),
            public_at: day.at(21, 0, 0, 0),
        };
        county.act::<Draw>(&supervisor(), Some(draw), freeze).await.unwrap();
        for (n, party) in parties.iter().enumerate() {
            let commit = DrawAct::Commit { commit: sha256(&sha256(&format!("{id} {n}"))) };
            county.act::<Draw>(party, Some(draw), commit).await.unwrap();
        }
        for (n, party) in parties.iter().enumerate() {
            let reveal = DrawAct::Reveal { secret: sha256(&format!("{id} {n}")) };
            county.act::<Draw>(party, Some(draw), reveal).await.unwrap();
        }
    }
    county.clock.set(instant_ms(day.at(21, 0, 0, 0)));
    for (purpose, list) in [(Purpose::Objects, objects), (Purpose::Inspectors, inspectors)] {
        let lines = list.into_iter().map(|candidate| candidate.line).collect();
        let (draw, value) = (draw_id(id, purpose, 0), "01 02 03 04 05 06 + 07");
        county.app.conclude_draw(&supervisor(), draw, value, lines, None).await.unwrap();
    }
    let (objects, inspectors) = (draw_id(id, Purpose::Objects, 0), draw_id(id, Purpose::Inspectors, 0));
    let assign = inspection::Act::Assign { objects, inspectors };
    county.act::<Inspection>(&supervisor(), Some(id), assign).await.unwrap();
    let visits = county.app.catalogue().one::<Inspection>(id).unwrap().visits.clone();
    // All three agencies are drawn each time: the same one is told.
    let visit = visits.into_iter().min_by(|a, b| a.object.cmp(&b.object)).unwrap();
    let (object, document) = (visit.object.clone(), "模通1号".into());
    let notify = inspection::Act::Notify { object, document, unit: "乙代理公司（演示）".into() };
    county.act::<Inspection>(&supervisor(), Some(id), notify).await.unwrap();
    (id, visit)
}

#[tokio::test]
async fn visits_of_the_year_are_counted_from_what_is_on_record() {
    let county = County::new().await;
    let visit =
        async |id: MatterId, visit: &inspection::Visit, visits_this_year: u16, ours_this_year: u16| {
            let act = inspection::Act::Visit {
                object: visit.object.clone(),
                inspectors: visit.inspectors.clone(),
                certificates: vec!["Z1".into(), "Z2".into()],
                visits_this_year,
                ours_this_year,
                kind: inspection::Unit::Small,
                why_apart: if visits_this_year > 0 { "投诉举报核查".into() } else { String::new() },
            };
            county.act::<Inspection>(&supervisor(), Some(id), act).await
        };
    let (first, one) = notified(&county, "04-07T09:00:00").await;
    visit(first, &one, 0, 0).await.unwrap();
    let (second, again) = notified(&county, "05-12T09:00:00").await;
    assert_eq!(one.object, again.object);
    assert_eq!(rule(visit(second, &again, 0, 0).await), "INS-11", "the first visit is on record");
    assert_eq!(rule(visit(second, &again, 1, 0).await), "INS-04", "and was of the same department");
    visit(second, &again, 1, 1).await.unwrap();
}
