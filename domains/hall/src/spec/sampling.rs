//! Samples of cases sent back: drawn after the month, found once, trained after the finding.

use super::*;
use crate::sampling::{Act, Cause, Sampling, draw};

const MARCH: Date = date(2025, 3, 1);

pub fn run(world: &mut World) -> Told {
    let sun = PersonId::new("sun");
    let train = clerk::Act::Train { topic: "一次告知".into(), hours: 4 };
    let steps = vec![((3, 3, 8, 0), MANAGER, join("sun")), ((4, 3, 9, 0), MANAGER, train)];
    world.stand::<Clerk>(Clerk::id(&sun), steps);
    world.run::<Sampling>(Sampling::id(MARCH), rows())
}

fn cases(list: &[&str]) -> Vec<String> {
    list.iter().map(|case| (*case).to_owned()).collect()
}

fn drawing(sent_back: Vec<String>) -> Act {
    Act::Draw { month: MARCH, size: 9, seed: "ab".repeat(32), sent_back }
}

fn in_april(day: i8, act: Act) -> Step<Sampling> {
    ((4, day, 10, 0), MANAGER, act)
}

fn find(case: &str, cause: Cause) -> Act {
    Act::Find { case: case.into(), cause, note: "缺身份证复印件，收件时看得出".into() }
}

fn trained(person: &str) -> Act {
    Act::Train { case: "C1".into(), person: PersonId::new(person) }
}

fn rows() -> Vec<Row<Sampling>> {
    let drawn = || vec![in_april(1, drawing(cases(&["C1", "C2"])))];
    let found = |day, cause| with(drawn(), in_april(day, find("C1", cause)));
    let early = ((3, 31, 10, 0), MANAGER, drawing(cases(&["C1"])));
    let unseeded =
        Act::Draw { month: MARCH, size: 1, seed: "我来定".into(), sent_back: cases(&["C1", "C2"]) };
    vec![
        ("drawn once the month is over (HAL-26)", vec![], in_april(1, drawing(cases(&["C1", "C2"]))), None),
        ("drawn on its last day (HAL-26)", vec![], early, Some("HAL-26")),
        (
            "a case twice in the list (HAL-26)",
            vec![],
            in_april(1, drawing(cases(&["C1", "C1"]))),
            Some("HAL-26"),
        ),
        ("a seed of one's own (HAL-26)", vec![], in_april(1, unseeded), Some("HAL-26")),
        ("drawn a second time (HAL-01)", drawn(), in_april(2, drawing(cases(&["C3"]))), Some("HAL-01")),
        ("found of a case that was drawn (HAL-01)", drawn(), in_april(2, find("C1", Cause::Guide)), None),
        (
            "found of one that was not (HAL-01)",
            drawn(),
            in_april(2, find("C9", Cause::Guide)),
            Some("HAL-01"),
        ),
        (
            "found a second time (HAL-01)",
            found(2, Cause::Guide),
            in_april(2, find("C1", Cause::Window)),
            Some("HAL-01"),
        ),
        ("trained after the finding (HAL-01)", found(2, Cause::Window), in_april(4, trained("sun")), None),
        ("trained before it (HAL-01)", found(4, Cause::Window), in_april(5, trained("sun")), Some("HAL-01")),
        (
            "nobody was trained (HAL-01)",
            found(2, Cause::Window),
            in_april(4, trained("wang")),
            Some("HAL-01"),
        ),
        (
            "trained for what no window could see (HAL-01)",
            found(2, Cause::Department),
            in_april(4, trained("sun")),
            Some("HAL-01"),
        ),
    ]
}

#[test]
fn whoever_has_list_and_seed_draws_the_same_and_no_seed_favours_a_case() {
    let list: Vec<String> = (0..40).map(|n| format!("C{n:02}")).collect();
    let seed = |n: u32| format!("{n:064x}");
    let one = draw(&seed(1), &list, 5);
    assert_eq!((one.len(), draw(&seed(1), &list, 5)), (5, one.clone()));
    let backwards: Vec<String> = list.iter().rev().cloned().collect();
    assert_eq!(draw(&seed(1), &backwards, 5), one, "the order of the list decides nothing");
    assert_eq!(draw(&seed(1), &list, 90).len(), 40, "all, where there are no more");
    let drawn: Vec<Vec<String>> = (0..800).map(|n| draw(&seed(n), &list, 5)).collect();
    let times = |case: &String| drawn.iter().filter(|drawn| drawn.contains(case)).count();
    // A hundred are expected of each; five standard deviations on either side.
    assert!(list.iter().all(|case| (53..147).contains(&times(case))));
}

#[test]
fn what_the_window_could_have_seen_waits_for_training() {
    let (mut world, mut sampling) = (world(), Sampling::default());
    run(&mut world);
    let id = Sampling::id(MARCH);
    let tasks = |sampling: &Sampling| -> Vec<String> {
        sampling
            .docket(&Calendar::shipped())
            .tasks
            .into_iter()
            .map(|task| task.name)
            .collect()
    };
    let steps: [(Act, &[&str]); 4] = [
        (drawing(cases(&["C1", "C2"])), &["find"]),
        (find("C1", Cause::Window), &["find", "train"]),
        (find("C2", Cause::Applicant), &["train"]),
        (trained("sun"), &[]),
    ];
    for (n, (act, expected)) in (1..).zip(steps) {
        world.act(&mut sampling, id, in_april(n.min(2) + n / 4 * 2, act)).unwrap();
        assert_eq!(tasks(&sampling), expected, "step {n}");
    }
    assert!(sampling.docket(&Calendar::shipped()).closed);
}
