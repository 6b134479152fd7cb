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

/// 约数。 A count as prose says it: 4213 is `4200余`, 2043 `超2000`, 396 `近400`. 余 and 超 stand with what the number exceeds, 近
/// with what it has not reached; what is round, or below twenty, is said as it is.
pub fn about(n: i64) -> String {
    if n < 20 {
        return n.to_string();
    }
    let mut place = 10;
    while n / place >= 10 {
        place *= 10;
    }
    let round = n / place * place;
    let (over, short) = (n - round, place - (n - round));
    // One part in twenty of the leading digit's place lies near the round number; in the tens none does.
    let near = place / 20;
    if over == 0 {
        n.to_string()
    } else if short <= near {
        format!("近{}", round.saturating_add(place))
    } else if over <= near {
        format!("超{round}")
    } else {
        // The second digit is said as well from a thousand on, and where most of a step would go unsaid.
        let step = if n < 1000 && over <= place / 2 { place } else { place / 10 };
        let said = n / step * step;
        if said == n { n.to_string() } else { format!("{said}余") }
    }
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
    fn round_words_on_both_sides_of_each_edge() {
        let table = [
            (0, "0"),
            (19, "19"),
            (20, "20"),
            (21, "20余"),
            (25, "20余"),
            (26, "26"),
            (39, "39"),
            (40, "40"),
            (99, "99"),
            (100, "100"),
            (101, "超100"),
            (105, "超100"),
            (106, "100余"),
            (318, "300余"),
            (350, "300余"),
            (351, "350余"),
            (394, "390余"),
            (395, "近400"),
            (399, "近400"),
            (400, "400"),
            (994, "990余"),
            (995, "近1000"),
            (1000, "1000"),
            (1001, "超1000"),
            (1050, "超1000"),
            (1051, "1000余"),
            (1099, "1000余"),
            (1100, "1100"),
            (1101, "1100余"),
            (1949, "1900余"),
            (1950, "近2000"),
            (2000, "2000"),
            (2043, "超2000"),
            (4213, "4200余"),
            (9949, "9900余"),
            (9950, "近10000"),
            (16_020, "16000余"),
            (-7, "-7"),
            (i64::MAX, "9200000000000000000余"),
        ];
        for (n, said) in table {
            assert_eq!(about(n), said, "{n}");
        }
    }

    #[test]
    fn a_round_word_is_true_of_its_number() {
        for n in 0..=30_000 {
            let said = about(n);
            let number = said.trim_matches(['近', '超', '余']).parse::<i64>().unwrap();
            let holds = match said.chars().find(|char| !char.is_ascii_digit()) {
                None => number == n,
                Some('近') => n < number && (number - n) * 20 <= number,
                Some('超') => n > number && (n - number) * 20 <= number,
                Some('余') => n > number && (n - number) * 2 <= number,
                Some(_) => false,
            };
            assert!(holds, "{n} is said as {said}");
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
