//! 转外部系统。 Sent once, under both numbers; what they do not take is not sent again until somebody says so.

use super::*;
use crate::outside::{Fault, State};

pub(super) fn handled_elsewhere() -> Definition {
    Definition { outside: "省级系统".into(), ..permit() }
}

fn sent() -> Act {
    Act::NoteSent { number: "S-0001".into() }
}

fn unsent(fault: Fault) -> Act {
    Act::NoteUnsent { fault }
}

fn told(state: State) -> Act {
    Act::NoteOutside { state, on: date(2025, 3, 5) }
}

fn after(act: Act) -> Vec<Step> {
    with(accepted(), ((3, 4), Clock, act))
}

pub(super) fn rows() -> Vec<Row> {
    let again = || Act::SendAgain;
    vec![
        (
            "sent outside before it is accepted (SVC-01)",
            vec![((3, 3), Citizen, receive())],
            ((3, 3), Clock, sent()),
            Some("SVC-01"),
        ),
        ("sent outside once accepted (SVC-01)", accepted(), ((3, 4), Clock, sent()), None),
        ("sent outside twice (SVC-01)", after(sent()), ((3, 5), Clock, sent()), Some("SVC-01")),
        (
            "the same failure written down twice (SVC-01)",
            after(unsent(Fault::Timeout)),
            ((3, 5), Clock, unsent(Fault::Timeout)),
            Some("SVC-01"),
        ),
        ("their answer once it is sent (SVC-01)", after(sent()), ((3, 5), Clock, told(State::Granted)), None),
        (
            "their answer before it is sent (SVC-01)",
            accepted(),
            ((3, 5), Clock, told(State::Granted)),
            Some("SVC-01"),
        ),
        (
            "sent again once they rejected it (SVC-01)",
            after(unsent(Fault::Rejected)),
            ((3, 5), Officer, again()),
            None,
        ),
        ("sent again where nothing failed (SVC-01)", accepted(), ((3, 5), Officer, again()), Some("SVC-01")),
    ]
}

#[test]
fn what_could_not_be_sent_is_found() {
    let mut story = Story::of(handled_elsewhere());
    let steps = [
        (accepted().remove(0), ""),
        (accepted().remove(1), "to_send"),
        (((3, 4), Clock, unsent(Fault::Outage)), "to_send unsent"),
        (((3, 5), Clock, unsent(Fault::Rejected)), "unsent"),
        (((3, 6), Officer, Act::SendAgain), "to_send"),
        (((3, 6), Clock, sent()), "open"),
        (((3, 7), Clock, told(State::InProgress)), "open"),
        (((3, 7), Clock, told(State::Granted)), ""),
    ];
    for (((month, day), role, act), expected) in steps {
        story.then(date(2025, month, day), role, act).unwrap();
        let facets = story.case.docket(&story.calendar).facets.into_iter();
        let found: Vec<String> =
            facets.filter(|(name, _)| name == "outside").map(|(_, value)| value).collect();
        assert_eq!(found.join(" "), expected);
    }
    let old = r#"{"Accepted":{"from":"2025-03-03","deemed":false,"item_code":"C1","task_type":1,"department":"d","clock_from":"acceptance","statutory":null,"promised":null,"due":null}}"#;
    assert!(matches!(serde_json::from_str(old), Ok(Fact::Accepted { outside: None, .. })));
}
