//! 个人信息的删除与冻结。 What is kept by law is destroyed once its disposal was approved, and not before.

use crate::personal::{Act, Cause, Personal};
use crate::spec_item::{Shelf, perform, who};
use fadu_kernel::{Matter, Role};
use jiff::civil::date;

const WHOSE: &str = "00112233445566778899aabbccddeeff";

type Row = (&'static str, Vec<Act>, Act, Option<&'static str>);

fn freeze() -> Act {
    Act::Freeze { whose: WHOSE.into(), reason: "已归档".into() }
}

fn erase(disposal: &str) -> Act {
    let (whose, reason) = (WHOSE.into(), "本人申请".into());
    Act::Erase { whose, cause: Cause::Purpose, reason, disposal: disposal.into() }
}

fn table() -> Vec<Row> {
    vec![
        ("erased where nothing is kept (DAT-20)", vec![], erase(""), None),
        ("erased while it is kept (DAT-20, ARC-05)", vec![freeze()], erase(" "), Some("DAT-20")),
        (
            "erased once its disposal was approved (DAT-20, ARC-05)",
            vec![freeze()],
            erase("模档〔2025〕1号"),
            None,
        ),
        ("frozen twice (SVC-01)", vec![freeze()], freeze(), Some("SVC-01")),
        (
            "frozen again after it was erased (SVC-01)",
            vec![freeze(), erase("模档〔2025〕1号")],
            freeze(),
            None,
        ),
        ("erased again, of whoever came back (DAT-20)", vec![erase("")], erase(""), None),
    ]
}

pub(super) fn rows() -> Vec<(&'static str, Option<&'static str>)> {
    table().into_iter().map(|(name, _, _, expected)| (name, expected)).collect()
}

#[test]
fn what_is_kept_by_law_is_not_erased() {
    let (operator, shelf) = (who("operator", Role::Operator, "局"), Shelf::default());
    let (day, id) = (date(2025, 3, 3), Personal::id(WHOSE));
    for (name, given, last, expected) in table() {
        let mut personal = Personal::default();
        for act in &given {
            perform(&mut personal, id, day, &operator, act, &shelf)
                .unwrap_or_else(|refusal| panic!("{name}: the way there was refused: {refusal}"));
        }
        let answer = perform(&mut personal, id, day, &operator, &last, &shelf);
        assert_eq!(answer.err().map(|refusal| refusal.rule.id), expected, "{name}");
    }
}

#[test]
fn nobody_is_named_in_it() {
    for whose in ["42999719900101001X", "张三", ""] {
        let act = Act::Freeze { whose: whose.into(), reason: "已归档".into() };
        let wrong = Personal::check(&act, &Default::default()).unwrap_err();
        assert_eq!(wrong[0].field, "whose", "{whose}");
    }
    assert!(Personal::check(&freeze(), &Default::default()).is_ok());
}
