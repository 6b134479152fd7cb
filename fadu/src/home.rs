//! 数据目录。 The folder of one county: configuration, secret key, lock, and the embedded store.

use crate::environment::{Given, laid_over};
use crate::{Place, Usage};
use anyhow::{Context, bail};
use fadu_app::App;
use fadu_app::now::{Now, System};
use fadu_app::outside::Http;
use fadu_app::private::Keys;
use fadu_app::registry::{self, Runs};
use fadu_app::sources::Agency;
use fadu_figures::Figures;
use fadu_kernel::Region;
use fadu_law::text::Statute;
use fadu_law::{Shelf, Validity};
use fadu_ledger::VerifyKey;
use fadu_ledger::note::{hex, unhex};
use fadu_redflags::ocds::is_prefix;
use fadu_report::{NoSeals, SealCommand, Seals, TestSeals};
use fadu_store::{Fault, Postgres, Sqlite, Store};
use fadu_web::{Site, Web, texts};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub const CONFIG: &str = "fadu.toml";
const KEY: &str = "secret.key";
const DATABASE: &str = "fadu.db";
const LOCK: &str = "lock";
const WECHAT: &str = "wechat.toml";
const DEMO: &str = "demo.json";
/// Where a demonstration keeps the keys of its tender.
pub const DEMO_KEYS: &str = "demo-keys";
/// What a county cannot do without beside its store: a copy holds these files and folders, as far as they are there.
pub const KEPT: [&str; 8] =
    [KEY, "public.key", DEMO, crate::mail::FILE, WECHAT, fadu_understand::keeper::FOLDER, DEMO_KEYS, CONFIG];
/// A seal service that takes longer is taken for one that does not answer.
const SEAL_WITHIN: std::time::Duration = std::time::Duration::from_secs(30);
/// The mark of a demonstration's store, which its record bears too.
const MARK: &str = "demonstration";

/// 配置。 `fadu.toml`; a key it does not know is an error, not a surprise.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Six digits of GB/T 2260.
    pub region: String,
    pub region_name: String,
    pub bureau: String,
    /// Address that QR codes and documents point to.
    pub base_url: String,
    pub help_phone: String,
    /// The county does not exist: every page and document says so.
    #[serde(default)]
    pub simulated: bool,
    /// The county's seal service: a program with its arguments. Without it only a simulated county seals, with test seals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seal_command: Vec<String>,
    /// 公开合同数据的发布者前缀, as the registry of the standard gave it; without it a county that exists publishes none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ocds_prefix: String,
    /// What this county runs; every business of [`fadu_app::registry::BUSINESSES`] unless it says otherwise.
    #[serde(default = "every_business")]
    pub businesses: Vec<String>,
    /// 共享来源: sources of other agencies, asked before an applicant is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<SourceConfig>,
    /// 外部系统: provincial and vertical systems that cases are handed over to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<OutsideConfig>,
}

/// One system outside, by the contract of `docs/outside-contract.md`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsideConfig {
    /// As items name it.
    pub id: String,
    pub url: String,
    /// Shown with every request.
    pub token: String,
    /// Seconds until an answer is not waited for any longer.
    #[serde(default = "five_seconds")]
    pub patience_seconds: u64,
}

impl OutsideConfig {
    fn system(&self) -> anyhow::Result<Http> {
        if self.id.trim().is_empty() || !(self.url.starts_with("https://") || self.url.starts_with("http://"))
        {
            return Err(Usage(format!("outside `{}`: it needs an id and an http(s) address", self.id)).into());
        }
        let patience = Duration::from_secs(self.patience_seconds.max(1));
        Ok(Http::new(&self.id, &self.url, &self.token, patience))
    }
}

/// One source of another agency, by the contract of `docs/source-contract.md`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// As the list of proofs names it.
    pub id: String,
    pub name: String,
    pub url: String,
    /// The agency's public key, as it publishes it.
    pub key: String,
    /// Seconds until an answer is not waited for any longer.
    #[serde(default = "five_seconds")]
    pub patience_seconds: u64,
}

fn five_seconds() -> u64 {
    5
}

impl SourceConfig {
    fn agency(&self) -> anyhow::Result<Agency> {
        let key = VerifyKey::parse(&self.key)
            .map_err(|error| Usage(format!("source `{}`, key: {error}", self.id)))?;
        if self.id.trim().is_empty() || !(self.url.starts_with("https://") || self.url.starts_with("http://"))
        {
            return Err(Usage(format!("source `{}`: it needs an id and an http(s) address", self.id)).into());
        }
        let patience = Duration::from_secs(self.patience_seconds.max(1));
        Ok(Agency::new(&self.id, &self.name, &self.url, key, patience))
    }
}

pub fn every_business() -> Vec<String> {
    Runs::default().all().map(|business| business.word.to_owned()).collect()
}

impl Config {
    /// What the file says, and over it the environment. Errors: a key or a value that cannot be, in either of them.
    pub fn read(text: &str, given: &Given) -> anyhow::Result<Config> {
        let config: Config = laid_over(toml::from_str(text)?, given)?.try_into()?;
        config.region()?;
        config.runs()?;
        let prefix = config.ocds_prefix.as_str();
        if !prefix.is_empty() && !is_prefix(prefix) {
            return Err(Usage(format!("ocds_prefix: `{prefix}` is not letters, digits and hyphens")).into());
        }
        config.source.iter().try_for_each(|source| source.agency().map(drop))?;
        config.outside.iter().try_for_each(|system| system.system().map(drop))?;
        Ok(config)
    }

    pub fn runs(&self) -> anyhow::Result<Runs> {
        let known = every_business().join(", ");
        Ok(Runs::only(&self.businesses)
            .map_err(|word| Usage(format!("businesses: `{word}` is none of {known}")))?)
    }

    pub fn region(&self) -> anyhow::Result<Region> {
        fadu_kernel::codes::region_code(&self.region).map_err(|error| Usage(format!("region: {error}")))?;
        Ok(self.region.parse()?)
    }
}

/// 演示记录。 What made this folder a demonstration, and how far its year has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoRecord {
    pub year: i16,
    pub seed: u64,
    pub scale_per_mille: u32,
    pub done_until: Option<jiff::civil::Date>,
    /// Where the demonstration's clock stood when the year ended.
    pub ended_ms: Option<i64>,
    pub password: String,
    /// SHA-256 of the list of items it was made with; `None` for the simulated one.
    #[serde(default)]
    pub items: Option<String>,
    /// 所属存储: what its store was marked with when it was empty. A record beside another store opens nothing.
    #[serde(default)]
    pub mark: String,
}

impl DemoRecord {
    /// A mark that no other store bears.
    pub fn new_mark() -> anyhow::Result<String> {
        Ok(hex(&Keys::random()?.to_bytes()))
    }
}

pub struct Home {
    pub dir: PathBuf,
    pub config: Config,
    pub keys: Keys,
    pub store: Arc<dyn Store>,
    pub demo: Option<DemoRecord>,
}

impl Home {
    /// Makes a new folder. Nothing that is there is overwritten.
    pub fn make(place: &Place, config: &Config) -> anyhow::Result<()> {
        config.region()?;
        config.runs()?;
        fs::create_dir_all(&place.data).with_context(|| format!("cannot make {}", place.data.display()))?;
        let path = place.data.join(CONFIG);
        if path.exists() {
            bail!("{} is there already", path.display());
        }
        write_secret(&place.data.join(KEY), &hex(&Keys::random()?.to_bytes()))?;
        replace(&path, &toml::to_string(config)?)
    }

    pub fn exists(place: &Place) -> bool {
        place.data.join(CONFIG).exists()
    }

    pub async fn open(place: &Place) -> anyhow::Result<Home> {
        Home::open_by(place, &place.data.join(CONFIG)).await
    }

    /// The same by a configuration that lies elsewhere: a folder without its own is no county yet.
    pub async fn open_by(place: &Place, path: &Path) -> anyhow::Result<Home> {
        let dir = place.data.clone();
        let text = fs::read_to_string(path).map_err(|error| {
            Usage(format!(
                "{} cannot be read ({error}). Make a county with `fadu demo` or `fadu init`.",
                path.display()
            ))
        })?;
        let config = Config::read(&text, &place.given).with_context(|| format!("{}", path.display()))?;
        let key = fs::read_to_string(dir.join(KEY))
            .with_context(|| format!("{} cannot be read", dir.join(KEY).display()))?;
        let master = unhex(key.trim())
            .and_then(|bytes| bytes.try_into().ok())
            .context("secret.key is not 64 hex digits")?;
        let store: Arc<dyn Store> = match &place.database {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Postgres::connect(url).await?
            }
            Some(_) => return Err(Usage("--database takes a postgres:// address".into()).into()),
            None => Sqlite::open(&dir.join(DATABASE))?,
        };
        let demo = match fs::read_to_string(dir.join(DEMO)) {
            Ok(text) => Some(serde_json::from_str(&text).context("demo.json")?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).context("demo.json"),
        };
        let mut home = Home { dir, config, keys: Keys::new(master), store, demo };
        let of_this_store = match &home.demo {
            Some(record) => home.bears(record).await?,
            None => true,
        };
        if !of_this_store {
            tracing::warn!("demo.json is the record of another store: this one is no demonstration");
            home.demo = None;
        }
        Ok(home)
    }

    async fn bears(&self, record: &DemoRecord) -> anyhow::Result<bool> {
        let mark = self.store.blob(self.region()?, MARK).await?;
        Ok(!record.mark.is_empty() && mark.is_some_and(|(_, mark)| mark == record.mark.as_bytes()))
    }

    /// Keeps the record of a demonstration, and marks its store while nothing is in it.
    /// Errors: the store holds something and bears another mark, or none.
    pub async fn hold_demo(&self, record: &DemoRecord) -> anyhow::Result<()> {
        let region = self.region()?;
        if !self.bears(record).await? {
            let empty =
                self.store.head(region).await?.next_seq == 0 && self.store.accounts(region).await?.is_empty();
            // Marked before the record is written: a record without its store's mark is never this program's work.
            // What bears a mark already keeps it.
            let is_marked = self.store.blob(region, MARK).await?.is_some();
            if empty && !is_marked && !record.mark.is_empty() {
                let mark = record.mark.clone().into_bytes();
                self.store.put_blob(region, MARK, "text/plain", mark).await?;
            }
            if !self.bears(record).await? {
                return Err(Usage(format!(
                    "demo.json in {} is not the record of this store: use another --data, or an empty store",
                    self.dir.display()
                ))
                .into());
            }
        }
        self.keep_demo(record)
    }

    pub fn region(&self) -> anyhow::Result<Region> {
        self.config.region()
    }

    /// One writer of the embedded store at a time. Held until the file is dropped.
    pub fn lock(&self) -> anyhow::Result<fs::File> {
        let file = fs::File::create(self.dir.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => bail!("{} is in use by another fadu", self.dir.display()),
            Err(fs::TryLockError::Error(error)) => Err(error).context("the lock file"),
        }
    }

    pub fn keep_demo(&self, record: &DemoRecord) -> anyhow::Result<()> {
        replace(&self.dir.join(DEMO), &serde_json::to_string_pretty(record)?)
    }

    /// A demonstration's clock goes on from its last moment, however long nobody looked.
    pub async fn now(&self) -> anyhow::Result<Box<dyn Now>> {
        let Some(ended) = self.demo.as_ref().and_then(|demo| demo.ended_ms) else {
            return Ok(Box::new(System::new(0)));
        };
        let region = self.region()?;
        let head = self.store.head(region).await?;
        let mut last = ended;
        let latest = (head.next_seq - 1).max(0);
        // Its text is not read: a ledger whose last entry was changed is opened to be checked.
        match self.store.scan(region, latest, 1, &mut |entry| last = last.max(entry.ms)).await {
            Ok(_) | Err(Fault::Corrupt(_)) => {}
            Err(fault) => return Err(fault.into()),
        }
        Ok(Box::new(System::new(last - System::machine_ms())))
    }

    pub async fn app(&self) -> anyhow::Result<Arc<App>> {
        let app = self.app_at(self.now().await?).await?;
        if self.config.simulated {
            fadu_sim::connect_platform(&app, self.now().await?);
        }
        Ok(app)
    }

    pub async fn app_at(&self, now: Box<dyn Now>) -> anyhow::Result<Arc<App>> {
        let runs = self.config.runs()?;
        let app =
            App::open_for(runs, self.region()?, Arc::clone(&self.store), self.keys.clone(), now).await?;
        if self.config.simulated {
            fadu_sim::connect(&app);
        }
        for source in &self.config.source {
            app.sources.connect(Arc::new(source.agency()?));
        }
        for system in &self.config.outside {
            app.outside.connect(Arc::new(system.system()?));
        }
        Ok(app)
    }

    pub fn site(&self) -> Site {
        let config = &self.config;
        Site {
            bureau: config.bureau.clone(),
            region_name: config.region_name.clone(),
            simulated: config.simulated,
            demonstration_password: self.demo.as_ref().map(|demo| demo.password.clone()),
            base_url: config.base_url.trim_end_matches('/').to_owned(),
            help_phone: config.help_phone.clone(),
            seals: self.seals(),
        }
    }

    /// A test seal never stands under the document of a county that exists.
    fn seals(&self) -> Arc<dyn Seals> {
        match (&self.config.seal_command[..], self.config.simulated) {
            ([], true) => Arc::new(TestSeals::new(self.keys.seal_secret())),
            ([], false) => Arc::new(NoSeals),
            (command, _) => Arc::new(SealCommand { command: command.to_vec(), patience: SEAL_WITHIN }),
        }
    }

    /// The shelf: the shipped index, every text that was imported, and the county's table of validity.
    pub async fn shelf(&self) -> anyhow::Result<Shelf> {
        Ok(texts::shelf(&*self.store, self.region()?).await?)
    }

    /// Keeps texts with the lines of the table of validity, and indexes their articles for search.
    pub async fn keep_texts(&self, statutes: &[Statute], validity: Vec<Validity>) -> anyhow::Result<()> {
        Ok(texts::keep(&*self.store, self.region()?, statutes, validity).await?)
    }

    pub async fn web(&self, app: Arc<App>) -> anyhow::Result<Web> {
        let web = Web::new(app, figures()?, self.shelf().await?, self.site());
        if let Some((_, table)) = self.store.blob(self.region()?, fadu_web::ADDRESSES).await? {
            let mut list = fadu_hotline::addresses::Addresses::default();
            list.read(&self.config.region, &String::from_utf8_lossy(&table))
                .context(fadu_web::ADDRESSES)?;
            web.set_addresses(list);
        }
        if let Some((_, text)) = self.store.blob(self.region()?, fadu_web::BOUNDARIES).await? {
            let list = fadu_web::Boundaries::read(&self.config.region, &String::from_utf8_lossy(&text));
            let wrong = |error| Usage(format!("{}: {error}", fadu_web::BOUNDARIES));
            web.set_boundaries(list.map_err(wrong)?);
        }
        let path = self.dir.join(WECHAT);
        if path.exists() {
            let config = fadu_web::wechat::Config::read(&fs::read_to_string(&path)?)
                .map_err(|error| Usage(format!("{}: {error}", path.display())))?;
            web.open_wechat(config);
        }
        if !self.config.ocds_prefix.is_empty() {
            web.publish_as(&self.config.ocds_prefix);
        }
        web.learn_from(&self.dir.join(fadu_understand::keeper::FOLDER));
        Ok(web)
    }
}

/// Every figure that some domain declares, each name in it held against the facts there are.
pub fn figures() -> anyhow::Result<Figures> {
    Ok(Figures::load(&registry::figures())?.held_against(registry::fact_has)?)
}

/// Written beside and renamed over: a crash leaves the old file or the new one.
pub fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let beside = path.with_extension("new");
    let mut file = fs::File::create(&beside).with_context(|| format!("cannot write {}", beside.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path).with_context(|| format!("cannot write {}", path.display()))
}

fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("cannot make {}", path.display()))?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_configuration_is_read_and_a_wrong_one_is_named() {
        let example = crate::environment::EXAMPLE;
        let read = |text: &str| Config::read(text, &Given::new());
        assert_eq!(read(example).unwrap().region, "420222");
        let wrong = [
            (example.replace("region = \"420222\"", "region = \"42022\""), "region"),
            (example.replace("base_url", "base_uri"), "base_uri"),
            (example.replace("\"trading\"", "\"tradin\""), "tradin"),
            (
                format!("{example}\n[[source]]\nid = \"a\"\nname = \"甲\"\nurl = \"ftp://a\"\nkey = \"k\"\n"),
                "source",
            ),
        ];
        for (text, names) in wrong {
            let error = format!("{:#}", read(&text).unwrap_err());
            assert!(error.contains(names), "{error}");
        }
    }

    #[test]
    fn a_figure_that_misspells_a_fact_or_a_field_is_not_loaded() {
        figures().unwrap();
        let table = [
            (fadu_service::FIGURES, "\"case.Accepted\"", "\"case.Acepted\""),
            (fadu_service::FIGURES, "\"fact.deemed\"", "\"fact.demed\""),
            // Of a part that is flattened into the fact.
            (fadu_service::FIGURES, "(1 if fact.instant", "(1 if fact.instent"),
            (fadu_hotline::FIGURES, "fact.place.point.lat", "fact.place.point.lot"),
            (fadu_hotline::FIGURES, "fact.abandoned_early", "fact.abandoned_erly"),
        ];
        for (shipped, right, wrong) in table {
            let text = shipped.replacen(right, wrong, 1);
            assert_ne!(text, shipped, "{right}");
            let held = Figures::load(&[&text]).unwrap().held_against(registry::fact_has);
            assert!(held.is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_demonstration_goes_on_from_its_last_moment_however_late_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let place =
            Place { data: folder.path().join("county"), database: None, json: false, given: Given::new() };
        Home::make(&place, &Config::read(crate::environment::EXAMPLE, &Given::new()).unwrap()).unwrap();
        let mut home = Home::open(&place).await.unwrap();
        let close = |ms: i64, to: i64| (to..to + 60_000).contains(&ms);
        let machine = System::machine_ms();
        assert!(
            close(home.now().await.unwrap().ms(), machine),
            "a county that exists has the machine's time"
        );

        let last = jiff::civil::date(2025, 12, 31);
        let ended = fadu_app::now::start_of(last) + 18 * 3_600_000;
        home.demo = Some(DemoRecord {
            year: 2025,
            seed: 1,
            scale_per_mille: 1,
            done_until: Some(last),
            ended_ms: Some(ended),
            password: String::new(),
            items: None,
            mark: String::new(),
        });
        assert!(close(home.now().await.unwrap().ms(), ended));

        // What was done after the year moves it on: the last entry is the last moment.
        let clock = fadu_app::now::Movable::default();
        clock.set(ended + 86_400_000);
        let app = home.app_at(Box::new(clock)).await.unwrap();
        fadu_sim::enter_hall(&app, &[]).await.unwrap();
        assert!(close(home.now().await.unwrap().ms(), ended + 86_400_000));
    }
}
