//! 密封投标。 One sealed envelope: before its project's deadline it says neither whose it is nor for which project.
//!
//! What the ledger shows of a deposit is a commitment `H(project, nonce)`, the digest of the ciphertext and the moment.
//! It is deposited under a one-time account `sealed-…` of the body `sealed`, the act (which no ledger keeps) names the
//! project so that the deadline can be held against the moment at the door, and envelopes of all projects lie in one
//! kind. So no list, facet, fact or state tells the bidders of a project or their number (招标投标法 22). Whoever counts
//! the envelopes of the whole region learns an upper bound; empty envelopes (no project) may be deposited at any time
//! and look the same for ever, so that even this bound says little.
//!
//! After the deadline [`Act::Reveal`] opens the commitment, not the ciphertext, and the project admits the bid.

use crate::draw::record::is_secret;
use crate::draw::{is_hash, sha256};
use crate::project::Project;
use crate::rules::{self, tl, tr};
use crate::{act, need, no, opening};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Help, Invalid, Limit, Matter, MatterId, OrgId, PersonId, Refusal,
    Role, Rule, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The body of every one-time account.
pub const SEALED: &str = "sealed";
/// Levels of the ticket tree: always so many, so that its size says nothing of how many passed.
pub const TICKET_LEVELS: usize = 10;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Bid {
    pub number: String,
    pub envelope: String,
    /// Of the ciphertext that counts: the last one deposited in time.
    pub digest: String,
    pub received_ms: i64,
    pub holder: Option<PersonId>,
    /// Earlier ciphertexts, replaced before the deadline.
    pub replaced: Vec<String>,
    pub withdrawn: Option<Date>,
    /// 保证金退还的最后一日, once withdrawn.
    pub bond_due: Option<Date>,
    pub bond_back: Option<Date>,
    pub revealed: Option<MatterId>,
}

/// 资格预审通行证: a leaf of the ticket tree and its way up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ticket {
    pub secret: String,
    /// Place in the tree; its bits say on which side each step lies.
    pub place: u16,
    pub path: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 递交: `project` is held against the deadline and is not kept; absent for an empty envelope.
    Deposit { project: Option<MatterId>, nonce: String, digest: String, ticket: Option<Ticket> },
    /// 补充、修改
    Replace { project: MatterId, nonce: String, digest: String },
    /// 撤回
    Withdraw { project: MatterId, nonce: String },
    /// 退还保证金
    ReturnBond,
    /// 揭示归属: after the deadline, by whoever knows the nonce.
    Reveal { project: MatterId, nonce: String },
    /// 澄清: what the committee asked of this bid, answered by its holder.
    Explain { digest: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Deposited { number: String, envelope: String, digest: String, at_ms: i64 },
    Replaced { digest: String, at_ms: i64 },
    Withdrawn { bond_due: Option<Date> },
    BondReturned { in_time: Option<bool> },
    Revealed { project: MatterId, digest: String, received_ms: i64 },
    Explained { project: MatterId, digest: String },
}

/// 信封: what binds a bid to its project without naming it.
pub fn envelope(project: MatterId, nonce: &str) -> String {
    sha256(&format!("fadu-bid\n{project}\n{nonce}\n"))
}

/// The leaf of a ticket.
pub fn ticket_leaf(project: MatterId, secret: &str) -> String {
    sha256(&format!("fadu-ticket\n{project}\n{secret}\n"))
}

pub fn join(left: &str, right: &str) -> String {
    sha256(&format!("{left}\n{right}\n"))
}

/// 通行证树: the root, and a ticket for each of `secrets`. `pads` are random hashes that fill the other places; all are put
/// in the order of their hashes, so that a place tells nothing either. `None` unless they fill the tree exactly.
pub fn tickets(project: MatterId, secrets: &[String], pads: &[String]) -> Option<(String, Vec<Ticket>)> {
    let leaves: Vec<String> = secrets.iter().map(|secret| ticket_leaf(project, secret)).collect();
    let mut level: Vec<String> = leaves.iter().chain(pads).cloned().collect();
    level.sort_unstable();
    level.dedup();
    if level.len() != 1 << TICKET_LEVELS {
        return None;
    }
    let mut tickets = Vec::with_capacity(secrets.len());
    for (secret, leaf) in secrets.iter().zip(&leaves) {
        let place = u16::try_from(level.binary_search(leaf).ok()?).ok()?;
        tickets.push(Ticket { secret: secret.clone(), place, path: Vec::with_capacity(TICKET_LEVELS) });
    }
    for step in 0..TICKET_LEVELS {
        for ticket in &mut tickets {
            let beside = (usize::from(ticket.place) >> step) ^ 1;
            ticket.path.push(level.get(beside)?.clone());
        }
        level = level.chunks_exact(2).map(|pair| join(&pair[0], &pair[1])).collect();
    }
    Some((level.pop()?, tickets))
}

fn ticket_root(project: MatterId, ticket: &Ticket) -> String {
    let mut node = ticket_leaf(project, &ticket.secret);
    for (level, sibling) in ticket.path.iter().enumerate() {
        let right = ticket.place >> level & 1 == 1;
        node = if right { join(sibling, &node) } else { join(&node, sibling) };
    }
    node
}

/// Before bids are opened a bidder acts under a one-time account: no entry, list or log then names one.
pub(crate) fn need_sealed(ctx: &Ctx) -> Result<(), Refusal> {
    let one_time = ctx.actor.person.as_str().starts_with("sealed-") && ctx.actor.org.as_str() == SEALED;
    need(one_time, &rules::SECRET_BIDDERS, || "开标之前，投标人以一次性密封身份办理".into())
}

fn open_project<'a>(id: MatterId, ctx: &'a Ctx) -> Result<&'a Project, Refusal> {
    match ctx.look::<Project>(id).filter(|project| project.takes_bids()) {
        Some(project) => Ok(project),
        None => no(&rules::ORDER, Help::Window, "这个项目现在不接收投标文件"),
    }
}

/// To the millisecond of the moment read once at the door: one second late is late.
fn in_time(project: &Project, ctx: &Ctx) -> Result<(), Refusal> {
    let deadline = project.deadline_ms().unwrap_or(i64::MIN);
    need(ctx.moment.ms <= deadline, &rules::LATE_BIDS, || "投标已经截止，应当拒收".into())
}

impl Bid {
    fn deposit(
        &self,
        project: Option<MatterId>,
        nonce: &str,
        digest: &str,
        ticket: Option<&Ticket>,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        need(self.holder.is_none(), &rules::ORDER, || "已经递交".into())?;
        if let Some(id) = project {
            let project = open_project(id, ctx)?;
            in_time(project, ctx)?;
            let first = project.tender.file.as_ref().is_some_and(|file| file.prequalification.is_some());
            let passed = ticket.is_some_and(|ticket| {
                ticket.path.len() == TICKET_LEVELS
                    && project.tender.qualified.as_deref() == Some(&ticket_root(id, ticket))
            });
            need(!first || passed, &rules::LATE_BIDS, || "没有通过资格预审，应当拒收".into())?;
        }
        Ok(vec![Fact::Deposited {
            number: crate::number(ctx),
            envelope: envelope(project.unwrap_or_default(), nonce),
            digest: digest.to_owned(),
            at_ms: ctx.moment.ms,
        }])
    }

    /// The envelope is opened by its nonce, by its holder or (to reveal) by anybody who was given the nonce.
    fn unlock(&self, project: MatterId, nonce: &str) -> Result<(), Refusal> {
        need(self.holder.is_some(), &rules::ORDER, || "还没有递交".into())?;
        need(self.withdrawn.is_none(), &rules::ORDER, || "已经撤回".into())?;
        need(self.revealed.is_none(), &rules::ORDER, || "已经揭示归属".into())?;
        need(envelope(project, nonce) == self.envelope, &rules::OWN_SIDE, || "随机数打不开这个信封".into())
    }
}

const ON_TL_28_TR_36: &[Basis] = &[tl(28), tr(36)];
const ON_TL_29: &[Basis] = &[tl(29)];
const ON_TL_29_TR_35: &[Basis] = &[tl(29), tr(35)];
const ON_TR_35: &[Basis] = &[tr(35)];
const ON_TL_39_TR_52: &[Basis] = &[tl(39), tr(52)];
const ON_TL_34_TL_36: &[Basis] = &[tl(34), tl(36)];

impl Matter for Bid {
    const KIND: &'static str = "bid";
    const ZH: &'static str = "密封投标";
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Deposit", "递交投标文件", ON_TL_28_TR_36),
            act("Replace", "补充、修改投标文件", ON_TL_29),
            act("Withdraw", "撤回投标文件", ON_TL_29_TR_35),
            act("ReturnBond", "退还投标保证金", ON_TR_35),
            act("Reveal", "揭示投标归属", ON_TL_34_TL_36),
            act("Explain", "答复评标委员会", ON_TL_39_TR_52),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Deposit Replace Withdraw ReturnBond Reveal Explain)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact: Deposited Replaced Withdrawn BondReturned Revealed Explained)
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let (nonce, digest) = match act {
            Act::Deposit { nonce, digest, .. } | Act::Replace { nonce, digest, .. } => (nonce, Some(digest)),
            Act::Withdraw { nonce, .. } | Act::Reveal { nonce, .. } => (nonce, None),
            Act::ReturnBond => return Ok(()),
            Act::Explain { digest } if is_hash(digest) => return Ok(()),
            Act::Explain { .. } => {
                return Err(vec![Invalid::new("digest", "答复的摘要应为64位小写十六进制")]);
            }
        };
        if !is_secret(nonce) {
            wrong.push(Invalid::new("nonce", "随机数应为至少32位小写十六进制"));
        }
        if digest.is_some_and(|digest| !is_hash(digest)) {
            wrong.push(Invalid::new("digest", "密文摘要应为64位小写十六进制"));
        }
        // A sealed bid carries its bidder inside the ciphertext: nothing personal beside it.
        wrong.extend(private.keys().map(|field| Invalid::new(field, "密封投标不收取个人信息")));
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        match act {
            Act::Deposit { project, nonce, digest, ticket } => {
                need_sealed(ctx)?;
                self.deposit(*project, nonce, digest, ticket.as_ref(), ctx)
            }
            Act::Replace { project, nonce, digest } => {
                need_sealed(ctx)?;
                self.unlock(*project, nonce)?;
                in_time(open_project(*project, ctx)?, ctx)?;
                Ok(vec![Fact::Replaced { digest: digest.clone(), at_ms: ctx.moment.ms }])
            }
            Act::Withdraw { project, nonce } => {
                need_sealed(ctx)?;
                self.unlock(*project, nonce)?;
                in_time(open_project(*project, ctx)?, ctx)?;
                Ok(vec![Fact::Withdrawn { bond_due: Limit::days(5).end(ctx.today(), ctx.calendar).ok() }])
            }
            Act::ReturnBond => {
                need(self.withdrawn.is_some(), &rules::BOND_ON_WITHDRAWAL, || "没有撤回".into())?;
                need(self.bond_back.is_none(), &rules::BOND_ON_WITHDRAWAL, || "已经退还".into())?;
                Ok(vec![Fact::BondReturned { in_time: self.bond_due.map(|due| ctx.today() <= due) }])
            }
            Act::Reveal { project, nonce } => {
                self.unlock(*project, nonce)?;
                let passed = ctx
                    .look::<Project>(*project)
                    .and_then(Project::deadline_ms)
                    .is_some_and(|deadline| ctx.moment.ms >= deadline);
                need(passed, &rules::NO_EARLY_LOOK, || "投标还没有截止".into())?;
                let this_round = ctx
                    .look::<Project>(*project)
                    .is_some_and(|project| self.received_ms >= project.tender.announced_ms);
                need(this_round, &rules::ORDER, || "是上一次招标收到的投标文件".into())?;
                let closed = ctx
                    .look::<Project>(*project)
                    .is_some_and(|project| project.tender.opened.is_some());
                need(!closed, &rules::ORDER, || "开标已经结束，不再揭示".into())?;
                Ok(vec![Fact::Revealed {
                    project: *project,
                    digest: self.digest.clone(),
                    received_ms: self.received_ms,
                }])
            }
            Act::Explain { digest } => {
                need_sealed(ctx)?;
                let asks = |project: &Project| {
                    project.tender.report.is_none() && project.tender.asked.contains(&ctx.matter)
                };
                let asked = self.revealed.filter(|id| ctx.look::<Project>(*id).is_some_and(asks));
                match asked {
                    Some(project) => Ok(vec![Fact::Explained { project, digest: digest.clone() }]),
                    None => no(&rules::ASKED_ONLY, Help::Officer, "评标委员会没有要求这份投标澄清"),
                }
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Deposited { number, envelope, digest, at_ms } => {
                self.number.clone_from(number);
                self.envelope.clone_from(envelope);
                self.digest.clone_from(digest);
                self.received_ms = *at_ms;
                self.holder = Some(stamp.person.clone());
            }
            Fact::Replaced { digest, at_ms } => {
                self.replaced.push(std::mem::replace(&mut self.digest, digest.clone()));
                self.received_ms = *at_ms;
            }
            Fact::Withdrawn { bond_due } => {
                self.withdrawn = Some(stamp.day);
                self.bond_due = *bond_due;
            }
            Fact::BondReturned { .. } => self.bond_back = Some(stamp.day),
            Fact::Revealed { project, .. } => self.revealed = Some(*project),
            // The project holds what was asked and answered.
            Fact::Explained { .. } => {}
        }
    }

    /// The number on the receipt, and nothing else, until the deadline has passed.
    fn docket(&self, _calendar: &Calendar) -> Docket {
        let mut facets = vec![("number".to_owned(), self.number.clone())];
        facets.extend(self.revealed.map(|project| ("project".to_owned(), project.to_string())));
        let status = match self {
            Bid { bond_back: Some(_), .. } => "refunded",
            Bid { withdrawn: Some(_), .. } => "withdrawn",
            Bid { revealed: Some(_), .. } => "revealed",
            Bid { .. } => "sealed",
        };
        let refund = self.withdrawn.is_some() && self.bond_back.is_none();
        let tasks = refund.then(|| Task {
            name: "return_bond".to_owned(),
            role: Role::WindowClerk,
            org: OrgId::new(SEALED),
            due: self.bond_due,
        });
        Docket {
            number: self.number.clone(),
            title: "密封投标文件".to_owned(),
            status: status.to_owned(),
            org: OrgId::new(SEALED),
            due: self.bond_due.filter(|_| refund),
            closed: self.revealed.is_some() || self.bond_back.is_some(),
            facets,
            tasks: tasks.into_iter().collect(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: OrgId::new(SEALED), applicants: self.holder.iter().cloned().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(n: usize, of: &str) -> Vec<String> {
        (0..n).map(|n| sha256(&format!("{of} {n}"))).collect()
    }

    #[test]
    fn every_ticket_leads_to_the_root_of_its_own_project() {
        let (project, whole) = (MatterId(7), 1 << TICKET_LEVELS);
        for n_passed in [0, 1, 3, 40] {
            let (secrets, pads) = (made(n_passed, "secret"), made(whole - n_passed, "pad"));
            let (root, tickets) = tickets(project, &secrets, &pads).unwrap();
            assert_eq!(tickets.len(), n_passed);
            for ticket in &tickets {
                assert_eq!(ticket.path.len(), TICKET_LEVELS);
                assert_eq!(ticket_root(project, ticket), root);
                assert_ne!(ticket_root(MatterId(8), ticket), root);
            }
        }
    }

    #[test]
    fn a_tree_that_is_not_full_is_none() {
        let whole = 1 << TICKET_LEVELS;
        assert!(tickets(MatterId(7), &made(3, "secret"), &made(whole - 4, "pad")).is_none());
        let (mut secrets, pads) = (made(3, "secret"), made(whole - 3, "pad"));
        secrets[1] = secrets[0].clone();
        assert!(tickets(MatterId(7), &secrets, &pads).is_none(), "two with one secret");
    }
}
