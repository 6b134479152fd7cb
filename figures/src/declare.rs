//! 指标的声明。 Checked when loaded: an expression that cannot be read stops the program, not a report, and so does a name
//! that no fact bears, which would count nothing for ever and look like a quiet year.

use fadu_ledger::note::hex;
use jiff::civil::Date;
use minijinja::value::ValueKind;
use minijinja::{Environment, Value};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adds {
    /// 件数
    Count,
    /// 合计
    Sum,
    /// 去重数: of `key`, those under which more entered by `on` than left by `off`
    Distinct,
    /// 平均: of `quantity`, over as many as `whole` says (one each where it is absent)
    Mean,
    /// 存量: +1 on `on`, −1 on `off`
    Stock,
    /// 百分位: of all values of `quantity`, the smallest that `at` of a hundred do not exceed; at 100 the greatest
    Percentile,
    /// 过期未了: of what `key` names, how many have a date in force that has passed. In force is the date that was told last
    /// by `on`, as `due` reads it; `off`, or no date, leaves none
    PastDue,
    /// 比率 of two
    Ratio,
    /// 去重比率: of the keys that stand in the whole, how many stand in the part. A key stands in either while what entered
    /// under it outweighs what left, within the days asked for. A part that ends in another week than its whole began in is
    /// then counted once in both, so that no week has more than all
    DistinctRatio,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Since 1 January of the year asked for.
    Year,
    /// Since the ledger began.
    Ever,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    pub id: String,
    pub zh: String,
    pub unit: String,
    /// `kind.Fact`, several joined by commas.
    pub on: String,
    #[serde(default)]
    pub off: String,
    pub when: Option<String>,
    pub off_when: Option<String>,
    pub adds: Adds,
    pub part: Option<String>,
    pub whole: Option<String>,
    pub quantity: Option<String>,
    /// So many of a hundred, for a percentile.
    pub at: Option<u8>,
    /// The date that a fact sets, for what may be past due.
    pub due: Option<String>,
    pub key: Option<String>,
    pub period: Period,
    #[serde(default)]
    pub exclusions: String,
}

#[derive(Debug, thiserror::Error)]
pub enum BadFigure {
    #[error("the figure file cannot be read: {0}")]
    File(#[from] toml::de::Error),
    #[error("figure `{id}`, `{field}`: {why}")]
    Expression { id: String, field: &'static str, why: String },
    #[error("figure `{0}` is declared twice")]
    Twice(String),
    #[error("figure `{id}` adds up as {adds:?} and needs `{field}`")]
    Lacks { id: String, adds: Adds, field: &'static str },
}

/// What an expression sees.
const SCOPE: [&str; 6] = ["fact", "name", "day", "matter", "org", "role"];

type Expression = minijinja::Expression<'static, 'static>;

/// Expressions borrow the environment they were compiled in; one for the whole program keeps them free to move.
static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(Environment::new);

/// One figure with its expressions compiled.
pub(crate) struct Compiled {
    pub declaration: Declaration,
    /// Changes with every edit: a figure whose digest moved is counted again from the start.
    pub digest: String,
    pub when: Option<Expression>,
    pub off_when: Option<Expression>,
    pub part: Option<Expression>,
    pub whole: Option<Expression>,
    pub quantity: Option<Expression>,
    pub due: Option<Expression>,
    pub key: Option<Expression>,
}

pub struct Figures {
    pub(crate) list: Vec<Compiled>,
    /// Kind and fact → figures, with whether it counts in (true) or out.
    by_fact: HashMap<String, HashMap<String, Counting>>,
}

/// Figures by their place in the list, and whether the fact counts in.
pub(crate) type Counting = Vec<(usize, bool)>;

impl Compiled {
    /// Does any expression look at the entry?
    pub(crate) fn evaluates(&self) -> bool {
        let all = [&self.when, &self.off_when, &self.part, &self.whole, &self.quantity, &self.due, &self.key];
        all.iter().any(|expression| expression.is_some())
    }

    fn held_against(&self, has: &dyn Fn(&str, &[&str]) -> bool) -> Result<(), BadFigure> {
        let declared = &self.declaration;
        let bad = |field, why| BadFigure::Expression { id: declared.id.clone(), field, why };
        let on: Vec<_> = facts(&declared.on).collect();
        let off: Vec<_> = facts(&declared.off).collect();
        for (field, named) in [("on", &on), ("off", &off)] {
            if let Some((kind, fact)) = named.iter().find(|(kind, fact)| !has(kind, &[*fact])) {
                return Err(bad(field, format!("there is no fact `{kind}.{fact}`")));
            }
        }
        let both: Vec<_> = on.iter().chain(&off).copied().collect();
        let expressions = [
            ("when", &self.when, &on),
            ("off_when", &self.off_when, &off),
            ("part", &self.part, &both),
            ("whole", &self.whole, &both),
            ("quantity", &self.quantity, &both),
            ("due", &self.due, &on),
            ("key", &self.key, &both),
        ];
        for (field, expression, named) in expressions {
            let seen = expression.iter().flat_map(|expression| expression.undeclared_variables(true));
            for path in seen {
                let Some(fields) = path.strip_prefix("fact.") else { continue };
                let bears = |(kind, fact): &(&str, &str)| {
                    let way: Vec<&str> = std::iter::once(*fact).chain(fields.split('.')).collect();
                    has(kind, &way)
                };
                if !named.iter().any(bears) {
                    return Err(bad(field, format!("none of its facts has `{path}`")));
                }
            }
        }
        Ok(())
    }
}

/// Kind and fact of each, as `on` and `off` name them.
fn facts(named: &str) -> impl Iterator<Item = (&str, &str)> {
    let named = named.split(',').map(str::trim).filter(|fact| !fact.is_empty());
    named.map(|fact| fact.split_once('.').unwrap_or((fact, "")))
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    figure: Vec<Declaration>,
}

impl Figures {
    /// Reads the files of all domains together.
    pub fn load(files: &[&str]) -> Result<Figures, BadFigure> {
        let mut figures = Figures { list: Vec::new(), by_fact: HashMap::new() };
        for text in files {
            for declaration in toml::from_str::<File>(text)?.figure {
                figures.add(declaration)?;
            }
        }
        Ok(figures)
    }

    /// Holds every name against the facts there are: `has` says whether the facts of a kind bear this name, or this field
    /// of it. A field need be borne by one of the facts only, since an expression may ask which it sees.
    /// Errors: the first name that nobody bears.
    pub fn held_against(self, has: impl Fn(&str, &[&str]) -> bool) -> Result<Figures, BadFigure> {
        self.list.iter().try_for_each(|figure| figure.held_against(&has))?;
        Ok(self)
    }

    fn add(&mut self, declaration: Declaration) -> Result<(), BadFigure> {
        let id = declaration.id.clone();
        if self.get(&id).is_some() {
            return Err(BadFigure::Twice(id));
        }
        let lacks = |field, present: bool| {
            if present {
                Ok(())
            } else {
                Err(BadFigure::Lacks { id: id.clone(), adds: declaration.adds, field })
            }
        };
        match declaration.adds {
            Adds::Ratio => {
                lacks("part", declaration.part.is_some())?;
                lacks("whole", declaration.whole.is_some())?;
            }
            Adds::DistinctRatio => {
                lacks("part", declaration.part.is_some())?;
                lacks("whole", declaration.whole.is_some())?;
                lacks("key", declaration.key.is_some())?;
            }
            Adds::Sum | Adds::Mean => lacks("quantity", declaration.quantity.is_some())?,
            Adds::Distinct => lacks("key", declaration.key.is_some())?,
            Adds::Stock => lacks("off", !declaration.off.is_empty())?,
            Adds::Percentile => {
                lacks("quantity", declaration.quantity.is_some())?;
                lacks("at", declaration.at.is_some_and(|at| (1..=100).contains(&at)))?;
                if declaration.key.is_some() {
                    let why = "the values of a percentile stand in the place of keys".to_owned();
                    return Err(BadFigure::Expression { id: id.clone(), field: "key", why });
                }
            }
            Adds::PastDue => {
                lacks("due", declaration.due.is_some())?;
                lacks("key", declaration.key.is_some())?;
                lacks("off", !declaration.off.is_empty())?;
                // What is past due was often told of the year before.
                lacks("period = \"ever\"", declaration.period == Period::Ever)?;
            }
            Adds::Count => {}
        }
        let compile = |field, text: &Option<String>| -> Result<Option<Expression>, BadFigure> {
            let Some(text) = text else { return Ok(None) };
            let bad = |why: String| BadFigure::Expression { id: id.clone(), field, why };
            let expression = ENVIRONMENT
                .compile_expression_owned(text.clone())
                .map_err(|error| bad(error.to_string()))?;
            let mut names = expression.undeclared_variables(false).into_iter();
            match names.find(|name| !SCOPE.contains(&name.as_str())) {
                Some(name) => Err(bad(format!("there is no `{name}` to see"))),
                None => Ok(Some(expression)),
            }
        };
        let compiled = Compiled {
            digest: hex(&Sha256::digest(format!("{declaration:?}"))[..8]),
            when: compile("when", &declaration.when)?,
            off_when: compile("off_when", &declaration.off_when)?,
            part: compile("part", &declaration.part)?,
            whole: compile("whole", &declaration.whole)?,
            quantity: compile("quantity", &declaration.quantity)?,
            due: compile("due", &declaration.due)?,
            key: compile("key", &declaration.key)?,
            declaration,
        };
        let n = self.list.len();
        for (named, counts_in) in [(&compiled.declaration.on, true), (&compiled.declaration.off, false)] {
            for (kind, fact) in facts(named) {
                let of_kind = self.by_fact.entry(kind.to_owned()).or_default();
                of_kind.entry(fact.to_owned()).or_default().push((n, counts_in));
            }
        }
        self.list.push(compiled);
        Ok(())
    }

    pub(crate) fn counting(&self, kind: &str, fact: &str) -> Option<&Counting> {
        self.by_fact.get(kind)?.get(fact)
    }

    pub fn declarations(&self) -> impl Iterator<Item = &Declaration> {
        self.list.iter().map(|compiled| &compiled.declaration)
    }

    pub fn get(&self, id: &str) -> Option<&Declaration> {
        self.declarations().find(|declaration| declaration.id == id)
    }
}

/// Absent or undefined counts as no; a yes as 1; whole numbers as they are. A float is never counted.
pub(crate) fn whole_number(value: &Value) -> i64 {
    match value.kind() {
        ValueKind::Bool => i64::from(value.is_true()),
        _ => measured(value).unwrap_or(0),
    }
}

/// A whole number; nothing else is a value among those of which a percentile is taken, least of all as a zero.
pub(crate) fn measured(value: &Value) -> Option<i64> {
    match value.kind() {
        ValueKind::Number => i64::try_from(value.clone()).ok(),
        _ => None,
    }
}

/// 20250630 for 2025-06-30: days in their order, and 0 before all of them for what is no date.
pub(crate) fn day_told(value: &Value) -> i64 {
    let date = value.as_str().and_then(|text| text.parse::<Date>().ok());
    date.map_or(0, day_number)
}

pub(crate) fn day_number(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}
