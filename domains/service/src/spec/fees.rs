//! 收费。 By guide and list, in sums reckoned from them; nothing waits for the money but what a law makes wait.

use super::*;
use crate::code_list::Level;
use crate::definition::Fee;
use crate::fee::PayWay;
use crate::fee_item::{Act as ListAct, Entry, Exemption, FeeItem, Kind, Standard};
use crate::spec_item::{Shelf as Named, perform};
use fadu_kernel::Basis;

fn entry(code: &str, level: Level) -> Entry {
    let basis = |article| Basis::article("某收费条例", article);
    let set = Standard { base_fen: 1000, unit: "本".into(), included: 1, unit_fen: 250 };
    let is_deposit = code == "F4";
    Entry {
        code: code.into(),
        kind: if is_deposit { Kind::Deposit } else { Kind::Fee },
        name: if code == "F5" { "听证费" } else { "工本费" }.into(),
        basis: basis(3),
        level,
        standard: if is_deposit { Standard::default() } else { set },
        exemptions: vec![Exemption {
            id: "half".into(),
            name: "小型微型企业".into(),
            basis: basis(5),
            per_cent: 50,
        }],
        waits: (code == "F3").then(|| basis(7)),
        simulated: true,
    }
}

/// 收费目录 when the items of these tests were published: F4 is a deposit without a standard, F5 pays for a hearing,
/// F7 was never on it, F9 is in no guide.
pub(crate) fn on_publication() -> BTreeMap<MatterId, Held> {
    let item = |code: &str, level| {
        let listed = FeeItem { code: code.into(), entry: Some(entry(code, level)), ..FeeItem::default() };
        (FeeItem::id(code), Arc::new(listed) as Held)
    };
    [
        item("F1", Level::AdministrativeRegulation),
        item("F2", Level::StateCouncilDecision),
        item("F3", Level::Law),
        item("F4", Level::AdministrativeRegulation),
        item("F5", Level::Law),
        item("F8", Level::Law),
        item("F9", Level::Law),
    ]
    .into()
}

/// When a case is charged: F8 has come off it.
pub(super) fn listed() -> BTreeMap<MatterId, Held> {
    let mut listed = on_publication();
    listed.remove(&FeeItem::id("F8"));
    listed
}

fn with_fees(definition: Definition) -> Definition {
    let codes = ["F1", "F2", "F3", "F4", "F8"].map(str::to_owned).to_vec();
    Definition {
        fee: Fee { charged: true, basis: Some(Basis::article("某收费条例", 3)), codes },
        ..definition
    }
}

pub(super) fn of_a_service() -> Definition {
    with_fees(service())
}

pub(super) fn of_a_permit() -> Definition {
    with_fees(permit())
}

fn charge(code: &str) -> Act {
    Act::ChargeFee { code: code.into(), quantity: 1 }
}

fn pay(code: &str, amount_fen: i64) -> Act {
    let reference = "收-0001".to_owned();
    Act::PayFee { code: code.into(), way: PayWay::Cash, amount_fen, reference, simulated: false }
}

fn online(code: &str) -> Act {
    let reference = "模-0001".to_owned();
    Act::PayFee { code: code.into(), way: PayWay::Online, amount_fen: 1000, reference, simulated: true }
}

fn exempt(ground: &str) -> Act {
    Act::ExemptFee { code: "F1".into(), ground: ground.into() }
}

fn refund() -> Act {
    Act::RefundFee { code: "F1".into(), reason: "多收".into() }
}

/// The provider took it after the window had.
fn surplus() -> Act {
    let reference = "模-0002".to_owned();
    Act::NoteSurplus { code: "F1".into(), amount_fen: 1000, reference, simulated: true }
}

fn told(code: &str) -> Vec<Step> {
    with(verified(), ((3, 4), Officer, charge(code)))
}

pub(super) fn of_permits() -> Vec<Row> {
    vec![
        ("a permit charged on a regulation (LIC-32)", accepted(), ((3, 4), Officer, charge("F1")), None),
        (
            "a permit charged for its hearing (LIC-24)",
            accepted(),
            ((3, 4), Officer, charge("F5")),
            Some("LIC-24"),
        ),
        (
            "a permit charged on a decision of the State Council (LIC-32)",
            accepted(),
            ((3, 4), Officer, charge("F2")),
            Some("LIC-32"),
        ),
    ]
}

pub(super) fn charging() -> Vec<Row> {
    let got = vec![((3, 3), Citizen, receive())];
    vec![
        ("charged what guide and list name (LIC-58)", accepted(), ((3, 4), Officer, charge("F1")), None),
        (
            "charged what the guide does not name (LIC-58)",
            accepted(),
            ((3, 4), Officer, charge("F9")),
            Some("LIC-58"),
        ),
        (
            "charged what the list does not name (LIC-58)",
            accepted(),
            ((3, 4), Officer, charge("F8")),
            Some("LIC-58"),
        ),
        (
            "charged where the list sets no standard (SVC-21)",
            accepted(),
            ((3, 4), Officer, charge("F4")),
            Some("SVC-21"),
        ),
        ("charged before it is accepted (SVC-01)", got, ((3, 3), Officer, charge("F1")), Some("SVC-01")),
        ("charged a second time (SVC-01)", told("F1"), ((3, 5), Officer, charge("F1")), Some("SVC-01")),
        ("remitted on a ground of the list (SVC-21)", told("F1"), ((3, 5), Officer, exempt("half")), None),
        (
            "remitted on a ground of somebody's own (SVC-21)",
            told("F1"),
            ((3, 5), Officer, exempt("friend")),
            Some("SVC-21"),
        ),
    ]
}

pub(super) fn paying() -> Vec<Row> {
    let paid = || with(told("F1"), ((3, 5), WindowClerk, pay("F1", 1000)));
    let decided = |code: &str| with(told(code), ((3, 5), AgencyHead, decide(true, "")));
    let delivered = with(decided("F1"), ((3, 6), Officer, Act::Deliver { way: "窗口".into() }));
    let archived = with(delivered.clone(), ((3, 7), Officer, Act::Archive));
    vec![
        ("paid in full (SVC-21)", told("F1"), ((3, 5), WindowClerk, pay("F1", 1000)), None),
        ("paid in part (SVC-21)", told("F1"), ((3, 5), WindowClerk, pay("F1", 999)), Some("SVC-21")),
        (
            "what is left is paid once part was remitted (SVC-21)",
            with(told("F1"), ((3, 5), Officer, exempt("half"))),
            ((3, 5), WindowClerk, pay("F1", 500)),
            None,
        ),
        ("paid a second time (SVC-01)", paid(), ((3, 6), WindowClerk, pay("F1", 1000)), Some("SVC-01")),
        ("paid online, as the provider says", told("F1"), ((3, 5), Clock, online("F1")), None),
        ("paid online, as a desk says (SVC-01)", told("F1"), ((3, 5), Officer, online("F1")), Some("SVC-01")),
        ("refunded once it is paid (SVC-01)", paid(), ((3, 6), AgencyHead, refund()), None),
        ("refunded before it is paid (SVC-01)", told("F1"), ((3, 6), AgencyHead, refund()), Some("SVC-01")),
        (
            "decided while a fee is open that no law puts first (SVC-22)",
            told("F1"),
            ((3, 5), AgencyHead, decide(true, "")),
            None,
        ),
        (
            "decided while a fee is open that a law puts first (SVC-22)",
            told("F3"),
            ((3, 5), AgencyHead, decide(true, "")),
            Some("SVC-22"),
        ),
        (
            "decided once that fee is paid (SVC-22)",
            with(told("F3"), ((3, 5), WindowClerk, pay("F3", 1000))),
            ((3, 5), AgencyHead, decide(true, "")),
            None,
        ),
        (
            "what a provider took beside the window, as it says (SVC-03)",
            paid(),
            ((3, 6), Clock, surplus()),
            None,
        ),
        (
            "what a provider took beside the window, as a desk says (SVC-03)",
            paid(),
            ((3, 6), Officer, surplus()),
            Some("SVC-03"),
        ),
        (
            "taken beside the window and noted twice (SVC-01)",
            with(paid(), ((3, 6), Clock, surplus())),
            ((3, 6), Clock, surplus()),
            Some("SVC-01"),
        ),
        (
            "what pays an open fee is not noted as more than was owed (SVC-01)",
            told("F1"),
            ((3, 5), Clock, surplus()),
            Some("SVC-01"),
        ),
        (
            "what came once it was archived is given back (SVC-02)",
            with(archived.clone(), ((3, 8), Clock, surplus())),
            ((3, 9), AgencyHead, refund()),
            None,
        ),
        ("paid after delivery (SVC-02)", delivered, ((3, 7), WindowClerk, pay("F1", 1000)), None),
        ("paid once archived (SVC-02)", archived, ((3, 8), WindowClerk, pay("F1", 1000)), Some("SVC-02")),
    ]
}

type Listing = (&'static str, Vec<ListAct>, ListAct, Option<&'static str>);

fn list(level: Level) -> ListAct {
    ListAct::List { entry: Box::new(entry("F1", level)), document: "模财〔2025〕1号".into() }
}

fn listing() -> Vec<Listing> {
    let remove = || ListAct::Remove { reason: "停征".into(), document: "模财〔2025〕2号".into() };
    vec![
        ("listed on a regulation (LIC-58)", vec![], list(Level::AdministrativeRegulation), None),
        (
            "listed with the State Council's approval (LIC-58)",
            vec![],
            list(Level::StateCouncilDecision),
            None,
        ),
        ("listed on a county's document (LIC-58)", vec![], list(Level::Document), Some("LIC-58")),
        ("listed on a local regulation (LIC-58)", vec![], list(Level::LocalRegulation), Some("LIC-58")),
        ("removed from the list (SVC-01)", vec![list(Level::Law)], remove(), None),
        ("removed twice (SVC-01)", vec![list(Level::Law), remove()], remove(), Some("SVC-01")),
    ]
}

pub(super) fn rows() -> Vec<(&'static str, Option<&'static str>)> {
    listing().into_iter().map(|(name, _, _, expected)| (name, expected)).collect()
}

#[test]
fn only_what_a_law_lets_be_charged_is_listed() {
    let (manager, shelf) = (person("manager", Role::CatalogueManager), Named::default());
    let (day, id) = (date(2025, 3, 3), FeeItem::id("F1"));
    for (name, given, last, expected) in listing() {
        let mut item = FeeItem::default();
        for act in &given {
            perform(&mut item, id, day, &manager, act, &shelf)
                .unwrap_or_else(|refusal| panic!("{name}: the way there was refused: {refusal}"));
        }
        let answer = perform(&mut item, id, day, &manager, &last, &shelf);
        assert_eq!(answer.err().map(|refusal| refusal.rule.id), expected, "{name}");
    }
}

/// What was owed stays paid; the head has a task until what was not owed went back, and once.
#[test]
fn what_was_taken_twice_goes_back_once() {
    let mut story = Story::of(of_a_service());
    let paid = with(told("F1"), ((3, 5), WindowClerk, pay("F1", 1000)));
    for ((month, day), role, act) in with(paid, ((3, 6), Clock, surplus())) {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let heads = |story: &Story| {
        let tasks = story.case.docket(&story.calendar).tasks.into_iter();
        tasks.filter(|task| task.name == "refund_fee").count()
    };
    assert_eq!(heads(&story), 1);
    assert!(story.case.fees["F1"].zh().ends_with("2025-03-06网上多收（模拟）10.00元，待退"));
    story.then(date(2025, 3, 7), AgencyHead, refund()).unwrap();
    let charge = &story.case.fees["F1"];
    assert!(charge.paid.is_some() && charge.refunded.is_none() && charge.surplus().is_none());
    assert_eq!(heads(&story), 0);
    let old = r#"{"FeeRefunded":{"code":"F1","name":"工本费","amount_fen":1000,"reason":"多收","department":"甲局"}}"#;
    assert!(matches!(serde_json::from_str(old), Ok(Fact::FeeRefunded { surplus: false, .. })));
}

#[test]
fn a_sum_is_reckoned_from_the_standard() {
    let standard = entry("F1", Level::Law).standard;
    for (quantity, fen) in [(1, 1000), (2, 1250), (5, 2000)] {
        assert_eq!(standard.amount(quantity).0, fen, "{quantity}");
    }
    assert_eq!(standard.zh(), "每件10.00元，超过1本的，每本2.50元");
    let by_the_page = Standard { unit: "页".into(), unit_fen: 20, ..Standard::default() };
    assert_eq!(by_the_page.zh(), "每页0.20元", "nothing for the case itself is not said");
}

#[test]
fn the_shipped_list_may_be_listed_and_says_what_of_it_is_invented() {
    let (manager, shelf) = (person("manager", Role::CatalogueManager), Named::default());
    let shipped = Entry::read_all(crate::FEES).unwrap();
    let codes: std::collections::BTreeSet<&str> = shipped.iter().map(|entry| entry.code.as_str()).collect();
    let n_deposits = shipped.iter().filter(|entry| entry.kind == Kind::Deposit).count();
    assert_eq!((shipped.len(), codes.len(), n_deposits), (7, 7, 2));
    for entry in shipped {
        // Every code is; a sum is wherever there is one, and then the name says so.
        assert!(entry.simulated, "{}", entry.code);
        assert_eq!(entry.standard.is_set(), entry.name.contains("模拟"), "{}", entry.code);
        let id = FeeItem::id(&entry.code);
        let act =
            ListAct::List { entry: Box::new(entry), document: "模财〔2025〕1号（模拟）".into() };
        assert!(FeeItem::check(&act, &BTreeMap::new()).is_ok());
        perform(&mut FeeItem::default(), id, date(2025, 1, 2), &manager, &act, &shelf).unwrap();
    }
}
