//! 行文。 The small rules of written official Chinese: full-width punctuation and numerals.

/// 全角标点。 Half-width punctuation that touches Chinese text becomes full-width
/// (GB/T 15834). Numbers, addresses and Latin text keep theirs: `1,998`, `v2.0`, `https://…`.
pub(crate) fn full_width(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = chars.clone();
    let mut open = Vec::new();
    for (at, &char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|i| chars[i]);
        let after = chars.get(at + 1).copied();
        let beside = before.is_some_and(is_han) || after.is_some_and(is_han);
        let wide = match char {
            ',' => '，',
            ';' => '；',
            ':' => '：',
            '?' => '？',
            '!' => '！',
            // A full stop only ends a sentence; elsewhere it is a decimal point or an abbreviation.
            '.' if before.is_some_and(is_han) && after.is_none_or(is_han) => '。',
            '(' => {
                open.push((at, beside));
                continue;
            }
            ')' => {
                // Brackets change in pairs, when Chinese stands on any side of either.
                if let Some((from, opened_beside)) = open.pop()
                    && (opened_beside || beside)
                {
                    (out[from], out[at]) = ('（', '）');
                }
                continue;
            }
            _ => continue,
        };
        if beside {
            out[at] = wide;
        }
    }
    out.into_iter().collect()
}

fn is_han(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' | '《' | '》' | '“' | '”' | '〇' | '、' | '。' | '）' | '（')
}

/// 汉字数字。 0 to 9,999 in words: 15 → 十五, 60 → 六十, 105 → 一百〇五.
/// Above that the digits are kept: no limit in law is so long.
pub(crate) fn han_number(number: u16) -> String {
    const DIGITS: [&str; 10] = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    const UNITS: [(u16, &str); 4] = [(1000, "千"), (100, "百"), (10, "十"), (1, "")];
    match number {
        0 => return DIGITS[0].to_owned(),
        10..20 => return format!("十{}", if number == 10 { String::new() } else { han_number(number - 10) }),
        10_000.. => return number.to_string(),
        _ => {}
    }
    let mut words = String::new();
    let mut gap = false;
    for (unit, name) in UNITS {
        let digit = number / unit % 10;
        if digit == 0 {
            gap = !words.is_empty();
            continue;
        }
        if gap {
            words.push_str(DIGITS[0]);
            gap = false;
        }
        words.push_str(DIGITS[usize::from(digit)]);
        words.push_str(name);
    }
    words
}

/// 成文日期。 The date a document bears, read from its words for the PDF's own record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CivilDate {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

impl CivilDate {
    /// Stands in a PDF whose date is written in a way we cannot read; the page shows the words.
    pub(crate) const UNKNOWN: CivilDate = CivilDate { year: 2000, month: 1, day: 1 };

    /// 2025年3月6日 or 二〇二五年三月六日, wherever it stands in `text`.
    pub(crate) fn read(text: &str) -> Option<CivilDate> {
        let (year, rest) = text.split_once('年')?;
        let (month, rest) = rest.split_once('月')?;
        let (day, _) = rest.split_once('日')?;
        let year = year
            .chars()
            .rev()
            .map_while(digit)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .fold(0, |sum, digit| sum * 10 + i32::from(digit));
        let date = CivilDate { year, month: small_number(month)?, day: small_number(day)? };
        ((1..=9999).contains(&date.year) && (1..=12).contains(&date.month) && (1..=31).contains(&date.day))
            .then_some(date)
    }
}

fn digit(char: char) -> Option<u8> {
    let place = "〇一二三四五六七八九"
        .chars()
        .chain("○".chars())
        .position(|known| known == char);
    match (char.to_digit(10), place) {
        (Some(digit), _) => u8::try_from(digit).ok(),
        (None, Some(place)) => u8::try_from(place % 10).ok(),
        (None, None) => None,
    }
}

/// 1 to 99, in figures or words: 31, 三十一, 十, 二十.
fn small_number(text: &str) -> Option<u8> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let one = |text: &str| text.chars().next().and_then(digit);
    match text.split_once('十') {
        Some((tens, ones)) => Some(
            if tens.is_empty() { 1 } else { one(tens)? } * 10 + if ones.is_empty() { 0 } else { one(ones)? },
        ),
        None => one(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_beside_chinese_is_full_width() {
        let table = [
            ("全年接听来电85,000次,办结率98.2%。", "全年接听来电85,000次，办结率98.2%。"),
            ("城市信息模型(CIM)平台", "城市信息模型（CIM）平台"),
            ("CIM(城市信息模型)", "CIM（城市信息模型）"),
            ("《行政许可法》(2019)第三十二条:受理", "《行政许可法》（2019）第三十二条：受理"),
            ("请打开 https://example.gov.cn/a?b=1,2 查看.", "请打开 https://example.gov.cn/a?b=1,2 查看。"),
            ("v2.0 (beta), ok", "v2.0 (beta), ok"),
            ("", ""),
        ];
        for (given, then) in table {
            assert_eq!(full_width(given), then);
        }
    }

    #[test]
    fn numbers_read_as_words() {
        let table = [
            (0, "〇"),
            (6, "六"),
            (10, "十"),
            (15, "十五"),
            (20, "二十"),
            (60, "六十"),
            (105, "一百〇五"),
            (110, "一百一十"),
            (1003, "一千〇三"),
            (10000, "10000"),
        ];
        for (number, words) in table {
            assert_eq!(han_number(number), words);
        }
    }

    #[test]
    fn dates_are_read_from_their_words() {
        let date = |year, month, day| Some(CivilDate { year, month, day });
        let table = [
            ("2025年3月6日", date(2025, 3, 6)),
            ("二〇二五年十二月三十一日", date(2025, 12, 31)),
            ("二○二五年十月二十日", date(2025, 10, 20)),
            ("签发于2025年10月1日", date(2025, 10, 1)),
            ("2025年13月1日", None),
            ("三月六日", None),
        ];
        for (text, then) in table {
            assert_eq!(CivilDate::read(text), then, "{text}");
        }
    }
}
