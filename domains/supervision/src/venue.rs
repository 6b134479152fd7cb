//! 交易场所及其台账。 What is received from a trading venue: every entry in order, those of trading in full, the others as
//! hashes, up to a signed checkpoint. The venue cannot leave anything out without a gap, a wrong root or a version of a
//! project that is missing; what it declares to be no trading can be asked for and opened.
//!
//! The hashes and signatures are computed where the feed is read (`fadu-app`); here stands what was found.

use crate::rules::{self, tl, tr};
use crate::{act, clock_task, named, need, only_clock, only_person, opening, parameters, task};
use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Invalid, Matter, MatterId, OrgId, Refusal, Role, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 设立的层级。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 县级
    #[default]
    County,
    /// 设区的市级
    Prefecture,
    /// 省级
    Province,
}

/// 交易场所登记。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// 名称
    pub name: String,
    pub level: Level,
    /// 隶属于; absent: of nobody.
    #[serde(default)]
    pub under: Option<OrgId>,
    /// 以营利为目的
    #[serde(default)]
    pub for_profit: bool,
    /// 对其交易负有监督职责的部门
    pub supervisors: Vec<OrgId>,
    /// 台账公钥
    pub key: String,
}

/// 一批台账。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Batch {
    /// 第一条的序号
    pub from: i64,
    /// 最后一条之后的序号，即检查点的条数
    pub to: i64,
    /// 根
    pub root: String,
    /// 收到全文的，按种类
    pub shown: BTreeMap<String, u32>,
    /// 只收到摘要的，按种类
    pub withheld: BTreeMap<String, u32>,
}

/// 不符: what kind of break, at which entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    pub on: Date,
    pub at: i64,
    pub because: String,
    pub settled: Option<Date>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Venue {
    pub place: Place,
    pub org: OrgId,
    pub registered: Option<Date>,
    /// The first entry not yet received.
    pub next: i64,
    pub root: String,
    pub received: Option<Date>,
    /// 中断的日数, as it stood when the last batch came.
    #[serde(default)]
    pub silence_days: Option<u16>,
    pub n_shown: u64,
    pub n_withheld: u64,
    pub silent: Option<Date>,
    pub breaks: Vec<Break>,
    pub n_audits: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 登记交易场所
    Register { place: Box<Place> },
    /// 接收台账
    Receive { batch: Box<Batch> },
    /// 台账不符
    NoteBreak { at: i64, because: String },
    /// 处理台账不符
    SettleBreak { reason: String, document: String },
    /// 核对未给全文的一条: opened on demand, it is of the kind that was declared, or it is not.
    Audit { seq: i64, declared: String, held: bool, digest: String },
    /// 台账中断
    TurnSilent,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Registered {
        place: Box<Place>,
        org: OrgId,
    },
    Received {
        batch: Box<Batch>,
        n: i64,
        #[serde(default)]
        silence_days: Option<u16>,
    },
    BreakNoted {
        at: i64,
        because: String,
    },
    BreakSettled {
        reason: String,
        document: String,
    },
    Audited {
        seq: i64,
        declared: String,
        held: bool,
        digest: String,
    },
    FellSilent {
        since: Date,
    },
}

const PLACE: &[Basis] = &[tr(5)];
const FEED: &[Basis] = &[tl(7), tr(5)];

impl Venue {
    pub fn id(name: &str) -> MatterId {
        named("venue", &[name])
    }

    pub fn open_break(&self) -> Option<&Break> {
        self.breaks.iter().find(|one| one.settled.is_none())
    }

    pub fn status(&self) -> &'static str {
        match self {
            _ if self.open_break().is_some() => "broken",
            Venue { silent: Some(_), .. } => "silent",
            Venue { received: Some(_), .. } => "receiving",
            Venue { registered: Some(_), .. } => "registered",
            Venue { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "broken" => "台账不符",
            "silent" => "台账中断",
            "receiving" => "连续接收",
            "registered" => "已登记，还没有接收",
            _ => "",
        }
    }

    /// The last day on which the feed may be silent.
    fn silent_after(&self) -> Option<Date> {
        let days = self.silence_days.or_else(|| parameters::value("feed_silence_days"))?;
        let running = self.silent.is_none();
        self.received.filter(|_| running).map(|on| offset(on, i64::from(days)))
    }
}

impl Matter for Venue {
    const KIND: &'static str = "venue";
    const ZH: &'static str = "交易场所";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Register", "登记交易场所", PLACE),
            act("Receive", "接收台账", FEED),
            act("NoteBreak", "记录台账不符", FEED),
            act("SettleBreak", "处理台账不符", FEED),
            act("Audit", "核对未给全文的记录", FEED),
            act("TurnSilent", "记录台账中断", FEED),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Register Receive NoteBreak SettleBreak Audit TurnSilent)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact: Registered Received BreakNoted BreakSettled Audited FellSilent)
    }

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Register { place } => Some(Venue::id(&place.name)),
            _ => None,
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        match act {
            Act::Register { place } if place.name.trim().is_empty() => {
                Err(vec![Invalid::new("place.name", "请填写名称")])
            }
            Act::Register { place } if place.key.trim().is_empty() => {
                Err(vec![Invalid::new("place.key", "请填写台账公钥")])
            }
            _ => Ok(()),
        }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if let Act::Register { place } = act {
            need(self.registered.is_none(), &rules::ORDER, || format!("{}已经登记", self.place.name))?;
            stands_apart(place, ctx)?;
            return Ok(vec![Fact::Registered { place: place.clone(), org: ctx.actor.org.clone() }]);
        }
        let whole = &rules::FEED_WHOLE;
        need(self.registered.is_some(), &rules::ORDER, || "交易场所没有登记".into())?;
        match act {
            Act::Register { .. } => Ok(Vec::new()),
            Act::Receive { batch } => {
                only_clock(ctx)?;
                need(self.open_break().is_none(), whole, || "台账不符还没有处理".into())?;
                let follows = batch.from == self.next && batch.to > batch.from;
                need(follows, whole, || {
                    format!("应从第{}条接收，收到第{}条至第{}条", self.next, batch.from, batch.to)
                })?;
                let counted: u64 =
                    batch.shown.values().chain(batch.withheld.values()).map(|n| u64::from(*n)).sum();
                let n = batch.to - batch.from;
                need(u64::try_from(n) == Ok(counted), whole, || format!("{n}条里只说明了{counted}条"))?;
                need(crate::is_hash(&batch.root), whole, || "没有根".into())?;
                let silence_days = parameters::value_in("feed_silence_days", ctx);
                Ok(vec![Fact::Received { batch: batch.clone(), n, silence_days }])
            }
            Act::NoteBreak { at, because } => {
                only_clock(ctx)?;
                need(self.open_break().is_none(), whole, || "台账不符已经记录".into())?;
                Ok(vec![Fact::BreakNoted { at: *at, because: because.clone() }])
            }
            Act::SettleBreak { reason, document } => {
                only_person(ctx, whole)?;
                let told = !reason.trim().is_empty() && !document.trim().is_empty();
                need(self.open_break().is_some() && told, whole, || {
                    "没有待处理的不符，或者没有写明理由、文书".into()
                })?;
                Ok(vec![Fact::BreakSettled { reason: reason.clone(), document: document.clone() }])
            }
            Act::Audit { seq, declared, held, digest } => {
                need((0..self.next).contains(seq), whole, || format!("还没有收到第{seq}条"))?;
                need(crate::is_hash(digest), whole, || "没有摘要".into())?;
                let (declared, digest) = (declared.clone(), digest.clone());
                Ok(vec![Fact::Audited { seq: *seq, declared, held: *held, digest }])
            }
            Act::TurnSilent => {
                only_clock(ctx)?;
                let last = self.silent_after().filter(|last| ctx.today() > *last);
                need(last.is_some(), whole, || "台账没有中断，或者已经记录".into())?;
                let since = self.received.unwrap_or(ctx.today());
                Ok(vec![Fact::FellSilent { since }])
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Registered { place, org } => {
                self.place = (**place).clone();
                self.org = org.clone();
                self.registered = Some(stamp.day);
            }
            Fact::Received { batch, silence_days, .. } => {
                self.silence_days = *silence_days;
                self.next = batch.to;
                self.root.clone_from(&batch.root);
                self.received = Some(stamp.day);
                self.silent = None;
                self.n_shown += batch.shown.values().map(|n| u64::from(*n)).sum::<u64>();
                self.n_withheld += batch.withheld.values().map(|n| u64::from(*n)).sum::<u64>();
            }
            Fact::BreakNoted { at, because } => {
                self.breaks
                    .push(Break { on: stamp.day, at: *at, because: because.clone(), settled: None })
            }
            Fact::BreakSettled { .. } => {
                self.breaks
                    .iter_mut()
                    .for_each(|one| one.settled = one.settled.or(Some(stamp.day)));
            }
            Fact::Audited { seq, declared, held, .. } => {
                self.n_audits += 1;
                if !held {
                    let because = format!("第{seq}条声明为{declared}，打开后不是");
                    self.breaks.push(Break { on: stamp.day, at: *seq, because, settled: None });
                }
            }
            Fact::FellSilent { .. } => self.silent = Some(stamp.day),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let mut tasks = Vec::new();
        if let Some(one) = self.open_break() {
            tasks.push(task(format!("settle:{}", one.at), Role::Officer, &self.org, None));
        }
        if self.silent.is_some() {
            tasks.push(task("silent", Role::Officer, &self.org, None));
        }
        tasks.extend(self.silent_after().map(|last| clock_task("clock", last)));
        Docket {
            number: self.next.to_string(),
            title: self.place.name.clone(),
            status: self.status().to_owned(),
            org: self.org.clone(),
            tasks,
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, _calendar: &Calendar) -> Vec<Act> {
        let silent = self.silent_after().is_some_and(|last| day > last);
        if silent { vec![Act::TurnSilent] } else { Vec::new() }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: Vec::new() }
    }
}

/// 实施条例第五条: set up at the prefecture or above, under no supervisor, not for profit.
fn stands_apart(place: &Place, ctx: &Ctx) -> Result<(), Refusal> {
    let rule = &rules::VENUE_APART;
    need(place.level >= Level::Prefecture, rule, || "县级不设交易场所，只作终端".into())?;
    need(!place.for_profit, rule, || "以营利为目的".into())?;
    need(!place.supervisors.is_empty(), rule, || "没有写明行政监督部门".into())?;
    let under = place.under.as_ref();
    let subordinate = under.is_some_and(|under| place.supervisors.contains(under) || *under == ctx.actor.org);
    need(!subordinate, rule, || format!("{}隶属于行政监督部门", place.name))
}
