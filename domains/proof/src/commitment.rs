//! 承诺书。 The text that is signed: what the applicant was told, and what they promise. It is sealed like a file of theirs,
//! and its keyed digest stands in the ledger, so that nobody can afterwards say it was another text.

use crate::exemption::About;
use crate::proof::Form;
use jiff::civil::Date;

/// The same from the same. It names a person: only its sealed form and a keyed digest of it are kept.
pub fn text(about: &About, proof: &str, form: &Form, name: &str, day: Date) -> String {
    format!(
        "告知承诺书\n告知书：{}\n事项：{}（办件 {}）\n代替的证明：{proof}\n应当具备的条件：{}\n承诺不实的后果：{}\n\
         本人已经知悉以上内容，承诺具备所列条件，愿意接受核查，承担承诺不实的后果。\n承诺人：{}\n日期：{day}\n",
        form.version,
        about.item_name,
        about.case_number,
        form.conditions,
        form.liability,
        name.trim(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn another_word_is_another_signature() {
        let form = Form {
            version: "告知书-1".into(), conditions: "有证照".into(), liability: "撤销".into()
        };
        let signed = |form: &Form, name: &str, day| text(&About::default(), "营业执照", form, name, day);
        let first = signed(&form, "王某某", date(2025, 3, 3));
        assert_eq!(first, signed(&form, " 王某某 ", date(2025, 3, 3)));
        let softer = Form { liability: "不追究".into(), ..form.clone() };
        for other in [
            signed(&softer, "王某某", date(2025, 3, 3)),
            signed(&form, "王某", date(2025, 3, 3)),
            signed(&form, "王某某", date(2025, 3, 4)),
        ] {
            assert_ne!(first, other);
        }
    }
}
