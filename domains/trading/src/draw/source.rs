//! 公共随机数的来源。 Named from a list, with its issue, before the value exists; and a value has one way of being written,
//! so that nobody tries spellings or issues until the draw pleases them.

use super::is_hash;

/// `name <tab> form`: words joined by single spaces. `issue` is the issue that was named, `hex64` a SHA-256, `two` two
/// digits, anything else itself.
const SOURCES: &str = include_str!("../../data/public-sources.tsv");

/// How a refusal says what a source looks like.
pub const EXAMPLE: &str = "中国福利彩票双色球，第2025033期";

/// `名称，第N期` of the list: its form and its issue.
fn named(source: &str) -> Option<(&'static str, &str)> {
    let (name, rest) = source.split_once("，第")?;
    let issue = rest.strip_suffix('期')?;
    let number = (1..=12).contains(&issue.len()) && issue.bytes().all(|byte| byte.is_ascii_digit());
    let mut known = SOURCES.lines().filter_map(|line| line.split_once('\t'));
    let (_, form) = known.find(|(known, _)| *known == name)?;
    (number && !issue.starts_with('0')).then_some((form, issue))
}

/// Whether it is a source of `data/public-sources.tsv` with its issue.
pub fn is_named(source: &str) -> bool {
    named(source).is_some()
}

/// Whether this value is written as its source writes it, to the last blank.
pub fn fits(source: &str, value: &str) -> bool {
    let Some((form, issue)) = named(source) else { return false };
    let (words, parts): (Vec<&str>, Vec<&str>) = (form.split(' ').collect(), value.split(' ').collect());
    words.len() == parts.len()
        && words.iter().zip(parts).all(|(word, part)| match *word {
            "issue" => part == issue,
            "hex64" => is_hash(part),
            "two" => part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()),
            literal => part == literal,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_of_the_list_and_names_its_issue() {
        assert!(is_named(EXAMPLE) && is_named("drand公共随机信标（默认链），第4873215期"));
        for source in [
            "",
            "一期尚未开奖的彩票",
            "中国福利彩票双色球",
            "中国福利彩票双色球，第期",
            "中国福利彩票双色球，第0期",
            "中国福利彩票双色球，第2025033",
            "别的彩票，第2025033期",
        ] {
            assert!(!is_named(source), "{source}");
        }
    }

    #[test]
    fn a_value_has_one_way_of_being_written() {
        let hash = "ab".repeat(32);
        let drand = "drand公共随机信标（默认链），第4873215期";
        let rows = [
            (EXAMPLE, "01 02 03 04 05 06 + 07".to_owned(), true),
            (EXAMPLE, "01 02 03 04 05 06 + 07 ".to_owned(), false),
            (EXAMPLE, "01  02 03 04 05 06 + 07".to_owned(), false),
            (EXAMPLE, "1 02 03 04 05 06 + 07".to_owned(), false),
            (EXAMPLE, "01 02 03 04 05 06 07".to_owned(), false),
            (drand, format!("4873215 {hash}"), true),
            (drand, format!("4873216 {hash}"), false),
            (drand, format!("04873215 {hash}"), false),
            (drand, format!("4873215 {}", hash.to_uppercase()), false),
            (drand, hash.clone(), false),
        ];
        for (source, value, expected) in rows {
            assert_eq!(fits(source, &value), expected, "{source}: “{value}”");
        }
    }
}
