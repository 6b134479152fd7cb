//! 数据包核验。 Whether a package is whole, and who did what in it and when: without any database, by the key of the county's
//! ledger that the reader holds.

use super::FORMAT;
use fadu_kernel::rows::Kept;
use fadu_kernel::{Basis, Rule};
use fadu_ledger::Receipt;
use fadu_ledger::note::{VerifyKey, hex};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

fadu_kernel::rules! {
    WHOLE = "ARC-02", "电子档案应当来源可靠、程序规范、要素合规；缺了、改了的，来源不能确认的，不是完整的电子档案", [Basis::article("档案法", 37)];
    EXPORTED = "ARC-03", "业务系统与电子档案管理系统相互衔接：办结的办件整件导出", [Basis::article("档案法", 36), Basis::article("档案法实施条例", 38)];
    TRACED = "ARC-08", "形成者、形成活动、形成时间可以确认，全过程记录、可追溯", [Basis::article("档案法实施条例", 39)];
}

/// What packages are bound by.
pub const ARCHIVING: Kept = Kept { rules: ALL, rows: include_str!("../../archive-rows.tsv") };

/// 核验通过。
pub struct Checked {
    pub number: String,
    pub n_files: usize,
    pub n_entries: usize,
}

/// 核验不过, by which rule and why.
pub struct Bad {
    pub rule: &'static Rule,
    pub why: String,
}

fn no<T>(rule: &'static Rule, why: impl Into<String>) -> Result<T, Bad> {
    Err(Bad { rule, why: why.into() })
}

/// Reads a package as it was downloaded.
/// Errors: the first thing that is wrong with it.
pub fn check_archive(tar: &[u8], key: &VerifyKey) -> Result<Checked, Bad> {
    let Some(files) = unpacked(tar) else { return no(&WHOLE, "不是完整的tar文件") };
    let index = files
        .get("index.json")
        .and_then(|file| serde_json::from_slice::<Value>(file).ok());
    let Some(index) = index.filter(|index| index["format"] == FORMAT) else {
        return no(&WHOLE, format!("没有{FORMAT}格式的索引"));
    };
    listed(&index, &files)?;
    let mut n_entries = 0;
    for line in lines(&index, "entries") {
        n_entries += 1;
        traced(line, &files, key)?;
    }
    if n_entries == 0 {
        return no(&WHOLE, "没有台账记录");
    }
    let number = index["number"].as_str().unwrap_or_default().to_owned();
    Ok(Checked { number, n_files: files.len(), n_entries })
}

fn lines<'a>(index: &'a Value, part: &str) -> impl Iterator<Item = &'a Value> {
    index[part].as_array().into_iter().flatten()
}

/// Every file that the index tells of is there unchanged, and no other.
fn listed(index: &Value, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Bad> {
    let mut told = BTreeSet::from(["index.json"]);
    let all = ["entries", "materials", "documents"]
        .into_iter()
        .flat_map(|part| lines(index, part));
    for line in all.chain([&index["form"]]) {
        // What was seen on paper, or destroyed with the applicant's data, is told of without a file.
        let Some(path) = line["path"].as_str() else { continue };
        let Some(file) = files.get(path) else {
            return no(&WHOLE, format!("索引写明的{path}不在包里"));
        };
        if line["sha256"].as_str() != Some(hex(&Sha256::digest(file)).as_str()) {
            return no(&WHOLE, format!("{path}与索引写明的摘要不符"));
        }
        told.insert(path);
    }
    match files.keys().find(|name| !told.contains(name.as_str())) {
        Some(other) => no(&WHOLE, format!("{other}没有写进索引")),
        None => Ok(()),
    }
}

/// The entry stands in the ledger that the key signs, says who, what and when, and the index tells the same.
fn traced(line: &Value, files: &BTreeMap<String, Vec<u8>>, key: &VerifyKey) -> Result<(), Bad> {
    let path = line["path"].as_str().unwrap_or_default();
    let text = files
        .get(path)
        .and_then(|file| std::str::from_utf8(file).ok())
        .unwrap_or_default();
    let receipt = match Receipt::parse(text).and_then(|receipt| receipt.verify(key).map(|_| receipt)) {
        Ok(receipt) => receipt,
        Err(error) => return no(&WHOLE, format!("{path}：{error}")),
    };
    let entry: Value = serde_json::from_str(&receipt.entry).unwrap_or_default();
    let [actor, fact, at] = ["actor", "fact", "at"].map(|field| entry[field].as_str().unwrap_or_default());
    if actor.is_empty() || fact.is_empty() || at.is_empty() {
        return no(&TRACED, format!("{path}没有写明形成者、形成活动或者形成时间"));
    }
    let same = line["seq"].as_u64() == Some(receipt.seq)
        && line["fact"].as_str() == Some(fact)
        && line["day"].as_str() == at.get(..10);
    if same {
        Ok(())
    } else {
        no(&TRACED, format!("{path}与索引写明的编号、活动或者日期不一致"))
    }
}

/// The files of a package by name; `None` where it breaks off.
fn unpacked(tar: &[u8]) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(tar).entries().ok()? {
        let mut entry = entry.ok()?;
        let name = entry.path().ok()?.to_str()?.to_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).ok()?;
        if bytes.len() as u64 != entry.size() {
            return None;
        }
        files.insert(name, bytes);
    }
    Some(files)
}
