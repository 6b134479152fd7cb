//! 密封投标的命令。 Needs no county: a bidder seals, a key holder opens its shares, each on its own machine.

use crate::{Answer, Place, Usage, say};
use anyhow::{Context, bail};
use fadu_bids::envelope::HEADER;
use fadu_bids::{ContentKey, Header, Headers, Identity, Keys, Label, Opener, Shares, seal, system_rng};
use fadu_kernel::MatterId;
use fadu_ledger::note::hex;
use fadu_trading::bid::{self, TICKET_LEVELS};
use fadu_trading::letter::Letter;
use fadu_trading::project::Reading;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Make a holder's key pair; the file stays with the holder, the public half goes into the tender file
    Keygen {
        /// Where to write the key; nothing that is there is overwritten
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// As the tenderer: a ticket for each who passed the prequalification, and the root that tells nothing of how many
    Tickets {
        /// 项目编码
        #[arg(long, value_name = "ID")]
        project: String,
        /// How many passed
        #[arg(long, value_name = "N")]
        passed: u16,
        /// Where to write the tickets, one file each; nothing that is there is overwritten
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Seal a bid to the keys of its project
    Seal(Seal),
    /// As a holder: open one's shares of the envelopes in HEADERS, to be handed in
    Share {
        /// The holder's key
        #[arg(long, value_name = "FILE")]
        identity: PathBuf,
        /// The list that the opening room gives out
        #[arg(long, value_name = "FILE")]
        headers: PathBuf,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Open an envelope with enough holders' shares, or with the key that its bidder kept
    Open(Open),
}

#[derive(clap::Args)]
pub struct Seal {
    /// The project's keys, from its page
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// What is read out, as JSON: bidder, code, price, and what else the tender asks for
    #[arg(long, value_name = "FILE", required_unless_present = "price")]
    letter: Option<PathBuf>,
    #[arg(long, value_name = "NAME")]
    bidder: Option<String>,
    /// 统一社会信用代码
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    #[arg(long, value_name = "YUAN")]
    price: Option<String>,
    /// The bid itself, one file
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The envelope to hand in; FILE.key beside it stays with the bidder
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(clap::Args)]
pub struct Open {
    envelope: PathBuf,
    /// Shares of one holder; once for each
    #[arg(long, value_name = "FILE")]
    shares: Vec<PathBuf>,
    /// Under which number the shares name this envelope
    #[arg(long, value_name = "BID", requires = "shares")]
    bid: Option<String>,
    /// The key file that the bidder kept
    #[arg(long, value_name = "FILE", conflicts_with = "shares", required_unless_present = "shares")]
    key: Option<PathBuf>,
    /// Where to put the file of the bid; without it the letter alone is shown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What a bidder keeps: the nonce to reveal with, the key for the day when too few holders come.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    format: String,
    project: String,
    nonce: String,
    key: String,
    digest: String,
}

const KEPT: &str = "fadu-bid-kept-1";

pub fn run(place: &Place, command: Command) -> Answer {
    match command {
        Command::Keygen { out } => keygen(place, &out),
        Command::Tickets { project, passed, out } => tickets(place, &project, passed, &out),
        Command::Seal(command) => sealed(place, &command),
        Command::Share { identity, headers, out } => share(place, &identity, &headers, &out),
        Command::Open(command) => open(place, &command),
    }
}

fn text(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).map_err(|error| Usage(format!("{}: {error}", path.display())).into())
}

/// For secrets: readable by their owner alone, and nothing is overwritten.
fn create_secret(path: &Path) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map_err(|error| Usage(format!("{}: {error}", path.display())).into())
}

fn wrong(path: &Path) -> impl FnOnce(fadu_bids::Fault) -> Usage {
    let path = path.display().to_string();
    move |fault| Usage(format!("{path}: {fault}"))
}

fn keygen(place: &Place, out: &Path) -> Answer {
    let identity = Identity::generate(&mut system_rng());
    let mut file = create_secret(out)?;
    file.write_all(identity.write()?.as_bytes())?;
    file.sync_all()?;
    say(place, json!({"public": identity.public, "file": out}), || {
        format!("公钥 {}\n私钥在 {}，由持有方自己保管，不要交给任何人。", identity.public, out.display())
    });
    Ok(true)
}

fn tickets(place: &Place, project: &str, passed: u16, out: &Path) -> Answer {
    let id: MatterId = project
        .parse()
        .map_err(|_| Usage(format!("“{project}”不是项目编码，应为13位")))?;
    let (passed, whole) = (usize::from(passed), 1 << TICKET_LEVELS);
    if passed > whole {
        return Err(Usage(format!("至多{whole}份通行证")).into());
    }
    let random =
        |n: usize| -> Vec<String> { (0..n).map(|_| Label::random(&mut system_rng()).text()).collect() };
    let made = bid::tickets(id, &random(passed), &random(whole - passed));
    let (root, tickets) = made.context("the tree is not full")?;
    std::fs::create_dir_all(out).map_err(|error| Usage(format!("{}: {error}", out.display())))?;
    for (n, ticket) in tickets.iter().enumerate() {
        let mut file = create_secret(&out.join(format!("ticket-{:04}.json", n + 1)))?;
        file.write_all(serde_json::to_string_pretty(ticket)?.as_bytes())?;
        file.sync_all()?;
    }
    say(place, json!({"root": root, "tickets": passed, "folder": out}), || {
        format!(
            "通行证树的根 {root}\n填入“确定资格预审结果”。{passed}份通行证在 {}，逐一发给通过的申请人，不要公开。",
            out.display()
        )
    });
    Ok(true)
}

fn reading(command: &Seal) -> anyhow::Result<Reading> {
    let mut reading: Reading = match &command.letter {
        Some(path) => serde_json::from_str(&text(path)?)
            .map_err(|error| Usage(format!("{}: {error}", path.display())))?,
        None => Reading::default(),
    };
    let set = |to: &mut String, from: &Option<String>| from.iter().for_each(|from| to.clone_from(from));
    set(&mut reading.bidder, &command.bidder);
    set(&mut reading.code, &command.code);
    set(&mut reading.price, &command.price);
    Ok(reading)
}

fn sealed(place: &Place, command: &Seal) -> Answer {
    let keys = Keys::read(&text(&command.keys)?).map_err(wrong(&command.keys))?;
    let label = Label::random(&mut system_rng());
    let name = command.file.as_ref().and_then(|path| path.file_name());
    let letter = Letter {
        format: Letter::FORMAT.to_owned(),
        project: keys.project.parse().map_err(|_| Usage("project: 13 characters".to_owned()))?,
        nonce: label.text(),
        file_name: name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        reading: reading(command)?,
    };
    if let Err(mistakes) = letter.check() {
        let mistakes: Vec<String> = mistakes
            .into_iter()
            .map(|one| format!("{}: {}", one.field, one.message))
            .collect();
        return Err(Usage(mistakes.join("; ")).into());
    }
    let (mut file, len): (Box<dyn Read>, u64) = match &command.file {
        Some(path) => {
            let file = File::open(path).map_err(|error| Usage(format!("{}: {error}", path.display())))?;
            let len = file.metadata()?.len();
            (Box::new(BufReader::new(file)), len)
        }
        None => (Box::new(std::io::empty()), 0),
    };
    let kept_path = command
        .out
        .with_file_name(format!("{}.key", command.out.file_name().unwrap_or_default().to_string_lossy()));
    let mut kept_file = create_secret(&kept_path)?;
    let mut out = BufWriter::new(create_secret(&command.out)?);
    let letter = serde_json::to_vec(&letter)?;
    let sealed = seal(&keys, &label, &letter, &mut *file, len, &mut out, &mut system_rng())?;
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    let kept = Kept {
        format: KEPT.to_owned(),
        project: keys.project.clone(),
        nonce: label.text(),
        key: sealed.key.text().to_string(),
        digest: hex(&sealed.digest),
    };
    kept_file.write_all(serde_json::to_string_pretty(&kept)?.as_bytes())?;
    kept_file.sync_all()?;
    let told = json!({
        "project": kept.project, "nonce": kept.nonce, "digest": kept.digest, "bytes": sealed.len,
        "envelope": command.out, "key": kept_path,
    });
    say(place, told, || {
        format!(
            "已封给项目 {}\n密文   {}（{} 字节）\n摘要   {}\n随机数 {}\n自留密钥 {}：不要交给任何人，开标时持有方到场不足才用到",
            kept.project,
            command.out.display(),
            sealed.len,
            kept.digest,
            kept.nonce,
            kept_path.display()
        )
    });
    Ok(true)
}

fn share(place: &Place, identity: &Path, headers: &Path, out: &Path) -> Answer {
    let own = Identity::read(&text(identity)?).map_err(wrong(identity))?;
    let list = Headers::read(&text(headers)?).map_err(wrong(headers))?;
    let shares = list.shares(&own).map_err(wrong(headers))?;
    let n_open = shares.shares.iter().filter(|line| line.share.is_some()).count();
    create_secret(out)?.write_all(serde_json::to_string(&shares)?.as_bytes())?;
    let n = shares.shares.len();
    say(place, json!({"project": shares.project, "envelopes": n, "shares": n_open, "file": out}), || {
        format!("{n} 个信封，能开出份额的 {n_open} 个；份额在 {}", out.display())
    });
    // Of the label most envelopes are other projects'; of the content each should open.
    Ok(n_open > 0 || n == 0)
}

fn key(command: &Open, header: &Header) -> anyhow::Result<ContentKey> {
    if let Some(path) = &command.key {
        let kept: Kept = serde_json::from_str(&text(path)?)
            .map_err(|error| Usage(format!("{}: {error}", path.display())))?;
        return ContentKey::read(&kept.key)
            .filter(|key| header.is_key(key))
            .with_context(|| format!("{} 不是这个信封的密钥", path.display()));
    }
    let mut shares = Vec::new();
    for path in &command.shares {
        let file = Shares::read(&text(path)?).map_err(wrong(path))?;
        let bid = match (&command.bid, &file.shares[..]) {
            (Some(bid), _) => bid.clone(),
            (None, [one]) => one.bid.clone(),
            (None, _) => {
                return Err(Usage("--bid: these files hold shares of several envelopes".into()).into());
            }
        };
        match file.of(&bid).filter(|share| header.fits(share, file.slot, file.purpose)) {
            Some(share) => shares.push(share),
            None => eprintln!("{}：没有与这个信封相符的份额", path.display()),
        }
    }
    Ok(header.content_key(&shares)?)
}

fn open(place: &Place, command: &Open) -> Answer {
    let path = &command.envelope;
    let mut file = File::open(path).map_err(|error| Usage(format!("{}: {error}", path.display())))?;
    let mut head = vec![0; HEADER];
    if file.read_exact(&mut head).is_err() {
        bail!("{}: {}", path.display(), fadu_bids::Fault::NoEnvelope);
    }
    let header = Header::read(&head)?;
    let key = key(command, &header)?;
    let mut opener = Opener::new(&header, &key)?;
    let mut to = match &command.out {
        Some(path) => Some(BufWriter::new(create_secret(path)?)),
        None => None,
    };
    let (mut buffer, mut out) = (vec![0; 1 << 20], Vec::new());
    let mut write = |out: &mut Vec<u8>| -> anyhow::Result<()> {
        if let Some(to) = &mut to {
            to.write_all(out)?;
        }
        out.clear();
        Ok(())
    };
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => opener.push(&buffer[..n], &mut out)?,
        }
        write(&mut out)?;
    }
    let letter = opener.finish(&mut out)?;
    write(&mut out)?;
    if let Some(to) = to {
        to.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    }
    let letter = Letter::read(&letter).map_err(anyhow::Error::msg)?;
    let reading = &letter.reading;
    say(place, serde_json::to_value(&letter)?, || {
        format!(
            "项目   {}\n投标人 {}（{}）\n报价   {}\n文件   {}",
            letter.project,
            reading.bidder,
            reading.code,
            reading.price,
            if letter.file_name.is_empty() { "没有" } else { &letter.file_name }
        )
    });
    Ok(true)
}
