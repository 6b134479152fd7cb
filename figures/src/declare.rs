//! 指标的声明。 Checked when loaded: an expression that cannot be read stops the program, not a report.

use fadu_ledger::note::hex;
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
    /// 去重数
    Distinct,
    /// 平均: of `quantity`, over as many as `whole` says (one each where it is absent)
    Mean,
    /// 存量: +1 on `on`, −1 on `off`
    Stock,
    /// 比率 of two
    Ratio,
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
        let all = [&self.when, &self.off_when, &self.part, &self.whole, &self.quantity, &self.key];
        all.iter().any(|expression| expression.is_some())
    }
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
            Adds::Sum | Adds::Mean => lacks("quantity", declaration.quantity.is_some())?,
            Adds::Distinct => lacks("key", declaration.key.is_some())?,
            Adds::Stock => lacks("off", !declaration.off.is_empty())?,
            Adds::Count => {}
        }
        let compile = |field, text: &Option<String>| -> Result<Option<Expression>, BadFigure> {
            let Some(text) = text else { return Ok(None) };
            let bad = |why: String| BadFigure::Expression { id: id.clone(), field, why };
            ENVIRONMENT
                .compile_expression_owned(text.clone())
                .map(Some)
                .map_err(|error| bad(error.to_string()))
        };
        let compiled = Compiled {
            digest: hex(&Sha256::digest(format!("{declaration:?}"))[..8]),
            when: compile("when", &declaration.when)?,
            off_when: compile("off_when", &declaration.off_when)?,
            part: compile("part", &declaration.part)?,
            whole: compile("whole", &declaration.whole)?,
            quantity: compile("quantity", &declaration.quantity)?,
            key: compile("key", &declaration.key)?,
            declaration,
        };
        let n = self.list.len();
        for (facts, counts_in) in [(&compiled.declaration.on, true), (&compiled.declaration.off, false)] {
            for fact in facts.split(',').map(str::trim).filter(|fact| !fact.is_empty()) {
                let (kind, fact) = fact.split_once('.').unwrap_or((fact, ""));
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
        minijinja::value::ValueKind::Bool => i64::from(value.is_true()),
        minijinja::value::ValueKind::Number => i64::try_from(value.clone()).unwrap_or(0),
        _ => 0,
    }
}
