//! 分词。 One segmentation for the full-text index, for searches and for the model.

use jieba_rs::Jieba;

/// The analyser of [`segment`]; loading its dictionary takes a moment, so it is loaded once.
pub fn analyser() -> Jieba {
    Jieba::new()
}

/// The words of a text in small letters; punctuation is no word.
pub fn segment(jieba: &Jieba, text: &str) -> Vec<String> {
    let tokens = jieba
        .cut_for_search(text, true)
        .into_iter()
        .map(|token| token.word.trim().to_lowercase());
    tokens.filter(|word| word.chars().any(char::is_alphanumeric)).collect()
}

/// What is read of a text: a caller says what it is about in the first two thousand characters, and a paste of fifty
/// thousand must not hold up a seat.
const READ: usize = 2000;

/// What the model learns from: words of two characters and more, numbers left out. Those of one character tell classes
/// apart less than they blur them.
pub fn telling(jieba: &Jieba, text: &str) -> Vec<String> {
    let front: String = text.chars().take(READ).collect();
    let mut words = segment(jieba, &front);
    words.retain(|word| {
        word.chars().nth(1).is_some()
            && word.chars().all(char::is_alphanumeric)
            && !word.chars().all(|letter| letter.is_ascii_digit())
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_tell_are_long_and_plain() {
        let jieba = analyser();
        let words = telling(&jieba, "A3区大道停水2天了！__label__01 请处理😀");
        assert!(words.contains(&"停水".to_owned()) && words.contains(&"处理".to_owned()), "{words:?}");
        assert!(!words.iter().any(|word| word == "2" || word == "了" || word.contains('_')), "{words:?}");
        assert!(telling(&jieba, &"停水".repeat(30_000)).len() <= 1000);
        assert!(telling(&jieba, "").is_empty());
    }
}
