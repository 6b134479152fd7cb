//! 版本对照。 What changed between two definitions, field by field, in the words of the guide.

use crate::code_list::{AUDIENCES, RESULTS, task_type_zh, zh_of};
use crate::definition::{Definition, FirstReview, LimitWith, Material, Step, Support};
use crate::exchange_text::support;
use fadu_kernel::Basis;
use serde::Serialize;

/// 一处不同。 Lines of text; empty on the side where it does not stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub field: &'static str,
    pub before: String,
    pub after: String,
    /// Must be the same wherever the item is carried out (优化营商环境条例 35: 同一事项同标准), and the exchange carries it.
    pub same_everywhere: bool,
}

impl Change {
    /// 增加、取消、修改
    pub fn kind_zh(&self) -> &'static str {
        match (self.before.is_empty(), self.after.is_empty()) {
            (true, _) => "增加",
            (_, true) => "取消",
            (false, false) => "修改",
        }
    }
}

/// Every difference, in the order of the guide.
pub fn diff(before: &Definition, after: &Definition) -> Vec<Change> {
    let mut changes = Vec::new();
    for ((field, same_everywhere, was), (_, _, is)) in plain(before).into_iter().zip(plain(after)) {
        if was != is {
            changes.push(Change { field, before: was, after: is, same_everywhere });
        }
    }
    let (was, is) = (rows(before), rows(after));
    for (was, is) in was.into_iter().zip(is) {
        listed(was, is, &mut changes);
    }
    changes
}

/// Differences that an item may not have from one place to another. Each place numbers its conditions and papers itself: one
/// of the same words is the same.
pub fn drifted(above: &Definition, here: &Definition) -> Vec<Change> {
    let mut above = above.clone();
    for condition in &mut above.conditions {
        let own = here.conditions.iter().find(|own| own.text == condition.text);
        condition.id = own.map_or_else(|| format!("上级 {}", condition.id), |own| own.id.clone());
    }
    for material in &mut above.materials {
        let own = here.materials.iter().find(|own| own.name == material.name);
        material.id = own.map_or_else(|| format!("上级 {}", material.id), |own| own.id.clone());
    }
    let mut changes = diff(&above, here);
    changes.retain(|change| change.same_everywhere);
    changes
}

/// Name, whether it must be the same everywhere, and text of every field that is one value.
fn plain(d: &Definition) -> Vec<(&'static str, bool, String)> {
    let yes = |yes: bool| if yes { "是" } else { "否" }.to_owned();
    let optional = |limit: &Option<LimitWith>| limit.as_ref().map_or_else(String::new, limit_zh);
    let e = &d.extended;
    vec![
        ("事项名称", true, d.name.clone()),
        ("事项类型", true, task_type_zh(d.task_type).to_owned()),
        ("实施部门", false, d.department.clone()),
        ("服务对象", true, audience_zh(d)),
        ("主题分类", false, d.theme.clone()),
        ("许可种类", false, d.permit_kind.map_or_else(String::new, |kind| kind.zh().to_owned())),
        ("数量限制", true, d.quantity.clone()),
        ("期限起算", false, counted_from_zh(d)),
        ("法定期限", true, limit_zh(&d.statutory)),
        ("承诺期限", false, limit_zh(&d.promised)),
        ("延长期限", false, optional(&d.extension)),
        ("送达期限", false, optional(&d.delivery)),
        ("办件类型", true, project_zh(d).to_owned()),
        ("收费", true, fee_zh(d)),
        ("到现场次数", false, format!("{}次", d.visits)),
        ("网上办理", false, yes(d.online)),
        ("就近办理", false, yes(d.nearby)),
        ("进驻大厅", false, yes(d.in_hall)),
        ("无差别受理", false, yes(d.undifferentiated)),
        ("审批结果", true, d.result.name.clone()),
        ("结果类型", true, zh_of(&RESULTS, &d.result.kind).unwrap_or_default().to_owned()),
        ("结果有效期", true, validity_zh(d)),
        ("核查方式", false, verification_zh(&d.verification).to_owned()),
        ("直接关系公共安全等", false, yes(d.public_safety)),
        ("听证", false, hearing_zh(&d.hearing).to_owned()),
        ("咨询方式", false, d.consult.clone()),
        ("外部系统", false, d.outside.clone()),
        ("下级机关初审", false, d.first_review.as_ref().map_or_else(String::new, FirstReview::zh)),
        ("委托部门", false, e.entrusted.clone()),
        ("监督投诉方式", false, e.supervise.clone()),
        ("办理地点", false, e.place.clone()),
        ("办理时间", false, e.hours.clone()),
        ("通办范围", false, e.scope.zh().to_owned()),
        ("物流快递", false, yes(e.express)),
        ("网上支付", false, yes(e.pay_online)),
        ("预约办理", false, yes(e.appointment)),
        ("终端办理", false, yes(e.terminal)),
        ("必须现场办理的原因", false, e.on_site_reason.clone()),
        ("联办机构", false, e.joint_bodies.clone()),
        ("结果样本", true, e.sample.clone()),
        ("中介服务", true, e.intermediary.clone()),
    ]
}

/// One row of a list: what tells it from the others, and its whole text.
type Row = (String, String);

fn rows(d: &Definition) -> Vec<(&'static str, bool, Vec<Row>)> {
    let bases = d.bases.iter().map(|row| (support_key(row), support(row)));
    let conditions = d.conditions.iter().map(|row| (row.id.clone(), row.text.clone()));
    let materials = d.materials.iter().map(|row| (row.id.clone(), material_zh(row)));
    let steps = d
        .steps
        .iter()
        .map(|row| (row.name.clone(), format!("{}（{}）", row.name, row.who_zh())));
    let special = d
        .special
        .iter()
        .map(|row| (row.kind.word().to_owned(), format!("{}不超过{}个工作日", row.kind.zh(), row.days)));
    let fields = d.fields.iter().map(|row| {
        let must = if row.required { "必填" } else { "选填" };
        (row.id.clone(), format!("{}（{must}）", row.label))
    });
    let paper = |id: &String| d.material(id).map_or(id, |row| &row.name).clone();
    let situations = d.situations.iter().map(|row| {
        let needs = row.needs.iter();
        let needs = needs.map(|(option, papers)| {
            format!("；{option}：还要{}", papers.iter().map(paper).collect::<Vec<_>>().join("、"))
        });
        let asked = format!("{}（{}）", row.question, row.options.join("、"));
        (row.question.clone(), needs.fold(asked, |text, need| text + &need))
    });
    vec![
        ("依据", true, bases.collect()),
        ("申请条件", true, conditions.collect()),
        ("材料", true, materials.collect()),
        ("办理程序", false, steps.collect()),
        ("特别程序", true, special.collect()),
        ("申请表栏目", false, fields.collect()),
        ("情形", false, situations.collect()),
    ]
}

fn listed(
    (field, same_everywhere, was): (&'static str, bool, Vec<Row>),
    (_, _, is): (&'static str, bool, Vec<Row>),
    changes: &mut Vec<Change>,
) {
    let text = |rows: &[Row], key: &str| rows.iter().find(|(k, _)| k == key).map(|(_, text)| text.clone());
    let mut change = |before: String, after: String| {
        changes.push(Change { field, before, after, same_everywhere });
    };
    for (key, before) in &was {
        match text(&is, key) {
            Some(after) if after != *before => change(before.clone(), after),
            Some(_) => {}
            None => change(before.clone(), String::new()),
        }
    }
    for (key, after) in &is {
        if text(&was, key).is_none() {
            change(String::new(), after.clone());
        }
    }
}

/// 期限起算: the day after, for the day itself is not counted (民法典 201).
pub fn counted_from_zh(d: &Definition) -> String {
    format!("自{}之日的次日起计算", d.clock_from.zh())
}

pub fn limit_zh(limit: &LimitWith) -> String {
    match &limit.basis {
        Some(basis) => format!("{}（{basis}）", limit.zh()),
        None => limit.zh(),
    }
}

pub fn audience_zh(d: &Definition) -> String {
    let names = d.audience.iter().map(|word| zh_of(&AUDIENCES, word).unwrap_or("其他"));
    names.collect::<Vec<_>>().join("、")
}

pub fn project_zh(d: &Definition) -> &'static str {
    if d.project_type == "instant" { "即办件" } else { "承诺件" }
}

fn fee_zh(d: &Definition) -> String {
    match (&d.fee.basis, d.fee.charged) {
        (Some(basis), true) => format!("{}（{basis}）", d.fee.zh()),
        (_, _) => d.fee.zh(),
    }
}

fn validity_zh(d: &Definition) -> String {
    match d.result.valid_months {
        0 => String::new(),
        months => format!("{months}个月"),
    }
}

pub fn verification_zh(word: &str) -> &'static str {
    match word {
        "substantive" => "实质核查（两名以上工作人员）",
        _ => "书面审查",
    }
}

pub fn hearing_zh(word: &str) -> &'static str {
    match word {
        "mandatory" => "应当听证",
        "major_interest" => "涉及他人重大利益时告知听证权利",
        _ => "不需要",
    }
}

pub fn post_zh(word: &str) -> &'static str {
    match word {
        "agency_head" => "部门负责人",
        "reviewer" => "审查人员",
        Step::PAID => "第三方有偿服务",
        _ => "经办人",
    }
}

pub fn supports_zh(word: &str) -> &'static str {
    match word {
        "setting" => "设定",
        "condition" => "条件",
        "procedure" => "程序",
        "limit" => "期限",
        "fee" => "收费",
        _ => "结果",
    }
}

fn support_key(support: &Support) -> String {
    format!("{} {}", support.supports, Basis::key(&support.basis))
}

pub fn material_zh(row: &Material) -> String {
    let need = match (row.shared, row.required) {
        (true, _) => "共享取得，免交",
        (false, true) => "必要",
        (false, false) => "视情形",
    };
    let mut text = format!("{}（{need}", row.name);
    if let Some(copies) = row.copies {
        text.push_str(&format!("，{copies}份"));
    }
    text.push('）');
    for (label, more) in [("受理标准", &row.standard), ("填报须知", &row.note)] {
        if !more.is_empty() {
            text.push_str(&format!("；{label}：{more}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::ClockFrom;

    fn permit() -> Definition {
        let mut items = Definition::read_all(crate::ITEMS).unwrap();
        items.retain(|item| item.id == "temporary-land-use");
        items.remove(0)
    }

    type Changed = (&'static str, fn(&mut Definition), (&'static str, &'static str, bool));

    #[test]
    fn each_difference_is_named_in_the_words_of_the_guide() {
        let table: [Changed; 8] = [
            ("a shorter promise", |d| d.promised.days = 5, ("承诺期限", "修改", false)),
            ("counted from receipt", |d| d.clock_from = ClockFrom::Receipt, ("期限起算", "修改", false)),
            ("a longer law", |d| d.statutory.days = 30, ("法定期限", "修改", true)),
            ("a paper less", |d| drop(d.materials.remove(0)), ("材料", "取消", true)),
            (
                "a paper more",
                |d| {
                    d.materials.push(Material {
                        id: "new".into(),
                        name: "新材料".into(),
                        ..Material::default()
                    })
                },
                ("材料", "增加", true),
            ),
            (
                "a paper now shared",
                |d| d.materials[0].shared = !d.materials[0].shared,
                ("材料", "修改", true),
            ),
            (
                "a basis more",
                |d| d.bases.push(Support { supports: "limit".into(), ..d.bases[0].clone() }),
                ("依据", "增加", true),
            ),
            ("no visit", |d| d.visits = 9, ("到现场次数", "修改", false)),
        ];
        for (name, change, expected) in table {
            let (before, mut after) = (permit(), permit());
            change(&mut after);
            let found = diff(&before, &after);
            let told: Vec<_> = found
                .iter()
                .map(|change| (change.field, change.kind_zh(), change.same_everywhere))
                .collect();
            assert_eq!(told, [expected], "{name}");
            assert_eq!(drifted(&before, &after).len(), usize::from(expected.2), "{name}");
        }
        let mut renumbered = permit();
        renumbered.conditions.iter_mut().for_each(|row| row.id.push('x'));
        renumbered.materials.iter_mut().for_each(|row| row.id.push('x'));
        assert!(drifted(&permit(), &renumbered).is_empty(), "numbers are each place's own");
        assert!(diff(&permit(), &permit()).is_empty());
    }

    #[test]
    fn a_changed_paper_is_read_on_both_sides() {
        let (before, mut after) = (permit(), permit());
        after.materials[0].copies = Some(2);
        let found = diff(&before, &after);
        assert!(found[0].after.contains("2份") && !found[0].before.contains("2份"), "{found:?}");
    }
}
