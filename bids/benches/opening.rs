//! 开启200份50 MB的投标。 Envelopes lie on the disk; each is read to its end, held against its digest and decrypted, on as
//! many threads as there are cores. In the same run: what the disk and the digest alone take. Distinct envelopes are
//! fewer than the openings, so that a few GB are enough; the first pass reads them after the page cache was dropped,
//! where the machine allows that.

use fadu_bids::envelope::HEADER;
use fadu_bids::{Header, Holder, Identity, Keys, Label, Opener, Purpose, Share, seal, system_rng};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const OPENINGS: usize = 200;
const DISTINCT: usize = 40;
const BYTES: usize = 50_000_000;
const LIMIT: Duration = Duration::from_secs(20);
const PROJECT: &str = "0000000000p01";

type Fault = Box<dyn std::error::Error + Send + Sync>;

struct Bid {
    path: PathBuf,
    digest: [u8; 32],
}

fn main() -> Result<(), Fault> {
    let folder = std::env::temp_dir().join(format!("fadu-bench-bids-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = measure(&folder);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

fn measure(folder: &Path) -> Result<(), Fault> {
    let identities: Vec<Identity> = (0..3).map(|_| Identity::generate(&mut system_rng())).collect();
    let holder = |identity: &Identity| Holder { org: String::new(), key: identity.public.clone() };
    let holders = identities.iter().map(holder).collect();
    let keys = Keys { format: Keys::FORMAT.to_owned(), project: PROJECT.to_owned(), threshold: 2, holders };
    let started = Instant::now();
    let bids: Vec<Bid> = (0..DISTINCT).map(|n| sealed(folder, &keys, n)).collect::<Result<_, _>>()?;
    let took = started.elapsed();
    say(&format!("sealing {DISTINCT} bids of 50 MB, one thread, to disk"), took, None);

    let dropped = std::process::Command::new("sync").status().is_ok()
        && std::fs::write("/proc/sys/vm/drop_caches", "1").is_ok();
    let cold = pass(&bids, DISTINCT, &|bid| read(bid).map(drop))?;
    let name = if dropped { "page cache dropped" } else { "page cache as it was" };
    say(&format!("reading {DISTINCT} of them alone, {name}"), cold, None);
    if dropped {
        std::fs::write("/proc/sys/vm/drop_caches", "1")?;
    }
    let first = pass(&bids, DISTINCT, &|bid| open(bid, &identities))?;
    say(&format!("opening {DISTINCT} of them, {name}"), first, None);
    let all_cold = first * (OPENINGS / DISTINCT) as u32;
    say(&format!("that is, for {OPENINGS}"), all_cold, Some(all_cold < LIMIT));
    let digests = pass(&bids, OPENINGS, &|bid| read(bid).map(drop))?;
    say(&format!("reading and digesting {OPENINGS} times, cached"), digests, None);
    let warm = pass(&bids, OPENINGS, &|bid| open(bid, &identities))?;
    say(&format!("opening {OPENINGS} bids of 50 MB, cached"), warm, Some(warm < LIMIT));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load of the machine  {}", load.trim());
    Ok(())
}

fn say(name: &str, took: Duration, good: Option<bool>) {
    let mark = match good {
        Some(true) => format!("met, limit {} s", LIMIT.as_secs()),
        Some(false) => format!("MISSED, limit {} s", LIMIT.as_secs()),
        None => String::new(),
    };
    println!("{name:55} {:7.2} s  {mark}", took.as_secs_f64());
}

fn sealed(folder: &Path, keys: &Keys, n: usize) -> Result<Bid, Fault> {
    let path = folder.join(format!("bid{n}"));
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
    let file = vec![n as u8; BYTES];
    let label = Label::random(&mut system_rng());
    let sealed = seal(keys, &label, b"{}", &mut file.as_slice(), BYTES as u64, &mut out, &mut system_rng())?;
    out.flush()?;
    Ok(Bid { path, digest: sealed.digest })
}

/// So many, one after the other over the bids, on every core.
fn pass(
    bids: &[Bid],
    times: usize,
    one: &(dyn Fn(&Bid) -> Result<(), Fault> + Sync),
) -> Result<Duration, Fault> {
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    let threads = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        let work = || -> Result<(), Fault> {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= times {
                    return Ok(());
                }
                one(&bids[n % bids.len()])?;
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err("a worker stopped".into())))
    })?;
    Ok(started.elapsed())
}

/// Read to the end and held against the digest.
fn read(bid: &Bid) -> Result<u64, Fault> {
    let (mut file, mut hash, mut buffer, mut len) =
        (File::open(&bid.path)?, Sha256::new(), vec![0; 1 << 20], 0);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => {
                hash.update(&buffer[..n]);
                len += n as u64;
            }
        }
    }
    if hash.finalize()[..] == bid.digest { Ok(len) } else { Err("another digest".into()) }
}

fn open(bid: &Bid, identities: &[Identity]) -> Result<(), Fault> {
    let (mut file, mut hash, mut buffer) = (File::open(&bid.path)?, Sha256::new(), vec![0; 1 << 20]);
    let mut head = vec![0; HEADER];
    file.read_exact(&mut head)?;
    hash.update(&head);
    let header = Header::read(&head)?;
    let shares: Vec<Share> = (1..=2u8)
        .map(|slot| header.share(&identities[usize::from(slot) - 1], PROJECT, slot, Purpose::Content))
        .collect::<Result<_, _>>()?;
    let mut opener = Opener::new(&header, &header.content_key(&shares)?)?;
    let (mut out, mut len) = (Vec::new(), 0);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => {
                hash.update(&buffer[..n]);
                opener.push(&buffer[..n], &mut out)?;
                len += out.len();
                out.clear();
            }
        }
    }
    opener.finish(&mut out)?;
    let whole = len + out.len() == BYTES && hash.finalize()[..] == bid.digest;
    if whole { Ok(()) } else { Err("not what was sealed".into()) }
}
