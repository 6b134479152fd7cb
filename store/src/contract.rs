//! 存储契约。 What every engine must do, as one suite that runs on each of them.

use crate::*;

const R: Region = Region(420222);

fn write(id: i64, expected: i64) -> MatterWrite {
    MatterWrite {
        id: MatterId(id),
        kind: "case",
        expected,
        version: expected + 1,
        number: format!("N{id}"),
        title: "模拟".to_owned(),
        status: "received".to_owned(),
        org: "dept".to_owned(),
        due: Some("2025-03-31".to_owned()),
        amber: Some("2025-03-25".to_owned()),
        closed: false,
        opened_day: "2025-03-03".to_owned(),
        state: format!("{{\"v\":{}}}", expected + 1),
        listed: format!("[{}]", expected + 1),
        facets_gone: vec![],
        facets_new: vec![("number".to_owned(), format!("N{id}"))],
        tasks_gone: vec![],
        tasks_put: vec![TaskPut {
            name: "decide".to_owned(),
            role: "officer",
            org: "dept".to_owned(),
            due: "2025-03-31".to_owned(),
        }],
    }
}

fn entry(id: i64, fact: &'static str) -> NewEntry {
    let tail = format!("\"matter\":{id},\"fact\":\"{fact}\"}}");
    NewEntry {
        matter: MatterId(id),
        kind: "case",
        fact,
        day: "2025-03-03".to_owned(),
        ms: 1,
        actor: "p".to_owned(),
        tail,
        effects: vec![],
    }
}

pub(crate) fn append(id: i64, expected: i64, key: Option<&str>, epoch: i64) -> Append {
    Append {
        region: R,
        key: key.map(str::to_owned),
        epoch,
        raises_epoch: false,
        reads: vec![],
        writes: vec![write(id, expected)],
        entries: vec![entry(id, "Received")],
        private: vec![],
        person_keys: vec![],
        sealed_under: vec![],
        carries_out: vec![],
    }
}

/// Panics with the broken promise. `store` must be empty.
pub async fn run(store: &dyn Store) {
    acts(store).await;
    keys(store).await;
    lists(store).await;
    effects(store).await;
    refusals(store).await;
    personal_data(store).await;
    figures(store).await;
    checkpoints(store).await;
    small_tables(store).await;
    many_at_once(store).await;
}

async fn acts(store: &dyn Store) {
    let first = store.append(append(1, 0, Some("k1"), 0)).await.unwrap();
    let done = Done { matter: MatterId(1), version: 1, seq: 0, entries: 1 };
    assert_eq!(first, Outcome::Done(done), "ledger numbers start at 0");
    assert_eq!(store.append(append(1, 0, Some("k1"), 0)).await.unwrap(), Outcome::Replayed(done));
    assert_eq!(
        store.append(append(1, 0, Some("k2"), 0)).await.unwrap(),
        Outcome::Raced,
        "the matter is open already"
    );
    assert_eq!(store.append(append(1, 5, None, 0)).await.unwrap(), Outcome::Raced, "a stale version");
    assert_eq!(store.append(append(1, 1, None, 7)).await.unwrap(), Outcome::EpochMoved);
    let mut reading = append(1, 1, None, 0);
    reading.reads = vec![(MatterId(99), 3)];
    assert_eq!(store.append(reading).await.unwrap(), Outcome::Raced, "a matter that was read has moved");
    assert!(matches!(
        store.append(append(1, 1, None, 0)).await.unwrap(),
        Outcome::Done(Done { seq: 1, version: 2, .. })
    ));
    let head = store.head(R).await.unwrap();
    assert_eq!(head, Head { next_seq: 2, epoch: 0 }, "lost races took no ledger number");
    let mut raising = append(2, 0, None, 0);
    raising.raises_epoch = true;
    assert!(matches!(store.append(raising).await.unwrap(), Outcome::Done(_)));
    assert_eq!(store.head(R).await.unwrap(), Head { next_seq: 3, epoch: 1 });
    let entries = store.entries(R, 0, 10).await.unwrap();
    let mut scanned = Vec::new();
    let seen = store
        .scan(R, 1, 1, &mut |entry| scanned.push((entry.seq, entry.body.to_vec(), entry.leaf.to_vec())))
        .await
        .unwrap();
    assert_eq!(
        (seen, scanned),
        (1, vec![(1, entries[1].body.clone().into_bytes(), entries[1].leaf.to_vec())])
    );
    let some: Vec<i64> = entries.iter().map(|entry| entry.seq).rev().chain([i64::MAX]).collect();
    assert_eq!(
        store.entries_at(R, &some).await.unwrap(),
        entries,
        "by number, in order, what is not there left out"
    );
    assert_eq!(store.entries_at(Region(R.0 + 1), &some).await.unwrap(), [], "of this region only");
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [0, 1, 2]);
    for entry in &entries {
        assert!(entry.body.starts_with(&format!("{{\"seq\":{},", entry.seq)));
        assert_eq!(entry.leaf, fadu_ledger::leaf_hash(entry.body.as_bytes()));
    }
    assert_eq!(store.entries_of(R, MatterId(1)).await.unwrap().len(), 2);
    assert_eq!(store.entries_of_day(R, "2025-03-03", 9).await.unwrap().len(), 3);
    assert_eq!(store.leaves(R, 1, 3).await.unwrap().len(), 2);
    assert_eq!(
        store.head(Region(1)).await.unwrap(),
        Head { next_seq: 0, epoch: 0 },
        "another region is another ledger"
    );
}

/// A repeated act is found by its key: on its matter by the trace, an opening one by its receipt.
async fn keys(store: &dyn Store) {
    let other = Region(R.0 + 7);
    let of = |id, expected, key| Append { region: other, ..append(id, expected, key, 0) };
    let Ok(Outcome::Done(opened)) = store.append(of(1, 0, Some("a"))).await else { panic!("opened") };
    let Ok(Outcome::Done(moved)) = store.append(of(1, 1, Some("b"))).await else { panic!("moved") };
    assert_eq!((moved.version, moved.seq), (2, 1));
    for (expected, key, done) in [(0, "a", opened), (1, "a", opened), (1, "b", moved), (2, "b", moved)] {
        let again = store.append(of(1, expected, Some(key))).await.unwrap();
        assert_eq!(again, Outcome::Replayed(done), "{key} at version {expected}");
    }
    assert_eq!(
        store.append(of(1, 1, Some("c"))).await.unwrap(),
        Outcome::Raced,
        "a new key at an old version"
    );
    assert!(
        matches!(store.append(of(2, 0, Some("b"))).await.unwrap(), Outcome::Done(_)),
        "a key is its matter's own"
    );
    for (matter, key, done) in [
        (None, "a", Some(opened)),
        (Some(1), "a", Some(opened)),
        (Some(1), "b", Some(moved)),
        (Some(1), "c", None),
        (Some(9), "a", None),
        (None, "c", None),
    ] {
        assert_eq!(
            store.done_before(other, matter.map(MatterId), key).await.unwrap(),
            done,
            "{matter:?} {key}"
        );
    }
    let seqs: Vec<i64> = store
        .entries_of(other, MatterId(1))
        .await
        .unwrap()
        .iter()
        .map(|entry| entry.seq)
        .collect();
    assert_eq!(seqs, [0, 1], "a matter's own entries, and no others");
}

async fn lists(store: &dyn Store) {
    let row = store.matter(R, MatterId(1)).await.unwrap().unwrap();
    assert_eq!((row.version, row.state.as_str(), row.closed), (2, "{\"v\":2}", false));
    assert_eq!(row.listed, "[2]");
    assert_eq!(store.matter(R, MatterId(77)).await.unwrap(), None);
    assert_eq!(store.by_facet(R, "number", "N1", 5).await.unwrap().len(), 1);
    for (span, n) in [((1, 1), 1), ((0, 9), 1), ((2, 9), 0), ((0, 0), 0)] {
        let span = (MatterId(span.0), MatterId(span.1));
        let found = store.by_facet_between(R, "number", "N1", span, 5).await.unwrap();
        assert_eq!(found.len(), n, "both ends are counted: {span:?}");
    }
    assert_eq!(store.all_of_kind(R, "case").await.unwrap().len(), 2);
    let query = TaskQuery {
        orgs: vec!["dept".into()],
        role: "officer",
        due_by: None,
        after: None,
        kinds: vec![],
        limit: 1,
    };
    let page = store.tasks(R, query.clone()).await.unwrap();
    assert_eq!(page.len(), 1);
    let after = Some((page[0].due.clone(), page[0].matter.id, page[0].task.clone()));
    let next = store.tasks(R, TaskQuery { after, ..query.clone() }).await.unwrap();
    assert_ne!(next[0].matter.id, page[0].matter.id, "pages do not repeat");
    for (kinds, n) in [(vec!["case", "item"], 1), (vec!["item"], 0)] {
        assert_eq!(
            store.tasks(R, TaskQuery { kinds, ..query.clone() }).await.unwrap().len(),
            n,
            "of these kinds only"
        );
    }
    let none = store
        .tasks(R, TaskQuery { due_by: Some("2025-03-30".into()), ..query })
        .await
        .unwrap();
    assert!(none.is_empty(), "not yet due");
    let counts = store.open_counts(R, "case", "2025-03-26").await.unwrap();
    assert_eq!((counts[0].open, counts[0].amber, counts[0].overdue), (2, 2, 0));
    for (org, limit, late) in [("", 9, 2), ("dept", 9, 2), ("dept", 1, 1), ("another", 9, 0)] {
        let found = store.overdue(R, "case", "2025-04-01", org, limit).await.unwrap();
        assert_eq!(found.len(), late, "{limit} of {org}");
    }
    assert_eq!(store.open_of_kind(R, "case", 9).await.unwrap().len(), 2);
    assert_eq!(store.open_of_kind(R, "case", 1).await.unwrap()[0].id, MatterId(1));
    assert_eq!(store.open_of_kind(R, "item", 9).await.unwrap(), []);
    let mut closing = append(1, 2, None, 1);
    closing.writes[0].closed = true;
    closing.writes[0].tasks_put.clear();
    closing.writes[0].tasks_gone = write(1, 2).tasks_put;
    closing.writes[0].facets_gone = vec![("number".into(), "N1".into())];
    closing.writes[0].facets_new.clear();
    assert!(matches!(store.append(closing).await.unwrap(), Outcome::Done(_)));
    assert!(store.by_facet(R, "number", "N1", 5).await.unwrap().is_empty());
    assert_eq!(store.open_counts(R, "case", "2025-03-26").await.unwrap()[0].open, 1);

    let other = Region(R.0 + 11);
    for (id, beyond) in [(1, true), (2, false)] {
        let mut one = Append { region: other, ..append(id, 0, None, 0) };
        one.writes[0].due = None;
        one.writes[0].amber = None;
        let clock = ("clock".to_owned(), "provisional".to_owned());
        one.writes[0].facets_new.extend(beyond.then_some(clock));
        assert!(matches!(store.append(one).await.unwrap(), Outcome::Done(_)));
    }
    let counts = store.open_counts(other, "case", "2025-03-26").await.unwrap();
    assert_eq!((counts[0].open, counts[0].provisional), (2, 1), "the other has no limit");
    tasks_of_many(store).await;
}

/// Matter and name of every task, page by page.
async fn pages_of(
    store: &dyn Store,
    region: Region,
    orgs: &[&str],
    kinds: &[&'static str],
    limit: u32,
) -> Vec<(i64, String)> {
    let mut query = TaskQuery {
        orgs: orgs.iter().map(|org| (*org).to_owned()).collect(),
        role: "officer",
        kinds: kinds.to_vec(),
        due_by: None,
        after: None,
        limit,
    };
    let mut all = Vec::new();
    loop {
        let page = store.tasks(region, query.clone()).await.unwrap();
        assert!(page.len() <= limit as usize);
        let Some(last) = page.last() else { return all };
        query.after = Some((last.due.clone(), last.matter.id, last.task.clone()));
        all.extend(page.into_iter().map(|row| (row.matter.id.0, row.task)));
    }
}

/// 几个单位的待办. One list by day, matter and name, whichever body has them; pages neither repeat nor skip.
async fn tasks_of_many(store: &dyn Store) {
    let region = Region(R.0 + 12);
    // (matter, kind, body, due day, task)
    let table = [
        (1, "case", "甲", "2025-03-05", "decide"),
        (2, "case", "乙", "2025-03-04", "decide"),
        (3, "item", "甲", "2025-03-04", "publish"),
        (4, "case", "丙", "2025-03-01", "decide"),
        (5, "case", "甲", "", "archive"),
        (6, "case", "乙", "2025-03-05", "decide"),
    ];
    for (id, kind, org, due, name) in table {
        let mut one = Append { region, ..append(id, 0, None, 0) };
        one.writes[0].kind = kind;
        one.writes[0].tasks_put =
            vec![TaskPut { name: name.into(), role: "officer", org: org.into(), due: due.into() }];
        if id == 1 {
            let second = TaskPut { name: "explain".into(), ..one.writes[0].tasks_put[0].clone() };
            one.writes[0].tasks_put.push(second);
        }
        assert!(matches!(store.append(one).await.unwrap(), Outcome::Done(_)));
    }
    let own =
        |rows: &[(i64, &str)]| rows.iter().map(|(id, task)| (*id, (*task).to_owned())).collect::<Vec<_>>();
    let both =
        own(&[(5, "archive"), (2, "decide"), (3, "publish"), (1, "decide"), (1, "explain"), (6, "decide")]);
    for limit in [1, 2, 4, 9] {
        assert_eq!(pages_of(store, region, &["甲", "乙"], &[], limit).await, both, "{limit} to a page");
    }
    let cases = own(&[(5, "archive"), (2, "decide"), (1, "decide"), (1, "explain"), (6, "decide")]);
    assert_eq!(pages_of(store, region, &["乙", "甲"], &["case"], 2).await, cases, "of these kinds only");
    assert_eq!(pages_of(store, region, &["丙"], &[], 2).await, own(&[(4, "decide")]));
    assert_eq!(pages_of(store, region, &[], &[], 2).await, own(&[]), "of no body");
}

async fn refusals(store: &dyn Store) {
    let row = |ms, matter: Option<i64>| RefusalRow {
        ms,
        day: "2025-03-03".into(),
        kind: "case".into(),
        act: "Decide".into(),
        matter: matter.map(MatterId),
        actor: "p".into(),
        role: "agency_head".into(),
        org: "dept".into(),
        rule: "SVC-01".into(),
        because: "还没有受理".into(),
    };
    let (opening, first, second) = (row(1, None), row(2, Some(1)), row(3, Some(1)));
    for row in [&opening, &first, &second, &second] {
        store.note_refusal(R, row.clone()).await.unwrap();
    }
    assert_eq!(
        store.refusals_of_day(R, "2025-03-03", 9).await.unwrap(),
        [second.clone(), first.clone(), opening],
        "the latest first, each once"
    );
    assert_eq!(store.refusals_of_day(R, "2025-03-04", 9).await.unwrap(), []);
    assert_eq!(store.refusals_of(R, MatterId(1), 9).await.unwrap(), [second.clone(), first]);
    assert_eq!(store.refusals_of(R, MatterId(1), 1).await.unwrap(), [second]);
    assert_eq!(store.refusals_of(Region(R.0 + 1), MatterId(1), 9).await.unwrap(), []);
}

async fn effects(store: &dyn Store) {
    let mut sending = append(3, 0, None, 1);
    sending.entries[0].effects = vec!["{\"to\":1}".into(), "{\"to\":2}".into()];
    assert!(matches!(store.append(sending).await.unwrap(), Outcome::Done(_)));
    let waiting = store.outbox(R, 9).await.unwrap();
    assert_eq!(waiting.iter().map(|row| row.n).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(waiting[1].effect, "{\"to\":2}");
    let seq = waiting[0].seq;
    store.outbox_failed(R, seq, 0, "try again").await.unwrap();
    let waiting = store.outbox(R, 9).await.unwrap();
    assert_eq!(
        waiting.iter().map(|row| (row.n, row.tries)).collect::<Vec<_>>(),
        [(1, 0), (0, 1)],
        "one that failed lets the others go first"
    );
    let mut carrying = append(4, 0, None, 1);
    carrying.carries_out = vec![(seq, 0)];
    assert!(matches!(store.append(carrying.clone()).await.unwrap(), Outcome::Done(_)));
    carrying.writes[0] = write(5, 0);
    assert_eq!(store.append(carrying).await.unwrap(), Outcome::CarriedOut, "an effect happens once");
    assert_eq!(store.matter(R, MatterId(5)).await.unwrap(), None);
    let mut both = append(8, 0, None, 1);
    both.carries_out = vec![(seq, 1), (seq, 0)];
    assert_eq!(store.append(both.clone()).await.unwrap(), Outcome::CarriedOut, "one of them happened before");
    assert_eq!(store.outbox(R, 9).await.unwrap().len(), 1, "the other one waits still");
    both.carries_out.pop();
    both.entries[0].effects = vec!["{\"to\":3}".into(), "{\"to\":4}".into(), "{\"to\":5}".into()];
    assert!(matches!(store.append(both).await.unwrap(), Outcome::Done(_)));
    let mut waiting: Vec<(i64, i64)> =
        store.outbox(R, 9).await.unwrap().iter().map(|row| (row.seq, row.n)).collect();
    let (seq, n) = waiting.pop().unwrap();
    store.outbox_settled(R, seq, n).await.unwrap();
    assert_eq!(store.outbox(R, 9).await.unwrap().len(), 2, "one for which nothing was left to do");
    let mut together = append(9, 0, None, 1);
    together.carries_out = waiting;
    assert!(matches!(store.append(together).await.unwrap(), Outcome::Done(_)));
    assert!(store.outbox(R, 9).await.unwrap().is_empty());
}

async fn personal_data(store: &dyn Store) {
    let who = |value: &str| ("who".to_owned(), value.to_owned());
    let mut other = append(7, 0, None, 1);
    other.writes[0].facets_new.push(who("b2"));
    store.append(other).await.unwrap();
    let mut act = append(6, 0, None, 1);
    act.writes[0].facets_new.extend([who("b1"), who("b2")]);
    act.person_keys = vec![("s1".into(), vec![1; 32])];
    act.private = vec![PrivatePut {
        matter: MatterId(6),
        field: "name".into(),
        subject: "s1".into(),
        sealed: vec![9; 40],
    }];
    store.append(act.clone()).await.unwrap();
    assert_eq!(store.private_of(R, MatterId(6)).await.unwrap().len(), 1);
    act.writes[0] = write(10, 0);
    act.person_keys[0].1 = vec![2; 32];
    assert_eq!(store.append(act).await.unwrap(), Outcome::KeyKnown, "the first key stays");
    assert_eq!(store.person_key(R, "s1").await.unwrap(), Some(vec![1; 32]));
    assert_eq!(store.matter(R, MatterId(10)).await.unwrap(), None);
    let about = store.matters_about(R, "s1").await.unwrap();
    assert_eq!(about.iter().map(|row| (row.id, row.version)).collect::<Vec<_>>(), [(MatterId(6), 1)]);
    assert!(store.matters_about(R, "s2").await.unwrap().is_empty());
    store.freeze_person(R, "s1", true).await.unwrap();
    assert_eq!(store.erase_person(R, "s1", false).await.unwrap(), None, "frozen: archives law keeps it");
    store.freeze_person(R, "s1", false).await.unwrap();
    let mut archiving = append(6, 1, None, 1);
    archiving.writes[0].status = ARCHIVED.into();
    store.append(archiving).await.unwrap();
    assert_eq!(store.erase_person(R, "s1", false).await.unwrap(), None, "archived is frozen by itself");
    assert_eq!(store.private_of(R, MatterId(6)).await.unwrap().len(), 1);
    assert_eq!(store.erase_person(R, "s1", true).await.unwrap(), Some(1));
    assert_eq!(store.person_key(R, "s1").await.unwrap(), None);
    assert!(store.private_of(R, MatterId(6)).await.unwrap().is_empty());
    assert!(store.by_facet(R, "who", "b1", 9).await.unwrap().is_empty(), "no longer found by name or number");
    let found = store.by_facet(R, "who", "b2", 9).await.unwrap();
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [MatterId(7)], "others' matters are");
    assert_eq!(store.by_facet(R, "number", "N6", 9).await.unwrap().len(), 1, "by what is nobody's it is too");

    // Sealed before the erasure, written after it.
    let late = |id: i64, key: u8| {
        let mut late = append(id, 0, None, 1);
        late.sealed_under = vec![("s1".into(), vec![key; 32])];
        late.private = vec![PrivatePut {
            matter: MatterId(id),
            field: "name".into(),
            subject: "s1".into(),
            sealed: vec![key; 40],
        }];
        late
    };
    assert_eq!(store.append(late(11, 1)).await.unwrap(), Outcome::KeyGone);
    assert_eq!(store.matter(R, MatterId(11)).await.unwrap(), None);
    assert!(store.private_of(R, MatterId(11)).await.unwrap().is_empty());
    let mut again = late(11, 3);
    again.person_keys = std::mem::take(&mut again.sealed_under);
    assert!(matches!(store.append(again).await.unwrap(), Outcome::Done(_)), "sealed again under a new key");
    assert_eq!(store.append(late(12, 1)).await.unwrap(), Outcome::KeyGone, "the new key opens nothing older");
    let mut reading = late(12, 1);
    reading.reads = vec![(MatterId(11), 1)];
    assert_eq!(store.append(reading).await.unwrap(), Outcome::KeyGone);
    assert!(matches!(store.append(late(12, 3)).await.unwrap(), Outcome::Done(_)));
}

async fn figures(store: &dyn Store) {
    let row = |seq: i64, day: &str, key: &str, quantity: i64| Contribution {
        name: "f".into(),
        part: 0,
        day: day.into(),
        seq,
        key: key.into(),
        quantity,
    };
    let moved = |from: i64, to: i64, definition: &str| CursorMove {
        name: "f".into(),
        from,
        to,
        definition: definition.into(),
    };
    let rows = vec![row(0, "2025-01-02", "a", 1), row(1, "2025-02-01", "b", 1), row(2, "2025-03-01", "a", 1)];
    store
        .put_contributions(R, rows.clone(), vec![moved(0, 3, "d1")], vec![])
        .await
        .unwrap();
    store.put_contributions(R, rows, vec![moved(0, 3, "d1")], vec![]).await.unwrap();
    let query = |to: &str, at_seq| FigureQuery {
        name: "f".into(),
        part: 0,
        from: "2025-01-01".into(),
        to: to.into(),
        at_seq,
    };
    assert_eq!(
        store.figure_sum(R, &query("2025-12-31", None)).await.unwrap(),
        Sum { n: 3, quantity: 3 },
        "put twice, counted once"
    );
    assert_eq!(store.figure_sum(R, &query("2025-02-28", None)).await.unwrap().n, 2);
    assert_eq!(
        store.figure_sum(R, &query("2025-12-31", Some(1))).await.unwrap().n,
        2,
        "as of a ledger number"
    );
    assert_eq!(store.figure_distinct(R, &query("2025-12-31", None)).await.unwrap(), 2);
    let by_key = store.figure_by_key(R, &query("2025-12-31", None)).await.unwrap();
    assert!(by_key.windows(2).all(|pair| pair[0].0 < pair[1].0), "{by_key:?}");
    let all = store.figure_sum(R, &query("2025-12-31", None)).await.unwrap();
    assert_eq!(by_key.iter().map(|(_, sum)| sum.n).sum::<i64>(), all.n);
    assert_eq!(by_key.iter().map(|(_, sum)| sum.quantity).sum::<i64>(), all.quantity);
    assert_eq!(store.figure_entries(R, &query("2025-12-31", None), 0, 9).await.unwrap().len(), 2);
    for (to, at_seq, last) in [
        ("2025-12-31", None, vec![1, 2]),
        ("2025-02-28", None, vec![0, 1]),
        ("2025-12-31", Some(1), vec![0, 1]),
        ("2025-01-02", None, vec![0]),
        ("2025-01-01", None, vec![]),
    ] {
        let told = store.figure_last(R, &query(to, at_seq)).await.unwrap();
        let told: Vec<i64> = told.iter().map(|row| row.seq).collect();
        assert_eq!(told, last, "of each key the last, to {to}, as of {at_seq:?}");
    }
    let year = query("2025-12-31", None);
    let nobody = FigureQuery { name: "g".into(), ..year.clone() };
    let whole = FigureQuery { part: 1, ..year.clone() };
    for asked in [
        vec![],
        vec![nobody.clone(), year.clone(), query("2025-02-28", None), whole.clone()],
        vec![year.clone(), query("2025-12-31", Some(1)), nobody, query("2025-02-28", Some(0)), whole, year],
    ] {
        let (mut sums, mut distincts) = (Vec::new(), Vec::new());
        for query in &asked {
            sums.push(store.figure_sum(R, query).await.unwrap());
            distincts.push(store.figure_distinct(R, query).await.unwrap());
        }
        assert_eq!(store.figure_sums(R, &asked).await.unwrap(), sums, "as each alone: {asked:?}");
        assert_eq!(store.figure_distincts(R, &asked).await.unwrap(), distincts, "as each alone: {asked:?}");
        let elsewhere = store.figure_sums(Region(R.0 + 11), &asked).await.unwrap();
        assert_eq!(elsewhere, vec![Sum::default(); asked.len()], "each region counts for itself");
    }
    assert_eq!(store.figure_cursor(R, "f").await.unwrap(), Some((3, "d1".into())));
    assert_eq!(store.figure_cursors(R).await.unwrap(), [("f".to_owned(), 3)]);
    assert_eq!(store.figure_cursors(Region(R.0 + 11)).await.unwrap(), [], "each region counts for itself");
    for (what, by, stands) in [
        ("over a gap", moved(4, 9, "d1"), Some(3)),
        ("by another definition", moved(3, 9, "d2"), Some(3)),
        ("from where it stands", moved(3, 5, "d1"), Some(5)),
        ("over what was counted already", moved(2, 6, "d1"), Some(6)),
    ] {
        store.put_contributions(R, vec![], vec![by], vec![]).await.unwrap();
        let cursor = store.figure_cursor(R, "f").await.unwrap();
        assert_eq!(cursor, stands.map(|seq| (seq, "d1".into())), "{what}");
    }
    store.put_contributions(R, vec![], vec![], vec!["f".into()]).await.unwrap();
    assert_eq!(store.figure_cursor(R, "f").await.unwrap(), None);
    store
        .put_contributions(R, vec![], vec![moved(6, 9, "d1")], vec![])
        .await
        .unwrap();
    assert_eq!(
        store.figure_cursor(R, "f").await.unwrap(),
        None,
        "what was forgotten is counted from the start"
    );
    assert_eq!(store.figure_sum(R, &query("2025-12-31", None)).await.unwrap(), Sum::default());
}

async fn checkpoints(store: &dyn Store) {
    assert_eq!(store.last_checkpoint(R).await.unwrap(), None);
    // The last is of a program that read the ledger before the second and signed after it.
    for size in [2, 5, 3] {
        let row = CheckpointRow { size, note: format!("note {size}"), frontier: vec![1, 2] };
        let hashes = vec![size as u8; 32 * size as usize];
        store.put_checkpoint(R, row, vec![(0, 0, hashes)]).await.unwrap();
    }
    assert_eq!(store.last_checkpoint(R).await.unwrap().unwrap().size, 5);
    assert_eq!(store.checkpoints(R).await.unwrap().len(), 3);
    assert_eq!(store.tile(R, 0, 0).await.unwrap(), Some(vec![5; 160]), "a tile only grows");
    assert_eq!(store.tile(R, 1, 0).await.unwrap(), None);
}

async fn small_tables(store: &dyn Store) {
    store.put_account(R, "w1", "{}").await.unwrap();
    store.put_account(R, "w1", "{\"x\":1}").await.unwrap();
    assert_eq!(store.account(R, "w1").await.unwrap().as_deref(), Some("{\"x\":1}"));
    assert_eq!(store.accounts(R).await.unwrap().len(), 1);
    store.put_session(R, "s", "{}", 100).await.unwrap();
    assert!(store.session(R, "s", 99).await.unwrap().is_some());
    assert!(store.session(R, "s", 100).await.unwrap().is_none(), "expired");
    store.delete_session(R, "s").await.unwrap();
    assert!(store.session(R, "s", 1).await.unwrap().is_none());
    store.put_blob(R, "d", "application/pdf", vec![1, 2, 3]).await.unwrap();
    assert_eq!(store.blob(R, "d").await.unwrap(), Some(("application/pdf".into(), vec![1, 2, 3])));
    store.put_blob(R, "d", "text/plain", vec![4]).await.unwrap();
    assert_eq!(store.blob(R, "d").await.unwrap(), Some(("text/plain".into(), vec![4])), "a name of its own");
    let texts = vec![
        ("a#1".into(), "第一条".into(), "行政 许可 设定".into()),
        ("a#2".into(), "第二条".into(), "行政 机关 申请".into()),
    ];
    store.put_text(R, "article", texts).await.unwrap();
    let hits = store
        .search_text(R, "article", &["行政".into(), "许可".into()], 9)
        .await
        .unwrap();
    assert_eq!(hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(), ["a#1"]);
    assert!(
        store
            .search_text(R, "article", &["\" OR 1".into()], 9)
            .await
            .unwrap()
            .is_empty(),
        "a reader's text is never syntax"
    );
}

async fn many_at_once(store: &dyn Store) {
    let before = store.head(R).await.unwrap().next_seq;
    let acts = (0..200).map(|i| store.append(append(1000 + i % 100, 0, None, 1)));
    let outcomes = futures_join(acts.collect()).await;
    let done: Vec<i64> = outcomes
        .iter()
        .filter_map(|outcome| if let Outcome::Done(done) = outcome { Some(done.seq) } else { None })
        .collect();
    assert_eq!(done.len(), 100, "of two that open the same matter one wins");
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Raced).count(), 100);
    let mut seqs = done;
    seqs.sort_unstable();
    assert_eq!(seqs, (before..before + 100).collect::<Vec<_>>(), "ledger numbers have no gap and no twin");
}

type Pending<'a> = std::pin::Pin<Box<dyn Future<Output = Result<Outcome, Fault>> + Send + 'a>>;

/// Polls all of them together, so that they meet in one batch.
async fn futures_join(mut futures: Vec<Pending<'_>>) -> Vec<Outcome> {
    let mut answers: Vec<Option<Outcome>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut pending = false;
        for (future, answer) in futures.iter_mut().zip(&mut answers) {
            if answer.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(outcome) => *answer = Some(outcome.unwrap()),
                    std::task::Poll::Pending => pending = true,
                }
            }
        }
        if pending { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    answers.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn sqlite_keeps_the_contract() {
        let folder = tempfile::tempdir().unwrap();
        let store = crate::Sqlite::open(&folder.path().join("fadu.db")).unwrap();
        super::run(&*store).await;
    }

    #[tokio::test]
    async fn postgres_keeps_the_contract() {
        crate::postgres::tests::with_database(async |url: String| {
            let store = crate::Postgres::connect(&url).await.unwrap();
            super::run(&*store).await;
        })
        .await;
    }
}
