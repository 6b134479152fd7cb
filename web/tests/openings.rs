//! 开标现场。 What becomes of a bid that cannot be opened, of holders who do not come, of a share that is not the bidder's:
//! each has its ground on record and a lawful way on.

use fadu_app::bids::Unsealed;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys as Secrets;
use fadu_app::{App, Call, Problem};
use fadu_bids::{Holder, Keys, Label, Sealed, Shares, envelope, seal, system_rng};
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Role, codes};
use fadu_store::{Sqlite, Store};
use fadu_trading::bid;
use fadu_trading::letter::Letter;
use fadu_trading::project::{Act, Reading, SharePurpose, UnreadableFault};
use fadu_trading::{Bid, Project};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::sync::Arc;

const ORGS: [&str; 3] = ["县教育局（模拟）", "县住建局（模拟）", "县公共资源交易中心（模拟）"];

struct County {
    _folder: tempfile::TempDir,
    clock: Movable,
    app: Arc<App>,
    id: MatterId,
}

struct Handed {
    bid: MatterId,
    label: Label,
    sealed: Sealed,
}

fn nobody() -> Actor {
    Actor { person: PersonId::new("sealed-1"), role: Role::FirmAgent, org: OrgId::new(bid::SEALED) }
}

fn officer(org: &str) -> Actor {
    Actor { person: PersonId::new(&format!("{org}经办人")), role: Role::Officer, org: OrgId::new(org) }
}

impl County {
    /// A tender that takes bids until 24 March, 09:30.
    async fn new() -> County {
        let folder = tempfile::tempdir().unwrap();
        let clock = Movable::default();
        clock.set(start_of(date(2025, 3, 3)) + 10 * 3_600_000);
        let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
        let app = App::open(fadu_sim::REGION, store, Secrets::new([1; 32]), Box::new(clock.clone()))
            .await
            .unwrap();
        let id = fadu_sim::open_tender(&app, ORGS[0], &ORGS).await.unwrap();
        County { _folder: folder, clock, app, id }
    }

    fn keys(&self) -> Keys {
        let holder = |org: &&str| Holder {
            org: (*org).to_owned(),
            key: fadu_sim::holder_identity(org).public.clone(),
        };
        let (project, holders) = (self.id.to_string(), ORGS.iter().map(holder).collect());
        Keys { format: Keys::FORMAT.to_owned(), project, threshold: 2, holders }
    }

    async fn act<M: Matter>(
        &self,
        who: &Actor,
        id: Option<MatterId>,
        act: M::Act,
    ) -> Result<MatterId, Problem> {
        let call = Call { actor: who, matter: id, act, private: BTreeMap::new(), key: None };
        self.app.act::<M>(call).await.map(|done| done.matter)
    }

    /// Seals, lets `spoil` do to the envelope what it likes, and hands it in.
    async fn hand_in(
        &self,
        n: usize,
        keys: &Keys,
        project: MatterId,
        spoil: impl FnOnce(&mut Vec<u8>),
    ) -> Handed {
        let label = Label::random(&mut system_rng());
        let code = codes::complete_credit_code(&format!("91429900MA000AA{n}0")).unwrap();
        let reading = Reading {
            bidder: format!("第{n}家（模拟）"),
            code,
            price: "9,000,000.00".into(),
            ..Reading::default()
        };
        let letter = Letter {
            format: Letter::FORMAT.into(),
            project,
            nonce: label.text(),
            file_name: "a.bin".into(),
            reading,
        };
        let (letter, file) = (serde_json::to_vec(&letter).unwrap(), vec![n as u8; 3_000_000]);
        let (mut bytes, len) = (Vec::new(), file.len() as u64);
        let sealed =
            seal(keys, &label, &letter, &mut file.as_slice(), len, &mut bytes, &mut system_rng()).unwrap();
        spoil(&mut bytes);
        let mut keep = self.app.take_envelope();
        for part in bytes.chunks(300_007) {
            keep.push(part).await.unwrap();
        }
        let digest = keep.finish().await.unwrap();
        let deposit = bid::Act::Deposit { project: Some(self.id), nonce: label.text(), digest, ticket: None };
        let bid = self.act::<Bid>(&nobody(), None, deposit).await.unwrap();
        Handed { bid, label, sealed }
    }

    fn at_deadline(&self) {
        self.clock.set(start_of(date(2025, 3, 24)) + (9 * 60 + 30) * 60_000);
    }

    /// Revealed by their bidders.
    async fn come(&self, handed: &[&Handed]) {
        self.at_deadline();
        for one in handed {
            let reveal = bid::Act::Reveal { project: self.id, nonce: one.label.text() };
            self.act::<Bid>(&nobody(), Some(one.bid), reveal).await.unwrap();
        }
        self.app.relay().await.unwrap();
    }

    /// Two holders look whose the unrevealed envelopes are.
    async fn look_through(&self) {
        for holder in [1, 2] {
            let shares = self.shares(holder, SharePurpose::Label).await.unwrap();
            let text = serde_json::to_string(&shares).unwrap();
            let by = officer(ORGS[usize::from(holder) - 1]);
            self.app.contribute_shares(&by, self.id, &text, None).await.unwrap();
        }
    }

    async fn begin(&self) -> Result<MatterId, Problem> {
        self.act::<Project>(&officer(ORGS[0]), Some(self.id), Act::BeginOpening).await
    }

    async fn shares(&self, holder: u8, of: SharePurpose) -> Result<Shares, Problem> {
        let headers = self.app.opening_headers(self.id, of, holder).await?;
        let identity = fadu_sim::holder_identity(ORGS[usize::from(holder) - 1]);
        Ok(headers.shares(&identity).unwrap())
    }

    async fn contribute(&self, holder: u8) -> Vec<String> {
        let shares = self.shares(holder, SharePurpose::Content).await.unwrap();
        let (text, by) = (serde_json::to_string(&shares).unwrap(), officer(ORGS[usize::from(holder) - 1]));
        self.app.contribute_shares(&by, self.id, &text, None).await.unwrap().without
    }

    async fn open(&self, one: &Handed) -> (Unsealed, usize) {
        let mut n = 0;
        let unsealed = self.app.open_bid(self.id, one.bid, &mut |part| n += part.len()).await.unwrap();
        (unsealed, n)
    }

    /// Whose fault and the ground, or nothing.
    async fn ground(&self, one: &Handed) -> Option<(UnreadableFault, String)> {
        match self.open(one).await.0 {
            Unsealed::Unreadable(fault, ground) => Some((fault, ground)),
            Unsealed::Waiting { .. } | Unsealed::Letter(_) => None,
        }
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_told_with_its_ground_and_the_others_go_on() {
    let county = County::new().await;
    let (keys, id) = (county.keys(), county.id);
    let mut strange = keys.clone();
    strange.holders.swap(0, 1);
    let good = county.hand_in(1, &keys, id, |_| {}).await;
    let cut = county.hand_in(2, &keys, id, |bytes| bytes.truncate(bytes.len() - 1000)).await;
    let changed = county
        .hand_in(3, &keys, id, |bytes| bytes[envelope::HEADER + 2_000_000] ^= 1)
        .await;
    let elsewhere = county.hand_in(4, &keys, MatterId(99), |_| {}).await;
    let muddled = county.hand_in(5, &strange, id, |_| {}).await;
    let no_envelope = county.hand_in(6, &keys, id, |bytes| *bytes = b"%PDF-1.7".to_vec()).await;
    county.come(&[&good, &cut, &changed, &elsewhere, &muddled, &no_envelope]).await;
    // Not begun before two holders have looked for others.
    let early = county.begin().await;
    assert!(matches!(&early, Err(Problem::Refused(refusal)) if refusal.rule.id == "TND-34"), "{early:?}");
    county.look_through().await;
    county.begin().await.unwrap();
    assert_eq!(county.contribute(2).await.len(), 1, "one does not open for this holder");
    county.contribute(3).await;
    assert_eq!(county.ground(&good).await, None);
    let muddled_now = county.open(&muddled).await.0;
    assert_eq!(muddled_now, Unsealed::Waiting { shares: 1, of: 2 }, "the third holder may still come");
    county.contribute(1).await;

    let (unsealed, n) = county.open(&good).await;
    assert!(matches!(unsealed, Unsealed::Letter(_)) && n == 3_000_000);
    let table = [
        ("cut", &cut, UnreadableFault::Bidder, "不完整"),
        ("changed", &changed, UnreadableFault::Bidder, "改动"),
        ("a letter for another project", &elsewhere, UnreadableFault::Bidder, "另一个项目"),
        ("two holders mixed up", &muddled, UnreadableFault::Unknown, "份额不够"),
        ("no envelope", &no_envelope, UnreadableFault::Bidder, "不是密封投标文件"),
    ];
    for (name, one, fault, says) in table {
        let (found, ground) = county.ground(one).await.unwrap_or_else(|| panic!("{name} opened"));
        assert!(found == fault && ground.contains(says), "{name}: {found:?} {ground}");
        let note = Act::NoteUnreadable { bid: one.bid, fault: found, ground };
        county.act::<Project>(&officer(ORGS[0]), Some(id), note).await.unwrap();
    }
    let Unsealed::Letter(letter) = county.open(&good).await.0 else { panic!("it opened before") };
    let read = Act::ReadBid { bid: good.bid, reading: Box::new(letter.reading) };
    county.act::<Project>(&officer(ORGS[0]), Some(id), read).await.unwrap();
    let close = Act::CloseOpening { record: "ab".repeat(32) };
    county.act::<Project>(&officer(ORGS[0]), Some(id), close).await.unwrap();
    let project = county.app.catalogue().one::<Project>(id).unwrap().clone();
    assert!(project.bid(cut.bid).unwrap().ground.contains("不完整"), "the ground stays on record");
}

#[tokio::test]
async fn too_few_holders_come_and_each_bidder_opens_with_the_key_it_kept() {
    let county = County::new().await;
    let (keys, id) = (county.keys(), county.id);
    let mut handed = Vec::new();
    for n in 1..=3 {
        handed.push(county.hand_in(n, &keys, id, |_| {}).await);
    }
    let early = county
        .app
        .take_bidders_key(id, handed[0].bid, &handed[0].sealed.key.text())
        .await;
    assert!(early.is_err(), "no key is taken before the opening");
    county.come(&handed.iter().collect::<Vec<_>>()).await;
    let absence = || Act::NoteAbsence { document: "模住建认〔2025〕1号".into() };
    let by_tenderer = county.act::<Project>(&officer(ORGS[0]), Some(id), absence()).await;
    assert!(matches!(by_tenderer, Err(Problem::Refused(_))), "nobody finds it of themselves");
    let supervisor = county
        .app
        .catalogue()
        .one::<Project>(id)
        .unwrap()
        .registration
        .supervisor
        .to_string();
    county.act::<Project>(&officer(&supervisor), Some(id), absence()).await.unwrap();
    county.begin().await.unwrap();
    county.contribute(1).await;
    for one in &handed {
        assert_eq!(county.open(one).await, (Unsealed::Waiting { shares: 1, of: 2 }, 0), "one of two");
    }
    let other = county
        .app
        .take_bidders_key(id, handed[0].bid, &handed[1].sealed.key.text())
        .await;
    assert!(matches!(other, Err(Problem::Invalid(_))), "another bid's key");
    for one in &handed {
        county.app.take_bidders_key(id, one.bid, &one.sealed.key.text()).await.unwrap();
        assert!(matches!(county.open(one).await.0, Unsealed::Letter(_)));
    }
}

#[tokio::test]
async fn shares_have_their_time_and_their_file() {
    let county = County::new().await;
    let (keys, id) = (county.keys(), county.id);
    let mut handed = Vec::new();
    for n in 1..=4 {
        handed.push(county.hand_in(n, &keys, id, |_| {}).await);
    }
    for of in [SharePurpose::Label, SharePurpose::Content] {
        assert!(county.shares(1, of).await.is_err(), "no header is given out before the deadline");
    }
    county.at_deadline();
    assert!(county.shares(1, SharePurpose::Content).await.is_err(), "of the content, before the opening");
    // All four stay away: two holders find them, and nothing of what they bid.
    for holder in [1, 3] {
        let shares = county.shares(holder, SharePurpose::Label).await.unwrap();
        let text = serde_json::to_string(&shares).unwrap();
        let by = officer(ORGS[usize::from(holder) - 1]);
        let stranger = county.app.contribute_shares(&officer("别的单位"), id, &text, None).await;
        assert!(matches!(stranger, Err(Problem::Refused(_))));
        let found = county.app.contribute_shares(&by, id, &text, None).await.unwrap();
        assert_eq!(found.revealed, if holder == 1 { 0 } else { 4 });
    }
    county.begin().await.unwrap();
    let mut shares = county.shares(2, SharePurpose::Content).await.unwrap();
    shares.shares[0].share = shares.shares[1].share.clone();
    let text = serde_json::to_string(&shares).unwrap();
    let given = county.app.contribute_shares(&officer(ORGS[1]), id, &text, None).await.unwrap();
    assert_eq!(given.without.len(), 1, "a share that is not this bid's is found out");
    county.contribute(1).await;
    let first = handed.iter().find(|one| one.bid.to_string() == shares.shares[0].bid).unwrap();
    assert_eq!(county.open(first).await.0, Unsealed::Waiting { shares: 1, of: 2 });
    county.contribute(2).await;
    assert!(matches!(county.open(first).await.0, Unsealed::Letter(_)), "handed in again, rightly");
    let wrong = county.app.contribute_shares(&officer(ORGS[1]), id, "{}", None).await;
    assert!(matches!(wrong, Err(Problem::Invalid(_))));
}
