-- Why: every act paid for pages that only listed it again. The trace of a matter (src/trace.rs) takes the place of the
-- index of entries by matter and of the receipts of acts on it: its row is written anyway. Receipts remain for acts
-- that open a matter, whose id a repeated request does not know. A task is written once, in the order desks read it:
-- whoever removes it knows the whole row.
alter table matter add column trace text;
-- A task or facet can only be taken out by whoever knows what was put in.
alter table matter add column listed text;
create temp table act_of as
    select region, matter, json_extract(body, '$.version') as version, min(seq) as seq, count(*) as n
    from entry group by region, matter, version;
create temp table key_of as select region, matter, version, key from receipt;
create index temp.key_of_act on key_of (region, matter, version);
create temp table trace_of as
    select region, matter, group_concat(token, '') as trace from (
        select a.region, a.matter, a.seq || '+' || a.n || coalesce(':' || k.key, '') || ' ' as token
        from act_of a left join key_of k on k.region = a.region and k.matter = a.matter and k.version = a.version
        order by a.region, a.matter, a.seq
    ) group by region, matter;
update matter set trace = t.trace from trace_of t where t.region = matter.region and t.matter = matter.id;
drop table trace_of;
drop table key_of;
drop table act_of;
delete from receipt where version > 1;
drop index entry_of_matter;

create table task_rows (
    region integer not null, org text not null, role text not null, due text not null, matter integer not null, name text not null,
    primary key (region, org, role, due, matter, name)
) without rowid;
insert into task_rows select region, org, role, due, matter, name from task;
drop table task;
alter table task_rows rename to task;
