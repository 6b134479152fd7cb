//! 情形。 From answers to the items that take part; a tree that leads everywhere it promises to.

use crate::definition::{Choice, Definition, Question};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// 一种情形: the answers on the way and the items at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    pub answers: BTreeMap<String, String>,
    pub items: Vec<String>,
}

/// Why no result was reached, in words for the person who answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoResult {
    #[error("还没有回答“{question}”")]
    Unanswered { question: String },
    #[error("“{question}”没有“{answer}”这个选项")]
    NoSuchOption { question: String, answer: String },
    #[error("答到“{question}”为止，没有确定要办的事项")]
    DeadEnd { question: String },
}

impl Definition {
    fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// Walks the tree by the answers; answers to questions off the way are not kept.
    pub fn situation(&self, answers: &BTreeMap<String, String>) -> Result<Situation, NoResult> {
        let mut situation = Situation::default();
        let Some(mut question) = self.questions.first() else {
            situation.items = self.members.iter().map(|member| member.item.clone()).collect();
            return Ok(situation);
        };
        // A tree of n questions is left after n answers at the latest.
        for _ in 0..self.questions.len() {
            let text = || question.text.clone();
            let answer = answers
                .get(&question.id)
                .ok_or_else(|| NoResult::Unanswered { question: text() })?;
            let option = question
                .options
                .iter()
                .find(|option| option.id == *answer)
                .ok_or_else(|| NoResult::NoSuchOption { question: text(), answer: answer.clone() })?;
            situation.answers.insert(question.id.clone(), answer.clone());
            if !option.items.is_empty() {
                situation.items = self.in_order(&option.items);
                return Ok(situation);
            }
            question = option
                .next
                .as_deref()
                .and_then(|next| self.question(next))
                .ok_or_else(|| NoResult::DeadEnd { question: text() })?;
        }
        Err(NoResult::DeadEnd { question: question.text.clone() })
    }

    /// The named members, in the theme's own order.
    fn in_order(&self, items: &[String]) -> Vec<String> {
        let named = self.members.iter().filter(|member| items.contains(&member.item));
        named.map(|member| member.item.clone()).collect()
    }

    /// 没有结果的路。 Each option that neither leads on nor names items, with the answers that lead to it.
    pub fn dead_ends(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.walk(|path, option| {
            let leads_on = option.next.as_deref().is_some_and(|next| self.question(next).is_some());
            if option.items.is_empty() && !leads_on {
                found.push(path.to_owned());
            }
        });
        found
    }

    /// Questions that no path from the first one reaches.
    pub fn unreached(&self) -> Vec<&Question> {
        let reached = self.walk(|_, _| {});
        self.questions
            .iter()
            .filter(|question| !reached.contains(question.id.as_str()))
            .collect()
    }

    /// Every option that can be reached, once, with the shortest way to it.
    fn walk(&self, mut visit: impl FnMut(&str, &Choice)) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut waiting = VecDeque::new();
        if let Some(root) = self.questions.first() {
            reached.insert(root.id.as_str());
            waiting.push_back((String::new(), root));
        }
        while let Some((way, question)) = waiting.pop_front() {
            for option in &question.options {
                let path = format!("{way}{}：{}", question.text, option.text);
                visit(&path, option);
                let next = option.next.as_deref().filter(|_| option.items.is_empty());
                if let Some(next) = next.and_then(|next| self.question(next))
                    && reached.insert(next.id.as_str())
                {
                    waiting.push_back((format!("{path} → "), next));
                }
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Member;
    use proptest::prelude::*;

    fn choice(id: &str, next: Option<&str>, items: &[&str]) -> Choice {
        Choice {
            id: id.into(),
            text: id.into(),
            next: next.map(str::to_owned),
            items: items.iter().map(|item| (*item).to_owned()).collect(),
        }
    }

    fn question(id: &str, options: Vec<Choice>) -> Question {
        Question { id: id.into(), text: format!("{id}？"), options }
    }

    fn theme(questions: Vec<Question>) -> Definition {
        let member = |item: &str| Member { item: item.into(), ..Member::default() };
        Definition {
            members: vec![member("A"), member("B"), member("C")],
            questions,
            ..Definition::default()
        }
    }

    fn tree() -> Definition {
        theme(vec![
            question("who", vec![choice("firm", Some("size"), &[]), choice("person", None, &["C", "A"])]),
            question("size", vec![choice("big", None, &["A", "B", "C"]), choice("small", None, &[])]),
        ])
    }

    fn answers(text: &str) -> BTreeMap<String, String> {
        let pairs = text.split(' ').filter_map(|pair| pair.split_once('='));
        pairs
            .map(|(question, answer)| (question.to_owned(), answer.to_owned()))
            .collect()
    }

    #[test]
    fn answers_lead_to_items_or_say_what_is_missing() {
        let rows = [
            ("who=person", Ok("A C")),
            ("who=firm size=big", Ok("A B C")),
            ("who=person size=small", Ok("A C")),
            ("", Err("还没有回答“who？”")),
            ("who=firm", Err("还没有回答“size？”")),
            ("who=ghost", Err("“who？”没有“ghost”这个选项")),
            ("who=firm size=small", Err("答到“size？”为止，没有确定要办的事项")),
        ];
        for (given, then) in rows {
            let found = tree().situation(&answers(given)).map(|situation| situation.items.join(" "));
            assert_eq!(
                found.map_err(|error| error.to_string()),
                then.map(str::to_owned).map_err(str::to_owned),
                "{given}"
            );
        }
        let kept = tree().situation(&answers("who=person size=small")).unwrap().answers;
        assert_eq!(kept, answers("who=person"), "an answer off the way is not kept");
        assert_eq!(theme(vec![]).situation(&BTreeMap::new()).unwrap().items, ["A", "B", "C"]);
    }

    #[test]
    fn a_path_without_a_result_is_named() {
        assert_eq!(tree().dead_ends(), ["who？：firm → size？：small"]);
        let lost = theme(vec![
            question("who", vec![choice("firm", Some("nowhere"), &[])]),
            question("island", vec![choice("x", None, &["A"])]),
        ]);
        assert_eq!(lost.dead_ends(), ["who？：firm"]);
        assert_eq!(lost.unreached().len(), 1);
    }

    #[test]
    fn questions_that_lead_in_a_circle_end() {
        let round = theme(vec![
            question("a", vec![choice("on", Some("b"), &[])]),
            question("b", vec![choice("back", Some("a"), &[])]),
        ]);
        assert!(matches!(round.situation(&answers("a=on b=back")), Err(NoResult::DeadEnd { .. })));
    }

    proptest! {
        /// Trees that only lead forward: without dead ends every full set of answers has a result.
        #[test]
        fn no_dead_end_means_a_result_for_everybody(
            shape in prop::collection::vec(prop::collection::vec((0_usize..8, any::<bool>()), 1..4), 1..8),
            picks in prop::collection::vec(0_usize..4, 8),
        ) {
            let n = shape.len();
            let option = |at: usize, i: usize, to: usize, ends: bool| {
                let next = at + 1 + to % (n - at);
                if ends || next >= n { choice(&i.to_string(), None, &["A"]) } else { choice(&i.to_string(), Some(&next.to_string()), &[]) }
            };
            let questions: Vec<Question> = shape.iter().enumerate().map(|(at, options)| {
                let options = options.iter().enumerate().map(|(i, (to, ends))| option(at, i, *to, *ends));
                question(&at.to_string(), options.collect())
            }).collect();
            let given = shape.iter().enumerate().map(|(at, options)| (at.to_string(), (picks[at] % options.len()).to_string())).collect();
            let theme = theme(questions);
            prop_assert!(theme.dead_ends().is_empty());
            prop_assert_eq!(theme.situation(&given).map(|situation| situation.items), Ok(vec!["A".to_owned()]));
        }
    }
}
