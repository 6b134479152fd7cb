-- Why: an act that was not carried out leaves no fact, yet those who oversee ask who tried what and which rule
-- stood in the way. The same person trying the same act twice in one millisecond is one refusal.

create table refusal (
    region integer not null, ms integer not null, actor text not null, kind text not null, act text not null,
    day text not null, matter integer not null, role text not null, org text not null, rule text not null, because text not null,
    primary key (region, ms, actor, kind, act)
) without rowid;
create index refusal_of_day on refusal (region, day, ms);
create index refusal_of_matter on refusal (region, matter, ms);
