//! 地名。 Which standard addresses a text names: the register's towns and villages as they are written and as people say
//! them, found in one pass by the longest name, and told apart by the town that is named beside.
//!
//! A bare stem is no name: 大力, 太平 and 火车站 are villages of one county and words in every other. It counts only right
//! behind its town, as does a name of two characters.

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use fadu_hotline::addresses::Addresses;
use fadu_hotline::order::act::Suggestion;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Places proposed at most.
const TOP: usize = 3;
/// What is read of a text: as with the model, where it is about is said in front.
const READ: usize = 2000;
/// A name by itself has so many characters at least.
const SHORTEST: usize = 3;
/// 九位：乡镇、街道。
const TOWN: usize = 9;

/// How the name of a village's organisation ends, longest first, and how people say it.
const VILLAGES: [(&str, [&str; 2]); 8] = [
    ("社区居民委员会", ["社区", "居委会"]),
    ("社区居委会", ["社区", "居委会"]),
    ("居民委员会", ["社区", "居委会"]),
    ("村民委员会", ["村", "村委会"]),
    ("居委会", ["社区", "居委会"]),
    ("村委会", ["村", "村委会"]),
    ("社区", ["社区", "居委会"]),
    ("村", ["村", "村委会"]),
];
/// What a town's name ends with, and what is left out before a village.
const TOWNS: [&str; 6] = ["街道办事处", "开发区", "街道", "农场", "镇", "乡"];

/// 地名录。
pub struct Gazetteer {
    /// Which register it was made of: its digest, so that a changed list is another adviser.
    register: String,
    names: AhoCorasick,
    /// The addresses that each name may mean, in the order of the names.
    codes: Vec<BTreeSet<String>>,
}

impl Gazetteer {
    /// Errors: the register has more names than an automaton takes.
    pub fn of(addresses: &Addresses) -> Result<Gazetteer, BuildError> {
        let mut means: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut put = |name: String, code: &str| {
            means.entry(name).or_default().insert(code.to_owned());
        };
        for (code, name) in addresses.iter() {
            let town = code
                .get(..TOWN)
                .filter(|_| code.len() > TOWN)
                .and_then(|town| addresses.name(town));
            let Some(town) = town else {
                put(plain(name).to_owned(), code);
                continue;
            };
            let own = name
                .strip_prefix(plain(town))
                .map_or(name, |own| own.strip_prefix(remark(town)).unwrap_or(own));
            let (said, stem) = village(plain(own));
            let towns = [Some(plain(town)), short(plain(town))];
            for name in said {
                for town in towns.iter().flatten() {
                    put(format!("{town}{name}"), code);
                }
                if name.chars().count() >= SHORTEST {
                    put(name, code);
                }
            }
            put(format!("{}{stem}", plain(town)), code);
        }
        let names = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(means.keys())?;
        Ok(Gazetteer { register: register(addresses), names, codes: means.into_values().collect() })
    }

    /// 地点建议。 Codes with their share in thousandths of what the text names, best first: addresses of one name share alike,
    /// unless a town beside it says which is meant. A share is no chance of being right. `None` where nothing is named.
    pub fn suggestion(&self, text: &str) -> Option<Suggestion> {
        let end = text.char_indices().nth(READ).map_or(text.len(), |(at, _)| at);
        let named: Vec<&BTreeSet<String>> = self
            .names
            .find_iter(&text[..end])
            .filter_map(|found| self.codes.get(found.pattern().as_usize()))
            .collect();
        let towns: BTreeSet<&str> = named.iter().copied().filter_map(one_town).collect();
        let mut weights: BTreeMap<&str, u32> = BTreeMap::new();
        for codes in named {
            let near = codes.iter().filter(|code| towns.contains(town(code))).count();
            let meant = codes.iter().filter(|code| near == 0 || towns.contains(town(code)));
            let n = if near == 0 { codes.len() } else { near };
            let each = 1000 / n.max(1) as u32;
            for code in meant {
                *weights.entry(code).or_default() += each;
            }
        }
        // A town that is named with one of its villages says which village, and no place of its own.
        let closer: BTreeSet<&str> =
            weights.keys().copied().filter(|code| code.len() > TOWN).map(town).collect();
        weights.retain(|code, _| code.len() > TOWN || !closer.contains(code));
        let whole: u32 = weights.values().sum();
        let share = |weight: u32| u16::try_from(weight * 1000 / whole.max(1)).unwrap_or(1000);
        let mut top: Vec<(String, u16)> = weights
            .into_iter()
            .map(|(code, weight)| (code.to_owned(), share(weight)))
            .collect();
        top.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        top.truncate(TOP);
        (!top.is_empty()).then(|| Suggestion { model: self.register.clone(), top })
    }
}

fn register(addresses: &Addresses) -> String {
    let digest = Sha256::digest(addresses.write());
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("addresses-{hex}")
}

fn town(code: &str) -> &str {
    code.get(..TOWN).unwrap_or(code)
}

/// The town in which all of them lie.
fn one_town(codes: &BTreeSet<String>) -> Option<&str> {
    let first = town(codes.first()?);
    codes.iter().all(|code| town(code) == first).then_some(first)
}

/// Nobody says the remark in brackets: 城关镇（模拟）.
fn plain(name: &str) -> &str {
    name.split('（').next().unwrap_or(name)
}

fn remark(name: &str) -> &str {
    &name[plain(name).len()..]
}

/// A village's name as it is written and as people say it, and its stem.
fn village(own: &str) -> (BTreeSet<String>, &str) {
    let ending = VILLAGES.iter().find_map(|(end, said)| Some((own.strip_suffix(end)?, said)));
    match ending.filter(|(stem, _)| !stem.is_empty()) {
        Some((stem, said)) => {
            let spoken = said.iter().map(|end| format!("{stem}{end}"));
            (spoken.chain([own.to_owned()]).collect(), stem)
        }
        None => (BTreeSet::from([own.to_owned()]), own),
    }
}

/// 兴国镇 → 兴国. `None` where too little would be left.
fn short(town: &str) -> Option<&str> {
    let stem = TOWNS.iter().find_map(|end| town.strip_suffix(end))?;
    (stem.chars().count() > 1).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const TABLE: &str = "code,name\n429997001,甲山镇\n429997001001,太平村委会\n429997001002,陵园社区居委会\n429997001003,一村\n\
                         429997002,乙水乡\n429997002001,太平村委会\n429997002002,大力村委会\n";

    fn gazetteer() -> Gazetteer {
        let mut list = Addresses::default();
        list.read("429997", TABLE).unwrap();
        Gazetteer::of(&list).unwrap()
    }

    #[test]
    fn a_text_names_what_the_register_has() {
        let gazetteer = gazetteer();
        for (text, expected) in [
            ("太平村委会的路灯坏了", vec![("429997001001", 500), ("429997002001", 500)]),
            ("乙水乡太平村的路灯坏了", vec![("429997002001", 1000)]),
            ("乙水太平村的路灯坏了", vec![("429997002001", 1000)]),
            ("我住乙水乡，太平村三组的路灯坏了", vec![("429997002001", 1000)]),
            ("陵园社区和甲山镇太平村都停水", vec![("429997001001", 500), ("429997001002", 500)]),
            ("陵园社区停水，陵园居委会不管，太平村也停", vec![("429997001002", 666), ("429997001001", 333)]),
            ("甲山镇停水", vec![("429997001", 1000)]),
            ("甲山镇停水，乙水乡大力村也停", vec![("429997001", 500), ("429997002002", 500)]),
            ("请大力整治，建设太平社会，统一村容", vec![]),
            ("乙水乡大力组停水", vec![("429997002002", 1000)]),
            ("甲山镇一村停水", vec![("429997001003", 1000)]),
            ("第一村停水", vec![]),
            ("", vec![]),
            ("😀\u{0}", vec![]),
        ] {
            let found = gazetteer.suggestion(text).map(|found| found.top).unwrap_or_default();
            let found: Vec<(&str, u16)> = found.iter().map(|(code, share)| (code.as_str(), *share)).collect();
            assert_eq!(found, expected, "{text}");
        }
        let far = format!("{}太平村", "长".repeat(READ));
        assert_eq!(gazetteer.suggestion(&far), None, "what is read ends somewhere");
    }

    #[test]
    fn a_simulated_list_is_read_without_its_remark() {
        let list = Addresses::simulated("429997");
        let gazetteer = Gazetteer::of(&list).unwrap();
        let found = gazetteer.suggestion("河口镇桥头村的桥塌了一角").unwrap();
        assert_eq!(found.top, [("429997002003".to_owned(), 1000)]);
        assert_eq!(found.model, register(&list));
        assert_ne!(found.model, self::gazetteer().register, "another list is another adviser");
    }

    /// On a real register every village is found behind its town; by itself, as far as its name is its own. Messages of
    /// another city name no place of it: whatever is found there is a false alarm.
    #[test]
    fn on_real_names_and_messages_it_is_measured() {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
        let read = |name: &str| std::fs::read_to_string(beside.join(name));
        let (Ok(towns), Ok(villages), Ok(messages)) = (
            read("regions/yangxin_towns.csv"),
            read("regions/yangxin_villages.csv"),
            read("hotline/messages_labelled_L1.csv"),
        ) else {
            println!("skipped: ../shared/data/regions and hotline are not there");
            return;
        };
        let mut list = Addresses::default();
        list.read("420222", &towns).unwrap();
        list.read("420222", &villages).unwrap();
        let gazetteer = Gazetteer::of(&list).unwrap();
        let first = |text: &str| gazetteer.suggestion(text).map(|found| found.top[0].clone());
        let (mut n, mut with_town, mut alone) = (0, 0, 0);
        for (code, name) in list.iter().filter(|(code, _)| code.len() > TOWN) {
            n += 1;
            with_town += usize::from(
                first(&format!("我们{name}的路灯坏了"))
                    .is_some_and(|(found, share)| found == code && share == 1000),
            );
            let own = name.strip_prefix(list.name(town(code)).unwrap()).unwrap();
            alone += usize::from(
                first(&format!("我们{own}的路灯坏了"))
                    .is_some_and(|(found, share)| found == code && share == 1000),
            );
        }
        let mut reader = csv::Reader::from_reader(messages.trim_start_matches('\u{feff}').as_bytes());
        let texts: Vec<String> = reader
            .records()
            .map(|row| row.unwrap().iter().collect::<Vec<_>>().join("\n"))
            .collect();
        let alarms = texts.iter().filter(|text| gazetteer.suggestion(text).is_some()).count();
        println!(
            "{n} villages: with their town {with_town} are named first and alone, by their own name {alone}; \
             {alarms} of {} messages of another city name one",
            texts.len()
        );
        assert_eq!((n, with_town, texts.len()), (474, 474, 495));
        assert!(alone >= 450 && alarms <= 5, "{alone} of {n}, {alarms} false alarms");
    }
}
