-- Why: the first schema. Every primary key begins with the region, the shard key, and every table is
-- partitioned by it: an act touches one partition of each table, so a province gives a busy county partitions
-- of its own (`create table entry_420222 partition of entry for values in (420222)`, likewise for each table,
-- before the county's first act) or distributes the same tables, and no statement changes. Until then all
-- rows live in the default partitions `…_rest`.
--
-- Keys and days are `collate "C"`: they sort by byte, as they do on SQLite, whatever the database's locale.
-- There is no sequence and no foreign key: ledger numbers come from the region's head row.

create table head (region integer not null, next_seq bigint not null, epoch bigint not null, primary key (region)) partition by list (region);

-- The ledger. `body` is the canonical entry, byte for byte what the leaf hashes.
create table entry (
    region integer not null, seq bigint not null, matter bigint not null, kind text not null, fact text not null,
    day text collate "C" not null, ms bigint not null, actor text not null, leaf bytea not null, body text not null,
    primary key (region, seq)
) partition by list (region);
create index entry_of_matter on entry (region, matter, seq);
create index entry_of_day on entry (region, day, seq);

create table matter (
    region integer not null, id bigint not null, kind text collate "C" not null, version bigint not null,
    number text not null, title text not null, status text collate "C" not null, org text collate "C" not null,
    due text collate "C", amber text collate "C", closed boolean not null, opened_day text collate "C" not null, state text not null,
    primary key (region, id)
) partition by list (region);
-- Catalogue kinds are loaded whole and boards count what is open; both are small beside the closed cases.
create index matter_open on matter (region, kind, org, status, due) where not closed;

create table facet (
    region integer not null, name text collate "C" not null, value text collate "C" not null, matter bigint not null,
    primary key (region, name, value, matter)
) partition by list (region);

create table task (
    region integer not null, matter bigint not null, name text collate "C" not null, role text collate "C" not null,
    org text collate "C" not null, due text collate "C" not null,
    primary key (region, matter, name)
) partition by list (region);
create index task_of_desk on task (region, org, role, due, matter);

-- What an idempotency key already did; written in the transaction of the act itself.
create table receipt (
    region integer not null, key text collate "C" not null, matter bigint not null, version bigint not null, seq bigint not null, entries bigint not null,
    primary key (region, key)
) partition by list (region);

create table private (
    region integer not null, matter bigint not null, field text collate "C" not null, subject text collate "C" not null, sealed bytea not null,
    primary key (region, matter, field)
) partition by list (region);
create table person_key (
    region integer not null, subject text collate "C" not null, key bytea not null, frozen boolean not null default false,
    primary key (region, subject)
) partition by list (region);

create table outbox (
    region integer not null, seq bigint not null, n bigint not null, effect text not null, tries bigint not null default 0, error text,
    primary key (region, seq, n)
) partition by list (region);

create table checkpoint (region integer not null, size bigint not null, note text not null, frontier bytea not null, primary key (region, size)) partition by list (region);
create table tile (region integer not null, level bigint not null, n bigint not null, hashes bytea not null, primary key (region, level, n)) partition by list (region);

create table figure (
    region integer not null, name text collate "C" not null, part bigint not null, day text collate "C" not null,
    seq bigint not null, key text collate "C" not null, quantity bigint not null,
    primary key (region, name, part, day, seq, key)
) partition by list (region);
create table figure_day (
    region integer not null, name text collate "C" not null, part bigint not null, day text collate "C" not null, n bigint not null, quantity bigint not null,
    primary key (region, name, part, day)
) partition by list (region);
create table figure_cursor (
    region integer not null, name text collate "C" not null, seq bigint not null, definition text not null,
    primary key (region, name)
) partition by list (region);

create table account (region integer not null, person text collate "C" not null, record text not null, primary key (region, person)) partition by list (region);
create table session (region integer not null, id text collate "C" not null, record text not null, expires bigint not null, primary key (region, id)) partition by list (region);
create table blob (region integer not null, digest text collate "C" not null, media text not null, bytes bytea not null, primary key (region, digest)) partition by list (region);

-- Words segmented by the program, one segmentation for both engines: `simple` only splits at the spaces.
create table text (
    region integer not null, kind text collate "C" not null, id text collate "C" not null, title text not null, words text not null,
    tsv tsvector not null generated always as (to_tsvector('simple', words)) stored,
    primary key (region, kind, id)
) partition by list (region);
create index text_words on text using gin (tsv);

create table head_rest partition of head default;
create table entry_rest partition of entry default;
create table matter_rest partition of matter default;
create table facet_rest partition of facet default;
create table task_rest partition of task default;
create table receipt_rest partition of receipt default;
create table private_rest partition of private default;
create table person_key_rest partition of person_key default;
create table outbox_rest partition of outbox default;
create table checkpoint_rest partition of checkpoint default;
create table tile_rest partition of tile default;
create table figure_rest partition of figure default;
create table figure_day_rest partition of figure_day default;
create table figure_cursor_rest partition of figure_cursor default;
create table account_rest partition of account default;
create table session_rest partition of session default;
create table blob_rest partition of blob default;
create table text_rest partition of text default;
