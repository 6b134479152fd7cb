//! 一件事的经过。 What will happen to one simulated case, drawn from its own seed; the law decides what may.

use crate::chance::Chance;
use fadu_kernel::{Actor, Calendar, MatterId, OrgId, PersonId, Region, Role, codes};
use fadu_service::case::{Channel, DeclineGround, Missing, Paper};
use fadu_service::fee::PayWay;
use fadu_service::fee_item::Standard;
use fadu_service::{CaseAct, Definition};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Of a thousand results applied for on the web, those that go by post.
const POSTED: u64 = 40;
/// As the simulated carrier is called.
const CARRIER: &str = "模拟速递";

/// One step and when it is due: working day and hour.
#[derive(Clone, Debug)]
pub struct Visit {
    pub day: Date,
    pub hour: u8,
    pub actor: Actor,
    pub act: CaseAct,
}

/// A case on its way: the steps not yet done, in order.
#[derive(Clone, Debug)]
pub struct Story {
    pub n: u64,
    pub id: Option<MatterId>,
    pub private: BTreeMap<String, String>,
    pub steps: std::collections::VecDeque<Visit>,
    pub done: u32,
}

pub struct Subject<'a> {
    pub item: MatterId,
    pub definition: &'a Definition,
    pub department: &'a str,
    /// Code and standard of the fee that its guide names.
    pub fee: Option<&'a (String, Standard)>,
}

struct Teller<'a> {
    calendar: &'a Calendar,
    chance: Chance,
    day: Date,
    hour: u8,
    steps: std::collections::VecDeque<Visit>,
}

impl Teller<'_> {
    /// Some working days later, at some office hour; the last loaded day when the calendar ends.
    fn later(&mut self, days: u32) {
        if days > 0 {
            self.day = self.calendar.after(self.day, days).unwrap_or_else(|_| self.calendar.last());
            self.hour = self.chance.between(9, 16) as u8;
        } else {
            self.hour = (self.hour + 1).min(17);
        }
    }

    fn step(&mut self, actor: &Actor, act: CaseAct) {
        self.steps
            .push_back(Visit { day: self.day, hour: self.hour, actor: actor.clone(), act });
    }
}

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

/// The whole course of a case that begins on `day`.
pub fn tell(
    seed: u64,
    n: u64,
    region: Region,
    day: Date,
    hour: u8,
    subject: &Subject,
    calendar: &Calendar,
) -> Story {
    let definition = subject.definition;
    let mut teller = Teller { calendar, chance: Chance::new(seed, n), day, hour, steps: Default::default() };
    let firm = !definition.audience.iter().any(|kind| kind == "person") || teller.chance.per_mille(500);
    let private = applicant(region, n, firm, &mut teller.chance);
    let online = definition.online && teller.chance.per_mille(620);
    let applicant = if online {
        let role = if firm { Role::FirmAgent } else { Role::Citizen };
        actor(&format!("sim-{}-{n}", role.name()), role, "public")
    } else {
        actor(&format!("sim-clerk-{}", n % 12), Role::WindowClerk, "政务服务大厅")
    };
    let officer =
        actor(&format!("sim-officer-{}-{}", n % 3, subject.department), Role::Officer, subject.department);
    let second = format!("sim-officer-{}-{}", (n + 1) % 3, subject.department);
    let head = actor(&format!("sim-head-{}", subject.department), Role::AgencyHead, subject.department);

    // What is promised is neither brought nor missed; who does not promise brings it.
    let promises = crate::proofs::promises(seed, n);
    let (promised, asked): (Vec<_>, Vec<_>) = definition.asked().partition(|paper| paper.may_be_promised());
    let kept = promised.into_iter().filter(|_| !promises);
    let incomplete = !asked.is_empty() && teller.chance.per_mille(170);
    let left_out = if incomplete { 1 + teller.chance.below(asked.len().min(2) as u64) as usize } else { 0 };
    let paper = |id: &str| (id.to_owned(), Paper::default());
    let (missing, brought) = asked.split_at(left_out.min(asked.len()));
    // Where a township handles it too, every third goes there.
    let channel = match (online, definition.nearby && n.is_multiple_of(3)) {
        (true, _) => Channel::Online,
        (false, true) => Channel::Nearby,
        (false, false) => Channel::Window,
    };
    let materials = brought
        .iter()
        .copied()
        .chain(kept)
        .map(|material| paper(&material.id))
        .collect();
    teller.step(&applicant, CaseAct::Receive { item: subject.item, channel, materials });

    let fate = Fate::draw(&mut teller.chance);
    let story = |teller: Teller| Story { n, id: None, private, steps: teller.steps, done: 0 };
    if fate == Fate::OtherAgency {
        teller.later(1);
        let act = CaseAct::Decline {
            ground: DeclineGround::OtherAgency,
            reason: "申请事项不属于本机关职权（模拟）".to_owned(),
            target: Some("省级主管部门（模拟）".to_owned()),
        };
        teller.step(&officer, act);
        return story(teller);
    }
    if incomplete {
        let days = teller.chance.between(0, 2);
        teller.later(days);
        let what = |name: &str| format!("没有提交{name}");
        let missing_lines = missing.iter().map(|material| Missing {
            material: material.id.clone(),
            what: what(&material.name),
            on_the_spot: false,
            on_paper: false,
        });
        teller.step(&officer, CaseAct::GiveNotice { missing: missing_lines.collect() });
        if teller.chance.per_mille(120) {
            teller.later(15);
            let reason = "一次告知后未补正（模拟）".to_owned();
            teller.step(
                &officer,
                CaseAct::Decline { ground: DeclineGround::NotSupplemented, reason, target: None },
            );
            return story(teller);
        }
        let days = teller.chance.between(1, 8);
        teller.later(days);
        teller.step(
            &applicant,
            CaseAct::Supplement { materials: missing.iter().map(|material| paper(&material.id)).collect() },
        );
    }
    if fate == Fate::Silent && definition.silence_accepts() {
        // Nobody answers: the sweep records what silence means, and the review begins late.
        teller.later(7);
    } else {
        let days = if definition.project_type == "instant" { 0 } else { teller.chance.between(0, 2) };
        teller.later(days);
        teller.step(&officer, CaseAct::Accept);
    }
    if fate == Fate::Withdrawn && online {
        teller.later(1);
        teller.step(
            &applicant,
            CaseAct::Withdraw {
                reason: "申请人改变了计划（模拟）".to_owned(), statement: String::new()
            },
        );
        return story(teller);
    }
    if let Some(fee) = subject.fee {
        charge(&mut teller, n, fee, &officer, &applicant_or_clerk(&applicant));
    }
    review(&mut teller, definition, fate, &officer, &second, &head);
    let days = teller.chance.between(0, 4);
    teller.later(days);
    let posted = online && Chance::new(seed ^ 0x9057, n).per_mille(POSTED);
    if posted {
        post(&mut teller, n, &applicant);
    } else {
        let way = if online { "电子送达" } else { "窗口领取" }.to_owned();
        teller.step(&applicant_or_clerk(&applicant), CaseAct::Deliver { way });
    }
    if teller.chance.per_mille(800) {
        let days = teller.chance.between(5, 30);
        teller.later(days);
        teller.step(&officer, CaseAct::Archive);
    }
    story(teller)
}

/// 缴费: by what the list says for so many pages. A few never pay, and nothing waits for it.
fn charge(
    teller: &mut Teller,
    n: u64,
    (code, standard): &(String, Standard),
    officer: &Actor,
    clerk: &Actor,
) {
    let quantity = teller.chance.between(5, 60);
    teller.later(0);
    teller.step(officer, CaseAct::ChargeFee { code: code.clone(), quantity });
    if teller.chance.per_mille(50) {
        return;
    }
    teller.later(0);
    let way = if teller.chance.per_mille(500) { PayWay::Cash } else { PayWay::Transfer };
    let pay = CaseAct::PayFee {
        code: code.clone(),
        way,
        amount_fen: standard.amount(quantity).0,
        reference: format!("模收{n:08}"),
        simulated: true,
    };
    teller.step(clerk, pay);
}

/// 邮寄: what was signed for is delivered by that. A parcel whose number ends in 7 comes back, and the window hands it over.
fn post(teller: &mut Teller, n: u64, applicant: &Actor) {
    let clerk = applicant_or_clerk(applicant);
    let (carrier, number) = (CARRIER.to_owned(), format!("MN{n:09}"));
    teller.step(&clerk, CaseAct::Consign { carrier, number });
    if n % 10 == 7 {
        teller.later(5);
        teller.step(&clerk, CaseAct::Deliver { way: "窗口领取".to_owned() });
    }
}

/// Documents are handed over by the window, whoever applied.
fn applicant_or_clerk(applicant: &Actor) -> Actor {
    if applicant.role == Role::WindowClerk {
        applicant.clone()
    } else {
        actor("sim-clerk-0", Role::WindowClerk, "政务服务大厅")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Plain,
    OtherAgency,
    Silent,
    Withdrawn,
    Refused,
    Late,
    Extended,
}

impl Fate {
    fn draw(chance: &mut Chance) -> Fate {
        match chance.below(1000) {
            0..8 => Fate::OtherAgency,
            8..14 => Fate::Silent,
            14..34 => Fate::Withdrawn,
            34..59 => Fate::Refused,
            59..74 => Fate::Late,
            74..86 => Fate::Extended,
            _ => Fate::Plain,
        }
    }
}

fn review(
    teller: &mut Teller,
    definition: &Definition,
    fate: Fate,
    officer: &Actor,
    second: &str,
    head: &Actor,
) {
    let limit = definition.promised.limit().or(definition.statutory.limit());
    let days = limit.map_or(3, |limit| u32::from(limit.n));
    if definition.project_type == "instant" {
        teller.later(0);
    } else {
        let early = teller.chance.between(0, days.saturating_sub(2) / 2);
        teller.later(early);
    }
    if let Some(special) = definition.special.first()
        && teller.chance.per_mille(250)
    {
        let needed = teller.chance.between(1, u32::from(special.days).clamp(1, 15));
        teller.step(officer, CaseAct::Stop { kind: special.kind, days: needed as u16 });
        teller.later(needed);
        teller.step(officer, CaseAct::Resume { result: "结论见所附文书（模拟）".to_owned() });
        teller.later(0);
    }
    let interested = definition.hearing == "major_interest" && teller.chance.per_mille(60);
    if interested {
        teller.step(officer, CaseAct::TellHearing);
        // Five working days to ask; nobody does.
        teller.later(6);
    }
    let passed = fate != Fate::Refused;
    let second = actor(second, Role::Officer, officer.org.as_str());
    let checkers = vec![officer.person.clone(), second.person.clone()];
    let note = if passed { "材料与现场相符（模拟）" } else { "现场不符合条件（模拟）" };
    teller.step(officer, CaseAct::Verify { checkers, passed, note: note.to_owned(), interested });
    if definition.verification == "substantive" {
        teller.step(&second, CaseAct::ConfirmCheck { agrees: true, note: String::new() });
    }
    if fate == Fate::Extended && definition.extension.is_some() {
        teller.later(0);
        teller.step(head, CaseAct::Extend { reason: "情况复杂，需要进一步核实（模拟）".to_owned() });
        teller.later(days / 2);
    }
    if fate == Fate::Late && definition.project_type != "instant" {
        teller.later(days + 2);
    } else {
        teller.later(0);
    }
    let reason = if passed {
        String::new()
    } else {
        "现场核查结论是不符合法定条件（模拟）".to_owned()
    };
    teller
        .step(head, CaseAct::Decide { granted: passed, reason, false_material: false, evidence: Vec::new() });
}

/// How many firms a simulated county has.
const FIRMS: u64 = 400;

/// A person or firm that does not exist: generated, and named so.
pub(crate) fn applicant(region: Region, n: u64, firm: bool, chance: &mut Chance) -> BTreeMap<String, String> {
    let serial = n % 1000;
    // Firms come again: what the county issued to one spares it a paper the next time.
    let n = if firm { n % FIRMS } else { n };
    let number = if firm {
        codes::complete_credit_code(&format!("91{region}{:09}", n % 1_000_000_000))
    } else {
        let born = jiff::civil::date(
            chance.between(1950, 2005) as i16,
            chance.between(1, 12) as i8,
            chance.between(1, 28) as i8,
        );
        codes::complete_citizen_number(&format!(
            "{region}{:04}{:02}{:02}{serial:03}",
            born.year(),
            born.month(),
            born.day()
        ))
    };
    let name = if firm { format!("模拟商行{n:06}号") } else { format!("模拟申请人{n:06}") };
    [
        ("applicant_name", name),
        ("applicant_number", number.unwrap_or_default()),
        ("applicant_phone", format!("199{:08}", n % 100_000_000)),
    ]
    .into_iter()
    .map(|(field, value)| (field.to_owned(), value))
    .collect()
}
