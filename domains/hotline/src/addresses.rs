//! 标准地址。 Towns and villages by their codes, as a seat picks them: nine digits name a town (street), twelve a village
//! (community). A county brings its own list; a simulated county has one that is generated and says so.

use std::collections::BTreeMap;
use std::fmt::Write;

/// 一个标准地址。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    pub code: String,
    /// Of a village with its town before it.
    pub name: String,
}

/// In order of their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses(BTreeMap<String, String>);

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadList {
    #[error("the heading row has no column `{0}`")]
    NoColumn(&'static str),
    #[error("line {0}: `{1}` is no code of nine or twelve digits that begins with {2}")]
    Code(usize, String, String),
    #[error("line {0}: {1} stands in the list already")]
    Twice(usize, String),
    #[error("line {0}: no name")]
    NoName(usize),
    #[error("line {0}: the town of {1} is not in the list")]
    NoTown(usize, String),
}

impl Addresses {
    /// A CSV table with a heading row; `code` and `name` are read, other columns left alone. Towns stand before their
    /// villages, in one table or in two one after the other. `region`: the six digits every code begins with.
    pub fn read(&mut self, region: &str, table: &str) -> Result<usize, BadList> {
        let mut lines = table.trim_start_matches('\u{feff}').lines();
        let heading: Vec<&str> = lines.next().unwrap_or_default().split(',').map(str::trim).collect();
        let column = |name| heading.iter().position(|known| *known == name).ok_or(BadList::NoColumn(name));
        let (code_at, name_at) = (column("code")?, column("name")?);
        let mut n = 0;
        for (i, line) in lines.enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let cells: Vec<&str> = line.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
            let (line, code, name) = (i + 2, cell(code_at), cell(name_at));
            let digits = matches!(code.len(), 9 | 12) && code.bytes().all(|byte| byte.is_ascii_digit());
            if !digits || !code.starts_with(region) {
                return Err(BadList::Code(line, code.to_owned(), region.to_owned()));
            }
            if name.is_empty() {
                return Err(BadList::NoName(line));
            }
            let name = match code.get(..9).filter(|_| code.len() == 12) {
                None => name.to_owned(),
                Some(town) => match self.0.get(town) {
                    Some(town) => format!("{town}{name}"),
                    None => return Err(BadList::NoTown(line, code.to_owned())),
                },
            };
            if self.0.insert(code.to_owned(), name).is_some() {
                return Err(BadList::Twice(line, code.to_owned()));
            }
            n += 1;
        }
        Ok(n)
    }

    /// 模拟地址: twelve towns of eight villages each, of a county that does not exist.
    pub fn simulated(region: &str) -> Addresses {
        const TOWNS: [&str; 12] = [
            "城关镇",
            "河口镇",
            "石桥镇",
            "青山镇",
            "白水镇",
            "新街镇",
            "东坪镇",
            "南岭镇",
            "北湖镇",
            "西塘乡",
            "高田乡",
            "开发区",
        ];
        const VILLAGES: [&str; 8] =
            ["一村", "二村", "桥头村", "湖边村", "山下村", "新建村", "老街社区", "车站社区"];
        let mut all = BTreeMap::new();
        for (t, town) in TOWNS.iter().enumerate() {
            let code = format!("{region}{:03}", t + 1);
            for (v, village) in VILLAGES.iter().enumerate() {
                all.insert(format!("{code}{:03}", v + 1), format!("{town}{village}（模拟）"));
            }
            all.insert(code, format!("{town}（模拟）"));
        }
        Addresses(all)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(code, name)| (code.as_str(), name.as_str()))
    }

    /// The name of a code, or of the village or town a longer code lies in.
    pub fn name(&self, code: &str) -> Option<&str> {
        let within = [code.len(), 12, 9].into_iter().filter_map(|n| code.get(..n));
        within.filter_map(|code| self.0.get(code)).map(String::as_str).next()
    }

    /// An area as people say it: by its name, where the list has one.
    pub fn told<'a>(&'a self, area: &'a str) -> &'a str {
        self.name(area).unwrap_or(area)
    }

    /// What was typed at the seat: a code as it is; otherwise the one address whose name it is or is a part of.
    /// Errors: the first few it may mean, and none where it means nothing.
    pub fn resolve(&self, typed: &str) -> Result<String, Vec<Area>> {
        let typed = typed.trim();
        if typed.is_empty() || typed.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(typed.to_owned());
        }
        let area = |(code, name): (&str, &str)| Area { code: code.to_owned(), name: name.to_owned() };
        if let Some((code, _)) = self.iter().find(|(_, name)| *name == typed) {
            return Ok(code.to_owned());
        }
        let mut found: Vec<Area> = self.iter().filter(|(_, name)| name.contains(typed)).map(area).collect();
        match found.len() {
            1 => Ok(found.remove(0).code),
            _ => {
                found.truncate(5);
                Err(found)
            }
        }
    }

    /// As a table that [`Addresses::read`] reads again.
    pub fn write(&self) -> String {
        let mut table = "code,name\n".to_owned();
        for (code, name) in self.iter() {
            let town = code.get(..9).filter(|_| code.len() == 12).and_then(|town| self.0.get(town));
            let own = town.and_then(|town| name.strip_prefix(town.as_str())).unwrap_or(name);
            // Writing to a string takes everything.
            let _ = writeln!(table, "{code},{own}");
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "code,name,areaCode\n429997001,甲镇,429997\n429997001001,一村,429997\n429997001002,二村,429997\n";

    #[test]
    fn a_list_is_read_written_and_picked_from() {
        let mut list = Addresses::default();
        assert_eq!(list.read("429997", TABLE), Ok(3));
        assert_eq!(list.name("429997001001"), Some("甲镇一村"));
        assert_eq!(list.name("429997001001009999"), Some("甲镇一村"), "a door lies in its village");
        assert_eq!(list.name("429998001"), None);
        let mut again = Addresses::default();
        again.read("429997", &list.write()).unwrap();
        assert_eq!(again, list);
        assert_eq!(list.resolve("429997001002").as_deref(), Ok("429997001002"));
        assert_eq!(list.resolve(" 甲镇二村 ").as_deref(), Ok("429997001002"));
        assert_eq!(list.resolve("二村").as_deref(), Ok("429997001002"));
        assert_eq!(list.resolve("村").unwrap_err().len(), 2);
        assert_eq!(list.resolve("乙镇").unwrap_err(), []);
        assert_eq!(list.resolve("").as_deref(), Ok(""));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let read = |table: &str| Addresses::default().read("429997", table).unwrap_err();
        assert_eq!(read("name\n甲镇"), BadList::NoColumn("code"));
        assert_eq!(read("code,name\n420222100,甲镇"), BadList::Code(2, "420222100".into(), "429997".into()));
        assert_eq!(read("code,name\n4299970,甲镇"), BadList::Code(2, "4299970".into(), "429997".into()));
        assert_eq!(read("code,name\n429997001,"), BadList::NoName(2));
        assert_eq!(read("code,name\n\n429997001001,一村"), BadList::NoTown(3, "429997001001".into()));
        assert_eq!(read("code,name\n429997001,甲镇\n429997001,甲镇"), BadList::Twice(3, "429997001".into()));
    }

    #[test]
    fn the_generated_list_says_that_it_is() {
        let list = Addresses::simulated("429997");
        assert_eq!(list.len(), 12 * 9);
        assert!(
            list.iter()
                .all(|(code, name)| code.starts_with("429997") && name.ends_with("（模拟）"))
        );
    }

    #[test]
    fn a_real_county_is_read() {
        let folder = std::path::Path::new("../../../shared/data/regions");
        let table = |name: &str| std::fs::read_to_string(folder.join(name));
        let (Ok(towns), Ok(villages)) = (table("yangxin_towns.csv"), table("yangxin_villages.csv")) else {
            println!("skipped: ../shared/data/regions is not there");
            return;
        };
        let mut list = Addresses::default();
        assert_eq!(list.read("420222", &towns), Ok(21));
        assert_eq!(list.read("420222", &villages), Ok(474));
        assert_eq!(list.name("420222100002"), Some("兴国镇陵园社区居委会"));
    }
}
