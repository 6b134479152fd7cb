//! 断电。 A disk that forgets what was not synced: SQLite runs on it, the power is cut at moments of no one's
//! choosing, and the store that opens afterwards must hold every act that was acknowledged before.
//!
//! Killing a process shows little: the system's cache keeps what it wrote. Here only `sync` makes a write last;
//! of the writes after the last one a cut keeps none, or any handful, as a real disk may.

use super::*;
use crate::contract::append;
use sqlite_vfs::wip::{WalIndex, WalIndexLock};
use sqlite_vfs::{DatabaseHandle, LockKind, OpenAccess, OpenOptions, Vfs};
use std::collections::{BTreeMap, HashMap};
use std::io::{Error, ErrorKind};
use std::ops::Range;
use std::time::Duration;

const R: Region = Region(420222);
/// Cuts of the power for each setting.
const CUTS: u64 = 60;

#[derive(Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Resize(u64),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Write(offset, data) => {
                let (start, end) = (*offset as usize, *offset as usize + data.len());
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[start..end].copy_from_slice(data);
            }
            Change::Resize(size) => bytes.resize(*size as usize, 0),
        }
    }
}

/// One file: what its users see, what would survive, and what lies between.
#[derive(Default)]
struct File {
    seen: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Change>,
    locks: HashMap<u64, LockKind>,
    index: HashMap<u32, Box<[u8; 32768]>>,
    index_locks: HashMap<(u8, u64), WalIndexLock>,
    syncs: u64,
}

impl File {
    fn change(&mut self, change: Change) {
        change.apply(&mut self.seen);
        self.unsynced.push(change);
    }

    fn sync(&mut self) {
        for change in self.unsynced.drain(..) {
            change.apply(&mut self.durable);
        }
        self.syncs += 1;
    }
}

/// Deterministic and good enough to choose moments (Knuth's multiplier, the upper half of each state).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

#[derive(Clone, Default)]
struct Disk(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    files: BTreeMap<String, File>,
    handles: u64,
    drawn: u64,
}

impl Disk {
    fn with<T>(&self, work: impl FnOnce(&mut Inside) -> T) -> T {
        work(&mut self.0.lock().unwrap())
    }

    fn on<T>(&self, name: &str, work: impl FnOnce(&mut File) -> T) -> T {
        self.with(|inside| work(inside.files.entry(name.to_owned()).or_default()))
    }

    /// What the files of `from` hold once the power is gone, on the disk of the next start.
    fn cut(&self, from: &str, to: &str, chance: &mut Chance) {
        let keeps_some = chance.next().is_multiple_of(2);
        self.with(|inside| {
            let names: Vec<String> =
                inside.files.keys().filter(|name| name.starts_with(from)).cloned().collect();
            for name in names {
                let file = &inside.files[&name];
                let mut left = file.durable.clone();
                for change in &file.unsynced {
                    if keeps_some && chance.next().is_multiple_of(2) {
                        change.apply(&mut left);
                    }
                }
                let next = File { seen: left.clone(), durable: left, ..File::default() };
                inside.files.insert(name.replacen(from, to, 1), next);
            }
        });
    }

    /// The files as they lie there, where the ordinary file system can read them.
    fn copy_out(&self, prefix: &str, folder: &Path) {
        self.with(|inside| {
            for (name, file) in &inside.files {
                if let Some(rest) = name.strip_prefix(prefix) {
                    std::fs::write(folder.join(rest), &file.seen).unwrap();
                }
            }
        });
    }
}

struct Handle {
    disk: Disk,
    name: String,
    id: u64,
}

impl DatabaseHandle for Handle {
    type WalIndex = Index;

    fn size(&self) -> Result<u64, Error> {
        Ok(self.disk.on(&self.name, |file| file.seen.len() as u64))
    }

    fn read_exact_at(&mut self, buffer: &mut [u8], offset: u64) -> Result<(), Error> {
        self.disk.on(&self.name, |file| {
            let start = (offset as usize).min(file.seen.len());
            let found = &file.seen[start..(start + buffer.len()).min(file.seen.len())];
            buffer[..found.len()].copy_from_slice(found);
            if found.len() == buffer.len() { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
        })
    }

    fn write_all_at(&mut self, data: &[u8], offset: u64) -> Result<(), Error> {
        self.disk
            .on(&self.name, |file| file.change(Change::Write(offset, data.to_vec())));
        Ok(())
    }

    fn sync(&mut self, _data_only: bool) -> Result<(), Error> {
        self.disk.on(&self.name, File::sync);
        Ok(())
    }

    fn set_len(&mut self, size: u64) -> Result<(), Error> {
        self.disk.on(&self.name, |file| file.change(Change::Resize(size)));
        Ok(())
    }

    fn lock(&mut self, wanted: LockKind) -> Result<bool, Error> {
        let id = self.id;
        Ok(self.disk.on(&self.name, |file| {
            let rank = |kind: &LockKind| match kind {
                LockKind::None => 0,
                LockKind::Shared => 1,
                LockKind::Reserved => 2,
                LockKind::Pending => 3,
                LockKind::Exclusive => 4,
            };
            let highest = file
                .locks
                .iter()
                .filter(|(other, _)| **other != id)
                .map(|(_, kind)| rank(kind))
                .max();
            let free = match wanted {
                LockKind::None => true,
                LockKind::Shared => highest.unwrap_or(0) < 3,
                LockKind::Reserved | LockKind::Pending => highest.unwrap_or(0) < 2,
                LockKind::Exclusive => highest.unwrap_or(0) == 0,
            };
            if free {
                file.locks.insert(id, wanted);
            }
            free
        }))
    }

    fn reserved(&mut self) -> Result<bool, Error> {
        let high = |kind: &LockKind| !matches!(kind, LockKind::None | LockKind::Shared);
        Ok(self.disk.on(&self.name, |file| file.locks.values().any(high)))
    }

    fn current_lock(&self) -> Result<LockKind, Error> {
        Ok(self
            .disk
            .on(&self.name, |file| file.locks.get(&self.id).copied().unwrap_or(LockKind::None)))
    }

    fn wal_index(&self, _readonly: bool) -> Result<Index, Error> {
        Ok(Index { disk: self.disk.clone(), name: self.name.clone(), id: self.id })
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.disk.on(&self.name, |file| {
            file.locks.remove(&self.id);
            file.index_locks.retain(|(_, holder), _| *holder != self.id);
        });
    }
}

/// The index of the log, which lives in memory and never survives.
struct Index {
    disk: Disk,
    name: String,
    id: u64,
}

impl WalIndex for Index {
    fn map(&mut self, region: u32) -> Result<[u8; 32768], Error> {
        Ok(self
            .disk
            .on(&self.name, |file| **file.index.entry(region).or_insert_with(|| Box::new([0; 32768]))))
    }

    fn lock(&mut self, slots: Range<u8>, wanted: WalIndexLock) -> Result<bool, Error> {
        let id = self.id;
        Ok(self.disk.on(&self.name, |file| {
            let in_the_way = |slot: u8| {
                file.index_locks.iter().any(|((held, holder), kind)| {
                    let clash = *kind == WalIndexLock::Exclusive || wanted == WalIndexLock::Exclusive;
                    *held == slot && *holder != id && clash
                })
            };
            if wanted != WalIndexLock::None && slots.clone().any(in_the_way) {
                return false;
            }
            for slot in slots {
                match wanted {
                    WalIndexLock::None => file.index_locks.remove(&(slot, id)),
                    kind => file.index_locks.insert((slot, id), kind),
                };
            }
            true
        }))
    }

    fn delete(self) -> Result<(), Error> {
        self.disk.on(&self.name, |file| file.index.clear());
        Ok(())
    }

    fn pull(&mut self, region: u32, data: &mut [u8; 32768]) -> Result<(), Error> {
        *data = self.map(region)?;
        Ok(())
    }

    fn push(&mut self, region: u32, data: &[u8; 32768]) -> Result<(), Error> {
        self.disk.on(&self.name, |file| file.index.insert(region, Box::new(*data)));
        Ok(())
    }
}

impl Vfs for Disk {
    type Handle = Handle;

    fn open(&self, name: &str, options: OpenOptions) -> Result<Handle, Error> {
        let creates = matches!(options.access, OpenAccess::Create | OpenAccess::CreateNew);
        if !creates && !Vfs::exists(self, name)? {
            return Err(ErrorKind::NotFound.into());
        }
        self.on(name, |_| ());
        let id = self.with(|inside| {
            inside.handles += 1;
            inside.handles
        });
        Ok(Handle { disk: self.clone(), name: name.to_owned(), id })
    }

    fn delete(&self, name: &str) -> Result<(), Error> {
        self.with(|inside| inside.files.remove(name));
        Ok(())
    }

    fn exists(&self, name: &str) -> Result<bool, Error> {
        Ok(self.with(|inside| inside.files.contains_key(name)))
    }

    fn temporary_name(&self) -> String {
        "temporary".to_owned()
    }

    fn random(&self, buffer: &mut [i8]) {
        self.with(|inside| {
            for byte in buffer {
                inside.drawn = inside.drawn.wrapping_add(1);
                *byte = Chance(inside.drawn).next() as i8;
            }
        });
    }

    fn sleep(&self, duration: Duration) -> Duration {
        std::thread::sleep(duration);
        duration
    }
}

/// How many acknowledged acts were gone after all the cuts, and how often the log was carried over into the main file.
async fn cut_again_and_again(vfs: &str, synchronous_off: bool) -> (u64, u64) {
    let disk = Disk::default();
    sqlite_vfs::register(vfs, disk.clone(), false).unwrap();
    let mut chance = Chance(CUTS);
    let (mut lost, mut checkpoints) = (0, 0);
    for cut in 0..CUTS {
        let options = SqliteOptions { vfs: Some(vfs.to_owned()), synchronous_off, ..Default::default() };
        let place = format!("{cut}/");
        let store = Sqlite::open_with(Path::new(&format!("{place}fadu.db")), options).unwrap();
        let opened = disk.on(&format!("{place}fadu.db"), |file| file.syncs);
        let acknowledged: Arc<Mutex<Vec<(i64, MatterId)>>> = Arc::default();
        let lanes: Vec<_> = (0..8)
            .map(|lane| {
                let (store, acknowledged) = (Arc::clone(&store), Arc::clone(&acknowledged));
                tokio::spawn(async move {
                    for n in 0.. {
                        let id = (cut as i64 * 8 + lane) * 1_000_000 + n;
                        let key = format!("k{id}");
                        match store.append(append(id, 0, Some(&key), 0)).await {
                            Ok(Outcome::Done(done)) => {
                                acknowledged.lock().unwrap().push((done.seq, done.matter))
                            }
                            other => panic!("{other:?}"),
                        }
                    }
                })
            })
            .collect();
        let until = 1 + (chance.next() % 400) as usize;
        while acknowledged.lock().unwrap().len() < until {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        // First what was promised, then the cut: the disk may know more, never less.
        let promised = acknowledged.lock().unwrap().clone();
        disk.cut(&place, &format!("{}/", cut + 1), &mut chance);
        checkpoints += disk.on(&format!("{place}fadu.db"), |file| file.syncs) - opened;
        lanes.iter().for_each(|lane| lane.abort());

        let folder = tempfile::tempdir().unwrap();
        disk.copy_out(&format!("{}/", cut + 1), folder.path());
        let after = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
        let entries = after.entries(R, 0, u32::MAX).await.unwrap();
        for (n, entry) in entries.iter().enumerate() {
            assert_eq!(entry.seq, n as i64, "ledger numbers have no gap");
            assert_eq!(entry.leaf, fadu_ledger::leaf_hash(entry.body.as_bytes()));
        }
        assert_eq!(after.head(R).await.unwrap().next_seq, entries.len() as i64);
        let found: HashMap<MatterId, i64> = entries.iter().map(|entry| (entry.matter, entry.seq)).collect();
        assert_eq!(found.len(), entries.len(), "no act is there twice");
        for (seq, matter) in promised {
            let whole = found.get(&matter) == Some(&seq) && after.matter(R, matter).await.unwrap().is_some();
            lost += u64::from(!whole);
        }
    }
    (lost, checkpoints)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_power_cut() {
    let (lost, checkpoints) = cut_again_and_again("cut-full", false).await;
    assert_eq!(lost, 0);
    assert!(checkpoints > 0, "no cut came after a checkpoint: the test is too short");
}

/// The same without syncing: were nothing lost here, the test above would show nothing.
#[tokio::test(flavor = "multi_thread")]
async fn without_syncing_a_power_cut_is_noticed() {
    let (lost, _) = cut_again_and_again("cut-off", true).await;
    assert!(lost > 0);
}
