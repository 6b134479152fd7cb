//! 公开合同数据的命令: what a stranger can ask of a file of releases, and what the answer is where the file is broken.

use serde_json::{Value, json};
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

fn release(ocid: &str, prices: &[i64]) -> Value {
    let bid = |(n, price): (usize, &i64)| {
        json!({
            "id": n.to_string(), "status": "valid", "date": "2025-03-23T00:00:00+08:00", "tenderers": [{"id": format!("t{n}")}],
            "value": {"amount": price, "currency": "CNY"},
        })
    };
    json!({
        "ocid": ocid, "date": "2025-04-01T00:00:00+08:00", "buyer": {"id": "B"},
        "tender": {
            "status": "complete", "procurementMethod": "open", "numberOfTenderers": 1,
            "tenderPeriod": {"startDate": "2025-03-10T00:00:00+08:00", "endDate": "2025-03-23T00:00:00+08:00"},
        },
        "bids": {"details": prices.iter().enumerate().map(bid).collect::<Vec<Value>>()},
        "awards": [{"id": "1", "status": "active", "suppliers": [{"id": "t0"}]}],
    })
}

#[test]
fn the_compatible_mode_answers_in_the_peers_shape() {
    let folder = tempfile::tempdir().unwrap();
    let settings = write(
        folder.path(),
        "settings.ini",
        "currency = CNY\n[R003]\n[R018]\n[R028]\n[R058]\nthreshold = 0.1\n",
    );
    let lines = format!("{}\n{{\"ocid\": \n{}\n", release("a", &[100, 110]), release("b", &[100, 100, 105]));
    let file = write(folder.path(), "releases.jsonl", &lines);
    let answer = fadu(&["ocds", "indicators", "--compat", "--settings", &settings, &file, "--count"]);
    assert_eq!(code(&answer), 0);
    let flags = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<String>>();
    let said = json(&answer);
    assert_eq!(flags(&said["OCID"]["a"]), ["R003", "R018", "R058"]);
    assert_eq!(said["OCID"]["b"]["R028"], 1.0);
    assert_eq!(said["Tenderer"]["t1"], json!({"R028": 1.0}));
    assert_eq!(said["Meta"]["R058"], json!({"upper_fence": 0.1}));
    let beside = String::from_utf8(answer.stderr).unwrap();
    assert!(beside.contains("line 2 is left out") && beside.contains("OCID: 2"), "{beside}");
    let bare = json(&fadu(&["ocds", "indicators", "--compat", "--no-meta", "--map", "-s", &settings, &file]));
    assert!(bare.get("Meta").is_none() && bare["Maps"]["ocid_tenderer_r028"]["b"] == json!(["t0", "t1"]));

    let wrong = write(folder.path(), "wrong.ini", "[R024]\ntreshold = 1\n");
    for args in [
        vec!["ocds", "indicators", "--compat", "--settings", &wrong, &file],
        vec!["ocds", "indicators", "--compat", "--settings", &settings, "/nonexistent"],
        vec!["ocds", "indicators", "--compat", "--settings", "/nonexistent", &file],
        vec!["ocds", "indicators", "--settings", &settings, &file],
        vec!["ocds", "indicators", "--compat", "--labels", &file, &file],
    ] {
        assert_eq!(code(&fadu(&args)), 2, "{args:?}");
    }
}

#[test]
fn our_rules_name_articles_evidence_and_what_they_lack() {
    let folder = tempfile::tempdir().unwrap();
    let lines = format!("{}\n{}\n", release("a", &[100, 110]), release("b", &[100, 100, 105]));
    let file = write(folder.path(), "releases.jsonl", &lines);
    let labels = write(folder.path(), "labels.csv", "ocid,label\na,0\nb,1\n");
    let marks = write(folder.path(), "marks.csv", "ocid,bid,kind,digest\na,0,account,x\na,1,account,x\n");
    let asked = ["ocds", "indicators", &file, "--must", "--labels", &labels, "--marks", &marks];
    let said = json(&fadu(&[&asked[..], &["--json"]].concat()));
    let row = |id: &str| {
        said["rules"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["rule"] == id)
            .unwrap()
            .clone()
    };
    let found = |id: &str| {
        said["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|found| found["rule"] == id)
            .count()
    };
    assert_eq!(row("short-period")["n_found"], 2);
    assert_eq!(row("short-period")["basis"], "《招标投标法》第二十四条");
    assert_eq!((found("identical-prices"), found("same-account"), found("opened-below-three")), (1, 1, 1));
    assert_eq!(row("identical-prices")["auc"], 1.0);
    assert_eq!(row("contract-departs")["n_not_computable"], 2);
    assert_eq!(row("contract-departs")["missing"], json!({"award_price": 2, "contract_price": 2}));
    let told = String::from_utf8(fadu(&asked).stdout).unwrap();
    assert!(told.contains("不是结论") && told.contains("缺：中标价、合同价"), "{told}");
    let bad = write(folder.path(), "bad.csv", "ocid,bid,kind,digest\na,9,account,x\n");
    assert_eq!(code(&fadu(&["ocds", "indicators", &file, "--marks", &bad])), 2);
}

#[test]
fn broken_files_cost_what_is_broken_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut odd = release("a", &[100]);
    odd["bids"]["details"][0]["value"]["currency"] = json!("USD");
    odd["tender"]["title"] = json!(["x"]);
    let package = write(folder.path(), "package.json", &json!({"releases": [odd, 5]}).to_string());
    let broken = write(folder.path(), "broken.json", "{\"releases\": [");
    let out = folder.path().join("tenders.jsonl");
    let asked = ["ocds", "import", &package, &broken, "/nonexistent", "--out", out.to_str().unwrap()];
    let answer = fadu(&[&asked[..], &["--json"]].concat());
    assert_eq!(code(&answer), 0, "one of them was read");
    let said = json(&answer);
    assert_eq!((said["n_tenders"].as_u64(), said["unreadable"].as_array().unwrap().len()), (Some(1), 3));
    let paths: Vec<&str> = said["unusable"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|note| note["path"].as_str())
        .collect();
    assert_eq!(paths, ["/bids/details/0/value/currency", "/tender/title"]);
    assert!(said["without_use"].get("/tender/numberOfTenderers").is_some());
    let tender: Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
    assert_eq!((&tender["id"], &tender["bids"][0]["price_fen"]), (&json!("a"), &Value::Null));
    let told = String::from_utf8(fadu(&asked).stdout).unwrap();
    assert!(told.contains("/bids/details/value/currency　不是本次所用的币种"), "{told}");
    assert_eq!(code(&fadu(&["ocds", "import", &broken])), 1, "nothing could be read");
}

#[test]
fn relations_and_common_passages_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let lines = format!("{}\n{}\n", release("a", &[100, 110]), release("b", &[100, 100, 105]));
    let file = write(folder.path(), "releases.jsonl", &lines);
    let graph = json(&fadu(&["ocds", "graph", &file, "--least", "2", "--json"]));
    assert_eq!(graph["edges"], json!([{"from": "t0", "to": "t1", "mark": null, "tenders": ["a", "b"]}]));
    assert_eq!(graph["nodes"]["t0"], json!({"kind": "bidder", "n_bids": 2, "n_won": 2}));
    let told =
        String::from_utf8(fadu(&["ocds", "graph", &file, "--least", "1", "--around", "t2"]).stdout).unwrap();
    assert!(told.contains("一同投标") && told.contains("t2（投标1，中标0）"), "{told}");

    let file = write(folder.path(), "file.txt", "投标人应当按照招标文件的要求编制投标文件。");
    let one = write(
        folder.path(),
        "one.txt",
        "投标人应当按照招标文件的要求编制投标文件。夜间施工注意防火放盗，昼夜值守。",
    );
    let other = write(
        folder.path(),
        "other.txt",
        "夜间施工注意防火放盗，昼夜值守。投标人应当按照招标文件的要求编制投标文件。另附。",
    );
    let said = json(&fadu(&["ocds", "similar", "--tender", &file, &one, &other, "--least", "8", "--json"]));
    assert_eq!(said["pairs"][0]["passages"], json!(["夜间施工注意防火放盗昼夜值守"]));
    assert_eq!(said["pairs"][0]["likeness"], 0.5, "ten pieces of twenty");
    assert_eq!(code(&fadu(&["ocds", "similar", &one])), 2, "one text is like nothing");
}
