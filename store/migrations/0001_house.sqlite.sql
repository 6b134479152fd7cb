-- Why: the first schema. Every primary key begins with the region, the shard key, so that the same tables
-- can be distributed by it; dates and days are ISO text, which both engines sort alike.

create table head (region integer primary key, next_seq integer not null, epoch integer not null) without rowid;

-- The ledger. `body` is the canonical entry, byte for byte what the leaf hashes.
create table entry (
    region integer not null, seq integer not null, matter integer not null, kind text not null, fact text not null,
    day text not null, ms integer not null, actor text not null, leaf blob not null, body text not null,
    primary key (region, seq)
) without rowid;
create index entry_of_matter on entry (region, matter, seq);
create index entry_of_day on entry (region, day, seq);

create table matter (
    region integer not null, id integer not null, kind text not null, version integer not null,
    number text not null, title text not null, status text not null, org text not null,
    due text, amber text, closed integer not null, opened_day text not null, state text not null,
    primary key (region, id)
) without rowid;
-- Catalogue kinds are loaded whole and boards count what is open; both are small beside the closed cases.
create index matter_open on matter (region, kind, org, status, due) where closed = 0;

create table facet (
    region integer not null, name text not null, value text not null, matter integer not null,
    primary key (region, name, value, matter)
) without rowid;

create table task (
    region integer not null, matter integer not null, name text not null, role text not null, org text not null, due text not null,
    primary key (region, matter, name)
) without rowid;
create index task_of_desk on task (region, org, role, due, matter);

-- What an idempotency key already did; written in the transaction of the act itself.
create table receipt (
    region integer not null, key text not null, matter integer not null, version integer not null, seq integer not null, entries integer not null,
    primary key (region, key)
) without rowid;

create table private (
    region integer not null, matter integer not null, field text not null, subject text not null, sealed blob not null,
    primary key (region, matter, field)
) without rowid;
create table person_key (region integer not null, subject text not null, key blob not null, frozen integer not null default 0, primary key (region, subject)) without rowid;

create table outbox (
    region integer not null, seq integer not null, n integer not null, effect text not null, tries integer not null default 0, error text,
    primary key (region, seq, n)
) without rowid;

create table checkpoint (region integer not null, size integer not null, note text not null, frontier blob not null, primary key (region, size)) without rowid;
create table tile (region integer not null, level integer not null, n integer not null, hashes blob not null, primary key (region, level, n)) without rowid;

create table figure (
    region integer not null, name text not null, part integer not null, day text not null, seq integer not null, key text not null, quantity integer not null,
    primary key (region, name, part, day, seq, key)
) without rowid;
create table figure_day (
    region integer not null, name text not null, part integer not null, day text not null, n integer not null, quantity integer not null,
    primary key (region, name, part, day)
) without rowid;
create table figure_cursor (region integer not null, name text not null, seq integer not null, definition text not null, primary key (region, name)) without rowid;

create table account (region integer not null, person text not null, record text not null, primary key (region, person)) without rowid;
create table session (region integer not null, id text not null, record text not null, expires integer not null, primary key (region, id)) without rowid;
create table blob (region integer not null, digest text not null, media text not null, bytes blob not null, primary key (region, digest)) without rowid;

-- Words segmented by the program, one segmentation for both engines.
create virtual table text using fts5 (region unindexed, kind unindexed, id unindexed, title unindexed, words, tokenize = "unicode61 remove_diacritics 0");
