//! 延续许可。 Applied for on 3 March: thirty days before 2 April, the last day of the permit that is renewed.

use super::{
    Row, Step, Story, accepted, asked, decide, missing, permit, receive, receive_without, service, stop,
    verified, with,
};
use crate::case::{Act, Against, Fact};
use crate::definition::SpecialKind;
use fadu_kernel::Matter;
use fadu_kernel::Role::{AgencyHead, Citizen, Clock, Officer};
use jiff::civil::{Date, date};

const LAST: (i8, i8) = (4, 2);
const AFTER: (i8, i8) = (4, 3);

fn renew((month, day): (i8, i8)) -> Step {
    let until = date(2025, month, day);
    ((3, 3), Citizen, Act::Renew { number: "E20240403ABCDEFGH".into(), until })
}

/// Done in any case; whether it was early enough for silence to renew.
pub fn asked_for(
    name: &'static str,
    until: (i8, i8),
    in_time: bool,
) -> (&'static str, Vec<Step>, Step, bool) {
    (name, vec![((3, 3), Citizen, receive())], renew(until), in_time)
}

pub fn rows() -> Vec<Row> {
    let renewing = |steps: Vec<Step>| with(steps, renew(LAST));
    let waiting =
        vec![((3, 3), Citizen, receive_without(&asked())), renew(LAST), ((3, 4), Officer, missing(&asked()))];
    let stopped = with(renewing(accepted()), ((3, 10), Officer, stop(SpecialKind::ExpertReview, 15)));
    let deemed = with(renewing(accepted()), (AFTER, Clock, Act::DeemRenewed));
    let deliver = Act::Deliver { way: "窗口".into() };
    vec![
        ("renewal of what expired before (LIC-30)", accepted(), renew((3, 2)), Some("LIC-30")),
        ("renewal named twice (LIC-30)", renewing(accepted()), renew(LAST), Some("LIC-30")),
        (
            "not renewed by silence on the last day (LIC-30)",
            renewing(accepted()),
            (LAST, Clock, Act::DeemRenewed),
            Some("LIC-30"),
        ),
        (
            "renewed by silence the day after (LIC-30)",
            renewing(accepted()),
            (AFTER, Clock, Act::DeemRenewed),
            None,
        ),
        (
            "renewed by silence while a special procedure runs (LIC-30)",
            stopped,
            (AFTER, Clock, Act::DeemRenewed),
            None,
        ),
        (
            "not renewed by silence where it was asked late (LIC-30)",
            with(accepted(), renew((4, 1))),
            (AFTER, Clock, Act::DeemRenewed),
            Some("LIC-30"),
        ),
        (
            "not renewed by silence while a supplement is waited for (LIC-30)",
            waiting,
            (AFTER, Clock, Act::DeemRenewed),
            Some("LIC-30"),
        ),
        (
            "an application that renews nothing (LIC-30)",
            accepted(),
            (AFTER, Clock, Act::DeemRenewed),
            Some("LIC-30"),
        ),
        (
            "renewal refused on the last day (LIC-30)",
            renewing(verified()),
            (LAST, AgencyHead, decide(false, "不再符合条件")),
            None,
        ),
        (
            "renewal refused the day after (LIC-30)",
            renewing(verified()),
            (AFTER, AgencyHead, decide(false, "不再符合条件")),
            Some("LIC-30"),
        ),
        (
            "renewed by hand (SVC-03)",
            renewing(accepted()),
            (AFTER, Officer, Act::DeemRenewed),
            Some("SVC-03"),
        ),
        ("what silence renewed is handed over (LIC-21)", deemed, ((4, 7), Officer, deliver), None),
    ]
}

fn story(steps: Vec<Step>) -> Story {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in steps {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    story
}

/// Neither promise nor law of this permit ends as late as the permit that it renews: those are recorded first.
#[test]
fn time_warns_ten_working_days_ahead_and_renews() {
    let mut story = story(with(accepted(), renew(LAST)));
    let mut done = Vec::new();
    for n in 0..60 {
        let day = fadu_kernel::calendar::offset(date(2025, 3, 3), n);
        for act in story.case.due_acts(day, &story.calendar) {
            let actor = super::person("clock", Clock);
            let facts =
                super::act_on(&mut story.case, &act, &actor, day, &story.shelf, &story.calendar).unwrap();
            done.extend(facts.into_iter().map(|fact| (day, fact)));
        }
    }
    let warned = done.iter().find_map(|(day, fact)| match fact {
        Fact::TurnedAmber { due, against: Some(Against::Expiry) } => Some((*day, *due)),
        _ => None,
    });
    assert_eq!(warned, Some((date(2025, 3, 19), date(2025, 4, 2))), "ten working days, 20 March to 2 April");
    let renewed = done.iter().find(|(_, fact)| matches!(fact, Fact::DeemedRenewed { .. }));
    assert_eq!(renewed.map(|(day, _)| *day), Some(date(2025, 4, 3)));
    let decided = story.case.decided.as_ref().unwrap();
    assert_eq!((decided.granted, decided.on), (true, date(2025, 4, 3)));
    let warned = |(day, fact): &(Date, Fact)| match fact {
        Fact::TurnedAmber { against: Some(Against::Delivery), .. } => Some(*day),
        _ => None,
    };
    assert_eq!(done.iter().find_map(warned), Some(date(2025, 4, 16)), "then delivery runs");
}

/// What lists show: the earlier of the limit and the last day of the permit.
#[test]
fn a_list_shows_the_last_day_of_the_permit_where_it_comes_first() {
    let shown = |story: &Story| -> (Option<Date>, Option<Date>) {
        let docket = story.case.docket(&story.calendar);
        (docket.amber, docket.due)
    };
    let limit = (Some(date(2025, 3, 13)), Some(date(2025, 3, 17)));
    assert_eq!(shown(&story(with(accepted(), renew(LAST)))), limit, "the promise ends before");
    let mut late = story(vec![((3, 3), Citizen, receive()), renew(LAST)]);
    (late.case.notice_due, late.case.notice_clock) = (None, None);
    assert_eq!(shown(&late), (Some(date(2025, 3, 19)), Some(date(2025, 4, 2))));
}

#[test]
fn only_a_permit_is_renewed_so() {
    let mut story = Story::of(service());
    story.then(date(2025, 3, 3), Citizen, receive()).unwrap();
    let ((_, _), role, act) = renew(LAST);
    assert_eq!(story.then(date(2025, 3, 3), role, act).unwrap_err().rule.id, "LIC-30");
}
