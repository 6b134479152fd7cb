//! 文本规范化。 What counts as the same text.
//!
//! Two collections print one law with half- or full-width brackets, straight or curly quotes,
//! spaces inside 总 则, and characters that cannot be seen. None of that is law. [`normalise`]
//! takes it away for comparison only; what a page prints has merely gone through [`clean`].

/// 可比文本。 The text with width, quotes, dashes and spaces taken out of account.
///
/// Full-width ASCII becomes ASCII (so （ and ( are one), every quotation mark becomes `"` or `'`,
/// 〈〉 becomes `<>` (collections write either inside 《》), dashes and middle dots become one kind,
/// and every kind of space and the bold marks `**` are dropped. Punctuation that exists only in
/// Chinese (。、《》) stays: leaving one out does change a sentence.
pub fn normalise(text: &str) -> String {
    text.chars()
        .filter(|&c| !is_invisible(c) && !c.is_whitespace() && c != '*')
        .map(fold)
        .collect()
}

/// 清洗一行。 One line without invisible characters, outer spaces, or runs of spaces.
///
/// Non-breaking, ideographic and other wide spaces count as spaces. The words, the quotation
/// marks and the brackets stay as printed.
pub fn clean(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars().filter(|&c| !is_invisible(c)) {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// 清洗标题。 A cleaned heading without the spaces that spread 总 则 over a line.
///
/// A space is kept only where one side of it is not a Han character, so a Latin name survives.
pub fn clean_heading(line: &str) -> String {
    let line = clean(line);
    let chars: Vec<char> = line.chars().collect();
    let spreads = |i: usize| {
        chars[i] == ' ' && i > 0 && is_han(chars[i - 1]) && chars.get(i + 1).is_some_and(|&c| is_han(c))
    };
    (0..chars.len()).filter(|&i| !spreads(i)).map(|i| chars[i]).collect()
}

/// 不可见字符。 Zero-width characters, direction marks and the byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// 坏字。 A replacement or private-use character: something was lost before the file came to us.
pub(crate) fn is_damaged(c: char) -> bool {
    matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3134F}')
}

fn fold(c: char) -> char {
    match c {
        '“' | '”' | '„' | '‟' | '＂' | '「' | '」' | '『' | '』' => '"',
        '‘' | '’' | '‚' | '‛' | '＇' => '\'',
        '〈' | '＜' => '<',
        '〉' | '＞' => '>',
        '—' | '–' | '―' | '－' | '─' | '‐' | '‑' => '-',
        '·' | '•' | '・' | '‧' | '∙' => '·',
        '○' | '◯' => '〇',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_law_in_two_prints() {
        let rows = [
            ("width of brackets", "（一）必须进行招标：", "(一)必须进行招标:"),
            ("width of digits", "放假１天", "放假1天"),
            ("quotes", "“三日”", "\"三日\""),
            ("corner quotes", "「三日」", "“三日”"),
            ("angle quotes in a title", "《关于修改〈统计法〉的决定》", "《关于修改<统计法>的决定》"),
            ("spread heading", "第一章　总　则", "第一章 总则"),
            ("invisible", "第一条\u{200B} 为了", "\u{FEFF}第一条\u{A0}为了"),
            ("bold marker", "**第一条**　为了", "第一条 为了"),
            ("dash", "法—人", "法－人"),
            ("middle dot", "买买提·艾力", "买买提•艾力"),
        ];
        for (why, a, b) in rows {
            assert_eq!(normalise(a), normalise(b), "{why}");
        }
    }

    #[test]
    fn different_law_stays_different() {
        let rows = [("五日内", "三日内"), ("法律、法规", "法律法规"), ("《统计法》", "统计法")];
        for (a, b) in rows {
            assert_ne!(normalise(a), normalise(b));
        }
    }

    #[test]
    fn cleans_without_touching_words() {
        assert_eq!(clean("\u{200B}"), "");
        assert_eq!(clean("　　第一条　“甲”（乙）  丙\u{200F} "), "第一条 “甲”（乙） 丙");
        assert_eq!(clean_heading("总 则"), "总则");
        assert_eq!(clean_heading("附　　则"), "附则");
        assert_eq!(clean_heading("GB 18030 的使用"), "GB 18030 的使用");
        assert!(is_damaged('\u{FFFD}') && is_damaged('\u{E5E5}') && !is_damaged('法'));
    }
}
