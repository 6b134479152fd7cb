//! 密封投标的保管与开启。 Envelopes are kept in pieces under their digest; what holders open is asked of them and put
//! together here, never before the project's own acts allow it.

use crate::{App, Call, Committed, Problem};
use fadu_bids::envelope::HEADER;
use fadu_bids::{ContentKey, Header, Headers, Opener, Purpose, Share, Shares};
use fadu_kernel::{Actor, Invalid, Matter, MatterId};
use fadu_ledger::note::hex;
use fadu_store::Fault;
use fadu_trading::bid::{self, envelope};
use fadu_trading::letter::Letter;
use fadu_trading::project::{Act, SharePurpose, UnreadableFault};
use fadu_trading::{Bid, Project};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Bytes of a piece: one row of the store, one short turn of its writer.
const PIECE: usize = 1024 * 1024;
const MEDIA: &str = "application/octet-stream";
/// A list of pieces, in order, kept under the digest of the whole.
const PIECES: &str = "application/vnd.fadu.pieces+json";
/// More envelopes than lie unrevealed in one region.
const MOST: u32 = 100_000;

/// 只在开标室办理: what is read out, or found unreadable, comes from the envelope itself, and what a holder hands in is the
/// file of its shares. Neither a form nor a program types it.
pub fn only_from_the_envelope(kind: &str, act: &str) -> bool {
    kind == Project::KIND && matches!(act, "ReadBid" | "NoteUnreadable" | "Contribute")
}

/// 收信封。 Takes bytes as they arrive and holds one piece.
pub struct Envelope<'a> {
    app: &'a App,
    held: Vec<u8>,
    digest: Sha256,
    pieces: Vec<String>,
    pub len: u64,
}

impl Envelope<'_> {
    pub async fn push(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        self.digest.update(bytes);
        self.len += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.held.len()));
            self.held.extend_from_slice(now);
            bytes = later;
            if self.held.len() == PIECE {
                self.keep().await?;
            }
        }
        Ok(())
    }

    async fn keep(&mut self) -> Result<(), Fault> {
        let piece = std::mem::replace(&mut self.held, Vec::with_capacity(PIECE));
        let digest = hex(&Sha256::digest(&piece));
        self.app.store.put_blob(self.app.region, &digest, MEDIA, piece).await?;
        self.pieces.push(digest);
        Ok(())
    }

    /// The digest under which it is found again.
    pub async fn finish(mut self) -> Result<String, Fault> {
        if !self.held.is_empty() || self.pieces.is_empty() {
            self.keep().await?;
        }
        let digest = hex(&self.digest.finalize());
        // One piece is its own list.
        if self.pieces.len() > 1 {
            let list = serde_json::to_vec(&self.pieces).map_err(|error| Fault::Corrupt(error.to_string()))?;
            self.app.store.put_blob(self.app.region, &digest, PIECES, list).await?;
        }
        Ok(digest)
    }
}

/// 一份投标在开标现场的样子。
#[derive(Clone, Debug, PartialEq)]
pub enum Unsealed {
    /// So many fitting shares of so many that are needed.
    Waiting {
        shares: usize,
        of: usize,
    },
    Letter(Box<Letter>),
    /// Whose fault, as far as the envelope shows it, and what was found.
    Unreadable(UnreadableFault, String),
}

/// What came of a holder's shares.
#[derive(Debug)]
pub struct Contributed {
    pub committed: Committed,
    /// Envelopes whose share does not open or does not fit.
    pub without: Vec<String>,
    /// Absent bidders' envelopes that are now known to be this project's.
    pub revealed: usize,
}

fn purpose(of: SharePurpose) -> Purpose {
    match of {
        SharePurpose::Label => Purpose::Label,
        SharePurpose::Content => Purpose::Content,
    }
}

fn corrupt(what: &str) -> Problem {
    Problem::Fault(Fault::Corrupt(what.to_owned()))
}

impl App {
    pub fn take_envelope(&self) -> Envelope<'_> {
        Envelope {
            app: self,
            held: Vec::with_capacity(PIECE),
            digest: Sha256::new(),
            pieces: Vec::new(),
            len: 0,
        }
    }

    async fn pieces(&self, digest: &str) -> Result<Option<Vec<String>>, Fault> {
        match self.store.blob(self.region, digest).await? {
            Some((media, list)) if media == PIECES => serde_json::from_slice(&list)
                .map(Some)
                .map_err(|error| Fault::Corrupt(error.to_string())),
            Some(_) => Ok(Some(vec![digest.to_owned()])),
            None => Ok(None),
        }
    }

    async fn piece(&self, digest: &str) -> Result<Vec<u8>, Fault> {
        match self.store.blob(self.region, digest).await? {
            Some((_, bytes)) => Ok(bytes),
            None => Err(Fault::Corrupt(format!("a piece of an envelope is lost: {digest}"))),
        }
    }

    /// The beginning of an envelope; `None` where there is none, or where what was handed in is not one.
    pub async fn envelope_header(&self, digest: &str) -> Result<Option<Header>, Fault> {
        let Some(pieces) = self.pieces(digest).await? else { return Ok(None) };
        let Some(first) = pieces.first() else { return Ok(None) };
        Ok(Header::read(&self.piece(first).await?).ok())
    }

    /// 信封头清单 for one holder: of all envelopes that nobody has revealed, or of the bids of the opening.
    /// Errors: `NotFound`, `Invalid` where this is not the time for it.
    pub async fn opening_headers(
        &self,
        id: MatterId,
        of: SharePurpose,
        holder: u8,
    ) -> Result<Headers, Problem> {
        let project = self.project(id)?;
        let passed = project.deadline_ms().is_some_and(|deadline| self.moment().ms >= deadline);
        let due = match of {
            SharePurpose::Label => passed,
            SharePurpose::Content => project.tender.opening.is_some(),
        };
        if !due || project.tender.opened.is_some() {
            return Err(Problem::Invalid(vec![Invalid::new("shares", "现在不是交出这种份额的时候")]));
        }
        let envelopes = match of {
            SharePurpose::Label => self.unrevealed(&project).await?,
            SharePurpose::Content => {
                let rows = project.tender.bids.iter();
                rows.map(|row| (row.bid, row.digest.clone())).collect()
            }
        };
        let mut headers = Vec::new();
        for (bid, digest) in envelopes {
            headers.extend(self.envelope_header(&digest).await?.map(|header| (bid.to_string(), header)));
        }
        Ok(Headers::new(id.to_string(), purpose(of), holder, &headers))
    }

    fn project(&self, id: MatterId) -> Result<Project, Problem> {
        self.catalogue().one::<Project>(id).cloned().ok_or(Problem::NotFound)
    }

    /// Sealed envelopes of the whole region that were received while this round took bids.
    async fn unrevealed(&self, project: &Project) -> Result<Vec<(MatterId, String)>, Problem> {
        let mut found = Vec::new();
        for row in self.store.open_of_kind(self.region, Bid::KIND, MOST).await? {
            let Some(bid) = self.bid(row.id).await? else { continue };
            let in_time = project
                .deadline_ms()
                .is_some_and(|deadline| (project.tender.announced_ms..=deadline).contains(&bid.received_ms));
            if in_time && bid.withdrawn.is_none() && bid.revealed.is_none() {
                found.push((row.id, bid.digest));
            }
        }
        Ok(found)
    }

    pub(crate) async fn bid(&self, id: MatterId) -> Result<Option<Bid>, Problem> {
        let Some(row) = self.store.matter(self.region, id).await? else { return Ok(None) };
        serde_json::from_str(&row.state)
            .map(Some)
            .map_err(|error| corrupt(&error.to_string()))
    }

    /// 交出份额。 Each share is held against its envelope; the file is kept under the digest that the act names. Shares
    /// of the label that are enough reveal the envelopes of absent bidders.
    /// Errors: `Invalid` where the file is another, else those of any act.
    pub async fn contribute_shares(
        &self,
        actor: &Actor,
        id: MatterId,
        text: &str,
        key: Option<String>,
    ) -> Result<Contributed, Problem> {
        let wrong = |why: &str| Problem::Invalid(vec![Invalid::new("shares", why)]);
        let shares = Shares::read(text).map_err(|fault| wrong(&fault.to_string()))?;
        if shares.project != id.to_string() {
            return Err(wrong("份额是另一个项目的"));
        }
        let of = match shares.purpose {
            Purpose::Label => SharePurpose::Label,
            Purpose::Content => SharePurpose::Content,
        };
        let digest = hex(&Sha256::digest(text.as_bytes()));
        let act = Act::Contribute { holder: shares.slot, purpose: of, digest: digest.clone() };
        let call = Call { actor, matter: Some(id), act, private: BTreeMap::new(), key };
        let committed = self.act::<Project>(call).await?;
        // After the act, which says whether it may be here at all: no share lies on the server before its time.
        self.store
            .put_blob(self.region, &digest, "application/json", text.as_bytes().to_vec())
            .await?;
        let mut without = Vec::new();
        for line in &shares.shares {
            let header = self.header_of(&line.bid).await?;
            let fits = shares
                .of(&line.bid)
                .zip(header)
                .is_some_and(|(share, header)| header.fits(&share, shares.slot, shares.purpose));
            if !fits {
                without.push(line.bid.clone());
            }
        }
        let revealed = match of {
            SharePurpose::Label => self.reveal_absent(id).await?,
            SharePurpose::Content => 0,
        };
        Ok(Contributed { committed, without, revealed })
    }

    async fn header_of(&self, bid: &str) -> Result<Option<Header>, Problem> {
        let Ok(id) = bid.parse::<MatterId>() else { return Ok(None) };
        match self.bid(id).await? {
            Some(bid) => Ok(self.envelope_header(&bid.digest).await?),
            None => Ok(None),
        }
    }

    /// Every file of shares of this purpose that was handed in.
    async fn contributions(&self, project: &Project, of: SharePurpose) -> Result<Vec<Shares>, Problem> {
        let mut files = Vec::new();
        for given in project.tender.shares.iter().filter(|given| given.purpose == of) {
            // A server that stopped between act and file: the holder hands in again.
            let Some((_, text)) = self.store.blob(self.region, &given.digest).await? else { continue };
            files.push(
                Shares::read(&String::from_utf8_lossy(&text)).map_err(|fault| corrupt(&fault.to_string()))?,
            );
        }
        Ok(files)
    }

    /// 揭示缺席投标人的归属, by shares of the label: the commitment itself says whether they are right.
    async fn reveal_absent(&self, id: MatterId) -> Result<usize, Problem> {
        let project = self.project(id)?;
        let files = self.contributions(&project, SharePurpose::Label).await?;
        let mut revealed = 0;
        for (bid, digest) in self.unrevealed(&project).await? {
            let Some(header) = self.envelope_header(&digest).await? else { continue };
            let shares = fitting(&header, &files, &bid.to_string());
            let Ok(label) = header.label(&shares) else { continue };
            let nonce = label.text();
            let own = self.bid(bid).await?.is_some_and(|bid| bid.envelope == envelope(id, &nonce));
            if !own {
                continue;
            }
            let act = bid::Act::Reveal { project: id, nonce };
            let relay = Actor::relay();
            let call = Call { actor: &relay, matter: Some(bid), act, private: BTreeMap::new(), key: None };
            self.act::<Bid>(call).await?;
            revealed += 1;
        }
        if revealed > 0 {
            self.relay().await?;
        }
        Ok(revealed)
    }

    /// 开标现场。 What each bid of the opening says so far, from its first piece alone.
    pub async fn opened_bids(&self, id: MatterId) -> Result<Vec<(MatterId, Unsealed)>, Problem> {
        let project = self.project(id)?;
        let files = self.contributions(&project, SharePurpose::Content).await?;
        let mut bids = Vec::new();
        for row in project.tender.bids.iter().filter(|_| project.tender.opening.is_some()) {
            let opened = match self.content_key(&project, row.bid, &row.digest, &files).await? {
                Ok((header, key)) => {
                    let pieces = self.pieces(&row.digest).await?.unwrap_or_default();
                    let first = match pieces.first() {
                        Some(first) => self.piece(first).await?,
                        None => Vec::new(),
                    };
                    peeked(id, &header, &key, &first, pieces.len() == 1)
                }
                Err(opened) => opened,
            };
            bids.push((row.bid, opened));
        }
        Ok(bids)
    }

    /// Shares that fit, put together; or the key that the bidder kept.
    async fn content_key(
        &self,
        project: &Project,
        bid: MatterId,
        digest: &str,
        files: &[Shares],
    ) -> Result<Result<(Header, ContentKey), Unsealed>, Problem> {
        let not = |fault, ground: &str| Ok(Err(Unsealed::Unreadable(fault, ground.to_owned())));
        if self.pieces(digest).await?.is_none() {
            return not(UnreadableFault::Platform, "库中没有这份密文");
        }
        let Some(header) = self.envelope_header(digest).await? else {
            return not(UnreadableFault::Bidder, "递交的不是密封投标文件");
        };
        if let Some((_, text)) = self.store.blob(self.region, &kept_key(bid)).await? {
            let key = ContentKey::read(&String::from_utf8_lossy(&text)).filter(|key| header.is_key(key));
            if let Some(key) = key {
                return Ok(Ok((header, key)));
            }
        }
        let of = project.keys().map_or(usize::MAX, |keys| usize::from(keys.threshold));
        let shares = fitting(&header, files, &bid.to_string());
        if shares.len() < of {
            let all_came = project.keys().is_some_and(|keys| files.len() == keys.holders.len());
            return if all_came {
                not(UnreadableFault::Unknown, "各持有方都已到场，与信封承诺相符的份额不够")
            } else {
                Ok(Err(Unsealed::Waiting { shares: shares.len(), of }))
            };
        }
        match header.content_key(&shares) {
            Ok(key) => Ok(Ok((header, key))),
            Err(fault) => not(UnreadableFault::Bidder, &fault.to_string()),
        }
    }

    /// 启封。 Reads the whole envelope, holds it against the ledger's digest, and shows the file's bytes as they come.
    /// Errors: those of the store; an envelope that does not open is an answer.
    pub async fn open_bid(
        &self,
        id: MatterId,
        bid: MatterId,
        see: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<Unsealed, Problem> {
        let project = self.project(id)?;
        let Some(row) = project.bid(bid).filter(|_| project.tender.opening.is_some()) else {
            return Err(Problem::NotFound);
        };
        let files = self.contributions(&project, SharePurpose::Content).await?;
        let (header, key) = match self.content_key(&project, bid, &row.digest, &files).await? {
            Ok(found) => found,
            Err(opened) => return Ok(opened),
        };
        let mut opener = Opener::new(&header, &key).map_err(|fault| corrupt(&fault.to_string()))?;
        let (mut hash, mut out, mut fault) = (Sha256::new(), Vec::new(), None);
        for (n, piece) in self.pieces(&row.digest).await?.unwrap_or_default().iter().enumerate() {
            let piece = self.piece(piece).await?;
            hash.update(&piece);
            let from = if n == 0 { HEADER.min(piece.len()) } else { 0 };
            if fault.is_none() {
                fault = opener.push(&piece[from..], &mut out).err();
                see(&out);
                out.clear();
            }
        }
        if hex(&hash.finalize()) != row.digest {
            let ground = "库中的密文与台账里的摘要不符".to_owned();
            return Ok(Unsealed::Unreadable(UnreadableFault::Platform, ground));
        }
        let letter = match fault {
            Some(fault) => Err(fault),
            None => opener.finish(&mut out),
        };
        see(&out);
        Ok(letter.map_or_else(
            |fault| Unsealed::Unreadable(UnreadableFault::Bidder, fault.to_string()),
            |letter| read(id, &letter),
        ))
    }

    /// 投标人自己的密钥, handed in at the opening where too few holders came. Kept only once the opening has begun.
    /// Errors: `Invalid` where it is not the key of this bid.
    pub async fn take_bidders_key(&self, id: MatterId, bid: MatterId, text: &str) -> Result<(), Problem> {
        let project = self.project(id)?;
        let wrong = |why: &str| Problem::Invalid(vec![Invalid::new("key", why)]);
        let tender = &project.tender;
        let row = project.bid(bid).filter(|_| tender.opening.is_some() && tender.opened.is_none());
        let Some(row) = row else { return Err(wrong("现在没有在开这份投标")) };
        let key = ContentKey::read(text).ok_or_else(|| wrong("密钥是封标时保存的64位字符"))?;
        match self.envelope_header(&row.digest).await? {
            Some(header) if header.is_key(&key) => {
                let text = key.text().as_bytes().to_vec();
                Ok(self.store.put_blob(self.region, &kept_key(bid), "text/plain", text).await?)
            }
            _ => Err(wrong("不是这份投标的密钥")),
        }
    }
}

fn kept_key(bid: MatterId) -> String {
    format!("bid-key/{bid}")
}

fn fitting(header: &Header, files: &[Shares], bid: &str) -> Vec<Share> {
    let share = |file: &Shares| file.of(bid).filter(|share| header.fits(share, file.slot, file.purpose));
    files.iter().filter_map(share).collect()
}

/// The letter, without looking at what follows the first piece.
fn peeked(id: MatterId, header: &Header, key: &ContentKey, first: &[u8], whole: bool) -> Unsealed {
    let letter = || {
        let (mut opener, mut out) = (Opener::new(header, key)?, Vec::new());
        opener.push(first.get(HEADER..).unwrap_or_default(), &mut out)?;
        match opener.letter() {
            Some(letter) if !whole => Ok(letter.to_vec()),
            _ => opener.finish(&mut out),
        }
    };
    letter().map_or_else(
        |fault: fadu_bids::Fault| Unsealed::Unreadable(UnreadableFault::Bidder, fault.to_string()),
        |letter| read(id, &letter),
    )
}

fn read(id: MatterId, letter: &[u8]) -> Unsealed {
    match Letter::read(letter) {
        Ok(letter) if letter.project == id => Unsealed::Letter(Box::new(letter)),
        Ok(_) => Unsealed::Unreadable(UnreadableFault::Bidder, "投标函写的是另一个项目".to_owned()),
        Err(why) => Unsealed::Unreadable(UnreadableFault::Bidder, why),
    }
}
