//! 抽取的命令。 The published example holds, a changed copy does not, and the shell says the same as the program.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn fadu(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fadu"));
    command.args(args).args(["--data", "/nonexistent-county"]).stdin(Stdio::null());
    command.output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_published_draw_is_computed_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "draw.json", fadu_trading::DRAW_EXAMPLE);
    let answer = fadu(&["draw", "verify", &file, "--json"]);
    assert_eq!(code(&answer), 0, "{}", String::from_utf8_lossy(&answer.stdout));
    let said = json(&answer);
    assert_eq!((&said["valid"], &said["silent"][0]), (&Value::Bool(true), &Value::from("centre")));
    let told = String::from_utf8(fadu(&["draw", "verify", &file]).stdout).unwrap();
    assert!(told.contains("重算相符") && told.contains("不能证明"), "{told}");

    // The recipe, as it is printed, draws the same seats with nothing of ours.
    let recipe =
        write(folder.path(), "recipe.sh", &String::from_utf8(fadu(&["draw", "recipe"]).stdout).unwrap());
    let shell = Command::new("sh").args([&recipe, &file]).output().unwrap();
    let seats: Vec<&str> = said["seats"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(String::from_utf8(shell.stdout).unwrap().lines().collect::<Vec<_>>(), seats);
}

#[test]
fn a_changed_copy_does_not_hold() {
    let folder = tempfile::tempdir().unwrap();
    let table = [
        ("an exclusion taken back", "employer", "-", 1, "名单根不符"),
        ("a weight", "- 3\"", "- 4\"", 1, "名单根不符"),
        ("another number", "\"take 4\"", "\"take 3\"", 1, "各专业人数合计"),
        ("another format", "fadu-draw-1", "fadu-draw-9", 2, ""),
        ("a field nobody knows", "\"purpose\"", "\"porpoise\"", 2, ""),
    ];
    for (name, from, to, status, says) in table {
        assert!(fadu_trading::DRAW_EXAMPLE.contains(from), "{name}");
        let file = write(folder.path(), "draw.json", &fadu_trading::DRAW_EXAMPLE.replacen(from, to, 1));
        let answer = fadu(&["draw", "verify", &file, "--json"]);
        assert_eq!(code(&answer), status, "{name}");
        let said = json(&answer);
        if status == 1 {
            assert_eq!(said["valid"], false, "{name}");
            assert!(said["faults"].to_string().contains(says), "{name}: {said}");
        }
    }
    // Any digit of any published value: the value that nobody controls, a secret, a leaf.
    for field in ["public_value", "reveals", "roster"] {
        let at = fadu_trading::DRAW_EXAMPLE.find(&format!("\"{field}\"")).unwrap() + field.len() + 2;
        let digit = fadu_trading::DRAW_EXAMPLE[at..].find(|c: char| c.is_ascii_digit()).unwrap() + at;
        let mut text = fadu_trading::DRAW_EXAMPLE.to_owned();
        let other = if &text[digit..=digit] == "1" { "2" } else { "1" };
        text.replace_range(digit..=digit, other);
        let file = write(folder.path(), "draw.json", &text);
        assert_eq!(code(&fadu(&["draw", "verify", &file])), 1, "{field}");
    }
    assert_eq!(code(&fadu(&["draw", "verify", "/nonexistent-file"])), 2);
}
