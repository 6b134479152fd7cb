//! 电子证照。 On which decision a licence is issued, what ends it, and what its signed text tells a reader without a database.

use super::*;
use crate::licence::{Act, Grant, Licence, RevokeGround};
use crate::statement::{Revocations, Standing, Statement};

pub(super) fn grant() -> Grant {
    Grant {
        case: CASE,
        case_number: "20250303ABCDEFGH".into(),
        item_code: "C1".into(),
        item_name: "个体工商户设立登记".into(),
        name: "营业执照".into(),
        department: OrgId::new("market"),
        document: "20250303ABCDEFGH-准".into(),
        holder: Some(PersonId::new("citizen")),
        until: Some(date(2025, 12, 31)),
        public_safety: false,
    }
}

fn issue(grant: Grant) -> Step<Licence> {
    ((3, 5), CLOCK, Act::Issue { grant: Box::new(grant) })
}

fn reissue(when: When, document: &str) -> Step<Licence> {
    (when, OFFICER, Act::Reissue { reason: "名称变更".into(), document: document.into() })
}

fn revoke(document: &str) -> Step<Licence> {
    let act = Act::Revoke {
        ground: RevokeGround::Annulled,
        reason: "以不实承诺取得".into(),
        document: document.into(),
    };
    ((3, 10), HEAD, act)
}

fn table() -> Vec<Row<Licence>> {
    let issued = || vec![issue(grant())];
    let by_hand = ((3, 5), OFFICER, Act::Issue { grant: Box::new(grant()) });
    vec![
        ("issued on a decision that was handed over (LIC-44, PRF-05)", vec![], issue(grant()), None),
        (
            "issued on no decision (LIC-44)",
            vec![],
            issue(Grant { document: " ".into(), ..grant() }),
            Some("LIC-44"),
        ),
        ("issued by hand (PRF-05)", vec![], by_hand, Some("PRF-05")),
        ("issued twice (PRF-01)", issued(), issue(grant()), Some("PRF-01")),
        (
            "issued on its last day (PRF-03)",
            vec![],
            issue(Grant { until: Some(date(2025, 3, 5)), ..grant() }),
            None,
        ),
        (
            "issued a day after its last day (PRF-03)",
            vec![],
            issue(Grant { until: Some(date(2025, 3, 4)), ..grant() }),
            Some("PRF-03"),
        ),
        ("reissued on its document (PRF-02)", issued(), reissue((3, 10), "模市监〔2025〕8号"), None),
        ("reissued on none (PRF-02)", issued(), reissue((3, 10), ""), Some("PRF-02")),
        ("reissued on its last day (PRF-03)", issued(), reissue((12, 31), "模市监〔2025〕8号"), None),
        ("annulled on its document (PRF-02)", issued(), revoke("模市监撤〔2025〕1号"), None),
        ("annulled on none (PRF-02)", issued(), revoke(" "), Some("PRF-02")),
        ("annulled twice (PRF-03)", then(issued(), revoke("1号")), revoke("2号"), Some("PRF-03")),
        (
            "reissued once annulled (PRF-03)",
            then(issued(), revoke("1号")),
            reissue((3, 11), "2号"),
            Some("PRF-03"),
        ),
        ("annulled before it is issued (PRF-01)", vec![], revoke("1号"), Some("PRF-01")),
    ]
}

pub(super) fn rows() -> Told {
    World::default().run::<Licence>(Licence::id(CASE), table())
}

#[test]
fn a_licence_is_valid_from_its_issue_to_its_last_day_unless_revoked() {
    let world = World::default();
    let licence: Licence = world.story(Licence::id(CASE), vec![issue(grant()), reissue((3, 10), "8号")]);
    assert_eq!((licence.number.as_str(), licence.version), ("E20250303ABCDEFGH", 2));
    assert!(licence.is_valid(date(2025, 12, 31)) && !licence.is_valid(date(2026, 1, 1)));
    assert!(!Licence::default().is_valid(date(2025, 3, 5)));
    let revoked: Licence = world.story(Licence::id(CASE), vec![issue(grant()), revoke("1号")]);
    assert!(!revoked.is_valid(date(2025, 3, 10)));
    assert_eq!(revoked.docket(&Calendar::shipped()).status, "revoked");
}

#[test]
fn three_years_are_barred_after_fraud_where_safety_is_concerned() {
    let world = World::default();
    let bar = |public_safety, ground| {
        let taken =
            Act::Revoke { ground, reason: "以伪造的检验报告取得".into(), document: "1号".into() };
        let steps = vec![issue(Grant { public_safety, ..grant() }), ((3, 10), HEAD, taken)];
        let licence: Licence = world.story(Licence::id(CASE), steps);
        let facets = licence.docket(&Calendar::shipped()).facets;
        (licence.barred_until(), facets.contains(&("barred".to_owned(), "C1".to_owned())))
    };
    assert_eq!(bar(true, RevokeGround::Fraud), (Some(date(2028, 3, 10)), true));
    assert_eq!(bar(false, RevokeGround::Fraud), (None, false));
    assert_eq!(bar(true, RevokeGround::Annulled), (None, false));
}

pub(super) fn statement() -> Statement {
    Statement {
        origin: "fadu/429997".into(),
        number: "E20250303ABCDEFGH".into(),
        version: 2,
        name: "营业执照".into(),
        item: "个体工商户设立登记".into(),
        department: "市场监督管理局（模拟）".into(),
        holder: "王**".into(),
        holder_number: "420************018".into(),
        issued: date(2025, 3, 5),
        until: Some(date(2025, 12, 31)),
        entry: 42,
        stated: date(2025, 3, 12),
    }
}

/// Day of reading, the least version that holds by the list (or nothing on it), and what the reader is told.
#[test]
fn a_statement_tells_how_it_stands() {
    let listed = |least| {
        let least = BTreeMap::from([("E20250303ABCDEFGH".to_owned(), least)]);
        Some(Revocations { origin: "fadu/429997".into(), stated: date(2025, 3, 12), least })
    };
    let elsewhere = listed(None).map(|list| Revocations { origin: "fadu/420000".into(), ..list });
    let rows = [
        ("on the day it was stated", (2025, 3, 12), None, Standing::Valid),
        ("the day before", (2025, 3, 11), None, Standing::NotYet),
        ("on its last day", (2025, 12, 31), None, Standing::Valid),
        ("a day later", (2026, 1, 1), None, Standing::Expired),
        ("revoked by the list", (2025, 3, 12), listed(None), Standing::Revoked),
        ("replaced by version 3", (2025, 3, 12), listed(Some(3)), Standing::Replaced),
        ("version 2 is the one that holds", (2025, 3, 12), listed(Some(2)), Standing::Valid),
        ("another county's list says nothing", (2025, 3, 12), elsewhere, Standing::Valid),
    ];
    for (name, (year, month, day), list, expected) in rows {
        assert_eq!(statement().standing(date(year, month, day), list.as_ref()), expected, "{name}");
    }
}

#[test]
fn a_text_that_is_no_statement_is_none() {
    let text = statement().text();
    assert_eq!(Statement::parse(&text), Ok(statement()));
    let wrong = [
        text.replace("fadu-licence-1", "fadu-licence-2"),
        text.replace("issued 2025-03-05", "issued 2025-02-30"),
        text.replace("number E", "nummer E"),
        format!("{text}number E1\n"),
        format!("{text}nothing\n"),
        format!("fadu/429997\n42\n{}\n", "A".repeat(44)),
        "x".repeat(5000),
        String::new(),
    ];
    for text in wrong {
        assert!(Statement::parse(&text).is_err(), "{text}");
    }
    // A name cannot bring a line of its own.
    let forged = Statement { holder: "王\nuntil 2099-01-01".into(), ..statement() };
    assert_eq!(Statement::parse(&forged.text()).unwrap().until, statement().until);
    let list = Revocations {
        origin: "fadu/429997".into(),
        stated: date(2025, 3, 12),
        least: BTreeMap::from([("E1".to_owned(), None), ("E2".to_owned(), Some(3))]),
    };
    assert_eq!(Revocations::parse(&list.text()), Ok(list.clone()));
    assert!(Revocations::parse(&list.text().replace("E2 3", "E2 x")).is_err());
    assert!(Revocations::parse(&text).is_err());
}

proptest::proptest! {
    /// Whatever names contain, the text says what was put into it, and nothing else.
    #[test]
    fn a_statement_is_read_as_it_was_written(name in "\\PC{0,40}", holder in "\\PC{1,40}", version in 1u32..999) {
        let said = Statement { name: name.trim().into(), holder: holder.trim().into(), version, ..statement() };
        proptest::prop_assert_eq!(Statement::parse(&said.text()), Ok(said));
    }

    /// No text makes the reader fall.
    #[test]
    fn any_text_is_read_or_not(text in "\\PC{0,200}") {
        let _ = (Statement::parse(&text), Revocations::parse(&text), crate::Answer::parse(&text));
    }
}
