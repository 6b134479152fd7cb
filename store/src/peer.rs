//! 对照。 What one official act costs when written by hand: one transaction an act, four tables, on the same
//! PostgreSQL. Exists for `cargo xtask bench`; nothing of the product calls it.

use crate::Fault;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tokio_postgres::NoTls;

fn fault(error: tokio_postgres::Error) -> Fault {
    Fault::Engine(error.to_string())
}

/// Runs acts with `clients` connections for about `span` and answers acts per second.
/// Each act: read the case, update it, insert an event, a task and an idempotency key, commit.
pub async fn acts_per_second(url: &str, clients: usize, span: Duration) -> Result<f64, Fault> {
    let (admin, connection) = tokio_postgres::connect(url, NoTls).await.map_err(fault)?;
    tokio::spawn(connection);
    let schema = "create schema if not exists peer;
        create table if not exists peer.matter (id bigint primary key, version bigint not null, state text not null);
        create table if not exists peer.event (id bigserial primary key, matter bigint not null, body text not null);
        create table if not exists peer.task (matter bigint, name text, due text, primary key (matter, name));
        create table if not exists peer.seen (key text primary key, answer text not null);
        truncate peer.matter, peer.event, peer.task, peer.seen;";
    admin.batch_execute(schema).await.map_err(fault)?;
    let done = Arc::new(AtomicI64::new(0));
    let started = Instant::now();
    let mut lanes = Vec::new();
    for lane in 0..clients {
        let (url, done) = (url.to_owned(), Arc::clone(&done));
        lanes.push(tokio::spawn(async move {
            let (mut client, connection) = tokio_postgres::connect(&url, NoTls).await.map_err(fault)?;
            tokio::spawn(connection);
            let read = client.prepare("select version, state from peer.matter where id = $1 for update").await.map_err(fault)?;
            let put = "insert into peer.matter values ($1, $2, $3) on conflict (id) do update set version = $2, state = $3";
            let put = client.prepare(put).await.map_err(fault)?;
            let event = client.prepare("insert into peer.event (matter, body) values ($1, $2)").await.map_err(fault)?;
            let task = "insert into peer.task values ($1, $2, $3) on conflict (matter, name) do update set due = $3";
            let task = client.prepare(task).await.map_err(fault)?;
            let seen = client.prepare("insert into peer.seen values ($1, $2)").await.map_err(fault)?;
            let body = "x".repeat(600);
            let mut n: i64 = 0;
            while started.elapsed() < span {
                let id = ((lane as i64) << 32) | (n / 4);
                let transaction = client.transaction().await.map_err(fault)?;
                let version = transaction.query_opt(&read, &[&id]).await.map_err(fault)?.map_or(0, |row| row.get::<_, i64>(0));
                transaction.execute(&put, &[&id, &(version + 1), &body]).await.map_err(fault)?;
                transaction.execute(&event, &[&id, &body]).await.map_err(fault)?;
                transaction.execute(&task, &[&id, &"decide", &"2025-12-31"]).await.map_err(fault)?;
                transaction.execute(&seen, &[&format!("{lane}-{n}"), &"done"]).await.map_err(fault)?;
                transaction.commit().await.map_err(fault)?;
                n += 1;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Fault>(())
        }));
    }
    for lane in lanes {
        lane.await.map_err(|error| Fault::Engine(error.to_string()))??;
    }
    Ok(done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64())
}
