//! 中文数字。 Chinese numerals as statutes write them: 第一千二百六十条, 第（十五）项.
//!
//! Reading is strict by going there and back: a numeral is accepted only when writing its value
//! gives the same numeral again. So the colloquial 一百五, which a careful reader could take for
//! 105 or for 150, is refused rather than guessed.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const UNITS: [(char, u32); 3] = [('千', 1000), ('百', 100), ('十', 10)];
const MYRIADS: [(char, u64); 2] = [('亿', 100_000_000), ('万', 10_000)];

/// 读中文数字。 The value of a Chinese numeral, or `None` when `s` is not one.
///
/// 两 is read as 二, 〇 as 零, and the spoken forms 百十, 零十 and 一十 as 一百一十, 零一十 and 十.
/// Arabic digits are not numerals here; see `citation` for a reader of both.
pub fn from_chinese(s: &str) -> Option<u32> {
    let written = canonical(s);
    let value = value(&written)?;
    (to_chinese(value) == written).then_some(value)
}

/// 写中文数字。 The numeral a statute would print for `n`: 十, 二十, 一百零五, 一千二百六十.
pub fn to_chinese(n: u32) -> String {
    if n == 0 {
        return DIGITS[0].to_string();
    }
    let mut out = String::new();
    let mut rest = u64::from(n);
    for (name, size) in MYRIADS {
        let section = rest / size;
        if section > 0 {
            push_section(&mut out, section);
            out.push(name);
        }
        rest %= size;
    }
    push_section(&mut out, rest);
    // 第十条, never 第一十条; inside a number (一百一十) the 一 stays.
    if out.starts_with("一十") {
        out.remove(0);
    }
    out
}

/// Is this a character that can stand in a Chinese numeral?
pub(crate) fn is_numeral(c: char) -> bool {
    DIGITS.contains(&c) || matches!(c, '十' | '百' | '千' | '万' | '亿' | '两' | '〇')
}

/// Appends a number below ten thousand, with 零 where a place inside the whole number is empty.
fn push_section(out: &mut String, section: u64) {
    let mut skipped = !out.is_empty() && section < 1000;
    let mut rest = section;
    for (name, size) in UNITS {
        let digit = rest / u64::from(size);
        rest %= u64::from(size);
        if digit == 0 {
            skipped |= !out.is_empty();
            continue;
        }
        push_digit(out, digit, &mut skipped);
        out.push(name);
    }
    if rest > 0 {
        push_digit(out, rest, &mut skipped);
    }
}

fn push_digit(out: &mut String, digit: u64, skipped: &mut bool) {
    if *skipped {
        out.push(DIGITS[0]);
        *skipped = false;
    }
    // A digit is below ten by construction; the modulo only tells the compiler so.
    out.push(DIGITS[(digit % 10) as usize]);
}

/// The spellings that mean the same, brought to the one that `to_chinese` writes.
fn canonical(s: &str) -> String {
    let one = s.replace('两', "二").replace('〇', "零");
    let full = one.replace("百十", "百一十").replace("零十", "零一十");
    match full.strip_prefix("一十") {
        Some(rest) => format!("十{rest}"),
        None => full,
    }
}

/// The value by place; lenient, because the caller compares the numeral it would write.
fn value(s: &str) -> Option<u32> {
    if s.is_empty() {
        return None;
    }
    let (mut total, mut section, mut digit) = (0u64, 0u64, 0u64);
    for c in s.chars() {
        if let Some(d) = DIGITS.iter().position(|&x| x == c) {
            digit = d as u64;
        } else if let Some(&(_, size)) = UNITS.iter().find(|(name, _)| *name == c) {
            // A bare 十 is one ten.
            section += digit.max(1) * u64::from(size);
            digit = 0;
        } else if let Some(&(_, size)) = MYRIADS.iter().find(|(name, _)| *name == c) {
            total += (section + digit) * size;
            (section, digit) = (0, 0);
        } else {
            return None;
        }
        // Longer than any number of ours; stop before the sum can overflow.
        if total + section > u64::from(u32::MAX) {
            return None;
        }
    }
    u32::try_from(total + section + digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH_WAYS: &[(u32, &str)] = &[
        (0, "零"),
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (19, "十九"),
        (20, "二十"),
        (42, "四十二"),
        (99, "九十九"),
        (100, "一百"),
        (101, "一百零一"),
        (105, "一百零五"),
        (110, "一百一十"),
        (120, "一百二十"),
        (204, "二百零四"),
        (306, "三百零六"),
        (452, "四百五十二"), // 刑法 ends here
        (1000, "一千"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (1206, "一千二百零六"),
        (1260, "一千二百六十"), // 民法典 ends here
        (10_000, "一万"),
        (10_010, "一万零一十"),
        (100_000, "十万"),
        (3_000_500, "三百万零五百"),
        (100_000_000, "一亿"),
    ];

    #[test]
    fn reads_and_writes() {
        for &(n, s) in BOTH_WAYS {
            assert_eq!(to_chinese(n), s, "writing {n}");
            assert_eq!(from_chinese(s), Some(n), "reading {s}");
        }
    }

    #[test]
    fn every_article_number_goes_there_and_back() {
        for n in 0..=12_600 {
            assert_eq!(from_chinese(&to_chinese(n)), Some(n));
        }
        for n in [u32::MAX, u32::MAX - 1, 4_000_000_000] {
            assert_eq!(from_chinese(&to_chinese(n)), Some(n));
        }
    }

    #[test]
    fn tolerates_and_refuses() {
        let rows: &[(&str, Option<u32>)] = &[
            ("两", Some(2)),
            ("两百", Some(200)),
            ("一百〇五", Some(105)),
            ("一百十一", Some(111)),
            ("一千零十", Some(1010)),
            ("一十", Some(10)),
            ("", None),
            ("一百五", None), // 105 or 150: not ours to choose
            ("十十", None),
            ("二一", None),
            ("一百零零五", None),
            ("42", None),
            ("四十二条", None),
            ("九亿九亿九亿九亿九亿九亿九亿", None),
        ];
        for &(s, want) in rows {
            assert_eq!(from_chinese(s), want, "{s}");
        }
    }
}
