-- Why: every act paid for index entries that only listed it again. The trace of a matter (src/trace.rs) takes the place
-- of the index of entries by matter and of the receipts of acts on it: its row is written anyway. Receipts remain for
-- acts that open a matter, whose id a repeated request does not know. A task is written once, in the order desks read
-- it: whoever removes it knows the whole row.
alter table matter add column trace text;
-- A task or facet can only be taken out by whoever knows what was put in.
alter table matter add column listed text;
drop index entry_of_matter;
alter table task drop constraint task_pkey;
drop index task_of_desk;
alter table task add primary key (region, org, role, due, matter, name);
