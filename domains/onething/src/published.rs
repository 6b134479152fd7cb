//! 公布。 What a publication says of its version, so that figures look nowhere else.

use crate::definition::{Audience, Baseline, Definition, Flags, List, Mode};
use crate::theme::Guide;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 公布一版: what figures count of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Published {
    pub version: u32,
    pub code: String,
    pub name: String,
    pub origin: List,
    pub audience: Audience,
    pub mode: Mode,
    pub from: Date,
    pub guide: Guide,
    pub document: String,
    pub members: u32,
    pub departments: u32,
    pub fields: u32,
    /// Fields and materials that a source holds: fetched, not asked.
    pub fields_shared: u32,
    pub materials_asked: u32,
    pub materials_shared: u32,
    pub flags: Flags,
    pub all_flags: bool,
    pub promised_days: Option<u16>,
    pub baseline_days: u16,
    pub baseline_trips: u16,
    pub baseline_materials: u16,
    /// Does an earlier version count as live already?
    pub again: bool,
    /// Did a `Retired` take out what counted until now? Of older ledgers only the first version counts.
    #[serde(default)]
    pub retires: bool,
    /// The list under which it counted until now, when this version stands on another.
    pub moved_from: Option<List>,
}

impl Published {
    /// What the version says of itself; when and on which document it holds is not in the theme.
    pub(crate) fn of(draft: &Definition, version: u32, baseline: &Baseline) -> Published {
        let count = |n: usize| n as u32;
        let mut departments: Vec<&str> =
            draft.members.iter().map(|member| member.department.as_str()).collect();
        departments.sort_unstable();
        departments.dedup();
        let asked = draft
            .materials
            .iter()
            .filter(|material| material.required && material.shared.is_none());
        let shared = draft.materials.iter().filter(|material| material.shared.is_some());
        Published {
            version,
            code: draft.code.clone(),
            name: draft.name.clone(),
            origin: draft.origin.list,
            audience: draft.audience,
            mode: draft.mode,
            from: Date::ZERO,
            guide: Guide::default(),
            document: String::new(),
            members: count(draft.members.len()),
            departments: count(departments.len()),
            fields: count(draft.form.len()),
            fields_shared: count(draft.form.iter().filter(|field| field.shared.is_some()).count()),
            materials_asked: count(asked.count()),
            materials_shared: count(shared.count()),
            flags: draft.flags(),
            all_flags: draft.flags().all(),
            promised_days: draft.promised.as_ref().map(|promise| promise.days),
            baseline_days: baseline.days,
            baseline_trips: baseline.trips,
            baseline_materials: baseline.materials,
            again: false,
            retires: false,
            moved_from: None,
        }
    }
}
