//! 规格：风险提示。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::handovers::sent_to_finance;
use super::world::*;
use crate::alert::{Act, Alert, Raised};
use crate::deadline::{self, Deadline};
use crate::parts::{Disposition, Finding, Law, Outcome, Phase, Ruling, Subject};
use fadu_kernel::{Actor, Basis, MatterId, OrgId};
use jiff::civil::date;

fn raised() -> Raised {
    Raised {
        subject: Subject { id: "P1".into(), title: "县道改造（演示）".into(), ..Subject::default() },
        phase: Phase::During,
        finding: Finding {
            rule: "TND-56".into(),
            says: "超过三十日才签订合同".into(),
            outcome: Outcome::Found,
            evidence: vec!["台账第17条".into()],
            missing: Vec::new(),
        },
        law: Law { clause: Basis::article("招标投标法", 46), version: None },
        source: "trading:17".into(),
        supervisor: OrgId::new("住建局"),
    }
}

fn raise(w: &mut World, change: fn(&mut Raised)) -> Answer {
    let mut alert = raised();
    change(&mut alert);
    w.act::<Alert>(ONE, "03-03", &Actor::clock(), Act::Raise { alert: Box::new(alert) })
}

fn on_law(w: &mut World, statute: &'static str, article: u16) -> Answer {
    let mut alert = raised();
    alert.law.clause = Basis::article(statute, article);
    w.act::<Alert>(ONE, "03-03", &supervisor(), Act::Raise { alert: Box::new(alert) })
}

fn ruling(disposition: Disposition) -> Ruling {
    Ruling {
        disposition, reason: "核对了合同（演示）".into(), document: "模决1号".into(), hand_over: None
    }
}

fn dispose(w: &mut World, when: &str, by: &Actor, ruling: Ruling) -> Answer {
    w.act::<Alert>(ONE, when, by, Act::Dispose { ruling })
}

/// Alerts are to be worked within so many working days, from this day on.
fn adopt(w: &mut World, value: u16, from: jiff::civil::Date) -> Answer {
    let (name, source) = ("alert_workdays".to_owned(), "模监〔2025〕1号".to_owned());
    let id = Deadline::id(&name);
    let act = deadline::Act::Adopt { name, value, source, demonstration: false, from };
    w.act::<Deadline>(id, "03-03", &supervisor(), act)
}

fn explained(w: &mut World, when: &str) -> Answer {
    let ask = Act::AskExplanation { of: "教育局".into(), until: day(3, 7) };
    w.act::<Alert>(ONE, "03-04", &supervisor(), ask)?;
    w.act::<Alert>(ONE, when, &supervisor(), Act::RecordExplanation { digest: digest() })
}

fn handed_over(w: &mut World, id: MatterId) -> Answer {
    raise(w, |_| {})?;
    let ruling = Ruling { hand_over: Some(id), ..ruling(Disposition::HandedOver) };
    dispose(w, "03-12", &supervisor(), ruling)
}

pub fn rows() -> Vec<Row> {
    [disposing(), holding()].concat()
}

fn disposing() -> Vec<Row> {
    vec![
        ("a limit of five working days adopted, and kept (SUP-14, TRD-11)", Passes, |w| {
            adopt(w, 5, day(3, 3))?;
            raise(w, |_| {})?;
            dispose(w, "03-10", &supervisor(), ruling(Disposition::Explained))
        }),
        ("a limit of five working days adopted, and a day too late (TRD-11)", Noted, |w| {
            adopt(w, 5, day(3, 3))?;
            raise(w, |_| {})?;
            dispose(w, "03-11", &supervisor(), ruling(Disposition::Explained))
        }),
        ("adopted after the alert was raised: it keeps its own (TRD-11)", Passes, |w| {
            raise(w, |_| {})?;
            adopt(w, 5, day(3, 3))?;
            dispose(w, "03-11", &supervisor(), ruling(Disposition::Explained))
        }),
        ("a limit dated back (SUP-14)", Refused("SUP-14"), |w| adopt(w, 5, day(3, 2))),
        ("disposed of by a person with a reason, on working day 10 (TRD-11)", Passes, |w| {
            raise(w, |_| {})?;
            dispose(w, "03-17", &supervisor(), ruling(Disposition::Explained))
        }),
        ("on working day 11 (TRD-11)", Noted, |w| {
            raise(w, |_| {})?;
            dispose(w, "03-18", &supervisor(), ruling(Disposition::Explained))
        }),
        ("without a reason (TRD-11)", Refused("TRD-11"), |w| {
            raise(w, |_| {})?;
            let silent = Ruling { reason: " ".into(), ..ruling(Disposition::Explained) };
            dispose(w, "03-04", &supervisor(), silent)
        }),
        ("by the system (TRD-11)", Refused("TRD-11"), |w| {
            raise(w, |_| {})?;
            dispose(w, "03-04", &Actor::clock(), ruling(Disposition::Explained))
        }),
        ("a second time (TRD-11)", Refused("TRD-11"), |w| {
            raise(w, |_| {})?;
            dispose(w, "03-04", &supervisor(), ruling(Disposition::Explained))?;
            dispose(w, "03-05", &supervisor(), ruling(Disposition::Confirmed))
        }),
        ("confirmed without the document of it (TRD-11)", Refused("TRD-11"), |w| {
            raise(w, |_| {})?;
            explained(w, "03-06")?;
            let bare = Ruling { document: String::new(), ..ruling(Disposition::Confirmed) };
            dispose(w, "03-07", &supervisor(), bare)
        }),
        ("confirmed after the explanation (SUP-01)", Passes, |w| {
            raise(w, |_| {})?;
            explained(w, "03-07")?;
            dispose(w, "03-07", &supervisor(), ruling(Disposition::Confirmed))
        }),
        ("an explanation that came a day late (SUP-01)", Noted, |w| {
            raise(w, |_| {})?;
            explained(w, "03-08")
        }),
        ("confirmed the day after the time to explain (SUP-01)", Passes, |w| {
            raise(w, |_| {})?;
            let ask = Act::AskExplanation { of: "教育局".into(), until: day(3, 7) };
            w.act::<Alert>(ONE, "03-04", &supervisor(), ask)?;
            dispose(w, "03-08", &supervisor(), ruling(Disposition::Confirmed))
        }),
        ("confirmed on its last day, unexplained (SUP-01)", Refused("SUP-01"), |w| {
            raise(w, |_| {})?;
            let ask = Act::AskExplanation { of: "教育局".into(), until: day(3, 7) };
            w.act::<Alert>(ONE, "03-04", &supervisor(), ask)?;
            dispose(w, "03-07", &supervisor(), ruling(Disposition::Confirmed))
        }),
        ("confirmed unheard (SUP-01)", Refused("SUP-01"), |w| {
            raise(w, |_| {})?;
            dispose(w, "03-07", &supervisor(), ruling(Disposition::Confirmed))
        }),
        ("handed over once it was sent (SUP-06)", Passes, |w| {
            let id = sent_to_finance(w)?;
            handed_over(w, id)
        }),
        ("handed over to nobody (SUP-06)", Refused("SUP-06"), |w| handed_over(w, MatterId(99))),
    ]
}

fn holding() -> Vec<Row> {
    vec![
        ("what could be computed and was found (SUP-02)", Passes, |w| raise(w, |_| {})),
        ("what was not found (SUP-02)", Refused("SUP-02"), |w| {
            raise(w, |alert| alert.finding.outcome = Outcome::NotFound)
        }),
        ("what could not be computed, confirmed (SUP-02)", Refused("SUP-02"), |w| {
            raise(w, |alert| {
                alert.finding.outcome = Outcome::NotComputable;
                alert.finding.missing = vec!["合同日期".into()];
            })?;
            explained(w, "03-06")?;
            dispose(w, "03-07", &supervisor(), ruling(Disposition::Confirmed))
        }),
        ("one machine sign alone, confirmed (TND-87)", Refused("TND-87"), |w| {
            raise(w, |alert| alert.finding.evidence = vec!["cpu:BFEBFBFF000906EA".into()])?;
            explained(w, "03-06")?;
            dispose(w, "03-07", &supervisor(), ruling(Disposition::Confirmed))
        }),
        ("two machine signs, heard and confirmed (TND-87)", Passes, |w| {
            raise(w, |alert| {
                alert.finding.evidence = vec!["mac:00-11-22-33-44-55".into(), "lock:77".into()];
            })?;
            explained(w, "03-06")?;
            dispose(w, "03-07", &supervisor(), ruling(Disposition::Confirmed))
        }),
        ("on the review regulation, whose text is held (TND-91)", Passes, |w| {
            on_law(w, "公平竞争审查条例", 8)
        }),
        ("on the review rules of tendering, whose text is not (TND-91)", Refused("TND-91"), |w| {
            on_law(w, "招标投标领域公平竞争审查规则", 6)
        }),
        ("of experts, on the regulation (TND-92)", Passes, |w| on_law(w, "招标投标法实施条例", 46)),
        ("of experts, on measures whose text is not held (TND-92)", Refused("TND-92"), |w| {
            on_law(w, "评标专家和评标专家库管理办法", 7)
        }),
        ("of announcements, on the regulation (TND-93)", Passes, |w| on_law(w, "招标投标法实施条例", 15)),
        ("of announcements, on measures whose text is not held (TND-93)", Refused("TND-93"), |w| {
            on_law(w, "招标公告和公示信息发布管理办法", 5)
        }),
        ("on the law as it was passed on 27 December 2017 (TND-94)", Passes, |w| {
            raise(w, |alert| alert.law.version = Some(date(2017, 12, 27)))
        }),
        ("on a version of it a day later (TND-94)", Refused("TND-94"), |w| {
            raise(w, |alert| alert.law.version = Some(date(2017, 12, 28)))
        }),
        ("the same finding of the same source twice (SUP-13)", Refused("SUP-13"), |w| {
            raise(w, |_| {})?;
            raise(w, |_| {})
        }),
        ("explained after it was raised (SUP-13)", Passes, |w| {
            raise(w, |_| {})?;
            explained(w, "03-06")
        }),
    ]
}

#[test]
fn one_finding_is_one_matter() {
    let other = Raised { source: "trading:18".into(), ..raised() };
    assert_eq!(Alert::id(&raised()), Alert::id(&raised()));
    assert_ne!(Alert::id(&raised()), Alert::id(&other));
}
