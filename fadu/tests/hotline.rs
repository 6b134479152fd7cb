//! `fadu hotline`: a model is learnt from a table, told with what it gets right, and proposes; wrong questions are named.

use std::path::Path;
use std::process::{Command, Output};

fn hotline(data: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fadu"))
        .arg("hotline")
        .args(args)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// Two classes that a person tells apart; the names of our own categories need no mapping.
pub(crate) fn table() -> String {
    let around: Vec<char> = "东南西北前后左右上下大小多少高低远近新旧早晚冷热红白黑黄山水田林路桥楼房"
        .chars()
        .collect();
    let mut table = "标题,内容,类别\n".to_owned();
    for n in 0..160usize {
        let (class, thing) = [("住房与城市管理", "自来水停水物业"), ("0201", "公交信号灯停车")][n % 2];
        let word = |i: usize| around[(n * 31 + i * i * 7 + n * i * 3) % around.len()];
        let words: String = (0..18).map(word).collect();
        table.push_str(&format!("{words},{thing}，{n}号,{class}\n"));
    }
    table.push_str("不知道,不知道,天文\n");
    table
}

#[test]
fn a_model_is_learnt_told_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("county");
    assert_eq!(hotline(&data, &["model"]).status.code(), Some(1), "nothing was trained");
    let file = folder.path().join("labelled.csv");
    let columns = folder.path().join("columns.toml");
    std::fs::write(&file, table()).unwrap();
    std::fs::write(&columns, "text = [\"标题\", \"内容\"]\nlabel = \"类别\"\n").unwrap();
    let (file, columns) = (file.to_str().unwrap(), columns.to_str().unwrap());
    assert_eq!(
        hotline(&data, &["train", file]).status.code(),
        Some(2),
        "the columns of the example are not there"
    );
    assert_eq!(hotline(&data, &["train", "/nonexistent.csv"]).status.code(), Some(2));
    assert_eq!(hotline(&data, &["train"]).status.code(), Some(2), "from what?");

    let told = json(&hotline(&data, &["train", file, "--columns", columns, "--json"]));
    let card = &told["card"];
    let count = |of: &str| card[of].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>();
    assert_eq!(count("learnt") + count("held_out"), 160);
    assert_eq!(told["unknown_labels"]["天文"], 1);
    assert!(card["top1"].as_u64() > card["majority_top1"].as_u64(), "{card}");
    assert_eq!(json(&hotline(&data, &["model", "--json"])), *card, "what was printed is what is kept");
    let text = String::from_utf8(hotline(&data, &["model"]).stdout).unwrap();
    assert!(text.contains("measured on") && text.contains("always the most frequent"), "{text}");

    let said = json(&hotline(&data, &["suggest", "小区自来水停水", "--json"]));
    assert_eq!((&said["trained"], &said["proposed"][0][0]), (&true.into(), &"01".into()), "{said}");
    assert_eq!(said["category"], "0101", "below the group by words");
    assert_eq!(hotline(&data, &["suggest", "qqqq"]).status.code(), Some(1));
    let wrong = hotline(&data, &["bulletin", "--period", "day", "--out", "/dev/null"]);
    assert_eq!(wrong.status.code(), Some(2), "there is no county here");
}
