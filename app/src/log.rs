//! 台账的维护。 Checkpoints, tiles, proofs and the check that nothing was changed.
//!
//! All of it is off the act path: an act only stores its leaf hash. Tiles hold 256 hashes of a level
//! (C2SP tlog-tiles), so that a proof over a million entries reads a handful of rows.

use crate::{App, Problem, now};
use fadu_kernel::Region;
use fadu_ledger::{Checkpoint, Frontier, Hash, Receipt, SignedCheckpoint, Signer, VerifyKey, tree};
use fadu_store::{CheckpointRow, EntryRef, Fault, Store};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

const TILE: u64 = 256;
/// Entries read at once: a page that stays in the processor's cache while it is hashed.
const PAGE: u32 = 512;

/// The first thing that is wrong with a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub enum Broken {
    #[error("entry {seq} is missing")]
    Missing { seq: i64 },
    #[error("entry {seq} does not match its leaf hash: its text was changed")]
    Changed { seq: i64 },
    #[error("entry {seq} carries another number in its text: entries were swapped")]
    Misplaced { seq: i64 },
    #[error("entry {seq} is filed under another day, matter, fact or person than its text says")]
    Misfiled { seq: i64 },
    #[error("entry {seq} cannot be read: its row was changed")]
    Unreadable { seq: i64 },
    #[error("entry {seq} is not the one the stored tree was built from")]
    NotOfTree { seq: i64 },
    #[error(
        "the root at size {size} is not the one that was signed; the change lies between entry {after} and {size}"
    )]
    Root { size: i64, after: i64 },
    #[error(
        "the checkpoint kept outside speaks of {size} entries, the ledger has {found}: entries were dropped, the first is {found}"
    )]
    Shorter { size: i64, found: i64 },
    #[error("a checkpoint cannot be trusted: {0}")]
    Checkpoint(String),
}

#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    pub entries: i64,
    pub root: String,
    pub checkpoints: usize,
}

impl App {
    /// A store of supervision is another ledger than the county's, and its notes say so.
    pub fn origin(&self) -> String {
        match self.runs.is_apart() {
            true => format!("fadu/{}/supervision", self.region),
            false => format!("fadu/{}", self.region),
        }
    }

    pub fn signer(&self) -> Signer {
        self.keys.signer(&self.origin())
    }

    /// How many seconds the clock stands before the last entry: acts would bear times before those already written.
    /// A clock that is set right by a second now and then is none of this.
    pub async fn clock_behind(&self) -> Result<Option<i64>, Problem> {
        const SLACK_MS: i64 = 60_000;
        let next = self.store.head(self.region).await?.next_seq;
        let last = self.store.entries(self.region, (next - 1).max(0), 1).await?.pop();
        let behind = last.map_or(0, |entry| entry.ms - self.moment().ms);
        Ok((behind > SLACK_MS).then_some(behind / 1000))
    }

    /// Signs the tree as it stands and writes the tiles it completes. Nothing to do is not an error.
    pub async fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, Problem> {
        let signed = checkpoint(&*self.store, self.region, &self.signer(), &self.origin()).await?;
        if let Some(signed) = &signed {
            self.show_root(&signed.note);
        }
        Ok(signed)
    }

    /// Proof for a receipt: at the last checkpoint, which is made now if the entry is younger.
    pub async fn receipt(&self, seq: i64) -> Result<Option<Receipt>, Problem> {
        let mut last = self.store.last_checkpoint(self.region).await?;
        if last.as_ref().is_none_or(|row| row.size <= seq) {
            self.checkpoint().await?;
            last = self.store.last_checkpoint(self.region).await?;
        }
        let Some(row) = last.filter(|row| row.size > seq) else { return Ok(None) };
        let Some(entry) = self
            .store
            .entries(self.region, seq, 1)
            .await?
            .into_iter()
            .next()
            .filter(|entry| entry.seq == seq)
        else {
            return Ok(None);
        };
        let mut tiles =
            Tiles::load(&*self.store, self.region, &proof_ranges(seq as u64, row.size as u64)).await?;
        let proof = tree::inclusion_proof(seq as u64, row.size as u64, &mut |lo, hi| tiles.range(lo, hi))?;
        let signed = self
            .signer()
            .verify_key()
            .verify(&row.note)
            .map_err(|error| Fault::Corrupt(error.to_string()))?;
        Ok(Some(Receipt::new(seq as u64, entry.body, &proof, &signed)))
    }

    /// Proof that the tree of `old` entries is a prefix of the tree of `new` entries.
    pub async fn consistency(&self, old: i64, new: i64) -> Result<Vec<Hash>, Problem> {
        let mut wanted = Vec::new();
        let mut note = |lo: u64, hi: u64| -> Result<Hash, std::convert::Infallible> {
            wanted.push((lo, hi));
            Ok([0; 32])
        };
        let _ = tree::consistency_proof(old as u64, new as u64, &mut note);
        let mut tiles = Tiles::load(&*self.store, self.region, &wanted).await?;
        Ok(tree::consistency_proof(old as u64, new as u64, &mut |lo, hi| tiles.range(lo, hi))?)
    }

    pub async fn verify_ledger(
        &self,
        outside: Option<(&VerifyKey, &str)>,
    ) -> Result<Result<Verified, Broken>, Problem> {
        verify(&*self.store, self.region, &self.signer().verify_key(), outside).await
    }
}

/// The one task that signs; safe to run twice. One process holds it (on several, the database's lock holder).
pub async fn keep_checkpoints(app: Arc<App>, every: std::time::Duration) {
    loop {
        tokio::time::sleep(every).await;
        if let Err(error) = app.checkpoint().await {
            tracing::error!(%error, "a checkpoint could not be made; the next attempt follows");
        }
    }
}

pub async fn checkpoint(
    store: &dyn Store,
    region: Region,
    signer: &Signer,
    origin: &str,
) -> Result<Option<SignedCheckpoint>, Problem> {
    let next = store.head(region).await?.next_seq;
    let last = store.last_checkpoint(region).await?;
    let mut frontier = match &last {
        Some(row) => Frontier::from_bytes(&row.frontier)
            .ok_or_else(|| Fault::Corrupt("the tree's frontier cannot be read".into()))?,
        None => Frontier::default(),
    };
    if frontier.size() as i64 >= next {
        return Ok(None);
    }
    let mut tiles: BTreeMap<(i64, i64), Vec<u8>> = BTreeMap::new();
    while (frontier.size() as i64) < next {
        let from = frontier.size();
        let leaves = store
            .leaves(region, from as i64, next.min(from as i64 + i64::from(PAGE)))
            .await?;
        if leaves.is_empty() {
            return Err(Fault::Corrupt(format!("entry {from} is missing")).into());
        }
        for leaf in leaves {
            add_to_tiles(store, region, &mut tiles, frontier.size(), leaf).await?;
            frontier.push(leaf);
        }
    }
    let checkpoint = Checkpoint { origin: origin.to_owned(), size: frontier.size(), root: frontier.root() };
    let signed = signer.sign(&checkpoint);
    let row = CheckpointRow {
        size: checkpoint.size as i64,
        note: signed.note.clone(),
        frontier: frontier.to_bytes(),
    };
    store
        .put_checkpoint(
            region,
            row,
            tiles.into_iter().map(|((level, n), hashes)| (level, n, hashes)).collect(),
        )
        .await?;
    Ok(Some(signed))
}

/// Appends a leaf to its tile; a full tile's root goes into the tile above.
async fn add_to_tiles(
    store: &dyn Store,
    region: Region,
    tiles: &mut BTreeMap<(i64, i64), Vec<u8>>,
    index: u64,
    leaf: Hash,
) -> Result<(), Problem> {
    let (mut level, mut index, mut hash) = (0, index, leaf);
    loop {
        let (n, within) = ((index / TILE) as i64, (index % TILE) as usize);
        if let std::collections::btree_map::Entry::Vacant(slot) = tiles.entry((level, n)) {
            let stored = if within == 0 {
                Vec::new()
            } else {
                store.tile(region, level, n).await?.unwrap_or_default()
            };
            slot.insert(stored);
        }
        let Some(tile) = tiles.get_mut(&(level, n)) else { return Ok(()) };
        // A tile may already hold this hash from an attempt whose checkpoint was not kept.
        tile.truncate(within * 32);
        tile.extend_from_slice(&hash);
        if within + 1 < TILE as usize {
            return Ok(());
        }
        hash = tree::root_of(&hashes(tile));
        (level, index) = (level + 1, index / TILE);
    }
}

fn hashes(tile: &[u8]) -> Vec<Hash> {
    tile.chunks_exact(32).filter_map(|chunk| chunk.try_into().ok()).collect()
}

fn proof_ranges(index: u64, size: u64) -> Vec<(u64, u64)> {
    let mut ranges = Vec::new();
    let _ = tree::inclusion_proof(index, size, &mut |lo, hi| {
        ranges.push((lo, hi));
        Ok::<_, std::convert::Infallible>([0; 32])
    });
    ranges
}

/// The tiles that a proof needs, fetched before the pure part runs.
struct Tiles(BTreeMap<(i64, i64), Vec<Hash>>);

impl Tiles {
    async fn load(store: &dyn Store, region: Region, ranges: &[(u64, u64)]) -> Result<Tiles, Problem> {
        let mut tiles = Tiles(BTreeMap::new());
        let mut wanted: Vec<(i64, i64)> = Vec::new();
        for (lo, hi) in ranges {
            cover(*lo, *hi, &mut |level, n, _, _| {
                wanted.push((level as i64, n as i64));
                None
            });
        }
        for (level, n) in wanted {
            if let std::collections::btree_map::Entry::Vacant(slot) = tiles.0.entry((level, n)) {
                slot.insert(hashes(&store.tile(region, level, n).await?.unwrap_or_default()));
            }
        }
        Ok(tiles)
    }

    fn range(&mut self, lo: u64, hi: u64) -> Result<Hash, Fault> {
        let tiles = &self.0;
        let hash = cover(lo, hi, &mut |level, n, from, to| {
            let hashes = tiles.get(&(level as i64, n as i64))?.get(from as usize..to as usize)?;
            Some(tree::root_of(hashes))
        });
        hash.ok_or_else(|| Fault::Corrupt(format!("the tree between {lo} and {hi} cannot be read")))
    }
}

/// The root of `[lo, hi)` from the coarsest tiles that hold it. Ranges of RFC 6962 proofs are either complete
/// subtrees or the right edge, which splits into complete subtrees from the left.
fn cover(lo: u64, hi: u64, read: &mut impl FnMut(u64, u64, u64, u64) -> Option<Hash>) -> Option<Hash> {
    let size = hi - lo;
    if !size.is_power_of_two() {
        let left = 1 << (63 - size.leading_zeros());
        let (left, right) = (cover(lo, lo + left, read), cover(lo + left, hi, read));
        return Some(tree::node_hash(&left?, &right?));
    }
    let mut level = 0;
    let mut unit = 1;
    while size >= unit * TILE {
        (level, unit) = (level + 1, unit * TILE);
    }
    let (from, count) = (lo / unit, size / unit);
    read(level, from / TILE, from % TILE, from % TILE + count)
}

/// The part of an entry that lists and figures read from the columns beside it.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    matter: Cow<'a, str>,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    fact: Cow<'a, str>,
    #[serde(borrow)]
    actor: Cow<'a, str>,
}

impl<'a> Said<'a> {
    /// Time, matter, kind, fact and person. An entry begins with these words in this order and mostly without escapes:
    /// they are compared where they stand, and what does not look so is parsed as JSON like any other text.
    fn plain(rest: &'a [u8]) -> Option<[&'a [u8]; 5]> {
        let mut words = Words(rest);
        words.number("\"v\":")?;
        words.number("\"region\":")?;
        let (at, kind) = (words.text("\"at\":\"")?, words.text("\"kind\":\"")?);
        let matter = words.text("\"matter\":\"")?;
        words.number("\"version\":")?;
        words.text("\"act\":\"")?;
        let (fact, actor) = (words.text("\"fact\":\"")?, words.text("\"actor\":\"")?);
        Some([at, matter, kind, fact, actor])
    }
}

/// Canonical spelling only: `{"seq":7,`, without a sign, a space or a leading zero. Returns what follows.
fn numbered(seq: i64, body: &[u8]) -> Option<&[u8]> {
    let rest = body.strip_prefix(b"{\"seq\":")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = rest.split_at(digits);
    let canonical = number == b"0" || number.first().is_some_and(|first| *first != b'0');
    let read = std::str::from_utf8(number).ok()?.parse::<i64>().ok()?;
    (canonical && read == seq).then_some(rest)?.strip_prefix(b",")
}

/// Members of an object one after another, each with the comma behind it.
struct Words<'a>(&'a [u8]);

impl<'a> Words<'a> {
    fn number(&mut self, name: &str) -> Option<()> {
        let rest = self.0.strip_prefix(name.as_bytes())?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.0 = rest[digits..].strip_prefix(b",")?;
        Some(())
    }

    fn text(&mut self, name: &str) -> Option<&'a [u8]> {
        let rest = self.0.strip_prefix(name.as_bytes())?;
        let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        self.0 = rest[end..].strip_prefix(b"\",")?;
        Some(&rest[..end])
    }
}

/// Figures are counted from the columns: they must say what the hashed text says.
#[derive(Default)]
struct Filing {
    /// The civil day last met, and the millisecond it begins in.
    day: String,
    midnight: i64,
}

impl Filing {
    fn as_said(&mut self, entry: EntryRef<'_>) -> bool {
        if self.day != entry.day {
            let Ok(day) = entry.day.parse() else { return false };
            (self.day, self.midnight) = (entry.day.to_owned(), now::start_of(day));
        }
        let Some(rest) = numbered(entry.seq, entry.body) else { return false };
        if let Some(plain) = Said::plain(rest) {
            return self.agrees(entry, plain);
        }
        serde_json::from_slice::<Said>(entry.body).is_ok_and(|said| {
            self.agrees(
                entry,
                [&said.at, &said.matter, &said.kind, &said.fact, &said.actor].map(|text| text.as_bytes()),
            )
        })
    }

    fn agrees(&self, entry: EntryRef<'_>, [at, matter, kind, fact, actor]: [&[u8]; 5]) -> bool {
        let named = std::str::from_utf8(matter).ok().and_then(|id| id.parse().ok());
        self.at(at) == Some(entry.ms.div_euclid(1000))
            && named == Some(entry.matter)
            && kind == entry.kind.as_bytes()
            && fact == entry.fact.as_bytes()
            && actor == entry.actor.as_bytes()
    }

    /// Whole seconds of `2025-03-03T09:00:00+08:00` on the day in hand; nothing else is a time of that day.
    fn at(&self, text: &[u8]) -> Option<i64> {
        let clock = text
            .strip_prefix(self.day.as_bytes())?
            .strip_prefix(b"T")?
            .strip_suffix(b"+08:00")?;
        let part = |from: usize| -> Option<i64> {
            let two = clock.get(from..from + 2)?;
            let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
            Some(digit(two[0])? * 10 + digit(two[1])?)
        };
        let (hours, minutes, seconds) = (part(0)?, part(3)?, part(6)?);
        let spelled = clock.len() == 8 && clock[2] == b':' && clock[5] == b':';
        (spelled && hours < 24 && minutes < 60 && seconds < 60)
            .then(|| self.midnight / 1000 + hours * 3600 + minutes * 60 + seconds)
    }
}

/// Reads every entry once and names the first that is not as it was.
pub async fn verify(
    store: &dyn Store,
    region: Region,
    key: &VerifyKey,
    outside: Option<(&VerifyKey, &str)>,
) -> Result<Result<Verified, Broken>, Problem> {
    let head = store.head(region).await?;
    let mut signed: BTreeMap<u64, Hash> = BTreeMap::new();
    let rows = store.checkpoints(region).await?;
    for row in &rows {
        match key.verify(&row.note) {
            Ok(note) if note.checkpoint.size as i64 == row.size => {
                signed.insert(note.checkpoint.size, note.checkpoint.root);
            }
            Ok(_) => {
                return Ok(Err(Broken::Checkpoint(format!(
                    "the one stored for size {} speaks of another size",
                    row.size
                ))));
            }
            Err(error) => return Ok(Err(Broken::Checkpoint(format!("size {}: {error}", row.size)))),
        }
    }
    let mut longest = head.next_seq.max(rows.last().map_or(0, |row| row.size));
    if let Some((key, note)) = outside {
        match key.verify(note) {
            Ok(note) => {
                longest = longest.max(note.checkpoint.size as i64);
                if let Some(ours) = signed.insert(note.checkpoint.size, note.checkpoint.root)
                    && ours != note.checkpoint.root
                {
                    return Ok(Err(Broken::Checkpoint(
                        "the one kept outside and ours differ at the same size".into(),
                    )));
                }
            }
            Err(error) => return Ok(Err(Broken::Checkpoint(error.to_string()))),
        }
    }
    let mut check = Check {
        frontier: Frontier::default(),
        signed,
        good_until: 0,
        first_tile: 0,
        tiles: Vec::new(),
        filing: Filing::default(),
    };
    loop {
        let expected = check.frontier.size() as i64;
        // The stored leaves of the page are at hand before its entries are read.
        check.first_tile = expected / TILE as i64;
        check.tiles.clear();
        for n in check.first_tile..=(expected + i64::from(PAGE) - 1) / TILE as i64 {
            check.tiles.push(hashes(&store.tile(region, 0, n).await?.unwrap_or_default()));
        }
        let mut broken = None;
        let seen = store
            .scan(region, expected, PAGE, &mut |entry| {
                if broken.is_none() {
                    broken = check.next(entry).err();
                }
            })
            .await;
        if let Some(broken) = broken {
            return Ok(Err(broken));
        }
        let seen = match seen {
            // Those before it were read and found sound.
            Err(Fault::Corrupt(_)) => {
                return Ok(Err(Broken::Unreadable { seq: check.frontier.size() as i64 }));
            }
            seen => seen?,
        };
        if seen > 0 {
            continue;
        }
        return Ok(if expected < head.next_seq {
            Err(Broken::Missing { seq: expected })
        } else if expected < longest {
            Err(Broken::Shorter { size: longest, found: expected })
        } else {
            Ok(Verified {
                entries: expected,
                root: fadu_ledger::note::hex(&check.frontier.root()),
                checkpoints: check.signed.len(),
            })
        });
    }
}

/// How far a ledger has been read and found sound.
struct Check {
    frontier: Frontier,
    /// Signed roots by size.
    signed: BTreeMap<u64, Hash>,
    /// Up to here a signed root was met.
    good_until: i64,
    /// The stored leaves of the page in hand, by tile from this one on.
    first_tile: i64,
    tiles: Vec<Vec<Hash>>,
    filing: Filing,
}

impl Check {
    fn next(&mut self, entry: EntryRef<'_>) -> Result<(), Broken> {
        let seq = self.frontier.size() as i64;
        if entry.seq != seq {
            return Err(Broken::Missing { seq });
        }
        let leaf = tree::leaf_hash(entry.body);
        if leaf != entry.leaf {
            return Err(Broken::Changed { seq });
        }
        if numbered(seq, entry.body).is_none() {
            return Err(Broken::Misplaced { seq });
        }
        let tile = (seq / TILE as i64 - self.first_tile) as usize;
        let within = (seq as u64 % TILE) as usize;
        let kept = self.tiles.get(tile).and_then(|tile| tile.get(within));
        if kept.is_some_and(|kept| *kept != leaf) {
            return Err(Broken::NotOfTree { seq });
        }
        if !self.filing.as_said(entry) {
            return Err(Broken::Misfiled { seq });
        }
        self.frontier.push(leaf);
        if let Some(root) = self.signed.get(&self.frontier.size()) {
            if *root != self.frontier.root() {
                return Err(Broken::Root { size: self.frontier.size() as i64, after: self.good_until });
            }
            self.good_until = self.frontier.size() as i64;
        }
        Ok(())
    }
}
