//! 写入者。 One connection, one batch at a time: lock the head, read once, decide in memory, one statement a table.

use super::*;

/// The one connection acts are written through, and when to try again after it was lost.
pub(super) struct Writer {
    pub config: Config,
    pub client: Option<ClientWrapper>,
    pub retry_at: Instant,
    pub pause: Duration,
}

impl Writer {
    pub async fn client(&mut self) -> Result<&ClientWrapper, Fault> {
        if self.client.as_ref().is_some_and(|client| client.is_closed()) {
            self.client = None;
        }
        if self.client.is_none() {
            if Instant::now() < self.retry_at {
                return Err(Fault::CannotWrite("the connection to the database was lost".to_owned()));
            }
            match self.open().await {
                Ok(client) => (self.client, self.pause) = (Some(client), FIRST_PAUSE),
                Err(error) => {
                    tracing::warn!(%error, "the database cannot be reached for writing");
                    self.retry_at = Instant::now() + self.pause;
                    self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                    return Err(error);
                }
            }
        }
        self.client.as_ref().ok_or(Fault::Stopped)
    }

    async fn open(&self) -> Result<ClientWrapper, Fault> {
        let (client, connection) = self.config.connect(NoTls).await.map_err(fault)?;
        let task = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(error = describe(&error), "the writer's connection to the database ended");
            }
        });
        let client = ClientWrapper::new(client, task);
        check_durable(&client).await?;
        // Prepared beforehand, so that the statements of a batch go out back to back in the order written.
        for (_, sql) in act_path_sql() {
            client.prepare_cached(sql).await.map_err(fault)?;
        }
        Ok(client)
    }

    /// Answers every job. One bad job never fails the others: a batch that fails is done again one by one.
    pub async fn settle(&mut self, jobs: Vec<Job>) {
        let error = match self.commit(&jobs).await {
            Ok(outcomes) => {
                return jobs.into_iter().zip(outcomes).for_each(|(job, outcome)| job.answer(outcome));
            }
            Err(error) => error,
        };
        if self.client.is_none() {
            jobs.into_iter().for_each(|job| job.answer(Err(error.clone())));
        } else if jobs.len() == 1 {
            tracing::warn!(%error, "an act could not be written");
            let mut error = Some(error);
            jobs.into_iter()
                .for_each(|job| job.answer(Err(error.take().unwrap_or(Fault::Stopped))));
        } else {
            tracing::warn!(%error, acts = jobs.len(), "a batch failed; its acts are tried one by one");
            for job in jobs {
                Box::pin(self.settle(vec![job])).await;
            }
        }
    }

    /// After a failure `client` is `None` unless the transaction is known to be undone.
    async fn commit(&mut self, jobs: &[Job]) -> Result<Vec<Result<Outcome, Fault>>, Fault> {
        let client = self.client().await?;
        let (error, undone) = match timeout(COMMIT_WITHIN, commit_group(client, jobs)).await {
            Ok(Ok(outcomes)) => return Ok(outcomes),
            Ok(Err(error)) => {
                (error, matches!(timeout(CONNECT_WITHIN, client.batch_execute("rollback")).await, Ok(Ok(()))))
            }
            Err(_) => (Fault::CannotWrite("the database took too long to commit".to_owned()), false),
        };
        if !undone {
            self.client = None;
            // A caller that repeats its key learns it.
            return Err(Fault::InDoubt(error.to_string()));
        }
        Err(error)
    }
}

impl Job {
    /// The receiver may have gone away; what is durable stays durable.
    fn answer(self, outcome: Result<Outcome, Fault>) {
        let _ = self.reply.send(outcome);
    }
}

/// While one batch commits, the next gathers.
pub(super) async fn write_loop(mut writer: Writer, mut queue: mpsc::UnboundedReceiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let mut regions: BTreeMap<Region, Vec<Job>> = BTreeMap::new();
        for job in batch.drain(..) {
            regions.entry(job.append.region).or_default().push(job);
        }
        for jobs in regions.into_values() {
            writer.settle(jobs).await;
        }
    }
}

/// One transaction for acts of one region. Nobody hears of success before the commit returned.
async fn commit_group(client: &ClientWrapper, jobs: &[Job]) -> Result<Vec<Result<Outcome, Fault>>, Fault> {
    let Some(region) = jobs.first().map(|job| job.append.region.0) else { return Ok(Vec::new()) };
    let mut ledger = lock_ledger(client, region, jobs).await?;
    let mut changes = Changes::default();
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        let outcome = ledger.decide(&job.append);
        if let Ok(Outcome::Done(done)) = &outcome {
            changes.take(&job.append, done);
        }
        outcomes.push(outcome);
    }
    if changes.matters.is_empty() {
        client.batch_execute("rollback").await.map_err(fault)?;
        return Ok(outcomes);
    }
    changes.write(client, region, ledger.head).await?;
    client.batch_execute("commit").await.map_err(fault)?;
    Ok(outcomes)
}

/// What the acts of a batch are decided on; current, and the writer's alone, while the head is locked.
#[derive(Debug)]
struct Ledger {
    head: Head,
    /// By key: acts that opened a matter, and acts of this batch.
    receipts: HashMap<String, Done>,
    versions: HashMap<i64, i64>,
    /// Of matters on which acts with a key are asked for.
    traces: HashMap<i64, String>,
    effects: HashSet<(i64, i64)>,
    /// The keys of those for whom acts bring one or are sealed under one.
    keyed: HashMap<String, Vec<u8>>,
}

/// Begins the transaction. The reads go out behind the lock in one round trip: the server runs them in order
/// and, in `read committed`, each sees what was committed before it began, so all that earlier holders wrote.
async fn lock_ledger(client: &ClientWrapper, region: i32, jobs: &[Job]) -> Result<Ledger, Fault> {
    let acts = || jobs.iter().map(|job| &*job.append);
    let opens = |act: &Append| act.writes.first().is_some_and(|main| main.expected == 0);
    let keys: Vec<&str> = acts().filter(|act| opens(act)).filter_map(|act| act.key.as_deref()).collect();
    let keyed_on: Vec<i64> = acts()
        .filter(|act| act.key.is_some() && !opens(act))
        .filter_map(|act| act.writes.first().map(|main| main.id.0))
        .collect();
    let effects: Vec<(i64, i64)> = acts().flat_map(|act| act.carries_out.iter().copied()).collect();
    let people: Vec<&str> = acts()
        .flat_map(|act| act.person_keys.iter().chain(&act.sealed_under))
        .map(|(subject, _)| subject.as_str())
        .collect();
    let ids: HashSet<i64> = acts()
        .flat_map(|act| {
            act.reads
                .iter()
                .map(|read| read.0.0)
                .chain(act.writes.iter().map(|write| write.id.0))
        })
        .collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let (seqs, ns) = (column(&effects, |effect| effect.0), column(&effects, |effect| effect.1));
    let (here, keyed, named, sent, new): (Parameters, Parameters, Parameters, Parameters, Parameters) = (
        &[&region],
        &[&region, &keys],
        &[&region, &ids, &keyed_on],
        &[&region, &seqs, &ns],
        &[&region, &people],
    );
    loop {
        let (_, head, receipts, versions, effects, keyed) = tokio::try_join!(
            biased;
            client.batch_execute("begin isolation level read committed"),
            query(client, LOCK_HEAD, here),
            query_unless(keys.is_empty(), client, RECEIPTS, keyed),
            query_unless(ids.is_empty(), client, VERSIONS, named),
            query_unless(seqs.is_empty(), client, EFFECTS, sent),
            query_unless(people.is_empty(), client, KEYED, new),
        )
        .map_err(fault)?;
        let Some(head) = head.first() else {
            // The region's first act: there was no row to lock, so what was read is worth nothing.
            client.batch_execute("rollback").await.map_err(fault)?;
            execute(client, OPEN_HEAD, here).await.map_err(fault)?;
            continue;
        };
        let receipt = |row: &Row| Ok((get(row, 4)?, done_row(row)?));
        return Ok(Ledger {
            head: head_row(head)?,
            receipts: receipts.iter().map(receipt).collect::<Result<_, Fault>>()?,
            versions: versions.iter().map(pair).collect::<Result<_, Fault>>()?,
            traces: versions
                .iter()
                .filter_map(|row| Some((get(row, 0), get::<Option<String>>(row, 2).transpose()?)))
                .map(|(id, trace)| Ok((id?, trace?)))
                .collect::<Result<_, Fault>>()?,
            effects: effects.iter().map(pair).collect::<Result<_, Fault>>()?,
            keyed: keyed.iter().map(pair).collect::<Result<_, Fault>>()?,
        });
    }
}

impl Ledger {
    /// The same questions in the same order as the embedded engine asks. An act that is done counts for the
    /// next one of the batch.
    fn decide(&mut self, act: &Append) -> Result<Outcome, Fault> {
        let Some(main) = act.writes.first() else {
            return Err(Fault::Engine("an act must write a matter".to_owned()));
        };
        if let Some(key) = &act.key {
            if let Some(done) = self.receipts.get(key) {
                return Ok(Outcome::Replayed(*done));
            }
            let trace = self.traces.get(&main.id.0).map_or("", String::as_str);
            if let Some(done) = trace::done(trace, main.id, key)? {
                return Ok(Outcome::Replayed(done));
            }
        }
        if self.head.epoch != act.epoch {
            return Ok(Outcome::EpochMoved);
        }
        if act.carries_out.iter().any(|effect| !self.effects.contains(effect)) {
            return Ok(Outcome::CarriedOut);
        }
        let current = |id: MatterId| self.versions.get(&id.0).copied().unwrap_or(0);
        let mut known = act
            .reads
            .iter()
            .copied()
            .chain(act.writes.iter().map(|write| (write.id, write.expected)));
        if known.any(|(id, version)| current(id) != version) {
            if !act.carries_out.is_empty() {
                return Err(Fault::Engine(
                    "an outbox effect lost a race; it stays for the next run".to_owned(),
                ));
            }
            return Ok(Outcome::Raced);
        }
        if act.person_keys.iter().any(|(subject, _)| self.keyed.contains_key(subject)) {
            return Ok(Outcome::KeyKnown);
        }
        if act
            .sealed_under
            .iter()
            .any(|(subject, key)| self.keyed.get(subject) != Some(key))
        {
            return Ok(Outcome::KeyGone);
        }
        let done = Done {
            matter: main.id,
            version: main.version,
            seq: self.head.next_seq,
            entries: act.entries.len() as i64,
        };
        self.head.next_seq += done.entries;
        self.head.epoch += i64::from(act.raises_epoch);
        self.versions.extend(act.writes.iter().map(|write| (write.id.0, write.version)));
        self.receipts.extend(act.key.clone().map(|key| (key, done)));
        self.keyed.extend(act.person_keys.iter().cloned());
        for effect in &act.carries_out {
            self.effects.remove(effect);
        }
        Ok(Outcome::Done(done))
    }
}

/// All that the acts of a batch leave behind, one row a key: where two acts write the same row, the later wins.
#[derive(Default)]
struct Changes<'a> {
    entries: Vec<EntryPut<'a>>,
    matters: BTreeMap<i64, MatterPut<'a>>,
    /// Present or gone afterwards.
    facets: BTreeMap<(&'a str, &'a str, i64), bool>,
    tasks: BTreeMap<TaskKey<'a>, bool>,
    person_keys: Vec<(&'a str, &'a [u8])>,
    private: BTreeMap<(i64, &'a str), &'a PrivatePut>,
    receipts: Vec<(&'a str, Done)>,
    carried_out: Vec<(i64, i64)>,
}

struct EntryPut<'a> {
    seq: i64,
    entry: &'a NewEntry,
    body: String,
    leaf: [u8; 32],
}

/// Body, role, due day, matter and name: all there is of a task.
type TaskKey<'a> = (&'a str, &'static str, &'a str, i64, &'a str);

fn task_key(matter: i64, task: &TaskPut) -> TaskKey<'_> {
    (&task.org, task.role, &task.due, matter, &task.name)
}

/// A matter as the first act of the batch found it and as the last one leaves it.
struct MatterPut<'a> {
    first: &'a MatterWrite,
    last: &'a MatterWrite,
    trace: String,
}

impl<'a> Changes<'a> {
    fn take(&mut self, act: &'a Append, done: &Done) {
        for (seq, entry) in (done.seq..).zip(&act.entries) {
            let (body, leaf) = finish_entry(seq, &entry.tail);
            self.entries.push(EntryPut { seq, entry, body, leaf });
        }
        for write in &act.writes {
            let id = write.id.0;
            let put = self.matters.entry(id).or_insert(MatterPut {
                first: write,
                last: write,
                trace: String::new(),
            });
            put.last = write;
            put.trace.push_str(&trace::token(act, write.id, done.seq));
            self.facets.extend(
                write
                    .facets_gone
                    .iter()
                    .map(|(name, value)| ((name.as_str(), value.as_str(), id), false)),
            );
            self.facets.extend(
                write
                    .facets_new
                    .iter()
                    .map(|(name, value)| ((name.as_str(), value.as_str(), id), true)),
            );
            self.tasks
                .extend(write.tasks_gone.iter().map(|task| (task_key(id, task), false)));
            self.tasks.extend(write.tasks_put.iter().map(|task| (task_key(id, task), true)));
        }
        self.person_keys
            .extend(act.person_keys.iter().map(|(subject, key)| (subject.as_str(), key.as_slice())));
        self.private
            .extend(act.private.iter().map(|row| ((row.matter.0, row.field.as_str()), row)));
        let opens = act.writes.first().is_some_and(|main| main.expected == 0);
        self.receipts
            .extend(act.key.as_deref().filter(|_| opens).map(|key| (key, *done)));
        self.carried_out.extend(&act.carries_out);
    }

    /// The statements go out back to back and are answered together; they touch different rows.
    async fn write(&self, client: &ClientWrapper, region: i32, head: Head) -> Result<(), Fault> {
        let (opened, moved): (Vec<_>, Vec<_>) =
            self.matters.values().partition(|put| put.first.expected == 0);
        let saved: Parameters = &[&region, &head.next_seq, &head.epoch];
        let (_, _, _, updated, _, _, _, _, _, taken, _) = tokio::try_join!(
            biased;
            execute(client, SAVE_HEAD, saved),
            self.write_entries(client, region),
            open_matters(client, region, &opened),
            move_matters(client, region, &moved),
            self.write_facets(client, region),
            self.write_tasks(client, region),
            self.write_person_keys(client, region),
            self.write_private(client, region),
            self.write_receipts(client, region),
            self.take_effects(client, region),
            self.put_effects(client, region),
        )
        .map_err(fault)?;
        // Cannot be while every writer takes the head first; a hand at the database ends here, not in a wrong success.
        if updated != moved.len() as u64 || taken != self.carried_out.len() as u64 {
            return Err(Fault::Engine(
                "a matter or an effect moved although the region was locked".to_owned(),
            ));
        }
        Ok(())
    }

    async fn write_entries(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows = &self.entries;
        let parameters: Parameters = &[
            &region,
            &column(rows, |row| row.seq),
            &column(rows, |row| row.entry.matter.0),
            &column(rows, |row| row.entry.kind),
            &column(rows, |row| row.entry.fact),
            &column(rows, |row| row.entry.day.as_str()),
            &column(rows, |row| row.entry.ms),
            &column(rows, |row| row.entry.actor.as_str()),
            &column(rows, |row| &row.leaf[..]),
            &column(rows, |row| row.body.as_str()),
        ];
        execute_unless(rows.is_empty(), client, PUT_ENTRIES, parameters).await
    }

    async fn write_facets(&self, client: &ClientWrapper, region: i32) -> Answer<()> {
        let (put, gone): (Vec<_>, Vec<_>) = self.facets.iter().partition(|(_, present)| **present);
        let gone_parameters: Parameters = &[
            &region,
            &column(&gone, |row| row.0.0),
            &column(&gone, |row| row.0.1),
            &column(&gone, |row| row.0.2),
        ];
        let put_parameters: Parameters = &[
            &region,
            &column(&put, |row| row.0.0),
            &column(&put, |row| row.0.1),
            &column(&put, |row| row.0.2),
        ];
        tokio::try_join!(
            execute_unless(gone.is_empty(), client, DROP_FACETS, gone_parameters),
            execute_unless(put.is_empty(), client, PUT_FACETS, put_parameters),
        )
        .map(drop)
    }

    async fn write_tasks(&self, client: &ClientWrapper, region: i32) -> Answer<()> {
        let (put, gone): (Vec<_>, Vec<_>) = self.tasks.iter().partition(|(_, present)| **present);
        tokio::try_join!(
            task_rows(client, DROP_TASKS, region, &gone),
            task_rows(client, PUT_TASKS, region, &put)
        )
        .map(drop)
    }

    async fn write_person_keys(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows = &self.person_keys;
        let parameters: Parameters = &[&region, &column(rows, |row| row.0), &column(rows, |row| row.1)];
        execute_unless(rows.is_empty(), client, PUT_PERSON_KEYS, parameters).await
    }

    async fn write_private(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows: Vec<_> = self.private.values().collect();
        let parameters: Parameters = &[
            &region,
            &column(&rows, |row| row.matter.0),
            &column(&rows, |row| row.field.as_str()),
            &column(&rows, |row| row.subject.as_str()),
            &column(&rows, |row| row.sealed.as_slice()),
        ];
        execute_unless(rows.is_empty(), client, PUT_PRIVATE, parameters).await
    }

    async fn write_receipts(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows = &self.receipts;
        let parameters: Parameters = &[
            &region,
            &column(rows, |row| row.0),
            &column(rows, |row| row.1.matter.0),
            &column(rows, |row| row.1.version),
            &column(rows, |row| row.1.seq),
            &column(rows, |row| row.1.entries),
        ];
        execute_unless(rows.is_empty(), client, PUT_RECEIPTS, parameters).await
    }

    async fn take_effects(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows = &self.carried_out;
        let parameters: Parameters = &[&region, &column(rows, |row| row.0), &column(rows, |row| row.1)];
        execute_unless(rows.is_empty(), client, TAKE_EFFECTS, parameters).await
    }

    async fn put_effects(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows: Vec<(i64, i64, &str)> = self
            .entries
            .iter()
            .flat_map(|row| (0..).zip(&row.entry.effects).map(|(n, effect)| (row.seq, n, effect.as_str())))
            .collect();
        let parameters: Parameters =
            &[&region, &column(&rows, |row| row.0), &column(&rows, |row| row.1), &column(&rows, |row| row.2)];
        execute_unless(rows.is_empty(), client, PUT_EFFECTS, parameters).await
    }
}

async fn task_rows(
    client: &ClientWrapper,
    sql: &str,
    region: i32,
    rows: &[(&TaskKey<'_>, &bool)],
) -> Answer<u64> {
    let parameters: Parameters = &[
        &region,
        &column(rows, |row| row.0.0),
        &column(rows, |row| row.0.1),
        &column(rows, |row| row.0.2),
        &column(rows, |row| row.0.3),
        &column(rows, |row| row.0.4),
    ];
    execute_unless(rows.is_empty(), client, sql, parameters).await
}

async fn open_matters(client: &ClientWrapper, region: i32, rows: &[&MatterPut<'_>]) -> Answer<u64> {
    let parameters: Parameters = &[
        &region,
        &column(rows, |row| row.first.id.0),
        &column(rows, |row| row.first.kind),
        &column(rows, |row| row.last.version),
        &column(rows, |row| row.last.number.as_str()),
        &column(rows, |row| row.last.title.as_str()),
        &column(rows, |row| row.last.status.as_str()),
        &column(rows, |row| row.last.org.as_str()),
        &column(rows, |row| row.last.due.as_deref()),
        &column(rows, |row| row.last.amber.as_deref()),
        &column(rows, |row| row.last.closed),
        &column(rows, |row| row.first.opened_day.as_str()),
        &column(rows, |row| row.last.state.as_str()),
        &column(rows, |row| row.trace.as_str()),
        &column(rows, |row| row.last.listed.as_str()),
    ];
    execute_unless(rows.is_empty(), client, OPEN_MATTERS, parameters).await
}

async fn move_matters(client: &ClientWrapper, region: i32, rows: &[&MatterPut<'_>]) -> Answer<u64> {
    let parameters: Parameters = &[
        &region,
        &column(rows, |row| row.first.id.0),
        &column(rows, |row| row.first.expected),
        &column(rows, |row| row.last.version),
        &column(rows, |row| row.last.number.as_str()),
        &column(rows, |row| row.last.title.as_str()),
        &column(rows, |row| row.last.status.as_str()),
        &column(rows, |row| row.last.org.as_str()),
        &column(rows, |row| row.last.due.as_deref()),
        &column(rows, |row| row.last.amber.as_deref()),
        &column(rows, |row| row.last.closed),
        &column(rows, |row| row.last.state.as_str()),
        &column(rows, |row| row.trace.as_str()),
        &column(rows, |row| row.last.listed.as_str()),
    ];
    execute_unless(rows.is_empty(), client, MOVE_MATTERS, parameters).await
}

const LOCK_HEAD: &str = "select next_seq, epoch from head where region = $1 for update";
const OPEN_HEAD: &str = "insert into head (region, next_seq, epoch) values ($1, 0, 0) on conflict do nothing";
const RECEIPTS: &str =
    "select matter, version, seq, entries, key from receipt where region = $1 and key = any($2)";
const VERSIONS: &str = "select id, version, case when id = any($3) then trace end from matter where region = $1 and id = any($2)";
const EFFECTS: &str = "select o.seq, o.n from outbox o join unnest($2::bigint[], $3::bigint[]) as u (seq, n) on o.seq = u.seq and o.n = u.n where o.region = $1";
/// Locked: an erasure takes no lock of the head, and waits here until the values sealed under the key are there to be erased.
const KEYED: &str =
    "select subject, key from person_key where region = $1 and subject = any($2) for key share";
const SAVE_HEAD: &str = "update head set next_seq = $2, epoch = $3 where region = $1";
const PUT_ENTRIES: &str = "insert into entry (region, seq, matter, kind, fact, day, ms, actor, leaf, body)
    select $1, u.* from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::bytea[], $10::text[]) as u";
const OPEN_MATTERS: &str = "insert into matter (region, id, kind, version, number, title, status, org, due, amber, closed, opened_day, state, trace, listed)
    select $1, u.* from unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::boolean[], $12::text[], $13::text[], $14::text[], $15::text[]) as u";
const MOVE_MATTERS: &str = "update matter m
    set version = u.version, number = u.number, title = u.title, status = u.status, org = u.org, due = u.due, amber = u.amber, closed = u.closed, state = u.state, trace = coalesce(m.trace, '') || u.trace, listed = u.listed
    from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::boolean[], $12::text[], $13::text[], $14::text[])
        as u (id, expected, version, number, title, status, org, due, amber, closed, state, trace, listed)
    where m.region = $1 and m.id = any($2) and m.id = u.id and m.version = u.expected";
/// Rows are found one by one before they are deleted: joined with their keys, the planner may read the whole region.
const DROP_FACETS: &str = "delete from facet where region = $1 and ctid = any(array(
    select one.at from unnest($2::text[], $3::text[], $4::bigint[]) as u (name, value, matter) cross join lateral
        (select f.ctid as at from facet f where f.region = $1 and f.name = u.name and f.value = u.value and f.matter = u.matter limit 1) one))";
const PUT_FACETS: &str = "insert into facet (region, name, value, matter)
    select $1, u.* from unnest($2::text[], $3::text[], $4::bigint[]) as u on conflict do nothing";
const DROP_TASKS: &str = "delete from task where region = $1 and ctid = any(array(
    select one.at from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[]) as u (org, role, due, matter, name) cross join lateral
        (select t.ctid as at from task t
         where t.region = $1 and t.org = u.org and t.role = u.role and t.due = u.due and t.matter = u.matter and t.name = u.name limit 1) one))";
const PUT_TASKS: &str = "insert into task (region, org, role, due, matter, name)
    select $1, u.* from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[]) as u on conflict do nothing";
const PUT_PERSON_KEYS: &str =
    "insert into person_key (region, subject, key) select $1, u.* from unnest($2::text[], $3::bytea[]) as u";
const PUT_PRIVATE: &str = "insert into private (region, matter, field, subject, sealed)
    select $1, u.* from unnest($2::bigint[], $3::text[], $4::text[], $5::bytea[]) as u
    on conflict (region, matter, field) do update set subject = excluded.subject, sealed = excluded.sealed";
const PUT_RECEIPTS: &str = "insert into receipt (region, key, matter, version, seq, entries)
    select $1, u.* from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) as u";
const TAKE_EFFECTS: &str = "delete from outbox o using unnest($2::bigint[], $3::bigint[]) as u (seq, n)
    where o.region = $1 and o.seq = u.seq and o.n = u.n";
const PUT_EFFECTS: &str = "insert into outbox (region, seq, n, effect) select $1, u.* from unnest($2::bigint[], $3::bigint[], $4::text[]) as u";

/// Every statement of the append path by name, in the order it is sent.
pub(super) fn act_path_sql() -> Vec<(&'static str, &'static str)> {
    vec![
        ("lock_head", LOCK_HEAD),
        ("open_head", OPEN_HEAD),
        ("receipts", RECEIPTS),
        ("versions", VERSIONS),
        ("effects", EFFECTS),
        ("keyed", KEYED),
        ("save_head", SAVE_HEAD),
        ("put_entries", PUT_ENTRIES),
        ("open_matters", OPEN_MATTERS),
        ("move_matters", MOVE_MATTERS),
        ("drop_facets", DROP_FACETS),
        ("put_facets", PUT_FACETS),
        ("drop_tasks", DROP_TASKS),
        ("put_tasks", PUT_TASKS),
        ("put_person_keys", PUT_PERSON_KEYS),
        ("put_private", PUT_PRIVATE),
        ("put_receipts", PUT_RECEIPTS),
        ("take_effects", TAKE_EFFECTS),
        ("put_effects", PUT_EFFECTS),
    ]
}
