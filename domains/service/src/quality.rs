//! 要素质检。 What is wrong with one item by itself; what only the power list can tell is found where both are known.

use crate::code_list::Level;
use crate::definition::{Definition, Material};
use crate::item::{Item, Standing};
use crate::publication::{promise_beyond_law, unset};
use jiff::civil::Date;
use serde::Serialize;

/// 问题种类。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// 要素不全 (LIC-02)
    Missing,
    /// 承诺比法定长 (LIC-47)
    PromiseBeyondLaw,
    /// 许可没有可以设定它的依据 (LIC-01)
    Unset,
    /// 有事项没有职权
    WithoutPower,
    /// 有职权没有事项
    PowerWithoutItem,
    /// 没有认领
    Unclaimed,
    /// 编码有疑点
    Code,
    /// 可能变相许可 (LIC-52): a person decides, and says why.
    Disguised,
    /// 要求纸质件 (LIC-45): a person decides, and says why.
    OnPaper,
    /// 可能要求购买 (LIC-34): a person decides, and says why.
    Bought,
}

impl Flaw {
    pub const ALL: [Flaw; 10] = [
        Flaw::Missing,
        Flaw::PromiseBeyondLaw,
        Flaw::Unset,
        Flaw::WithoutPower,
        Flaw::PowerWithoutItem,
        Flaw::Unclaimed,
        Flaw::Code,
        Flaw::Disguised,
        Flaw::OnPaper,
        Flaw::Bought,
    ];

    pub fn zh(self) -> &'static str {
        match self {
            Flaw::Missing => "要素不全",
            Flaw::PromiseBeyondLaw => "承诺比法定长",
            Flaw::Unset => "许可没有设定依据",
            Flaw::WithoutPower => "有事项没有职权",
            Flaw::PowerWithoutItem => "有职权没有事项",
            Flaw::Unclaimed => "没有认领",
            Flaw::Code => "编码有疑点",
            Flaw::Disguised => "可能变相许可，请人工判断",
            Flaw::OnPaper => "要求纸质材料，请人工判断",
            Flaw::Bought => "可能要求购买商品或者服务，请人工判断",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Flaw::Missing => "missing",
            Flaw::PromiseBeyondLaw => "promise_beyond_law",
            Flaw::Unset => "unset",
            Flaw::WithoutPower => "without_power",
            Flaw::PowerWithoutItem => "power_without_item",
            Flaw::Unclaimed => "unclaimed",
            Flaw::Code => "code",
            Flaw::Disguised => "disguised",
            Flaw::OnPaper => "on_paper",
            Flaw::Bought => "bought",
        }
    }

    /// To be looked at, not to be put right by itself.
    pub fn is_hint(self) -> bool {
        matches!(self, Flaw::Disguised | Flaw::OnPaper | Flaw::Bought | Flaw::Code)
    }
}

/// 优化营商环境条例 39: forms in which a permit may not be disguised.
const DISGUISES: [&str; 11] =
    ["备案", "登记", "注册", "目录", "规划", "年检", "年报", "监制", "认定", "认证", "审定"];

/// Why an item of this name may be a permit under another name; none where a law sets it, or it is a permit openly.
fn disguised(name: &str, definition: &Definition) -> Option<String> {
    let by_law = definition
        .set_by()
        .any(|support| support.level.is_some_and(Level::sets_permits));
    let verb = DISGUISES.iter().find(|verb| name.contains(*verb))?;
    (!definition.is_permit() && !by_law)
        .then(|| format!("名称里有“{verb}”，设定依据不是法律、法规或者国务院决定"))
}

/// What is wanted on paper though no law is named that says so (国务院关于在线政务服务的若干规定 12).
fn on_paper(definition: &Definition) -> Option<String> {
    let wanted = |material: &&Material| {
        let says = [&material.name, &material.note, &material.standard];
        let on_paper = material.form == "paper" || says.iter().any(|text| text.contains("纸质"));
        on_paper && material.basis.is_none()
    };
    let names: Vec<&str> = definition
        .materials
        .iter()
        .filter(wanted)
        .map(|row| row.name.as_str())
        .collect();
    (!names.is_empty()).then(|| format!("要求纸质的“{}”，没有写明法律、行政法规的依据", names.join("”“")))
}

/// What may ask the applicant to buy goods or a service without saying so in a step of its own (行政许可法 27).
fn bought(definition: &Definition) -> Option<String> {
    let conditions = definition.conditions.iter().map(|row| row.text.as_str());
    let materials = definition.materials.iter().map(|row| row.name.as_str());
    let steps = definition
        .steps
        .iter()
        .filter(|row| !row.is_paid())
        .map(|row| row.name.as_str());
    let lines: Vec<&str> = conditions
        .chain(materials)
        .chain(steps)
        .filter(|text| text.contains("购买") || text.contains("有偿服务"))
        .collect();
    (!lines.is_empty()).then(|| format!("“{}”可能要求申请人购买商品或者接受有偿服务", lines.join("”“")))
}

/// 审核提示: what whoever reviews the item judges and answers for; nothing of it is refused.
pub fn prompts(name: &str, definition: &Definition) -> Vec<String> {
    disguised(name, definition)
        .into_iter()
        .chain(on_paper(definition))
        .chain(bought(definition))
        .collect()
}

/// What is wrong with it on that day, each in words.
pub fn flaws(item: &Item, day: Date) -> Vec<(Flaw, String)> {
    let mut found = Vec::new();
    if item.standing == Standing::Cancelled {
        return found;
    }
    let lacks = item.lacks();
    if !lacks.is_empty() {
        found.push((Flaw::Missing, format!("还缺：{}", lacks.join("、"))));
    }
    if item.claim.is_none() {
        let why = item.disclaimed.as_ref();
        let text = why.map_or_else(|| "部门还没有认领".to_owned(), |reason| format!("部门不认领：{reason}"));
        found.push((Flaw::Unclaimed, text));
    }
    if let Some(definition) = item.shown() {
        found.extend(promise_beyond_law(definition).map(|text| (Flaw::PromiseBeyondLaw, text)));
        found.extend(
            unset(definition, day)
                .filter(|_| definition.set_by().next().is_some())
                .map(|text| (Flaw::Unset, text)),
        );
        found.extend(disguised(&item.name, definition).map(|text| (Flaw::Disguised, text)));
        found.extend(on_paper(definition).map(|text| (Flaw::OnPaper, text)));
        found.extend(bought(definition).map(|text| (Flaw::Bought, text)));
    }
    found.extend(item.findings.iter().map(|text| (Flaw::Code, text.clone())));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_kernel::Basis;
    use jiff::civil::date;

    fn item() -> Item {
        let mut items = Definition::read_all(crate::ITEMS).unwrap();
        items.retain(|item| item.id == "temporary-land-use");
        crate::spec_item::published(items.remove(0), date(2025, 1, 2))
    }

    fn on_paper(item: &mut Item, basis: Option<Basis>) {
        let material = &mut item.versions[0].definition.materials[0];
        material.form = "paper".into();
        material.basis = basis;
    }

    type Spoilt = (&'static str, fn(&mut Item), &'static [Flaw]);

    #[test]
    fn each_flaw_is_found_alone() {
        let table: [Spoilt; 11] = [
            ("as published", |_| {}, &[]),
            ("without conditions", |item| item.versions[0].definition.conditions.clear(), &[Flaw::Missing]),
            (
                "promised longer",
                |item| item.versions[0].definition.promised.days = 21,
                &[Flaw::PromiseBeyondLaw],
            ),
            (
                "of no stated level",
                |item| {
                    item.versions[0]
                        .definition
                        .bases
                        .iter_mut()
                        .for_each(|support| support.level = None)
                },
                &[Flaw::Unset],
            ),
            ("unclaimed", |item| item.claim = None, &[Flaw::Unclaimed]),
            ("a code with a finding", |item| item.findings.push("校验位".into()), &[Flaw::Code]),
            (
                "a filing without a law",
                |item| {
                    item.name = "某某备案".into();
                    item.versions[0].definition.task_type = 10;
                    item.versions[0]
                        .definition
                        .bases
                        .iter_mut()
                        .for_each(|support| support.level = None);
                },
                &[Flaw::Disguised],
            ),
            ("wanted on paper by nothing", |item| on_paper(item, None), &[Flaw::OnPaper]),
            ("wanted on paper by a law", |item| on_paper(item, Some(Basis::article("土地管理法", 57))), &[]),
            (
                "a condition to buy goods",
                |item| item.versions[0].definition.conditions[0].text = "购买指定品牌的密码器".into(),
                &[Flaw::Bought],
            ),
            ("cancelled", |item| (item.standing, item.claim) = (Standing::Cancelled, None), &[]),
        ];
        for (name, spoil, expected) in table {
            let mut item = item();
            spoil(&mut item);
            let found: Vec<Flaw> = flaws(&item, date(2025, 3, 3)).into_iter().map(|(flaw, _)| flaw).collect();
            assert_eq!(found, expected, "{name}");
        }
    }
}
