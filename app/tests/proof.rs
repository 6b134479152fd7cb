//! 免证办。 From the list of proofs to the item, from the item to the case, from a source of another agency to what stands
//! instead of the paper; and the lawful way on for each way in which a source can fail.

use crate::agency::{Mood, TestAgency};
use crate::needles::nothing_is_left;
use fadu_app::licences;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::sources::Agency;
use fadu_app::{App, Call, Problem};
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Region, Role};
use fadu_proof::check::Outcome;
use fadu_proof::licence::RevokeGround;
use fadu_proof::limit::{Name, Value};
use fadu_proof::line::{Fault, How, Measure};
use fadu_proof::proof::{Entry, Form, Plan};
use fadu_proof::statement::Standing;
use fadu_proof::{
    Check, CheckAct, Exemption, ExemptionAct, Licence, LicenceAct, Lie, Limits, Proof, ProofAct, Way,
};
use fadu_service::case::{Channel, DeclineGround, Missing, Paper};
use fadu_service::{Case, CaseAct, Definition, Item, Listing, Parent};
use fadu_store::{Sqlite, Store};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const R: Region = Region(429_995);
const DEPARTMENT: &str = "甲局";
const OTHER: &str = "乙局";
/// Two firms that do not exist, and a person.
const FIRM: &str = "模拟商行000001号";

fn number(n: u32) -> String {
    fadu_kernel::codes::complete_credit_code(&format!("91{R}{n:09}")).unwrap()
}

struct County {
    app: Arc<App>,
    clock: Movable,
    item: MatterId,
    /// The id of a required paper of the item.
    paper: String,
    folder: tempfile::TempDir,
}

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

fn officer() -> Actor {
    actor("officer", Role::Officer, DEPARTMENT)
}

fn head() -> Actor {
    actor("head", Role::AgencyHead, DEPARTMENT)
}

fn manager() -> Actor {
    actor("manager", Role::CatalogueManager, "bureau")
}

fn firm() -> Actor {
    actor("firm", Role::FirmAgent, "public")
}

impl County {
    async fn new() -> County {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
        let clock = Movable::default();
        clock.set(at(date(2025, 3, 3)));
        let app = App::open(R, store, Keys::new([4; 32]), Box::new(clock.clone())).await.unwrap();
        let mut definition = Definition::read_all(fadu_service::ITEMS)
            .unwrap()
            .into_iter()
            .find(|item| item.result.kind == "certificate" && item.verification == "document")
            .unwrap();
        definition.department = DEPARTMENT.into();
        definition.result.valid_months = 12;
        definition.public_safety = true;
        let paper = definition.asked().next().unwrap().id.clone();
        let item = Item::id("C1");
        let listing = Listing {
            code: "C1".into(),
            name: definition.name.clone(),
            department: DEPARTMENT.into(),
            task_type: 1,
            findings: vec![],
        };
        app.play_publication(item, &listing, &definition).await.unwrap();
        let county = County { app, clock, item, paper, folder };
        for name in Name::ALL {
            let value =
                Value {
                    days: 3, working: true, source: "模政办〔2025〕1号".into(), demonstration: false
                };
            let adopt = fadu_proof::limit::Act::Adopt { name, value, from: date(2025, 3, 3) };
            county.act::<Limits>(&manager(), None, adopt).await.unwrap();
        }
        county
    }

    async fn act<M: Matter>(
        &self,
        who: &Actor,
        id: Option<MatterId>,
        act: M::Act,
    ) -> Result<MatterId, Problem> {
        let call = Call { actor: who, matter: id, act, private: BTreeMap::new(), key: None };
        self.app.act::<M>(call).await.map(|committed| committed.matter)
    }

    /// The rule that refuses the act.
    async fn refused<M: Matter>(&self, who: &Actor, id: MatterId, act: M::Act) -> &'static str {
        match self.act::<M>(who, Some(id), act).await {
            Err(Problem::Refused(refusal) | Problem::NoAuthority(refusal)) => refusal.rule.id,
            other => panic!("not refused: {other:?}"),
        }
    }

    async fn list(&self, subject: &str, name: &str, way: Way, source: &str) -> MatterId {
        let entry = Entry {
            item_code: "C1".into(),
            item_name: "模拟登记".into(),
            subject: subject.into(),
            name: name.into(),
            is_field: false,
            department: DEPARTMENT.into(),
            issuer: OTHER.into(),
            bases: vec![fadu_kernel::Basis::article("优化营商环境条例", 44)],
            risks: vec![],
        };
        let id = self
            .act::<Proof>(&manager(), None, ProofAct::List { entry: Box::new(entry) })
            .await
            .unwrap();
        let form =
            Form {
                version: "告知书-1".into(), conditions: "有证照".into(), liability: "撤销决定".into()
            };
        let plan = Plan {
            way,
            source: source.into(),
            source_name: "模拟来源".into(),
            form: Some(form),
            document: "模政数〔2025〕1号".into(),
        };
        self.act::<Proof>(&manager(), Some(id), ProofAct::Spare { plan }).await.unwrap();
        self.relay().await;
        id
    }

    fn place(&self) -> String {
        self.folder.path().join("fadu.db").to_str().unwrap().to_owned()
    }

    async fn relay(&self) {
        self.app.relay().await.unwrap();
    }

    /// Applied for without the paper that is spared; every other one is there.
    async fn apply(&self, who: &Actor, n: u32) -> MatterId {
        self.apply_as(who, FIRM, &number(n)).await
    }

    async fn apply_as(&self, who: &Actor, name: &str, number: &str) -> MatterId {
        self.try_apply(who, name, number).await.unwrap()
    }

    async fn try_apply(&self, who: &Actor, name: &str, number: &str) -> Result<MatterId, Problem> {
        let catalogue = self.app.catalogue();
        let (_, definition) = catalogue.one::<Item>(self.item).unwrap().current().unwrap();
        let asked = definition.asked().filter(|material| material.id != self.paper);
        let materials = asked.map(|material| (material.id.clone(), Paper::default())).collect();
        let private =
            [("applicant_name", name), ("applicant_number", number), ("applicant_phone", "19900000001")];
        let private = private.map(|(field, value)| (field.to_owned(), value.to_owned())).into();
        let act = CaseAct::Receive { item: self.item, channel: Channel::Online, materials };
        let call = Call { actor: who, matter: None, act, private, key: None };
        self.app.act::<Case>(call).await.map(|committed| committed.matter)
    }

    /// The rule by which this firm may not apply on this day; none where it may.
    async fn barred(&self, n: u32, on: Date) -> Option<&'static str> {
        self.clock.set(at(on));
        match self.try_apply(&firm(), FIRM, &number(n)).await {
            Ok(_) => None,
            Err(Problem::Refused(refusal)) => Some(refusal.rule.id),
            Err(other) => panic!("neither received nor refused: {other:?}"),
        }
    }

    /// The same of a part of a joint case that this firm applied for on that day.
    async fn part_barred(&self, n: u32, applied_on: Date) -> Option<&'static str> {
        let private =
            [("applicant_name", FIRM), ("applicant_number", &number(n)), ("applicant_phone", "19900000001")]
                .map(|(field, value)| (field.to_owned(), value.to_owned()));
        let parent = Parent { applied_on: Some(applied_on), ..Parent::default() };
        let act = CaseAct::ReceivePart {
            item: self.item,
            channel: Channel::Online,
            materials: BTreeMap::new(),
            parent: Box::new(parent),
            received_on: applied_on,
        };
        let relay = Actor::relay();
        let call = Call { actor: &relay, matter: None, act, private: private.into(), key: None };
        match self.app.act::<Case>(call).await {
            Ok(_) => None,
            Err(Problem::Refused(refusal)) => Some(refusal.rule.id),
            Err(other) => panic!("neither received nor refused: {other:?}"),
        }
    }

    async fn grant(&self, case: MatterId) {
        let steps = [
            (officer(), CaseAct::Accept),
            (
                officer(),
                CaseAct::Verify {
                    checkers: vec![PersonId::new("a"), PersonId::new("b")],
                    passed: true,
                    note: "符合".into(),
                    interested: false,
                },
            ),
            (
                head(),
                CaseAct::Decide {
                    granted: true,
                    reason: String::new(),
                    false_material: false,
                    evidence: Vec::new(),
                },
            ),
            (officer(), CaseAct::Deliver { way: "电子送达".into() }),
        ];
        for (who, act) in steps {
            self.act::<Case>(&who, Some(case), act).await.unwrap();
        }
        self.relay().await;
    }

    async fn state<M: Matter>(&self, id: MatterId) -> M {
        let row = self.app.store.matter(R, id).await.unwrap().unwrap();
        serde_json::from_str(&row.state).unwrap()
    }

    async fn line(&self, case: MatterId) -> fadu_proof::Line {
        let exemption: Exemption = self.state(Exemption::id(case)).await;
        exemption.lines[&self.paper].clone()
    }

    fn missing(&self) -> CaseAct {
        let line = Missing {
            material: self.paper.clone(),
            what: "请补交".into(),
            on_the_spot: false,
            on_paper: false,
        };
        CaseAct::GiveNotice { missing: vec![line] }
    }
}

fn at(day: Date) -> i64 {
    start_of(day) + 9 * 3_600_000
}

#[tokio::test]
async fn who_was_false_about_a_permit_of_safety_waits_before_applying_again() {
    let county = County::new().await;
    let (first, second) = (county.apply(&firm(), 1).await, county.apply(&firm(), 2).await);
    let decline = CaseAct::Decline {
        ground: DeclineGround::FalseMaterial,
        reason: "身份证明系伪造".into(),
        target: None,
    };
    county.act::<Case>(&officer(), Some(first), decline).await.unwrap();

    let brought = CaseAct::Supplement { materials: [(county.paper.clone(), Paper::default())].into() };
    county.act::<Case>(&firm(), Some(second), brought).await.unwrap();
    county.grant(second).await;
    let revoke = LicenceAct::Revoke {
        ground: RevokeGround::Fraud,
        reason: "以伪造的检验报告取得".into(),
        document: "模撤〔2025〕1号".into(),
    };
    assert_eq!(county.barred(2, date(2025, 3, 4)).await, None, "while the licence stands");
    county.act::<Licence>(&head(), Some(Licence::id(second)), revoke).await.unwrap();

    for (n, on, expected) in [
        (1, date(2025, 3, 4), Some("LIC-37")),
        (3, date(2025, 3, 4), None),
        (1, date(2026, 3, 3), Some("LIC-37")),
        (1, date(2026, 3, 4), None),
        (2, date(2026, 3, 5), Some("LIC-37")),
        (2, date(2028, 3, 4), Some("LIC-37")),
        (2, date(2028, 3, 5), None),
    ] {
        assert_eq!(county.barred(n, on).await, expected, "firm {n} on {on}");
    }
    for (applied_on, expected) in [
        (date(2025, 3, 2), None),
        (date(2025, 3, 4), Some("LIC-37")),
        (date(2026, 3, 3), Some("LIC-37")),
        (date(2026, 3, 4), None),
    ] {
        let told = county.part_barred(1, applied_on).await;
        assert_eq!(told, expected, "a part of what was applied for on {applied_on}");
    }
}

#[tokio::test]
async fn silence_renews_a_licence_of_the_applicants_own() {
    let county = County::new().await;
    let mut held = Vec::new();
    for n in [1, 2] {
        let case = county.apply(&firm(), n).await;
        let brought = CaseAct::Supplement { materials: [(county.paper.clone(), Paper::default())].into() };
        county.act::<Case>(&firm(), Some(case), brought).await.unwrap();
        county.grant(case).await;
        held.push(county.state::<Licence>(Licence::id(case)).await.number);
    }
    county.clock.set(at(date(2026, 1, 20)));
    let case = county.apply(&firm(), 1).await;
    let renew = |number: &str, until| CaseAct::Renew { number: number.into(), until };
    let last = date(2026, 3, 2);
    for (number, until, field) in [
        (held[1].as_str(), last, "number"),
        (held[0].as_str(), date(2026, 3, 3), "until"),
        ("E0", last, "number"),
    ] {
        match county.act::<Case>(&firm(), Some(case), renew(number, until)).await {
            Err(Problem::Invalid(wrong)) => assert_eq!(wrong[0].field, field, "{number}"),
            other => panic!("{number}: {other:?}"),
        }
    }
    county.act::<Case>(&firm(), Some(case), renew(&held[0], last)).await.unwrap();
    county.clock.set(at(date(2026, 3, 3)));
    assert_eq!(county.app.sweep(date(2026, 3, 3)).await.unwrap().failed, 0);
    county.relay().await;
    let renewed: Case = county.state(case).await;
    assert!(
        renewed
            .decided
            .is_some_and(|decided| decided.granted && decided.on == date(2026, 3, 3))
    );
    let licence: Licence = county.state(Licence::id(case)).await;
    assert_eq!(licence.grant.until, Some(date(2027, 3, 2)), "held before it is handed over");
}

#[tokio::test]
async fn a_licence_of_the_county_spares_its_holder_the_paper() {
    let county = County::new().await;
    // The county issued one to this firm, and none to the other.
    let first = county.apply(&firm(), 1).await;
    let brought = CaseAct::Supplement { materials: [(county.paper.clone(), Paper::default())].into() };
    county.act::<Case>(&firm(), Some(first), brought).await.unwrap();
    county.grant(first).await;
    let licence: Licence = county.state(Licence::id(first)).await;
    assert_eq!((licence.version, licence.grant.until), (1, Some(date(2026, 3, 2))));
    let name = licence.grant.name.clone();

    county.list(&county.paper, &name, Way::Licence, "licences").await;
    let item: Item = county.state(county.item).await;
    let (version, current) = item.current().unwrap();
    assert_eq!((version, current.n_spared()), (2, 1), "the item bears it from its next version on");

    let (holder, other) = (county.apply(&firm(), 1).await, county.apply(&firm(), 2).await);
    assert_eq!(county.refused::<Case>(&officer(), holder, county.missing()).await, "LIC-40");
    county.relay().await;
    let line = county.line(holder).await;
    assert_eq!(line.status(), "obtained");
    assert_eq!(line.because().as_deref(), Some("已取得模拟来源的电子证照"));
    assert!(line.obtained.unwrap().found.reference.starts_with(&licence.number));
    assert_eq!(county.line(other).await.failed.unwrap().why, Fault::NotFound);

    // A revoked licence spares nobody.
    let revoke = LicenceAct::Revoke {
        ground: RevokeGround::Cancelled,
        reason: "终止经营".into(),
        document: "模注〔2025〕1号".into(),
    };
    county.act::<Licence>(&head(), Some(Licence::id(first)), revoke).await.unwrap();
    let later = county.apply(&firm(), 1).await;
    county.relay().await;
    assert_eq!(county.line(later).await.failed.unwrap().why, Fault::NotFound);

    // Asked for after all, once; the case is told, and says why.
    assert_eq!(county.refused::<Case>(&officer(), later, county.missing()).await, "LIC-40");
    let ask = ExemptionAct::AskPaper { subject: county.paper.clone(), reason: "证照库没有".into() };
    county
        .act::<Exemption>(&officer(), Some(Exemption::id(later)), ask)
        .await
        .unwrap();
    county.relay().await;
    county.act::<Case>(&officer(), Some(later), county.missing()).await.unwrap();
    let entries = county.app.store.entries_of(R, Exemption::id(holder)).await.unwrap();
    assert!(
        entries
            .iter()
            .all(|entry| !entry.body.contains("模拟商行") && !entry.body.contains(&number(1)))
    );
    nothing_is_left("licence", &county.app, &county.place()).await;
}

#[tokio::test]
async fn a_licence_is_proven_without_a_database_and_revoked_on_a_list() {
    let county = County::new().await;
    let case = county.apply(&firm(), 1).await;
    let brought = CaseAct::Supplement { materials: [(county.paper.clone(), Paper::default())].into() };
    county.act::<Case>(&firm(), Some(case), brought).await.unwrap();
    county.grant(case).await;
    let (app, id, today) = (&county.app, Licence::id(case), date(2025, 3, 3));
    let (statement, note) = app.licence_statement(id).await.unwrap().unwrap();
    assert_eq!(statement.holder, FIRM, "a firm's name is public");
    let key = app.signer().verify_key();
    let code = licences::address("https://county.example", &note);
    for text in [&note, &code, &format!("\u{feff}{}", note.replace('\n', "\r\n"))] {
        let (read, standing) = licences::verify(text, &key, None, today).unwrap();
        assert_eq!((read, standing), (statement.clone(), Standing::Valid));
    }
    let other = Keys::new([5; 32]).signer(&app.origin()).verify_key();
    assert!(licences::verify(&note, &other, None, today).is_err(), "another county's key");
    let longer = note.replace("until 2026-03-02", "until 2036-03-02");
    assert!(longer != note && licences::verify(&longer, &key, None, today).is_err());
    let cut = &code[..code.len() - 9];
    assert!(
        licences::verify(cut, &key, None, today).is_err() && licences::verify("", &key, None, today).is_err()
    );

    let (_, before) = app.revocations().await.unwrap();
    let reissue =
        LicenceAct::Reissue { reason: "名称变更".into(), document: "模换〔2025〕1号".into() };
    county.act::<Licence>(&officer(), Some(id), reissue).await.unwrap();
    let (_, after) = app.revocations().await.unwrap();
    let told = |note: &str, list: &str| licences::verify(note, &key, Some(list), today).unwrap().1;
    assert_eq!((told(&note, &before), told(&note, &after)), (Standing::Valid, Standing::Replaced));
    let (_, second) = app.licence_statement(id).await.unwrap().unwrap();
    assert_eq!(told(&second, &after), Standing::Valid);
    let revoke = LicenceAct::Revoke {
        ground: RevokeGround::Annulled,
        reason: "以不实材料取得".into(),
        document: "模撤〔2025〕1号".into(),
    };
    county.act::<Licence>(&head(), Some(id), revoke).await.unwrap();
    let (_, last) = app.revocations().await.unwrap();
    assert_eq!((told(&note, &last), told(&second, &last)), (Standing::Revoked, Standing::Revoked));
    assert!(licences::verify(&second, &key, Some(&note), today).is_err(), "a licence is no list");

    // Erased: nobody is named any more, here or in a new statement.
    let holder = app.keys.subject(&number(1));
    assert!(app.store.erase_person(R, &holder, false).await.unwrap().is_some());
    assert!(app.licence_statement(id).await.unwrap().is_none());
}

#[tokio::test]
async fn another_agency_answers_by_the_contract() {
    let county = County::new().await;
    let agency = TestAgency::start().await;
    let source = Agency::new("agency", "模拟来源", &agency.url, agency.key(), Duration::from_millis(1500));
    county.app.sources.connect(Arc::new(source));
    county.list(&county.paper, "模拟证明", Way::Shared, "agency").await;
    agency.knows(FIRM, &number(1));

    let case = county.apply(&firm(), 1).await;
    county.relay().await;
    let found = county.line(case).await.obtained.unwrap().found;
    assert_eq!((found.reference.as_str(), found.digest.len()), ("模-0001", 64));
    // What it tells of a field is sealed with the applicant's other values.
    let held = county.app.store.private_of(R, Exemption::id(case)).await.unwrap();
    assert!(held.iter().any(|row| row.field == "given_address"));
    let entries = county.app.store.entries_of(R, Exemption::id(case)).await.unwrap();
    assert!(entries.iter().all(|entry| !entry.body.contains("模拟路1号")));
    let asked = agency.asked();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].purpose.starts_with("C1 ") && asked[0].proof == "模拟证明");

    // Of a firm it does not know.
    let case = county.apply(&firm(), 2).await;
    county.relay().await;
    assert_eq!(county.line(case).await.failed.unwrap().why, Fault::NotFound);
}

/// How the agency behaves, what is made of it, and how often it is asked.
#[tokio::test]
async fn each_way_in_which_a_source_fails_has_a_lawful_way_on() {
    let rows: [(Mood, Fault, Option<Lie>, usize); 12] = [
        (Mood::Slow, Fault::Timeout, None, 3),
        (Mood::Busy, Fault::Outage, None, 3),
        (Mood::HangsUp, Fault::Outage, None, 3),
        (Mood::Rejects, Fault::Wrong, None, 1),
        (Mood::Redirects, Fault::Wrong, None, 1),
        (Mood::TalksNonsense, Fault::Untrusted, Some(Lie::Signature), 1),
        (Mood::Endless, Fault::Wrong, None, 1),
        (Mood::ForgedSignature, Fault::Untrusted, Some(Lie::Signature), 1),
        (Mood::Replays, Fault::Untrusted, Some(Lie::OtherRequest), 1),
        (Mood::AnotherPerson, Fault::Untrusted, Some(Lie::OtherPerson), 1),
        (Mood::AnotherName, Fault::Untrusted, Some(Lie::OtherName), 1),
        (Mood::Contradicts, Fault::Untrusted, Some(Lie::Contradiction), 1),
    ];
    let county = County::new().await;
    let agency = TestAgency::start().await;
    let source = || Agency::new("agency", "模拟来源", &agency.url, agency.key(), Duration::from_millis(1500));
    county.app.sources.connect(Arc::new(source()));
    county.list(&county.paper, "模拟证明", Way::Shared, "agency").await;
    for (n, (mood, why, lie, times)) in rows.into_iter().enumerate() {
        let firm_number = number(100 + n as u32);
        agency.knows(FIRM, &firm_number);
        // An honest answer first, where the lie is to say it again.
        agency.be(Mood::Honest);
        county.app.sources.connect(Arc::new(source()));
        if mood == Mood::Replays {
            county.apply_as(&firm(), FIRM, &firm_number).await;
            county.relay().await;
        }
        agency.be(mood);
        let before = agency.asked().len();
        let case = county.apply_as(&firm(), FIRM, &firm_number).await;
        for _ in 0..4 {
            county.relay().await;
            // The rest that a silent source is given passes.
            county.clock.set(county.app.moment().ms + 31_000);
        }
        let failed = county.line(case).await.failed.unwrap_or_else(|| panic!("{mood:?}"));
        assert_eq!((failed.why, failed.lie), (why, lie), "{mood:?}");
        assert_eq!(agency.asked().len() - before, times, "{mood:?}");
        assert_eq!(failed.tries as usize, times, "{mood:?}");
        assert!(county.app.store.outbox(R, 9).await.unwrap().is_empty(), "{mood:?}: nothing waits for ever");
        // Never silently: the department is asked, or the paper.
        let way_on = if n % 2 == 0 {
            ExemptionAct::AskCheck {
                subject: county.paper.clone(),
                to: OrgId::new(OTHER),
                question: "是否有效".into(),
            }
        } else {
            ExemptionAct::AskPaper { subject: county.paper.clone(), reason: why.zh().into() }
        };
        county
            .act::<Exemption>(&officer(), Some(Exemption::id(case)), way_on)
            .await
            .unwrap();
        county.relay().await;
        let state: Case = county.state(case).await;
        assert_eq!(state.after_all.contains_key(&county.paper), n % 2 == 1, "{mood:?}");
    }
    county.app.verify_ledger(None).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_source_that_is_not_connected_is_an_answer_too() {
    let county = County::new().await;
    county.list(&county.paper, "模拟证明", Way::Shared, "nobody").await;
    let case = county.apply(&firm(), 1).await;
    county.relay().await;
    assert_eq!(county.line(case).await.failed.unwrap().why, Fault::Unknown);
    // Connected later and asked again.
    let agency = TestAgency::start().await;
    agency.knows(FIRM, &number(1));
    let source = Agency::new("nobody", "模拟来源", &agency.url, agency.key(), Duration::from_secs(2));
    county.app.sources.connect(Arc::new(source));
    let again = ExemptionAct::TryAgain { subject: county.paper.clone() };
    county
        .act::<Exemption>(&officer(), Some(Exemption::id(case)), again)
        .await
        .unwrap();
    county.relay().await;
    assert_eq!(county.line(case).await.status(), "obtained");
}

#[tokio::test]
async fn another_department_is_asked_and_answers_for_the_case() {
    let county = County::new().await;
    county.list(&county.paper, "模拟证明", Way::Check, OTHER).await;
    let case = county.apply(&firm(), 1).await;
    county.relay().await;
    let exemption = Exemption::id(case);
    let ask = |to: &str| ExemptionAct::AskCheck {
        subject: county.paper.clone(),
        to: OrgId::new(to),
        question: "是否有效".into(),
    };
    assert_eq!(county.refused::<Exemption>(&officer(), exemption, ask(DEPARTMENT)).await, "PRF-07");
    county.act::<Exemption>(&officer(), Some(exemption), ask(OTHER)).await.unwrap();
    county.relay().await;
    let check = county.line(case).await.checking.unwrap().check.unwrap();
    let state: Check = county.state(check).await;
    assert_eq!(state.due(&county.app.calendar()), Some(date(2025, 3, 6)));
    let answer = |outcome| CheckAct::Answer { outcome, note: "已核对登记簿".into() };
    let other = actor("other", Role::Officer, OTHER);
    assert_eq!(county.refused::<Check>(&officer(), check, answer(Outcome::Confirmed)).await, "AUTH-01");

    // Not answered in its three working days: it becomes the head's task, and is answered all the same.
    county.clock.set(at(date(2025, 3, 7)));
    county.app.sweep(date(2025, 3, 7)).await.unwrap();
    let state: Check = county.state(check).await;
    assert_eq!(state.status(), "overdue");
    county
        .act::<Check>(&other, Some(check), answer(Outcome::Confirmed))
        .await
        .unwrap();
    county.relay().await;
    assert_eq!(county.line(case).await.status(), "confirmed");

    // One that cannot tell leaves the paper as the way on.
    let case = county.apply(&firm(), 2).await;
    county.relay().await;
    let exemption = Exemption::id(case);
    county.act::<Exemption>(&officer(), Some(exemption), ask(OTHER)).await.unwrap();
    county.relay().await;
    let paper = || ExemptionAct::AskPaper { subject: county.paper.clone(), reason: "查不到".into() };
    assert_eq!(county.refused::<Exemption>(&officer(), exemption, paper()).await, "LIC-40");
    let check = county.line(case).await.checking.unwrap().check.unwrap();
    county
        .act::<Check>(&other, Some(check), answer(Outcome::Unknown))
        .await
        .unwrap();
    county.relay().await;
    county.act::<Exemption>(&officer(), Some(exemption), paper()).await.unwrap();
    county.relay().await;
    county.act::<Case>(&officer(), Some(case), county.missing()).await.unwrap();
    nothing_is_left("check", &county.app, &county.place()).await;
}

#[tokio::test]
async fn a_promise_stands_in_for_the_paper_and_is_answered_for() {
    let county = County::new().await;
    county.list(&county.paper, "模拟证明", Way::Commitment, "").await;
    let case = county.apply(&firm(), 1).await;
    county.relay().await;
    let exemption = Exemption::id(case);
    assert_eq!(
        county.refused::<Case>(&officer(), case, CaseAct::Accept).await,
        "SVC-01",
        "neither brought nor promised"
    );
    let promise = || ExemptionAct::Promise {
        subject: county.paper.clone(),
        version: "告知书-1".into(),
        signed: "ab".repeat(32),
    };
    let stranger = actor("stranger", Role::Citizen, "public");
    assert_eq!(county.refused::<Exemption>(&stranger, exemption, promise()).await, "AUTH-01");
    county.act::<Exemption>(&firm(), Some(exemption), promise()).await.unwrap();
    county.relay().await;
    assert_eq!(county.refused::<Case>(&officer(), case, county.missing()).await, "LIC-40");
    county.grant(case).await;

    // Not true: the head annuls, and the licence goes with it.
    let verify = ExemptionAct::Verify {
        subject: county.paper.clone(),
        kept: false,
        how: How::OnSite,
        note: "现场没有".into(),
    };
    county.act::<Exemption>(&officer(), Some(exemption), verify).await.unwrap();
    let dispose = ExemptionAct::Dispose {
        subject: county.paper.clone(),
        measure: Measure::Annul,
        reason: "承诺不实".into(),
        document: "模撤〔2025〕1号".into(),
    };
    county.act::<Exemption>(&head(), Some(exemption), dispose).await.unwrap();
    county.relay().await;
    let licence: Licence = county.state(Licence::id(case)).await;
    assert_eq!(licence.status(), "revoked");

    // The same firm may not promise again, another may; made good, it may.
    let (again, other) = (county.apply(&firm(), 1).await, county.apply(&firm(), 2).await);
    county.relay().await;
    assert_eq!(county.refused::<Exemption>(&firm(), Exemption::id(again), promise()).await, "LIC-71");
    county
        .act::<Exemption>(&firm(), Some(Exemption::id(other)), promise())
        .await
        .unwrap();
    let repair =
        ExemptionAct::Repair { subject: county.paper.clone(), document: "模修〔2025〕1号".into() };
    county.act::<Exemption>(&head(), Some(exemption), repair).await.unwrap();
    let third = county.apply(&firm(), 1).await;
    county.relay().await;
    county
        .act::<Exemption>(&firm(), Some(Exemption::id(third)), promise())
        .await
        .unwrap();
}

#[tokio::test]
async fn the_list_is_undone_as_it_was_done() {
    let county = County::new().await;
    let proof = county.list(&county.paper, "模拟证明", Way::Shared, "agency").await;
    let restore =
        ProofAct::Restore { reason: "来源停用".into(), document: "模政数〔2025〕2号".into() };
    county.act::<Proof>(&manager(), Some(proof), restore).await.unwrap();
    county.relay().await;
    let item: Item = county.state(county.item).await;
    assert_eq!(item.current().map(|(version, current)| (version, current.n_spared())), Some((3, 0)));
    let case = county.apply(&firm(), 1).await;
    county.relay().await;
    assert!(county.app.store.matter(R, Exemption::id(case)).await.unwrap().is_none(), "nothing is spared");
    county.act::<Case>(&officer(), Some(case), county.missing()).await.unwrap();
}
