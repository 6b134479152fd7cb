use crate::{
    FigureFault, Figures, Value, entries, rebuild, tail, value, value_between, values, values_between,
};
use fadu_kernel::calendar::offset;
use fadu_kernel::{MatterId, Region};
use fadu_store::{Append, Contribution, MatterWrite, NewEntry, Postgres, Sqlite, Store};
use jiff::civil::{Date, date};
use std::task::Poll;

const R: Region = Region(429_992);

const DECLARED: &str = r#"
[[figure]]
id = "t.count"
zh = "件数"
unit = "件"
on = "case.Done"
adds = "count"
period = "year"
[[figure]]
id = "t.rate"
zh = "按时率"
unit = "%"
on = "case.Done"
adds = "ratio"
part = "fact.good"
whole = "fact.good is not none"
period = "year"
[[figure]]
id = "t.mean"
zh = "平均"
unit = "日"
on = "case.Done"
adds = "mean"
quantity = "fact.days"
period = "ever"
[[figure]]
id = "t.who"
zh = "人数"
unit = "人"
on = "case.Done"
adds = "distinct"
key = "fact.who"
period = "ever"
[[figure]]
id = "t.median"
zh = "中位数"
unit = "日"
on = "case.Done"
adds = "percentile"
quantity = "fact.days"
at = 50
period = "ever"
[[figure]]
id = "t.greatest"
zh = "最长"
unit = "日"
on = "case.Done"
adds = "percentile"
quantity = "fact.days"
at = 100
period = "year"
[[figure]]
id = "t.late"
zh = "过期未了"
unit = "人"
on = "case.Done"
off = "case.Undone"
adds = "past_due"
due = "fact.due"
key = "fact.who"
period = "ever"
"#;

async fn put(store: &dyn Store, id: i64, day: &str, data: &str) {
    let tail = format!("\"matter\":\"M{id}\",\"org\":\"o\",\"role\":\"officer\",\"data\":{data}}}");
    let write = MatterWrite {
        id: MatterId(id),
        kind: "case",
        expected: 0,
        version: 1,
        number: String::new(),
        title: String::new(),
        status: String::new(),
        org: String::new(),
        due: None,
        amber: None,
        closed: false,
        opened_day: day.to_owned(),
        state: "{}".to_owned(),
        listed: String::new(),
        facets_gone: vec![],
        facets_new: vec![],
        tasks_gone: vec![],
        tasks_put: vec![],
    };
    let entry = NewEntry {
        matter: MatterId(id),
        kind: "case",
        fact: if data.starts_with("{\"Undone\"") { "Undone" } else { "Done" },
        day: day.to_owned(),
        ms: 0,
        actor: "a".into(),
        tail,
        effects: vec![],
    };
    let append = Append {
        region: R,
        key: None,
        epoch: 0,
        raises_epoch: false,
        reads: vec![],
        writes: vec![write],
        entries: vec![entry],
        private: vec![],
        person_keys: vec![],
        sealed_under: vec![],
        carries_out: vec![],
    };
    store.append(append).await.unwrap();
}

#[tokio::test]
async fn a_figure_counts_opens_and_counts_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let figures = Figures::load(&[DECLARED]).unwrap();
    for (id, day, good, days, who) in [
        (1, "2024-12-31", "true", 4, "a"),
        (2, "2025-01-01", "true", 2, "b"),
        (3, "2025-06-30", "false", 3, "a"),
        (4, "2025-07-01", "null", 2, "c"),
    ] {
        put(&*store, id, day, &format!("{{\"Done\":{{\"good\":{good},\"days\":{days},\"who\":\"{who}\"}}}}"))
            .await;
    }
    assert_eq!(tail(&*store, R, &figures).await.unwrap(), 4);
    assert_eq!(tail(&*store, R, &figures).await.unwrap(), 0, "a second run finds nothing new");
    let shown = |id: &'static str, as_of| {
        let (store, figures) = (&store, &figures);
        async move { value(&**store, R, figures, id, as_of, None).await.unwrap() }
    };
    for (id, as_of, text) in [
        ("t.count", date(2025, 12, 31), "3件（截至2025-12-31）"),
        ("t.count", date(2024, 12, 31), "1件（截至2024-12-31）"),
        ("t.rate", date(2025, 12, 31), "50.0%（1/2，截至2025-12-31）"),
        ("t.mean", date(2025, 12, 31), "2.8日（11/4，截至2025-12-31）"),
        ("t.who", date(2025, 12, 31), "3人（截至2025-12-31）"),
        ("t.median", date(2025, 12, 31), "2日（截至2025-12-31）"),
        ("t.greatest", date(2025, 12, 31), "3日（截至2025-12-31）"),
        ("t.greatest", date(2024, 12, 31), "4日（截至2024-12-31）"),
        ("t.greatest", date(2023, 12, 31), "—日（0/0，截至2023-12-31）"),
        ("t.late", date(2025, 12, 31), "0人（截至2025-12-31）"),
    ] {
        assert_eq!(shown(id, as_of).await.printed(), text, "{id}");
    }
    let behind = entries(&*store, R, &figures, "t.rate", date(2025, 12, 31), None, -1, 10)
        .await
        .unwrap();
    assert_eq!(
        behind.iter().map(|row| row.seq).collect::<Vec<_>>(),
        [1, 2],
        "a value opens to the entries it counts"
    );
    let mut ids: Vec<&str> = figures.declarations().map(|declared| declared.id.as_str()).collect();
    ids.reverse();
    let (first, last) = (date(2025, 6, 1), date(2025, 12, 31));
    let of_year = values(&*store, R, &figures, &ids, last).await.unwrap();
    let of_span = values_between(&*store, R, &figures, &ids, first, last).await.unwrap();
    assert_eq!((of_year.len(), of_span.len()), (ids.len(), ids.len()));
    for ((id, of_year), of_span) in ids.iter().copied().zip(of_year).zip(of_span) {
        let alone = value(&*store, R, &figures, id, last, None).await.unwrap();
        assert_eq!(of_year, alone, "{id} among all");
        let alone = value_between(&*store, R, &figures, id, first, last).await.unwrap();
        assert_eq!(of_span, alone, "{id} among all of a span");
    }
    let unknown = values(&*store, R, &figures, &["t.count", "t.none"], last).await;
    assert!(matches!(unknown, Err(FigureFault::Unknown(id)) if id == "t.none"));
    let before = shown("t.rate", date(2025, 12, 31)).await;
    assert_eq!(rebuild(&*store, R, &figures).await.unwrap(), 4);
    assert_eq!(shown("t.rate", date(2025, 12, 31)).await, before, "counted again, the same");
}

/// Of one person each: what left before it came back outweighs nothing, and a part is never more than its whole.
#[tokio::test]
async fn a_distinct_ratio_counts_each_key_once_in_any_span() {
    const ONCE: &str = r#"
[[figure]]
id = "t.once"
zh = "办结率"
unit = "%"
on = "case.Done"
adds = "distinct_ratio"
part = "fact.part"
whole = "fact.whole"
key = "fact.who"
period = "year"
"#;
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let figures = Figures::load(&[ONCE]).unwrap();
    for (id, day, part, whole, who) in [
        (1, "2025-03-07", 0, 1, "a"),
        (2, "2025-03-07", 0, 1, "b"),
        (3, "2025-03-11", 0, -1, "a"),
        (4, "2025-03-11", 1, 2, "a"),
        (5, "2025-03-12", 1, 2, "c"),
    ] {
        put(
            &*store,
            id,
            day,
            &format!("{{\"Done\":{{\"part\":{part},\"whole\":{whole},\"who\":\"{who}\"}}}}"),
        )
        .await;
    }
    tail(&*store, R, &figures).await.unwrap();
    for (from, to, told) in [(3, 9, (0, 2)), (10, 16, (2, 2)), (3, 16, (2, 3)), (17, 23, (0, 0))] {
        let (from, to) = (date(2025, 3, from), date(2025, 3, to));
        let value = value_between(&*store, R, &figures, "t.once", from, to).await.unwrap();
        assert_eq!((value.part, value.whole), (told.0, Some(told.1)), "{from} to {to}");
    }
    assert!(Figures::load(&[&ONCE.replace("key = \"fact.who\"\n", "")]).is_err(), "once by what?");
}

#[test]
fn a_wrong_declaration_is_refused_when_loaded() {
    let broken = DECLARED.replace("fact.days", "fact.days +");
    assert!(Figures::load(&[&broken]).err().unwrap().to_string().contains("t.mean"));
    assert!(
        Figures::load(&[DECLARED, DECLARED])
            .err()
            .unwrap()
            .to_string()
            .contains("twice")
    );
    for (right, wrong, says) in [
        ("at = 50", "at = 0", "`at`"),
        ("at = 50", "at = 101", "`at`"),
        ("at = 50", "", "`at`"),
        ("at = 50", "at = 50\nkey = \"fact.who\"", "`key`"),
        ("due = \"fact.due\"", "", "`due`"),
        ("off = \"case.Undone\"", "", "`off`"),
        ("due = \"fact.due\"\nkey = \"fact.who\"", "due = \"fact.due\"", "`key`"),
    ] {
        let text = DECLARED.replacen(right, wrong, 1);
        let error = Figures::load(&[&text]).err().unwrap().to_string();
        assert!(error.contains(says), "{wrong}: {error}");
    }
    let broken = DECLARED.replace("fact.good is", "fcat.good is");
    assert!(Figures::load(&[&broken]).err().unwrap().to_string().contains("fcat"));
}

#[test]
fn a_name_that_no_fact_bears_is_refused() {
    let has = |kind: &str, way: &[&str]| match way {
        ["Done" | "Undone"] => kind == "case",
        ["Done", field] => ["good", "days", "who", "due"].contains(field),
        ["Undone", field] => *field == "why",
        _ => false,
    };
    let held = |text: &str| Figures::load(&[text]).unwrap().held_against(has).err();
    assert!(held(DECLARED).is_none());
    let both = DECLARED.replace("\"case.Done\"", "\"case.Done, case.Undone\"");
    assert!(held(&both).is_none(), "one of the facts bears each field");
    let table = [
        ("case.Done", "case.Dnoe", "`on`: there is no fact `case.Dnoe`"),
        ("case.Done", "cases.Done", "cases.Done"),
        ("case.Done", "case", "`case.`"),
        ("\"fact.good\"", "\"fact.goood\"", "`t.rate`, `part`: none of its facts has `fact.goood`"),
        ("fact.good is", "fact.goood is", "`whole`"),
        ("fact.days", "fact.days + fact.dyas", "`quantity`"),
        ("fact.who", "fact.who.name", "`key`"),
        ("fact.due", "fact.deu", "`due`"),
        ("case.Done\"\nadds = \"distinct\"", "case.Undone\"\nadds = \"distinct\"", "`key`"),
        ("adds = \"count\"", "adds = \"count\"\nwhen = \"fact.gone\"", "`when`"),
        ("adds = \"count\"", "adds = \"stock\"\noff = \"case.Udone\"", "`off`"),
        (
            "adds = \"count\"",
            "adds = \"stock\"\noff = \"case.Undone\"\noff_when = \"fact.good\"",
            "`off_when`",
        ),
    ];
    for (right, wrong, says) in table {
        let text = DECLARED.replacen(right, wrong, 1);
        assert_ne!(text, DECLARED, "{wrong}");
        let error = held(&text).unwrap_or_else(|| panic!("{wrong} is held for right")).to_string();
        assert!(error.contains(says), "{wrong}: {error}");
    }
}

/// What happens to the figures of `t.median` and `t.late`.
#[derive(Clone, Copy, Debug)]
struct Happened {
    day: Date,
    /// Absent for what is undone.
    days: Option<Option<i64>>,
    who: usize,
    due: Option<Date>,
}

/// The number of values, the median, the greatest of the year, and what is past due, by plain reckoning.
fn reckoned(happened: &[Happened], as_of: Date) -> (i64, i64, i64, usize) {
    let seen = || happened.iter().filter(move |one| one.day <= as_of);
    let mut values: Vec<i64> = seen().filter_map(|one| one.days.flatten()).collect();
    values.sort_unstable();
    let median = values.get(values.len().div_ceil(2).wrapping_sub(1)).copied().unwrap_or(0);
    let of_year = seen().filter(|one| one.day.year() == as_of.year());
    let greatest = of_year.filter_map(|one| one.days.flatten()).max().unwrap_or(0);
    let mut in_force = [None; WHO];
    for one in seen() {
        in_force[one.who] = one.due.filter(|_| one.days.is_some());
    }
    let late = in_force.into_iter().flatten().filter(|due| *due < as_of).count();
    (values.len() as i64, median, greatest, late)
}

const WHO: usize = 7;

#[tokio::test]
async fn values_and_dates_in_force_are_those_of_the_facts_on_any_day() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let figures = Figures::load(&[DECLARED]).unwrap();
    let start = date(2024, 11, 1);
    let mut seed: u64 = 0x5EED;
    let mut below = |n: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    let mut happened: Vec<Happened> = Vec::new();
    for id in 0..120 {
        let day = offset(start, id * 2 / 3);
        let done = below(4) > 0;
        // Zero is a value, nothing is none, and some waited before they came.
        let days = done.then(|| (below(5) > 0).then(|| below(9) as i64 - 1));
        let due = (below(4) > 0).then(|| offset(day, below(40) as i64 - 5));
        let who = below(WHO as u64) as usize;
        happened.push(Happened { day, days, who, due });
        let due = due.map_or("null".to_owned(), |due| format!("\"{due}\""));
        let data = match days {
            None => format!("{{\"Undone\":{{\"who\":\"{who}\"}}}}"),
            Some(days) => {
                let days = days.map_or("null".to_owned(), |days| days.to_string());
                format!("{{\"Done\":{{\"days\":{days},\"who\":\"{who}\",\"due\":{due}}}}}")
            }
        };
        put(&*store, id + 1, &day.to_string(), &data).await;
        if below(10) == 0 {
            tail(&*store, R, &figures).await.unwrap();
        }
    }
    tail(&*store, R, &figures).await.unwrap();
    for again in [false, true] {
        if again {
            rebuild(&*store, R, &figures).await.unwrap();
        }
        for (n, ahead) in (0..110).map(|n| (n, offset(start, n))) {
            for (at, seen) in [(None, &happened[..]), (Some(n), &happened[..=n as usize])] {
                let (count, median, greatest, late) = reckoned(seen, ahead);
                let told = async |id| value(&*store, R, &figures, id, ahead, at).await.unwrap();
                assert_eq!(told("t.median").await.part, median, "{ahead} {at:?}");
                assert_eq!(told("t.median").await.entries, count, "{ahead} {at:?}");
                assert_eq!(told("t.greatest").await.part, greatest, "{ahead} {at:?}");
                assert_eq!(told("t.late").await.part, late as i64, "{ahead} {at:?}");
                let behind = entries(&*store, R, &figures, "t.late", ahead, at, -1, 1000).await.unwrap();
                assert_eq!(behind.len(), late, "{ahead} {at:?}");
                for row in &behind {
                    let one = seen[row.seq as usize];
                    assert!(one.due.is_some_and(|due| due < ahead), "{ahead} {at:?}: {one:?}");
                }
                let first = entries(&*store, R, &figures, "t.late", ahead, at, -1, 2).await.unwrap();
                let after = first.last().map_or(-1, |row| row.seq);
                let rest = entries(&*store, R, &figures, "t.late", ahead, at, after, 1000).await.unwrap();
                assert_eq!([first, rest].concat(), behind, "page by page");
            }
        }
    }
}

/// Lets the work fall where it rests for the `rests`th time, as a kill would; by then everything it asked for is done.
/// Tells whether it came to its end before.
async fn cut(work: impl Future<Output = Result<u64, FigureFault>>, mut rests: u32) -> bool {
    let mut work = std::pin::pin!(work);
    std::future::poll_fn(|context| {
        if rests == 0 {
            return Poll::Ready(false);
        }
        rests -= 1;
        work.as_mut().poll(context).map(|ended| ended.map(|_| true).unwrap())
    })
    .await
}

/// By the day roll-ups, by the contributions themselves, and these one by one.
type Told = (Value, Value, Vec<Contribution>);

/// Everything that can be told of every figure at the ends of both years.
async fn told(store: &dyn Store, figures: &Figures) -> Vec<Told> {
    let mut all = Vec::new();
    for id in figures.declarations().map(|declaration| &declaration.id) {
        for as_of in [date(2024, 12, 31), date(2025, 12, 31)] {
            let rolled = value(store, R, figures, id, as_of, None).await.unwrap();
            let summed = value(store, R, figures, id, as_of, Some(1_000_000)).await.unwrap();
            let behind = entries(store, R, figures, id, as_of, None, -1, 10_000).await.unwrap();
            assert_eq!(rolled, summed, "roll-ups and contributions are one commit");
            all.push((rolled, summed, behind));
        }
    }
    all
}

/// Cuts the work at each of its rests in turn and goes on with a tailer that knows nothing of it. `whole` is what `figures`
/// tell when nobody cut them; `before` are those that were counted when the work began. Returns how many cuts fell between
/// two pages.
async fn cut_everywhere(
    store: &dyn Store,
    work: impl AsyncFn() -> Result<u64, FigureFault>,
    figures: &Figures,
    whole: &[Told],
    before: &Figures,
) -> usize {
    let head = store.head(R).await.unwrap().next_seq;
    let mut between = 0;
    for rests in 0..10_000 {
        tail(store, R, before).await.unwrap();
        let ended = cut(work(), rests).await;
        if store.engine() == "postgres" {
            // The server rolls back what a client left, or ends a commit that was on its way, a moment after.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let left = told(store, figures).await;
        between += usize::from(left.iter().any(|(value, _, _)| (1..head).contains(&value.position)));
        tail(store, R, figures).await.unwrap();
        assert_eq!(told(store, figures).await, whole, "cut after {rests} rests");
        if ended {
            return between;
        }
    }
    panic!("it never comes to its end")
}

async fn a_tailer_may_be_killed_anywhere(store: &dyn Store) {
    for id in 1..=60 {
        let day = if id <= 20 { "2024-12-31" } else { "2025-06-30" };
        let (good, who) = (["true", "false", "null"][id as usize % 3], ["a", "b", "c", "d"][id as usize % 4]);
        let due = match (id % 5, id <= 20) {
            (0, _) => "null",
            (_, true) => "\"2024-11-30\"",
            (_, false) => "\"2025-05-31\"",
        };
        let done = format!("\"good\":{good},\"days\":{id},\"who\":\"{who}\",\"due\":{due}");
        put(store, id, day, &format!("{{\"Done\":{{{done}}}}}")).await;
    }
    let figures = Figures::load(&[DECLARED]).unwrap();
    let edited = Figures::load(&[&DECLARED.replace("fact.days", "fact.days * 2")]).unwrap();
    rebuild(store, R, &edited).await.unwrap();
    let whole_edited = told(store, &edited).await;
    rebuild(store, R, &figures).await.unwrap();
    let whole = told(store, &figures).await;
    assert_ne!(whole, whole_edited);
    assert!(whole.iter().all(|(value, _, behind)| value.entries > 0 && !behind.is_empty()));

    let rebuilding = async || rebuild(store, R, &figures).await;
    assert!(cut_everywhere(store, rebuilding, &figures, &whole, &figures).await >= 3);
    // An edited figure is forgotten and counted again from the start, the others stay where they are.
    let following = async || tail(store, R, &edited).await;
    assert!(cut_everywhere(store, following, &edited, &whole_edited, &figures).await >= 3);

    // Killed again and again, each time a little later.
    let all = figures.declarations().map(|declaration| declaration.id.clone()).collect();
    store.put_contributions(R, Vec::new(), Vec::new(), all).await.unwrap();
    let mut rests = 0;
    while !cut(tail(store, R, &figures), rests).await {
        rests += 1;
    }
    assert_eq!(told(store, &figures).await, whole);
}

/// Lets a tailer rest for the `rests`th time, forgets every figure as a rebuild elsewhere would, and lets it go on with the
/// cursors it has in memory. Tells whether it came to its end before.
async fn forgotten_within(store: &dyn Store, figures: &Figures, mut rests: u32) -> bool {
    let all: Vec<String> = figures.declarations().map(|declaration| declaration.id.clone()).collect();
    store.put_contributions(R, Vec::new(), Vec::new(), all.clone()).await.unwrap();
    let mut following = std::pin::pin!(tail(store, R, figures));
    let ended = std::future::poll_fn(|context| {
        if rests == 0 {
            return Poll::Ready(false);
        }
        rests -= 1;
        following.as_mut().poll(context).map(|ended| ended.map(|_| true).unwrap())
    })
    .await;
    store.put_contributions(R, Vec::new(), Vec::new(), all).await.unwrap();
    if !ended {
        following.await.unwrap();
    }
    ended
}

#[tokio::test]
async fn what_is_forgotten_beside_a_running_tailer_is_counted_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    for id in 1..=60 {
        let done =
            format!("{{\"Done\":{{\"good\":true,\"days\":{id},\"who\":\"a\",\"due\":\"2025-01-31\"}}}}");
        put(&*store, id, "2024-12-31", &done).await;
    }
    let figures = Figures::load(&[DECLARED]).unwrap();
    rebuild(&*store, R, &figures).await.unwrap();
    let whole = told(&*store, &figures).await;
    let mut rests = 0;
    while !forgotten_within(&*store, &figures, rests).await {
        tail(&*store, R, &figures).await.unwrap();
        assert_eq!(told(&*store, &figures).await, whole, "forgotten after {rests} rests");
        rests += 1;
    }
    assert!(rests >= 3, "there were pages to rest between");
}

#[tokio::test]
async fn a_tailer_may_be_killed_anywhere_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    a_tailer_may_be_killed_anywhere(&*store).await;
}

#[tokio::test]
async fn a_tailer_may_be_killed_anywhere_on_postgres() {
    let Ok(url) = std::env::var("FADU_TEST_PG") else {
        println!("skipped: FADU_TEST_PG is not set");
        return;
    };
    let store = Postgres::connect(&url).await.unwrap();
    a_tailer_may_be_killed_anywhere(&*store).await;
}
