//! 读入主题文件。 A theme is a file that the bureau writes; an error names the key and the line.

use crate::definition::Definition;

/// 读不出来: where and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("第{line}行，{field}：{why}")]
pub struct Unreadable {
    pub line: usize,
    /// The key as it is written in the file.
    pub field: String,
    pub why: String,
}

/// Reads one theme. What it says may still be wrong: see [`crate::check`].
pub fn read(text: &str) -> Result<Definition, Unreadable> {
    toml::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let message = error.message();
        Unreadable {
            line: text.get(..start).unwrap_or_default().matches('\n').count() + 1,
            field: named(message).unwrap_or_else(|| key_before(text, start)),
            why: in_words(message),
        }
    })
}

/// ``missing field `name` `` and ``unknown field `nmae` `` name the key themselves.
fn named(message: &str) -> Option<String> {
    let rest = message.split_once("field `")?.1;
    Some(rest.split_once('`')?.0.to_owned())
}

/// The key whose value begins here or is the last begun before.
fn key_before(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    let key = before.rsplit_once('=').map_or(before, |(key, _)| key);
    let key = key.trim_end().rsplit(['{', ',', '[', ' ']).next().unwrap_or_default();
    if key.trim().is_empty() { "文件".to_owned() } else { key.trim().to_owned() }
}

fn in_words(message: &str) -> String {
    let words =
        [("missing field", "缺少这一项"), ("unknown field", "没有这一项"), ("duplicate key", "写了两次")];
    let start = words.iter().find(|(english, _)| message.starts_with(english));
    match start {
        Some((_, zh)) => (*zh).to_owned(),
        None => format!("读不出来（{message}）"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> String {
        crate::THEMES[1].1.to_owned()
    }

    #[test]
    fn an_error_names_the_key_and_the_line() {
        let line_of = |text: &str, what: &str| text[..text.find(what).unwrap()].matches('\n').count() + 1;
        let whole = shipped();
        let table = [
            ("lead =", "laed =", "laed", "没有这一项"),
            ("permit = true", "permit = \"是\"", "permit", "读不出来"),
            ("mode = \"joint\"", "mode = \"together\"", "mode", "读不出来"),
            ("as_of = \"", "as_of = \"第", "as_of", "读不出来"),
        ];
        for (good, bad, field, why) in table {
            assert!(whole.contains(good), "{good}");
            let broken = whole.replacen(good, bad, 1);
            let error = read(&broken).unwrap_err();
            assert_eq!((error.field.as_str(), error.line), (field, line_of(&broken, bad)), "{error}");
            assert!(error.why.starts_with(why), "{error}");
        }
        let without: String = whole
            .lines()
            .filter(|line| !line.starts_with("name = "))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(read(&without).unwrap_err().field, "name");
        assert_eq!(read("= x").unwrap_err().line, 1);
    }

    #[test]
    fn the_shipped_themes_are_read_and_have_no_finding() {
        for (file, text) in crate::THEMES {
            let theme = read(text).unwrap_or_else(|error| panic!("{file}: {error}"));
            let findings: Vec<String> = crate::check(&theme).iter().map(ToString::to_string).collect();
            assert_eq!(findings, Vec::<String>::new(), "{file}");
            assert_eq!(format!("{}.toml", theme.code), file);
            assert!(theme.name.ends_with("（示例）"), "{file} is an example and says so");
            assert!(
                theme.baseline.as_ref().is_some_and(|baseline| baseline.simulated),
                "{file}: a baseline is not known"
            );
            assert_eq!(read(&toml::to_string(&theme).unwrap()), Ok(theme), "{file} is written as it is read");
        }
    }

    proptest::proptest! {
        /// Whatever a file says, reading it answers.
        #[test]
        fn a_file_cut_anywhere_is_answered(at in 0_usize..20_000) {
            let text = shipped();
            let cut: String = text.chars().take(at).collect();
            if let Err(error) = read(&cut) {
                proptest::prop_assert!(error.line <= cut.matches('\n').count() + 1 && !error.field.is_empty());
            }
        }
    }
}
