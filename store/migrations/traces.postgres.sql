-- The traces of matters that have none yet, from their entries and receipts: after the step that brought traces, and
-- after a copy of an older schema was put back.
update matter m set trace = t.trace from (
    select a.region, a.matter, string_agg(a.seq || '+' || a.n || coalesce(':' || r.key, '') || ' ', '' order by a.seq) as trace
    from (
        select region, matter, (body::json ->> 'version')::bigint as version, min(seq) as seq, count(*) as n
        from entry group by 1, 2, 3
    ) a
    left join receipt r on r.region = a.region and r.matter = a.matter and r.version = a.version
    group by a.region, a.matter
) t where m.trace is null and t.region = m.region and t.matter = m.id;
delete from receipt where version > 1;
