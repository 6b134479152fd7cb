//! 规格：行政处罚。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::world::*;
use crate::penalty::{Act, Case, Circumstances, Decision, Penalty};
use fadu_kernel::Basis;
use jiff::civil::{Date, date};

fn file(w: &mut World, change: fn(&mut Case)) -> Answer {
    let mut case = Case {
        code: CODE.into(),
        name: "乙代理公司（演示）".into(),
        violation: "泄露投标人名称（演示）".into(),
        clause: Basis::article("招标投标法", 50),
        committed: date(2024, 5, 6),
        found: day(3, 3),
        grave: false,
        qualification: "三定方案（演示）".into(),
        cause: "提示1号".into(),
    };
    change(&mut case);
    w.act::<Penalty>(ONE, "03-03", &supervisor(), Act::File { case: Box::new(case) })
}

fn act(w: &mut World, when: &str, act: Act) -> Answer {
    w.act::<Penalty>(ONE, when, &supervisor(), act)
}

fn told(w: &mut World, until: Date) -> Answer {
    file(w, |_| {})?;
    act(w, "03-10", Act::Tell { digest: digest(), until })
}

fn decision() -> Decision {
    Decision {
        kind: "罚款".into(),
        fine_fen: 1_000_000,
        circumstances: Circumstances { harmful: true, ..Circumstances::default() },
        reason: "事实清楚（演示）".into(),
        document: "模罚1号".into(),
        counted_in: String::new(),
    }
}

fn decide(w: &mut World, when: &str, change: fn(&mut Decision)) -> Answer {
    let mut decision = decision();
    change(&mut decision);
    w.act::<Penalty>(ONE, when, &head(), Act::Decide { decision: Box::new(decision) })
}

fn decided(w: &mut World, when: &str, change: fn(&mut Decision)) -> Answer {
    told(w, day(3, 14))?;
    decide(w, when, change)
}

fn asked(w: &mut World, on: Date) -> Answer {
    told(w, day(3, 14))?;
    act(w, "03-19", Act::RecordHearingAsked { on })
}

fn preserved(w: &mut World, when: &str) -> Answer {
    file(w, |_| {})?;
    act(w, "03-04", Act::Preserve { list: digest() })?;
    act(w, when, Act::SettleEvidence { n: 1, decision: "退还".into() })
}

fn device(w: &mut World, reviewed: bool, place_published: bool) -> Answer {
    file(w, |_| {})?;
    act(w, "03-04", Act::AdmitDevice { digest: digest(), reviewed, place_published })
}

pub fn rows() -> Vec<Row> {
    [filing(), hearing(), deciding()].concat()
}

fn filing() -> Vec<Row> {
    vec![
        ("filed by an organ that may punish (PEN-13)", Passes, |w| file(w, |_| {})),
        ("filed by a centre of the bureau (PEN-13)", Refused("PEN-13"), |w| {
            file(w, |case| case.qualification.clear())
        }),
        ("found two years after the act, to the day (PEN-07)", Passes, |w| {
            file(w, |case| case.committed = date(2023, 3, 3))
        }),
        ("found a day later (PEN-07)", Refused("PEN-07"), |w| {
            file(w, |case| case.committed = date(2023, 3, 2))
        }),
        ("five years where life, health or finance was harmed (PEN-07)", Passes, |w| {
            file(w, |case| (case.committed, case.grave) = (date(2020, 3, 3), true))
        }),
        ("and a day (PEN-07)", Refused("PEN-07"), |w| {
            file(w, |case| (case.committed, case.grave) = (date(2020, 3, 2), true))
        }),
        ("preserved evidence settled on working day 7 (PEN-08)", Passes, |w| preserved(w, "03-13")),
        ("on working day 8 (PEN-08)", Noted, |w| preserved(w, "03-14")),
        ("a device that was reviewed, at a place that was published (PEN-11)", Passes, |w| {
            device(w, true, true)
        }),
        ("one that was not reviewed (PEN-11)", Refused("PEN-11"), |w| device(w, false, true)),
        ("one at a hidden place (PEN-11)", Refused("PEN-11"), |w| device(w, true, false)),
    ]
}

fn hearing() -> Vec<Row> {
    vec![
        ("a hearing asked for on working day 5 (PEN-04, PEN-09)", Passes, |w| asked(w, day(3, 17))),
        ("on working day 6 (PEN-04, PEN-09)", Refused("PEN-04"), |w| asked(w, day(3, 18))),
        ("notified seven working days before (PEN-04)", Passes, |w| {
            asked(w, day(3, 17))?;
            act(w, "03-19", Act::NotifyHearing { on: day(3, 28), place: "一楼".into() })
        }),
        ("six working days before (PEN-04)", Refused("PEN-04"), |w| {
            asked(w, day(3, 17))?;
            act(w, "03-19", Act::NotifyHearing { on: day(3, 27), place: "一楼".into() })
        }),
        ("decided before the hearing (PEN-04)", Refused("PEN-04"), |w| {
            asked(w, day(3, 17))?;
            decide(w, "03-20", |_| {})
        }),
        ("fined on the last day on which a hearing may be asked for (PEN-04)", Refused("PEN-04"), |w| {
            decided(w, "03-17", |_| {})
        }),
        ("told, and decided after the time to answer (PEN-03)", Passes, |w| decided(w, "03-18", |_| {})),
        ("decided on the last day of it (PEN-03)", Refused("PEN-03"), |w| {
            told(w, day(3, 18))?;
            decide(w, "03-18", |_| {})
        }),
        ("decided untold (PEN-03)", Refused("PEN-03"), |w| {
            file(w, |_| {})?;
            decide(w, "03-18", |_| {})
        }),
        ("told with no time to answer (PEN-03)", Refused("PEN-03"), |w| told(w, day(3, 10))),
    ]
}

fn deciding() -> Vec<Row> {
    vec![
        // The ninetieth day, 1 June 2025, is a Sunday before the holiday of 2 June: the period rolls over both.
        ("decided ninety days after filing, days off rolled over (PEN-05, PEN-09)", Passes, |w| {
            decided(w, "06-03", |_| {})
        }),
        ("a day later (PEN-05, PEN-09)", Noted, |w| decided(w, "06-04", |_| {})),
        ("slight, corrected, harmless, and spared (PEN-02)", Passes, |w| {
            decided(w, "03-18", |d| {
                d.circumstances = Circumstances { minor: true, corrected: true, ..Circumstances::default() };
                (d.kind, d.fine_fen) = (String::new(), 0);
            })
        }),
        ("slight, corrected, harmless, and fined (PEN-02)", Refused("PEN-02"), |w| {
            decided(w, "03-18", |d| {
                d.circumstances = Circumstances { minor: true, corrected: true, ..Circumstances::default() };
            })
        }),
        ("first, slight and corrected, with harm, and fined (PEN-02)", Noted, |w| {
            decided(w, "03-18", |d| {
                d.circumstances = Circumstances { minor: true, corrected: true, harmful: true, first: true };
            })
        }),
        ("a fine that counts for nobody (PEN-12)", Passes, |w| decided(w, "03-18", |_| {})),
        ("a fine that counts in an appraisal (PEN-12)", Refused("PEN-12"), |w| {
            decided(w, "03-18", |d| d.counted_in = "罚没任务".into())
        }),
        ("served on working day 7 (PEN-06)", Passes, |w| {
            decided(w, "03-18", |_| {})?;
            act(w, "03-27", Act::Serve { receipt: "回证1号".into() })
        }),
        ("served on working day 8 (PEN-06)", Noted, |w| {
            decided(w, "03-18", |_| {})?;
            act(w, "03-28", Act::Serve { receipt: "回证1号".into() })
        }),
        ("served before it was decided (PEN-06)", Refused("PEN-06"), |w| {
            told(w, day(3, 14))?;
            act(w, "03-28", Act::Serve { receipt: "回证1号".into() })
        }),
    ]
}
