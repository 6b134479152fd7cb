//! 决定。 What each step of a draw leaves behind, or the rule that forbids it.

use super::matter::{Act, Candidate, DeclineReason, Draw, Fact, Opened, Purpose, VoidGround, draw_id};
use super::{Line, Rules, leaf, library, order, root, seed, sha256, source, take};
use crate::inspection::Inspection;
use crate::library::Library;
use crate::project::{Project, seat_account};
use crate::regime::Regime;
use crate::time::instant_ms;
use crate::{need, no, rules};
use fadu_kernel::{Ctx, Help, MatterId, OrgId, Refusal, Role};
use std::collections::{BTreeMap, BTreeSet};

type Decision = Result<Vec<Fact>, Refusal>;

impl Draw {
    pub(super) fn freeze(&self, act: &Act, ctx: &Ctx) -> Decision {
        let Act::Freeze { subject, purpose, need: n, rules, roster, reveal_by, public_source, public_at } =
            act
        else {
            return Ok(Vec::new());
        };
        need(self.frozen.is_none(), &rules::DRAW_ONCE, || format!("{}已经冻结", self.number))?;
        need(ctx.matter == draw_id(*subject, *purpose, *n), &rules::DRAW_ONCE, || {
            "不是这次需要的抽取编号".into()
        })?;
        let round = match purpose {
            Purpose::Experts => ctx.look::<Project>(*subject).map_or(0, |project| project.round),
            Purpose::Inspectors | Purpose::Objects => 0,
        };
        if let Some(before) = n.checked_sub(1) {
            let earlier = ctx.look::<Draw>(draw_id(*subject, *purpose, before));
            let over = earlier.is_some_and(|draw| draw.voided.is_some() || draw.round < round);
            need(over, &rules::DRAW_ONCE, || "上一次抽取没有依法作废".into())?;
        }
        check_candidates(*subject, *purpose, roster, ctx)?;
        let lines: Vec<Line> = roster.iter().map(|candidate| candidate.line.clone()).collect();
        let root = root(rules, &lines);
        let in_order = ctx.moment.ms < instant_ms(*reveal_by) && reveal_by < public_at;
        need(in_order, &rules::DRAW_ORDER, || "应先冻结，再公开，最后出现公共随机数".into())?;
        need(source::is_named(public_source), &rules::DRAW_ORDER, || {
            format!("公共随机数的来源应在公布的名单上，并写明期号，如“{}”", source::EXAMPLE)
        })?;
        let library = match purpose {
            Purpose::Experts => of_library(*subject, *n, &root, ctx)?,
            Purpose::Inspectors | Purpose::Objects => String::new(),
        };
        let enough = take(rules, &lines.iter().collect::<Vec<_>>(), &BTreeSet::new()).len();
        need(enough == usize::from(rules.take), &rules::DRAW_ORDER, || {
            format!("名单中可以抽取的不足{}名", rules.take)
        })?;
        Ok(vec![Fact::Frozen {
            number: crate::number(ctx),
            subject: *subject,
            purpose: *purpose,
            need: *n,
            round,
            rules: rules.clone(),
            root,
            library,
            n_lines: lines.len(),
            n_excluded: lines.iter().filter(|line| line.exclusion.is_some()).count(),
            reveal_by: *reveal_by,
            public_source: public_source.clone(),
            public_at: *public_at,
        }])
    }

    pub(super) fn commit(&self, commit: &str, ctx: &Ctx) -> Decision {
        let party = &ctx.actor.org;
        let open = self.reveal_by.is_some_and(|by| ctx.moment.ms < instant_ms(by));
        let none_told = self.secrets.iter().all(|(_, _, secret)| secret.is_none());
        need(open && none_told, &rules::DRAW_ORDER, || "公开已经开始，不能再提交".into())?;
        let new = self.secrets.iter().all(|(org, known, _)| org != party && known != commit);
        need(new, &rules::DRAW_ORDER, || "每一方提交一个，不能重复".into())?;
        if matches!(ctx.actor.role, Role::FirmAgent | Role::Citizen) {
            let opened = self
                .subject
                .and_then(|id| ctx.look::<Project>(id))
                .is_some_and(|p| p.tender.opened.is_some());
            need(opened, &rules::SECRET_BIDDERS, || "开标之后投标人才可以参加".into())?;
        }
        Ok(vec![Fact::Committed { party: party.clone(), commit: commit.to_owned() }])
    }

    pub(super) fn reveal(&self, secret: &str, ctx: &Ctx) -> Decision {
        let open = self.reveal_by.is_some_and(|by| ctx.moment.ms <= instant_ms(by));
        need(open, &rules::DRAW_ORDER, || "公开期限已过；没有公开的如实记录".into())?;
        need(self.secrets.len() >= 2, &rules::DRAW_ORDER, || "至少两方提交之后才公开".into())?;
        let own = self
            .secrets
            .iter()
            .find(|(org, _, told)| *org == ctx.actor.org && told.is_none());
        let Some((party, commit, _)) = own else {
            return no(&rules::DRAW_ORDER, Help::Officer, "没有提交过，或者已经公开");
        };
        need(sha256(secret) == *commit, &rules::DRAW_ORDER, || "与先前提交的摘要不符".into())?;
        Ok(vec![Fact::Revealed { party: party.clone(), secret: secret.to_owned() }])
    }

    pub(super) fn conclude(&self, public_value: &str, roster: &[Line], ctx: &Ctx) -> Decision {
        need(self.concluded.is_none(), &rules::DRAW_ONCE, || "已经抽取".into())?;
        let appeared = self.public_at.is_some_and(|at| ctx.moment.ms >= instant_ms(at));
        need(appeared, &rules::DRAW_ORDER, || "公共随机数还没有到出现的时间".into())?;
        // One that was frozen before sources were named from a list has none to hold its value against.
        let written =
            !source::is_named(&self.public_source) || source::fits(&self.public_source, public_value);
        need(written, &rules::DRAW_ORDER, || {
            format!("“{public_value}”不是{}的写法：空格、位数都要与公布的一致", self.public_source)
        })?;
        need(self.secrets.len() >= 2, &rules::DRAW_ORDER, || "至少两方提交随机数".into())?;
        need(root(&self.rules, roster) == self.root, &rules::DRAW_ORDER, || "名单不是冻结的名单".into())?;
        let reveals: Vec<Option<String>> = self.secrets.iter().map(|(_, _, secret)| secret.clone()).collect();
        let seed = seed(&ctx.matter.to_string(), &self.root, &reveals, public_value);
        let line_up = line_up(&self.rules, &order(&seed, roster));
        let order: Vec<&Line> = line_up.iter().collect();
        let seats = take(&self.rules, &order, &BTreeSet::new());
        let silent: Vec<OrgId> = self
            .secrets
            .iter()
            .filter(|(_, _, secret)| secret.is_none())
            .map(|(party, _, _)| party.clone())
            .collect();
        Ok(vec![Fact::Concluded {
            public_value: public_value.to_owned(),
            seed,
            seats: seats.iter().map(|line| line.leaf.clone()).collect(),
            noted: !silent.is_empty(),
            silent,
            line_up,
        }])
    }

    /// 不能参加: an expert says so from the seat's own account, or the supervisor does. A tenderer that excused one expert
    /// after another would have chosen who sits (实施条例 46).
    pub(super) fn decline(&self, leaf: &str, reason: DeclineReason, ctx: &Ctx) -> Decision {
        let own = self.purpose == Purpose::Experts && ctx.actor.person == seat_account(leaf);
        let by = self.overseer(ctx);
        need(own || ctx.actor.org == *by, &rules::OWN_SIDE, || format!("由本人或者{by}记录不能参加"))?;
        let before = self.seats();
        let sits = self.concluded.is_some() && before.iter().any(|seat| seat == leaf);
        need(sits, &rules::DRAW_ORDER, || "不是抽中的人".into())?;
        let declined = self.declined.iter().map(String::as_str).chain([leaf]).collect();
        let order: Vec<&Line> = self.line_up.iter().collect();
        let after = take(&self.rules, &order, &declined);
        let substitute = after.iter().map(|line| &line.leaf).find(|seat| !before.contains(seat)).cloned();
        Ok(vec![Fact::Declined { leaf: leaf.to_owned(), reason, noted: substitute.is_none(), substitute }])
    }

    /// Names stay secret until the award is fixed (招标投标法 37); inspectors and objects need no secrecy once drawn.
    pub(super) fn disclose(&self, members: &[Opened], ctx: &Ctx) -> Decision {
        need(self.concluded.is_some(), &rules::DRAW_ORDER, || "还没有抽取".into())?;
        if self.purpose == Purpose::Experts {
            let fixed = self
                .subject
                .and_then(|id| ctx.look::<Project>(id))
                .is_some_and(|p| p.award.is_some());
            need(fixed, &rules::SECRET_MEMBERS, || "中标结果还没有确定".into())?;
        }
        for member in members {
            let line = self.line_up.iter().find(|line| line.leaf == member.leaf);
            let right =
                line.is_some_and(|line| leaf(&member.salt, &member.id, &line.specialty) == member.leaf);
            need(right, &rules::DRAW_ORDER, || "盐值算不出抽中的叶".into())?;
        }
        let salts = members
            .iter()
            .map(|member| (member.leaf.clone(), member.salt.clone()))
            .collect();
        Ok(vec![Fact::Disclosed { salts }])
    }

    /// The supervisor of the project; of a draw for an inspection the body that keeps it.
    fn overseer<'a>(&'a self, ctx: &'a Ctx) -> &'a OrgId {
        let project = self
            .subject
            .filter(|_| self.purpose == Purpose::Experts)
            .and_then(|id| ctx.look::<Project>(id));
        project.map_or(&self.org, |project| &project.registration.supervisor)
    }

    /// 作废: by whoever oversees the draw, on paper.
    pub(super) fn void(&self, ground: VoidGround, document: &str, ctx: &Ctx) -> Decision {
        let by = self.overseer(ctx);
        need(ctx.actor.org == *by, &rules::OWN_SIDE, || format!("由{by}作废"))?;
        need(!document.trim().is_empty(), &rules::DRAW_ONCE, || "没有写明作废的文书".into())?;
        let short = self.concluded.is_some() && self.seats().len() < usize::from(self.rules.take);
        let exhausted = ground != VoidGround::Exhausted || short;
        need(exhausted, &rules::DRAW_ONCE, || "名单还没有抽尽".into())?;
        let absent = ground != VoidGround::NoPublicValue || self.concluded.is_none();
        need(absent, &rules::DRAW_ONCE, || "公共随机数已经出现".into())?;
        Ok(vec![Fact::Voided { ground, document: document.to_owned() }])
    }
}

/// Who may be on the list without an exclusion.
fn check_candidates(
    subject: MatterId,
    purpose: Purpose,
    roster: &[Candidate],
    ctx: &Ctx,
) -> Result<(), Refusal> {
    let leaves: BTreeSet<&str> = roster.iter().map(|candidate| candidate.line.leaf.as_str()).collect();
    need(leaves.len() == roster.len(), &rules::DRAW_ORDER, || "名单里同一个叶出现两次".into())?;
    let free = || roster.iter().filter(|candidate| candidate.line.exclusion.is_none());
    match purpose {
        Purpose::Objects => check_library(subject, purpose, roster, ctx),
        Purpose::Inspectors => {
            check_library(subject, purpose, roster, ctx)?;
            let all = free().all(|candidate| !candidate.certificate.trim().is_empty());
            need(all, &rules::CERTIFIED_ONLY, || "名单里有没有执法证件的人".into())
        }
        Purpose::Experts => {
            let Some(project) = ctx.look::<Project>(subject) else {
                return no(&rules::DRAW_ORDER, Help::Officer, "没有这个招标项目");
            };
            need(ctx.actor.org == project.tenderer, &rules::OWN_SIDE, || {
                format!("评标专家由招标人{}抽取", project.tenderer)
            })?;
            let standing = free().all(|candidate| candidate.years >= 8 && candidate.senior);
            need(standing, &rules::EXPERT_STANDING, || "名单里有不满八年或者没有高级职称的人".into())?;
            let supervisor = &project.registration.supervisor;
            let apart = free().all(|candidate| candidate.employer != *supervisor);
            need(apart, &rules::NO_SUPERVISORS, || format!("名单里有{supervisor}的人"))?;
            need(free().all(|candidate| candidate.bars.is_empty()), &rules::MEMBER_BARS, || {
                "名单里有应当排除而没有排除的人".into()
            })
        }
    }
}

/// 专家库: the list that its keeper drew up for this draw and no other (实施条例 46). Answers with the library's digest.
fn of_library(subject: MatterId, n: u16, root: &str, ctx: &Ctx) -> Result<String, Refusal> {
    let procurement = ctx
        .look::<Project>(subject)
        .is_some_and(|project| project.regime() == Regime::Procurement);
    let rule = if procurement { &rules::PROCUREMENT_EXPERTS } else { &rules::RANDOM_EXPERTS };
    let Some(library) = ctx.look::<Library>(Library::id()).filter(|library| library.published.is_some())
    else {
        return no(rule, Help::CatalogueManager, "还没有登记评标专家库");
    };
    match library.list(subject, n) {
        Some(list) if list.root == root => Ok(list.library.clone()),
        Some(_) => no(rule, Help::Officer, format!("名单、规则与{}编制的不一致", library.keeper)),
        None => no(rule, Help::Officer, format!("{}还没有为这次抽取编制名单", library.keeper)),
    }
}

/// 名录库: the list that the approved plan names, whole. Whoever has to stay out is on it with the reason.
fn check_library(
    subject: MatterId,
    purpose: Purpose,
    roster: &[Candidate],
    ctx: &Ctx,
) -> Result<(), Refusal> {
    let Some(inspection) = ctx.look::<Inspection>(subject) else {
        return no(&rules::DOUBLE_RANDOM, Help::Officer, "没有这次抽查");
    };
    need(ctx.actor.org == inspection.org, &rules::OWN_SIDE, || format!("本次抽查由{}抽取", inspection.org))?;
    need(inspection.approved.is_some(), &rules::APPROVED_VISIT, || "抽查计划还没有批准".into())?;
    let planned = match purpose {
        Purpose::Objects => &inspection.objects_library,
        Purpose::Inspectors | Purpose::Experts => &inspection.inspectors_library,
    };
    // A plan of before libraries were kept has none to hold the list against.
    let whole = planned.is_empty() || library(roster.iter().map(|one| &one.line)) == *planned;
    need(whole, &rules::TWO_LIBRARIES, || "名单不是抽查计划写明的名录库的全部".into())
}

/// The eligible in order, of each specialty as many as four full declines could ask for.
fn line_up(rules: &Rules, order: &[&Line]) -> Vec<Line> {
    let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
    let most = usize::from(rules.take) * 5 + 20;
    let mut lines = Vec::new();
    for line in order.iter().filter(|line| line.exclusion.is_none()) {
        let n = kept.entry(line.specialty.as_str()).or_default();
        *n += 1;
        if *n <= most {
            lines.push((*line).clone());
        }
    }
    lines
}
