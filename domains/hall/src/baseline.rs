//! 改革前基线。 The load of the windows before the reform, frozen once: what "evened out" is measured against, by the clock,
//! once for each month that is over.

use crate::load::{Load, Spread, spread};
use crate::mark::{Mark, checked, named, texts};
use crate::rules::{self, Decision, no, only_clock};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Baseline {
    pub hall: String,
    pub org: OrgId,
    pub frozen: Option<Frozen>,
    /// The last month that was measured.
    #[serde(default)]
    pub measured: Option<Measured>,
}

/// 一个月的负荷。
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub from: Date,
    pub until: Date,
    pub loads: Vec<Load>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frozen {
    pub by: Mark,
    pub from: Date,
    pub until: Date,
    pub loads: Vec<Load>,
    pub source: String,
    /// 演示值
    pub demonstration: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 冻结基线
    Freeze {
        hall: String,
        #[schemars(with = "String", extend("format" = "date"))]
        from: Date,
        #[schemars(with = "String", extend("format" = "date"))]
        until: Date,
        loads: Vec<Load>,
        source: String,
        #[serde(default)]
        demonstration: bool,
    },
    /// 对照负荷
    Measure {
        #[schemars(with = "String", extend("format" = "date"))]
        from: Date,
        #[schemars(with = "String", extend("format" = "date"))]
        until: Date,
        loads: Vec<Load>,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Frozen {
        hall: String,
        org: OrgId,
        from: Date,
        until: Date,
        loads: Vec<Load>,
        source: String,
        demonstration: bool,
        cases: u32,
        gini_ppm: u32,
    },
    Measured {
        hall: String,
        org: OrgId,
        from: Date,
        until: Date,
        loads: Vec<Load>,
        cases: u32,
        gini_ppm: u32,
        /// The baseline's.
        before_ppm: u32,
    },
}

impl Baseline {
    pub fn id(hall: &str) -> MatterId {
        named(&["baseline", hall])
    }

    pub fn spread(&self) -> Option<Spread> {
        spread(&self.frozen.as_ref()?.loads)
    }

    /// Whether a month that begins on this day lies after the baseline and was not measured yet.
    pub fn awaits(&self, from: Date) -> bool {
        self.frozen.as_ref().is_some_and(|frozen| frozen.until < from)
            && self.measured.as_ref().is_none_or(|last| last.until < from)
    }
}

const MEASURE: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 36)]);
const FREEZE: Ground = Ground::Law(&[Basis::article("档案法实施条例", 39)]);

impl Matter for Baseline {
    const KIND: &'static str = "baseline";
    const ZH: &'static str = "改革前基线";
    type Act = Act;
    type Fact = Fact;
    const CATALOGUE: bool = true;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Freeze { hall, .. } => Some(Baseline::id(hall)),
            Act::Measure { .. } => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Freeze", zh: "冻结基线", ground: FREEZE, opens: true },
            ActKind { name: "Measure", zh: "对照负荷", ground: MEASURE, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Freeze, Measure)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Frozen, Measured)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let (mut wrong, from, until, loads) = match act {
            Act::Freeze { hall, from, until, loads, .. } => {
                (texts(&[("hall", hall, "大厅编号")]), from, until, loads)
            }
            Act::Measure { from, until, loads } => (Vec::new(), from, until, loads),
        };
        if until < from {
            wrong.push(Invalid::new("until", "止日不能早于起日"));
        }
        if loads.iter().all(|load| load.seconds == 0) {
            wrong.push(Invalid::new("loads", "请填写各窗口的办件量和在岗时间"));
        }
        checked(wrong)
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        let (hall, from, until, loads, source, demonstration) = match act {
            Act::Freeze { hall, from, until, loads, source, demonstration } => {
                (hall, from, until, loads, source, demonstration)
            }
            Act::Measure { from, until, loads } => return self.measure(*from, *until, loads, ctx),
        };
        if let Some(frozen) = &self.frozen {
            let because = format!("{}已经冻结，来源：{}", frozen.by.on, frozen.source);
            return no(&rules::FROZEN, Help::CatalogueManager, because);
        }
        if ctx.matter != Baseline::id(hall) {
            return no(&rules::ORDER, Help::CatalogueManager, "编号和大厅不一致");
        }
        if source.trim().is_empty() {
            return no(&rules::WITH_SOURCE, Help::CatalogueManager, "没有写明数据来源");
        }
        Ok(vec![Fact::Frozen {
            hall: hall.clone(),
            org: ctx.actor.org.clone(),
            from: *from,
            until: *until,
            loads: loads.clone(),
            source: source.clone(),
            demonstration: *demonstration,
            cases: loads.iter().map(|load| load.cases).sum(),
            gini_ppm: spread(loads).map_or(0, |spread| spread.gini_ppm),
        }])
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Frozen { hall, org, from, until, loads, source, demonstration, .. } => {
                self.hall.clone_from(hall);
                self.org = org.clone();
                self.frozen = Some(Frozen {
                    by: Mark::of(stamp),
                    from: *from,
                    until: *until,
                    loads: loads.clone(),
                    source: source.clone(),
                    demonstration: *demonstration,
                });
            }
            Fact::Measured { from, until, loads, .. } => {
                self.measured = Some(Measured { from: *from, until: *until, loads: loads.clone() });
            }
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.hall.clone(),
            title: format!("{}改革前窗口负荷", self.hall),
            status: "frozen".to_owned(),
            org: self.org.clone(),
            closed: self.frozen.is_some(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}

impl Baseline {
    fn measure(&self, from: Date, until: Date, loads: &[Load], ctx: &Ctx) -> Decision<Fact> {
        only_clock(ctx)?;
        if until >= ctx.today() || !self.awaits(from) {
            let because = format!("{from}至{until}还没有过完，或者已经对照过，或者不在基线之后");
            return no(&rules::CLOCK_ONLY, Help::Operator, because);
        }
        Ok(vec![Fact::Measured {
            hall: self.hall.clone(),
            org: self.org.clone(),
            from,
            until,
            loads: loads.to_vec(),
            cases: loads.iter().map(|load| load.cases).sum(),
            gini_ppm: spread(loads).map_or(0, |spread| spread.gini_ppm),
            before_ppm: self.spread().map_or(0, |spread| spread.gini_ppm),
        }])
    }
}
