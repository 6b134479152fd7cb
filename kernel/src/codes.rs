//! 代码与校验位。 Identifiers that carry their own proof of spelling, and codes that have only a shape.

use jiff::civil::{Date, date};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    #[error("应为{expected}位，实为{found}位")]
    Length { expected: usize, found: usize },
    #[error("第{0}位不是允许的字符")]
    Character(usize),
    #[error("出生日期不存在")]
    BirthDate,
    #[error("区划代码前两位不是省级代码")]
    Province,
    #[error("校验位应为{expected}，请核对是否有一位输错")]
    CheckDigit { expected: char },
}

/// 公民身份号码。 18 characters, ISO 7064 MOD 11-2 (GB 11643-1999).
pub fn citizen_number(text: &str) -> Result<(), BadCode> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let bytes = exactly(text, 18)?;
    let mut sum = 0;
    for (i, weight) in WEIGHTS.iter().enumerate() {
        sum += weight * digit(bytes, i)?;
    }
    province(text)?;
    let number = |from: usize, to: usize| text[from..to].parse::<i16>().unwrap_or(0);
    let born = Date::new(number(6, 10), number(10, 12) as i8, number(12, 14) as i8);
    if !born.is_ok_and(|born| born >= date(1850, 1, 1)) {
        return Err(BadCode::BirthDate);
    }
    check(CHECKS[(sum % 11) as usize], bytes[17].to_ascii_uppercase())
}

/// 统一社会信用代码。 18 characters, MOD 31 (GB 32100-2015).
pub fn credit_code(text: &str) -> Result<(), BadCode> {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let bytes = exactly(text, 18)?;
    let mut sum: u32 = 0;
    let mut weight: u32 = 1;
    for (i, byte) in bytes[..17].iter().enumerate() {
        let value = ALPHABET
            .iter()
            .position(|letter| letter == byte)
            .ok_or(BadCode::Character(i + 1))?;
        sum += value as u32 * weight;
        weight = weight * 3 % 31;
    }
    for i in 2..8 {
        digit(bytes, i)?;
    }
    check(ALPHABET[((31 - sum % 31) % 31) as usize], bytes[17])
}

/// 区划代码。 Six, nine or twelve digits whose first two are a province (GB/T 2260, 10114); no check digit exists.
pub fn region_code(text: &str) -> Result<(), BadCode> {
    if !matches!(text.len(), 6 | 9 | 12) {
        return Err(BadCode::Length { expected: 6, found: text.chars().count() });
    }
    for i in 0..text.len() {
        digit(text.as_bytes(), i)?;
    }
    province(text)
}

/// 事项代码的形状。 Item codes have a shape and no check digit of their own; the body inside one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemCode {
    /// 基本编码, 12 characters
    Base,
    /// 实施编码, 31 = credit code 18 + level 1 + base 12
    Implementation,
    /// 业务办理项编码, 33 = implementation 31 + 2
    Business,
    /// 办件编号, 43 = implementation 31 + date 8 + serial 4
    Case,
    /// Provincial hyphenated form: base-region-serial-body-level-variant
    Hyphenated,
    /// Anything else: kept, with a finding
    Other,
}

pub fn item_code(text: &str) -> ItemCode {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match (plain, text.len()) {
        (true, 12) => ItemCode::Base,
        (true, 31) => ItemCode::Implementation,
        (true, 33) => ItemCode::Business,
        (true, 43) => ItemCode::Case,
        (false, _) if text.is_ascii() && text.split('-').count() >= 6 => ItemCode::Hyphenated,
        _ => ItemCode::Other,
    }
}

/// What a real item code says wrongly about itself. Such codes are imported with the finding, not dropped.
pub fn item_code_findings(text: &str) -> Vec<String> {
    let body = match item_code(text) {
        ItemCode::Base => return Vec::new(),
        ItemCode::Implementation | ItemCode::Business | ItemCode::Case => Some(&text[..18]),
        ItemCode::Hyphenated => text.split('-').rev().nth(2),
        ItemCode::Other => return vec![format!("编码形状不在标准之内（{}位）", text.chars().count())],
    };
    match body {
        Some(body) if body.len() == 18 => credit_code(body)
            .err()
            .map(|error| format!("实施主体代码 {body}：{error}"))
            .into_iter()
            .collect(),
        Some(body) => vec![format!("实施主体代码 {body} 不是18位统一社会信用代码")],
        None => vec!["没有实施主体代码".to_owned()],
    }
}

/// 移动电话或固定电话。 Digits only, 7 to 12 of them, hyphens allowed.
pub fn phone(text: &str) -> Result<(), BadCode> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match text.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'-') {
        Some(i) => Err(BadCode::Character(i + 1)),
        None if (7..=12).contains(&digits) => Ok(()),
        None => Err(BadCode::Length { expected: 11, found: digits }),
    }
}

fn exactly(text: &str, expected: usize) -> Result<&[u8], BadCode> {
    let found = text.chars().count();
    if found != expected {
        return Err(BadCode::Length { expected, found });
    }
    match text.chars().position(|c| !c.is_ascii_alphanumeric()) {
        Some(i) => Err(BadCode::Character(i + 1)),
        None => Ok(text.as_bytes()),
    }
}

fn digit(bytes: &[u8], i: usize) -> Result<u32, BadCode> {
    char::from(bytes[i]).to_digit(10).ok_or(BadCode::Character(i + 1))
}

fn province(text: &str) -> Result<(), BadCode> {
    const PROVINCES: &str = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83";
    if PROVINCES.split(' ').any(|code| text.starts_with(code)) { Ok(()) } else { Err(BadCode::Province) }
}

fn check(expected: u8, found: u8) -> Result<(), BadCode> {
    if expected == found { Ok(()) } else { Err(BadCode::CheckDigit { expected: char::from(expected) }) }
}

/// The check digit that completes 17 characters: for generated, simulated identifiers only.
pub fn complete_citizen_number(first_17: &str) -> Option<String> {
    ('0'..='9')
        .chain(['X'])
        .map(|last| format!("{first_17}{last}"))
        .find(|text| citizen_number(text).is_ok())
}

/// As above for a unified social credit code.
pub fn complete_credit_code(first_17: &str) -> Option<String> {
    ('0'..='9')
        .chain('A'..='Z')
        .map(|last| format!("{first_17}{last}"))
        .find(|text| credit_code(text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citizen_numbers_by_the_standard() {
        // The two numbers are the worked examples of GB 11643-1999.
        for good in ["11010519491231002X", "440524188001010014"] {
            assert_eq!(citizen_number(good), Ok(()), "{good}");
        }
        assert_eq!(citizen_number("11010519491231002x"), Ok(()), "a small x is the same letter");
        assert_eq!(citizen_number("110105194912310021"), Err(BadCode::CheckDigit { expected: 'X' }));
        assert_eq!(citizen_number("11010519490231002X"), Err(BadCode::BirthDate));
        assert_eq!(citizen_number("1101051949123100"), Err(BadCode::Length { expected: 18, found: 16 }));
        assert_eq!(citizen_number("1101051949123１002X"), Err(BadCode::Character(14)), "a full-width digit");
        assert_eq!(citizen_number("99010519491231002X"), Err(BadCode::Province));
    }

    #[test]
    fn credit_codes_by_the_standard() {
        let whole = complete_credit_code("91350100M000100Y4").unwrap();
        assert_eq!(whole, "91350100M000100Y43", "the worked example of GB 32100-2015");
        assert!(credit_code("91350100M000100Y44").is_err());
        assert_eq!(credit_code("91350100I000100Y43"), Err(BadCode::Character(9)), "I is not used");
    }

    #[test]
    fn real_item_codes_keep_their_findings() {
        assert_eq!(item_code("511Z07001006-511602000000-000-11511301008778183N-1-00"), ItemCode::Hyphenated);
        assert_eq!(item_code("000120007000"), ItemCode::Base);
        assert_eq!(item_code_findings("512B0053300006-511602000000-000-083372204-1-00").len(), 1);
    }

    #[test]
    fn item_codes_by_their_shape() {
        let body = "11511301008778183N";
        assert_eq!(credit_code(body), Ok(()));
        let implementation = format!("{body}4000120007000");
        let wrong = implementation.replacen('N', "P", 1);
        // (code, its shape, how many findings)
        let table = [
            ("000120007000".to_owned(), ItemCode::Base, 0),
            ("00012000700".to_owned(), ItemCode::Other, 1),
            ("0001200070001".to_owned(), ItemCode::Other, 1),
            (implementation.clone(), ItemCode::Implementation, 0),
            (implementation[..30].to_owned(), ItemCode::Other, 1),
            (format!("{implementation}0"), ItemCode::Other, 1),
            (wrong.clone(), ItemCode::Implementation, 1),
            (format!("{implementation}01"), ItemCode::Business, 0),
            (format!("{wrong}01"), ItemCode::Business, 1),
            (format!("{implementation}202503030001"), ItemCode::Case, 0),
            (format!("{wrong}202503030001"), ItemCode::Case, 1),
            (format!("{implementation}20250303001"), ItemCode::Other, 1),
            (format!("511Z07001006-511602000000-000-{body}-1-00"), ItemCode::Hyphenated, 0),
            (format!("511602000000-000-{body}-1-00"), ItemCode::Other, 1),
            (format!("事项{}", &implementation[6..]), ItemCode::Other, 1),
            (String::new(), ItemCode::Other, 1),
        ];
        for (code, shape, findings) in table {
            assert_eq!(item_code(&code), shape, "{code}");
            assert_eq!(item_code_findings(&code).len(), findings, "{code}");
        }
    }

    proptest::proptest! {
        /// One changed digit is always noticed (ISO 7064 and MOD 31 both promise it).
        #[test]
        fn a_single_changed_digit_is_caught(serial in 0u32..999, at in 14usize..17, to in 0u32..10) {
            let whole = complete_citizen_number(&format!("42022219800229{serial:03}"));
            if let Some(whole) = whole {
                let mut changed: Vec<char> = whole.chars().collect();
                let new = char::from_digit(to, 10).unwrap_or('0');
                proptest::prop_assume!(changed[at] != new);
                changed[at] = new;
                proptest::prop_assert!(citizen_number(&changed.into_iter().collect::<String>()).is_err());
            }
        }
    }
}
