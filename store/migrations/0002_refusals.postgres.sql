-- Why: an act that was not carried out leaves no fact, yet those who oversee ask who tried what and which rule
-- stood in the way. The same person trying the same act twice in one millisecond is one refusal.

create table refusal (
    region integer not null, ms bigint not null, actor text collate "C" not null, kind text collate "C" not null, act text collate "C" not null,
    day text collate "C" not null, matter bigint not null, role text not null, org text not null, rule text not null, because text not null,
    primary key (region, ms, actor, kind, act)
) partition by list (region);
create index refusal_of_day on refusal (region, day, ms);
create index refusal_of_matter on refusal (region, matter, ms);
create table refusal_rest partition of refusal default;
