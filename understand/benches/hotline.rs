//! 热线理解的快慢。 A million orders in the embedded store: how long it takes to say which are like a text that is being
//! typed, and what it is about. Prints what was found beside its limit; the answer is no when one is missed.
//!
//! `FADU_BENCH_ORDERS` sets another number of orders than a million.

use fadu_hotline::Order;
use fadu_hotline::near;
use fadu_hotline::order::fact::Entry;
use fadu_hotline::place::Place;
use fadu_hotline::words::{Channel, Kind, Lane, Urgency};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Matter, MatterId, OrgId, Region};
use fadu_store::{Append, MatterWrite, NewEntry, Outcome, Sqlite, Store};
use fadu_understand::{Lesson, Level, Model, orders_like};
use jiff::civil::{Date, date};
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

const R: Region = Region(429_996);
const ORDERS: u64 = 1_000_000;
/// A county's calls in a year: the orders are spread over as many days as that takes.
const A_DAY: u64 = 233;
const VILLAGES: u64 = 310;
/// Acts on their way to the store at once while it is filled.
const FILLING: usize = 512;
const ASKED: u64 = 2000;

const LIKE_LIMIT: Duration = Duration::from_millis(20);
const CATEGORY_LIMIT: Duration = Duration::from_millis(2);
const MEMORY_LIMIT_MB: u64 = 500;

/// What is complained of, with its category.
const THINGS: [(&str, &str); 12] = [
    ("0101", "自来水从昨天晚上开始停了，水压一直上不去，物业说是管道爆裂"),
    ("0102", "变压器烧坏了，整栋楼停电，老人和孩子晚上没有灯"),
    ("0103", "物业公司收了维修资金不修电梯，业主委员会找不到人"),
    ("0106", "路灯一整排都不亮，井盖也松动了，晚上走路很危险"),
    ("0201", "公交车班次太少，等了四十分钟没有来，司机态度也不好"),
    ("0205", "路口的信号灯坏了，早高峰堵得很厉害，电动车乱穿"),
    ("0301", "工地半夜还在施工，噪声很大，孩子没有办法睡觉"),
    ("0302", "烧烤店的油烟直接排到楼道里，窗户都不敢开"),
    ("0401", "工程做完半年了，老板欠薪不发，一共有十二个人"),
    ("0402", "养老保险的缴费记录少了两年，窗口说系统里查不到"),
    ("0501", "小学门口放学的时候没有人维持秩序，家长的车停满了路"),
    ("0601", "医院挂号的机器坏了，排队两个小时没有看上病"),
];
const ASKS: [&str; 6] = [
    "请尽快派人处理",
    "希望有关部门管一管",
    "已经反映过三次了",
    "请给一个答复",
    "什么时候能解决",
    "要求现场查看",
];

fn village(n: u64) -> Place {
    let n = n % VILLAGES;
    Place { address: format!("429996{:03}{:03}", 1 + n / 20, n % 20), point: None }
}

/// Two orders in a few hundred say nearly the same; most differ in who, where and how long.
fn text(n: u64) -> String {
    let (_, thing) = THINGS[(n * 7 % 12) as usize];
    let (building, days, ask) = (n * 31 % 97 + 1, n * 13 % 29 + 1, ASKS[(n * 5 % 6) as usize]);
    let estate = ["阳光", "滨河", "锦绣", "东方", "和平", "新华", "幸福", "城南"][(n * 11 % 8) as usize];
    format!("{estate}小区{building}栋{}单元，{thing}，已经{days}天了，{ask}。来电人编号{n}", n * 17 % 6 + 1)
}

/// What a model is trained from here: the words of a thing among twenty of thirty thousand others, so that the vocabulary
/// is as large as a county's.
fn lesson(n: u64) -> Lesson {
    let (code, thing) = THINGS[(n % 12) as usize];
    let mut state = n;
    let around = (0..20).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        format!("w{}", (state >> 33) % 30_000)
    });
    let around: Vec<String> = around.collect();
    Lesson { text: format!("{}，{thing}", around.join(" ")), code: code.to_owned() }
}

fn day(n: u64) -> Date {
    offset(date(2013, 1, 1), (n / A_DAY) as i64)
}

fn filler(n: u64) -> Result<Append, Box<dyn Error>> {
    let (on, place, text) = (day(n), village(n * 3), text(n));
    let ms = 1_357_000_000_000 + (n / A_DAY) as i64 * 86_400_000 + (n % A_DAY) as i64 * 300_000;
    let id = MatterId::opened_at(ms, n as u32);
    let (category, _) = THINGS[(n * 7 % 12) as usize];
    let number = format!("G{n:012}");
    let entry = Entry {
        number: number.clone(),
        desk: OrgId::new("热线办"),
        line: "12345".into(),
        mode: None,
        channel: Channel::Telephone,
        kind: Kind::Complaint,
        near: near::keys(&text, &place, on),
        text,
        category: category.into(),
        category_name: Default::default(),
        place,
        urgency: Urgency::Ordinary,
        lane: Lane::General,
        prefecture: None,
        repeat_of: None,
        against: None,
        none_named: false,
        public: false,
        lead: false,
        persons: 1,
        attachments: vec![],
    };
    let mut facets: Vec<(String, String)> =
        entry.near.iter().map(|key| ("near".to_owned(), key.clone())).collect();
    facets.extend([
        ("number".to_owned(), number.clone()),
        ("category".to_owned(), category.to_owned()),
        ("area".to_owned(), entry.place.area()),
    ]);
    let order = Order { number: number.clone(), entry: Some(entry), ..Order::default() };
    Ok(Append {
        region: R,
        key: None,
        epoch: 0,
        raises_epoch: false,
        reads: vec![],
        writes: vec![MatterWrite {
            id,
            kind: Order::KIND,
            expected: 0,
            version: 1,
            number,
            title: "诉求".into(),
            status: "taken".into(),
            org: "热线办".into(),
            due: None,
            amber: None,
            closed: false,
            opened_day: on.to_string(),
            state: serde_json::to_string(&order)?,
            listed: String::new(),
            facets_gone: vec![],
            facets_new: facets,
            tasks_gone: vec![],
            tasks_put: vec![],
        }],
        entries: vec![NewEntry {
            matter: id,
            kind: Order::KIND,
            fact: "Taken",
            day: on.to_string(),
            ms,
            actor: "bench".into(),
            tail: format!(
                "\"v\":1,\"kind\":\"order\",\"matter\":\"{id}\",\"fact\":\"Taken\",\"data\":{{}}}}"
            ),
            effects: vec![],
        }],
        private: vec![],
        person_keys: vec![],
        sealed_under: vec![],
        carries_out: vec![],
    })
}

async fn fill(store: &Arc<dyn Store>, orders: u64) -> Result<(), Box<dyn Error>> {
    let mut underway = tokio::task::JoinSet::new();
    for n in 0..orders {
        if underway.len() >= FILLING {
            settled(underway.join_next().await)?;
        }
        let (store, append) = (Arc::clone(store), filler(n)?);
        underway.spawn(async move { store.append(append).await });
    }
    while !underway.is_empty() {
        settled(underway.join_next().await)?;
    }
    Ok(())
}

type Filled = Option<Result<Result<Outcome, fadu_store::Fault>, tokio::task::JoinError>>;

fn settled(answer: Filled) -> Result<(), Box<dyn Error>> {
    match answer.ok_or("nothing under way")?? {
        Ok(Outcome::Done(_)) => Ok(()),
        other => Err(format!("the store could not be filled: {other:?}").into()),
    }
}

/// Median, 99th of a hundred, and the slowest.
fn spread(mut took: Vec<Duration>) -> (Duration, Duration, Duration) {
    took.sort();
    let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default();
    (at(50), at(99), took.last().copied().unwrap_or_default())
}

fn row(name: &str, (half, p99, slowest): (Duration, Duration, Duration), limit: Duration) -> bool {
    let ms = |took: Duration| took.as_secs_f64() * 1e3;
    let met = p99 < limit;
    let (half, p99, slowest, limit) = (ms(half), ms(p99), ms(slowest), ms(limit));
    let mark = if met { "met" } else { "MISSED" };
    println!(
        "{name:44} p50 {half:7.3} ms  p99 {p99:7.3} ms  slowest {slowest:7.3} ms  limit {limit} ms  {mark}"
    );
    met
}

/// `VmHWM` and `VmRSS` of this process, in megabytes.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field));
    let kb = line
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|n| n.parse::<u64>().ok());
    kb.unwrap_or_default() / 1024
}

async fn measured(orders: u64, folder: &std::path::Path) -> Result<bool, Box<dyn Error>> {
    let store: Arc<dyn Store> = Sqlite::open(&folder.join("hotline.db"))?;
    let started = Instant::now();
    fill(&store, orders).await?;
    println!("{orders} orders stored in {:.0} s", started.elapsed().as_secs_f64());
    let (mut took, mut found) = (Vec::new(), 0u64);
    for i in 0..ASKED {
        // Spread over the whole table; asked a day later by somebody who says it with another number of days.
        let n = i * orders / ASKED;
        let said = text(n).replace("已经", "到现在已经");
        let started = Instant::now();
        let like = orders_like(&*store, R, &said, &village(n * 3), offset(day(n), 1)).await?;
        took.push(started.elapsed());
        found += u64::from(like.iter().any(|like| like.row.number == format!("G{n:012}")));
    }
    let likes = row(&format!("like orders among {orders}"), spread(took), LIKE_LIMIT);
    println!("{:44} {found} of {ASKED}", "the order itself is among those proposed");
    let lessons: Vec<Lesson> = (0..20_000).map(lesson).collect();
    let started = Instant::now();
    let (model, bytes) = Model::train(&lessons, Level::Item, vec![], folder)?;
    let size = bytes.len() / 1024;
    println!("a model of {} requests in {:.1} s, {size} kB", lessons.len(), started.elapsed().as_secs_f64());
    let mut took = Vec::new();
    for n in 0..ASKED {
        let said = text(orders + n);
        let started = Instant::now();
        let classes = model.classes(&said);
        took.push(started.elapsed());
        if classes.is_empty() {
            return Err("the model says nothing".into());
        }
    }
    let categories = row("category of a text", spread(took), CATEGORY_LIMIT);
    let long = "停水停电路灯不亮井盖松动".repeat(5000);
    let started = Instant::now();
    model.classes(&long);
    let categories_long =
        row("category of 60,000 characters", spread(vec![started.elapsed()]), CATEGORY_LIMIT);
    let peak = memory("VmHWM");
    let small = peak < MEMORY_LIMIT_MB;
    let mark = if small { "met" } else { "MISSED" };
    println!("{:44} {peak} MB  limit {MEMORY_LIMIT_MB} MB  {mark}", "peak memory, store filled and asked");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load of the machine {}", load.trim());
    Ok(likes && categories && categories_long && small)
}

fn main() -> ExitCode {
    let orders = std::env::var("FADU_BENCH_ORDERS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(ORDERS);
    let run = || -> Result<bool, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(measured(orders, folder.path()))
    };
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
