//! 交换包的表格形式。 One CSV file for each table, a row for the batch, and the code lists beside them.

use crate::code_list::{AUDIENCES, BodyKind, Level, PowerSource, RESULTS, Scope, TASK_TYPES, UseLevel};
use crate::exchange::{BadExchange, Basic, Directory, Extend, Package, Paper};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Batch {
    batch: String,
    sync_type: String,
    sync_time: String,
    data_source: String,
}

/// 代码表的一行。
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Code {
    pub list: &'static str,
    pub code: u8,
    pub name: &'static str,
}

/// All lists that the tables use.
pub fn code_lists() -> Vec<Code> {
    let of = |list: &'static str, rows: Vec<(u8, &'static str)>| {
        rows.into_iter().map(move |(code, name)| Code { list, code, name })
    };
    let coded = |rows: &[(&str, u8, &'static str)]| rows.iter().map(|(_, code, zh)| (*code, *zh)).collect();
    [
        of("task_state", vec![(1, "在用"), (2, "暂停"), (3, "取消")]).collect::<Vec<_>>(),
        of("task_type", TASK_TYPES.to_vec()).collect(),
        of("use_level", UseLevel::ALL.iter().map(|value| (value.code(), value.zh())).collect()).collect(),
        of("power_source", PowerSource::ALL.iter().map(|value| (value.code(), value.zh())).collect())
            .collect(),
        of("dept_type", BodyKind::ALL.iter().map(|value| (value.code(), value.zh())).collect()).collect(),
        of("serve_type", coded(&AUDIENCES)).collect(),
        of("project_type", vec![(1, "即办件"), (2, "承诺件")]).collect(),
        of("handle_form", vec![(1, "窗口"), (2, "网上"), (3, "快递")]).collect(),
        of("handle_scope", Scope::ALL.iter().map(|value| (value.code(), value.zh())).collect()).collect(),
        of("result_type", coded(&RESULTS)).collect(),
        of("by_law_level", Level::ALL.iter().map(|value| (value.code(), value.zh())).collect()).collect(),
    ]
    .concat()
}

/// File names and their text.
pub fn write(package: &Package) -> Result<Vec<(&'static str, String)>, BadExchange> {
    let batch = Batch {
        batch: package.batch.clone(),
        sync_type: package.sync_type.clone(),
        sync_time: package.sync_time.clone(),
        data_source: package.data_source.clone(),
    };
    Ok(vec![
        ("batch.csv", table("batch", &[batch])?),
        ("up_task_directory.csv", table("up_task_directory", &package.up_task_directory)?),
        ("up_task_general_basic.csv", table("up_task_general_basic", &package.up_task_general_basic)?),
        ("up_task_general_extend.csv", table("up_task_general_extend", &package.up_task_general_extend)?),
        (
            "up_task_general_material.csv",
            table("up_task_general_material", &package.up_task_general_material)?,
        ),
        ("code_lists.csv", table("code_lists", &code_lists())?),
    ])
}

fn table<T: Serialize>(name: &'static str, rows: &[T]) -> Result<String, BadExchange> {
    let bad = |why: String| BadExchange::Table { table: name, why };
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(|error| bad(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| bad(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| bad(error.to_string()))
}

/// `text` gives a file by its name; one that is absent is an empty table, but for the items themselves.
pub fn read(text: &dyn Fn(&str) -> Option<String>) -> Result<Package, BadExchange> {
    let batch: Vec<Batch> = rows("batch", text("batch.csv"))?;
    let batch = batch.into_iter().next().unwrap_or_default();
    let directory: Vec<Directory> = rows("up_task_directory", text("up_task_directory.csv"))?;
    let Some(items) = text("up_task_general_basic.csv") else {
        let why = "没有 up_task_general_basic.csv".to_owned();
        return Err(BadExchange::Table { table: "up_task_general_basic", why });
    };
    let basic: Vec<Basic> = rows("up_task_general_basic", Some(items))?;
    let extend: Vec<Extend> = rows("up_task_general_extend", text("up_task_general_extend.csv"))?;
    let material: Vec<Paper> = rows("up_task_general_material", text("up_task_general_material.csv"))?;
    Ok(Package {
        batch: batch.batch,
        sync_type: batch.sync_type,
        sync_time: batch.sync_time,
        data_source: batch.data_source,
        up_task_directory: directory,
        up_task_general_basic: basic,
        up_task_general_extend: extend,
        up_task_general_material: material,
    })
}

fn rows<T: DeserializeOwned>(name: &'static str, text: Option<String>) -> Result<Vec<T>, BadExchange> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let bad = |why: String| BadExchange::Table { table: name, why };
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let heads = reader.headers().map_err(|error| bad(error.to_string()))?.clone();
    let read = reader.deserialize().collect::<Result<Vec<T>, _>>();
    read.map_err(|error| match error.kind() {
        csv::ErrorKind::Deserialize { pos, err } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            let column = err.field().and_then(|at| heads.get(usize::try_from(at).ok()?));
            bad(format!("第{line}行 {}：读不出来", column.unwrap_or("某列")))
        }
        _ => bad(error.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Definition;
    use crate::exchange::base_code;
    use crate::item::Item;
    use fadu_kernel::Basis;
    use jiff::civil::date;
    use std::collections::BTreeMap;

    /// The shipped items as published, and how a citation of theirs is read.
    fn county() -> (Vec<Item>, BTreeMap<String, Basis>) {
        let definitions = Definition::read_all(crate::ITEMS).unwrap();
        let mut citations = BTreeMap::new();
        for definition in &definitions {
            let of_rows = definition.materials.iter().filter_map(|row| row.basis.clone());
            let limits = [&definition.statutory, &definition.promised].map(|limit| limit.basis.clone());
            let bases = definition.bases.iter().map(|support| support.basis.clone());
            let all = bases
                .chain(of_rows)
                .chain(limits.into_iter().flatten())
                .chain(definition.fee.basis.clone());
            citations.extend(all.map(|basis| (basis.to_string(), basis)));
        }
        let item = |(n, definition): (usize, Definition)| {
            let mut item = crate::spec_item::published(definition, date(2025, 1, 2));
            item.code = format!("{:012}", n + 1);
            item.task_type = item.versions[0].definition.task_type;
            item.name = item.versions[0].definition.name.clone();
            item.department = item.versions[0].definition.department.clone();
            item
        };
        (definitions.into_iter().enumerate().map(item).collect(), citations)
    }

    fn sent(items: &[Item]) -> Package {
        let mut package =
            Package { batch: "2025-03-03".into(), sync_type: "full".into(), ..Package::default() };
        items.iter().for_each(|item| package.add(item));
        package
    }

    fn of_files(files: &[(&'static str, String)]) -> Result<Package, BadExchange> {
        let text = |name: &str| files.iter().find(|(known, _)| *known == name).map(|(_, text)| text.clone());
        read(&text)
    }

    #[test]
    fn every_shipped_item_comes_back_as_it_was_sent() {
        let (items, citations) = county();
        let package = sent(&items);
        let back = of_files(&write(&package).unwrap()).unwrap();
        assert_eq!(back, package, "CSV carries the whole package");
        let text = serde_json::to_string(&package).unwrap();
        assert_eq!(serde_json::from_str::<Package>(&text).unwrap(), package, "and so does JSON");

        let own = |code: &str| {
            let item = items.iter().find(|item| item.code == code)?;
            Some(item.versions[0].definition.clone())
        };
        let citation = |text: &str| citations.get(text).cloned();
        for incoming in back.read(&own, &citation).unwrap() {
            let before = own(&incoming.code).unwrap();
            let found = crate::diff::diff(&before, &incoming.definition);
            assert!(found.is_empty(), "{}: {found:?}", before.name);
        }
        // A place that has none of them yet.
        for incoming in back.read(&|_| None, &citation).unwrap() {
            let found = crate::diff::drifted(&own(&incoming.code).unwrap(), &incoming.definition);
            assert!(found.is_empty(), "{found:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_by_table_row_and_column() {
        let (items, citations) = county();
        let citation = |text: &str| citations.get(text).cloned();
        type Spoil = fn(&mut Package);
        let table: [(Spoil, &str); 7] = [
            (
                |p| p.up_task_general_basic[1].project_type = 7,
                "up_task_general_basic 第2行 project_type：没有办件类型7",
            ),
            (
                |p| p.up_task_general_basic[0].power_source = 9,
                "up_task_general_basic 第1行 power_source：没有权力来源9",
            ),
            (
                |p| p.up_task_general_basic[0].promise_type = "周".into(),
                "up_task_general_basic 第1行 promise_type：单位“周”不是工作日、自然日或者无",
            ),
            (
                |p| p.up_task_general_basic[0].by_law = "某某规定".into(),
                "up_task_general_basic 第1行 by_law：读不出依据“某某规定”",
            ),
            (
                |p| p.up_task_general_basic[0].special_procedure = "等领导：9".into(),
                "up_task_general_basic 第1行 special_procedure：只有行政许可法第四十五条列举的八种",
            ),
            (
                |p| p.up_task_general_material[2].necessity = "随便".into(),
                "up_task_general_material 第3行 necessity：“随便”不是必要或者非必要",
            ),
            (
                |p| p.up_task_general_basic[1].task_code = p.up_task_general_basic[0].task_code.clone(),
                "实施清单里的 000000000001 出现了两次",
            ),
        ];
        for (spoil, expected) in table {
            let mut package = sent(&items);
            spoil(&mut package);
            let error = package.read(&|_| None, &citation).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        assert!(of_files(&[]).is_err(), "a package without items");
        let broken = [("up_task_general_basic.csv", "task_code,limit_scene_num\nA,many\n".to_owned())];
        let told = of_files(&broken).unwrap_err().to_string();
        assert_eq!(told, "up_task_general_basic：第2行 limit_scene_num：读不出来");
    }

    #[test]
    fn items_of_all_levels_know_each_other_by_their_base_code() {
        let credit = fadu_kernel::codes::complete_credit_code("11420222011234567").unwrap();
        let table = [
            ("000120007000".to_owned(), "000120007000"),
            (format!("{credit}4000120007000"), "000120007000"),
            (format!("{credit}400012000700001"), "000120007000"),
            ("511Z07001006-511602000000-000-11511301008778183N-1-00".to_owned(), "511Z07001006"),
            ("MN-1".to_owned(), "MN-1"),
        ];
        for (code, base) in &table {
            assert_eq!(base_code(code), *base, "{code}");
        }
    }

    #[test]
    fn no_code_stands_for_two_things() {
        let mut seen = std::collections::BTreeSet::new();
        for code in code_lists() {
            assert!(seen.insert((code.list, code.code)), "{code:?}");
        }
    }
}
