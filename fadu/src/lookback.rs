//! 回头看。 A list of past tenders (CSV or OCDS) matched with approvals and payments (CSV), by the rules of each project's own
//! year. `check` needs no county; `run` enters a campaign in a folder of supervision.

use crate::supervision::{Terminal, actor};
use crate::{Answer, Place, Usage, say};
use anyhow::Context;
use fadu_app::supervision::lookback::{Lists, Ran, ResultOf, examine, threshold};
use fadu_redflags::market::Market;
use fadu_redflags::ocds::{Options, import};
use fadu_redflags::rule::{Outcome as Said, Rule};
use fadu_redflags::tender::{Award, Contract, Regime, Tender};
use fadu_supervision::lookback::{Past, What, ocds, tables};
use fadu_supervision::parts::{Finding, Outcome};
use fadu_supervision::{Campaign, Review};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Lookback {
    /// Match and judge, and enter nothing
    Check(Files),
    /// Open a campaign and enter every project with its results; run again it enters only what is missing
    Run {
        #[command(flatten)]
        files: Files,
        /// Name of the campaign
        #[arg(long)]
        title: String,
        #[arg(long, default_value = "")]
        scope: String,
        /// One field turned over whole
        #[arg(long)]
        special: bool,
        /// The projects do not exist
        #[arg(long)]
        simulated: bool,
        /// Account that enters them
        #[arg(long = "as", value_name = "PERSON")]
        person: String,
    },
    /// How a campaign stands, project by project
    Show { title: String },
    /// Write the simulated lists of 321 and of 22 projects, to try the others with
    Sample { dir: PathBuf },
}

#[derive(clap::Args)]
pub struct Files {
    /// CSV with a heading row, or OCDS (releases one a line, or a package)
    #[arg(long, value_name = "FILE")]
    projects: PathBuf,
    #[arg(long, value_name = "FILE")]
    approvals: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    payments: Option<PathBuf>,
    /// Results of rules that were computed elsewhere: JSON, one a line, with `project`, `rule`, `says`, `outcome`,
    /// `evidence`, `missing`
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
}

/// What could not be used of the files, for people to see.
type Notes = Vec<String>;

fn read(path: &Path) -> anyhow::Result<String> {
    Ok(std::fs::read_to_string(path).map_err(|error| Usage(format!("{}: {error}", path.display())))?)
}

impl Files {
    fn lists(&self) -> anyhow::Result<(Lists, Notes)> {
        let text = read(&self.projects)?;
        let mut notes = Notes::new();
        let bad = |path: &Path| {
            let path = path.display().to_string();
            move |error: tables::BadTable| Usage(format!("{path}: {error}"))
        };
        let json = text.trim_start().starts_with(['{', '[']);
        let projects = if json {
            let (projects, unusable) = ocds::read(&text);
            notes.extend(unusable.into_iter().map(|one| format!("line {}: {}", one.line, one.why)));
            projects
        } else {
            tables::projects(&text).map_err(bad(&self.projects))?
        };
        let approvals = self.approvals.as_deref().map(read).transpose()?;
        let payments = self.payments.as_deref().map(read).transpose()?;
        let digest =
            |text: Option<&String>| text.map(|text| fadu_trading::draw::sha256(text)).unwrap_or_default();
        let digests = [digest(Some(&text)), digest(approvals.as_ref()), digest(payments.as_ref())];
        let results = match &self.results {
            Some(path) => results(path)?,
            None => Vec::new(),
        };
        let no_path = PathBuf::new();
        let (of_approvals, of_payments) =
            (self.approvals.as_deref().unwrap_or(&no_path), self.payments.as_deref().unwrap_or(&no_path));
        let mut lists = Lists {
            projects,
            approvals: approvals
                .as_deref()
                .map(tables::approvals)
                .transpose()
                .map_err(bad(of_approvals))?,
            payments: payments
                .as_deref()
                .map(tables::payments)
                .transpose()
                .map_err(bad(of_payments))?,
            results,
            digests,
            ..Lists::default()
        };
        let tenders = if json { released(&text) } else { Vec::new() };
        let flagged = flags(&lists, tenders);
        lists.results.extend(flagged);
        let unreadable = lists.projects.iter().filter(|project| !project.unreadable.is_empty());
        notes.extend(unreadable.map(|project| format!("{}: {}", project.id, project.unreadable.join("；"))));
        Ok((lists, notes))
    }
}

/// What releases tell beside the list: bids, with their prices.
fn released(text: &str) -> Vec<Tender> {
    let options = Options::default();
    let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok());
    lines
        .filter_map(|release| import(&release, &options).ok())
        .map(|imported| imported.tender)
        .collect()
}

/// A row of a list as the table of rules is told of it; what the list has no column for stays untold.
fn told(project: &Past) -> Tender {
    let text = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
    Tender {
        id: project.id.clone(),
        title: project.title.clone(),
        day: project.day(),
        regime: project.what.map(|what| match what {
            What::Procurement => Regime::Procurement,
            What::Works | What::Goods | What::Services => Regime::Tendering,
        }),
        owner: text(&project.tenderer),
        part_of: text(&project.code),
        category: text(&project.sector),
        estimate_fen: project.estimate_fen,
        threshold_fen: project.what.zip(project.day()).and_then(|(what, day)| threshold(what, day)),
        issued: project.announced,
        award: project.awarded.map(|on| Award {
            on: Some(on),
            price_fen: project.price_fen,
            ..Award::default()
        }),
        contract: project.contracted.map(|on| Contract { on: Some(on), ..Contract::default() }),
        ..Tender::default()
    }
}

/// Every rule of the table over every listed project: found, not found, or what is missing by name.
fn flags(lists: &Lists, released: Vec<Tender>) -> Vec<ResultOf> {
    let mut known: BTreeMap<String, Tender> =
        released.into_iter().map(|tender| (tender.id.clone(), tender)).collect();
    let of = |project: &Past, known: &mut BTreeMap<String, Tender>| {
        known.remove(&project.id).unwrap_or_else(|| told(project))
    };
    let tenders: Vec<Tender> = lists.projects.iter().map(|project| of(project, &mut known)).collect();
    let market = Market::new(&tenders);
    let mut results = Vec::new();
    for tender in &tenders {
        // A past project is asked on its own day: no clock of it runs any more.
        let day = tender.day.unwrap_or_default();
        for (rule, said) in fadu_redflags::look(&market, tender, day) {
            results
                .extend(finding(rule, said).map(|finding| ResultOf { project: tender.id.clone(), finding }));
        }
    }
    results
}

/// `None`: the tender was suspended and its terms stood still.
fn finding(rule: &Rule, said: Said) -> Option<Finding> {
    let mut finding = Finding { rule: rule.id.to_owned(), says: rule.zh.to_owned(), ..Finding::default() };
    match said {
        Said::Found { evidence } => {
            finding.outcome = Outcome::Found;
            finding.evidence = evidence.rows.iter().map(|row| row.join(" ")).collect();
        }
        Said::NotFound => finding.outcome = Outcome::NotFound,
        Said::NotComputable { missing } => {
            finding.outcome = Outcome::NotComputable;
            finding.missing = missing.iter().map(|input| input.zh().to_owned()).collect();
        }
        Said::Frozen => return None,
    }
    Some(finding)
}

fn results(path: &Path) -> anyhow::Result<Vec<ResultOf>> {
    let text = read(path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(n, line)| {
            let one: ResultOf = serde_json::from_str(line)
                .map_err(|error| Usage(format!("{}: line {}: {error}", path.display(), n + 1)))?;
            match one.finding.is_whole() {
                true => Ok(one),
                false => Err(Usage(format!(
                    "{}: line {}: found needs evidence, not_computable needs missing",
                    path.display(),
                    n + 1
                ))
                .into()),
            }
        })
        .collect()
}

pub async fn run(place: &Place, command: Lookback) -> Answer {
    match command {
        Lookback::Check(files) => {
            let (lists, notes) = files.lists()?;
            let (_, ran) = examine(&lists);
            tell(place, &ran, &notes)
        }
        Lookback::Run { files, title, scope, special, simulated, person } => {
            let (lists, notes) = files.lists()?;
            if lists.projects.is_empty() {
                return Err(Usage(format!("{}: no project", files.projects.display())).into());
            }
            let lists = Lists { title, scope, special, simulated, ..lists };
            let terminal = Terminal::open(place, &place.data).await?;
            let by = actor(&terminal.app, &person).await?;
            let ran = terminal.app.run_lookback(&by, &lists).await.map_err(crate::admin::problem)?;
            tell(place, &ran, &notes)
        }
        Lookback::Show { title } => show(place, &title).await,
        Lookback::Sample { dir } => sample(place, &dir),
    }
}

/// Notes shown to a person; JSON has all.
const SHOWN: usize = 10;

fn tell(place: &Place, ran: &Ran, notes: &Notes) -> Answer {
    let mut told = serde_json::to_value(ran)?;
    told["notes"] = json!(notes);
    say(place, told, || {
        let mut lines = vec![format!(
            "{} projects listed, {} in no list of tenders, {} entered now",
            ran.listed, ran.unlisted, ran.entered
        )];
        lines.extend(ran.by_sector.iter().map(|(sector, n)| format!("  {n:>6}  {sector}")));
        lines.push("rule        found  not found  not computable".to_owned());
        let row = |(rule, [found, not_found, not_computable]): (&String, &[usize; 3])| {
            format!("{rule:<10} {found:>6} {not_found:>10} {not_computable:>15}")
        };
        lines.extend(ran.by_rule.iter().map(row));
        lines.push("missing:".to_owned());
        lines.extend(ran.missing.iter().map(|(what, n)| format!("  {n:>6}  {what}")));
        lines.extend(ran.strays.iter().map(|id| format!("a result of {id}, which no list has")));
        lines.extend(notes.iter().take(SHOWN).cloned());
        if notes.len() > SHOWN {
            lines.push(format!("… {} notes in all", notes.len()));
        }
        lines.join("\n")
    });
    Ok(true)
}

async fn show(place: &Place, title: &str) -> Answer {
    let terminal = Terminal::open(place, &place.data).await?;
    let catalogue = terminal.app.catalogue();
    let Some(campaign) = catalogue.one::<Campaign>(Campaign::id(title)) else {
        return Err(Usage(format!("no campaign “{title}”")).into());
    };
    let reviews = terminal.app.reviews(title).await?;
    let rows: Vec<_> = reviews
        .iter()
        .map(|(id, review)| {
            json!({
                "review": id, "project": review.project.id, "title": review.project.title, "sector": review.project.sector,
                "listed": review.project.listed, "status": review.status(), "found": review.n(Outcome::Found),
                "not_found": review.n(Outcome::NotFound), "not_computable": review.n(Outcome::NotComputable),
                "confirmed": review.n_confirmed(),
            })
        })
        .collect();
    let (n, done) = (campaign.n(), campaign.concluded.len());
    say(
        place,
        json!({"campaign": title, "projects": n, "concluded": done, "clean": campaign.n_clean, "rows": rows}),
        || {
            let mut lines = vec![format!(
                "{title}: {done} / {n} concluded, {} without a confirmed finding",
                campaign.n_clean
            )];
            lines.extend(reviews.iter().map(|(_, review)| {
                format!(
                    "{}  {}  {}  found {}, confirmed {}",
                    review.project.id,
                    review.project.title,
                    Review::status_zh(review.status()),
                    review.n(Outcome::Found),
                    review.n_confirmed()
                )
            }));
            lines.join("\n")
        },
    );
    Ok(true)
}

fn sample(place: &Place, dir: &Path) -> Answer {
    std::fs::create_dir_all(dir).with_context(|| format!("{}", dir.display()))?;
    let mut files = Vec::new();
    for (name, lists) in [("321", fadu_sim::past_projects()), ("funeral", fadu_sim::funeral_projects())] {
        let parts =
            [("projects", lists.projects), ("approvals", lists.approvals), ("payments", lists.payments)];
        for (part, text) in parts {
            let path = dir.join(format!("{name}-{part}.csv"));
            std::fs::write(&path, text).with_context(|| format!("{}", path.display()))?;
            files.push(path.display().to_string());
        }
    }
    say(place, json!({"files": files}), || format!("simulated lists (模拟):\n{}", files.join("\n")));
    Ok(true)
}
