//! 拼音首字母。 A clerk types `kbcyd` for 开办餐饮店. GB 2312 lists its 3,755 common characters by their sound, so that the place
//! of a character in it tells the first letter; one of several sounds goes by the one it is listed under.

use encoding_rs::GBK;

/// The first code of each letter among the common characters. No sound begins with i, u or v.
const LETTERS: [(u16, char); 23] = [
    (0xB0A1, 'a'),
    (0xB0C5, 'b'),
    (0xB2C1, 'c'),
    (0xB4EE, 'd'),
    (0xB6EA, 'e'),
    (0xB7A2, 'f'),
    (0xB8C1, 'g'),
    (0xB9FE, 'h'),
    (0xBBF7, 'j'),
    (0xBFA6, 'k'),
    (0xC0AC, 'l'),
    (0xC2E8, 'm'),
    (0xC4C3, 'n'),
    (0xC5B6, 'o'),
    (0xC5BE, 'p'),
    (0xC6DA, 'q'),
    (0xC8BB, 'r'),
    (0xC8F6, 's'),
    (0xCBFA, 't'),
    (0xCDDA, 'w'),
    (0xCEF4, 'x'),
    (0xD1B9, 'y'),
    (0xD4D1, 'z'),
];
/// 座, the last of them; those after it are listed by their strokes.
const LAST: u16 = 0xD7F9;

/// The first letter of each common character; what has none is left out.
fn initials(text: &str) -> String {
    text.chars().filter_map(initial).collect()
}

fn initial(character: char) -> Option<char> {
    if character.is_ascii_alphanumeric() {
        return Some(character.to_ascii_lowercase());
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = GBK.encode(character.encode_utf8(&mut buffer));
    let &[lead, trail] = &*bytes else { return None };
    let code = u16::from_be_bytes([lead, trail]);
    // The codes below those of the standard, within the same rows, are its extension's.
    let common = !unmappable && trail >= 0xA1 && code <= LAST;
    let letter = LETTERS.iter().rev().find(|(first, _)| code >= *first).filter(|_| common)?;
    Some(letter.1)
}

/// Whether letters that were typed are the first letters of characters that follow each other in the name.
pub(crate) fn stands_for(name: &str, typed: &str) -> bool {
    typed.len() > 1
        && typed.bytes().all(|byte| byte.is_ascii_alphabetic())
        && initials(name).contains(&typed.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_of_each_character() {
        for (text, letters) in [
            // The first and the last of each letter's range, as the standard lists them.
            (
                "啊澳芭怖擦错搭堕蛾贰发复噶果哈火击骏喀阔垃络妈募拿挪哦沤啪瀑期群然弱撒所塌唾挖误昔迅压孕匝座",
                "aabbccddeeffgghhjjkkllmmnnooppqqrrssttwwxxyyzz",
            ),
            ("开办餐饮店（示例）", "kbcydsl"),
            ("建筑工程施工许可证核发", "jzgcsgxkzhf"),
            ("A类2号", "al2h"),
            ("泸州", "z"),
            ("。", ""),
        ] {
            assert_eq!(initials(text), letters, "{text}");
        }
    }

    #[test]
    fn letters_find_what_they_stand_for() {
        for (name, typed, found) in [
            ("开办餐饮店（示例）", "kbcyd", true),
            ("开办餐饮店（示例）", "CYD", true),
            ("开办餐饮店（示例）", "kbd", false),
            ("开办餐饮店（示例）", "k", false),
            ("开办餐饮店（示例）", "餐饮", false),
            ("开办餐饮店（示例）", "", false),
        ] {
            assert_eq!(stands_for(name, typed), found, "{typed}");
        }
    }
}
