//! 公共资源交易的联动和公布。 A revealed bid is entered with its project, a complaint's order suspends it, and the list
//! of a draw is kept under its root so that anybody can compute the draw again.

use crate::{App, Call, Committed, Problem, flags, private};
use fadu_kernel::{Actor, Fen, Help, Invalid, MatterId, Refusal};
use fadu_ledger::note::hex;
use fadu_store::{Fault, OutboxRow};
use fadu_trading::draw::matter::Act as DrawAct;
use fadu_trading::draw::{Line, Record, root_text, sha256};
use fadu_trading::project::{OpenedSheet, Points, Stage};
use fadu_trading::{Draw, Inspection, Project, bid, complaint, inspection, project, rules};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trading", rename_all = "snake_case")]
pub(crate) enum Effect {
    /// 投标文件入册: the deadline has passed and its commitment is opened.
    AdmitBid { project: MatterId, bid: MatterId, digest: String, received_ms: i64 },
    /// 通知暂停
    SuspendProject { project: MatterId, document: String },
    /// 启封评分: every member has signed.
    OpenSheets { project: MatterId },
    /// 投诉成立: nothing is awarded before it is put right.
    NoteUpheld { project: MatterId, complaint: MatterId, about: complaint::About },
    /// 按登记信息核对: an opening is over.
    MatchRegistry { project: MatterId },
    /// 提示风险: a step that flags may say something new about.
    RaiseFlags { project: MatterId },
    /// 投标人澄清: the holder of the bid has answered.
    AnswerCommittee { project: MatterId, bid: MatterId, digest: String },
}

pub(crate) fn asked(id: MatterId, fact: &dyn Any) -> Option<Effect> {
    if let Some(bid::Fact::Revealed { project, digest, received_ms }) = fact.downcast_ref() {
        let (project, digest, received_ms) = (*project, digest.clone(), *received_ms);
        return Some(Effect::AdmitBid { project, bid: id, digest, received_ms });
    }
    if let Some(bid::Fact::Explained { project, digest }) = fact.downcast_ref() {
        let (project, digest) = (*project, digest.clone());
        return Some(Effect::AnswerCommittee { project, bid: id, digest });
    }
    if let Some(project::Fact::OpeningClosed { .. }) = fact.downcast_ref() {
        return Some(Effect::MatchRegistry { project: id });
    }
    if let Some(project::Fact::SheetsSigned { last: true, .. }) = fact.downcast_ref() {
        return Some(Effect::OpenSheets { project: id });
    }
    if fact.downcast_ref().is_some_and(flags::ask_for_a_look) {
        return Some(Effect::RaiseFlags { project: id });
    }
    match fact.downcast_ref() {
        Some(complaint::Fact::Decided {
            upheld: true, project: Some(project), about: Some(about), ..
        }) => Some(Effect::NoteUpheld { project: *project, complaint: id, about: *about }),
        Some(complaint::Fact::SuspensionOrdered { project, document }) => {
            Some(Effect::SuspendProject { project: *project, document: document.clone() })
        }
        _ => None,
    }
}

/// 上线障碍。 What this county has not adopted of its own.
pub(crate) fn lacks(app: &App) -> Vec<(String, String)> {
    fadu_trading::parameters::lacking(&*app.catalogue(), app.moment().today)
}

impl App {
    /// `false`: there was nothing left to do.
    pub(crate) async fn relay_trading(&self, row: &OutboxRow, effect: Effect) -> Result<bool, Problem> {
        let catalogue = self.catalogue();
        let (id, act) = match effect {
            Effect::RaiseFlags { project } => {
                let raised = self.raise_flags(project).await?;
                self.store.outbox_settled(self.region, row.seq, row.n).await?;
                return Ok(raised);
            }
            Effect::MatchRegistry { project } => {
                let raised = self.match_registry(project).await?;
                self.store.outbox_settled(self.region, row.seq, row.n).await?;
                return Ok(raised);
            }
            Effect::OpenSheets { project: id } => {
                let sheets = match catalogue.one::<Project>(id) {
                    Some(project) => self.sealed_sheets(project, None).await?,
                    None => Vec::new(),
                };
                (id, project::Act::OpenSheets { sheets })
            }
            Effect::AdmitBid { project, bid, digest, received_ms } => {
                (project, project::Act::Admit { bid, digest, received_ms })
            }
            Effect::NoteUpheld { project, complaint, about } => {
                (project, project::Act::NoteUpheld { complaint, about })
            }
            Effect::AnswerCommittee { project, bid, digest } => {
                (project, project::Act::AnswerCommittee { bid, digest })
            }
            Effect::SuspendProject { project, document } => (project, project::Act::Suspend { document }),
        };
        let asks = catalogue.one::<Project>(id).is_some_and(|project| still_asks(project, &act));
        if !asks {
            self.store.outbox_settled(self.region, row.seq, row.n).await?;
            return Ok(false);
        }
        let (relay, private) = (Actor::relay(), BTreeMap::new());
        let call = Call { actor: &relay, matter: Some(id), act, private, key: None };
        Ok(self.carry_out::<Project>(call, Some((row.seq, row.n))).await?.is_some())
    }

    /// 化整为零 (招标投标法 4): what the owner itself has registered under the same project code is part of the sum that it
    /// states, whatever it says of it.
    pub(crate) fn may_register(&self, actor: &Actor, act: &(dyn Any + Send + Sync)) -> Result<(), Problem> {
        let Some(project::Act::Register { registration }) = act.downcast_ref() else { return Ok(()) };
        let code = registration.code.trim();
        let catalogue = self.catalogue();
        let others: Vec<i64> = catalogue
            .all::<Project>()
            .map(|(_, other)| other)
            .filter(|other| !code.is_empty() && other.registration.code.trim() == code)
            .filter(|other| other.tenderer == actor.org && other.registration.kind == registration.kind)
            .filter(|other| other.terminated.is_none())
            .map(|other| other.registration.estimate_fen)
            .collect();
        let known = others
            .iter()
            .fold(registration.estimate_fen, |sum, fen| sum.saturating_add(*fen));
        if others.is_empty() || registration.together_fen >= known {
            return Ok(());
        }
        let because = format!(
            "项目代码{code}下已经登记了{}个同类合同，连同本合同估算价合计{}元，可以合并的合计不能少于这个数",
            others.len(),
            Fen(known)
        );
        let regime = registration.kind.regime().unwrap_or_default();
        let rule = regime.rule(&rules::NO_SPLITTING, &rules::PROCUREMENT_SPLITTING);
        Err(Problem::Refused(Refusal::new(rule, Help::Officer, because)))
    }

    /// 年度检查次数: what other inspections on record did to the same object this year is counted, whatever the officer
    /// types; it may only be more, where other bodies keep their own books.
    pub(crate) fn may_visit(&self, matter: MatterId, act: &(dyn Any + Send + Sync)) -> Result<(), Problem> {
        let Some(inspection::Act::Visit { object, visits_this_year, ours_this_year, .. }) =
            act.downcast_ref()
        else {
            return Ok(());
        };
        let (catalogue, year) = (self.catalogue(), self.moment().today.year());
        let Some(this) = catalogue.one::<Inspection>(matter) else { return Ok(()) };
        let unit = this.visit(object).map_or("", |visit| visit.unit.trim());
        let same = |visit: &inspection::Visit| {
            let named = !unit.is_empty() && visit.unit.trim() == unit;
            visit.visited.is_some_and(|day| day.year() == year) && (visit.object == *object || named)
        };
        let (mut known, mut ours) = (0, 0);
        for (_, other) in catalogue.all::<Inspection>().filter(|(id, _)| *id != matter) {
            let n = other.visits.iter().filter(|visit| same(visit)).count();
            known += n;
            ours += if other.org == this.org { n } else { 0 };
        }
        if usize::from(*visits_this_year) < known {
            let because = format!("本系统已记录本年度检查{known}次，填写的次数不能少于这个数");
            return Err(Problem::Refused(Refusal::new(&rules::VISIT_CAP, Help::Officer, because)));
        }
        if usize::from(*ours_this_year) < ours {
            let because = format!("本系统已记录本部门本年度检查{ours}次，填写的次数不能少于这个数");
            return Err(Problem::Refused(Refusal::new(&rules::SMALL_MERGED, Help::Officer, because)));
        }
        Ok(())
    }

    /// 按公共随机数抽取: the list is kept under its root first, so that no draw is concluded whose list is lost.
    /// Errors: `Invalid` where the list is not the frozen one, else those of any act.
    pub async fn conclude_draw(
        &self,
        actor: &Actor,
        id: MatterId,
        public_value: &str,
        roster: Vec<Line>,
        key: Option<String>,
    ) -> Result<Committed, Problem> {
        self.keep_roster(id, &roster).await?;
        let act = DrawAct::Conclude { public_value: public_value.to_owned(), roster };
        self.act::<Draw>(Call { actor, matter: Some(id), act, private: BTreeMap::new(), key })
            .await
    }

    /// 评分，封存: kept before the act, so that no digest stands in the ledger whose sheet is lost.
    /// Errors: those of any act.
    pub async fn score_bid(
        &self,
        actor: &Actor,
        id: MatterId,
        bid: MatterId,
        points: Vec<Points>,
        key: Option<String>,
    ) -> Result<Committed, Problem> {
        let act = project::Act::Score { bid, points, nonce: hex(&private::random::<32>()?) };
        self.keep_with(Some(id), &act).await?;
        self.act::<Project>(Call { actor, matter: Some(id), act, private: BTreeMap::new(), key })
            .await
    }

    /// 要求投标人澄清: what is asked is kept under its digest, for the committee and the bidder alone.
    /// Errors: those of any act.
    pub async fn ask_bidder(
        &self,
        actor: &Actor,
        id: MatterId,
        (bid, answer_by): (MatterId, Date),
        question: &str,
        key: Option<String>,
    ) -> Result<Committed, Problem> {
        let act = project::Act::AskBidder { bid, digest: self.keep_text(question).await?, answer_by };
        self.act::<Project>(Call { actor, matter: Some(id), act, private: BTreeMap::new(), key })
            .await
    }

    /// 投标人澄清, kept in the same way. Errors: those of any act.
    pub async fn explain_bid(
        &self,
        actor: &Actor,
        bid: MatterId,
        answer: &str,
        key: Option<String>,
    ) -> Result<Committed, Problem> {
        let act = bid::Act::Explain { digest: self.keep_text(answer).await? };
        self.act::<bid::Bid>(Call { actor, matter: Some(bid), act, private: BTreeMap::new(), key })
            .await
    }

    /// 提问: what is asked of the tenderer is kept under its digest, for the tenderer and its supervisor.
    /// Errors: those of any act.
    pub async fn ask_tenderer(
        &self,
        actor: &Actor,
        id: MatterId,
        question: &str,
        key: Option<String>,
    ) -> Result<Committed, Problem> {
        let act = project::Act::Ask { digest: self.keep_text(question).await? };
        self.act::<Project>(Call { actor, matter: Some(id), act, private: BTreeMap::new(), key })
            .await
    }

    /// 提出异议（质疑）, kept in the same way. Errors: those of any act.
    pub async fn object_to(
        &self,
        actor: &Actor,
        id: MatterId,
        (stage, known_on): (Stage, Date),
        text: &str,
        key: Option<String>,
    ) -> Result<Committed, Problem> {
        let act = project::Act::Object { stage, known_on, digest: self.keep_text(text).await? };
        self.act::<Project>(Call { actor, matter: Some(id), act, private: BTreeMap::new(), key })
            .await
    }

    /// The digest under which a text is kept.
    async fn keep_text(&self, text: &str) -> Result<String, Problem> {
        let digest = sha256(text);
        self.keep_sealed(&digest, text.as_bytes()).await?;
        Ok(digest)
    }

    /// What the committee asks of this bid and waits for, for its holder: texts and last days. Nothing for anybody else.
    pub async fn asked_of_bid(&self, holder: &Actor, id: MatterId) -> Result<Vec<(String, Date)>, Problem> {
        let Some(bid) = self.bid(id).await? else { return Ok(Vec::new()) };
        let catalogue = self.catalogue();
        let own = bid.revealed.filter(|_| bid.holder.as_ref() == Some(&holder.person));
        let Some(project) = own.and_then(|project| catalogue.one::<Project>(project)) else {
            return Ok(Vec::new());
        };
        let mut asked = Vec::new();
        for question in &project.tender.questions {
            if question.bid != id || question.answer.is_some() {
                continue;
            }
            asked.push((self.kept_text(&question.digest).await?, question.answer_by));
        }
        Ok(asked)
    }

    /// What was asked or answered, by its digest; where only the digest was handed in, that. A scoring sheet lies under
    /// the digest of another text than itself: nobody reads it by asking with its digest.
    pub async fn kept_text(&self, digest: &str) -> Result<String, Problem> {
        let kept = self.kept_sealed(digest).await?;
        let text = kept.map(|text| String::from_utf8_lossy(&text).into_owned());
        Ok(text.filter(|text| sha256(text) == digest).unwrap_or_else(|| digest.to_owned()))
    }

    /// Sheets that are sealed still: of one seat, for the seat itself; of all, for the relay that opens them.
    /// Errors: `Fault` where one is lost.
    pub async fn sealed_sheets(
        &self,
        project: &Project,
        seat: Option<&str>,
    ) -> Result<Vec<OpenedSheet>, Problem> {
        let mut sheets = Vec::new();
        for sealed in &project.tender.sealed {
            if seat.is_some_and(|seat| sealed.seat != seat) {
                continue;
            }
            let lost = || Fault::Corrupt(format!("a scoring sheet is lost: {}", sealed.digest));
            let text = self.kept_sealed(&sealed.digest).await?.ok_or_else(lost)?;
            let sheet: OpenedSheet =
                serde_json::from_slice(&text).map_err(|error| Fault::Corrupt(error.to_string()))?;
            sheets.push(sheet);
        }
        Ok(sheets)
    }

    /// What an act brings that is needed later and no ledger keeps, also where it came by the generic form.
    pub(crate) async fn keep_with(
        &self,
        matter: Option<MatterId>,
        act: &(dyn Any + Send + Sync),
    ) -> Result<(), Problem> {
        if let Some(project::Act::Score { bid, points, nonce }) = act.downcast_ref() {
            let sheet = OpenedSheet { bid: *bid, points: points.clone(), nonce: nonce.clone() };
            let text = serde_json::to_vec(&sheet).map_err(|error| Fault::Engine(error.to_string()))?;
            return Ok(self.keep_sealed(&sheet.digest(), &text).await?);
        }
        match (matter, act.downcast_ref()) {
            (Some(id), Some(DrawAct::Conclude { roster, .. })) => self.keep_roster(id, roster).await,
            _ => Ok(()),
        }
    }

    /// Its root names a list and nothing else: whoever brings it, it is the one that was frozen.
    pub async fn keep_roster(&self, id: MatterId, roster: &[Line]) -> Result<(), Problem> {
        let catalogue = self.catalogue();
        let draw = catalogue.one::<Draw>(id).ok_or(Problem::NotFound)?;
        let text = root_text(&draw.rules, roster);
        if sha256(&text) != draw.root {
            return Err(Problem::Invalid(vec![Invalid::new("roster", "名单不是冻结的名单")]));
        }
        let media = "text/plain; charset=utf-8";
        Ok(self.store.put_blob(self.region, &draw.root, media, text.into_bytes()).await?)
    }

    /// 招标项目的事实, each with its instant, in their order.
    pub async fn project_facts(&self, id: MatterId) -> Result<Vec<(i64, project::Fact)>, Problem> {
        let facts = self.store.entries_of(self.region, id).await?;
        let facts: Result<Vec<_>, _> = facts.iter().map(|row| fact(row.ms, &row.body)).collect();
        Ok(facts?)
    }

    /// 抽取记录: `None` before the draw is concluded, or while its list has not been brought.
    pub async fn draw_record(&self, id: MatterId) -> Result<Option<Record>, Problem> {
        let catalogue = self.catalogue();
        let draw = catalogue.one::<Draw>(id).ok_or(Problem::NotFound)?;
        if draw.concluded.is_none() {
            return Ok(None);
        }
        let Some((_, list)) = self.store.blob(self.region, &draw.root).await? else { return Ok(None) };
        let facts = self.store.entries_of(self.region, id).await?;
        let facts: Result<Vec<_>, _> = facts.iter().map(|row| fact(row.ms, &row.body)).collect();
        Ok(Record::of(id, &facts?, &String::from_utf8_lossy(&list)))
    }
}

fn fact<F: DeserializeOwned>(ms: i64, body: &str) -> Result<(i64, F), Fault> {
    #[derive(Deserialize)]
    struct Entry<F> {
        data: F,
    }
    let entry: Entry<F> = serde_json::from_str(body).map_err(|error| Fault::Corrupt(error.to_string()))?;
    Ok((ms, entry.data))
}

/// What came too late to be done is settled, not tried for ever: a bid revealed after the opening was closed, an order
/// to suspend what stands still or is over.
fn still_asks(project: &Project, act: &project::Act) -> bool {
    let over = project.terminated.is_some() || project.archived.is_some();
    match act {
        project::Act::Admit { bid, received_ms, .. } => {
            let open = project.tender.opened.is_none() && project.bid(*bid).is_none();
            !over && open && *received_ms >= project.tender.announced_ms
        }
        project::Act::OpenSheets { .. } => {
            let tender = &project.tender;
            !over && tender.report.is_none() && project.all_signed() && !tender.sealed.is_empty()
        }
        project::Act::AnswerCommittee { bid, .. } => {
            !over && project.tender.report.is_none() && project.tender.asked.contains(bid)
        }
        project::Act::NoteUpheld { complaint, .. } => {
            !over && !project.upheld_complaints.iter().any(|one| one.complaint == *complaint)
        }
        project::Act::Suspend { document } => {
            !over && project.suspensions().all(|order| order.document != *document)
        }
        _ => !over,
    }
}
