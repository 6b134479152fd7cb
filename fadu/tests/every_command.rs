//! 每一条命令。 What the README promises of all of them, asked of each that the program's own help lists: with `--json` one
//! object, and 0 for yes, 1 for no, 2 for wrong usage; on the embedded store and, the same, on PostgreSQL.

use crate::commands::{code, json, text};
use crate::engines::{County, Database};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Where a command is asked.
#[derive(Clone, Copy)]
enum At {
    /// A demonstration after its year.
    County,
    /// The terminal of supervision in its folder.
    Terminal,
    /// Folders and databases with nothing in them: one for a new county, one for a copy.
    New,
    Copy,
}

/// The words that are asked after the command, the exit codes that may be answered, and a key of the object.
struct Row {
    command: &'static str,
    words: Vec<String>,
    at: At,
    codes: &'static [i32],
    key: &'static str,
}

fn row(command: &'static str, words: &[&str], codes: &'static [i32], key: &'static str) -> Row {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    Row { command, words, at: At::County, codes, key }
}

fn at(at: At, row: Row) -> Row {
    Row { at, ..row }
}

/// An answer that a county may give either way; both engines give the same.
const EITHER: &[i32] = &[0, 1];

/// Answers that are the same on both engines to the letter: nothing of a folder, a key or a moment is in them.
const TO_THE_LETTER: [&str; 11] = [
    "calendar add",
    "calendar status",
    "draw verify",
    "draw recipe",
    "import addresses",
    "import boundaries",
    "import registry",
    "law rules",
    "law show",
    "mail example",
    "person erase",
];

/// Every command that has none below it, as `-h` lists them.
fn listed(path: &[&str]) -> BTreeSet<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_fadu")).args(path).arg("-h").output().unwrap();
    let help = text(&help);
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return [path.join(" ")].into() };
    list.lines()
        .take_while(|line| !line.trim().is_empty())
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .flat_map(|name| listed(&[path, &[name]].concat()))
        .collect()
}

/// The demonstration, and beside it what stands empty.
struct Places {
    county: County,
    new: County,
    copy: County,
}

impl Places {
    fn on_sqlite() -> Places {
        let empty = || County { folder: tempfile::tempdir().unwrap(), database: None, entries: 0 };
        Places { county: County::demonstration(None), new: empty(), copy: empty() }
    }

    fn on_postgres() -> Option<Places> {
        let empty = |what| {
            let database = Some(Database::new(what)?);
            Some(County { folder: tempfile::tempdir().unwrap(), database, entries: 0 })
        };
        let county = County::demonstration(Some(Database::new("every")?));
        Some(Places { county, new: empty("every_new")?, copy: empty("every_copy")? })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.county.folder.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.file(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.file(name), text).unwrap();
        self.path(name)
    }

    /// With one line on standard input: a password to who asks for one, and to others a number that nobody has.
    fn ask(&self, at: At, command: &str, words: &[String]) -> Output {
        let (county, data) = match at {
            At::County => (&self.county, self.county.data()),
            At::Terminal => (&self.county, self.county.data().join("supervision")),
            At::New => (&self.new, self.new.data()),
            At::Copy => (&self.copy, self.copy.data()),
        };
        let mut program = Command::new(env!("CARGO_BIN_EXE_fadu"));
        program.args(command.split(' ')).args(words).args(county.place());
        program.arg("--json").arg("--data").arg(data);
        let piped = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        // Who reads nothing may be gone before this is written.
        let _ = child.stdin.take().unwrap().write_all(b"19900000999\n");
        child.wait_with_output().unwrap()
    }

    fn rows(&self) -> Vec<Row> {
        let (yes, no, usage): (&[i32], &[i32], &[i32]) = (&[0], &[1], &[2]);
        let path = |name: &str| self.path(name);
        let nowhere = path("nowhere");

        let theme = fadu_onething::THEMES[1].1;
        let theme = theme.replacen("code = \"restaurant-opening\"", "code = \"own\"", 1);
        let theme = self.write("own.toml", &theme);
        let (labelled, columns) = (
            self.write("labelled.csv", &crate::hotline::table()),
            self.write("columns.toml", "text = [\"标题\", \"内容\"]\nlabel = \"类别\"\n"),
        );
        let signer = fadu_ledger::Signer::new("fadu/429997", &[7; 32]);
        let licence = self.write("licence.txt", &signer.sign_text(&crate::licences::statement().text()));
        let licence_key = signer.verify_key().to_string();
        let draw = self.write("draw.json", fadu_trading::DRAW_EXAMPLE);
        let items = self.write(
            "items.csv",
            "department,name,item_code,task_type\n示例档案局,示例档案查询,512099001000,20\n",
        );
        let towns = self.write("towns.csv", "code,name\n429997001,模拟镇\n");
        let firms = self.write("firms.csv", "code,head,holders\n91350100M000100Y43,,\n");
        let outlines = self.write(
            "outlines.json",
            r#"{"features": [{"properties": {"code": "429997", "name": "模拟县"}, "geometry":
                {"type": "Polygon", "coordinates": [[[115, 29], [116, 29], [116, 30], [115, 30], [115, 29]]]}}]}"#,
        );
        let tickets =
            self.write("tickets.csv", "号,说,问,答,类\n1,停水了,2025/3/3 9:00:00,2025/3/6 9:00:00,供水\n");
        let mapping = self.write(
            "tickets.toml",
            "id = '号'\ntext = '说'\nasked = '问'\nreplied = '答'\ncategory = '类'\ndefault_kind = 'help'\n",
        );
        let notice = self.write(
            "2027.txt",
            "notice 测试〔2025〕1号 issued 2025-12-01 for 2027\noff 2027-01-01 2027-01-03 元旦\n",
        );
        let (one, other) = (
            self.write("one.txt", "甲公司的投标文件，施工组织设计如下。"),
            self.write("two.txt", "乙公司的投标文件。"),
        );
        std::fs::create_dir(self.file("law")).unwrap();
        let validity = "statute\tversion\tfrom\tended\tby\n行政许可法\t\t\t2099-01-01\t废止决定\n";
        self.write("law/validity.tsv", validity);

        let of_the_new = ["--region", "420222", "--region-name", "示例县", "--bureau", "示例局"];
        vec![
            row("demo", &["--no-serve", "--scale", "0.005"], yes, "ledger_entries"),
            at(At::New, row("init", &of_the_new, yes, "region")),
            // That it serves, and says where, is asked below.
            row("serve", &["--port", "0", "--supervision", &nowhere], usage, "error"),
            row("sweep", &[], yes, "seen"),
            row("account add", &["tester", "--role", "officer"], yes, "person"),
            row("account close", &["tester"], yes, "closed"),
            row("account close", &["nobody"], no, "error"),
            row("account list", &[], yes, "accounts"),
            row("items check", &[], EITHER, "findings"),
            row("items export", &[&path("items.json")], yes, "directory"),
            row("items import", &[&path("items.json"), "--as", "nobody"], usage, "error"),
            row("items differences", &[], EITHER, "differences"),
            row("items baseline", &[&nowhere, "--as", "manager"], usage, "error"),
            row("import items", &[&items, "--as", "manager"], yes, "items"),
            row("import addresses", &[&towns], yes, "addresses"),
            row("import boundaries", &[&outlines], yes, "boundaries"),
            row("import registry", &[&firms], yes, "firms"),
            row("import tickets", &[&tickets, "--mapping", &mapping], yes, "counted"),
            row("mail example", &[], yes, "text"),
            row("mail check", &[], usage, "error"),
            row("mail poll", &[], usage, "error"),
            row("figure", &["svc.cases", "--as-of", "2025-12-31"], yes, "value"),
            row("figure", &["no.such"], usage, "error"),
            row(
                "report",
                &["--year", "2025", "--format", "json", "--out", &path("report.json")],
                yes,
                "bytes",
            ),
            row("report", &["--year", "2025", "--check"], no, "missing"),
            row("ledger checkpoint", &[], yes, "note"),
            row("ledger verify", &[], yes, "entries"),
            row("ledger prove", &["30"], yes, "entry"),
            row("ledger prove", &["99999999"], no, "error"),
            row("ledger consistency", &["1", "2"], yes, "proof"),
            row("ledger key", &[], yes, "key"),
            // What `ledger prove` answered.
            row("receipt verify", &[&path("receipt.json")], yes, "valid"),
            row("licence verify", &[&licence, "--key", &licence_key, "--on", "2025-03-12"], yes, "standing"),
            row("licence verify", &[&licence, "--key", &licence_key, "--on", "2026-03-05"], no, "standing"),
            row("law check", &[], yes, "resolves"),
            row("law impact", &["行政许可法#42"], yes, "resting"),
            row("law show", &["行政许可法#999"], no, "error"),
            row("law search", &["一次告知"], EITHER, "hits"),
            row("law rules", &[], yes, "rules"),
            row("law import", &[&path("law")], yes, "validity"),
            row("hotline model", &[], no, "model"),
            row("hotline train", &[&labelled, "--columns", &columns], yes, "card"),
            row("hotline suggest", &["小区自来水停水"], yes, "proposed"),
            row(
                "hotline bulletin",
                &["--period", "day", "--date", "2025-03-03", "--format", "docx", "--out", &path("day.docx")],
                yes,
                "figures",
            ),
            row(
                "evaluations",
                &["--month", "2025-03", "--format", "docx", "--out", &path("evaluations.docx")],
                yes,
                "evaluations",
            ),
            row("theme check", &[&theme], yes, "findings"),
            row("theme load", &[&theme, "--as", "manager"], yes, "drafts"),
            row("bid keygen", &["--out", &path("holder.key")], yes, "public"),
            row(
                "bid tickets",
                &["--project", "0000000000011", "--passed", "3", "--out", &path("tickets")],
                yes,
                "root",
            ),
            // A whole opening is told in `bids.rs`.
            row("bid seal", &["--keys", &nowhere, "--price", "1", "--out", &path("bid")], usage, "error"),
            row(
                "bid share",
                &["--identity", &nowhere, "--headers", &nowhere, "--out", &path("shares")],
                usage,
                "error",
            ),
            row("bid open", &[&nowhere, "--key", &nowhere], usage, "error"),
            row("draw verify", &[&draw], yes, "valid"),
            row("draw recipe", &[], yes, "recipe"),
            row(
                "ocds export",
                &["--prefix", "ocds-000000", "--out", &path("releases.json")],
                yes,
                "releases",
            ),
            row("ocds export", &["compiled", "--prefix", "ocds-000000"], yes, "compiled"),
            row("ocds import", &[&path("releases.json")], EITHER, "n_tenders"),
            row("ocds indicators", &[&nowhere], usage, "error"),
            row("ocds graph", &[&path("releases.json")], yes, "nodes"),
            row("ocds similar", &[&one, &other], yes, "pairs"),
            row("supervision feed", &["--out", &path("feed")], yes, "file"),
            row("supervision feed", &[], yes, "feed"),
            at(At::Terminal, row("supervision receive", &[&nowhere], usage, "error")),
            at(At::Terminal, row("supervision audit", &[&nowhere, "--as", "nobody"], usage, "error")),
            row("lookback sample", &[&path("past")], yes, "files"),
            row("lookback check", &["--projects", &path("past/funeral-projects.csv")], yes, "listed"),
            at(
                At::Terminal,
                row(
                    "lookback run",
                    &["--projects", &path("past/funeral-projects.csv"), "--title", "试", "--as", "nobody"],
                    usage,
                    "error",
                ),
            ),
            at(At::Terminal, row("lookback show", &["没有这一次"], usage, "error")),
            row("person freeze", &["--as", "operator", "--reason", "本人申请"], no, "error"),
            row(
                "person erase",
                &["--as", "operator", "--reason", "本人申请", "--cause", "purpose"],
                no,
                "error",
            ),
            row("archive list", &[], yes, "files"),
            row("archive verify", &[&nowhere], usage, "error"),
            row("archive list", &["--transfer", "2035-01-01"], yes, "files"),
            row("calendar add", &["2025-09-26", "3"], yes, "date"),
            row("calendar add", &["2026-12-30", "30"], no, "error"),
            row("calendar status", &["2025-10-01"], yes, "notice"),
            row("calendar load", &[&notice, "--as", "operator"], yes, "seq"),
            row("backup", &[&path("copy")], yes, "entries"),
            at(At::Copy, row("restore", &[&path("copy")], yes, "entries")),
            row("simulate hall", &["--windows", "10", "--tickets", "50"], yes, "policies"),
            // What it measures takes minutes.
            row("bench", &["--only", "nothing"], usage, "error"),
        ]
    }

    /// Every row asked in its order. Answers with what each was answered.
    fn answers(&self) -> Vec<(String, i32, Value)> {
        let rows = self.rows();
        let asked: BTreeSet<String> = rows.iter().map(|row| row.command.to_owned()).collect();
        assert_eq!(listed(&[]), asked, "each command that the help lists has a row, and no other");
        let mut answers = Vec::new();
        for row in &rows {
            let said = self.ask(row.at, row.command, &row.words);
            let errors = String::from_utf8_lossy(&said.stderr).into_owned();
            let asked = format!("{} {}", row.command, row.words.join(" "));
            let answer = json(&said);
            assert!(row.codes.contains(&code(&said)), "{asked}: {} {answer} {errors}", code(&said));
            let object = answer.as_object().unwrap_or_else(|| panic!("{asked}: no object: {answer}"));
            assert!(object.contains_key(row.key), "{asked}: no `{}` in {answer}", row.key);
            if row.command == "ledger prove" && code(&said) == 0 {
                std::fs::write(self.file("receipt.json"), &said.stdout).unwrap();
            }
            answers.push((row.command.to_owned(), code(&said), answer));

            let wrong = self.ask(row.at, row.command, &["--no-such-option".to_owned()]);
            assert_eq!(code(&wrong), 2, "{} with an option that is none", row.command);
            assert!(json(&wrong)["error"].is_string(), "{}: {}", row.command, text(&wrong));
        }
        // A line that says where, and then the pages.
        let served = self.county.serve();
        assert!(served.get("/health").starts_with("HTTP/1.1 200"));
        answers
    }
}

#[test]
fn every_command_answers_the_same_on_both_engines() {
    let embedded = Places::on_sqlite().answers();
    let Some(postgres) = Places::on_postgres() else { return };
    let postgres = postgres.answers();
    assert_eq!(embedded.len(), postgres.len());
    let keys = |answer: &Value| answer.as_object().unwrap().keys().cloned().collect::<Vec<String>>();
    for ((command, status, here), (_, there_status, there)) in embedded.iter().zip(&postgres) {
        assert_eq!(status, there_status, "{command}: {here} {there}");
        assert_eq!(keys(here), keys(there), "{command}");
        if TO_THE_LETTER.contains(&command.as_str()) {
            assert_eq!(here, there, "{command}");
        }
        if command == "figure" {
            assert_eq!(here["value"], there["value"], "{command}");
        }
    }
}
