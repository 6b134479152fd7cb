//! 评标专家库。 One a county: who keeps it, by which text; and the list that its keeper drew up for each draw of experts.
//!
//! The library itself stays where it is kept, since its members are secret until an award (招标投标法 37). What a draw is
//! held against is the root of the list that the keeper drew up for it: a tenderer that wrote its own would have chosen
//! among its friends. Each list has salts of its own, so that nobody knows an expert again from an earlier draw.

use crate::draw::matter::{Draw, Purpose, draw_id};
use crate::draw::{Line, Rules, is_hash, root};
use crate::project::Project;
use crate::rules::{self, tl, tr};
use crate::{act, need, no, opening};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Help, Invalid, Matter, MatterId, OrgId, Refusal, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Library {
    pub name: String,
    pub keeper: OrgId,
    pub source: String,
    /// Of the text that is in use.
    pub digest: String,
    pub n_listed: u32,
    pub published: Option<Date>,
    pub lists: Vec<List>,
}

/// 一次抽取的名单, as the keeper drew it up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct List {
    pub project: MatterId,
    /// 第几次需要，从0起
    pub need: u16,
    pub root: String,
    /// Digest of the library that it was drawn up from.
    pub library: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 公布专家库
    Publish {
        /// 专家库名称
        name: String,
        /// 管理单位
        keeper: OrgId,
        /// 专家库文本的摘要
        digest: String,
        /// 在库人数
        n_listed: u32,
        /// 组建依据
        source: String,
    },
    /// 编制抽取名单
    DrawUp {
        /// 招标项目
        project: MatterId,
        /// 第几次需要，从0起
        need: u16,
        /// 抽取规则
        rules: Rules,
        /// 名单：叶、专业、排除理由、权重
        roster: Vec<Line>,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Published { name: String, keeper: OrgId, digest: String, n_listed: u32, source: String },
    DrawnUp { project: MatterId, need: u16, root: String, library: String, n_lines: usize, n_excluded: usize },
}

impl Library {
    /// One a county: the same id on every machine.
    pub fn id() -> MatterId {
        MatterId::named(Sha256::digest("expert-library").first_chunk::<8>().copied().unwrap_or_default())
    }

    /// The list that the keeper drew up for this need.
    pub fn list(&self, project: MatterId, need: u16) -> Option<&List> {
        self.lists.iter().find(|list| (list.project, list.need) == (project, need))
    }

    fn publish(act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let Act::Publish { name, keeper, digest, n_listed, source } = act else { return Ok(Vec::new()) };
        need(ctx.matter == Library::id(), &rules::ORDER, || "一县只登记一个评标专家库".into())?;
        Ok(vec![Fact::Published {
            name: name.clone(),
            keeper: keeper.clone(),
            digest: digest.clone(),
            n_listed: *n_listed,
            source: source.clone(),
        }])
    }

    fn draw_up(
        &self,
        project: MatterId,
        n: u16,
        rules: &Rules,
        roster: &[Line],
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        need(self.published.is_some(), &rules::ORDER, || "专家库还没有公布".into())?;
        let Some(tender) = ctx.look::<Project>(project) else {
            return no(&rules::ORDER, Help::Officer, "没有这个招标项目");
        };
        need(ctx.actor.org == self.keeper && self.keeper != tender.tenderer, &rules::OWN_SIDE, || {
            format!("名单由专家库的管理单位{}编制，招标人不能自己编制", self.keeper)
        })?;
        let frozen = ctx
            .look::<Draw>(draw_id(project, Purpose::Experts, n))
            .is_some_and(|draw| draw.frozen.is_some());
        need(!frozen, &rules::DRAW_ONCE, || "名单已经冻结".into())?;
        Ok(vec![Fact::DrawnUp {
            project,
            need: n,
            root: root(rules, roster),
            library: self.digest.clone(),
            n_lines: roster.len(),
            n_excluded: roster.iter().filter(|line| line.exclusion.is_some()).count(),
        }])
    }
}

const LIBRARY: &[Basis] = &[tl(37), tr(45), tr(46)];

impl Matter for Library {
    const KIND: &'static str = "library";
    const ZH: &'static str = "评标专家库";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Publish { .. } => Some(Library::id()),
            Act::DrawUp { .. } => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] =
            &[opening("Publish", "公布专家库", LIBRARY), act("DrawUp", "编制抽取名单", LIBRARY)];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Publish DrawUp)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact: Published DrawnUp)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        match act {
            Act::Publish { name, keeper, digest, n_listed, source } => {
                let filled =
                    [("name", name.as_str()), ("keeper", keeper.as_str()), ("source", source.as_str())];
                let empty = filled.into_iter().filter(|(_, text)| text.trim().is_empty());
                wrong.extend(empty.map(|(field, _)| Invalid::new(field, "请填写")));
                if !is_hash(digest) {
                    wrong.push(Invalid::new("digest", "摘要应为64位小写十六进制"));
                }
                if *n_listed == 0 {
                    wrong.push(Invalid::new("n_listed", "请填写在库人数"));
                }
            }
            Act::DrawUp { rules, .. } => {
                let bad = rules.clone().checked().err();
                wrong.extend(bad.map(|bad| Invalid::new("rules", bad.to_string())));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        match act {
            Act::Publish { .. } => Library::publish(act, ctx),
            Act::DrawUp { project, need, rules, roster } => self.draw_up(*project, *need, rules, roster, ctx),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Published { name, keeper, digest, n_listed, source } => {
                self.name.clone_from(name);
                self.keeper = keeper.clone();
                self.digest.clone_from(digest);
                self.n_listed = *n_listed;
                self.source.clone_from(source);
                self.published = Some(stamp.day);
            }
            Fact::DrawnUp { project, need, root, library, .. } => {
                self.lists.retain(|list| (list.project, list.need) != (*project, *need));
                let (project, need, root) = (*project, *need, root.clone());
                self.lists.push(List { project, need, root, library: library.clone() });
            }
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.digest.get(..8).unwrap_or_default().to_owned(),
            title: self.name.clone(),
            status: "in_force".to_owned(),
            org: self.keeper.clone(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.keeper.clone(), applicants: Vec::new() }
    }
}
