//! 副本。 A backup as plain files, and the way back.

use super::*;

/// What a copy holds; written last, so that a folder without it is not a copy.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Manifest {
    schema: usize,
    tables: Vec<TableFile>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct TableFile {
    name: String,
    rows: u64,
    bytes: u64,
}

const MANIFEST: &str = "manifest.json";
const LOCK_HEAD: &str = "lock table head in access exclusive mode";
/// Rows fetched or inserted at once: few where a row is a whole attachment.
const ROWS_AT_ONCE: i32 = 1000;
const BLOBS_AT_ONCE: i32 = 2;
const BYTES_AT_ONCE: usize = 8 << 20;

impl Postgres {
    /// One file a table, one JSON object a row, all of one moment: the ledger and its head agree.
    /// Plain text, because a copy must be readable when this program no longer is.
    pub(super) async fn copy_out(&self, to: &Path) -> Result<(), Fault> {
        tokio::fs::create_dir_all(to).await.map_err(file_fault)?;
        if tokio::fs::try_exists(to.join(MANIFEST)).await.map_err(file_fault)? {
            return Err(Fault::CannotWrite("the folder holds a copy already".to_owned()));
        }
        let mut client = self.client().await?;
        let moment = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await
            .map_err(fault)?;
        let mut manifest = Manifest { schema: STEPS.len(), tables: Vec::new() };
        for table in &TABLES {
            manifest.tables.push(copy_table(&moment, table, &table_file(to, table)).await?);
        }
        let text = serde_json::to_vec_pretty(&manifest).map_err(|error| Fault::Engine(error.to_string()))?;
        let mut file = tokio::fs::File::create(to.join(MANIFEST)).await.map_err(file_fault)?;
        file.write_all(&text).await.map_err(file_fault)?;
        file.sync_all().await.map_err(file_fault)?;
        tokio::fs::File::open(to)
            .await
            .map_err(file_fault)?
            .sync_all()
            .await
            .map_err(file_fault)
    }

    /// Puts a copy made by `backup` into this database, which must be empty; all of it or nothing.
    /// Errors: `Fault::Corrupt` when the copy is incomplete or of another schema.
    pub async fn restore(&self, from: &Path) -> Result<(), Fault> {
        let manifest = manifest(from).await?;
        // An older copy has the tables of its time; those that came later start empty.
        let known = tables_of(manifest.schema);
        if known.is_none_or(|known| {
            !manifest
                .tables
                .iter()
                .map(|table| table.name.as_str())
                .eq(known.iter().copied())
        }) {
            return Err(Fault::Corrupt(format!(
                "the copy has schema {}, this program knows {}",
                manifest.schema,
                STEPS.len()
            )));
        }
        let mut client = self.client().await?;
        let change = client.transaction().await.map_err(fault)?;
        // No act may slip in between the look and the copy.
        change.batch_execute(LOCK_HEAD).await.map_err(fault)?;
        for table in &manifest.tables {
            restore_table(&change, table, &table_file(from, &table.name)).await?;
        }
        // A copy of an older schema has no traces.
        change.batch_execute(TRACES).await.map_err(fault)?;
        change.commit().await.map_err(fault)
    }

    /// Takes out again what `restore` put in from this copy: the database is as empty as it was before.
    /// Errors: `Fault::Engine` when the ledger has grown since, and all of it stays.
    pub async fn take_back(&self, from: &Path) -> Result<(), Fault> {
        let manifest = manifest(from).await?;
        let entry = manifest.tables.iter().find(|table| table.name == "entry");
        let copied = entry.map_or(0, |table| table.rows);
        let mut client = self.client().await?;
        let change = client.transaction().await.map_err(fault)?;
        // No act may slip in between the look and the end.
        change.batch_execute(LOCK_HEAD).await.map_err(fault)?;
        let row = change.query_one("select count(*) from entry", &[]).await.map_err(fault)?;
        let entries: i64 = get(&row, 0)?;
        if u64::try_from(entries) != Ok(copied) {
            return Err(Fault::Engine(format!("the database has {entries} entries, the copy {copied}")));
        }
        let empty = format!("truncate {}", TABLES.join(", "));
        change.batch_execute(&empty).await.map_err(fault)?;
        change.commit().await.map_err(fault)
    }
}

async fn manifest(from: &Path) -> Result<Manifest, Fault> {
    let text = tokio::fs::read(from.join(MANIFEST))
        .await
        .map_err(|error| Fault::Corrupt(format!("no {MANIFEST}: {error}")))?;
    serde_json::from_slice(&text).map_err(|error| Fault::Corrupt(error.to_string()))
}

/// Tables are added at the end of the list: a schema of this program has a prefix of it.
fn tables_of(schema: usize) -> Option<&'static [&'static str]> {
    match schema {
        1 => TABLES.get(..TABLES.len() - 1),
        2 => Some(&TABLES),
        n if n == STEPS.len() => Some(&TABLES),
        _ => None,
    }
}

pub(super) fn table_file(folder: &Path, table: &str) -> std::path::PathBuf {
    folder.join(format!("{table}.jsonl"))
}

async fn copy_table(moment: &Transaction<'_>, table: &str, path: &Path) -> Result<TableFile, Fault> {
    let (names, _) = columns(moment, table).await?;
    let at_once = if table == "blob" { BLOBS_AT_ONCE } else { ROWS_AT_ONCE };
    let select = format!("select row_to_json(r)::text from (select {names} from {table}) as r");
    let statement = moment.prepare(&select).await.map_err(fault)?;
    let portal = moment.bind(&statement, &[]).await.map_err(fault)?;
    let mut file = BufWriter::new(tokio::fs::File::create(path).await.map_err(file_fault)?);
    let mut copied = TableFile { name: table.to_owned(), rows: 0, bytes: 0 };
    loop {
        let rows = moment.query_portal(&portal, at_once).await.map_err(fault)?;
        for row in &rows {
            let line = format!("{}\n", get::<&str>(row, 0)?);
            file.write_all(line.as_bytes()).await.map_err(file_fault)?;
            copied.rows += 1;
            copied.bytes += line.len() as u64;
        }
        if rows.len() < at_once as usize {
            break;
        }
    }
    file.flush().await.map_err(file_fault)?;
    file.get_ref().sync_all().await.map_err(file_fault)?;
    Ok(copied)
}

async fn restore_table(change: &Transaction<'_>, table: &TableFile, path: &Path) -> Result<(), Fault> {
    let TableFile { name, rows, bytes } = table;
    if change
        .query_opt(&format!("select 1 from {name} limit 1"), &[])
        .await
        .map_err(fault)?
        .is_some()
    {
        return Err(Fault::Engine(format!("the database is not empty: {name} has rows")));
    }
    let file = tokio::fs::File::open(path)
        .await
        .map_err(|error| Fault::Corrupt(format!("no file for {name}: {error}")))?;
    if file.metadata().await.map_err(file_fault)?.len() != *bytes {
        return Err(Fault::Corrupt(format!("the file for {name} has not the length its manifest says")));
    }
    let (names, typed) = columns(change, name).await?;
    let insert = format!(
        "insert into {name} ({names}) select {names} from json_to_recordset($1::text::json) as r ({typed})"
    );
    let statement = change.prepare(&insert).await.map_err(fault)?;
    let mut lines = BufReader::new(file).lines();
    let (mut restored, mut at_once, mut more) = (0, Vec::new(), true);
    while more {
        let mut size = 0;
        while at_once.len() < ROWS_AT_ONCE as usize && size < BYTES_AT_ONCE {
            match lines.next_line().await.map_err(file_fault)? {
                Some(line) => {
                    size += line.len();
                    at_once.push(line);
                }
                None => {
                    more = false;
                    break;
                }
            }
        }
        restored += change
            .execute(&statement, &[&format!("[{}]", at_once.join(","))])
            .await
            .map_err(fault)?;
        at_once.clear();
    }
    if restored != *rows {
        return Err(Fault::Corrupt(format!("{name} has {restored} rows, its manifest says {rows}")));
    }
    Ok(())
}

/// The stored columns of a table, once as a list and once with their types; generated ones are left out.
async fn columns(change: &Transaction<'_>, table: &str) -> Result<(String, String), Fault> {
    let sql = "select string_agg(quote_ident(attname), ', ' order by attnum), string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
               from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''";
    pair(&change.query_one(sql, &[&table]).await.map_err(fault)?)
}
