//! 规格表之一：受理、并单、派单、退单。

use super::acts::*;
use super::world::*;
use crate::order::{Act, Intake};
use crate::words::{Capacity, Channel, Emergency, Exclusion, Kind, Lane, Settlement};
use fadu_kernel::{MatterId, OrgId, PersonId};

pub fn taking() -> Vec<Row> {
    let consult = || taken(Kind::Consult);
    let answer = |knowledge| Act::Answer { knowledge, also: vec![], satisfied: Some(true) };
    let exclude = |ground: Exclusion, told: &str| Act::Exclude { ground, told: told.into() };
    let petition =
        || with(taken(Kind::Complaint), ((3, 3), DISPATCHER, exclude(Exclusion::Petition, "由信访部门接续")));
    let pass_up = |number: &str| Act::PassUp { prefecture: number.into(), reason: "市级事权".into() };
    let hand_over = |receipt: &str| Act::HandOver { office: "信访局".into(), receipt: receipt.into() };
    let lead = || take_with(Kind::Report, |intake| (intake.lead, intake.text) = (true, String::new()));
    let happening = || vec![((3, 3), AGENT, take_with(Kind::Help, |intake| intake.category = "0909".into()))];
    let fire = || Act::TransferEmergency { to: Emergency::Fire, note: String::new() };
    vec![
        ("taken on the hotline's own number (HTL-03)", vec![], ((3, 3), AGENT, take(Kind::Help)), None),
        (
            "taken on a merged line (HTL-03)",
            vec![],
            ((3, 3), AGENT, take_with(Kind::Help, |intake| intake.line = "12328".into())),
            None,
        ),
        (
            "taken on a line nobody merged (HTL-03)",
            vec![],
            ((3, 3), AGENT, take_with(Kind::Help, |intake| intake.line = "12333".into())),
            Some("HTL-03"),
        ),
        ("taken twice (HOT-03)", taken(Kind::Help), ((3, 3), AGENT, take(Kind::Help)), Some("HOT-03")),
        (
            "a consult answered from a published entry (HOT-02, KNO-01)",
            consult(),
            ((3, 3), AGENT, answer(ANSWER)),
            None,
        ),
        (
            "a consult answered on the entry's last day (KNO-01)",
            vec![((3, 31), AGENT, take(Kind::Consult))],
            ((3, 31), AGENT, answer(EXPIRING)),
            None,
        ),
        (
            "answered from an entry the day after its last (KNO-01)",
            vec![((4, 1), AGENT, take(Kind::Consult))],
            ((4, 1), AGENT, answer(EXPIRING)),
            Some("KNO-01"),
        ),
        (
            "answered from an entry that was never published (KNO-01)",
            consult(),
            ((3, 3), AGENT, answer(MatterId(77))),
            Some("KNO-01"),
        ),
        (
            "a complaint answered by the hotline in the unit's place (HOT-02)",
            taken(Kind::Complaint),
            ((3, 3), DISPATCHER, answer(ANSWER)),
            Some("HOT-02"),
        ),
        ("a fire transferred at once, before any form (HOT-05)", vec![], ((3, 3), AGENT, fire()), None),
        ("a fire that came by the web transferred (HOT-05)", happening(), ((3, 3), DISPATCHER, fire()), None),
        (
            "a fire dispatched as an order (HOT-05)",
            happening(),
            ((3, 3), DISPATCHER, to("农业局")),
            Some("HOT-05"),
        ),
        (
            "disclosure, told where to go (HOT-05A)",
            consult(),
            ((3, 3), DISPATCHER, exclude(Exclusion::Disclosure, "向住建局申请公开")),
            None,
        ),
        (
            "not accepted by a bought-in agent (HOT-04)",
            consult(),
            ((3, 3), AGENT, exclude(Exclusion::Disclosure, "向住建局申请公开")),
            Some("HOT-04"),
        ),
        (
            "disclosure, sent away without a word (HOT-05A)",
            consult(),
            ((3, 3), DISPATCHER, exclude(Exclusion::Disclosure, " ")),
            Some("HOT-05A"),
        ),
        (
            "reconsideration, led there (PET-07)",
            consult(),
            ((3, 3), DISPATCHER, exclude(Exclusion::Reconsideration, "向县政府申请行政复议")),
            None,
        ),
        (
            "a lawsuit, sent away without a word (PET-07)",
            consult(),
            ((3, 3), DISPATCHER, exclude(Exclusion::Litigation, "")),
            Some("PET-07"),
        ),
        (
            "a petition handed over with a receipt (PET-01)",
            petition(),
            ((3, 4), DISPATCHER, hand_over("信2025-1")),
            None,
        ),
        (
            "a petition handed over without one (PET-01)",
            petition(),
            ((3, 4), DISPATCHER, hand_over("")),
            Some("PET-01"),
        ),
        (
            "passed up to the prefecture under both numbers (HTL-06)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, pass_up("HS2025030001")),
            None,
        ),
        (
            "passed up without the prefecture's number (HTL-06)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, pass_up(" ")),
            Some("HTL-06"),
        ),
        (
            "a petition dispatched like an order (HOT-03)",
            petition(),
            ((3, 4), DISPATCHER, to("住建局")),
            Some("HOT-03"),
        ),
        ("a lead leaves no word in the order (PET-08)", vec![], ((3, 3), AGENT, lead()), None),
        (
            "a lead told in the order (PET-08)",
            vec![],
            ((3, 3), AGENT, take_with(Kind::Report, |intake| intake.lead = true)),
            Some("PET-08"),
        ),
        (
            "a lead dispatched like an order (PET-08)",
            vec![((3, 3), AGENT, lead())],
            ((3, 3), DISPATCHER, to("住建局")),
            Some("PET-08"),
        ),
        (
            "a lead released from the order by a second person (SUP-04)",
            vec![((3, 3), DISPATCHER, lead())],
            ((3, 3), REVIEWER, Act::ReleaseLead),
            None,
        ),
        (
            "a lead released by who took it (SUP-04)",
            vec![((3, 3), DISPATCHER, lead())],
            ((3, 3), DISPATCHER, Act::ReleaseLead),
            Some("SUP-04"),
        ),
    ]
}

pub fn merging() -> Vec<Row> {
    let merge = |into| Act::Merge { into: MatterId(into), alike: Some(900) };
    let merged = || with(taken(Kind::Help), ((3, 3), DISPATCHER, merge(5)));
    let unmerge = || Act::Unmerge { reason: "不是同一件事".into() };
    let parent = || with(taken(Kind::Help), ((3, 3), CLOCK, Act::Adopt { child: MatterId(3) }));
    let raise = |n: i64| Act::Raise {
        intake: Box::new(intake(Kind::Help)),
        members: (1..=n).map(MatterId).collect(),
    };
    let open = || Act::OpenCaller { reason: "上门核实".into() };
    let raise_reports = |against: Option<&str>| Act::Raise {
        intake: Box::new(Intake { against: against.map(OrgId::new), ..intake(Kind::Report) }),
        members: (1..=10).map(MatterId).collect(),
    };
    vec![
        (
            "like reports raise a parent that keeps whom they are about (PET-08)",
            vec![((3, 3), DISPATCHER, raise_reports(Some("住建局")))],
            ((3, 3), DISPATCHER, to_because("市监局", "被举报单位回避")),
            None,
        ),
        (
            "the parent of like reports sent to the unit reported (PET-08)",
            vec![((3, 3), DISPATCHER, raise_reports(Some("住建局")))],
            ((3, 3), DISPATCHER, to("住建局")),
            Some("PET-08"),
        ),
        (
            "like reports raised without saying whom they are about (PET-08)",
            vec![],
            ((3, 3), DISPATCHER, raise_reports(None)),
            Some("PET-08"),
        ),
        (
            "merged into the order it repeats (HOT-07)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, merge(5)),
            None,
        ),
        (
            "merged into itself (HOT-07)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, merge(OWN.0)),
            Some("HOT-07"),
        ),
        (
            "merged by a bought-in agent (HOT-04)",
            taken(Kind::Help),
            ((3, 3), AGENT, merge(5)),
            Some("HOT-04"),
        ),
        (
            "taken out again of what it was merged into (HOT-07)",
            merged(),
            ((3, 4), DISPATCHER, unmerge()),
            None,
        ),
        (
            "taken out again and dispatched where it was (HOT-07)",
            with(merged(), ((3, 4), DISPATCHER, unmerge())),
            ((3, 4), DISPATCHER, to("住建局")),
            None,
        ),
        ("taken out by a bought-in agent (HOT-04)", merged(), ((3, 4), AGENT, unmerge()), Some("HOT-04")),
        (
            "taken out of what it was never merged into (HOT-07)",
            taken(Kind::Help),
            ((3, 4), DISPATCHER, unmerge()),
            Some("HOT-07"),
        ),
        (
            "a parent that no child is left of merged away (HOT-07)",
            with(parent(), ((3, 3), CLOCK, Act::Disown { child: MatterId(3) })),
            ((3, 3), DISPATCHER, merge(5)),
            None,
        ),
        (
            "a child struck by hand (HOT-03B)",
            parent(),
            ((3, 3), DISPATCHER, Act::Disown { child: MatterId(3) }),
            Some("HOT-03B"),
        ),
        ("a parent merged away (HOT-07)", parent(), ((3, 3), DISPATCHER, merge(5)), Some("HOT-07")),
        ("merged after the reply (HOT-07)", replied(), ((3, 6), DISPATCHER, merge(5)), Some("HOT-07")),
        ("ten like orders raise a parent (HOT-07)", vec![], ((3, 3), DISPATCHER, raise(10)), None),
        ("nine like orders raise no parent (HOT-07)", vec![], ((3, 3), DISPATCHER, raise(9)), Some("HOT-07")),
        (
            "a burst taken like a call (HOT-07)",
            vec![],
            ((3, 3), DISPATCHER, take_with(Kind::Help, |intake| intake.channel = Channel::Burst)),
            Some("HOT-07"),
        ),
        (
            "the parent notes a child as time passes it on (HOT-03B)",
            taken(Kind::Help),
            ((3, 3), CLOCK, Act::Adopt { child: MatterId(3) }),
            None,
        ),
        (
            "a child noted by hand (HOT-03B)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, Act::Adopt { child: MatterId(3) }),
            Some("HOT-03B"),
        ),
        (
            "the caller's data opened by the unit (DAT-16)",
            dispatched(Kind::Help),
            ((3, 4), OFFICER, open()),
            None,
        ),
        (
            "the caller's data opened by another unit (DAT-16)",
            dispatched(Kind::Help),
            ((3, 4), TRAFFIC, open()),
            Some("DAT-16"),
        ),
    ]
}

pub fn dispatching() -> Vec<Row> {
    let here = |unit: &str| to_because(unit, "经研究");
    let village = || {
        let change = |intake: &mut Intake| {
            (intake.category, intake.place.address) = ("0903".into(), "429997001005".into())
        };
        vec![((3, 3), AGENT, take_with(Kind::Help, change))]
    };
    let firm = || {
        vec![(
            (3, 3),
            AGENT,
            take_with(Kind::Help, |intake| {
                (intake.lane, intake.category) = (Lane::Enterprise, "0802".into())
            }),
        )]
    };
    let lane = |officer: Option<&str>| Act::Dispatch {
        unit: OrgId::new("数据局"),
        assisting: vec![],
        officer: officer.map(PersonId::new),
        category: None,
        against: None,
        none_named: false,
        reason: String::new(),
    };
    let report = || {
        vec![((3, 3), AGENT, take_with(Kind::Report, |intake| intake.against = Some(OrgId::new("住建局"))))]
    };
    let left_open = |channel| {
        let intake = Intake { channel, ..intake(Kind::Report) };
        vec![((3, 3), DISPATCHER, Act::Take(Box::new(intake)))]
    };
    let about = |unit: &str, assisting: &[&str], against: Option<&str>| Act::Dispatch {
        unit: OrgId::new(unit),
        assisting: assisting.iter().map(|unit| OrgId::new(unit)).collect(),
        officer: None,
        category: None,
        against: against.map(OrgId::new),
        none_named: against.is_none(),
        reason: "经研究".into(),
    };
    let settled =
        || with(left_open(Channel::Mail), ((3, 3), DISPATCHER, about("市监局", &[], Some("住建局"))));
    let meet = |unit: &str| Act::Meet {
        units: ["市监局", unit].map(OrgId::new).to_vec(),
        minutes: evidence().swap_remove(0),
        conclusion: "由市监局核查".into(),
    };
    vec![
        (
            "a report by telephone sent on before it is said whom it is about (PET-08)",
            left_open(Channel::Telephone),
            ((3, 3), DISPATCHER, here("市监局")),
            Some("PET-08"),
        ),
        (
            "a report from the web sent on before it is said whom it is about (PET-08)",
            left_open(Channel::Web),
            ((3, 3), DISPATCHER, here("市监局")),
            Some("PET-08"),
        ),
        (
            "a report by mail sent on before it is said whom it is about (PET-08)",
            left_open(Channel::Mail),
            ((3, 3), DISPATCHER, here("市监局")),
            Some("PET-08"),
        ),
        (
            "a report by WeChat sent on before it is said whom it is about (PET-08)",
            left_open(Channel::Wechat),
            ((3, 3), DISPATCHER, here("市监局")),
            Some("PET-08"),
        ),
        (
            "a report over Open311 sent on before it is said whom it is about (PET-08)",
            left_open(Channel::Open311),
            ((3, 3), DISPATCHER, here("市监局")),
            Some("PET-08"),
        ),
        (
            "a report about a unit under a name that is not the register's (PET-08)",
            vec![(
                (3, 3),
                AGENT,
                take_with(Kind::Report, |intake| intake.against = Some(OrgId::new("县住建局"))),
            )],
            ((3, 3), DISPATCHER, here("住建局")),
            Some("PET-08"),
        ),
        (
            "a report sent on, its unit named (PET-08)",
            left_open(Channel::Mail),
            ((3, 3), DISPATCHER, about("市监局", &[], Some("住建局"))),
            None,
        ),
        (
            "a report sent on that names no unit (PET-08)",
            left_open(Channel::Mail),
            ((3, 3), DISPATCHER, about("住建局", &[], None)),
            None,
        ),
        (
            "a report to the unit that its dispatch names (PET-08)",
            left_open(Channel::Mail),
            ((3, 3), DISPATCHER, about("住建局", &[], Some("住建局"))),
            Some("PET-08"),
        ),
        (
            "a report assisted by the unit reported (PET-08)",
            left_open(Channel::Mail),
            ((3, 3), DISPATCHER, about("市监局", &["住建局"], Some("住建局"))),
            Some("PET-08"),
        ),
        (
            "a report dispatched again to the unit that was named (PET-08)",
            with(settled(), ((3, 4), DISPATCHER, recall())),
            ((3, 4), DISPATCHER, to("住建局")),
            Some("PET-08"),
        ),
        (
            "the unit reported named otherwise by the hotline, saying why (PET-08)",
            report(),
            ((3, 3), DISPATCHER, about("住建局", &[], Some("交通局"))),
            None,
        ),
        (
            "the unit reported named otherwise by an agent (PET-08)",
            report(),
            ((3, 3), AGENT, about("住建局", &[], Some("交通局"))),
            Some("PET-08"),
        ),
        ("a meeting about a report (PET-08)", settled(), ((3, 4), DISPATCHER, meet("交通局")), None),
        (
            "a meeting with the unit reported (PET-08)",
            settled(),
            ((3, 4), DISPATCHER, meet("住建局")),
            Some("PET-08"),
        ),
        (
            "a meeting with a unit under a name that is not the register's (PET-08)",
            settled(),
            ((3, 4), DISPATCHER, meet("县住建局")),
            Some("PET-08"),
        ),
        (
            "dispatched by an agent as the catalogue says (HOT-04, HOT-06)",
            taken(Kind::Help),
            ((3, 3), AGENT, to("住建局")),
            None,
        ),
        (
            "dispatched by an agent elsewhere (HOT-04)",
            taken(Kind::Help),
            ((3, 3), AGENT, here("交通局")),
            Some("HOT-04"),
        ),
        (
            "dispatched by the hotline elsewhere, with a reason (HOT-06)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, here("交通局")),
            None,
        ),
        (
            "dispatched by the hotline elsewhere, without a reason (HOT-06)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, to("交通局")),
            Some("HOT-06"),
        ),
        (
            "dispatched to a body nobody registered (HOT-06)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, here("某公司")),
            Some("HOT-06"),
        ),
        ("a township's own work, on its own power (HOT-06A)", village(), ((3, 3), AGENT, to("甲镇")), None),
        (
            "a department's work pushed down to a township (HOT-06A)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, here("甲镇")),
            Some("HOT-06A"),
        ),
        ("a firm's request with its officer (HTL-02)", firm(), ((3, 3), AGENT, lane(Some("zhuan"))), None),
        ("a firm's request without one (HTL-02)", firm(), ((3, 3), AGENT, lane(None)), Some("HTL-02")),
        (
            "a report to another unit than the one reported (PET-08)",
            report(),
            ((3, 3), DISPATCHER, here("市监局")),
            None,
        ),
        ("a report to the unit reported (PET-08)", report(), ((3, 3), AGENT, to("住建局")), Some("PET-08")),
        (
            "dispatched a second time (HOT-03)",
            dispatched(Kind::Help),
            ((3, 4), DISPATCHER, here("交通局")),
            Some("HOT-03"),
        ),
        ("signed by the unit (HOT-03)", dispatched(Kind::Help), ((3, 4), OFFICER, Act::Sign), None),
        (
            "signed by another unit (HOT-06)",
            dispatched(Kind::Help),
            ((3, 4), TRAFFIC, Act::Sign),
            Some("HOT-06"),
        ),
    ]
}

pub fn returning() -> Vec<Row> {
    let back = || hand_back(basis());
    let kept = || {
        let steps = with(dispatched(Kind::Help), ((3, 4), OFFICER, back()));
        with(steps, ((3, 4), DISPATCHER, settle(Settlement::Refused)))
    };
    let arbitrated = || arbitrated(disputed(), (3, 5), "住建局");
    let convened = || with(disputed(), ((3, 6), DISPATCHER, arbitrate("住建局")));
    let confirm = |person| ((3, 6), member(person), Act::ConfirmPanel);
    let panel_of =
        |persons| Act::Arbitrate { unit: OrgId::new("住建局"), panel: panel(persons), reason: "x".into() };
    vec![
        (
            "returned with its article on the last day (HOT-07A)",
            dispatched(Kind::Help),
            ((3, 4), OFFICER, back()),
            None,
        ),
        (
            "returned a day later (HOT-07A)",
            dispatched(Kind::Help),
            ((3, 5), OFFICER, back()),
            Some("HOT-07A"),
        ),
        (
            "returned without a legal ground (HOT-07A)",
            dispatched(Kind::Help),
            ((3, 4), OFFICER, hand_back(None)),
            Some("HOT-07A"),
        ),
        ("returned again by the same unit (HOT-07A)", kept(), ((3, 4), OFFICER, back()), Some("HOT-07A")),
        (
            "recalled by the hotline before a reply (HOT-03)",
            dispatched(Kind::Help),
            ((3, 4), DISPATCHER, recall()),
            None,
        ),
        ("recalled after the reply (HOT-03)", replied(), ((3, 6), DISPATCHER, recall()), Some("HOT-03")),
        (
            "recalled after the arbiters spoke (HOT-07B)",
            arbitrated(),
            ((3, 6), DISPATCHER, recall()),
            Some("HOT-07B"),
        ),
        (
            "nothing is signed while a return is open (HOT-07A)",
            with(dispatched(Kind::Help), ((3, 4), OFFICER, back())),
            ((3, 4), OFFICER, Act::Sign),
            Some("HOT-07A"),
        ),
        ("put to the three arbiters (HOT-07B)", disputed(), ((3, 6), DISPATCHER, arbitrate("住建局")), None),
        (
            "arbitrated by all three (HOT-07B)",
            with(with(convened(), confirm("p")), confirm("e")),
            confirm("j"),
            None,
        ),
        (
            "nothing goes on before the last arbiter has confirmed (HOT-07B)",
            with(with(convened(), confirm("p")), confirm("e")),
            ((3, 6), TRAFFIC, Act::Sign),
            Some("HOT-07B"),
        ),
        (
            "confirmed by who was not named (HOT-07B)",
            convened(),
            ((3, 6), DISPATCHER, Act::ConfirmPanel),
            Some("HOT-07B"),
        ),
        (
            "confirmed twice by one arbiter (HOT-07B)",
            with(convened(), confirm("p")),
            confirm("p"),
            Some("HOT-07B"),
        ),
        ("confirmed where nothing was put to anybody (HOT-07B)", disputed(), confirm("p"), Some("HOT-07B")),
        (
            "confirmed after an arbiter did not agree (HOT-07B)",
            with(convened(), ((3, 6), member("e"), Act::DeclinePanel { reason: "属于交通局".into() })),
            confirm("p"),
            Some("HOT-07B"),
        ),
        (
            "one person in two capacities (HOT-07B)",
            disputed(),
            (
                (3, 6),
                DISPATCHER,
                panel_of([
                    ("p", Capacity::Platform),
                    ("p", Capacity::Establishment),
                    ("j", Capacity::Justice),
                ]),
            ),
            Some("HOT-07B"),
        ),
        (
            "without the justice bureau (HOT-07B)",
            disputed(),
            (
                (3, 6),
                DISPATCHER,
                panel_of([
                    ("p", Capacity::Platform),
                    ("e", Capacity::Establishment),
                    ("q", Capacity::Platform),
                ]),
            ),
            Some("HOT-07B"),
        ),
        (
            "nothing to arbitrate (HOT-07B)",
            dispatched(Kind::Help),
            ((3, 4), DISPATCHER, arbitrate("住建局")),
            Some("HOT-07B"),
        ),
        (
            "returned after the arbiters spoke (HOT-07B)",
            arbitrated(),
            ((3, 5), OFFICER, back()),
            Some("HOT-07B"),
        ),
        (
            "arbitrated to a township without the power (HOT-06A)",
            disputed(),
            ((3, 6), DISPATCHER, arbitrate("甲镇")),
            Some("HOT-06A"),
        ),
    ]
}
