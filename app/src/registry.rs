//! 登记。 Every kind of matter that this program knows, each named once, with what the rest of the house does to any of
//! them: load it, sweep it, act on it from JSON, draw it.

use crate::catalogue::Snapshot;
use crate::{App, Call, Committed, Problem};
use fadu_hall::{
    Baseline, Clerk, Entry, Evaluation, Hall, Mechanism, Parameter, Record, Roster, Sampling, Stuck, Ticket,
};
use fadu_hotline::{Calls, Desk, Disclosure, Knowledge, Lead, Order, Petition};
use fadu_kernel::matter::Parties;
use fadu_kernel::{ActKind, Actor, Docket, Invalid, Matter, MatterId, Role, Rule};
use fadu_law::{Arrangement, Power};
use fadu_onething::{Joint, Theme};
use fadu_proof::{Check, Exemption, Licence, Limits, Proof};
use fadu_service::{Case, Comparison, Duty, FeeItem, Item, Personal, Retention, Upstream};
use fadu_store::{Fault, TaskRow};
use fadu_supervision::{Alert, Campaign, Credit, Deadline, DutyList, HandOver, Penalty, Review, Venue};
use fadu_trading::{Bid, Complaint, Draw, Inspection, Library, Project, Setting};
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;
use std::any::Any;
use std::collections::BTreeMap;
use std::pin::Pin;

pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// An act as a program or a generic form sends it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `None` opens a new matter.
    pub matter: Option<MatterId>,
    pub act: String,
    /// The act's own fields; `None` for an act that has none.
    pub fields: Option<Value>,
    pub private: BTreeMap<String, String>,
    pub key: Option<String>,
}

/// A call whose act only its kind can open.
pub(crate) struct Typed<'a> {
    pub actor: &'a Actor,
    pub matter: Option<MatterId>,
    pub act: Box<dyn Any + Send>,
    pub private: BTreeMap<String, String>,
    pub key: Option<String>,
}

/// What a page needs of a stored state without knowing its type.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    pub docket: Docket,
    pub parties: Parties,
}

/// One kind of matter.
pub struct Kind {
    pub name: &'static str,
    pub zh: &'static str,
    /// Its word in addresses: `cases`.
    pub word: &'static str,
    pub catalogue: bool,
    pub named: bool,
    /// Who may read it at all; empty is every post.
    pub readers: &'static [Role],
    pub acts: fn() -> &'static [ActKind],
    pub rules: fn() -> &'static [&'static Rule],
    /// The personal values an act may bring: field and name.
    pub private: fn(act: &str) -> &'static [(&'static str, &'static str)],
    /// How the act's fields are described, drawn from its type.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    pub act: for<'a> fn(&'a App, &'a Actor, Asked) -> Answer<'a, Committed>,
    /// The door and the stored state for whoever knows the type. What stands behind them is large and compiled once, here,
    /// and not again in every crate that asks.
    pub(crate) door: for<'a> fn(&'a App, Typed<'a>) -> Answer<'a, Committed>,
    pub(crate) state: fn(&str) -> Result<Box<dyn Any + Send>, serde_json::Error>,
    pub draw: fn(&App, state: &str) -> Result<Drawn, Fault>,
    has: fn(&[&str]) -> bool,
    #[cfg(test)]
    pub(crate) lets_in: for<'a> fn(&'a App, Role, Value) -> Answer<'a, bool>,
    pub(crate) sweep: for<'a> fn(&'a App, &'a TaskRow, Date) -> Answer<'a, u64>,
    /// Lists a matter again as today's calendar has it; whether that changed anything.
    pub(crate) relist: for<'a> fn(&'a App, MatterId, &'a str) -> Answer<'a, bool>,
    pub(crate) load: for<'a> fn(&'a App, &'a mut Snapshot) -> Answer<'a, ()>,
}

impl Kind {
    const fn of<M: Matter>(word: &'static str) -> Kind
    where
        M::Act: JsonSchema,
    {
        Kind {
            name: M::KIND,
            zh: M::ZH,
            word,
            catalogue: M::CATALOGUE,
            named: M::NAMED,
            readers: M::READERS,
            acts: M::acts,
            rules: M::rules,
            private: M::private_fields,
            schema: |generator| M::Act::json_schema(generator),
            act: |app, actor, asked| Box::pin(act::<M>(app, actor, asked)),
            door: |app, call| Box::pin(app.through::<M>(call)),
            state: |text| Ok(Box::new(serde_json::from_str::<M>(text)?)),
            draw: draw::<M>,
            has: crate::fields::has::<M::Fact>,
            #[cfg(test)]
            lets_in: |app, role, act| Box::pin(crate::act::tests::lets_in::<M>(app, role, act)),
            sweep: |app, row, day| Box::pin(app.sweep_one::<M>(row, day)),
            relist: |app, id, key| Box::pin(app.relist_one::<M>(id, key)),
            load: |app, snapshot| Box::pin(crate::catalogue::load::<M>(app, snapshot)),
        }
    }
}

pub static KINDS: &[Kind] = &[
    Kind::of::<Case>("cases"),
    Kind::of::<Item>("items"),
    Kind::of::<Duty>("item-duties"),
    Kind::of::<Upstream>("upstream-items"),
    Kind::of::<Comparison>("comparisons"),
    Kind::of::<FeeItem>("fees"),
    Kind::of::<Personal>("personal-data"),
    Kind::of::<Retention>("retention"),
    Kind::of::<Power>("powers"),
    Kind::of::<Arrangement>("arrangements"),
    Kind::of::<Theme>("themes"),
    Kind::of::<Joint>("joints"),
    Kind::of::<Proof>("proofs"),
    Kind::of::<Limits>("proof-limits"),
    Kind::of::<Exemption>("exemptions"),
    Kind::of::<Check>("checks"),
    Kind::of::<Licence>("licences"),
    Kind::of::<Hall>("halls"),
    Kind::of::<Roster>("rosters"),
    Kind::of::<Clerk>("clerks"),
    Kind::of::<Entry>("hall-entries"),
    Kind::of::<Record>("hall-records"),
    Kind::of::<Baseline>("baselines"),
    Kind::of::<Mechanism>("mechanisms"),
    Kind::of::<Parameter>("hall-parameters"),
    Kind::of::<Ticket>("tickets"),
    Kind::of::<fadu_hall::Call>("front-calls"),
    Kind::of::<Stuck>("stuck"),
    Kind::of::<Evaluation>("evaluations"),
    Kind::of::<Sampling>("samplings"),
    Kind::of::<Order>("orders"),
    Kind::of::<Lead>("leads"),
    Kind::of::<Petition>("petitions"),
    Kind::of::<Disclosure>("disclosures"),
    Kind::of::<Knowledge>("knowledge"),
    Kind::of::<Desk>("hotline"),
    Kind::of::<Calls>("calls"),
    Kind::of::<Project>("projects"),
    Kind::of::<Bid>("bids"),
    Kind::of::<Draw>("draws"),
    Kind::of::<Library>("expert-libraries"),
    Kind::of::<Setting>("trading-settings"),
    Kind::of::<Complaint>("complaints"),
    Kind::of::<Inspection>("inspections"),
    Kind::of::<Alert>("alerts"),
    Kind::of::<HandOver>("handovers"),
    Kind::of::<Credit>("credits"),
    Kind::of::<DutyList>("duty-lists"),
    Kind::of::<Venue>("venues"),
    Kind::of::<Campaign>("campaigns"),
    Kind::of::<Review>("reviews"),
    Kind::of::<Penalty>("penalties"),
    Kind::of::<Deadline>("deadlines"),
    Kind::of::<fadu_law::Report>("annual-reports"),
];

/// 业务。 What a county runs or leaves to others, whole: its kinds, its rules' rows, its figures, and what a county that
/// exists still lacks for it.
pub struct Business {
    /// As the configuration names it.
    pub word: &'static str,
    pub zh: &'static str,
    pub kinds: &'static [&'static str],
    /// The specification rows that its domains ship.
    pub rows: &'static [&'static str],
    /// Their declared figures.
    pub figures: &'static [&'static str],
    /// 上线障碍。 Rule and the parameter that it has no real value for (rule book, status N).
    pub lacks: fn(&App) -> Vec<(String, String)>,
    /// How such a value comes in, said to whoever lacks it.
    pub set_by: &'static str,
}

const BY_STAFF: &str = "the staff sets it under `fadu serve --prepare`";

/// Every business; the first is never left out, the others build on its cases and its list of powers. Supervision stands
/// apart from all of them.
pub static BUSINESSES: &[Business] = &[
    Business {
        word: "service",
        zh: "政务服务",
        kinds: &[
            "case",
            "item",
            "duty",
            "upstream",
            "comparison",
            "fee",
            "personal",
            "retention",
            "power",
            "calendar",
        ],
        rows: &[fadu_service::ROWS, fadu_law::ROWS],
        figures: &[fadu_service::FIGURES, fadu_law::FIGURES],
        lacks: |_| Vec::new(),
        set_by: BY_STAFF,
    },
    Business {
        word: "onething",
        zh: "高效办成一件事",
        kinds: &["theme", "joint"],
        rows: &[fadu_onething::ROWS],
        figures: &[fadu_onething::FIGURES],
        lacks: |_| Vec::new(),
        set_by: BY_STAFF,
    },
    Business {
        word: "proof",
        zh: "免证办",
        kinds: &["exemption", "check", "licence", "proof", "limit"],
        rows: &[fadu_proof::ROWS],
        figures: &[fadu_proof::FIGURES],
        lacks: crate::sources::lacks,
        set_by: BY_STAFF,
    },
    Business {
        word: "hall",
        zh: "大厅与窗口",
        kinds: &[
            "ticket",
            "call",
            "stuck",
            "evaluation",
            "sampling",
            "hall",
            "roster",
            "clerk",
            "entry",
            "record",
            "baseline",
            "mechanism",
            "parameter",
        ],
        rows: &[fadu_hall::ROWS],
        figures: &[fadu_hall::FIGURES],
        lacks: crate::hall::lacks,
        set_by: BY_STAFF,
    },
    Business {
        word: "hotline",
        zh: "12345热线",
        kinds: &["order", "petition", "disclosure", "knowledge", "lead", "desk", "calls"],
        rows: &[fadu_hotline::ROWS],
        figures: &[fadu_hotline::FIGURES],
        lacks: crate::hotline::lacks,
        set_by: BY_STAFF,
    },
    Business {
        word: "trading",
        zh: "公共资源交易",
        kinds: &["project", "bid", "draw", "library", "setting", "complaint", "inspection"],
        rows: &[fadu_trading::ROWS],
        figures: &[fadu_trading::FIGURES],
        lacks: crate::trading::lacks,
        set_by: BY_STAFF,
    },
    // Its law is a document of party and government that not every collection of statutes holds.
    Business {
        word: "report",
        zh: "法治政府建设年度报告",
        kinds: &["report"],
        rows: &[fadu_law::REPORT_ROWS],
        figures: &[],
        lacks: |_| Vec::new(),
        set_by: BY_STAFF,
    },
    Business {
        word: SUPERVISION,
        zh: "公共资源交易监督",
        kinds: &[
            "alert", "handover", "credit", "duties", "venue", "campaign", "review", "penalty", "deadline",
        ],
        rows: &[fadu_supervision::ROWS],
        figures: &[fadu_supervision::FIGURES],
        lacks: crate::supervision::lacks,
        set_by: BY_STAFF,
    },
];

/// 监督与交易分开 (招标投标法实施条例 5). Run alone, in a store of its own under keys of its own, and by no county that trades.
pub const SUPERVISION: &str = "supervision";

/// 每个存储都有: the calendar that clocks count by, whatever else is run.
const EVERYWHERE: &str = <Arrangement as Matter>::KIND;

/// The business of a kind.
pub fn business_of(kind: &str) -> Option<&'static Business> {
    BUSINESSES.iter().find(|business| business.kinds.contains(&kind))
}

/// The specification rows that the domains ship.
pub fn rows() -> impl Iterator<Item = &'static str> {
    BUSINESSES.iter().flat_map(|business| business.rows).copied()
}

/// The declared figures of all domains.
pub fn figures() -> Vec<&'static str> {
    BUSINESSES.iter().flat_map(|business| business.figures).copied().collect()
}

/// 本县开办的业务。 An act of a business that a county does not run is no act of this county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs(Vec<&'static str>);

impl Default for Runs {
    fn default() -> Runs {
        let all = BUSINESSES.iter().map(|business| business.word);
        Runs(all.filter(|word| *word != SUPERVISION).collect())
    }
}

impl Runs {
    /// Errors: the word that names no business, or that may not stand beside the others.
    pub fn only(words: &[String]) -> Result<Runs, String> {
        let known = |word: &String| BUSINESSES.iter().any(|business| business.word == word);
        if let Some(unknown) = words.iter().find(|word| !known(word)) {
            return Err(unknown.clone());
        }
        match words {
            [alone] if alone == SUPERVISION => return Ok(Runs::apart()),
            _ if words.iter().any(|word| word == SUPERVISION) => return Err(SUPERVISION.to_owned()),
            _ => {}
        }
        let all = BUSINESSES.iter().enumerate();
        let run = all.filter(|(i, business)| *i == 0 || words.iter().any(|word| word == business.word));
        Ok(Runs(run.map(|(_, business)| business.word).collect()))
    }

    /// 监督终端: supervision and nothing else.
    pub fn apart() -> Runs {
        Runs(vec![SUPERVISION])
    }

    pub fn is_apart(&self) -> bool {
        self.0 == [SUPERVISION]
    }

    pub fn business(&self, word: &str) -> bool {
        self.0.contains(&word)
    }

    pub fn kind(&self, name: &str) -> bool {
        name == EVERYWHERE || business_of(name).is_some_and(|business| self.business(business.word))
    }

    /// The businesses run, in the order of a menu.
    pub fn all(&self) -> impl Iterator<Item = &'static Business> {
        BUSINESSES.iter().filter(|business| self.business(business.word))
    }

    pub fn left_out(&self) -> impl Iterator<Item = &'static Business> {
        let apart = self.is_apart();
        let left_out = |business: &&Business| !self.business(business.word);
        BUSINESSES
            .iter()
            .filter(left_out)
            .filter(move |business| apart || business.word != SUPERVISION)
    }
}

/// The kind of this name, as entries and rows bear it.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// A stored state read. Errors: what is stored is no state of this kind, or nobody registered the kind.
pub fn state<M: Matter>(text: &str) -> Result<M, Fault> {
    let unknown = || Fault::Engine(format!("the kind {} is not registered", M::KIND));
    let read = kind(M::KIND).ok_or_else(unknown)?.state;
    let state = read(text).map_err(|error| Fault::Corrupt(format!("{}: {error}", M::KIND)))?;
    state.downcast::<M>().map(|state| *state).map_err(|_| unknown())
}

/// Whether facts of this kind bear this name, or this field: `case` and `["Accepted", "deemed"]`. What is declared of facts
/// is held against it when it is loaded.
pub fn fact_has(of: &str, way: &[&str]) -> bool {
    kind(of).is_some_and(|kind| (kind.has)(way))
}

/// The kind of this word in addresses.
pub fn word(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.word == word)
}

async fn act<M: Matter>(app: &App, actor: &Actor, asked: Asked) -> Result<Committed, Problem> {
    if crate::bids::only_from_the_envelope(M::KIND, &asked.act) {
        let why = "唱读的内容和份额由系统从信封、份额文件读出，请在开标室办理";
        return Err(Problem::Invalid(vec![Invalid::new("bid", why)]));
    }
    // An act without fields is a bare word, one with fields is an object under its name.
    let written = match asked.fields {
        Some(fields) => Value::Object([(asked.act, fields)].into_iter().collect()),
        None => Value::String(asked.act),
    };
    let act: M::Act =
        serde_json::from_value(written).map_err(|error| Problem::Unreadable(format!("fields: {error}")))?;
    app.check_named(actor, &act).await?;
    app.keep_with(asked.matter, &act).await?;
    app.act::<M>(Call { actor, matter: asked.matter, act, private: asked.private, key: asked.key })
        .await
}

fn draw<M: Matter>(app: &App, state: &str) -> Result<Drawn, Fault> {
    let state: M = serde_json::from_str(state).map_err(|error| Fault::Corrupt(error.to_string()))?;
    Ok(Drawn { docket: state.docket(&app.calendar()), parties: state.parties() })
}

impl Kind {
    pub fn act_kind(&self, name: &str) -> Option<&'static ActKind> {
        (self.acts)().iter().find(|kind| kind.name == name)
    }

    pub fn readable_by(&self, role: Role) -> bool {
        self.readers.is_empty() || self.readers.contains(&role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_share_a_name() {
        let grouped: usize = BUSINESSES.iter().map(|business| business.kinds.len()).sum();
        assert_eq!(grouped, KINDS.len(), "every kind belongs to one business");
        assert!(
            BUSINESSES
                .iter()
                .flat_map(|business| business.kinds)
                .all(|name| kind(name).is_some())
        );
        for pick in [(|kind: &Kind| kind.name) as fn(&Kind) -> &'static str, |kind| kind.word, |kind| kind.zh]
        {
            let mut names: Vec<_> = KINDS.iter().map(pick).collect();
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all);
        }
    }

    #[test]
    fn a_county_names_what_it_runs_and_always_runs_its_services() {
        let only =
            |words: &[&str]| Runs::only(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        let some = only(&["trading"]).unwrap();
        assert!(some.kind("bid") && some.kind("case") && !some.kind("order"));
        assert_eq!(some.all().count() + some.left_out().count() + 1, BUSINESSES.len());
        let apart = only(&["supervision"]).unwrap();
        assert!(apart.kind("calendar"), "limits are counted there too");
        assert!(apart.is_apart() && apart.kind("alert") && !apart.kind("case") && !apart.kind("project"));
        assert_eq!(only(&["trading", "supervision"]), Err("supervision".to_owned()));
        assert!(!Runs::default().kind("alert"));
        assert_eq!(only(&["tradin"]), Err("tradin".to_owned()));
        assert_eq!(
            only(&["service", "onething", "proof", "hall", "hotline", "trading", "report"]),
            Ok(Runs::default())
        );
    }
}
