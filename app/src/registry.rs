//! 登记。 Every kind of matter that this program knows, each named once, with what the rest of the house does to any of
//! them: load it, sweep it, act on it from JSON, draw it.

use crate::catalogue::Snapshot;
use crate::{App, Call, Committed, Problem};
use fadu_hall::{
    Baseline, Clerk, Entry, Evaluation, Hall, Mechanism, Parameter, Record, Roster, Stuck, Ticket,
};
use fadu_hotline::{Calls, Desk, Knowledge, Lead, Order};
use fadu_kernel::matter::Parties;
use fadu_kernel::{ActKind, Actor, Docket, Matter, MatterId, Role, Rule};
use fadu_law::Power;
use fadu_onething::{Joint, Theme};
use fadu_service::{Case, Item};
use fadu_store::{Fault, TaskRow};
use fadu_trading::{Bid, Complaint, Draw, Inspection, Project};
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;
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
    pub draw: fn(&App, state: &str) -> Result<Drawn, Fault>,
    pub(crate) sweep: for<'a> fn(&'a App, &'a TaskRow, Date) -> Answer<'a, u64>,
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
            draw: draw::<M>,
            sweep: |app, row, day| Box::pin(app.sweep_one::<M>(row, day)),
            load: |app, snapshot| Box::pin(crate::catalogue::load::<M>(app, snapshot)),
        }
    }
}

pub static KINDS: &[Kind] = &[
    Kind::of::<Case>("cases"),
    Kind::of::<Item>("items"),
    Kind::of::<Power>("powers"),
    Kind::of::<Theme>("themes"),
    Kind::of::<Joint>("joints"),
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
    Kind::of::<Order>("orders"),
    Kind::of::<Lead>("leads"),
    Kind::of::<Knowledge>("knowledge"),
    Kind::of::<Desk>("hotline"),
    Kind::of::<Calls>("calls"),
    Kind::of::<Project>("projects"),
    Kind::of::<Bid>("bids"),
    Kind::of::<Draw>("draws"),
    Kind::of::<Complaint>("complaints"),
    Kind::of::<Inspection>("inspections"),
];

/// 按业务分组。 The kinds as a menu shows them.
pub const GROUPS: &[(&str, &[&str])] = &[
    ("政务服务", &["case", "item", "power"]),
    ("高效办成一件事", &["theme", "joint"]),
    (
        "大厅与窗口",
        &[
            "ticket",
            "call",
            "stuck",
            "evaluation",
            "hall",
            "roster",
            "clerk",
            "entry",
            "record",
            "baseline",
            "mechanism",
            "parameter",
        ],
    ),
    ("12345热线", &["order", "knowledge", "lead", "desk", "calls"]),
    ("公共资源交易", &["project", "bid", "draw", "complaint", "inspection"]),
];

/// The specification rows that the domains ship.
pub const ROWS: &[&str] = &[
    fadu_service::ROWS,
    fadu_law::ROWS,
    fadu_onething::ROWS,
    fadu_hall::ROWS,
    fadu_hotline::ROWS,
    fadu_trading::ROWS,
];

/// The declared figures of all domains.
pub const FIGURES: &[&str] = &[
    fadu_service::FIGURES,
    fadu_law::FIGURES,
    fadu_onething::FIGURES,
    fadu_hall::FIGURES,
    fadu_hotline::FIGURES,
    fadu_trading::FIGURES,
];

/// The kind of this name, as entries and rows bear it.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The kind of this word in addresses.
pub fn word(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.word == word)
}

async fn act<M: Matter>(app: &App, actor: &Actor, asked: Asked) -> Result<Committed, Problem> {
    // An act without fields is a bare word, one with fields is an object under its name.
    let written = match asked.fields {
        Some(fields) => Value::Object([(asked.act, fields)].into_iter().collect()),
        None => Value::String(asked.act),
    };
    let act: M::Act =
        serde_json::from_value(written).map_err(|error| Problem::Unreadable(format!("fields: {error}")))?;
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
        let grouped: usize = GROUPS.iter().map(|(_, kinds)| kinds.len()).sum();
        assert_eq!(grouped, KINDS.len(), "every kind stands in one group");
        assert!(GROUPS.iter().flat_map(|(_, kinds)| *kinds).all(|name| kind(name).is_some()));
        for pick in [(|kind: &Kind| kind.name) as fn(&Kind) -> &'static str, |kind| kind.word, |kind| kind.zh]
        {
            let mut names: Vec<_> = KINDS.iter().map(pick).collect();
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all);
        }
    }
}
