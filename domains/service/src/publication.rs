//! 可以发布。 Every hard stop between a draft and the public.

use crate::code_list::Level;
use crate::definition::{Definition, Field, FirstReview, Step, Support};
use crate::fee_item::FeeItem;
use crate::rules;
use fadu_kernel::{Basis, Ctx, Help, Limit, Refusal, Unit};
use jiff::civil::Date;

/// Could this definition be in force from that day, with the list of fees as it is?
pub fn publishable(draft: &Definition, from: Date, ctx: &Ctx) -> Result<(), Refusal> {
    let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
    let lacks = draft.lacks();
    if !lacks.is_empty() {
        return no(&rules::EIGHT_FIELDS, format!("还缺：{}", lacks.join("、")));
    }
    if let Some(because) = unset(draft, from) {
        return no(&rules::SET_BY_LAW, because);
    }
    let unrelated = draft
        .materials
        .iter()
        .find(|material| !draft.conditions.iter().any(|condition| condition.id == material.condition));
    if let Some(material) = unrelated {
        return no(&rules::RELATED_MATERIAL, format!("材料“{}”没有对应的申请条件", material.name));
    }
    let bought = draft
        .materials
        .iter()
        .find(|material| material.origin == "intermediary" && !is_law(material.basis.as_ref()));
    if let Some(material) = bought {
        let because = format!("材料“{}”由中介机构出具，没有写明法律、法规或者国务院决定依据", material.name);
        return no(&rules::NO_BOUGHT_CONDITION, because);
    }
    if let Some(because) = paid_without_law(draft) {
        return no(&rules::NO_PAID_SERVICE, because);
    }
    if draft.fee.charged && draft.fee.basis.is_none() {
        return no(&rules::FEE_BY_LAW, "写明收费而没有依据".to_owned());
    }
    if let Some(because) = unlisted_charge(draft, ctx) {
        return no(&rules::LISTED_CHARGES, because);
    }
    let mut listed = draft.fee.codes.iter().filter_map(|code| FeeItem::listed(code, ctx));
    if let Some(entry) = listed.find(|entry| draft.is_permit() && entry.pays_for_a_hearing()) {
        let because = format!("“{}”是听证的费用，不能由申请人、利害关系人承担", entry.name);
        return no(&rules::HEARING_IS_FREE, because);
    }
    if let Some(because) = unlawful_first_review(draft) {
        return no(&rules::REVIEWED_BELOW_FIRST, because);
    }
    if !draft.online && !draft.in_hall {
        return no(&rules::ANY_CHANNEL, "既不能网上办，也不能在大厅办".to_owned());
    }
    if let Some(because) = slow_registration(draft) {
        return no(&rules::REGISTERED_IN_THREE_DAYS, because);
    }
    let asks = |field: &Field| field.required || field.is_spared();
    if draft.approves_public_investment() && !draft.project_code().is_some_and(asks) {
        return no(&rules::BY_PROJECT_CODE, "申请表没有必填的项目代码".to_owned());
    }
    if let Some(because) = promise_beyond_law(draft) {
        return no(&rules::PROMISE_WITHIN_LAW, because);
    }
    Ok(())
}

/// Why nothing in the draft can carry a permit on that day; none where something does, or it is no permit.
pub fn unset(draft: &Definition, day: Date) -> Option<String> {
    if !draft.is_permit() || draft.set_by().any(|support| carries(support, day)) {
        return None;
    }
    let why = |support: &Support| {
        let name = &support.basis.statute;
        match support.level {
            None => format!("《{name}》没有写明层级"),
            Some(Level::ProvincialRule) => match support.ends_on() {
                Some(end) if end <= day => format!("《{name}》是省级政府规章，到{end}已满一年"),
                Some(_) => format!("《{name}》到{day}还没有施行"),
                None => format!("《{name}》是省级政府规章，没有写明施行日"),
            },
            Some(level) if level.sets_permits() => format!("《{name}》的名称不是{}", level.zh()),
            Some(level) => format!("《{name}》是{}", level.zh()),
        }
    };
    let whys: Vec<String> = draft.set_by().map(why).collect();
    Some(format!("设定依据里没有法律、法规、国务院决定或者一年以内的省级规章：{}", whys.join("；")))
}

/// A circular does not become a law by a word beside it.
fn carries(support: &Support, day: Date) -> bool {
    !is_circular(&support.basis.statute) && support.may_set_permit(day)
}

fn is_circular(statute: &str) -> bool {
    ["通知", "意见", "方案", "细则（试行）"]
        .iter()
        .any(|word| statute.ends_with(word))
}

/// The words of a basis do not tell its level; what is a circular by its name is no law.
fn is_law(basis: Option<&Basis>) -> bool {
    basis.is_some_and(|basis| !is_circular(&basis.statute))
}

/// Why the applicant is to pay somebody for what no law asks for; none where nobody is paid, or a law asks for it.
fn paid_without_law(draft: &Definition) -> Option<String> {
    let mut paid = draft.steps.iter().filter(|step| step.is_paid());
    if let Some(step) = paid.find(|step| !is_law(step.basis.as_ref())) {
        let because = "要申请人接受第三方有偿服务，没有写明法律、法规或者国务院决定依据";
        return Some(format!("“{}”{because}", step.name));
    }
    // What the exchange brings as a mere text has no basis of its own: a step or a paper must show it.
    let named = draft.extended.intermediary.trim();
    let is_shown = draft.steps.iter().any(Step::is_paid)
        || draft.materials.iter().any(|material| material.origin == "intermediary");
    (!["", "无", "否", "不涉及"].contains(&named) && !is_shown)
        .then(|| format!("写有中介服务“{named}”，办理程序和材料里都没有写明它的依据"))
}

/// Why no organ may review it before the one that decides as the draft has it; none where one may, or nobody does.
fn unlawful_first_review(draft: &Definition) -> Option<String> {
    let review = draft.first_review.as_ref()?;
    let Some(basis) = review.basis.as_ref().filter(|basis| !is_circular(&basis.statute)) else {
        return Some("没有写明应当先经下级机关审查的法律、法规依据".to_owned());
    };
    if review.organ.trim().is_empty() || review.organ == draft.department {
        return Some("没有写明初审机关，或者初审机关就是作出决定的机关".to_owned());
    }
    // Another number of days is another law's to give.
    let another = review.days > FirstReview::DAYS && basis.statute == "行政许可法";
    (review.days == 0 || another).then(|| format!("初审期限写的是：{}", review.limit().zh()))
}

/// Why the published list does not carry what the draft charges; none where it does, or nothing is charged.
fn unlisted_charge(draft: &Definition, ctx: &Ctx) -> Option<String> {
    if let Some(code) = draft.fee.codes.iter().find(|code| FeeItem::listed(code, ctx).is_none()) {
        return Some(format!("公布的收费目录清单里没有“{code}”"));
    }
    (draft.fee.charged && draft.fee.codes.is_empty())
        .then(|| "写明收费而没有写明收费目录清单里的项目".to_owned())
}

/// Why the limits of a registration are not those of its regulation; none where they are, or it is another item.
fn slow_registration(draft: &Definition) -> Option<String> {
    if !draft.registers_a_business() {
        return None;
    }
    let in_three_days =
        |limit: Option<Limit>| limit.is_some_and(|limit| limit.unit == Unit::Workday && limit.n <= 3);
    if !in_three_days(draft.statutory.limit()) {
        return Some(format!("法定期限写的是：{}", draft.statutory.zh()));
    }
    let longer = draft.extension.as_ref().filter(|extension| !in_three_days(extension.limit()));
    longer.map(|extension| format!("延长期限写的是：{}", extension.zh()))
}

/// 承诺比法定长; compared only in the same unit.
pub fn promise_beyond_law(draft: &Definition) -> Option<String> {
    let (statutory, promised) = (draft.statutory.limit()?, draft.promised.limit()?);
    (statutory.unit == promised.unit && promised.n > statutory.n)
        .then(|| format!("承诺{}，法定{}", promised.zh(), statutory.zh()))
}
