//! 规格：专项核查。

use super::Ends::{Passes, Refused};
use super::Row;
use super::world::*;
use crate::campaign::{self, Campaign, Plan};
use crate::lookback::{Matched, Past};
use crate::parts::{Disposition, Finding, Outcome, Ruling};
use crate::review::{Act, Entered, Review};
use fadu_kernel::{Actor, MatterId};
use jiff::civil::date;

const TITLE: &str = "殡葬领域起底（演示）";

fn campaign() -> MatterId {
    Campaign::id(TITLE)
}

fn open(w: &mut World, n_listed: u32) -> Answer {
    let plan = Plan {
        title: TITLE.into(),
        scope: "2023年以来".into(),
        special: true,
        list: digest(),
        n_listed,
        simulated: true,
        ..Plan::default()
    };
    w.act::<Campaign>(campaign(), "03-03", &supervisor(), campaign::Act::Open { plan: Box::new(plan) })
}

fn finding(rule: &str, outcome: Outcome) -> Finding {
    let (mut evidence, mut missing) = (Vec::new(), Vec::new());
    match outcome {
        Outcome::Found => evidence.push("付款 V1".to_owned()),
        Outcome::NotComputable => missing.push("2016年规模标准".to_owned()),
        Outcome::NotFound => {}
    }
    Finding { rule: rule.into(), says: "核对".into(), outcome, evidence, missing }
}

fn entered(w: &mut World, announced: bool) -> Answer {
    let project = Past {
        id: "F1".into(),
        title: "公墓扩建（演示）".into(),
        sector: "殡葬".into(),
        announced: announced.then_some(date(2023, 4, 5)),
        listed: true,
        ..Past::default()
    };
    let findings = vec![finding("TND-01", Outcome::Found), finding("TND-03", Outcome::NotComputable)];
    let entry = Entered { campaign: TITLE.into(), project, matched: Matched::default(), findings };
    let act = Act::Enter { entry: Box::new(entry) };
    w.act::<Review>(Review::id(TITLE, "F1"), "03-04", &supervisor(), act)
}

fn act(w: &mut World, when: &str, act: Act) -> Answer {
    w.act::<Review>(Review::id(TITLE, "F1"), when, &supervisor(), act)
}

fn ready(w: &mut World) -> Answer {
    open(w, 1)?;
    entered(w, true)
}

fn dispose(w: &mut World, disposition: Disposition) -> Answer {
    let ruling =
        Ruling { disposition, reason: "核对原件".into(), document: "模核1号".into(), hand_over: None };
    act(w, "03-10", Act::Dispose { n: 1, ruling })
}

fn counted(w: &mut World, when: &str) -> Answer {
    ready(w)?;
    let review = Review::id(TITLE, "F1");
    w.act::<Campaign>(campaign(), when, &Actor::relay(), campaign::Act::Enter { review })?;
    dispose(w, Disposition::Explained)?;
    act(w, "03-11", Act::Conclude { digest: digest() })?;
    w.act::<Campaign>(campaign(), when, &Actor::relay(), campaign::Act::Count { review, clean: true })
}

fn close(w: &mut World) -> Answer {
    w.act::<Campaign>(campaign(), "03-12", &head(), campaign::Act::Close { digest: digest() })
}

pub fn rows() -> Vec<Row> {
    vec![
        ("a past project with its year (SUP-12)", Passes, ready),
        ("measured by no year's rules (SUP-12)", Refused("SUP-12"), |w| {
            open(w, 1)?;
            entered(w, false)
        }),
        ("computed once the papers are there (SUP-12)", Passes, |w| {
            ready(w)?;
            let findings = vec![finding("TND-03", Outcome::NotFound)];
            act(w, "03-05", Act::Recompute { findings, document: "补档1号".into() })
        }),
        ("what was found, computed away (SUP-12)", Refused("SUP-12"), |w| {
            ready(w)?;
            let findings = vec![finding("TND-01", Outcome::NotFound)];
            act(w, "03-05", Act::Recompute { findings, document: "补档1号".into() })
        }),
        ("concluded with every finding worked (SUP-11)", Passes, |w| {
            ready(w)?;
            dispose(w, Disposition::Explained)?;
            act(w, "03-11", Act::Conclude { digest: digest() })
        }),
        ("concluded with a finding open (SUP-11)", Refused("SUP-11"), |w| {
            ready(w)?;
            act(w, "03-11", Act::Conclude { digest: digest() })
        }),
        ("a finding confirmed unheard (SUP-01)", Refused("SUP-01"), |w| {
            ready(w)?;
            dispose(w, Disposition::Confirmed)
        }),
        ("a finding confirmed after the explanation (SUP-01)", Passes, |w| {
            ready(w)?;
            act(w, "03-05", Act::RecordExplanation { n: 1, digest: digest() })?;
            dispose(w, Disposition::Confirmed)
        }),
        ("a campaign closed with every project concluded (SUP-11)", Passes, |w| {
            counted(w, "03-11")?;
            close(w)
        }),
        ("closed with a project open (SUP-11)", Refused("SUP-11"), |w| {
            ready(w)?;
            close(w)
        }),
        ("a conclusion entered by hand (SUP-04)", Refused("SUP-04"), |w| {
            ready(w)?;
            let count = campaign::Act::Count { review: Review::id(TITLE, "F1"), clean: true };
            w.act::<Campaign>(campaign(), "03-11", &supervisor(), count)
        }),
    ]
}

#[test]
fn a_confirmed_finding_makes_the_project_unclean() {
    let mut w = World::default();
    ready(&mut w).unwrap();
    act(&mut w, "03-05", Act::AskExplanation { n: 1, until: day(3, 7) }).unwrap();
    dispose(&mut w, Disposition::Confirmed).unwrap();
    let facts = act(&mut w, "03-11", Act::Conclude { digest: digest() }).unwrap();
    assert!(facts.contains("\"clean\":false") && facts.contains("\"whole\":false"), "{facts}");
    let review: Review = w.state(Review::id(TITLE, "F1"));
    assert_eq!((review.status(), review.n_confirmed()), ("confirmed", 1));
}

#[test]
fn a_project_of_which_nothing_could_be_computed_is_no_compliant_one() {
    for (outcome, computable) in [(Outcome::NotComputable, false), (Outcome::NotFound, true)] {
        let mut w = World::default();
        open(&mut w, 1).unwrap();
        let project = Past {
            id: "F1".into(),
            title: "公墓扩建（演示）".into(),
            sector: "殡葬".into(),
            announced: Some(date(2023, 4, 5)),
            listed: true,
            ..Past::default()
        };
        let findings = vec![finding("TND-01", outcome), finding("TND-03", Outcome::NotComputable)];
        let entry = Entered { campaign: TITLE.into(), project, matched: Matched::default(), findings };
        act(&mut w, "03-04", Act::Enter { entry: Box::new(entry) }).unwrap();
        let facts = act(&mut w, "03-11", Act::Conclude { digest: digest() }).unwrap();
        assert!(facts.contains(&format!("\"computable\":{computable}")), "{facts}");
        assert!(facts.contains("\"clean\":true"), "{facts}");
    }
}
