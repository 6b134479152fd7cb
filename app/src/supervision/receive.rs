//! 交易台账的接收。 In order, whole, and against the venue's signature: an entry that is left out, changed or put under another
//! kind breaks the sequence, the root, or the version that its project counts. What broke is noted and nothing is received
//! until a person has settled it.

use super::feed::{Feed, Line, OTHER, SHOWN};
use super::watch;
use crate::{App, Call, Problem};
use fadu_kernel::{Actor, Matter, MatterId, OrgId};
use fadu_ledger::note::{hex, unhex};
use fadu_ledger::{Frontier, Receipt, VerifyKey};
use fadu_store::Fault;
use fadu_supervision::alert::{self, Raised};
use fadu_supervision::venue::{self, Batch};
use fadu_supervision::{Alert, DutyList, Venue, duties};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Kinds of withheld entries are kept by so many.
const TILE: i64 = 256;

/// 接收的结果。
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    Nothing,
    Whole {
        entries: i64,
        alerts: usize,
    },
    /// At which entry, and why.
    Broken {
        at: i64,
        because: String,
    },
}

/// 镜像: what is remembered of a venue's ledger beside the acts, true to one size of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Mirror {
    size: i64,
    frontier: String,
    /// The version that each matter of trading has reached.
    versions: BTreeMap<MatterId, i64>,
    pub(super) projects: BTreeMap<MatterId, Seen>,
    /// The project that each draw of experts is for.
    #[serde(default)]
    pub(super) draws: BTreeMap<MatterId, MatterId>,
}

/// What is known of a project.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Seen {
    pub title: String,
    pub tenderer: String,
    pub sector: String,
    pub supervisor: OrgId,
    /// Objections that wait for an answer, with their last day.
    pub objections: BTreeMap<u32, Option<Date>>,
    /// The award notice, until the contract is signed.
    pub noticed: Option<Date>,
    /// 依法必须招标的项目, under the tendering law: its candidates are published and its award is reported in time.
    #[serde(default)]
    pub must: bool,
    /// The committee's report, until the candidates are published.
    #[serde(default)]
    pub reported: Option<Date>,
    /// The award, until it is reported to the supervisor.
    #[serde(default)]
    pub awarded: Option<Date>,
}

/// The part of an entry that its place in the sequence depends on.
#[derive(Deserialize)]
struct Said {
    seq: i64,
    kind: String,
    matter: MatterId,
    version: i64,
    fact: String,
    at: String,
    data: serde_json::Value,
}

/// One shown entry, read.
pub(super) struct Told {
    pub seq: i64,
    pub kind: String,
    pub matter: MatterId,
    pub fact: String,
    pub day: Option<Date>,
    pub data: serde_json::Value,
}

/// What stands in the way of a batch, and at which entry.
struct Fails(i64, String);

fn slot(venue: MatterId, n: u8) -> String {
    format!("feed/{venue}/mirror/{n}")
}

/// Where the full text of an entry lies that some alert rests on.
pub fn entry_blob(venue: MatterId, seq: i64) -> String {
    format!("feed/{venue}/entry/{seq}")
}

impl App {
    /// 接收一段。 Errors: `NotFound` where there is no such venue; those of any act.
    pub async fn receive(&self, venue: MatterId, feed: &Feed) -> Result<Received, Problem> {
        let catalogue = self.catalogue();
        let known = catalogue.one::<Venue>(venue).ok_or(Problem::NotFound)?;
        if known.open_break().is_some() || feed.lines.is_empty() {
            return Ok(Received::Nothing);
        }
        let (kept, mut mirror) = self.mirror(venue, known.next).await?;
        let checked = check(known, feed, &mut mirror);
        let (batch, told) = match checked {
            Ok(checked) => checked,
            Err(Fails(at, because)) => {
                let note = venue::Act::NoteBreak { at, because: because.clone() };
                self.as_relay::<Venue>(venue, note).await?;
                return Ok(Received::Broken { at, because });
            }
        };
        let today = self.moment().today;
        let mut raised: Vec<(i64, Raised)> = Vec::new();
        let mut signed = Vec::new();
        for one in &told {
            watch::note(&mut mirror, one);
            let found = watch::of_fact(known, &mirror, one);
            raised.extend(found.into_iter().map(|alert| (one.seq, alert)));
            signed.extend(watch::signed(one));
        }
        raised.extend(
            watch::late(known, &mirror, today, &self.calendar())
                .into_iter()
                .map(|one| (-1, one)),
        );
        self.keep(venue, kept, &mirror, known.next, feed, &raised).await?;
        let entries = batch.to - batch.from;
        self.as_relay::<Venue>(venue, venue::Act::Receive { batch: Box::new(batch) })
            .await?;
        let mut alerts = 0;
        for (_, alert) in raised {
            alerts += usize::from(self.raise(alert).await?);
        }
        for (project, version, source) in signed {
            self.note_signed(known, &mirror, project, &version, source).await?;
        }
        Ok(Received::Whole { entries, alerts })
    }

    /// 核对: an entry that was withheld, opened on demand. Whether it is of the kind that was declared is entered with it.
    /// Errors: `Invalid` where the receipt does not lead to a checkpoint of the venue.
    pub async fn audit(&self, actor: &Actor, venue: MatterId, receipt: &Receipt) -> Result<bool, Problem> {
        let catalogue = self.catalogue();
        let known = catalogue.one::<Venue>(venue).ok_or(Problem::NotFound)?;
        let wrong = |why: String| Problem::Invalid(vec![fadu_kernel::Invalid::new("receipt", why)]);
        let key = VerifyKey::parse(known.place.key.trim()).map_err(|error| wrong(error.to_string()))?;
        receipt.verify(&key).map_err(|error| wrong(error.to_string()))?;
        let said: Said = serde_json::from_str(&receipt.entry).map_err(|error| wrong(error.to_string()))?;
        let seq = i64::try_from(receipt.seq).unwrap_or(i64::MAX);
        let declared = self.declared(venue, seq).await?.unwrap_or_default();
        // Of an entry that was withheld it is declared that it is none of trading's; older feeds named its kind.
        let held = match declared.as_str() {
            OTHER => !SHOWN.contains(&said.kind.as_str()),
            kind => said.kind == kind,
        };
        let digest = hex(&Sha256::digest(&receipt.entry));
        let act = venue::Act::Audit { seq, declared, held, digest };
        let call = Call { actor, matter: Some(venue), act, private: BTreeMap::new(), key: None };
        self.act::<Venue>(call).await?;
        Ok(held)
    }

    /// The kind under which an entry came.
    async fn declared(&self, venue: MatterId, seq: i64) -> Result<Option<String>, Problem> {
        let kinds = self.kinds(venue, seq.div_euclid(TILE)).await?;
        Ok(kinds.get(seq.rem_euclid(TILE) as usize).cloned())
    }

    async fn kinds(&self, venue: MatterId, tile: i64) -> Result<Vec<String>, Problem> {
        let found = self.store.blob(self.region, &format!("feed/{venue}/kinds/{tile}")).await?;
        let read = found.map(|(_, bytes)| serde_json::from_slice(&bytes)).transpose();
        Ok(read.map_err(|error| Fault::Corrupt(error.to_string()))?.unwrap_or_default())
    }

    /// The mirror that is true to this size, and the slot it lies in. Two slots: one is written while the other stands.
    async fn mirror(&self, venue: MatterId, size: i64) -> Result<(u8, Mirror), Problem> {
        if size == 0 {
            return Ok((1, Mirror::default()));
        }
        for n in 0..2 {
            let found = self.store.blob(self.region, &slot(venue, n)).await?;
            let mirror: Option<Mirror> = found.and_then(|(_, bytes)| serde_json::from_slice(&bytes).ok());
            if let Some(mirror) = mirror.filter(|mirror| mirror.size == size) {
                return Ok((n, mirror));
            }
        }
        Err(Fault::Corrupt(format!("nothing is remembered of the venue's ledger at {size}")).into())
    }

    /// Kept before the act that says it was received: a stop in between only receives it again.
    async fn keep(
        &self,
        venue: MatterId,
        kept: u8,
        mirror: &Mirror,
        from: i64,
        feed: &Feed,
        raised: &[(i64, Raised)],
    ) -> Result<(), Problem> {
        const MEDIA: &str = "application/json";
        let text = |value: Result<Vec<u8>, serde_json::Error>| {
            value.map_err(|error| Problem::Fault(Fault::Engine(error.to_string())))
        };
        let bytes = text(serde_json::to_vec(mirror))?;
        self.store.put_blob(self.region, &slot(venue, 1 - kept), MEDIA, bytes).await?;
        for (seq, _) in raised.iter().filter(|(seq, _)| *seq >= from) {
            if let Some(Line::Shown { text }) = feed.lines.get((seq - from) as usize) {
                let bytes = text.clone().into_bytes();
                self.store.put_blob(self.region, &entry_blob(venue, *seq), MEDIA, bytes).await?;
            }
        }
        let kinds = feed.lines.iter().map(|line| match line {
            Line::Shown { .. } => String::new(),
            Line::Withheld { kind, .. } => kind.clone(),
        });
        let mut tiles: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for (seq, kind) in (from..).zip(kinds) {
            let tile = seq.div_euclid(TILE);
            if let std::collections::btree_map::Entry::Vacant(slot) = tiles.entry(tile) {
                let mut before = self.kinds(venue, tile).await?;
                before.truncate(seq.rem_euclid(TILE) as usize);
                slot.insert(before);
            }
            tiles.entry(tile).or_default().push(kind);
        }
        for (tile, kinds) in tiles {
            let bytes = text(serde_json::to_vec(&kinds))?;
            let name = format!("feed/{venue}/kinds/{tile}");
            self.store.put_blob(self.region, &name, MEDIA, bytes).await?;
        }
        Ok(())
    }

    async fn as_relay<M: Matter>(&self, id: MatterId, act: M::Act) -> Result<(), Problem> {
        let relay = Actor::relay();
        let call = Call { actor: &relay, matter: Some(id), act, private: BTreeMap::new(), key: None };
        self.act::<M>(call).await.map(drop)
    }

    /// `false`: raised before, or on a text that is not held; the second is in the log of refusals.
    async fn raise(&self, alert: Raised) -> Result<bool, Problem> {
        let id = Alert::id(&alert);
        if self.store.matter(self.region, id).await?.is_some() {
            return Ok(false);
        }
        let act = alert::Act::Raise { alert: Box::new(alert) };
        match self.as_relay::<Alert>(id, act).await {
            Ok(()) => Ok(true),
            Err(Problem::Refused(_)) => Ok(false),
            Err(problem) => Err(problem),
        }
    }

    /// A project signed a version: counted with the list where it is in force, raised where it is not.
    async fn note_signed(
        &self,
        venue: &Venue,
        mirror: &Mirror,
        project: MatterId,
        version: &str,
        source: String,
    ) -> Result<(), Problem> {
        let id = DutyList::id(version);
        let in_force = self.catalogue().one::<DutyList>(id).is_some_and(DutyList::in_force);
        if !in_force {
            let alert = watch::unknown_list(venue, mirror, project, version, &source);
            return self.raise(alert).await.map(drop);
        }
        let act = duties::Act::NoteSigned { project: project.to_string(), source };
        match self.as_relay::<DutyList>(id, act).await {
            Ok(()) | Err(Problem::Refused(_)) => Ok(()),
            Err(problem) => Err(problem),
        }
    }
}

/// Sequence, declared kinds, versions, root and signature; `mirror` moves on with what was read.
fn check(venue: &Venue, feed: &Feed, mirror: &mut Mirror) -> Result<(Batch, Vec<Told>), Fails> {
    let from = venue.next;
    let fails = |at: i64, why: &str| Fails(at, why.to_owned());
    if feed.from != from {
        return Err(Fails(from, format!("应从第{from}条开始，给的从第{}条开始", feed.from)));
    }
    let key = VerifyKey::parse(venue.place.key.trim()).map_err(|_| fails(from, "登记的公钥读不出来"))?;
    let signed = key
        .verify(&feed.note)
        .map_err(|error| Fails(from, format!("检查点的签名不对：{error}")))?;
    let to = from + feed.lines.len() as i64;
    if i64::try_from(signed.checkpoint.size) != Ok(to) {
        return Err(Fails(to, format!("检查点说有{}条，给到第{to}条", signed.checkpoint.size)));
    }
    let mut frontier = match from {
        0 => Frontier::default(),
        _ => unhex(&mirror.frontier)
            .and_then(|bytes| Frontier::from_bytes(&bytes))
            .ok_or_else(|| fails(from, "记住的树读不出来"))?,
    };
    let mut batch = Batch { from, to, ..Batch::default() };
    let mut told = Vec::new();
    for (seq, line) in (from..).zip(&feed.lines) {
        let leaf = line.leaf().ok_or_else(|| fails(seq, "摘要读不出来"))?;
        frontier.push(leaf);
        match line {
            Line::Withheld { kind, .. } => {
                if SHOWN.contains(&kind.as_str()) {
                    return Err(Fails(seq, format!("第{seq}条是{kind}，没有给全文")));
                }
                *batch.withheld.entry(kind.clone()).or_default() += 1;
            }
            Line::Shown { text } => {
                let said: Said = serde_json::from_str(text)
                    .map_err(|error| Fails(seq, format!("第{seq}条读不出来：{error}")))?;
                if said.seq != seq || !SHOWN.contains(&said.kind.as_str()) {
                    return Err(Fails(seq, format!("第{seq}条写的是第{}条{}", said.seq, said.kind)));
                }
                let reached = mirror.versions.entry(said.matter).or_default();
                if said.version != *reached && said.version != *reached + 1 {
                    let missing = *reached + 1;
                    return Err(Fails(seq, format!("{}{}缺第{missing}次办理", said.kind, said.matter)));
                }
                *reached = said.version;
                *batch.shown.entry(said.kind.clone()).or_default() += 1;
                let day = said.at.get(..10).and_then(|day| day.parse().ok());
                let Said { kind, matter, fact, data, .. } = said;
                told.push(Told { seq, kind, matter, fact, day, data });
            }
        }
    }
    if frontier.root() != signed.checkpoint.root {
        return Err(fails(to, "根与检查点不一致：有记录被改动或者替换"));
    }
    batch.root = hex(&frontier.root());
    (mirror.size, mirror.frontier) = (to, hex(&frontier.to_bytes()));
    Ok((batch, told))
}

/// Reads the venue beside it for ever; one that cannot be read is logged and tried again, and falls silent by the clock.
pub async fn keep_receiving(here: Arc<App>, there: Arc<App>, venue: MatterId, every: Duration) {
    loop {
        let next = here.catalogue().one::<Venue>(venue).map_or(0, |venue| venue.next);
        let received = match there.feed(next).await {
            Ok(Some(feed)) => here.receive(venue, &feed).await,
            Ok(None) => Ok(Received::Nothing),
            Err(problem) => Err(problem),
        };
        match received {
            Ok(Received::Broken { at, because }) => {
                tracing::error!(at, because, "the venue's ledger does not hold")
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the venue's ledger could not be received"),
        }
        tokio::time::sleep(every).await;
    }
}
