//! 写入者。 One thread, many acts under one commit, each judged before its first row.

use super::*;

pub(super) fn write_loop(connection: Connection, mut queue: mpsc::UnboundedReceiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(first) = queue.blocking_recv() {
        batch.push(first);
        while batch.len() < BATCH {
            match queue.try_recv() {
                Ok(job) => batch.push(job),
                Err(_) => break,
            }
        }
        run_batch(&connection, &mut batch);
    }
    // Best effort: an orderly stop leaves one file behind instead of three.
    let _ = connection.execute_batch("pragma wal_checkpoint(TRUNCATE)");
}

/// Acts under one commit, then whatever is rarer under another.
fn run_batch(connection: &Connection, batch: &mut Vec<Job>) {
    let (mut acts, mut others) = (Vec::with_capacity(batch.len()), Vec::new());
    for job in batch.drain(..) {
        match job {
            Job::Append(append, reply) => acts.push((append, reply)),
            Job::Other(write, reply) => others.push((write, reply)),
        }
    }
    if !acts.is_empty() {
        settle(connection, acts);
    }
    if !others.is_empty() {
        run_others(connection, others);
    }
}

type ActJob = (Box<Append>, oneshot::Sender<Settled>);

/// Answers every act. An act that lost a race is found out by its first rows, which leave nothing behind, so no
/// savepoint is needed: one would copy every page an act touches. If a row itself cannot be written the batch is
/// undone and its acts are done again one by one, so that one bad act never fails the others.
fn settle(connection: &Connection, acts: Vec<ActJob>) {
    let outcomes = transaction(connection, |c| {
        let mut heads = Heads::default();
        let outcomes = acts
            .iter()
            .map(|(act, _)| write_append(c, &mut heads, act))
            .collect::<Result<Vec<_>, Fault>>()?;
        heads.save(c)?;
        Ok(outcomes)
    });
    match outcomes {
        Ok(outcomes) => {
            for ((act, reply), outcome) in acts.into_iter().zip(outcomes) {
                // The receiver may have gone away; what is durable stays durable.
                let _ = reply.send((outcome, act));
            }
        }
        Err(Fault::Engine(error)) if acts.len() > 1 => {
            tracing::warn!(error, acts = acts.len(), "a batch failed; its acts are tried one by one");
            acts.into_iter().for_each(|act| settle(connection, vec![act]));
        }
        Err(error) => {
            for (act, reply) in acts {
                let _ = reply.send((Err(error.clone()), act));
            }
        }
    }
}

fn run_others(connection: &Connection, others: Vec<(Write, oneshot::Sender<Result<(), Fault>>)>) {
    let (writes, replies): (Vec<_>, Vec<_>) = others.into_iter().unzip();
    let outcomes = transaction(connection, |c| {
        Ok(writes.into_iter().map(|write| guarded(c, write)).collect::<Vec<_>>())
    });
    match outcomes {
        Ok(outcomes) => replies
            .into_iter()
            .zip(outcomes)
            .for_each(|(reply, outcome)| drop(reply.send(outcome))),
        Err(error) => replies.into_iter().for_each(|reply| drop(reply.send(Err(error.clone())))),
    }
}

/// Nobody hears of success before the commit returned.
fn transaction<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let cannot = |error: rusqlite::Error| Fault::CannotWrite(error.to_string());
    connection.execute_batch("begin immediate").map_err(cannot)?;
    let done =
        work(connection).and_then(|done| connection.execute_batch("commit").map_err(cannot).map(|()| done));
    if done.is_err() {
        // Fails only where the engine has rolled back by itself.
        let _ = connection.execute_batch("rollback");
    }
    done
}

/// A failed job must not leave half of itself in the others' transaction.
fn guarded(connection: &Connection, write: Write) -> Result<(), Fault> {
    connection.execute_batch("savepoint job").map_err(fault)?;
    let answer = write(connection);
    let close = if answer.is_ok() { "release job" } else { "rollback to job; release job" };
    connection.execute_batch(close).map_err(fault)?;
    answer
}

/// The heads touched by a batch: read once, written once.
#[derive(Default)]
struct Heads(Vec<(i32, Head, bool)>);

impl Heads {
    fn of(&mut self, connection: &Connection, region: i32) -> Result<&mut (i32, Head, bool), Fault> {
        let found = self.0.iter().position(|(r, _, _)| *r == region);
        let i = match found {
            Some(i) => i,
            None => {
                self.0.push((region, read_head(connection, region).map_err(fault)?, false));
                self.0.len() - 1
            }
        };
        Ok(&mut self.0[i])
    }

    fn save(&self, connection: &Connection) -> Result<(), Fault> {
        for (region, head, changed) in &self.0 {
            if *changed {
                connection
                    .prepare_cached("insert into head (region, next_seq, epoch) values (?1, ?2, ?3) on conflict (region) do update set next_seq = ?2, epoch = ?3")
                    .and_then(|mut s| s.execute(params![region, head.next_seq, head.epoch]))
                    .map_err(fault)?;
            }
        }
        Ok(())
    }
}

pub(super) fn read_head(connection: &Connection, region: i32) -> rusqlite::Result<Head> {
    let row = connection
        .prepare_cached("select next_seq, epoch from head where region = ?1")?
        .query_row([region], |row| Ok(Head { next_seq: row.get(0)?, epoch: row.get(1)? }))
        .optional()?;
    Ok(row.unwrap_or(Head { next_seq: 0, epoch: 0 }))
}

/// The outer error undoes the batch, the inner answer is this act's alone.
///
/// Most acts write one matter and read none: for them the rows themselves tell who came first (a receipt that is there
/// already, a version that has moved), before any other row of the act is written. The others are judged by reading.
fn write_append(c: &Connection, heads: &mut Heads, append: &Append) -> Result<Result<Outcome, Fault>, Fault> {
    let region = append.region.0;
    let Some((main, others)) = append.writes.split_first() else {
        return Ok(Err(Fault::Engine("an act must write a matter".to_owned())));
    };
    let (_, head, changed) = heads.of(c, region)?;
    let alone = others.is_empty()
        && append.reads.is_empty()
        && append.carries_out.is_empty()
        && keys_moved(c, append).map_err(fault)?.is_none();
    if !(alone && head.epoch == append.epoch)
        && let Some(answer) = judge(c, head.epoch, append)?
    {
        return Ok(answer);
    }
    let entries = append.entries.len() as i64;
    let done = Done { matter: main.id, version: main.version, seq: head.next_seq, entries };
    let opening_key = append.key.as_deref().filter(|_| main.expected == 0);
    if let Some(key) = opening_key
        && !put_receipt(c, region, key, &done).map_err(fault)?
    {
        let earlier = earlier(c, region, key)
            .map_err(fault)?
            .ok_or_else(|| Fault::Corrupt(format!("receipt {key}")))?;
        return Ok(Ok(Outcome::Replayed(earlier)));
    }
    if !put_matter(c, append, main, done.seq).map_err(fault)? {
        if let Some(key) = opening_key {
            c.prepare_cached("delete from receipt where region = ?1 and key = ?2")
                .and_then(|mut s| s.execute(params![region, key]))
                .map_err(fault)?;
        }
        return Ok(Ok(before(c, append, main)?.map_or(Outcome::Raced, Outcome::Replayed)));
    }
    head.next_seq += entries;
    head.epoch += i64::from(append.raises_epoch);
    *changed = true;
    for other in others {
        if !put_matter(c, append, other, done.seq).map_err(fault)? {
            return Err(Fault::Corrupt(format!("{} moved inside one transaction", other.id)));
        }
    }
    write_rows(c, append, &done).map_err(fault)?;
    Ok(Ok(Outcome::Done(done)))
}

/// What the act that opened a matter under this key did.
pub(super) fn earlier(c: &Connection, region: i32, key: &str) -> rusqlite::Result<Option<Done>> {
    c.prepare_cached("select matter, version, seq, entries from receipt where region = ?1 and key = ?2")?
        .query_row(params![region, key], done_row)
        .optional()
}

/// The trace of a matter; empty where there is no such matter.
pub(super) fn traced(c: &Connection, region: i32, id: MatterId) -> rusqlite::Result<String> {
    let trace: Option<Option<String>> = c
        .prepare_cached("select trace from matter where region = ?1 and id = ?2")?
        .query_row(params![region, id.0], |row| row.get(0))
        .optional()?;
    Ok(trace.flatten().unwrap_or_default())
}

/// What this act did when it was asked for the first time.
fn before(c: &Connection, append: &Append, main: &MatterWrite) -> Result<Option<Done>, Fault> {
    let Some(key) = &append.key else { return Ok(None) };
    let on_matter = trace::done(&traced(c, append.region.0, main.id).map_err(fault)?, main.id, key)?;
    if on_matter.is_some() || main.expected > 0 {
        return Ok(on_matter);
    }
    earlier(c, append.region.0, key).map_err(fault)
}

/// Reads only. `None`: nothing stands in the way.
fn judge(c: &Connection, epoch: i64, append: &Append) -> Result<Option<Result<Outcome, Fault>>, Fault> {
    let region = append.region.0;
    if let Some(main) = append.writes.first()
        && let Some(done) = before(c, append, main)?
    {
        return Ok(Some(Ok(Outcome::Replayed(done))));
    }
    if epoch != append.epoch {
        return Ok(Some(Ok(Outcome::EpochMoved)));
    }
    for (seq, n) in &append.carries_out {
        let waits = c
            .prepare_cached("select 1 from outbox where region = ?1 and seq = ?2 and n = ?3")
            .and_then(|mut s| s.exists(params![region, seq, n]))
            .map_err(fault)?;
        if !waits {
            return Ok(Some(Ok(Outcome::CarriedOut)));
        }
    }
    let read = append.reads.iter().copied();
    for (id, version) in read.chain(append.writes.iter().map(|write| (write.id, write.expected))) {
        let current: Option<i64> = c
            .prepare_cached("select version from matter where region = ?1 and id = ?2")
            .and_then(|mut s| s.query_row(params![region, id.0], |row| row.get(0)).optional())
            .map_err(fault)?;
        if current.unwrap_or(0) != version {
            return Ok(Some(if append.carries_out.is_empty() {
                Ok(Outcome::Raced)
            } else {
                Err(Fault::Engine("an outbox effect lost a race; it stays for the next run".to_owned()))
            }));
        }
    }
    Ok(keys_moved(c, append).map_err(fault)?.map(Ok))
}

/// Somebody for whom the act brings a key has one, or a key that it is sealed under is there no longer.
fn keys_moved(c: &Connection, append: &Append) -> rusqlite::Result<Option<Outcome>> {
    for (subject, _) in &append.person_keys {
        let known = c
            .prepare_cached("select 1 from person_key where region = ?1 and subject = ?2")?
            .exists(params![append.region.0, subject])?;
        if known {
            return Ok(Some(Outcome::KeyKnown));
        }
    }
    for (subject, key) in &append.sealed_under {
        let kept = c
            .prepare_cached("select 1 from person_key where region = ?1 and subject = ?2 and key = ?3")?
            .exists(params![append.region.0, subject, key])?;
        if !kept {
            return Ok(Some(Outcome::KeyGone));
        }
    }
    Ok(None)
}

/// `false`: the key was used before.
fn put_receipt(c: &Connection, region: i32, key: &str, done: &Done) -> rusqlite::Result<bool> {
    let rows = c
        .prepare_cached(
            "insert into receipt (region, key, matter, version, seq, entries) values (?1,?2,?3,?4,?5,?6) on conflict do nothing",
        )?
        .execute(params![region, key, done.matter.0, done.version, done.seq, done.entries])?;
    Ok(rows == 1)
}

/// `false`: the version read is no longer the current one, or the act's key was used on this matter before.
fn put_matter(c: &Connection, append: &Append, m: &MatterWrite, first: i64) -> rusqlite::Result<bool> {
    let (region, token) = (append.region.0, trace::token(append, m.id, first));
    let rows = if m.expected == 0 {
        c.prepare_cached(
            "insert into matter (region, id, kind, version, number, title, status, org, due, amber, closed, opened_day, state, trace, listed)
             values (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15) on conflict do nothing",
        )?
        .execute(params![region, m.id.0, m.kind, m.version, m.number, m.title, m.status, m.org, m.due, m.amber, m.closed, m.opened_day, m.state, token, m.listed])?
    } else {
        let used = append.key.as_ref().map(|key| format!(":{key} "));
        c.prepare_cached(
            "update matter set version=?3, number=?4, title=?5, status=?6, org=?7, due=?8, amber=?9, closed=?10, state=?11, trace=coalesce(trace, '')||?13, listed=?15
             where region=?1 and id=?2 and version=?12 and (?14 is null or instr(coalesce(trace, ''), ?14) = 0)",
        )?
        .execute(params![region, m.id.0, m.version, m.number, m.title, m.status, m.org, m.due, m.amber, m.closed, m.state, m.expected, token, used, m.listed])?
    };
    Ok(rows == 1)
}

fn write_rows(c: &Connection, append: &Append, done: &Done) -> rusqlite::Result<()> {
    let region = append.region.0;
    for (seq, n) in &append.carries_out {
        c.prepare_cached("delete from outbox where region = ?1 and seq = ?2 and n = ?3")?
            .execute(params![region, seq, n])?;
    }
    for (i, entry) in append.entries.iter().enumerate() {
        let seq = done.seq + i as i64;
        let (body, leaf) = finish_entry(seq, &entry.tail);
        c.prepare_cached("insert into entry (region, seq, matter, kind, fact, day, ms, actor, leaf, body) values (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)")?
            .execute(params![region, seq, entry.matter.0, entry.kind, entry.fact, entry.day, entry.ms, entry.actor, &leaf[..], body])?;
        for (n, effect) in entry.effects.iter().enumerate() {
            c.prepare_cached("insert into outbox (region, seq, n, effect) values (?1, ?2, ?3, ?4)")?
                .execute(params![region, seq, n as i64, effect])?;
        }
    }
    for write in &append.writes {
        write_lists(c, region, write)?;
    }
    for (subject, key) in &append.person_keys {
        c.prepare_cached("insert into person_key (region, subject, key) values (?1, ?2, ?3)")?
            .execute(params![region, subject, key])?;
    }
    for row in &append.private {
        c.prepare_cached("insert into private (region, matter, field, subject, sealed) values (?1,?2,?3,?4,?5) on conflict (region, matter, field) do update set subject = ?4, sealed = ?5")?
            .execute(params![region, row.matter.0, row.field, row.subject, row.sealed])?;
    }
    Ok(())
}

/// What lists show of a matter, as far as it changed.
fn write_lists(c: &Connection, region: i32, m: &MatterWrite) -> rusqlite::Result<()> {
    for (name, value) in &m.facets_gone {
        c.prepare_cached("delete from facet where region=?1 and name=?2 and value=?3 and matter=?4")?
            .execute(params![region, name, value, m.id.0])?;
    }
    for (name, value) in &m.facets_new {
        c.prepare_cached(
            "insert into facet (region, name, value, matter) values (?1,?2,?3,?4) on conflict do nothing",
        )?
        .execute(params![region, name, value, m.id.0])?;
    }
    for task in &m.tasks_gone {
        c.prepare_cached(
            "delete from task where region=?1 and org=?2 and role=?3 and due=?4 and matter=?5 and name=?6",
        )?
        .execute(params![region, task.org, task.role, task.due, m.id.0, task.name])?;
    }
    for task in &m.tasks_put {
        c.prepare_cached("insert into task (region, org, role, due, matter, name) values (?1,?2,?3,?4,?5,?6) on conflict do nothing")?
            .execute(params![region, task.org, task.role, task.due, m.id.0, task.name])?;
    }
    Ok(())
}

fn done_row(row: &Row) -> rusqlite::Result<Done> {
    Ok(Done { matter: MatterId(row.get(0)?), version: row.get(1)?, seq: row.get(2)?, entries: row.get(3)? })
}
