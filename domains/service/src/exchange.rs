//! 事项交换。 Items as the national exchange tables carry them: a directory row, a basic and an extended row, and one for each
//! material, sent with a batch number. Column names that the description read gives are those of the tables (by_law,
//! catalog_code, use_level, task_code, anticipate_*, promise_*, limit_scene_num, project_type); the others are this program's
//! until GB/T 39554.1 is held. Units of limits and the need of a paper are written as words.

use crate::code_list::{AUDIENCES, BodyKind, PowerSource, RESULTS, Scope, UseLevel, code_of, word_of};
use crate::definition::{Definition, Fee, LimitWith, Material, Special, SpecialKind, Step, Support};
use crate::exchange_text as text;
use crate::item::{Claim, Item, Standing};
use fadu_kernel::Basis;
use fadu_kernel::codes::{ItemCode, item_code};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 一批。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Package {
    pub batch: String,
    /// 同步类型: `full`, or `changed` since the last batch.
    pub sync_type: String,
    pub sync_time: String,
    /// 数据来源: who sends it.
    pub data_source: String,
    pub up_task_directory: Vec<Directory>,
    pub up_task_general_basic: Vec<Basic>,
    pub up_task_general_extend: Vec<Extend>,
    pub up_task_general_material: Vec<Paper>,
}

/// 基本目录
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Directory {
    pub catalog_code: String,
    pub local_catalog_code: String,
    pub task_name: String,
    /// 1 in use, 2 suspended, 3 cancelled.
    pub task_state: u8,
    pub task_type: u8,
    pub task_version: u32,
    pub use_level: u8,
    pub by_law: String,
    pub plan_effective_date: String,
    pub plan_cancel_date: String,
}

/// 实施清单: 许可、给付、奖励、确认、裁决和其他
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Basic {
    pub task_code: String,
    pub catalog_code: String,
    pub task_name: String,
    pub accept_condition: String,
    pub anticipate_day: u16,
    pub anticipate_type: String,
    pub anticipate_explain: String,
    pub promise_day: u16,
    pub promise_type: String,
    pub promise_explain: String,
    pub by_law: String,
    pub dept_name: String,
    pub dept_code: String,
    pub dept_type: u8,
    pub entrust_name: String,
    pub is_fee: u8,
    pub fee_by_law: String,
    pub handle_flow: String,
    /// 1 window, 2 online, 3 courier, by commas.
    pub handle_form: String,
    pub limit_scene_num: u8,
    pub link_way: String,
    pub supervise_way: String,
    pub power_source: u8,
    /// 1 即办件, 2 承诺件.
    pub project_type: u8,
    /// Codes of 服务对象, by commas.
    pub serve_type: String,
    pub special_procedure: String,
    pub handle_area: String,
    pub handle_time: String,
    pub use_level: u8,
    pub task_version: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extend {
    pub task_code: String,
    pub handle_scope: u8,
    pub is_entry_center: u8,
    pub is_online: u8,
    pub is_delivery: u8,
    pub is_payment: u8,
    pub is_appointment: u8,
    pub is_terminal: u8,
    pub limit_explain: String,
    pub scene_explain: String,
    pub joint_dept: String,
    pub result_name: String,
    pub result_type: u8,
    pub result_sample: String,
    pub result_valid_months: u16,
    pub intermediary: String,
    pub theme: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Paper {
    pub task_code: String,
    pub material_id: String,
    pub material_name: String,
    /// 必要、非必要
    pub necessity: String,
    pub material_form: String,
    pub source_type: String,
    /// 1 where the government fetches it.
    pub is_shared: u8,
    pub by_law: String,
    pub accept_standard: String,
    pub fill_explain: String,
    pub copies: u8,
    /// The number of the condition it serves, in the order of `accept_condition`.
    pub condition_no: u16,
}

/// Where an item of the package stands with us after it was read.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub code: String,
    pub catalog_code: String,
    pub cancelled: bool,
    pub claim: Claim,
    pub definition: Definition,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadExchange {
    #[error("{table} 第{row}行 {column}：{why}")]
    Cell { table: &'static str, row: usize, column: &'static str, why: String },
    #[error("{table}：{why}")]
    Table { table: &'static str, why: String },
    #[error("实施清单里的 {0} 出现了两次")]
    Twice(String),
}

/// 基本编码, by which items of all levels know each other; a code of another shape stands for itself.
pub fn base_code(code: &str) -> &str {
    match item_code(code) {
        ItemCode::Implementation | ItemCode::Business | ItemCode::Case => code.get(19..31).unwrap_or(code),
        ItemCode::Hyphenated => code.split('-').next().unwrap_or(code),
        ItemCode::Base | ItemCode::Other => code,
    }
}

impl Package {
    /// Puts an item in, as it is in force; one without a published version stands in the directory only.
    pub fn add(&mut self, item: &Item) {
        let current = item.current();
        let version = current.map_or(0, |(number, _)| number);
        let claim = item.claim.as_ref().map(|(_, claim)| claim.clone()).unwrap_or_default();
        let catalog_code = base_code(&item.code).to_owned();
        let by_law = current.map_or_else(String::new, |(_, definition)| text::supports(definition.set_by()));
        let scheduled = item.scheduled.as_ref().map_or_else(String::new, |next| next.from.to_string());
        self.up_task_directory.push(Directory {
            catalog_code: catalog_code.clone(),
            local_catalog_code: item.code.clone(),
            task_name: item.name.clone(),
            task_state: match item.standing {
                Standing::InUse => 1,
                Standing::Suspended | Standing::Draft => 2,
                Standing::Cancelled => 3,
            },
            task_type: item.task_type,
            task_version: version,
            use_level: claim.level.code(),
            by_law,
            plan_effective_date: scheduled,
            plan_cancel_date: String::new(),
        });
        let Some((_, definition)) = current else { return };
        self.up_task_general_basic
            .push(basic(item, &catalog_code, &claim, version, definition));
        self.up_task_general_extend.push(extend(&item.code, definition));
        let papers = definition.materials.iter().map(|row| paper(&item.code, definition, row));
        self.up_task_general_material.extend(papers);
    }

    /// Reads every row of the 实施清单 into a definition. `base` gives what is here already: elements that the exchange does not
    /// carry are kept from it. `read_basis` reads a citation. Errors name table, row and column.
    pub fn read(
        &self,
        base: &dyn Fn(&str) -> Option<Definition>,
        read_basis: &dyn Fn(&str) -> Option<Basis>,
    ) -> Result<Vec<Incoming>, BadExchange> {
        let extends: BTreeMap<&str, &Extend> = self
            .up_task_general_extend
            .iter()
            .map(|row| (row.task_code.as_str(), row))
            .collect();
        let directory: BTreeMap<&str, &Directory> = self
            .up_task_directory
            .iter()
            .map(|row| (row.local_catalog_code.as_str(), row))
            .collect();
        let mut seen = std::collections::BTreeSet::new();
        let mut all = Vec::new();
        for (n, row) in self.up_task_general_basic.iter().enumerate() {
            if !seen.insert(&row.task_code) {
                return Err(BadExchange::Twice(row.task_code.clone()));
            }
            let reader = Reader { row: n + 1, read_basis };
            let listed = directory.get(row.task_code.as_str());
            let mut definition = base(&row.task_code).unwrap_or_else(|| fresh(&row.task_code));
            definition.task_type = listed.map_or(definition.task_type, |row| row.task_type);
            reader.basic(row, &mut definition)?;
            if let Some(extend) = extends.get(row.task_code.as_str()) {
                reader.extend(extend, &mut definition)?;
            }
            let papers = self
                .up_task_general_material
                .iter()
                .enumerate()
                .filter(|(_, paper)| paper.task_code == row.task_code);
            definition.materials = papers
                .map(|(at, paper)| Reader { row: at + 1, read_basis }.paper(paper, &definition))
                .collect::<Result<_, _>>()?;
            all.push(Incoming {
                code: row.task_code.clone(),
                catalog_code: base_code(&row.task_code).to_owned(),
                cancelled: listed.is_some_and(|row| row.task_state == 3),
                claim: reader.claim(row)?,
                definition,
            });
        }
        Ok(all)
    }
}

/// What the exchange does not carry, where nothing is here yet.
fn fresh(code: &str) -> Definition {
    Definition {
        id: code.to_owned(),
        verification: "document".to_owned(),
        hearing: "none".to_owned(),
        ..Definition::default()
    }
}

fn basic(item: &Item, catalog_code: &str, claim: &Claim, version: u32, d: &Definition) -> Basic {
    let forms = [(d.in_hall, "1"), (d.online, "2"), (d.extended.express, "3")];
    let limit = |limit: &LimitWith| {
        (limit.days, text::unit_zh(&limit.unit).to_owned(), text::basis(limit.basis.as_ref()))
    };
    let (anticipate_day, anticipate_type, anticipate_explain) = limit(&d.statutory);
    let (promise_day, promise_type, promise_explain) = limit(&d.promised);
    let serve: Vec<String> = d
        .audience
        .iter()
        .filter_map(|word| code_of(&AUDIENCES, word))
        .map(|code| code.to_string())
        .collect();
    Basic {
        task_code: item.code.clone(),
        catalog_code: catalog_code.to_owned(),
        task_name: item.name.clone(),
        accept_condition: text::conditions(&d.conditions),
        anticipate_day,
        anticipate_type,
        anticipate_explain,
        promise_day,
        promise_type,
        promise_explain,
        by_law: text::supports(d.bases.iter()),
        dept_name: item.department.clone(),
        dept_code: claim.body_code.clone(),
        dept_type: claim.body_kind.code(),
        entrust_name: d.extended.entrusted.clone(),
        is_fee: u8::from(d.fee.charged),
        fee_by_law: text::basis(d.fee.basis.as_ref()),
        handle_flow: text::steps(&d.steps),
        handle_form: forms
            .iter()
            .filter(|(yes, _)| *yes)
            .map(|(_, code)| *code)
            .collect::<Vec<_>>()
            .join(","),
        limit_scene_num: d.visits,
        link_way: d.consult.clone(),
        supervise_way: d.extended.supervise.clone(),
        power_source: claim.source.code(),
        project_type: if d.project_type == "instant" { 1 } else { 2 },
        serve_type: serve.join(","),
        special_procedure: text::special(&d.special),
        handle_area: d.extended.place.clone(),
        handle_time: d.extended.hours.clone(),
        use_level: claim.level.code(),
        task_version: version,
    }
}

fn extend(code: &str, d: &Definition) -> Extend {
    let e = &d.extended;
    Extend {
        task_code: code.to_owned(),
        handle_scope: e.scope.code(),
        is_entry_center: u8::from(d.in_hall),
        is_online: u8::from(d.online),
        is_delivery: u8::from(e.express),
        is_payment: u8::from(e.pay_online),
        is_appointment: u8::from(e.appointment),
        is_terminal: u8::from(e.terminal),
        limit_explain: d.quantity.clone(),
        scene_explain: e.on_site_reason.clone(),
        joint_dept: e.joint_bodies.clone(),
        result_name: d.result.name.clone(),
        result_type: code_of(&RESULTS, &d.result.kind).unwrap_or(3),
        result_sample: e.sample.clone(),
        result_valid_months: d.result.valid_months,
        intermediary: e.intermediary.clone(),
        theme: d.theme.clone(),
    }
}

fn paper(code: &str, d: &Definition, row: &Material) -> Paper {
    let place = d.conditions.iter().position(|condition| condition.id == row.condition);
    Paper {
        task_code: code.to_owned(),
        material_id: row.id.clone(),
        material_name: row.name.clone(),
        necessity: if row.required { "必要" } else { "非必要" }.to_owned(),
        material_form: row.form.clone(),
        source_type: row.origin.clone(),
        is_shared: u8::from(row.shared),
        by_law: text::basis(row.basis.as_ref()),
        accept_standard: row.standard.clone(),
        fill_explain: row.note.clone(),
        copies: row.copies.unwrap_or(0),
        condition_no: place.map_or(0, |at| u16::try_from(at + 1).unwrap_or(0)),
    }
}

/// Reads one row, and says in which one it failed.
struct Reader<'a> {
    row: usize,
    read_basis: &'a dyn Fn(&str) -> Option<Basis>,
}

const BASIC: &str = "up_task_general_basic";
const EXTEND: &str = "up_task_general_extend";
const MATERIAL: &str = "up_task_general_material";

impl Reader<'_> {
    fn bad<T>(
        &self,
        table: &'static str,
        column: &'static str,
        why: impl Into<String>,
    ) -> Result<T, BadExchange> {
        Err(BadExchange::Cell { table, row: self.row, column, why: why.into() })
    }

    fn basis(
        &self,
        table: &'static str,
        column: &'static str,
        cell: &str,
    ) -> Result<Option<Basis>, BadExchange> {
        match cell.trim() {
            "" => Ok(None),
            cell => match (self.read_basis)(cell) {
                Some(basis) => Ok(Some(basis)),
                None => self.bad(table, column, format!("读不出依据“{cell}”")),
            },
        }
    }

    fn limit(
        &self,
        (days, unit, explain): (u16, &str, &str),
        column: &'static str,
        was: &LimitWith,
    ) -> Result<LimitWith, BadExchange> {
        let Some(unit) = text::unit_word(unit) else {
            return self.bad(BASIC, column, format!("单位“{unit}”不是工作日、自然日或者无"));
        };
        let basis = self.basis(BASIC, column, explain)?;
        Ok(LimitWith { days, unit: unit.to_owned(), basis, simulated: was.simulated })
    }

    fn basic(&self, row: &Basic, d: &mut Definition) -> Result<(), BadExchange> {
        if row.task_code.trim().is_empty() || row.task_name.trim().is_empty() {
            return self.bad(BASIC, "task_code", "没有编码或者名称");
        }
        d.name.clone_from(&row.task_name);
        d.department.clone_from(&row.dept_name);
        d.conditions = text::read_conditions(&row.accept_condition, &d.conditions);
        let law = (row.anticipate_day, row.anticipate_type.as_str(), row.anticipate_explain.as_str());
        let promise = (row.promise_day, row.promise_type.as_str(), row.promise_explain.as_str());
        d.statutory = self.limit(law, "anticipate_type", &d.statutory)?;
        d.promised = self.limit(promise, "promise_type", &d.promised)?;
        d.bases = self.supports(&row.by_law, &d.bases)?;
        // The exchange has no column for the list of charges: what the draft named stays.
        let basis = self.basis(BASIC, "fee_by_law", &row.fee_by_law)?;
        d.fee = Fee { charged: row.is_fee == 1, basis, ..std::mem::take(&mut d.fee) };
        d.steps = match text::read_steps(&row.handle_flow, self.read_basis) {
            Ok(steps) => steps,
            Err(line) => return self.bad(BASIC, "handle_flow", format!("读不出“{line}”的依据")),
        };
        let forms: Vec<&str> = row.handle_form.split(',').map(str::trim).collect();
        (d.in_hall, d.online) = (forms.contains(&"1"), forms.contains(&"2"));
        d.extended.express = forms.contains(&"3");
        d.visits = row.limit_scene_num;
        d.consult.clone_from(&row.link_way);
        d.extended.supervise.clone_from(&row.supervise_way);
        d.extended.entrusted.clone_from(&row.entrust_name);
        d.extended.place.clone_from(&row.handle_area);
        d.extended.hours.clone_from(&row.handle_time);
        d.project_type = match row.project_type {
            1 => "instant".to_owned(),
            2 => "commitment".to_owned(),
            other => return self.bad(BASIC, "project_type", format!("没有办件类型{other}")),
        };
        d.audience = self.audience(&row.serve_type)?;
        d.special = match text::read_special(&row.special_procedure, &d.special) {
            Some(special) => special,
            None => return self.bad(BASIC, "special_procedure", "只有行政许可法第四十五条列举的八种"),
        };
        Ok(())
    }

    fn supports(&self, cell: &str, was: &[Support]) -> Result<Vec<Support>, BadExchange> {
        let mut all = Vec::new();
        for line in text::lines(cell) {
            let Some(mut support) = text::read_support(line, self.read_basis) else {
                return self.bad(BASIC, "by_law", format!("读不出依据“{line}”"));
            };
            support.held = was.iter().any(|known| known.basis == support.basis && known.held);
            all.push(support);
        }
        Ok(all)
    }

    fn audience(&self, cell: &str) -> Result<Vec<String>, BadExchange> {
        let mut words = Vec::new();
        for code in cell.split(',').map(str::trim).filter(|code| !code.is_empty()) {
            match code.parse().ok().and_then(|code| word_of(&AUDIENCES, code)) {
                Some(word) => words.push(word.to_owned()),
                None => return self.bad(BASIC, "serve_type", format!("没有服务对象{code}")),
            }
        }
        Ok(words)
    }

    fn claim(&self, row: &Basic) -> Result<Claim, BadExchange> {
        let read = (
            PowerSource::of_code(row.power_source),
            BodyKind::of_code(row.dept_type),
            UseLevel::of_code(row.use_level),
        );
        match read {
            (Some(source), Some(body_kind), Some(level)) => {
                Ok(Claim { source, body_kind, level, body_code: row.dept_code.clone() })
            }
            (None, _, _) => self.bad(BASIC, "power_source", format!("没有权力来源{}", row.power_source)),
            (_, None, _) => self.bad(BASIC, "dept_type", format!("没有主体性质{}", row.dept_type)),
            (_, _, None) => self.bad(BASIC, "use_level", format!("没有行使层级{}", row.use_level)),
        }
    }

    fn extend(&self, row: &Extend, d: &mut Definition) -> Result<(), BadExchange> {
        let Some(scope) = Scope::of_code(row.handle_scope) else {
            return self.bad(EXTEND, "handle_scope", format!("没有通办范围{}", row.handle_scope));
        };
        let Some(kind) = word_of(&RESULTS, row.result_type) else {
            return self.bad(EXTEND, "result_type", format!("没有结果类型{}", row.result_type));
        };
        d.extended.scope = scope;
        (d.in_hall, d.online) = (row.is_entry_center == 1, row.is_online == 1);
        d.extended.express = row.is_delivery == 1;
        d.extended.pay_online = row.is_payment == 1;
        d.extended.appointment = row.is_appointment == 1;
        d.extended.terminal = row.is_terminal == 1;
        d.quantity.clone_from(&row.limit_explain);
        d.extended.on_site_reason.clone_from(&row.scene_explain);
        d.extended.joint_bodies.clone_from(&row.joint_dept);
        d.extended.sample.clone_from(&row.result_sample);
        d.extended.intermediary.clone_from(&row.intermediary);
        d.theme.clone_from(&row.theme);
        d.result.name.clone_from(&row.result_name);
        d.result.kind = kind.to_owned();
        d.result.valid_months = row.result_valid_months;
        Ok(())
    }

    fn paper(&self, row: &Paper, d: &Definition) -> Result<Material, BadExchange> {
        let was = d.material(&row.material_id);
        let condition = usize::from(row.condition_no).checked_sub(1).and_then(|at| d.conditions.get(at));
        let required = match row.necessity.as_str() {
            "必要" => true,
            "非必要" => false,
            other => return self.bad(MATERIAL, "necessity", format!("“{other}”不是必要或者非必要")),
        };
        Ok(Material {
            id: row.material_id.clone(),
            name: row.material_name.clone(),
            condition: condition.map_or_else(String::new, |condition| condition.id.clone()),
            origin: row.source_type.clone(),
            form: row.material_form.clone(),
            required,
            shared: row.is_shared == 1,
            basis: self.basis(MATERIAL, "by_law", &row.by_law)?,
            simulated: was.is_some_and(|was| was.simulated),
            copies: (row.copies > 0).then_some(row.copies),
            standard: row.accept_standard.clone(),
            note: row.fill_explain.clone(),
            // What is spared is the county's own doing; no table of the exchange has it.
            spared: None,
        })
    }
}

/// The steps and special procedures of a guide, for [`text`].
pub(crate) fn step_line(step: &Step) -> String {
    format!("{}（{}）", step.name, step.who_zh())
}

pub(crate) fn special_line(row: &Special) -> String {
    format!("{}：{}", row.kind.zh(), row.days)
}

pub(crate) fn special_kind(zh: &str) -> Option<SpecialKind> {
    SpecialKind::ALL.into_iter().find(|kind| kind.zh() == zh)
}
