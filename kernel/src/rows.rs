//! 规格行。 What a domain's specification says of each rule, as data: the tests of the domain run the rows and hold the
//! shipped list against them, so that the program can show for every rule what passes and what does not.

/// How a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 办成
    Passes,
    /// 拒绝执行
    Refused,
    /// 办成并记明: done, and the fact says that a limit was not kept.
    Noted,
}

impl Outcome {
    const ALL: [(Outcome, &'static str); 3] =
        [(Outcome::Passes, "passes"), (Outcome::Refused, "refused"), (Outcome::Noted, "noted")];

    pub fn word(self) -> &'static str {
        Outcome::ALL
            .iter()
            .find(|(outcome, _)| *outcome == self)
            .map_or("", |(_, word)| word)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Row<'a> {
    pub rule: &'a str,
    pub outcome: Outcome,
    pub says: &'a str,
}

/// Rules that no decision refuses by, kept by the part that everybody passes through, with their rows.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    pub rules: &'static [&'static crate::Rule],
    pub rows: &'static str,
}

/// `rule <tab> outcome <tab> sentence`, one a line; a line that is not so is left out.
pub fn read(text: &str) -> impl Iterator<Item = Row<'_>> {
    text.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let (rule, word, says) = (cells.next()?, cells.next()?, cells.next()?);
        let (outcome, _) = Outcome::ALL.into_iter().find(|(_, known)| *known == word)?;
        Some(Row { rule, outcome, says })
    })
}

/// The list of these rows: each names its rules in brackets at its end, `(LIC-07, LIC-08)`; one that names none is no
/// row of a rule.
pub fn write<'a>(rows: impl IntoIterator<Item = (&'a str, Outcome)>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (name, outcome) in rows {
        let Some((says, rules)) = name
            .rsplit_once(" (")
            .and_then(|(says, rest)| Some((says, rest.strip_suffix(')')?)))
        else {
            continue;
        };
        lines.extend(rules.split(", ").map(|rule| format!("{rule}\t{}\t{says}\n", outcome.word())));
    }
    lines.sort();
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_are_written() {
        let rows = [
            ("b does (X-2, X-1)", Outcome::Passes),
            ("a (X-1)", Outcome::Refused),
            ("of no rule", Outcome::Noted),
        ];
        let text = write(rows);
        assert_eq!(text, "X-1\tpasses\tb does\nX-1\trefused\ta\nX-2\tpasses\tb does\n");
        assert_eq!(read(&text).count(), 3);
        assert_eq!(read(&text).nth(1), Some(Row { rule: "X-1", outcome: Outcome::Refused, says: "a" }));
        assert_eq!(read("X-1\tunknown\ta\nshort").count(), 0);
    }
}
