//! 来源的应答。 One way for a source to lie in each row; what it says truly passes.

use crate::answer::{Answer, Lie, Question, about};
use jiff::civil::date;
use std::collections::BTreeMap;

fn question() -> Question {
    Question {
        format: "fadu-question-1".into(),
        request: "00112233445566778899aabbccddeeff".into(),
        source: "market".into(),
        proof: "营业执照".into(),
        holder_name: "模拟商行".into(),
        holder_number: "91429997MA00000001".into(),
        purpose: "C1 20250303ABCDEFGH".into(),
        asked: date(2025, 3, 3),
    }
}

fn answer() -> Answer {
    Answer {
        source: "market".into(),
        request: question().request,
        proof: "营业执照".into(),
        about: question().about(),
        found: true,
        holder: "模拟商行".into(),
        reference: "模-0001".into(),
        issued: Some(date(2020, 1, 1)),
        until: Some(date(2025, 3, 3)),
        said: date(2025, 3, 3),
        values: BTreeMap::from([("address".to_owned(), "模拟路1号".to_owned())]),
    }
}

/// What is changed in a true answer, and what is then made of it: found, not found, or a lie.
type Change = (&'static str, fn(&mut Answer), Result<bool, Lie>);

fn changes() -> Vec<Change> {
    fn nothing(answer: &mut Answer) {
        *answer = Answer {
            found: false,
            holder: String::new(),
            reference: String::new(),
            issued: None,
            until: None,
            values: BTreeMap::new(),
            ..answer.clone()
        };
    }
    vec![
        ("a true answer", |_| {}, Ok(true)),
        ("nothing is held", nothing, Ok(false)),
        ("held, and past its last day", |answer| answer.until = Some(date(2025, 3, 2)), Ok(false)),
        ("without a last day", |answer| answer.until = None, Ok(true)),
        ("another source's", |answer| answer.source = "police".into(), Err(Lie::OtherSource)),
        ("to an earlier question", |answer| answer.request = "ff".repeat(16), Err(Lie::OtherRequest)),
        ("of another proof", |answer| answer.proof = "开户许可证".into(), Err(Lie::OtherProof)),
        (
            "about another person",
            |answer| answer.about = about(&answer.request, "91429997MA00000002"),
            Err(Lie::OtherPerson),
        ),
        ("under another name", |answer| answer.holder = "别的商行".into(), Err(Lie::OtherName)),
        ("of yesterday", |answer| answer.said = date(2025, 3, 2), Err(Lie::OtherDay)),
        ("of tomorrow", |answer| answer.said = date(2025, 3, 4), Err(Lie::OtherDay)),
        ("issued tomorrow", |answer| answer.issued = Some(date(2025, 3, 4)), Err(Lie::Contradiction)),
        (
            "issued after its last day",
            |answer| answer.until = Some(date(2019, 1, 1)),
            Err(Lie::Contradiction),
        ),
        ("found under no number", |answer| answer.reference.clear(), Err(Lie::Contradiction)),
        ("not found, yet told of", |answer| answer.found = false, Err(Lie::Contradiction)),
    ]
}

#[test]
fn a_source_that_lies_is_not_believed() {
    for (name, change, expected) in changes() {
        let mut said = answer();
        change(&mut said);
        let read = Answer::parse(&said.text()).unwrap();
        assert_eq!(read, said, "{name}");
        let made = read.to(&question(), date(2025, 3, 3)).map(|found| found.is_some());
        assert_eq!(made, expected, "{name}");
    }
}

#[test]
fn a_text_that_is_no_answer_is_none() {
    let text = answer().text();
    let wrong = [
        text.replace("fadu-answer-1", "fadu-answer-9"),
        text.replace("found yes", "found maybe"),
        text.replace("said 2025-03-03", "said yesterday"),
        text.replace("proof ", "prove "),
        "<html>502 Bad Gateway</html>".to_owned(),
        format!("{text}{}", "value a b\n".repeat(2000)),
    ];
    for text in wrong {
        assert_eq!(Answer::parse(&text), Err(Lie::Unreadable), "{}", &text[..40]);
    }
}

#[test]
fn what_was_found_names_nobody() {
    let found = answer().to(&question(), date(2025, 3, 3)).unwrap().unwrap();
    let text = serde_json::to_string(&found).unwrap();
    assert!(!text.contains("模拟商行") && !text.contains("91429997") && text.contains("模-0001"));
    assert_eq!(found.digest.len(), 64);
}
