//! 看守。 Which of the venue's own facts ask for a person's look: clauses flagged in a tender file, parts that reach the
//! threshold together, a duty list that nobody signed, conflicts found at the opening, tenders that begin anew, end or stand
//! still, bids that are rejected or do not open, experts who decline, steps that came late, clocks that ran out. Nothing is computed here that trading's facts do not say; red flags come from elsewhere, as data.

use super::receive::{Mirror, Seen, Told};
use crate::rules;
use fadu_kernel::{Basis, Calendar, Limit, MatterId};
use fadu_supervision::Venue;
use fadu_supervision::alert::Raised;
use fadu_supervision::parts::{Finding, Law, Outcome, Phase, Subject};
use fadu_trading::draw::matter as draw;
use fadu_trading::project::{Fact, Reading, RetenderGround};
use fadu_trading::regime::{Kind, MustTender, Regime};
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

fn read_draw(told: &Told) -> Option<draw::Fact> {
    let of_draw = told.kind == "draw";
    of_draw.then(|| serde_json::from_value(told.data.clone()).ok()).flatten()
}

/// What is remembered of a project for what comes later.
pub(super) fn note(mirror: &mut Mirror, told: &Told) {
    if let Some(draw::Fact::Frozen { subject, purpose: draw::Purpose::Experts, .. }) = read_draw(told) {
        mirror.draws.insert(told.matter, subject);
    }
    let Some(fact) = read(told) else { return };
    let seen = mirror.projects.entry(told.matter).or_default();
    match fact {
        Fact::Registered { registration, tenderer, sector, must, regime, .. } => {
            *seen = Seen {
                title: registration.title.clone(),
                tenderer: tenderer.to_string(),
                sector,
                supervisor: registration.supervisor.clone(),
                must: must.must() && regime == Regime::Tendering,
                ..Seen::default()
            };
        }
        Fact::Objected { n, due, .. } => {
            seen.objections.insert(n, due);
        }
        Fact::ObjectionAnswered { n, .. } | Fact::ObjectionWithdrawn { n } => {
            seen.objections.remove(&n);
        }
        Fact::EvaluationReported { .. } => seen.reported = told.day,
        Fact::CandidatesPublished { .. } => seen.reported = None,
        Fact::Awarded { .. } => (seen.reported, seen.awarded) = (None, seen.awarded.or(told.day)),
        Fact::SupervisorTold { .. } => seen.awarded = None,
        Fact::NoticeSent { .. } => seen.noticed = told.day,
        Fact::ContractSigned { .. } => seen.noticed = None,
        Fact::Retendered { .. } | Fact::Reevaluated { .. } | Fact::Terminated { .. } => {
            (seen.reported, seen.awarded, seen.noticed) = (None, None, None);
        }
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
        // Of an opening the minute counts, not the day.
        let why = match *rule {
            "TND-33" => format!("{day}投标截止以后没有按时开标"),
            _ => format!("{day}才办理"),
        };
        raised.push(about.by(*phase, rule, entry(why)));
    }
    let Some(fact) = read(told) else {
        match told.fact.as_str() {
            "CorrectionOverdue" => {
                raised.push(about.by(Phase::After, "PEN-01", entry("整改超期".into())));
            }
            "TurnedOverdue" if told.kind == "complaint" => {
                raised.push(about.by(Phase::After, "TND-65", entry("投诉没有按期处理".into())));
            }
            _ => raised.extend(of_draw(venue, mirror, told)),
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
            let rule = if registration.kind == Kind::Procurement { "TRD-19" } else { "TND-02" };
            raised.push(about.by(Phase::Before, rule, entry(format!("可以合并的合计{sum}元"))));
        }
        Fact::Announced { duties_signed: false, .. } => {
            raised.push(about.by(Phase::Before, "TND-83", entry("公告时没有签署主体责任清单".into())));
        }
        Fact::Clarified { affects_bids: false, noted: true, from, .. } => {
            let why = format!("{from}截止，不足规定日数才澄清，称不影响投标文件编制，没有顺延");
            raised.push(about.by(Phase::During, "TND-13", entry(why)));
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
        // Also before anybody has scored: who sits is what a tenderer would choose.
        Fact::MemberReplaced { void_sheets, .. } => {
            let why = format!("更换评标委员会成员，作废评分表{void_sheets}份");
            raised.push(about.by(Phase::During, "TND-39", entry(why)));
        }
        Fact::BidRejected { bid, reason, n_votes, .. } => {
            let why = format!("投标{bid}被否决，{n_votes}名成员赞成：{reason}");
            raised.push(about.by(Phase::During, "TND-46", entry(why)));
        }
        Fact::UnreadableNoted { bid, ground, .. } => {
            raised.push(about.by(Phase::During, "TND-90", entry(format!("投标{bid}解密不成：{ground}"))));
        }
        Fact::Retendered { ground, reason, round, .. } => {
            let why = format!("第{round}次招标：{}。{reason}", again(ground));
            raised.push(about.by(Phase::During, "TND-68", entry(why)));
        }
        Fact::Terminated { reason, .. } => {
            raised.push(about.by(Phase::During, "TND-22", entry(format!("终止招标：{reason}"))));
        }
        Fact::Suspended { document, .. } => {
            raised.push(about.by(Phase::During, "TRD-05", entry(format!("依{document}暂停"))));
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

fn again(ground: RetenderGround) -> &'static str {
    match ground {
        RetenderGround::TooFewBidders => "投标人少于三个",
        RetenderGround::TooFewQualified => "通过资格预审的申请人少于三个",
        RetenderGround::AllRejected => "所有投标被否决",
        RetenderGround::UnlawfulFile => "招标文件违法",
        RetenderGround::NoCandidateFit => "应当中标的候选人不符合中标条件",
    }
}

/// 抽取 of the experts of a project: who declines, who does not reveal, a draw that is given up. Each may be honest; many
/// together choose a committee.
fn of_draw(venue: &Venue, mirror: &Mirror, told: &Told) -> Option<Raised> {
    let project = *mirror.draws.get(&told.matter)?;
    let why = match read_draw(told)? {
        draw::Fact::Declined { reason, substitute, .. } => {
            let reason = match reason {
                draw::DeclineReason::Interest => "回避",
                draw::DeclineReason::Unavailable => "不能参加",
                draw::DeclineReason::NotReached => "联系不上",
                draw::DeclineReason::Health => "健康原因",
            };
            let then = if substitute.is_some() { "由下一名替补" } else { "没有替补" };
            format!("抽中的专家{reason}，{then}")
        }
        draw::Fact::Concluded { silent, .. } if !silent.is_empty() => {
            let silent: Vec<&str> = silent.iter().map(|party| party.as_str()).collect();
            format!("{}提交了随机数而没有公开", silent.join("、"))
        }
        draw::Fact::Voided { document, .. } => format!("依{document}作废"),
        _ => return None,
    };
    let about = About::of(venue, mirror, project, format!("{}:{}", venue.place.name, told.seq));
    Some(about.by(Phase::During, "TND-38", vec![format!("台账第{}条", told.seq), why]))
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

/// Clocks that ran out with nothing done: an objection unanswered, candidates unpublished three days after the report, an
/// award unreported after fifteen, a contract unsigned thirty days after the notice.
pub(super) fn late(venue: &Venue, mirror: &Mirror, today: Date, calendar: &Calendar) -> Vec<Raised> {
    let mut raised = Vec::new();
    for (id, seen) in &mirror.projects {
        let about = |what: &str| About::of(venue, mirror, *id, format!("{}:clock:{what}", venue.place.name));
        let unanswered = seen.objections.iter().filter_map(|(n, due)| Some((n, (*due)?)));
        for (n, due) in unanswered.filter(|(_, due)| today > *due) {
            let evidence = vec![format!("第{n}号异议应于{due}前答复")];
            raised.push(about(&format!("objection:{n}")).by(Phase::During, "TND-15", evidence));
        }
        let run_out = [
            ("publicity", seen.reported, 3, Phase::During, "TND-50", "公示中标候选人"),
            ("report", seen.awarded, 15, Phase::After, "TND-57", "报告招标投标情况"),
        ];
        for (what, from, days, phase, rule, zh) in run_out {
            let due = from
                .filter(|_| seen.must)
                .and_then(|on| Limit::days(days).end(on, calendar).ok());
            if let Some(due) = due.filter(|due| today > *due) {
                raised.push(about(what).by(phase, rule, vec![format!("应于{due}前{zh}")]));
            }
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
    use fadu_trading::project::{ReplaceGround, Seat};
    use jiff::civil::date;

    /// The rules that a fact of a project asks somebody to look at.
    fn asked_of(fact: &Fact, name: &str) -> Vec<String> {
        let told = Told {
            seq: 7,
            kind: "project".into(),
            matter: MatterId(1),
            fact: name.into(),
            day: None,
            data: serde_json::to_value(fact).unwrap(),
        };
        let raised = of_fact(&Venue::default(), &Mirror::default(), &told);
        raised.into_iter().map(|alert| alert.finding.rule).collect()
    }

    #[test]
    fn every_replacement_of_a_member_is_looked_at() {
        for void_sheets in [0, 3] {
            let fact = Fact::MemberReplaced {
                seat: "a".into(),
                ground: ReplaceGround::Health,
                substitute: Seat { leaf: "b".into(), expert: true, out: None },
                void_sheets,
                noted: void_sheets > 0,
            };
            assert_eq!(asked_of(&fact, "MemberReplaced"), ["TND-39"], "{void_sheets} sheets");
        }
    }

    #[test]
    fn a_late_change_that_is_said_to_touch_no_bid_is_looked_at() {
        let at: jiff::civil::DateTime = "2025-03-25T09:30:00".parse().unwrap();
        let table: [(bool, bool, &[&str]); 3] =
            [(false, true, &["TND-13"]), (false, false, &[]), (true, true, &[])];
        for (affects_bids, noted, rules) in table {
            let fact = Fact::Clarified {
                digest: String::new(),
                affects_bids,
                of_prequalification: false,
                from: at,
                deadline: at,
                moved: affects_bids,
                noted,
            };
            assert_eq!(asked_of(&fact, "Clarified"), rules, "{affects_bids} {noted}");
        }
    }

    #[test]
    fn whoever_ends_a_round_is_looked_at() {
        let (ground, reason) = (RetenderGround::NoCandidateFit, "先后放弃".to_owned());
        let again = Fact::Retendered { ground, reason, round: 2, fell: None };
        assert_eq!(asked_of(&again, "Retendered"), ["TND-68"]);
        let ended = Fact::Terminated { reason: "规划调整".into(), announcement: String::new() };
        assert_eq!(asked_of(&ended, "Terminated"), ["TND-22"]);
    }

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
            assert_eq!(asked_of(&fact, "BidRead"), rules, "{name}");
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

    fn told(seq: i64, kind: &str, matter: i64, day: Date, fact: &impl serde::Serialize) -> Told {
        let data = serde_json::to_value(fact).unwrap();
        let name = data
            .as_object()
            .and_then(|fact| fact.keys().next().cloned())
            .unwrap_or_default();
        Told { seq, kind: kind.into(), matter: MatterId(matter), fact: name, day: Some(day), data }
    }

    /// What these facts raise, one after another.
    fn raises(all: &[Told]) -> (Mirror, Vec<String>) {
        let (venue, mut mirror, mut rules) = (Venue::default(), Mirror::default(), Vec::new());
        for one in all {
            note(&mut mirror, one);
            rules.extend(of_fact(&venue, &mirror, one).into_iter().map(|alert| alert.finding.rule));
        }
        (mirror, rules)
    }

    #[test]
    fn a_tender_that_begins_anew_ends_or_stands_still_is_looked_at() {
        let day = date(2025, 3, 3);
        let all = [
            told(1, "project", 1, day, &Fact::Suspended { document: "模停1号".into(), until: None }),
            told(
                2,
                "project",
                1,
                day,
                &Fact::Retendered {
                    ground: RetenderGround::AllRejected,
                    reason: "全部被否决".into(),
                    round: 2,
                    fell: None,
                },
            ),
            told(3, "project", 1, day, &Fact::Terminated { reason: "资金".into(), announcement: "x".into() }),
        ];
        assert_eq!(raises(&all).1, ["TRD-05", "TND-68", "TND-22"]);
    }

    #[test]
    fn an_expert_who_declines_is_looked_at_in_the_project_that_drew() {
        let day = date(2025, 3, 3);
        let frozen = |purpose| draw::Fact::Frozen {
            number: "1".into(),
            subject: MatterId(1),
            purpose,
            need: 0,
            round: 1,
            rules: Default::default(),
            root: String::new(),
            n_lines: 12,
            n_excluded: 0,
            reveal_by: day.at(8, 0, 0, 0),
            public_source: String::new(),
            public_at: day.at(9, 0, 0, 0),
            library: String::new(),
        };
        let declined = draw::Fact::Declined {
            leaf: "a".into(),
            reason: draw::DeclineReason::NotReached,
            substitute: Some("b".into()),
            noted: false,
        };
        let experts =
            [told(1, "draw", 7, day, &frozen(draw::Purpose::Experts)), told(2, "draw", 7, day, &declined)];
        let (mirror, rules) = raises(&experts);
        assert_eq!(rules, ["TND-38"]);
        let alert = of_fact(&Venue::default(), &mirror, &experts[1]).remove(0);
        assert_eq!(alert.subject.id, MatterId(1).to_string());
        let objects =
            [told(1, "draw", 7, day, &frozen(draw::Purpose::Objects)), told(2, "draw", 7, day, &declined)];
        assert!(raises(&objects).1.is_empty(), "an inspection's draw is no tender's");
    }

    #[test]
    fn a_report_that_nobody_publishes_runs_out() {
        let calendar = Calendar::shipped();
        let seen = Seen { must: true, reported: Some(date(2025, 3, 3)), ..Seen::default() };
        let rules = |seen: &Seen, on: Date| -> Vec<String> {
            let mut mirror = Mirror::default();
            mirror.projects.insert(MatterId(1), seen.clone());
            let raised = late(&Venue::default(), &mirror, on, &calendar);
            raised.into_iter().map(|alert| alert.finding.rule).collect()
        };
        assert!(rules(&seen, date(2025, 3, 6)).is_empty(), "the third day is in time");
        assert_eq!(rules(&seen, date(2025, 3, 7)), ["TND-50"]);
        let free = Seen { must: false, ..seen };
        assert!(rules(&free, date(2025, 3, 7)).is_empty(), "nothing has to be published of it");
        let awarded = Seen { must: true, awarded: Some(date(2025, 3, 3)), ..Seen::default() };
        assert!(rules(&awarded, date(2025, 3, 18)).is_empty());
        assert_eq!(rules(&awarded, date(2025, 3, 19)), ["TND-57"]);
    }
}
