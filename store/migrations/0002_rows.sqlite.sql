-- Why: SQLite keeps a table `without rowid` as an index, whole rows in the inner pages too. With rows of a kilobyte
-- an inner page held a handful of them: a county's year made trees of seven levels, and a state of more than a
-- quarter of a page was cut over further pages. Tables with wide rows become ordinary tables, three levels deep;
-- the primary key stays what it was.
create table entry_rows (
    region integer not null, seq integer not null, matter integer not null, kind text not null, fact text not null,
    day text not null, ms integer not null, actor text not null, leaf blob not null, body text not null,
    primary key (region, seq)
);
insert into entry_rows select * from entry order by region, seq;
drop table entry;
alter table entry_rows rename to entry;
create index entry_of_matter on entry (region, matter, seq);
create index entry_of_day on entry (region, day, seq);

create table matter_rows (
    region integer not null, id integer not null, kind text not null, version integer not null,
    number text not null, title text not null, status text not null, org text not null,
    due text, amber text, closed integer not null, opened_day text not null, state text not null,
    primary key (region, id)
);
insert into matter_rows select * from matter order by region, id;
drop table matter;
alter table matter_rows rename to matter;
create index matter_open on matter (region, kind, org, status, due) where closed = 0;

create table tile_rows (region integer not null, level integer not null, n integer not null, hashes blob not null, primary key (region, level, n));
insert into tile_rows select * from tile;
drop table tile;
alter table tile_rows rename to tile;

create table blob_rows (region integer not null, digest text not null, media text not null, bytes blob not null, primary key (region, digest));
insert into blob_rows select * from blob;
drop table blob;
alter table blob_rows rename to blob;
