//! `fadu`: one program for the county's operator. Every command answers 0 (yes), 1 (no) or 2 (wrong usage).

mod addresses;
mod admin;
mod archive;
mod bench;
mod bid;
mod boundaries;
mod calendar;
mod demo;
mod draw;
mod environment;
mod evaluations;
mod figure;
mod home;
mod hotline;
mod items;
mod law;
mod ledger;
mod licence;
mod lookback;
mod mail;
mod ocds;
mod person;
mod registry;
mod report;
mod serve;
mod simulate;
mod supervision;
mod theme;
mod tickets;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// An act makes and drops some hundreds of short strings on several threads; the C library's allocator spends
/// a tenth of an act on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "fadu", version, about = "法度：县级政务服务与数据管理操作系统", max_term_width = 110)]
struct Cli {
    #[command(flatten)]
    place: Place,
    /// How the log on standard error is written: lines for a person, or one JSON object a line for a collector
    #[arg(long, global = true, value_enum, default_value_t, env = "FADU_LOG_FORMAT")]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Default, clap::ValueEnum)]
enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Where the county's data are, and how to answer.
#[derive(Args, Clone)]
pub struct Place {
    /// Folder with the configuration, the secret key and, unless --database is given, the embedded store
    #[arg(long, global = true, value_name = "DIR", default_value = "./fadu-data", env = "FADU_DATA")]
    pub data: PathBuf,
    /// PostgreSQL instead of the embedded store: postgres://user@host/name
    #[arg(long, global = true, value_name = "URL", env = "FADU_DATABASE")]
    pub database: Option<String>,
    /// Answer with one JSON object
    #[arg(long, global = true)]
    pub json: bool,
    /// What the environment says of this county's configuration; of a folder beside it, nothing.
    #[arg(skip = environment::given())]
    pub given: environment::Given,
}

impl Place {
    /// A folder with an embedded store and a configuration of its own.
    pub fn beside(&self, data: PathBuf) -> Place {
        Place { data, database: None, json: self.json, given: environment::Given::new() }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Make a simulated county, live through a year, serve it
    Demo(demo::Demo),
    /// Make an empty county: configuration, key and store
    Init(admin::Init),
    /// Serve the pages
    Serve(serve::Serve),
    /// Do what time must do, once
    Sweep(serve::Sweep),
    /// Accounts
    #[command(subcommand)]
    Account(admin::Account),
    /// The catalogue of items: check, export, import, differences, baselines
    #[command(subcommand)]
    Items(items::Command),
    /// Bring in a county's lists
    #[command(subcommand)]
    Import(admin::Import),
    /// 12345 by electronic mail: check the configuration, read the mailbox once
    #[command(subcommand)]
    Mail(mail::Mail),
    /// A figure, with the entries it counts
    Figure(figure::Figure),
    /// The annual report
    Report(report::Report),
    /// The ledger: verify, sign, prove
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// A receipt, checked without any database
    #[command(subcommand)]
    Receipt(ledger::Receipt),
    /// Electronic licences: check one without any database
    #[command(subcommand)]
    Licence(licence::Licence),
    /// Statutes, and what rests on them
    #[command(subcommand)]
    Law(law::Law),
    /// 12345: the model that proposes categories, bulletins
    #[command(subcommand)]
    Hotline(hotline::Hotline),
    /// The month's release of evaluations
    Evaluations(evaluations::Evaluations),
    /// Themes of one thing: check files, load them as drafts
    #[command(subcommand)]
    Theme(theme::Command),
    /// Sealed bids: keys of holders, sealing, opening
    #[command(subcommand)]
    Bid(bid::Command),
    /// Verifiable draws: re-run a published record
    #[command(subcommand)]
    Draw(draw::Draw),
    /// Open contracting data: red flags over releases, releases in and out
    #[command(subcommand)]
    Ocds(ocds::Ocds),
    /// Supervision of trading, in a folder of its own: receive the venue's ledger, audit it
    #[command(subcommand)]
    Supervision(supervision::Supervision),
    /// Look back over past projects: match a list of tenders with approvals and payments
    #[command(subcommand)]
    Lookback(lookback::Lookback),
    /// Personal data: freeze, erase
    #[command(subcommand)]
    Person(person::Person),
    /// What was archived: how long it is kept, what is due for hand-over, whether a package is whole
    #[command(subcommand)]
    Archive(archive::Archive),
    /// Working days
    #[command(subcommand)]
    Calendar(calendar::Calendar),
    /// A consistent copy of everything
    Backup(admin::Backup),
    /// Run a hall day through under another policy, before people are moved
    #[command(subcommand)]
    Simulate(simulate::Simulate),
    /// Measure the act path beside a hand-written peer
    Bench(bench::Bench),
    /// Put a copy back into an empty folder or database, and verify it
    Restore(admin::Restore),
}

/// The question could not be understood: exit code 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// `Ok(false)` is an honest no.
pub type Answer = anyhow::Result<bool>;

fn keep_log(format: LogFormat) {
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("FADU_LOG").unwrap_or_else(|_| "warn,fadu=info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

fn main() -> ExitCode {
    let mut cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A wrong line of words is no `Cli` yet; help and version are no mistakes.
            if error.use_stderr() && std::env::args_os().any(|word| word == "--json") {
                println!("{}", serde_json::json!({"error": error.to_string()}));
            }
            error.exit()
        }
    };
    keep_log(cli.log_format);
    if cli.place.database.is_none() {
        match environment::text(&cli.place.given, environment::DATABASE) {
            Ok(url) => cli.place.database = url,
            Err(error) => return ended(&cli.place, Err(error.into())),
        }
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let answer = runtime.block_on(run(&cli.place, cli.command));
    ended(&cli.place, answer)
}

fn ended(place: &Place, answer: Answer) -> ExitCode {
    match answer {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            if place.json {
                println!("{}", serde_json::json!({"error": format!("{error:#}")}));
            }
            eprintln!("error: {error:#}");
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

async fn run(place: &Place, command: Command) -> Answer {
    match command {
        Command::Demo(demo) => demo::run(place, demo).await,
        Command::Init(init) => admin::init(place, init).await,
        Command::Serve(serve) => serve::run(place, serve).await,
        Command::Sweep(sweep) => serve::sweep(place, sweep).await,
        Command::Account(account) => admin::account(place, account).await,
        Command::Items(items) => items::run(place, items).await,
        Command::Import(import) => admin::import(place, import).await,
        Command::Mail(mail) => mail::run(place, mail).await,
        Command::Figure(figure) => figure::run(place, figure).await,
        Command::Report(report) => report::run(place, report).await,
        Command::Ledger(ledger) => ledger::run(place, ledger).await,
        Command::Receipt(receipt) => ledger::receipt(place, receipt),
        Command::Licence(licence) => licence::run(place, licence),
        Command::Law(law) => law::run(place, law).await,
        Command::Hotline(hotline) => hotline::run(place, hotline).await,
        Command::Evaluations(evaluations) => evaluations::run(place, evaluations).await,
        Command::Theme(theme) => theme::run(place, theme).await,
        Command::Bid(command) => bid::run(place, command),
        Command::Draw(draw) => draw::run(place, draw),
        Command::Ocds(ocds) => ocds::run(place, ocds).await,
        Command::Supervision(command) => supervision::run(place, command).await,
        Command::Lookback(command) => lookback::run(place, command).await,
        Command::Person(person) => person::run(place, person).await,
        Command::Archive(archive) => archive::run(place, archive).await,
        Command::Calendar(calendar) => calendar::run(place, calendar).await,
        Command::Simulate(simulate) => simulate::run(place, simulate).await,
        Command::Bench(bench) => bench::run(place, bench).await,
        Command::Backup(backup) => admin::backup(place, backup).await,
        Command::Restore(restore) => admin::restore(place, restore).await,
    }
}

/// One JSON object, or the lines a person reads.
pub fn say(place: &Place, json: serde_json::Value, text: impl FnOnce() -> String) {
    if place.json {
        println!("{json}");
    } else {
        println!("{}", text());
    }
}
