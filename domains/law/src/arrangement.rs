//! 放假安排。 The yearly notice as the county loads it, beside those that a release ships: which days are off and which
//! weekends work. Every clock of the county counts by it from the next act on; what is open is listed anew.

use fadu_kernel::calendar::{Notice, UnreadableNotice};
use fadu_kernel::counting::YEARLY_NOTICE;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Refusal, Rule,
    Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One year's arrangement: its notice, and those that changed it later.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Arrangement {
    pub year: i16,
    pub org: OrgId,
    pub notices: Vec<Notice>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 载入安排: the lines of the notice, as the files in `kernel/calendar/` are written.
    Load { arrangement: Vec<String> },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Loaded { notice: Notice },
}

impl Arrangement {
    pub fn id(year: i16) -> MatterId {
        let digest = Sha256::digest(format!("arrangement\u{1f}{year}"));
        MatterId::named(digest.first_chunk::<8>().copied().unwrap_or_default())
    }
}

fn read(lines: &[String]) -> Result<Notice, UnreadableNotice> {
    Notice::parse(&lines.join("\n"))
}

/// Bound to the rule of counting that every county has: nothing more is refused by.
static RULES: &[&Rule] = &[&YEARLY_NOTICE];

impl Matter for Arrangement {
    const KIND: &'static str = "calendar";
    const ZH: &'static str = "放假安排";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        let Act::Load { arrangement } = act;
        read(arrangement).ok().map(|notice| Arrangement::id(notice.year))
    }

    fn acts() -> &'static [ActKind] {
        const LOAD: Ground = Ground::Law(&[Basis::article("全国年节及纪念日放假办法", 7)]);
        &[ActKind { name: "Load", zh: "载入放假安排", ground: LOAD, opens: true }]
    }

    fn rules() -> &'static [&'static Rule] {
        RULES
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Load { .. } => "Load",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Loaded { .. } => "Loaded",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let Act::Load { arrangement } = act;
        read(arrangement)
            .map(drop)
            .map_err(|error| vec![Invalid::new("arrangement", error.to_string())])
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let Act::Load { arrangement } = act;
        let no = |because: String| Err(Refusal::new(&YEARLY_NOTICE, Help::Operator, because));
        let notice = match read(arrangement) {
            Ok(notice) => notice,
            Err(error) => return no(error.to_string()),
        };
        let year = notice.year;
        if ctx.matter != Arrangement::id(year) {
            return no("编号和年份不一致".to_owned());
        }
        if notice.issued > ctx.today() {
            return no(format!("{}才发布的通知，现在不能载入", notice.issued));
        }
        // A gap would let a guess pass for a date.
        let (first, last) = (ctx.calendar.first().year(), ctx.calendar.last().year());
        if !(first..=last + 1).contains(&year) {
            return no(format!("日历现有{first}年至{last}年，安排逐年载入，不能载入{year}年"));
        }
        let known = ctx.calendar.notices();
        if known.iter().any(|known| known.number == notice.number) {
            return no(format!("{}已经载入", notice.number));
        }
        if notice.off.is_empty() && known.iter().all(|known| known.year != year) {
            return no(format!("{year}年的安排没有放假日"));
        }
        Ok(vec![Fact::Loaded { notice }])
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        let Fact::Loaded { notice } = fact;
        self.year = notice.year;
        self.org = stamp.org.clone();
        self.notices.push(notice.clone());
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let number = self.notices.last().map(|notice| notice.number.clone());
        Docket {
            number: number.unwrap_or_default(),
            title: format!("{}年放假安排", self.year),
            status: "in_force".to_owned(),
            org: self.org.clone(),
            // Nothing is left to be done on it.
            closed: true,
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use fadu_kernel::rows::Outcome;
    use fadu_kernel::{Actor, Catalogue, Moment, PersonId, Region, Role};
    use jiff::civil::date;
    use std::any::Any;
    use std::sync::Arc;

    struct Nothing;
    impl Catalogue for Nothing {
        fn get(&self, _: &str, _: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
            None
        }
    }

    /// Beside the shipped notices for 2024 to 2026, on 5 November 2026; name, the notice, and whether it is taken.
    fn table() -> [(&'static str, &'static str, bool); 6] {
        [
            (
                "the notice of the year that follows (CAL-13)",
                "notice 测试1号 issued 2026-11-05 for 2027\noff 2027-01-01 2027-01-03 元旦",
                true,
            ),
            (
                "a later notice for a year that is there (CAL-13)",
                "notice 测试2号 issued 2026-11-05 for 2026\nwork 2026-12-05 大会",
                true,
            ),
            (
                "a notice of a year that does not follow (CAL-13)",
                "notice 测试1号 issued 2026-11-05 for 2028\noff 2028-01-01 2028-01-03 元旦",
                false,
            ),
            (
                "a notice on the day before it is issued (CAL-13)",
                "notice 测试1号 issued 2026-11-06 for 2027\noff 2027-01-01 2027-01-03 元旦",
                false,
            ),
            (
                "the same notice again (CAL-13)",
                "notice 国办发明电〔2025〕7号 issued 2025-11-04 for 2026\noff 2026-01-01 2026-01-03 元旦",
                false,
            ),
            (
                "a first notice without a day off (CAL-13)",
                "notice 测试1号 issued 2026-11-05 for 2027\nwork 2027-01-09 元旦",
                false,
            ),
        ]
    }

    pub(crate) fn rows() -> Vec<(&'static str, Outcome)> {
        let outcome = |taken| if taken { Outcome::Passes } else { Outcome::Refused };
        table().map(|(name, _, taken)| (name, outcome(taken))).into()
    }

    #[test]
    fn a_notice_is_taken_for_the_year_that_follows() {
        let (calendar, today) = (Calendar::shipped(), date(2026, 11, 5));
        let actor = Actor { person: PersonId::new("p"), role: Role::Operator, org: OrgId::new("局") };
        let stamp = Stamp {
            day: today,
            ms: 0,
            person: actor.person.clone(),
            role: actor.role,
            org: actor.org.clone(),
        };
        for (name, text, taken) in table() {
            let act = Act::Load { arrangement: text.lines().map(str::to_owned).collect() };
            assert_eq!(Arrangement::check(&act, &BTreeMap::new()), Ok(()), "{name}");
            let ctx = Ctx {
                region: Region(429_997),
                moment: Moment { ms: 0, today },
                actor: &actor,
                matter: Arrangement::name_of(&act, today).unwrap(),
                calendar: &calendar,
                catalogue: &Nothing,
                sealed: &BTreeMap::new(),
            };
            let mut year = Arrangement::default();
            let facts = year.decide(&act, &ctx).map_err(|refusal| refusal.rule.id);
            assert_eq!(facts.as_ref().err(), (!taken).then_some(&"CAL-13"), "{name}");
            for fact in facts.unwrap_or_default() {
                year.evolve(&fact, &stamp);
            }
            assert_eq!(year.notices.len(), usize::from(taken), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_read_names_its_line() {
        let act =
            Act::Load { arrangement: vec!["notice 甲 issued 2026-11-05 for 2027".into(), "off".into()] };
        let wrong = Arrangement::check(&act, &BTreeMap::new()).unwrap_err();
        assert_eq!((wrong[0].field.as_str(), wrong[0].message.as_str()), ("arrangement", "第2行：缺少日期"));
    }
}
