//! 免交。 A paper or a field that the applicant is spared: in which way, on what basis, and in words for whoever applies.
//!
//! The list of proofs decides it; the item bears it from its next version on, so that guide, form, window and the
//! organ's notice read one and the same thing.

use crate::case::{Case, Fact};
use crate::definition::{Definition, Field, Material};
use crate::rules;
use fadu_kernel::{Basis, Ctx, Help, Refusal, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 免交的方式 (优化营商环境条例 44).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// 直接取消
    Cancelled,
    /// 数据共享
    Shared,
    /// 电子证照
    Licence,
    /// 书面告知承诺
    Commitment,
    /// 部门核查
    Check,
}

impl Way {
    pub fn zh(self) -> &'static str {
        match self {
            Way::Cancelled => "直接取消",
            Way::Shared => "数据共享",
            Way::Licence => "电子证照",
            Way::Commitment => "书面告知承诺",
            Way::Check => "部门核查",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spared {
    pub way: Way,
    pub basis: Option<Basis>,
    /// 由谁提供: the name of the source, or of the department that holds or checks it. Empty where nothing is fetched.
    pub source: String,
}

impl Spared {
    /// `不再要求提交，因为…`
    pub fn because(&self) -> String {
        let source = match self.source.as_str() {
            "" => "行政机关",
            source => source,
        };
        match self.way {
            Way::Cancelled => "这份证明已经取消".to_owned(),
            Way::Shared => format!("{source}已有，由承办机关共享取得"),
            Way::Licence => format!("{source}的电子证照可以代替"),
            Way::Commitment => "可以书面承诺代替".to_owned(),
            Way::Check => format!("由承办机关向{source}核查"),
        }
    }

    /// A commitment spares only whoever makes it (LIC-71); every other way spares everybody.
    fn spares_everybody(&self) -> bool {
        self.way != Way::Commitment
    }
}

impl Material {
    /// Nobody asks for it.
    pub fn is_spared(&self) -> bool {
        self.shared || self.spared.as_ref().is_some_and(Spared::spares_everybody)
    }

    /// Why nobody asks for it; `None` where it is asked for.
    pub fn not_asked_because(&self) -> Option<String> {
        let listed = self.spared.as_ref().filter(|spared| spared.spares_everybody());
        let shared = || self.shared.then(|| "行政机关已有，由承办机关共享取得".to_owned());
        listed.map(Spared::because).or_else(shared)
    }

    /// Whoever applies may promise instead of bringing it.
    pub fn may_be_promised(&self) -> bool {
        !self.shared && self.spared.as_ref().is_some_and(|spared| spared.way == Way::Commitment)
    }
}

impl Field {
    pub fn is_spared(&self) -> bool {
        self.spared.as_ref().is_some_and(Spared::spares_everybody)
    }
}

impl Definition {
    /// What was spared in `before` is spared in what takes its place, unless it says so itself.
    pub(crate) fn keep_spared(&mut self, before: &Definition) {
        for material in self.materials.iter_mut().filter(|material| material.spared.is_none()) {
            material.spared = before.material(&material.id).and_then(|held| held.spared.clone());
        }
        for field in self.fields.iter_mut().filter(|field| field.spared.is_none()) {
            let held = before.fields.iter().find(|held| held.id == field.id);
            field.spared = held.and_then(|held| held.spared.clone());
        }
    }

    /// Materials and fields that are spared.
    pub fn n_spared(&self) -> usize {
        let materials = self.materials.iter().filter(|material| material.spared.is_some()).count();
        materials + self.fields.iter().filter(|field| field.spared.is_some()).count()
    }

    /// Where a paper or field stands, and whether it is a paper. Ids of papers and fields are not the same names.
    pub(crate) fn spared_mut(&mut self, subject: &str) -> Option<(&mut Option<Spared>, &str, bool)> {
        let material = self.materials.iter_mut().find(|material| material.id == subject);
        let material = material.map(|material| (&mut material.spared, material.name.as_str(), true));
        let fields = &mut self.fields;
        material.or_else(|| {
            let field = fields.iter_mut().find(|field| field.id == subject)?;
            Some((&mut field.spared, field.label.as_str(), false))
        })
    }
}

/// In this case alone: the applicant promised, or a check answered for it.
pub(crate) fn here(
    case: &Case,
    material: &str,
    because: &str,
    item: &Definition,
    ctx: &Ctx,
) -> Result<Vec<Fact>, Refusal> {
    only_system(ctx)?;
    listed(material, item)?;
    if case.spared.contains_key(material) {
        return Err(Refusal::new(&rules::ORDER, Help::Officer, "本件已经免交这份材料"));
    }
    Ok(vec![Fact::Spared { material: material.to_owned(), because: because.to_owned() }])
}

/// Nobody who holds it could give it: it may be asked for, while asking is still lawful at all.
pub(crate) fn not_here(
    case: &Case,
    material: &str,
    because: &str,
    item: &Definition,
    ctx: &Ctx,
) -> Result<Vec<Fact>, Refusal> {
    only_system(ctx)?;
    let no = |rule, because: String| Err(Refusal::new(rule, Help::Officer, because));
    let held = listed(material, item)?;
    if held.spared.as_ref().is_some_and(|spared| spared.way == Way::Cancelled) {
        return no(&rules::HELD_ALREADY, format!("“{}”已经取消，不能恢复要求", held.name));
    }
    if let Some(accepted) = &case.accepted {
        let because = format!("自{}起已经受理，不能再要求材料；请向有关部门核查", accepted.from);
        return no(&rules::COMPLETE_IS_ACCEPTED, because);
    }
    if let Some(notice) = &case.notice {
        return no(rules::one_notice(item), format!("{}已经一次告知过；请向有关部门核查", notice.on));
    }
    if case.may_ask(held) {
        return no(&rules::ORDER, format!("“{}”本来就可以要求", held.name));
    }
    Ok(vec![Fact::AskedAfterAll { material: material.to_owned(), because: because.to_owned() }])
}

fn listed<'a>(material: &str, item: &'a Definition) -> Result<&'a Material, Refusal> {
    item.material(material).ok_or_else(|| {
        let because = format!("公布的办事指南里没有材料“{material}”");
        Refusal::new(&rules::RELATED_MATERIAL, Help::Officer, because)
    })
}

fn only_system(ctx: &Ctx) -> Result<(), Refusal> {
    if ctx.actor.role == Role::Clock {
        return Ok(());
    }
    let because = "材料免交与否由清单和核查结果决定，不由个人决定";
    Err(Refusal::new(&rules::HELD_ALREADY, Help::Operator, because))
}
