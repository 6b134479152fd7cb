//! 演示。 A simulated county from nothing to a served page; run again, it goes on from what is there.

use crate::admin::{problem, publish_key, read_items};
use crate::home::{Config, DemoRecord, Home, figures};
use crate::supervision::Terminal;
use crate::{Answer, Place, Usage, law, serve};
use anyhow::Context;
use fadu_app::App;
use fadu_app::accounts::Account;
use fadu_app::now::Movable;
use fadu_kernel::Role;
use fadu_law::check::check;
use fadu_ledger::note::hex;
use fadu_service::{Definition, Item};
use fadu_sim::{Plan, Tally};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

const PASSWORD: &str = "fadu-demo";

#[derive(clap::Args)]
pub struct Demo {
    /// The year to live through; its working days must be in the calendar
    #[arg(long, default_value_t = 2025)]
    year: i16,
    /// The same seed gives the same year
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How busy the county is; 1 is about 6,000 cases a year
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// Stop after the year
    #[arg(long)]
    no_serve: bool,
    #[arg(long, default_value_t = 8420)]
    port: u16,
    /// A folder of statute texts
    #[arg(long, value_name = "DIR")]
    statutes: Option<PathBuf>,
    /// A county's list of items (CSV)
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
}

pub async fn run(place: &Place, demo: Demo) -> Answer {
    if !(2024..=2026).contains(&demo.year) {
        return Err(Usage(format!("--year {}: working days are known for 2024 to 2026", demo.year)).into());
    }
    if !(demo.scale > 0.0 && demo.scale <= 100.0) {
        return Err(Usage(format!("--scale {}: more than 0, at most 100", demo.scale)).into());
    }
    let asked = asked_for(&demo)?;
    let record = open_record(place, &demo, &asked)?;
    let home = Home { demo: Some(record.clone()), ..Home::open(place).await? };
    let _lock = home.lock()?;
    home.hold_demo(&record).await?;
    publish_key(&home).await?;
    let mut record = record;
    if record.ended_ms.is_none() {
        live(place, &home, &demo, &mut record).await?;
    } else {
        let ignored = differing(&asked, &record);
        if !ignored.is_empty() {
            // Not on the line of the answer, which may be JSON.
            eprintln!("the year was made otherwise; ignored: {}", ignored.join(", "));
        }
        note(
            place,
            &format!(
                "{}: the simulated year {} is there already; going on from it",
                home.dir.display(),
                record.year
            ),
        );
    }
    let home = Home { demo: Some(record), ..Home::open(place).await? };
    if let Some(dir) = &demo.statutes {
        bring_texts(place, &home, dir).await?;
    }
    let app = home.app().await?;
    let terminal = Terminal::demonstrate(place, &home, &app, PASSWORD).await?;
    summary(place, &home, &app).await?;
    terminal.summary(place).await?;
    if demo.no_serve {
        return Ok(true);
    }
    let web = home.web(app).await?;
    let router = fadu_web::router(web.clone());
    let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
    serve::serve(place, web, router, at(demo.port), Some((terminal, at(demo.port + 1)))).await
}

/// The record that these options would make.
fn asked_for(demo: &Demo) -> anyhow::Result<DemoRecord> {
    let digest = |file: &PathBuf| match std::fs::read(file) {
        Ok(bytes) => Ok(hex(&Sha256::digest(&bytes))),
        Err(error) => Err(Usage(format!("{}: {error}", file.display()))),
    };
    Ok(DemoRecord {
        year: demo.year,
        seed: demo.seed,
        scale_per_mille: (demo.scale * 1000.0).round() as u32,
        done_until: None,
        ended_ms: None,
        password: PASSWORD.to_owned(),
        items: demo.items.as_ref().map(digest).transpose()?,
        mark: DemoRecord::new_mark()?,
    })
}

/// What asks for another year than the record's, as it is written on the command line.
fn differing(asked: &DemoRecord, record: &DemoRecord) -> Vec<String> {
    let items = if asked.items.is_some() { "--items" } else { "the simulated items" };
    let options = [
        (asked.year != record.year, format!("--year {}", asked.year)),
        (asked.seed != record.seed, format!("--seed {}", asked.seed)),
        (asked.scale_per_mille != record.scale_per_mille, format!("--scale {}", scale(asked))),
        (asked.items != record.items, items.to_owned()),
    ];
    options
        .into_iter()
        .filter(|(differs, _)| *differs)
        .map(|(_, option)| option)
        .collect()
}

fn scale(record: &DemoRecord) -> f64 {
    f64::from(record.scale_per_mille) / 1000.0
}

/// The record of this folder; a new one on an empty folder. Another plan on the same folder is a wrong question.
fn open_record(place: &Place, demo: &Demo, asked: &DemoRecord) -> anyhow::Result<DemoRecord> {
    let path = place.data.join("demo.json");
    if Home::exists(place) {
        let text = std::fs::read_to_string(&path).map_err(|_| {
            Usage(format!("{} holds a county that is no demonstration", place.data.display()))
        })?;
        let record: DemoRecord = serde_json::from_str(&text).context("demo.json")?;
        let differing = differing(asked, &record);
        if record.ended_ms.is_none() && !differing.is_empty() {
            return Err(Usage(format!(
                "{} is in the middle of year {} with seed {} and scale {}: go on as it began, or use another --data; asked for now: {}",
                place.data.display(), record.year, record.seed, scale(&record), differing.join(", ")
            )).into());
        }
        return Ok(record);
    }
    let config = Config {
        region: fadu_sim::REGION.to_string(),
        region_name: fadu_sim::REGION_NAME.to_owned(),
        bureau: fadu_sim::BUREAU.to_owned(),
        base_url: format!("http://127.0.0.1:{}", demo.port),
        help_phone: "12345".to_owned(),
        simulated: true,
        seal_command: Vec::new(),
        ocds_prefix: String::new(),
        businesses: crate::home::every_business(),
        source: Vec::new(),
        outside: Vec::new(),
    };
    Home::make(place, &config)?;
    Ok(asked.clone())
}

fn note(place: &Place, text: &str) {
    if !place.json {
        println!("{text}");
    }
}

async fn live(place: &Place, home: &Home, demo: &Demo, record: &mut DemoRecord) -> anyhow::Result<()> {
    let clock = Movable::default();
    clock.set(fadu_app::now::start_of(jiff::civil::date(record.year, 1, 1)));
    let app = home.app_at(Box::new(clock.clone())).await?;
    let definitions = Definition::read_all(fadu_service::ITEMS)?;
    let listings = match &demo.items {
        Some(file) => read_items(file)?,
        None => fadu_sim::generated(&definitions),
    };
    let bar = ProgressBar::new(365)
        .with_style(ProgressStyle::with_template("{msg} [{wide_bar}] {pos}/{len} 天 {eta}")?);
    bar.set_message("录入事项");
    let entered = fadu_sim::enter_catalogue(&app, &listings, &definitions)
        .await
        .map_err(problem)?;
    note(
        place,
        &format!(
            "事项 {} 个，开放办理 {} 个，编码有疑点 {} 个{}",
            entered.items,
            entered.open,
            entered.with_findings,
            if demo.items.is_none() { "（模拟目录）" } else { "" }
        ),
    );
    let spared = fadu_sim::enter_proofs(&app).await.map_err(problem)?;
    note(place, &format!("免交材料 {spared} 份（模拟清单）"));
    let mut themes = fadu_sim::shipped_themes();
    fadu_sim::enter_members(&app, &themes).await.map_err(problem)?;
    fadu_sim::enter_services(&app).await.map_err(problem)?;
    // A county of full size has the reference's catalogue; one made smaller is for a quick look.
    let of_full_size = record.scale_per_mille >= 1000;
    if of_full_size {
        bar.set_message("按参照县的规模补足事项");
        let more = fadu_sim::fill_catalogue(&app).await.map_err(problem)?;
        note(place, &format!("按参照县的规模补足事项 {more} 个（模拟）"));
        let more = fadu_sim::fill_proofs(&app).await.map_err(problem)?;
        note(place, &format!("另有减材料的事项 {more} 个（模拟清单）"));
        themes = fadu_sim::themes(themes, fadu_sim::THEMES, app.moment().today);
    }
    let powers = fadu_sim::enter_powers(&app, &home.config.base_url).await.map_err(problem)?;
    note(place, &format!("权责清单 {powers} 项（模拟）"));
    let themes = fadu_sim::enter_themes(&app, themes, &home.config.base_url)
        .await
        .map_err(problem)?;
    let made = if of_full_size { "示例和模拟" } else { "示例" };
    note(place, &format!("一件事主题 {themes} 个（{made}）"));
    if fadu_sim::enter_hotline(&app, record.year).await.map_err(problem)? {
        note(place, "12345热线以演示参数开通（模拟）");
    }
    make_accounts(&app).await?;
    fadu_sim::enter_hall(&app, &["clerk"]).await.map_err(problem)?;
    if of_full_size {
        fadu_sim::fill_clerks(&app).await.map_err(problem)?;
    }
    fadu_sim::enter_registers(&app).await.map_err(problem)?;
    let plan = Plan {
        year: record.year,
        seed: record.seed,
        scale_per_mille: record.scale_per_mille,
        done_until: record.done_until,
    };
    if let Some(day) = record.done_until {
        note(place, &format!("{day} 之前已经在台账里，从下一天接着模拟"));
    }
    let days = fadu_kernel::calendar::days_between(
        jiff::civil::date(plan.year, 1, 1),
        jiff::civil::date(plan.year, 12, 31),
    ) + 1;
    bar.set_length(days as u64);
    let mut kept = record.clone();
    let mut on_day = |day: jiff::civil::Date, tally: &Tally| {
        bar.set_position(
            fadu_kernel::calendar::days_between(jiff::civil::date(plan.year, 1, 1), day) as u64 + 1,
        );
        bar.set_message(format!("{day} 模拟 {} 件 {} 个行为", tally.cases, tally.acts));
        // Kept day by day: after a crash one day is walked through again, and what is there is not done twice.
        kept.done_until = Some(day);
        if let Err(error) = home.keep_demo(&kept) {
            tracing::error!(%error, "the progress could not be kept");
        }
    };
    let tally = fadu_sim::run_year(&app, &clock, plan, &mut on_day).await.map_err(problem)?;
    fadu_sim::hand_over(&app, "clerk").await.map_err(problem)?;
    make_members(&app).await?;
    open_tender(place, home, &app).await?;
    bar.finish_and_clear();
    record.done_until = Some(jiff::civil::date(plan.year, 12, 31));
    record.ended_ms = Some(app.moment().ms);
    home.keep_demo(record)?;
    note(
        place,
        &format!(
            "{} 年（模拟）：收件 {} 件，一件事 {} 件，热线诉求 {} 件，行为 {} 个，事实 {} 条，时间自行记录 {} 次，被法律拒绝的 {} 次",
            plan.year,
            tally.cases,
            tally.joints,
            tally.orders,
            tally.acts,
            tally.facts,
            tally.swept,
            tally.refused.values().sum::<u64>()
        ),
    );
    for (rule, n) in &tally.refused {
        note(place, &format!("  {rule} 拒绝 {n} 次"));
    }
    app.checkpoint().await?;
    fadu_figures::tail(&*home.store, home.region()?, &figures()?).await?;
    Ok(())
}

async fn bring_texts(place: &Place, home: &Home, dir: &std::path::Path) -> anyhow::Result<()> {
    let law::Folder { statutes, validity, left_out } = law::read_folder(dir)?;
    home.keep_texts(&statutes, validity).await?;
    note(place, &format!("法规文本 {} 部，未读入 {} 处", statutes.len(), left_out.len()));
    Ok(())
}

/// One account for each kind of person, in the body with the most open items.
async fn make_accounts(app: &Arc<App>) -> anyhow::Result<()> {
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    let for_itself = |item: &Item| {
        let definition = item.current().map(|(_, definition)| definition);
        item.is_open() && definition.is_some_and(fadu_sim::stands_alone)
    };
    for (_, item) in app.catalogue().all::<Item>().filter(|(_, item)| for_itself(item)) {
        *open.entry(item.department.clone()).or_default() += 1;
    }
    let department = open
        .into_iter()
        .max_by_key(|(name, n)| (*n, std::cmp::Reverse(name.clone())))
        .map(|(name, _)| name)
        .unwrap_or_default();
    // Who is dispatched to in the journeys of the hotline: the unit competent for street lights.
    let desk = app.hotline();
    let lights = desk
        .as_ref()
        .and_then(|desk| desk.route("0106", ""))
        .map(|route| route.unit.to_string());
    let unit = lights.unwrap_or_else(|| department.clone());
    let people = [
        ("citizen", "演示公民", Role::Citizen, "public"),
        ("firm", "演示企业经办人", Role::FirmAgent, "public"),
        ("clerk", "演示窗口受理员", Role::WindowClerk, "政务服务大厅"),
        ("agent", "演示热线话务员", Role::WindowClerk, fadu_sim::BUREAU),
        ("unit", "演示热线承办人", Role::Officer, unit.as_str()),
        ("officer", "演示经办人", Role::Officer, department.as_str()),
        ("reform", "演示审改审核人", Role::Officer, fadu_app::import::REFORM_OFFICE),
        ("justice", "演示依据审核人", Role::Officer, fadu_app::import::JUSTICE_BUREAU),
        ("head", "演示负责人", Role::AgencyHead, department.as_str()),
        ("government", "演示县政府负责人", Role::Government, "县人民政府（模拟）"),
        ("manager", "演示事项管理员", Role::CatalogueManager, fadu_sim::BUREAU),
        ("manager2", "演示热线复核人", Role::CatalogueManager, fadu_sim::BUREAU),
        ("inspector", "演示纪检监察人员", Role::Inspector, "县纪委监委（模拟）"),
        ("inspector2", "演示另一位纪检监察人员", Role::Inspector, "县纪委监委（模拟）"),
        ("operator", "演示系统管理员", Role::Operator, fadu_sim::BUREAU),
        ("centre", "演示交易中心人员", Role::Officer, fadu_sim::TRADING_CENTRE),
        ("overseer", "演示招标监督人员", Role::Officer, fadu_sim::TRADING_SUPERVISOR),
    ];
    for (person, name, role, org) in people {
        make_account(app, person, name, role, org).await?;
    }
    Ok(())
}

/// One account for each seat of the committee that has a tender to evaluate when the year ends, and two for its tenderer.
async fn make_members(app: &Arc<App>) -> anyhow::Result<()> {
    if let Some(tenderer) = fadu_sim::tenderer_waiting(app) {
        make_account(app, "tenderer", "演示招标经办人", Role::Officer, tenderer.as_str()).await?;
        make_account(app, "tenderer-head", "演示招标单位负责人", Role::AgencyHead, tenderer.as_str()).await?;
    }
    for (n, person) in (1..).zip(fadu_sim::members_waiting(app)) {
        let name = format!("演示评标成员{n}");
        make_account(app, person.as_str(), &name, Role::Citizen, "评标委员会（模拟）").await?;
    }
    Ok(())
}

async fn make_account(app: &Arc<App>, person: &str, name: &str, role: Role, org: &str) -> anyhow::Result<()> {
    if app.account(person).await?.is_none() {
        let account = Account {
            person: person.to_owned(),
            name: name.to_owned(),
            role,
            org: org.to_owned(),
            password: String::new(),
            demonstration: true,
            closed: false,
        };
        app.put_account(account, PASSWORD).await.map_err(problem)?;
    }
    Ok(())
}

/// A tender to try sealed bids on; the keys that open it lie in the demonstration's folder, for whoever plays a holder.
async fn open_tender(place: &Place, home: &Home, app: &Arc<App>) -> anyhow::Result<()> {
    let tenderer = app.account("officer").await?.map(|account| account.org).unwrap_or_default();
    let holders = [tenderer.as_str(), fadu_sim::TRADING_CENTRE, fadu_sim::TRADING_SUPERVISOR];
    let id = fadu_sim::open_tender(app, &tenderer, &holders).await.map_err(problem)?;
    let folder = home.dir.join(crate::home::DEMO_KEYS);
    std::fs::create_dir_all(&folder)?;
    for (n, org) in (1..).zip(holders) {
        let path = folder.join(format!("holder-{n}.json"));
        crate::home::replace(&path, &fadu_sim::holder_identity(org).write()?)?;
    }
    note(place, &format!("正在收标的模拟项目 {id}，开标密钥在 {}（演示）", folder.display()));
    Ok(())
}

async fn summary(place: &Place, home: &Home, app: &Arc<App>) -> anyhow::Result<()> {
    let figures = figures()?;
    let year = home.demo.as_ref().map_or(2025, |demo| demo.year);
    let as_of = jiff::civil::date(year, 12, 31);
    let mut values = Vec::new();
    for id in ["svc.received", "svc.cases", "svc.decided", "svc.ontime_rate", "svc.time_cut"] {
        if figures.get(id).is_some() {
            values.push(fadu_figures::value(&*home.store, home.region()?, &figures, id, as_of, None).await?);
        }
    }
    let shelf = home.shelf().await?;
    let law = check(&shelf, fadu_web::citations(app), app.moment().today);
    let accounts = app.accounts().await?;
    let head = home.store.head(home.region()?).await?;
    if place.json {
        println!(
            "{}",
            json!({
                "year": year, "ledger_entries": head.next_seq, "figures": values,
                "law": {"resolves": law.resolves, "not_held": law.not_held, "wrong": law.wrong, "texts": shelf.statutes.len()},
                "accounts": accounts.iter().map(|account| &account.person).collect::<Vec<_>>(),
            })
        );
        return Ok(());
    }
    println!("台账 {} 条（模拟）", head.next_seq);
    for value in &values {
        println!("  {} {}", value.zh, value.printed());
    }
    println!("依据 {} 处已核对原文，{} 处文本未导入，{} 处有误", law.resolves, law.not_held, law.wrong);
    if shelf.statutes.is_empty() {
        println!("本机没有法规文本，网页只列名称和条数；用 fadu law import DIR 导入官方文本");
    }
    println!("演示账号（密码都是 {PASSWORD}，只在演示数据里有）：");
    for account in accounts.iter().filter(|account| account.demonstration) {
        println!("  {:12} {} · {}", account.person, account.role.zh(), account.org);
    }
    Ok(())
}
