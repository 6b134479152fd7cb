//! 依据核对。 Every basis that a rule, an item or a power names, held against the shelf.

use crate::shelf::{Shelf, Standing};
use fadu_kernel::Basis;
use jiff::civil::Date;
use serde::Serialize;

/// 引用者。 Something that rests on a place in the law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// Kind and name: `规则 LIC-07`, `事项 食品经营许可`.
    pub what: String,
    /// Its page; empty when it has none.
    pub href: String,
    pub basis: Basis,
}

#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    #[serde(flatten)]
    pub cited: Cited,
    #[serde(flatten)]
    pub standing: Standing,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub rows: Vec<Checked>,
    pub resolves: usize,
    pub not_held: usize,
    pub wrong: usize,
}

/// As the law stands on this day.
pub fn check(shelf: &Shelf, cited: Vec<Cited>, day: Date) -> Report {
    let rows: Vec<Checked> = cited
        .into_iter()
        .map(|cited| Checked { standing: shelf.find(&cited.basis, day), cited })
        .collect();
    let count = |wanted: fn(&Standing) -> bool| rows.iter().filter(|row| wanted(&row.standing)).count();
    let (resolves, not_held, wrong) = (
        count(|standing| matches!(standing, Standing::Resolves { .. })),
        count(|standing| matches!(standing, Standing::NotHeld { .. })),
        count(|standing| matches!(standing, Standing::Wrong { .. })),
    );
    Report { rows, resolves, not_held, wrong }
}

impl Report {
    /// Nothing is wrong; some texts may not be held.
    pub fn passes(&self) -> bool {
        self.wrong == 0
    }

    /// Every place was read in its text.
    pub fn ready_for_service(&self) -> bool {
        self.wrong == 0 && self.not_held == 0
    }
}
