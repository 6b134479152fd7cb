//! 事项清单。 The list of items a county hands over: names, codes, departments and types, and nothing else.

use crate::definition::Definition;
use crate::item::Item;
use fadu_kernel::{MatterId, codes};
use serde::Serialize;
use std::collections::HashSet;

/// 一行事项。
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing {
    pub department: String,
    pub name: String,
    pub code: String,
    /// 事项类型 of the exchange standard: 1 permit, 5 payment, 7 confirmation, 8 reward, 9 arbitration, 10 other, 20 public service.
    pub task_type: u8,
    /// What the code says wrongly about itself; kept, not dropped.
    pub findings: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum BadListing {
    #[error("第{line}行读不出来：{why}")]
    Line { line: u64, why: String },
    #[error("没有列“{0}”；需要 department、name、item_code、task_type 四列")]
    Column(&'static str),
    #[error("第{line}行：{field}为空")]
    Empty { line: u64, field: &'static str },
    #[error("第{line}行：事项类型“{found}”不是数字")]
    TaskType { line: u64, found: String },
    #[error("第{line}行：事项编码 {code} 前面已经出现过")]
    Twice { line: u64, code: String },
}

impl Listing {
    /// Reads a CSV file with a heading row; other columns are ignored. The error names line and field.
    pub fn read_all(text: &str) -> Result<Vec<Listing>, BadListing> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let bad = |error: csv::Error| BadListing::Line {
            line: error.position().map_or(0, csv::Position::line),
            why: error.to_string(),
        };
        let heads = reader.headers().map_err(bad)?.clone();
        let column =
            |name: &'static str| heads.iter().position(|head| head == name).ok_or(BadListing::Column(name));
        let (department, name, code, task_type) =
            (column("department")?, column("name")?, column("item_code")?, column("task_type")?);
        let mut seen = HashSet::new();
        let mut listings = Vec::new();
        for record in reader.records() {
            let record = record.map_err(bad)?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |at: usize, field: &'static str| match record.get(at).unwrap_or_default() {
                "" => Err(BadListing::Empty { line, field }),
                text => Ok(text.to_owned()),
            };
            let (department, name, code, written) = (
                cell(department, "department")?,
                cell(name, "name")?,
                cell(code, "item_code")?,
                cell(task_type, "task_type")?,
            );
            let task_type = written.parse().map_err(|_| BadListing::TaskType { line, found: written })?;
            if !seen.insert(code.clone()) {
                return Err(BadListing::Twice { line, code });
            }
            listings.push(Listing {
                findings: codes::item_code_findings(&code),
                department,
                name,
                code,
                task_type,
            });
        }
        Ok(listings)
    }

    pub fn id(&self) -> MatterId {
        Item::id(&self.code)
    }

    /// The completed definition that carries this item's official name.
    pub fn completed_by<'a>(&self, definitions: &'a [Definition]) -> Option<&'a Definition> {
        definitions.iter().find(|definition| definition.matches.contains(&self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "department,main_item,name,item_code,task_type\n";

    #[test]
    fn a_bad_line_is_named() {
        let table = [
            ("局,未分类,甲,000120007000,1\n", Ok(1)),
            ("局,未分类,甲,,1\n", Err("第2行：item_code为空")),
            ("局,未分类,甲,000120007000,许可\n", Err("第2行：事项类型“许可”不是数字")),
            (
                "局,未分类,甲,000120007000,1\n局,未分类,乙,000120007000,1\n",
                Err("第3行：事项编码 000120007000 前面已经出现过"),
            ),
        ];
        for (rows, then) in table {
            let read = Listing::read_all(&format!("{HEAD}{rows}"))
                .map(|listings| listings.len())
                .map_err(|error| error.to_string());
            assert_eq!(read, then.map_err(str::to_owned), "{rows}");
        }
        assert!(matches!(Listing::read_all("department,name\n"), Err(BadListing::Column("item_code"))));
    }

    #[test]
    fn a_code_that_fails_its_check_is_kept_with_a_finding() {
        let listings = Listing::read_all(&format!(
            "{HEAD}局,未分类,甲,512B0053300006-511602000000-000-083372204-1-00,20\n"
        ))
        .unwrap();
        assert_eq!(listings[0].findings.len(), 1);
        assert_eq!(listings[0].id(), listings[0].id());
    }
}
