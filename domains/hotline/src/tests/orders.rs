//! 工单的规格表。 One row, one rule; dates on both sides of every edge.

use super::world::*;
use crate::order::act::{Arbiter, Evidence};
use crate::order::{Act, Fact, Intake, Order};
use crate::place::Place;
use crate::words::{
    Capacity, Channel, Contact, Emergency, Exclusion, HandlingResult, Kind, Lane, Nature, ReturnGround,
    Settlement, Urgency,
};
use fadu_kernel::{Basis, Matter, MatterId, OrgId, PersonId, Role};
use jiff::civil::{Date, date};

pub type Step = ((i8, i8), Who, Act);
/// Steps that must go through, the last act, and `None` (done) or the id of the rule that refuses it.
pub type Row = (&'static str, Vec<Step>, Step, Option<&'static str>);

pub fn intake(kind: Kind) -> Intake {
    Intake {
        channel: Channel::Telephone,
        line: "12345".into(),
        kind,
        text: "阳光小区三期物业服务不到位，垃圾几天没有清运".into(),
        category: "0103".into(),
        place: Place { address: "429997002001".into(), point: None },
        urgency: Urgency::Ordinary,
        lane: Lane::General,
        prefecture: None,
        repeat_of: None,
        against: None,
        public: false,
        lead: false,
        suggestion: None,
        persons: 1,
    }
}

pub fn take(kind: Kind) -> Act {
    Act::Take(Box::new(intake(kind)))
}

fn take_with(kind: Kind, change: fn(&mut Intake)) -> Act {
    let mut intake = intake(kind);
    change(&mut intake);
    Act::Take(Box::new(intake))
}

pub fn to(unit: &str) -> Act {
    to_because(unit, "")
}

fn to_because(unit: &str, reason: &str) -> Act {
    Act::Dispatch {
        unit: OrgId::new(unit),
        assisting: vec![],
        officer: None,
        category: None,
        reason: reason.into(),
    }
}

pub fn basis() -> Option<Basis> {
    Some(Basis::article("行政许可法", 24))
}

pub fn hand_back(basis: Option<Basis>) -> Act {
    Act::Return { ground: ReturnGround::NotOurPower, basis, explanation: "由别的部门主管".into() }
}

pub fn settle(settlement: Settlement) -> Act {
    Act::SettleReturn { settlement, reason: "依三定方案".into() }
}

fn panel(persons: [(&str, Capacity); 3]) -> Vec<Arbiter> {
    let arbiter = |(person, capacity): (&str, Capacity)| Arbiter { person: PersonId::new(person), capacity };
    persons.into_iter().map(arbiter).collect()
}

fn three() -> Vec<Arbiter> {
    panel([("p", Capacity::Platform), ("e", Capacity::Establishment), ("j", Capacity::Justice)])
}

pub fn arbitrate(unit: &str) -> Act {
    Act::Arbitrate { unit: OrgId::new(unit), panel: three(), reason: "属于其职责".into() }
}

pub fn evidence() -> Vec<Evidence> {
    vec![Evidence { digest: "00".into(), name: "现场照片".into() }]
}

pub fn reply(evidence: Vec<Evidence>) -> Act {
    Act::Reply { result: HandlingResult::Solved, text: "已经清运".into(), evidence }
}

pub fn call(contact: Contact, solved: Option<bool>, satisfied: Option<bool>) -> Act {
    Act::CallBack { contact, solved, satisfied, note: String::new() }
}

pub fn answered(solved: bool, satisfied: bool) -> Act {
    call(Contact::Answered, Some(solved), Some(satisfied))
}

pub fn not_reached() -> Act {
    call(Contact::NotReached, None, None)
}

pub fn close(reason: &str) -> Act {
    Act::Close { reason: reason.into() }
}

pub fn judge(persons: &[&str], basis: Option<Basis>) -> Act {
    let panel = persons.iter().map(|person| PersonId::new(person)).collect();
    Act::JudgeUnlawful { panel, basis, reason: "以诉求为名牟取不法利益".into() }
}

fn extend(n: u16, basis: Option<Basis>, told_on: Option<Date>) -> Act {
    Act::Extend { n, reason: "需要勘查".into(), basis, told_on }
}

fn with(mut steps: Vec<Step>, step: Step) -> Vec<Step> {
    steps.push(step);
    steps
}

/// On Monday 3 March 2025, by the agent.
fn taken(kind: Kind) -> Vec<Step> {
    vec![((3, 3), AGENT, take(kind))]
}

/// The limit of a request for help is three working days, to 6 March; of a complaint thirteen, to 20 March.
pub fn dispatched(kind: Kind) -> Vec<Step> {
    with(taken(kind), ((3, 3), AGENT, to("住建局")))
}

fn replied() -> Vec<Step> {
    let signed = with(dispatched(Kind::Help), ((3, 4), OFFICER, Act::Sign));
    with(signed, ((3, 5), OFFICER, reply(evidence())))
}

pub fn closed() -> Vec<Step> {
    let called = with(replied(), ((3, 6), REVIEWER, answered(true, true)));
    with(called, ((3, 6), DISPATCHER, close("")))
}

/// Returned by the unit, sent on to another, returned by it as well: with the arbiters since 5 March.
fn disputed() -> Vec<Step> {
    let mut steps = dispatched(Kind::Help);
    steps.extend([
        ((3, 4), OFFICER, hand_back(basis())),
        ((3, 4), DISPATCHER, settle(Settlement::Granted)),
        ((3, 4), DISPATCHER, to_because("交通局", "涉及停车")),
        ((3, 5), TRAFFIC, hand_back(basis())),
    ]);
    steps
}

fn taking() -> Vec<Row> {
    let consult = || taken(Kind::Consult);
    let answer = |knowledge| Act::Answer { knowledge, also: vec![], satisfied: Some(true) };
    let exclude = |ground: Exclusion, told: &str| Act::Exclude { ground, told: told.into() };
    let petition =
        || with(taken(Kind::Complaint), ((3, 3), AGENT, exclude(Exclusion::Petition, "由信访部门接续")));
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
            ((3, 3), AGENT, exclude(Exclusion::Disclosure, "向住建局申请公开")),
            None,
        ),
        (
            "disclosure, sent away without a word (HOT-05A)",
            consult(),
            ((3, 3), AGENT, exclude(Exclusion::Disclosure, " ")),
            Some("HOT-05A"),
        ),
        (
            "reconsideration, led there (PET-07)",
            consult(),
            ((3, 3), AGENT, exclude(Exclusion::Reconsideration, "向县政府申请行政复议")),
            None,
        ),
        (
            "a lawsuit, sent away without a word (PET-07)",
            consult(),
            ((3, 3), AGENT, exclude(Exclusion::Litigation, "")),
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

fn merging() -> Vec<Row> {
    let merge = |into| Act::Merge { into: MatterId(into), alike: Some(900) };
    let parent = || with(taken(Kind::Help), ((3, 3), CLOCK, Act::Adopt { child: MatterId(3) }));
    let raise = |n: i64| Act::Raise {
        intake: Box::new(intake(Kind::Help)),
        members: (1..=n).map(MatterId).collect(),
    };
    let open = || Act::OpenCaller { reason: "上门核实".into() };
    vec![
        ("merged into the order it repeats (HOT-07)", taken(Kind::Help), ((3, 3), AGENT, merge(5)), None),
        ("merged into itself (HOT-07)", taken(Kind::Help), ((3, 3), AGENT, merge(OWN.0)), Some("HOT-07")),
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

fn dispatching() -> Vec<Row> {
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
        reason: String::new(),
    };
    let report = || {
        vec![((3, 3), AGENT, take_with(Kind::Report, |intake| intake.against = Some(OrgId::new("住建局"))))]
    };
    vec![
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

fn returning() -> Vec<Row> {
    let back = || hand_back(basis());
    let kept = || {
        let steps = with(dispatched(Kind::Help), ((3, 4), OFFICER, back()));
        with(steps, ((3, 4), DISPATCHER, settle(Settlement::Refused)))
    };
    let arbitrated = || with(disputed(), ((3, 5), DISPATCHER, arbitrate("住建局")));
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
            "nothing is signed while a return is open (HOT-07A)",
            with(dispatched(Kind::Help), ((3, 4), OFFICER, back())),
            ((3, 4), OFFICER, Act::Sign),
            Some("HOT-07A"),
        ),
        ("arbitrated by all three (HOT-07B)", disputed(), ((3, 6), DISPATCHER, arbitrate("住建局")), None),
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

fn handling() -> Vec<Row> {
    let help = || dispatched(Kind::Help);
    let told = Some(date(2025, 3, 5));
    let own = || {
        let steps = vec![((3, 3), Who("officer", Role::Citizen, ""), take(Kind::Help))];
        with(steps, ((3, 3), AGENT, to("住建局")))
    };
    vec![
        ("extended on the last day (HOT-08B)", help(), ((3, 6), HEAD, extend(10, basis(), told)), None),
        ("extended a day late (HOT-08B)", help(), ((3, 7), HEAD, extend(10, basis(), told)), Some("HOT-08B")),
        (
            "extended by more than is set (HOT-08B)",
            help(),
            ((3, 6), HEAD, extend(11, basis(), told)),
            Some("HOT-08B"),
        ),
        (
            "extended without a basis (HOT-08B)",
            help(),
            ((3, 6), HEAD, extend(5, None, told)),
            Some("HOT-08B"),
        ),
        (
            "extended without telling the caller (HOT-08B)",
            help(),
            ((3, 6), HEAD, extend(5, basis(), None)),
            Some("HOT-08B"),
        ),
        (
            "extended a second time (HOT-08B)",
            with(help(), ((3, 6), HEAD, extend(5, basis(), told))),
            ((3, 7), HEAD, extend(5, basis(), told)),
            Some("HOT-08B"),
        ),
        ("replied with evidence (HOT-08A, PET-09)", help(), ((3, 5), OFFICER, reply(evidence())), None),
        ("replied without evidence (HOT-08A)", help(), ((3, 5), OFFICER, reply(vec![])), Some("HOT-08A")),
        (
            "a suggestion is answered in words",
            dispatched(Kind::Suggestion),
            ((3, 5), OFFICER, reply(vec![])),
            None,
        ),
        ("replied by who asked (PET-09)", own(), ((3, 5), OFFICER, reply(evidence())), Some("PET-09")),
        ("replied by a bought-in agent (HOT-04)", help(), ((3, 5), AGENT, reply(evidence())), Some("HOT-04")),
        ("replied twice (HOT-03)", replied(), ((3, 6), OFFICER, reply(evidence())), Some("HOT-03")),
    ]
}

fn pressing() -> Vec<Row> {
    let help = || dispatched(Kind::Help);
    let issue =
        |nature| Act::IssueSupervision {
            nature, document: "督〔2025〕1号".into(), text: "请答复".into()
        };
    let name = |nature| Act::NameUnit {
        nature, document: "通〔2025〕1号".into(), text: "逾期未答复".into()
    };
    let drafted = || with(help(), ((3, 13), CLOCK, Act::DraftSupervision));
    let issued = || with(drafted(), ((3, 13), SUPERVISOR, issue(Nature::Internal)));
    vec![
        (
            "reminded a day before four fifths (HOT-08)",
            dispatched(Kind::Complaint),
            ((3, 17), CLOCK, Act::TurnAmber),
            Some("HOT-08"),
        ),
        (
            "reminded at 11 of 13 (HOT-08)",
            dispatched(Kind::Complaint),
            ((3, 18), CLOCK, Act::TurnAmber),
            None,
        ),
        ("past due on the last day (HOT-08)", help(), ((3, 6), CLOCK, Act::PassDue), Some("HOT-08")),
        ("past due the day after (HOT-08)", help(), ((3, 7), CLOCK, Act::PassDue), None),
        ("urged on the last day (HOT-08)", help(), ((3, 6), CLOCK, Act::Urge), Some("HOT-08")),
        ("urged the day after (HOT-08, HOT-03B)", help(), ((3, 7), CLOCK, Act::Urge), None),
        ("urged by hand (HOT-03B)", help(), ((3, 7), DISPATCHER, Act::Urge), Some("HOT-03B")),
        ("urged after the reply (HOT-08)", replied(), ((3, 7), CLOCK, Act::Urge), Some("HOT-08")),
        (
            "drafted four working days after (HOT-08)",
            help(),
            ((3, 12), CLOCK, Act::DraftSupervision),
            Some("HOT-08"),
        ),
        ("drafted five working days after (HOT-08)", help(), ((3, 13), CLOCK, Act::DraftSupervision), None),
        (
            "supervised by who is appointed (SUP-01)",
            drafted(),
            ((3, 13), SUPERVISOR, issue(Nature::Internal)),
            None,
        ),
        (
            "supervised by somebody else (SUP-01)",
            drafted(),
            ((3, 13), DISPATCHER, issue(Nature::Internal)),
            Some("SUP-01"),
        ),
        (
            "called government supervision without the government's word (SUP-01)",
            drafted(),
            ((3, 13), SUPERVISOR, issue(Nature::Government)),
            Some("SUP-01"),
        ),
        (
            "government supervision by who the government named (SUP-01)",
            drafted(),
            ((3, 13), GOVERNOR, issue(Nature::Government)),
            None,
        ),
        (
            "supervised before time drafted it (HOT-03)",
            help(),
            ((3, 13), SUPERVISOR, issue(Nature::Internal)),
            Some("HOT-03"),
        ),
        ("named after supervision (SUP-01)", issued(), ((3, 14), SUPERVISOR, name(Nature::Internal)), None),
        (
            "named by who is not appointed (SUP-01)",
            issued(),
            ((3, 14), REVIEWER, name(Nature::Internal)),
            Some("SUP-01"),
        ),
        (
            "named without supervision (HOT-03)",
            drafted(),
            ((3, 14), SUPERVISOR, name(Nature::Internal)),
            Some("HOT-03"),
        ),
    ]
}

fn closing() -> Vec<Row> {
    let called = |call| with(replied(), ((3, 6), REVIEWER, call));
    let tried = |n: usize| (0..n).fold(replied(), |steps, _| with(steps, ((3, 6), REVIEWER, not_reached())));
    let major = || {
        let mut steps =
            vec![((3, 3), AGENT, take_with(Kind::Help, |intake| intake.urgency = Urgency::Major))];
        steps.extend([
            ((3, 3), AGENT, to("住建局")),
            ((3, 3), OFFICER, reply(evidence())),
            ((3, 3), REVIEWER, answered(true, true)),
        ]);
        steps
    };
    let up = Act::ReportUp { to: "县委、县政府".into(), document: "专报1号".into() };
    let redo = || Act::Redo { reason: "没有清完".into() };
    vec![
        (
            "called back by another person (HOT-08C)",
            replied(),
            ((3, 6), REVIEWER, answered(true, true)),
            None,
        ),
        (
            "called back by the handler (HOT-08C)",
            replied(),
            ((3, 6), OFFICER, answered(true, true)),
            Some("HOT-08C"),
        ),
        (
            "called back by the handler's unit (HOT-08C)",
            replied(),
            ((3, 6), HEAD, answered(true, true)),
            Some("HOT-08C"),
        ),
        (
            "called back before the reply (HOT-03)",
            dispatched(Kind::Help),
            ((3, 4), REVIEWER, not_reached()),
            Some("HOT-03"),
        ),
        (
            "closed on the caller's answer (HOT-08A)",
            called(answered(true, true)),
            ((3, 6), DISPATCHER, close("")),
            None,
        ),
        (
            "closed without asking the caller (HOT-08A)",
            replied(),
            ((3, 6), DISPATCHER, close("")),
            Some("HOT-08A"),
        ),
        (
            "closed without a reply (HOT-08A)",
            dispatched(Kind::Help),
            ((3, 6), DISPATCHER, close("")),
            Some("HOT-08A"),
        ),
        ("closed after three calls nobody took (HOT-08A)", tried(3), ((3, 6), DISPATCHER, close("")), None),
        (
            "closed after two calls nobody took (HOT-08A)",
            tried(2),
            ((3, 6), DISPATCHER, close("")),
            Some("HOT-08A"),
        ),
        (
            "closed though the caller would not rate",
            called(call(Contact::WillNotRate, None, None)),
            ((3, 6), DISPATCHER, close("")),
            None,
        ),
        (
            "closed unsolved, saying why (HOT-08A)",
            called(answered(false, false)),
            ((3, 6), DISPATCHER, close("诉求没有依据")),
            None,
        ),
        (
            "closed unsolved without a word (HOT-08A)",
            called(answered(false, true)),
            ((3, 6), DISPATCHER, close("")),
            Some("HOT-08A"),
        ),
        (
            "closed by a bought-in agent (HOT-04)",
            called(answered(true, true)),
            ((3, 6), AGENT, close("")),
            Some("HOT-04"),
        ),
        (
            "major, closed before it was reported (PET-11)",
            major(),
            ((3, 3), DISPATCHER, close("")),
            Some("PET-11"),
        ),
        (
            "major, reported and closed (PET-11)",
            with(major(), ((3, 3), DISPATCHER, up)),
            ((3, 3), DISPATCHER, close("")),
            None,
        ),
        (
            "done again because the caller says no (HOT-03)",
            called(answered(false, false)),
            ((3, 6), DISPATCHER, redo()),
            None,
        ),
        (
            "done again though the caller is content (HOT-03)",
            called(answered(true, true)),
            ((3, 6), DISPATCHER, redo()),
            Some("HOT-03"),
        ),
    ]
}

fn afterwards() -> Vec<Row> {
    let evaluate = || Act::Evaluate { grade: 5, text: String::new() };
    let publish =
        || Act::Publish { title: "垃圾清运".into(), text: "某小区垃圾没有及时清运".into() };
    let open = |kind| vec![((3, 3), AGENT, take_with(kind, |intake| intake.public = true))];
    vec![
        (
            "judged unlawful by three (HOT-08D)",
            replied(),
            ((3, 6), DISPATCHER, judge(&["a", "b", "c"], basis())),
            None,
        ),
        (
            "judged after closing (HOT-08D)",
            closed(),
            ((3, 7), DISPATCHER, judge(&["a", "b", "c"], basis())),
            None,
        ),
        (
            "judged by two and one of them twice (HOT-08D)",
            replied(),
            ((3, 6), DISPATCHER, judge(&["a", "b", "b"], basis())),
            Some("HOT-08D"),
        ),
        (
            "the handler judges (HOT-08D)",
            replied(),
            ((3, 6), DISPATCHER, judge(&["a", "b", "officer"], basis())),
            Some("HOT-08D"),
        ),
        (
            "judged without a basis (HOT-08D)",
            replied(),
            ((3, 6), DISPATCHER, judge(&["a", "b", "c"], None)),
            Some("HOT-08D"),
        ),
        ("rated once it is over (HTL-05)", closed(), ((3, 7), CITIZEN, evaluate()), None),
        ("rated before it is over (HTL-05)", replied(), ((3, 6), CITIZEN, evaluate()), Some("HTL-05")),
        (
            "rated twice (HTL-05)",
            with(closed(), ((3, 7), CITIZEN, evaluate())),
            ((3, 8), CITIZEN, evaluate()),
            Some("HTL-05"),
        ),
        ("shown with the caller's consent (HTL-01)", open(Kind::Help), ((3, 3), DISPATCHER, publish()), None),
        (
            "shown without the caller's consent (HTL-01)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, publish()),
            Some("HTL-01"),
        ),
        ("a report shown (HTL-01)", open(Kind::Report), ((3, 3), DISPATCHER, publish()), Some("HTL-01")),
        ("archived once closed (HOT-03A)", closed(), ((3, 10), DISPATCHER, Act::Archive), None),
        ("changed once closed (HOT-03A)", closed(), ((3, 10), OFFICER, reply(evidence())), Some("HOT-03A")),
        (
            "archived before it is closed (HOT-03)",
            replied(),
            ((3, 10), DISPATCHER, Act::Archive),
            Some("HOT-03"),
        ),
    ]
}

pub fn tables() -> Vec<Row> {
    [taking(), merging(), dispatching(), returning(), handling(), pressing(), closing(), afterwards()]
        .concat()
}

/// A life of one order, folded one act after another.
pub struct Story {
    pub world: World,
    pub order: Order,
}

impl Story {
    pub fn new() -> Story {
        Story { world: World::open(), order: Order::default() }
    }

    pub fn then(&mut self, day: Date, who: Who, act: &Act) -> Result<Vec<Fact>, fadu_kernel::Refusal> {
        self.world.act(&mut self.order, OWN, who, day, act)
    }

    pub fn told(steps: Vec<Step>) -> Story {
        let mut story = Story::new();
        for ((month, day), who, act) in steps {
            story
                .then(date(2025, month, day), who, &act)
                .unwrap_or_else(|refusal| panic!("the way there was refused: {refusal}"));
        }
        story
    }
}

#[test]
fn every_row_is_answered_as_the_table_says() {
    for (name, given, ((month, day), who, act), expected) in tables() {
        let mut story = Story::new();
        for ((month, day), who, act) in given {
            story
                .then(date(2025, month, day), who, &act)
                .unwrap_or_else(|refusal| panic!("{name}: the way there was refused: {refusal}"));
        }
        let answer = story
            .then(date(2025, month, day), who, &act)
            .err()
            .map(|refusal| refusal.rule.id);
        assert_eq!(answer, expected, "{name}");
    }
}

/// Done, and held against a limit: the fact says whether it was kept.
pub fn noted() -> Vec<(&'static str, Vec<Step>, Step, bool)> {
    let petition = Act::Exclude { ground: Exclusion::Petition, told: "由信访部门接续".into() };
    let petition = with(taken(Kind::Complaint), ((3, 3), AGENT, petition));
    let hand_over = Act::HandOver { office: "信访局".into(), receipt: "信2025-1".into() };
    let from =
        |month, day, kind| vec![((month, day), AGENT, take(kind)), ((month, day), AGENT, to("住建局"))];
    let answer = || reply(evidence());
    vec![
        ("replied on the last day (HOT-08)", dispatched(Kind::Help), ((3, 6), OFFICER, answer()), true),
        ("replied the day after (HOT-08)", dispatched(Kind::Help), ((3, 7), OFFICER, answer()), false),
        (
            "replied on the last day, a make-up Sunday counted (HOT-08)",
            from(9, 26, Kind::Help),
            ((9, 30), OFFICER, answer()),
            true,
        ),
        (
            "replied after a holiday that gives no day back (HOT-08)",
            from(9, 26, Kind::Help),
            ((10, 9), OFFICER, answer()),
            false,
        ),
        (
            "dispatched before the holiday, replied on the last day after it (HOT-08)",
            from(9, 30, Kind::Help),
            ((10, 11), OFFICER, answer()),
            true,
        ),
        (
            "dispatched before the holiday, replied a working day too late (HOT-08)",
            from(9, 30, Kind::Help),
            ((10, 13), OFFICER, answer()),
            false,
        ),
        (
            "told of the petition on day 15 (PET-03)",
            petition.clone(),
            ((3, 18), DISPATCHER, hand_over.clone()),
            true,
        ),
        ("told of the petition on day 16 (PET-03)", petition, ((3, 19), DISPATCHER, hand_over), false),
    ]
}

#[test]
fn what_is_late_is_done_and_says_so() {
    for (name, given, ((month, day), who, act), kept) in noted() {
        let facts = Story::told(given).then(date(2025, month, day), who, &act).unwrap();
        let found = facts.iter().find_map(|fact| match fact {
            Fact::Replied { in_time, .. } | Fact::HandedOver { in_time, .. } => *in_time,
            _ => None,
        });
        assert_eq!(found, Some(kept), "{name}");
    }
}

#[test]
fn neither_signature_nor_return_nor_arbiters_move_the_clock() {
    let calendar = fadu_kernel::Calendar::shipped();
    let due = |steps: Vec<Step>| Story::told(steps).order.due(&calendar);
    let last = Some(date(2025, 3, 6));
    assert_eq!(due(dispatched(Kind::Help)), last);
    assert_eq!(due(with(dispatched(Kind::Help), ((3, 5), OFFICER, Act::Sign))), last);
    assert_eq!(due(disputed()), last, "returned, dispatched again, returned again");
    let arbitrated = Story::told(with(disputed(), ((3, 10), DISPATCHER, arbitrate("住建局"))));
    assert_eq!(arbitrated.order.due(&calendar), last);
    assert_eq!(arbitrated.order.unit(), Some(&OrgId::new("住建局")));
    assert_eq!(arbitrated.order.status(), "dispatched", "and is to be signed anew");
}

#[test]
fn a_second_return_goes_to_the_arbiters_by_itself() {
    let story = Story::told(disputed());
    assert_eq!(story.order.status(), "arbitration");
    let arbitration = story.order.review.arbitration.unwrap();
    assert_eq!(arbitration.due, Some(date(2025, 3, 7)), "two working days from 5 March");
}

#[test]
fn silence_is_reminded_urged_and_drafted_in_its_order() {
    let mut story = Story::told(dispatched(Kind::Complaint));
    let acts = |story: &Story, month, day| {
        let due = story.order.due_acts(date(2025, month, day), &story.world.calendar);
        due.iter().map(Order::act_name).collect::<Vec<_>>()
    };
    assert!(acts(&story, 3, 17).is_empty());
    assert_eq!(acts(&story, 3, 18), ["TurnAmber"]);
    assert_eq!(acts(&story, 3, 21), ["TurnAmber", "PassDue", "Urge"]);
    assert_eq!(acts(&story, 3, 27), ["TurnAmber", "PassDue", "Urge", "DraftSupervision"]);
    for act in story.order.due_acts(date(2025, 3, 27), &story.world.calendar) {
        story.then(date(2025, 3, 27), CLOCK, &act).unwrap();
    }
    assert!(acts(&story, 12, 31).is_empty(), "each once");
    assert_eq!(story.order.next_clock_day(&story.world.calendar), None);
    let tasks = story.order.docket(&story.world.calendar).tasks;
    assert!(tasks.iter().any(|task| task.name == "issue_supervision"));
}

#[test]
fn a_limit_beyond_the_calendar_is_never_overdue() {
    let mut story = Story::new();
    for act in [take(Kind::Help), to("住建局")] {
        story.then(date(2026, 12, 30), AGENT, &act).unwrap();
    }
    assert_eq!(story.order.docket(&story.world.calendar).due, None);
    assert!(story.order.due_acts(date(2027, 6, 1), &story.world.calendar).is_empty());
    let facts = story.then(date(2027, 2, 1), OFFICER, &reply(evidence())).unwrap();
    assert!(matches!(facts[..], [Fact::Replied { in_time: None, .. }]));
}

#[test]
fn lists_show_nothing_of_the_caller_or_of_a_lead() {
    let story = Story::told(dispatched(Kind::Help));
    let docket = story.order.docket(&story.world.calendar);
    assert_eq!(docket.title, "求助：物业服务");
    let near = docket.facets.iter().filter(|(key, _)| key == "near").count();
    assert_eq!(near, 6, "the bands of its signature");
    assert!(docket.facets.contains(&("unit".to_owned(), "住建局".to_owned())));
    let lead = take_with(Kind::Report, |intake| {
        (intake.lead, intake.against, intake.text) = (true, Some(OrgId::new("住建局")), String::new())
    });
    let story = Story::told(vec![((3, 3), AGENT, lead)]);
    let state = serde_json::to_string(&story.order).unwrap();
    assert!(!state.contains("住建局"), "{state}");
    let keys: Vec<String> = story
        .order
        .docket(&story.world.calendar)
        .facets
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(keys, ["number", "applicant"]);
}

#[test]
fn a_form_names_its_field() {
    let field = |act: &Act, private: &[(&str, &str)]| {
        let private = private.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Order::check(act, &private).err().map(|wrong| wrong[0].field.clone())
    };
    let text = |text: String| Act::Take(Box::new(Intake { text, ..intake(Kind::Help) }));
    let cases = [
        (text("   ".into()), "text"),
        (text("长".repeat(17_000)), "text"),
        (take_with(Kind::Help, |intake| intake.category = "01".into()), "category"),
        (take_with(Kind::Help, |intake| intake.channel = Channel::Prefecture), "prefecture"),
        (take_with(Kind::Help, |intake| intake.place.address = "幸福路1号".into()), "address"),
        (take_with(Kind::Help, |intake| intake.persons = 0), "persons"),
        (call(Contact::Answered, Some(true), None), "contact"),
        (call(Contact::NotReached, None, Some(true)), "contact"),
        (Act::Evaluate { grade: 6, text: String::new() }, "grade"),
        (Act::OpenCaller { reason: " ".into() }, "reason"),
    ];
    for (act, expected) in cases {
        assert_eq!(field(&act, &[]).as_deref(), Some(expected));
    }
    assert_eq!(field(&text("😀🚧 路灯坏了 👍".into()), &[]), None, "emoji are words like others");
    assert_eq!(field(&take(Kind::Help), &[("caller_phone", "138-0000-0000")]), None);
    assert_eq!(field(&take(Kind::Help), &[("caller_phone", "一三八")]).as_deref(), Some("caller_phone"));
    assert_eq!(field(&take(Kind::Help), &[("id_number", "1")]).as_deref(), Some("id_number"));
}

#[test]
fn states_survive_storage_and_what_never_happened_is_not_written() {
    let story = Story::told(closed());
    let text = serde_json::to_string(&story.order).unwrap();
    let back: Order = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
    assert!(
        !text.contains("\"review\":") && !text.contains("\"pressure\":") && !text.contains("null"),
        "{text}"
    );
}
