//! 引擎的性质: whatever the graph and whatever the results, every item ends once, in order, and only what depends on a
//! refusal ends with it.

use super::*;
use crate::child::Ended;
use proptest::prelude::*;
use std::collections::BTreeSet;

const ITEMS: [&str; 7] = ["A", "B", "C", "D", "E", "F", "G"];

/// Edges that look back, each with its kind, and for every item how its own case would end.
#[derive(Clone, Debug)]
struct Plan {
    edges: Vec<(usize, usize, bool)>,
    outcomes: Vec<u8>,
    /// Which of the open items moves next.
    picks: Vec<usize>,
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let edges = prop::collection::vec((0_usize..7, 0_usize..7, any::<bool>()), 0..16);
    let outcomes = prop::collection::vec(0_u8..4, 7);
    (edges, outcomes, prop::collection::vec(0_usize..7, 32)).prop_map(|(edges, outcomes, picks)| {
        let edges = edges.into_iter().filter(|(from, to, _)| to < from).collect();
        Plan { edges, outcomes, picks }
    })
}

fn theme(plan: &Plan) -> Definition {
    let needs = |at: usize| {
        let own = plan.edges.iter().filter(move |(from, _, _)| *from == at);
        own.map(|(_, to, legal)| need(ITEMS[*to], if *legal { NeedKind::Granted } else { NeedKind::Settled }))
    };
    let members = (0..7).map(|at| member(ITEMS[at], true, needs(at).collect())).collect();
    Definition { members, questions: vec![], form: vec![], materials: vec![], ..joint_theme() }
}

fn outcome(day: (i8, i8), item: &str, way: u8) -> Step {
    match way {
        0 | 1 => granted(day, item),
        2 => refused(day, item, "不符合条件", "复议或者诉讼"),
        _ => moved(day, item, Moved::Withdrawn),
    }
}

/// What must come of it, reckoned from the plan alone: an item ends blocked when one it legally needs was not granted.
fn blocked_by_plan(plan: &Plan) -> BTreeSet<&'static str> {
    let mut granted = [false; 7];
    let mut blocked = BTreeSet::new();
    for at in 0..7 {
        let needed = plan.edges.iter().filter(|(from, _, legal)| *from == at && *legal);
        if needed.clone().any(|(_, to, _)| !granted[*to]) {
            blocked.insert(ITEMS[at]);
        } else {
            granted[at] = plan.outcomes[at] < 2;
        }
    }
    blocked
}

/// Runs it to its end; the day moves on one for each decision.
fn played(plan: &Plan) -> (Story, Vec<Fact>) {
    let mut story = Story::of(theme(plan));
    story.sealed = Sealed::new();
    let receive = Act::Receive {
        theme: MatterId(1),
        channel: Channel::Window,
        answers: BTreeMap::new(),
        materials: BTreeMap::new(),
    };
    let mut facts = story.all(vec![((3, 3), Role::WindowClerk, receive)]);
    for turn in 0..ITEMS.len() {
        let day = (3, 4 + turn as i8);
        let ready: Vec<String> = facts
            .iter()
            .filter_map(
                |fact| if let Fact::ChildReady(ready) = fact { Some(ready.item_code.clone()) } else { None },
            )
            .filter(|item| story.joint.child(item).is_some_and(|child| child.opened.is_none()))
            .collect();
        for item in &ready {
            facts.extend(story.all(under_way(day, &[item.as_str()])));
        }
        let running: Vec<String> = story
            .joint
            .children
            .iter()
            .filter(|child| child.is_open() && child.accepted.is_some())
            .map(|child| child.plan.item_code.clone())
            .collect();
        let Some(item) = running.get(plan.picks[turn] % running.len().max(1)) else { break };
        let way = plan.outcomes[ITEMS.iter().position(|known| known == item).unwrap_or(0)];
        facts.extend(story.all(vec![outcome(day, item, way)]));
    }
    (story, facts)
}

proptest! {
    #[test]
    fn every_item_ends_once_and_only_what_depends_on_a_refusal_ends_with_it(plan in any_plan()) {
        let (story, facts) = played(&plan);
        let settled: Vec<_> = facts.iter().filter_map(|fact| if let Fact::Settled(settled) = fact { Some(settled) } else { None }).collect();
        prop_assert_eq!(settled.len(), 1, "the whole has a result, once");
        let sum = settled[0].granted + settled[0].refused + settled[0].declined + settled[0].blocked + settled[0].withdrawn;
        prop_assert_eq!((sum, settled[0].children), (7, 7));
        let blocked: BTreeSet<&str> = story
            .joint
            .children
            .iter()
            .filter(|child| matches!(child.ended, Some(Ended::Blocked { .. })))
            .filter_map(|child| ITEMS.iter().copied().find(|item| *item == child.plan.item_code))
            .collect();
        prop_assert_eq!(blocked, blocked_by_plan(&plan));
        let readied = facts.iter().filter(|fact| matches!(fact, Fact::ChildReady(_))).count() as u32;
        prop_assert_eq!(readied, 7 - settled[0].blocked, "each of the others was opened, once");
    }

    #[test]
    fn nothing_begins_before_what_it_waits_for_has_ended(plan in any_plan()) {
        let (story, facts) = played(&plan);
        let mut ended: BTreeSet<&str> = BTreeSet::new();
        for fact in &facts {
            match fact {
                Fact::ChildReady(ready) => {
                    let child = story.joint.child(&ready.item_code).unwrap();
                    prop_assert!(child.plan.needs.iter().all(|need| ended.contains(need.item_code.as_str())));
                }
                Fact::ChildDecided { item_code, .. } | Fact::ChildWithdrawn { item_code, .. } | Fact::ChildBlocked { item_code, .. } => {
                    prop_assert!(ended.insert(item_code), "{} ended twice", item_code);
                }
                _ => {}
            }
        }
    }

    /// A state folded from its facts is the state itself, whatever happened.
    #[test]
    fn the_facts_alone_make_the_state(plan in any_plan()) {
        let (story, facts) = played(&plan);
        let mut folded = Joint::default();
        let clerk = person(Role::WindowClerk);
        for fact in &facts {
            let stamp = Stamp { day: date(2025, 3, 3), ms: 0, person: clerk.person.clone(), role: clerk.role, org: clerk.org.clone() };
            folded.evolve(fact, &stamp);
        }
        let ends = |joint: &Joint| joint.children.iter().map(|child| child.ended.clone()).collect::<Vec<_>>();
        prop_assert_eq!(ends(&folded), ends(&story.joint));
        prop_assert_eq!(folded.began(), story.joint.began());
    }
}
