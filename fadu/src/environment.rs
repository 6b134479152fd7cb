//! 环境变量。 Every key of `fadu.toml` may come from the environment, which wins over the file. One rule makes the names:
//! `FADU_` and the key in capitals (`FADU_BASE_URL`); within a list of tables the list, the entry's id and the key, with two
//! underscores between (`FADU_OUTSIDE__PROVINCIAL__TOKEN`). With `_FILE` behind it the variable names a file that holds the
//! value alone, so that a secret stands neither in the configuration nor in the environment.

use crate::{Cli, Usage};
use clap::CommandFactory;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// The configuration that is shipped to be copied. It names every key, commented out what a county may do without: which
/// keys there are and what kind of value each takes is read from it.
pub const EXAMPLE: &str = include_str!("../fadu.example.toml");

const PREFIX: &str = "FADU_";
pub const DATABASE: &str = "FADU_DATABASE";
/// Read in other places: the filter of the log, a folder of fonts, the address of the database in a file.
const ELSEWHERE: [&str; 3] = ["FADU_LOG", "FADU_FONTS", "FADU_DATABASE_FILE"];
/// Of tests and measurements, which start this program too.
const OF_TESTS: [&str; 7] =
    ["FADU_TEST_", "FADU_CRASH_", "FADU_BENCH_", "FADU_BIN", "FADU_SHARED", "FADU_SHOTS", "FADU_MESSAGES"];

/// The variables that begin like ours.
pub type Given = BTreeMap<String, String>;

pub fn given() -> Given {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}

/// What a variable says, or the file that it names.
/// Errors: both are given, or the file cannot be read.
pub fn text(given: &Given, name: &str) -> Result<Option<String>, Usage> {
    let file = in_a_file(name);
    match (given.get(name), given.get(&file)) {
        (Some(_), Some(_)) => Err(Usage(format!("{name} and {file} are both given: one of them says it"))),
        (Some(text), None) => Ok(Some(text.clone())),
        (None, Some(path)) => match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => Err(Usage(format!("{file}: {path}: {error}"))),
        },
        (None, None) => Ok(None),
    }
}

/// The table of a file with what the environment says laid over it.
/// Errors: a value of another kind, and every variable that begins like ours and is none.
pub fn laid_over(mut table: Table, given: &Given) -> anyhow::Result<Table> {
    let shape: Table = toml::from_str(&whole_example())?;
    let mut names = of_the_program();
    for (key, like) in &shape {
        let name = name_of(&[key]);
        if let Some(value) = value(given, &name, like)? {
            table.insert(key.clone(), value);
        }
        names.extend([in_a_file(&name), name]);
    }
    // After whole lists: an entry that the environment has named may be told more by it.
    for (list, like) in &shape {
        let Some(keys) = entry_of(like) else { continue };
        let Some(Value::Array(entries)) = table.get_mut(list) else { continue };
        for entry in entries.iter_mut().filter_map(Value::as_table_mut) {
            let id = entry.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            for (key, like) in keys {
                let name = name_of(&[list, &id, key]);
                let value = value(given, &name, like)?;
                let is_new = names.insert(name.clone());
                names.insert(in_a_file(&name));
                let Some(value) = value else { continue };
                if !is_new {
                    return Err(
                        Usage(format!("{name}: more than one entry of `{list}` has this name")).into()
                    );
                }
                entry.insert(key.clone(), value);
            }
        }
    }
    let is_ours = |name: &str| names.contains(name) || OF_TESTS.iter().any(|prefix| name.starts_with(prefix));
    let unknown: Vec<&str> = given.keys().map(String::as_str).filter(|name| !is_ours(name)).collect();
    match unknown.is_empty() {
        true => Ok(table),
        false => Err(Usage(format!(
            "{}: no key of fadu.toml has this name, and nothing reads it",
            unknown.join(", ")
        ))
        .into()),
    }
}

/// The example with everything in it that is commented out.
pub fn whole_example() -> String {
    let is_key =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let begins =
        |line: &str| line.starts_with("[[") || line.split_once(" = ").is_some_and(|(key, _)| is_key(key));
    let lines = EXAMPLE.lines().map(|line| match line.strip_prefix("# ") {
        Some(said) if begins(said) => said,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A string as it is; anything else is written as in the file.
fn value(given: &Given, name: &str, like: &Value) -> Result<Option<Value>, Usage> {
    let Some(text) = text(given, name)? else { return Ok(None) };
    if like.is_str() {
        return Ok(Some(Value::String(text)));
    }
    // The parser's own account of a mistake would show the line, and a secret in it.
    let read = toml::from_str::<Table>(&format!("value = {text}")).map(|mut read| read.remove("value"));
    match read {
        Ok(Some(value)) if value.same_type(like) => Ok(Some(value)),
        _ => Err(Usage(format!(
            "{name}: this takes a value of the kind {}, written as in fadu.toml",
            like.type_str()
        ))),
    }
}

/// The keys of a table that a list is made of.
fn entry_of(like: &Value) -> Option<&Table> {
    like.as_array()?.first()?.as_table()
}

fn in_a_file(name: &str) -> String {
    format!("{name}_FILE")
}

fn name_of(path: &[&str]) -> String {
    let capital = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let words: Vec<String> = path.iter().map(|word| word.chars().map(capital).collect()).collect();
    format!("{PREFIX}{}", words.join("__"))
}

/// What the options of some command are read from, and what is read in other places.
fn of_the_program() -> BTreeSet<String> {
    fn of(command: &clap::Command, names: &mut BTreeSet<String>) {
        let variables = command.get_arguments().filter_map(clap::Arg::get_env);
        names.extend(variables.map(|name| name.to_string_lossy().into_owned()));
        command.get_subcommands().for_each(|command| of(command, names));
    }
    let mut names: BTreeSet<String> = ELSEWHERE.map(str::to_owned).into();
    of(&Cli::command(), &mut names);
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::Config;

    fn key(seed: u8) -> String {
        fadu_ledger::Signer::new("share.example.gov", &[seed; 32])
            .verify_key()
            .to_string()
    }

    /// Every key in force, with a key of a source that can be parsed.
    fn example() -> String {
        let text = whole_example();
        let shown = "\"share.example.gov+1a2b3c4d+…\"";
        assert!(text.contains(shown));
        text.replacen(shown, &format!("\"{}\"", key(1)), 1)
    }

    fn read(given: &[(&str, &str)]) -> anyhow::Result<Table> {
        let given = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Ok(Table::try_from(Config::read(&example(), &given)?)?)
    }

    /// The keys that serde would have taken in the place of one that it does not know.
    fn taken(text: &str) -> BTreeSet<String> {
        let said = Config::read(text, &Given::new()).unwrap_err().to_string();
        let (_, list) = said.split_once("expected one of ").unwrap_or_else(|| panic!("{said}"));
        // Behind it the error may say where: in which list.
        let list = list.lines().next().unwrap_or_default();
        list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn the_example_names_every_key_there_is() {
        let whole: Table = toml::from_str(&example()).unwrap();
        let keys = |table: &Table| table.keys().cloned().collect::<BTreeSet<String>>();
        assert_eq!(keys(&whole), taken(&format!("no_such = 1\n{}", example())));
        for list in ["source", "outside"] {
            let head = format!("[[{list}]]");
            let with_another = example().replacen(&head, &format!("{head}\nno_such = 1"), 1);
            assert_eq!(keys(entry_of(&whole[list]).unwrap()), taken(&with_another), "{list}");
        }
    }

    #[test]
    fn the_environment_wins_over_every_key_of_the_example() {
        let other_key = key(2);
        let table = [
            ("FADU_REGION", "420281"),
            ("FADU_REGION_NAME", "另一县"),
            ("FADU_BUREAU", "另一局"),
            ("FADU_BASE_URL", "https://other.example.gov.cn"),
            ("FADU_HELP_PHONE", "12345"),
            ("FADU_SIMULATED", "true"),
            ("FADU_SEAL_COMMAND", "[\"/bin/other\", \"--seal\"]"),
            ("FADU_OCDS_PREFIX", "ocds-other1"),
            ("FADU_BUSINESSES", "[\"service\", \"hall\"]"),
            ("FADU_SOURCE", "[]"),
            ("FADU_SOURCE__MARKET__ID", "other"),
            ("FADU_SOURCE__MARKET__NAME", "另一来源"),
            ("FADU_SOURCE__MARKET__URL", "http://other.example/answers"),
            ("FADU_SOURCE__MARKET__KEY", other_key.as_str()),
            ("FADU_SOURCE__MARKET__PATIENCE_SECONDS", "9"),
            ("FADU_OUTSIDE", "[{ id = \"other\", url = \"http://other.example\", token = \"t\" }]"),
            ("FADU_OUTSIDE__PROVINCIAL__ID", "other"),
            ("FADU_OUTSIDE__PROVINCIAL__URL", "http://other.example/cases"),
            ("FADU_OUTSIDE__PROVINCIAL__TOKEN", "another token"),
            ("FADU_OUTSIDE__PROVINCIAL__PATIENCE_SECONDS", "9"),
        ];
        let mut derived = BTreeSet::new();
        for (key, like) in &toml::from_str::<Table>(&example()).unwrap() {
            derived.insert(name_of(&[key]));
            for (list, id) in [("source", "market"), ("outside", "provincial")] {
                let keys = entry_of(like).filter(|_| key == list);
                derived.extend(keys.into_iter().flat_map(Table::keys).map(|key| name_of(&[list, id, key])));
            }
        }
        let rows: BTreeSet<String> = table.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(derived, rows, "every key has a row");
        assert!(derived.is_disjoint(&of_the_program()), "an option and a key have one name");

        let folder = tempfile::tempdir().unwrap();
        let file_says = read(&[]).unwrap();
        for (name, says) in table {
            let won = read(&[(name, says)]).unwrap();
            let path: Vec<String> = name[PREFIX.len()..].split("__").map(str::to_lowercase).collect();
            let of = |table: &Table| match &path[..] {
                [list, _, key] => table[list.as_str()][0][key.as_str()].clone(),
                _ => table.get(&path[0]).cloned().unwrap_or(Value::Array(Vec::new())),
            };
            let expected = match of(&file_says) {
                Value::String(_) => Value::String(says.to_owned()),
                _ => toml::from_str::<Table>(&format!("value = {says}")).unwrap()["value"].clone(),
            };
            assert_ne!(of(&won), of(&file_says), "{name}");
            match name {
                // With the seconds that the file leaves out.
                "FADU_OUTSIDE" => assert_eq!(won["outside"][0]["id"], expected[0]["id"]),
                _ => assert_eq!(of(&won), expected, "{name}"),
            }
            let path = folder.path().join(name);
            std::fs::write(&path, format!("{says}\n")).unwrap();
            let file = format!("{name}_FILE");
            assert_eq!(read(&[(file.as_str(), path.to_str().unwrap())]).unwrap(), won, "{file}");
            assert!(read(&[(file.as_str(), "/no/such/file")]).is_err(), "{file}");
            assert!(read(&[(file.as_str(), path.to_str().unwrap()), (name, says)]).is_err(), "{name} twice");
        }
    }

    #[test]
    fn what_stands_in_no_file_may_come_from_the_environment_alone() {
        let line = example().lines().find(|line| line.starts_with("token = ")).unwrap().to_owned();
        let without = example().replacen(&line, "", 1);
        assert!(Config::read(&without, &Given::new()).is_err(), "a system outside wants its token");
        let given = [("FADU_OUTSIDE__PROVINCIAL__TOKEN".to_owned(), "kept apart".to_owned())].into();
        assert_eq!(Config::read(&without, &given).unwrap().outside[0].token, "kept apart");
    }

    #[test]
    fn a_variable_that_is_none_of_ours_is_named() {
        for name in
            ["FADU_REGOIN", "FADU_OUTSIDE__NOBODY__TOKEN", "FADU_OUTSIDE_PROVINCIAL_TOKEN", "FADU_PORT_FILE"]
        {
            let error = read(&[(name, "x")]).unwrap_err();
            assert!(error.is::<Usage>() && error.to_string().contains(name), "{error}");
        }
        for name in ["FADU_DATA", "FADU_DATABASE_FILE", "FADU_PORT", "FADU_LOG", "FADU_TEST_PG", "FADU_BIN"] {
            assert!(read(&[(name, "x")]).is_ok(), "{name}");
        }
        for (name, wrong) in [
            ("FADU_SIMULATED", "yes"),
            ("FADU_SIMULATED", "\"true\""),
            ("FADU_BUSINESSES", "service,hall"),
            ("FADU_OUTSIDE__PROVINCIAL__PATIENCE_SECONDS", "soon"),
        ] {
            let error = read(&[(name, wrong)]).unwrap_err();
            assert!(error.is::<Usage>() && error.to_string().contains(name), "{error}");
            assert!(!error.to_string().contains(wrong), "a value may be a secret: {error}");
        }
    }
}
