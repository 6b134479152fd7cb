//! 看守。 Which of the venue's own facts ask for a person's look: clauses flagged in a tender file, parts that reach the
//! threshold together, a duty list that nobody signed, conflicts found at the opening, steps that came late, clocks that ran
//! out. Nothing is computed here that trading's facts do not say; red flags come from elsewhere, as data.

use super::receive::{Mirror, Seen, Told};
use crate::rules;
use fadu_kernel::{Basis, Calendar, Limit, MatterId};
use fadu_supervision::Venue;
use fadu_supervision::alert::Raised;
use fadu_supervision::parts::{Finding, Law, Outcome, Phase, Subject};
use fadu_trading::project::{Fact, Reading};
use fadu_trading::regime::MustTender;
use jiff::civil::Date;

/// A step that came late, by the rule that gave it its time.
const LATE: [(&str, &str, &str, Phase); 14] = [
    ("project", "ObjectionAnswered", "TND-15", Phase::During),
    ("project", "OpeningBegun", "TND-33", Phase::During),
    ("project", "CandidatesPublished", "TND-50", Phase::During),
    ("project", "Awarded", "TND-74", Phase::During),
    ("project", "NoticeSent", "TND-74", Phase::During),
    ("project", "SupervisorTold", "TND-57", Phase::During),
    ("project", "ContractSigned", "TND-56", Phase::After),
    ("project", "BondsReturned", "TND-61", Phase::After),
    ("project", "ContractFiled", "TND-78", Phase::After),
    ("project", "ContractPublished", "TND-74", Phase::After),
    ("complaint", "Accepted", "TND-65", Phase::After),
    ("complaint", "Declined", "TND-65", Phase::After),
    ("complaint", "Decided", "TND-65", Phase::After),
    ("inspection", "Published", "INS-90", Phase::After),
];

fn read(told: &Told) -> Option<Fact> {
    let of_project = told.kind == "project";
    of_project.then(|| serde_json::from_value(told.data.clone()).ok()).flatten()
}

/// What is remembered of a project for what comes later.
pub(super) fn note(mirror: &mut Mirror, told: &Told) {
    let Some(fact) = read(told) else { return };
    let seen = mirror.projects.entry(told.matter).or_default();
    match fact {
        Fact::Registered { registration, tenderer, sector, .. } => {
            *seen = Seen {
                title: registration.title.clone(),
                tenderer: tenderer.to_string(),
                sector,
                supervisor: registration.supervisor.clone(),
                ..Seen::default()
            };
        }
        Fact::Objected { n, due, .. } => {
            seen.objections.insert(n, due);
        }
        Fact::ObjectionAnswered { n, .. } | Fact::ObjectionWithdrawn { n } => {
            seen.objections.remove(&n);
        }
        Fact::NoticeSent { .. } => seen.noticed = told.day,
        Fact::ContractSigned { .. } | Fact::Terminated { .. } => seen.noticed = None,
        _ => {}
    }
}

/// A project and where it comes from.
struct About<'a> {
    venue: &'a Venue,
    seen: Option<&'a Seen>,
    id: MatterId,
    source: String,
}

impl<'a> About<'a> {
    fn of(venue: &'a Venue, mirror: &'a Mirror, id: MatterId, source: String) -> About<'a> {
        About { venue, seen: mirror.projects.get(&id), id, source }
    }

    fn alert(&self, phase: Phase, rule: &str, says: &str, evidence: Vec<String>, clause: Basis) -> Raised {
        let none = Seen::default();
        let seen = self.seen.unwrap_or(&none);
        let named = !seen.supervisor.as_str().is_empty();
        Raised {
            subject: Subject {
                id: self.id.to_string(),
                title: seen.title.clone(),
                tenderer: seen.tenderer.clone(),
                sector: seen.sector.clone(),
            },
            phase,
            finding: Finding {
                rule: rule.to_owned(),
                says: says.to_owned(),
                outcome: Outcome::Found,
                evidence,
                missing: Vec::new(),
            },
            law: Law { clause, version: None },
            source: self.source.clone(),
            supervisor: if named { seen.supervisor.clone() } else { self.venue.org.clone() },
        }
    }

    /// By a rule of the book, with its own sentence and first article.
    fn by(&self, phase: Phase, rule: &str, evidence: Vec<String>) -> Raised {
        let known = rules::find(rule);
        let clause = known.and_then(|known| known.basis.first().cloned());
        let clause = clause.unwrap_or(Basis::article("招标投标法", 7));
        self.alert(phase, rule, known.map_or(rule, |known| known.sentence), evidence, clause)
    }
}

pub(super) fn of_fact(venue: &Venue, mirror: &Mirror, told: &Told) -> Vec<Raised> {
    let about = About::of(venue, mirror, told.matter, format!("{}:{}", venue.place.name, told.seq));
    let entry = |more: String| vec![format!("台账第{}条", told.seq), more];
    let mut raised = Vec::new();
    let body = &told.data[&told.fact];
    let late = LATE
        .iter()
        .find(|(kind, fact, _, _)| *kind == told.kind && *fact == told.fact)
        .filter(|_| body["in_time"] == false);
    if let Some((_, _, rule, phase)) = late {
        let day = told.day.map(|day| day.to_string()).unwrap_or_default();
        raised.push(about.by(*phase, rule, entry(format!("{day}才办理"))));
    }
    let Some(fact) = read(told) else {
        if told.fact == "CorrectionOverdue" {
            raised.push(about.by(Phase::After, "PEN-01", entry("整改超期".into())));
        }
        return raised;
    };
    match fact {
        Fact::FilePrepared { flags, .. } => {
            raised.extend(flags.iter().map(|flag| {
                let mut alert = about.alert(
                    Phase::Before,
                    &flag.rule,
                    &flag.zh,
                    entry(flag.clause.clone()),
                    flag.basis.clone(),
                );
                alert.source = format!("{}:{}", about.source, flag.id);
                alert
            }));
        }
        Fact::Registered { must: MustTender::MustTogether, registration, .. } => {
            let sum = fadu_kernel::Fen(registration.together_fen);
            raised.push(about.by(Phase::Before, "TND-02", entry(format!("可以合并的合计{sum}元"))));
        }
        Fact::Announced { duties_signed: false, .. } => {
            raised.push(about.by(Phase::Before, "TND-83", entry("公告时没有签署主体责任清单".into())));
        }
        Fact::BidRead { noted: true, reading, price_fen, .. } => {
            raised.extend(odd(&reading, price_fen).into_iter().map(|(rule, why)| {
                let mut alert = about.by(Phase::During, rule, entry(why));
                alert.source = format!("{}:{rule}", about.source);
                alert
            }));
        }
        Fact::OpeningClosed { void, .. } => {
            raised.extend(void.iter().map(|(bid, rule)| {
                let mut alert = about.by(Phase::During, rule, entry(format!("投标{bid}无效")));
                alert.source = format!("{}:{bid}", about.source);
                alert
            }));
        }
        Fact::MemberReplaced { noted: true, .. } => {
            raised.push(about.by(Phase::During, "TND-39", entry("更换评标委员会成员".into())));
        }
        Fact::InterventionRegistered { n, .. } => {
            raised.push(about.by(Phase::After, "TND-67", entry(format!("第{n}次过问、插手登记"))));
        }
        Fact::ContractSigned { noted: true, .. } => {
            raised.push(about.by(Phase::After, "TND-56", entry("合同与招标投标文件不一致".into())));
        }
        Fact::AlertRaised { rule, evidence, note, .. } => {
            let mut all = vec![format!("台账第{}条", told.seq)];
            all.extend(evidence);
            all.extend((!note.is_empty()).then_some(note));
            raised.push(match fadu_redflags::rules::find(&rule) {
                Some(flag) => {
                    let clause = flag.basis.first().cloned().unwrap_or(Basis::article("招标投标法", 7));
                    about.alert(Phase::During, &rule, flag.zh, all, clause)
                }
                None => about.by(Phase::During, &rule, all),
            });
        }
        Fact::OfflineNoted { step, reason } => {
            raised.push(about.by(Phase::During, "TRD-03", entry(format!("{step}在线下办理：{reason}"))));
        }
        _ => {}
    }
    raised
}

/// Why a reading was noted, each cause by its own rule. Of the price it is said where nothing else explains the note: the
/// ceiling stands in the file.
fn odd(reading: &Reading, price_fen: i64) -> Vec<(&'static str, String)> {
    let mut causes = Vec::new();
    if reading.bond_from_basic_account == Some(false) {
        causes.push(("TND-18", "保证金不是从基本账户转出".to_owned()));
    }
    if reading.interested {
        causes.push(("TND-26", "投标人与招标人有利害关系".to_owned()));
    }
    if price_fen <= 0 || causes.is_empty() {
        let price = fadu_kernel::Fen(price_fen);
        causes.push(("TND-46", format!("报价{price}元，为零或者超过最高投标限价")));
    }
    causes
}

/// The version that a project signed, and where that stands.
pub(super) fn signed(told: &Told) -> Option<(MatterId, String, String)> {
    match read(told)? {
        Fact::DutiesSigned { version, .. } => Some((told.matter, version, format!("台账第{}条", told.seq))),
        _ => None,
    }
}

pub(super) fn unknown_list(
    venue: &Venue,
    mirror: &Mirror,
    project: MatterId,
    version: &str,
    source: &str,
) -> Raised {
    let about = About::of(venue, mirror, project, format!("{}:duties:{version}", venue.place.name));
    about.by(Phase::Before, "TND-83", vec![source.to_owned(), format!("签署的清单{version}没有公布")])
}

/// Clocks that ran out with nothing done: an objection unanswered, a contract unsigned thirty days after the notice.
pub(super) fn late(venue: &Venue, mirror: &Mirror, today: Date, calendar: &Calendar) -> Vec<Raised> {
    let mut raised = Vec::new();
    for (id, seen) in &mirror.projects {
        let about = |what: &str| About::of(venue, mirror, *id, format!("{}:clock:{what}", venue.place.name));
        let unanswered = seen.objections.iter().filter_map(|(n, due)| Some((n, (*due)?)));
        for (n, due) in unanswered.filter(|(_, due)| today > *due) {
            let evidence = vec![format!("第{n}号异议应于{due}前答复")];
            raised.push(about(&format!("objection:{n}")).by(Phase::During, "TND-15", evidence));
        }
        let sign_by = seen.noticed.and_then(|on| Limit::days(30).end(on, calendar).ok());
        if let Some(due) = sign_by.filter(|due| today > *due) {
            let evidence = vec![format!("应于{due}前签订合同")];
            raised.push(about("contract").by(Phase::After, "TND-56", evidence));
        }
    }
    raised
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_looked_at_for_what_was_odd_about_it() {
        let bond = Reading { bond_from_basic_account: Some(false), ..Reading::default() };
        let interested = Reading { interested: true, ..Reading::default() };
        let both = Reading { interested: true, ..bond.clone() };
        let table: [(&str, Reading, i64, bool, &[&str]); 6] = [
            ("nothing", Reading::default(), 900, false, &[]),
            ("a bond from another account", bond, 900, true, &["TND-18"]),
            ("an interest in the tenderer", interested, 900, true, &["TND-26"]),
            ("both", both, 900, true, &["TND-18", "TND-26"]),
            ("a price of zero", Reading::default(), 0, true, &["TND-46"]),
            ("a price above the ceiling", Reading::default(), 900, true, &["TND-46"]),
        ];
        for (name, reading, price_fen, noted, rules) in table {
            let fact = Fact::BidRead { bid: MatterId(2), reading: Box::new(reading), price_fen, noted };
            let told = Told {
                seq: 7,
                kind: "project".into(),
                matter: MatterId(1),
                fact: "BidRead".into(),
                day: None,
                data: serde_json::to_value(fact).unwrap(),
            };
            let raised = of_fact(&Venue::default(), &Mirror::default(), &told);
            let found: Vec<&str> = raised.iter().map(|alert| alert.finding.rule.as_str()).collect();
            assert_eq!(found, rules, "{name}");
        }
    }

    #[test]
    fn a_red_flag_is_told_in_its_own_words_with_its_article() {
        let raised = |rule: &str| {
            let (evidence, note) = (vec!["证据摘要".to_owned()], String::new());
            let fact = Fact::AlertRaised { n: 1, rule: rule.into(), evidence, note };
            let told = Told {
                seq: 7,
                kind: "project".into(),
                matter: MatterId(1),
                fact: "AlertRaised".into(),
                day: None,
                data: serde_json::to_value(fact).unwrap(),
            };
            of_fact(&Venue::default(), &Mirror::default(), &told).remove(0)
        };
        let flag = raised("patterned-prices");
        assert_eq!(flag.finding.says, "报价呈规律性差异");
        assert_eq!(flag.law.clause, Basis::item("招标投标法实施条例", 40, 1, 4));
        assert_eq!(
            raised("single-bid").law.clause,
            Basis::article("招标投标法", 7),
            "a signal has no article"
        );
        assert_eq!(raised("TND-18").finding.rule, "TND-18");
    }
}
