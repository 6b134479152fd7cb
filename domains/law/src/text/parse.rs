//! 读法规文本。 From a file of the collection to a [`Statute`].
//!
//! Two layouts are read. The first has a title, lines of history and the marker
//! `<!-- INFO END -->`; everything before the marker is history even when it looks like an article,
//! because a wrapped line of history can begin with 第三十一条. The second has front matter between
//! `---`, no marker, and article numbers in bold; there the history ends at the first heading or
//! article.
//!
//! Whatever cannot be read with certainty is kept as text and named in `findings`; only a file
//! without a title is refused.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;

use super::citation::short_name;
use super::normalise::{clean, clean_heading, is_damaged};
use super::numerals::{from_chinese, is_numeral};
use super::statute::{Article, ArticleNo, Division, Finding, HistoryLine, Item, Paragraph, Point, Statute};

/// 无法读出。 Why a file is no statute at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing but blanks.
    Empty,
    /// No `#` line that names the statute.
    NoTitle,
}

/// 读法规。 Reads one file of the collection.
///
/// `file_name` is `标题(YYYY-MM-DD).md`, with or without folders before it; `content` the whole
/// file. Everything doubtful becomes a [`Finding`]; an error means there is no statute to speak of.
///
/// `in_force_from` is what the text says of itself: the date in the last article, or the date of
/// promulgation for 自公布之日起施行, or a history line such as `2021年1月1日 施行`. For a statute
/// amended by decision that is the *first* entry into force and not the beginning of this version.
pub fn parse(file_name: &str, content: &str) -> Result<Statute, Unreadable> {
    let mut findings = damaged_characters(content);
    let lines: Vec<String> = content.lines().map(clean).collect();
    if lines.iter().all(String::is_empty) {
        return Err(Unreadable::Empty);
    }
    let (head, body) = split_head(&lines);
    let Head { title, part, history, preamble } = read_head(head)?;
    let (file_stem, version) = read_file_name(file_name, &mut findings);

    let mut reader = Reader { preamble, ..Reader::default() };
    reader.read(body);
    findings.append(&mut reader.findings);
    findings.extend(numbering(&reader.articles, part.is_some()));

    let mut statute = Statute {
        short: short_name(&title).to_string(),
        title,
        part,
        file_stem,
        version,
        history,
        divisions: reader.divisions,
        articles: reader.articles,
        preamble: reader.preamble.join("\n"),
        attachments: reader.attachments.join("\n"),
        in_force_from: None,
        findings,
    };
    match force_date(&statute) {
        Ok(date) => statute.in_force_from = Some(date),
        Err(finding) => statute.findings.push(finding),
    }
    Ok(statute)
}

// ---- the head: title and history ----

const END_OF_HEAD: &str = "<!-- INFO END -->";

struct Head {
    title: String,
    part: Option<String>,
    history: Vec<HistoryLine>,
    preamble: Vec<String>,
}

fn split_head(lines: &[String]) -> (&[String], &[String]) {
    if let Some(end) = lines.iter().position(|l| l == END_OF_HEAD) {
        return (&lines[..end], &lines[end + 1..]);
    }
    let lines = after_front_matter(lines);
    let begins_body = |l: &String| l.starts_with("##") || read_marker(l).is_some();
    lines.split_at(lines.iter().position(begins_body).unwrap_or(lines.len()))
}

/// Without the block between two `---` at the very top, which is the web site's and not the law's.
fn after_front_matter(lines: &[String]) -> &[String] {
    let first = lines.iter().position(|l| !l.is_empty()).unwrap_or(0);
    if lines.get(first).is_none_or(|l| l != "---") {
        return lines;
    }
    let end = lines[first + 1..].iter().position(|l| l == "---");
    end.map_or(lines, |i| &lines[first + i + 2..])
}

fn read_head(head: &[String]) -> Result<Head, Unreadable> {
    let mut titles = vec![];
    let mut history: Vec<HistoryLine> = vec![];
    let mut preamble = vec![];
    let marked = |l: &&String| !l.is_empty() && !l.starts_with("<!--");
    for line in head.iter().filter(marked) {
        if let Some(title) = line.strip_prefix('#') {
            titles.push(clean_heading(title.trim_start_matches('#')));
            continue;
        }
        let line = line.replace("**", "");
        let date = first_date(&line);
        match history.last_mut() {
            // A list of amended laws that was broken between its titles.
            Some(last) if date.is_none() && title_is_open(&last.text) => last.text.push_str(&line),
            // Long undated text before the first heading is no event.
            _ if date.is_none() && line.ends_with('。') => preamble.push(line),
            _ => history.push(HistoryLine { date, text: line }),
        }
    }
    for line in &mut history {
        line.text = without_stray_bracket(&line.text);
    }
    let mut titles = titles.into_iter().filter(|t| !t.is_empty());
    let title = titles.next().ok_or(Unreadable::NoTitle)?;
    Ok(Head { title, part: titles.next(), history, preamble })
}

fn title_is_open(text: &str) -> bool {
    text.matches('《').count() > text.matches('》').count()
}

/// The history was once one bracket around all lines; its closing half is left on the last one.
fn without_stray_bracket(text: &str) -> String {
    let opened = text.matches(['（', '(']).count();
    let closed = text.matches(['）', ')']).count();
    match text.strip_suffix(['）', ')']) {
        Some(rest) if closed > opened => rest.trim_end().to_string(),
        _ => text.to_string(),
    }
}

/// `JL_网络安全法(2025-10-28).md` → `网络安全法`, 2025-10-28.
fn read_file_name(file_name: &str, findings: &mut Vec<Finding>) -> (String, Option<Date>) {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let name = clean(name.strip_suffix(".md").unwrap_or(name));
    let name = name.strip_prefix("JL_").unwrap_or(&name);
    let bracket = name.strip_suffix(')').and_then(|n| n.rsplit_once('('));
    // Other brackets at the end, as in (试行), belong to the name.
    let dated = bracket.filter(|(_, d)| d.chars().all(|c| c.is_ascii_digit() || c == '-'));
    let Some((stem, written)) = dated else {
        return (name.to_string(), None);
    };
    let version = written.parse::<Date>().ok();
    if version.is_none() {
        findings.push(Finding::BadVersion { written: written.to_string() });
    }
    (stem.to_string(), version)
}

fn damaged_characters(content: &str) -> Vec<Finding> {
    let in_line = |(i, line): (usize, &str)| {
        let number = u32::try_from(i + 1).unwrap_or(u32::MAX);
        let damaged = line.chars().find(|&c| is_damaged(c));
        damaged.map(|character| Finding::DamagedCharacter { line: number, character })
    };
    content.lines().enumerate().filter_map(in_line).collect()
}

// ---- the body: divisions, articles, attachments ----

#[derive(Default)]
struct Reader {
    divisions: Vec<Division>,
    articles: Vec<Article>,
    preamble: Vec<String>,
    attachments: Vec<String>,
    findings: Vec<Finding>,
    /// Divisions open at this line, outermost first, by their place in `divisions`.
    open: Vec<usize>,
    /// A heading was read and no article yet.
    under_heading: bool,
}

impl Reader {
    fn read(&mut self, body: &[String]) {
        for (i, line) in body.iter().enumerate() {
            if line.is_empty() || line.starts_with("<!--") {
                continue;
            }
            let in_attachments = !self.attachments.is_empty();
            if in_attachments || (starts_attachment(line) && self.is_over(&body[i + 1..])) {
                self.attachments.push(line.replace("**", ""));
                continue;
            }
            match heading(line) {
                Some((level, title)) => self.open_division(level, title),
                None => self.read_text(line),
            }
        }
        self.check_sentences();
        if self.articles.is_empty() {
            let text = body.iter().filter(|l| !l.is_empty() && !l.starts_with("<!--"));
            self.preamble = text.map(|l| l.replace("**", "")).collect();
            self.findings.push(Finding::NoArticles);
        }
    }

    /// Nothing after this line goes on with the numbering, so an attachment may begin.
    fn is_over(&self, rest: &[String]) -> bool {
        let Some(last) = self.articles.last() else {
            return false;
        };
        let next = rest.iter().find_map(|l| read_marker(l));
        next.is_none_or(|(no, _)| !continues(last.no, no))
    }

    fn open_division(&mut self, level: u8, title: String) {
        self.open.retain(|&i| self.divisions[i].level < level);
        self.open.push(self.divisions.len());
        self.divisions.push(Division { level, title, first_article: None });
        self.under_heading = true;
    }

    /// A line that is no heading: the beginning of an article, more of one, or several of them.
    fn read_text(&mut self, line: &str) {
        let (marked, mut rest) = match read_marker(line) {
            Some((no, rest)) => (Some(no), rest),
            None => (None, line),
        };
        let mut current = marked.or(self.articles.last().map(|a| a.no));
        if let Some(no) = marked {
            self.open_article(no);
        }
        while let Some((before, no, after)) = current.and_then(|no| split_inline(rest, no)) {
            self.add(before);
            self.findings.push(Finding::SplitInline { no });
            self.open_article(no);
            (current, rest) = (Some(no), after);
        }
        self.add(rest);
    }

    fn open_article(&mut self, no: ArticleNo) {
        let mut path = vec![];
        for &i in &self.open {
            // A division closed before its first article, such as 序言, stays without one.
            self.divisions[i].first_article.get_or_insert(no);
            path.push(self.divisions[i].title.clone());
        }
        let division = path.join(" / ");
        self.articles.push(Article { no, paragraphs: vec![], division });
        self.under_heading = false;
    }

    fn add(&mut self, line: &str) {
        let line = line.replace("**", "");
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        let Some(article) = self.articles.last_mut() else {
            self.preamble.push(line.to_string());
            return;
        };
        if self.under_heading {
            let heading = self.divisions.last().map(|d| d.title.clone()).unwrap_or_default();
            self.findings.push(Finding::TextUnderHeading { heading });
            self.preamble.push(line.to_string());
            return;
        }
        if let Some((found, text)) = read_item(line) {
            if article.paragraphs.is_empty() {
                article.paragraphs.push(Paragraph { text: String::new(), items: vec![] });
            }
            let n_paragraphs = article.paragraphs.len();
            if let Some(paragraph) = article.paragraphs.last_mut() {
                let after = paragraph.items.last().map_or(0, |i| i.no);
                if Some(found) != after.checked_add(1) {
                    let paragraph = u32::try_from(n_paragraphs).unwrap_or(u32::MAX);
                    let article = article.no;
                    let finding = Finding::ItemOutOfOrder { article, paragraph, after, found };
                    self.findings.push(finding);
                }
                paragraph.items.push(Item { no: found, text: text.to_string(), points: vec![] });
            }
            return;
        }
        match (article.paragraphs.last_mut(), read_point(line)) {
            (Some(paragraph), Some((no, text))) => match paragraph.items.last_mut() {
                Some(item) => item.points.push(Point { no, text: text.to_string() }),
                // Numbered lines without items are part of their 款, not 款 of their own.
                None => push_line(&mut paragraph.text, line),
            },
            (Some(paragraph), None) if is_table(line) => match paragraph.items.last_mut() {
                Some(item) => push_line(&mut item.text, line),
                None => push_line(&mut paragraph.text, line),
            },
            (_, _) => article.paragraphs.push(Paragraph { text: line.into(), items: vec![] }),
        }
    }

    /// A 款 is recognised by its line alone, so a broken line would be counted as two.
    fn check_sentences(&mut self) {
        for article in &self.articles {
            for (n, paragraph) in (1u32..).zip(&article.paragraphs) {
                let items = paragraph.items.iter().map(|i| &i.text);
                let mut texts = [&paragraph.text].into_iter().chain(items);
                if !texts.all(|t| t.is_empty() || ends_as_sentence(t)) {
                    self.findings.push(Finding::Unfinished { article: article.no, paragraph: n });
                }
            }
        }
    }
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

fn is_table(line: &str) -> bool {
    line.starts_with('|') || line.starts_with("![") || line.starts_with('<')
}

fn ends_as_sentence(text: &str) -> bool {
    let last = text.lines().last().unwrap_or_default();
    let closers = ['”', '’', '"', '）', ')', '》', '」'];
    is_table(last)
        || last
            .trim_end_matches(closers)
            .ends_with(['。', '；', ';', '：', ':', '！', '？'])
}

/// `## 第一章 总 则` → 1, `第一章 总则`. A heading that is an article number is no heading.
fn heading(line: &str) -> Option<(u8, String)> {
    let title = line.trim_start_matches('#');
    let depth = line.len() - title.len();
    if depth == 0 || read_marker(line).is_some() {
        return None;
    }
    // `##` is the outermost; a single `#` in a body can only be as outer as that.
    let level = u8::try_from(depth.saturating_sub(1).max(1)).unwrap_or(u8::MAX);
    let title = clean(&title.replace("**", ""));
    let Some((number, name)) = title.split_once(' ') else {
        return Some((level, title));
    };
    // 第一章 总 则 keeps the space after its number and loses the one inside the word.
    if number.starts_with('第') && number.ends_with(['编', '章', '节']) {
        return Some((level, format!("{number} {}", clean_heading(name))));
    }
    Some((level, clean_heading(&title)))
}

/// 附：, 附件, 附件一, 附表2：名录; but not 附则, and not a sentence that speaks of an 附件.
fn starts_attachment(line: &str) -> bool {
    let bare = line.trim_start_matches(['#', '*', ' ']);
    let Some(rest) = bare.strip_prefix('附') else {
        return false;
    };
    let rest = rest.strip_prefix(['件', '表', '录', '图']).unwrap_or(rest);
    let numbered = |c: char| c.is_ascii_digit() || is_numeral(c) || c == '*';
    let rest = rest.trim_start_matches(numbered);
    let announces = rest.is_empty() || rest.starts_with(['：', ':', ' ']);
    announces && !bare.ends_with(['。', '；'])
}

/// 第三条 or 第三条之一 at the beginning of a line, alone, in bold, or before a space; and the rest.
///
/// Without one of these three a line that begins with 第三条 is a sentence about article 3.
fn read_marker(line: &str) -> Option<(ArticleNo, &str)> {
    let line = line.trim_start_matches('#').trim_start();
    let (bold, s) = line.strip_prefix("**").map_or((false, line), |s| (true, s));
    let (main, s) = read_numeral(s.strip_prefix('第')?)?;
    let s = s.strip_prefix('条')?;
    let (sub, s) = s.strip_prefix('之').and_then(read_numeral).unwrap_or((0, s));
    let no = ArticleNo { main, sub };
    match s.strip_prefix("**") {
        Some(rest) if bold => Some((no, rest.trim_start())),
        _ if s.is_empty() || s.starts_with(' ') => Some((no, s.trim_start())),
        _ => None,
    }
}

fn read_numeral(s: &str) -> Option<(u32, &str)> {
    let end = s.find(|c| !is_numeral(c)).unwrap_or(s.len());
    let value = from_chinese(&s[..end]).filter(|&n| n > 0)?;
    Some((value, &s[end..]))
}

/// `（三）` or `(三)` at the beginning of a line, and the rest.
fn read_item(line: &str) -> Option<(u32, &str)> {
    let (no, rest) = read_numeral(line.strip_prefix(['（', '('])?)?;
    Some((no, rest.strip_prefix(['）', ')'])?.trim_start()))
}

/// `1.`, `1．` or `1、` at the beginning of a line, and the rest; not 1.5.
fn read_point(line: &str) -> Option<(u32, &str)> {
    let (no, rest) = read_arabic(line)?;
    let rest = rest.strip_prefix(['.', '．', '、'])?;
    (!rest.starts_with(|c: char| c.is_ascii_digit())).then_some((no, rest.trim_start()))
}

/// Arabic digits of either width at the beginning, and the rest.
fn read_arabic(s: &str) -> Option<(u32, &str)> {
    let digit = |c: char| match c {
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        _ => c.to_digit(10),
    };
    let end = s.find(|c| digit(c).is_none()).unwrap_or(s.len());
    let mut value = None;
    for d in s[..end].chars().filter_map(digit) {
        value = Some(value.unwrap_or(0u32).checked_mul(10)?.checked_add(d)?);
    }
    Some((value?, &s[end..]))
}

/// Finds the next article inside a line: its marker follows the end of a sentence and its number
/// goes on from `current`. Both are asked for, since a sentence may well name article `current + 1`.
fn split_inline(text: &str, current: ArticleNo) -> Option<(&str, ArticleNo, &str)> {
    text.match_indices('第').find_map(|(i, _)| {
        let (no, after) = read_marker(&text[i..])?;
        let before = text[..i].trim_end_matches([' ', '*']);
        let end = before.trim_end_matches(['”', '"', '）', ')']);
        let follows = end.ends_with(['。', '！', '？']) && continues(current, no);
        (follows && !after.is_empty()).then_some((before, no, after))
    })
}

fn continues(last: ArticleNo, next: ArticleNo) -> bool {
    let main = last.main.checked_add(1).map(ArticleNo::new);
    let sub = last.sub.checked_add(1).map(|sub| ArticleNo::inserted(last.main, sub));
    main == Some(next) || sub == Some(next)
}

fn numbering(articles: &[Article], is_part: bool) -> Vec<Finding> {
    let mut findings = vec![];
    let mut seen = BTreeSet::new();
    let mut last: Option<ArticleNo> = None;
    for no in articles.iter().map(|a| a.no) {
        let repeated = !seen.insert(no);
        match last {
            // A part of a code goes on with the numbers of the part before it.
            None if is_part || no == ArticleNo::new(1) => {}
            None => findings.push(Finding::StartsAt { first: no }),
            Some(_) if repeated => findings.push(Finding::Duplicate { no }),
            Some(after) if continues(after, no) => {}
            Some(after) if no > after => findings.push(Finding::Gap { after, found: no }),
            Some(after) => findings.push(Finding::OutOfOrder { after, found: no }),
        }
        last = Some(no);
    }
    findings
}

// ---- the date of entry into force ----

/// 施行条款。 How a text says when it begins.
enum Clause {
    On(Date),
    OnPromulgation,
    AfterPromulgation,
}

/// How many articles from the end may hold the clause: an 附则 sometimes ends with a repeal.
const CLOSING_ARTICLES: usize = 3;

fn force_date(statute: &Statute) -> Result<Date, Finding> {
    let from_history = || {
        let says = |l: &&HistoryLine| l.text.ends_with("施行") && !l.text.contains('《');
        let dates = statute.history.iter().filter(says).filter_map(|l| l.date);
        dates.min().ok_or(Finding::NoForceDate)
    };
    let closing = statute.articles.iter().rev().take(CLOSING_ARTICLES);
    let mut clauses = closing.enumerate().filter_map(|(i, article)| {
        // Only the last article may begin with something else than 本法, 本条例 and the like.
        Some((article.no, read_clause(&article.text(), i > 0)?))
    });
    let (no, clause) = match clauses.next() {
        Some(found) => found,
        None => match read_clause(&statute.preamble, true) {
            Some(clause) if statute.articles.is_empty() => (ArticleNo::new(1), clause),
            _ => return from_history(),
        },
    };
    match clause {
        Clause::On(date) => Ok(date),
        Clause::OnPromulgation => promulgated(statute).ok_or(Finding::NoForceDate),
        Clause::AfterPromulgation => Err(Finding::RelativeForceDate { article: no }),
    }
}

/// 自2004年7月1日起施行, 自公布之日起施行, 自公布之日起三十日后施行.
fn read_clause(text: &str, about_itself: bool) -> Option<Clause> {
    let begins = |s: &str| ["施行", "实施", "执行", "生效"].iter().any(|verb| s.starts_with(verb));
    text.match_indices(['自', '从', '于']).find_map(|(i, from)| {
        let sentence = text[..i].rsplit(['。', '；', '，', '\n']).next().unwrap_or_default();
        if about_itself && !sentence.starts_with('本') {
            return None;
        }
        let after = &text[i + from.len()..];
        if let Some((date, rest)) = read_date(after) {
            let rest = rest.trim_start_matches('零').trim_start_matches('时');
            return rest.strip_prefix('起').is_some_and(begins).then_some(Clause::On(date));
        }
        let event = ["公布", "发布", "颁布", "通过", "印发"]
            .iter()
            .find(|e| after.starts_with(**e))?;
        let rest = after[event.len()..].strip_prefix("之日")?;
        let rest = rest.strip_prefix('起').unwrap_or(rest);
        if begins(rest) {
            return Some(Clause::OnPromulgation);
        }
        let span = rest.split(['。', '，']).next().unwrap_or_default();
        span.ends_with("施行").then_some(Clause::AfterPromulgation)
    })
}

/// 公布日期。 When the text that says 自公布之日起 was promulgated.
///
/// A full revision (修订 with its own order) brings a new last article and starts anew; an amendment
/// by 《…的决定》 leaves the old one standing, so the first promulgation counts. 公布 and 发布 are
/// preferred to the adoption that precedes them; without history the file name is all there is.
fn promulgated(statute: &Statute) -> Option<Date> {
    let revised = |l: &&HistoryLine| l.text.contains("修订") && !l.text.contains('《');
    let revision = statute.history.iter().rev().find(revised).and_then(|l| l.date);
    let published = |l: &&HistoryLine| {
        ["公布", "发布", "印发"].iter().any(|word| l.text.contains(word)) && !l.text.contains('《')
    };
    let publication = statute.history.iter().find(published).and_then(|l| l.date);
    let adoption = statute.history.iter().find_map(|l| l.date);
    revision.or(publication).or(adoption).or(statute.version)
}

/// The first date anywhere in a line.
fn first_date(line: &str) -> Option<Date> {
    let starts = line
        .char_indices()
        .filter(|&(_, c)| is_numeral(c) || read_arabic(c.encode_utf8(&mut [0; 4])).is_some());
    starts.map(|(i, _)| &line[i..]).find_map(|s| read_date(s).map(|(date, _)| date))
}

/// `2019年4月23日` or 二〇一九年四月二十三日 at the beginning, and the rest.
fn read_date(s: &str) -> Option<(Date, &str)> {
    let (year, s) = s.split_once('年')?;
    let (month, s) = s.split_once('月')?;
    let (day, rest) = s.split_once('日')?;
    let small = |s: &str| -> Option<i8> {
        let s = s.trim();
        let n = read_arabic(s).filter(|(_, rest)| rest.is_empty()).map(|(n, _)| n);
        i8::try_from(n.or_else(|| from_chinese(s))?).ok()
    };
    let date = Date::new(read_year(year.trim())?, small(month)?, small(day)?).ok()?;
    Some((date, rest))
}

/// Four digits in either script; 二〇一九 is read digit by digit.
fn read_year(s: &str) -> Option<i16> {
    if s.chars().count() != 4 {
        return None;
    }
    if let Some((year, "")) = read_arabic(s) {
        return i16::try_from(year).ok();
    }
    let digit = |c: char| match c {
        '〇' | '○' => Some(0),
        _ => from_chinese(c.encode_utf8(&mut [0; 4])).filter(|&d| d < 10),
    };
    let mut year = 0u32;
    for c in s.chars() {
        year = year * 10 + digit(c)?;
    }
    i16::try_from(year).ok()
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "文件是空的 (the file is empty)"),
            Self::NoTitle => write!(f, "没有标题行 (no line names the statute)"),
        }
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use jiff::civil::date;

    use super::*;

    /// A statute of the first layout around the given body.
    fn first_layout(body: &str) -> Statute {
        let content = format!("# 某条例\n\n2020年1月2日 某令公布\n\n<!-- INFO END -->\n\n{body}");
        parse("某条例(2020-01-02).md", &content).unwrap()
    }

    fn numbers(statute: &Statute) -> Vec<String> {
        statute.articles.iter().map(|a| a.no.to_string()).collect()
    }

    proptest::proptest! {
        #[test]
        fn no_file_is_too_strange_to_be_read_or_refused(
            bytes in proptest::collection::vec(0u8..=255, 0..400),
            law in "(第[一二三四五六七八九十百千万亿零]{1,12}条|之一|（[一二十]{1,3}）|# |## |\n|---\n|<!-- INFO END -->\n|自|于|公布之日起施行|年|月|日|[0-9]{1,12}| |。|\\*\\*|\\PC){0,60}",
        ) {
            for text in [&String::from_utf8_lossy(&bytes).into_owned(), &law] {
                if let Ok(statute) = parse(text, text) {
                    proptest::prop_assert!(!statute.title.is_empty());
                }
                let read = parse("某法(2020-01-01).md", &format!("# 某法\n\n<!-- INFO END -->\n\n{text}"));
                proptest::prop_assert!(read.is_ok());
                let (_, left_out) = crate::validity::read(text);
                proptest::prop_assert!(left_out.len() <= text.lines().count());
            }
        }
    }

    #[test]
    fn nothing_follows_the_greatest_number() {
        let greatest = super::super::numerals::to_chinese(u32::MAX);
        let body = format!("第{greatest}条 甲：\n\n（{greatest}）乙；\n\n（一）丙。\n\n第二条 丁。");
        assert_eq!(first_layout(&body).articles.len(), 2);
    }

    #[test]
    fn reads_both_layouts() {
        let first = "# 中华人民共和国某法\n\n2019年4月23日 某会议通过\n\n<!-- INFO END -->\n\n\
                     ## 第一章 总 则\n\n第一条 甲。\n\n第二条 本法自2020年1月1日起施行。";
        let second = "---\nsidebar: auto\n---\n\n# 中华人民共和国某法\n\n2019年4月23日某会议通过\n\n\
                      ## 第一章　总则\n\n**第一条**　甲。\n\n**第二条**　本法自2020年1月1日起施行。\n";
        let a = parse("行政法/某法(2019-04-23).md", first).unwrap();
        let b = parse("JL_某法(2019-04-23).md", second).unwrap();
        assert_eq!((a.title.as_str(), a.short.as_str()), ("中华人民共和国某法", "某法"));
        assert_eq!(a.file_stem, "某法");
        assert_eq!(a.version, Some(date(2019, 4, 23)));
        assert_eq!(a.history[0].date, Some(date(2019, 4, 23)));
        assert_eq!(a.in_force_from, Some(date(2020, 1, 1)));
        assert_eq!(a.divisions[0].title, "第一章 总则");
        assert_eq!(a.divisions[0].first_article, Some(ArticleNo::new(1)));
        assert_eq!(a.articles, b.articles);
        assert_eq!(a.divisions, b.divisions);
        assert_eq!(a.file_stem, b.file_stem);
        assert_eq!((a.findings, b.findings), (vec![], vec![]));
    }

    #[test]
    fn refuses_only_what_has_no_name() {
        assert_eq!(parse("空.md", "\u{FEFF} \n\u{3000}\n"), Err(Unreadable::Empty));
        assert_eq!(parse("无题.md", "第一条 甲。\n"), Err(Unreadable::NoTitle));
    }

    #[test]
    fn reads_file_names() {
        let rows = [
            ("行政许可法(2019-04-23).md", "行政许可法", Some(date(2019, 4, 23)), 0),
            ("a/b/JL_统计法(2024-09-13).md", "统计法", Some(date(2024, 9, 13)), 0),
            ("民法典_总则.md", "民法典_总则", None, 0),
            ("某办法(试行).md", "某办法(试行)", None, 0),
            ("某办法(试行)(2012-02-29).md", "某办法(试行)", Some(date(2012, 2, 29)), 0),
            ("某办法(2011-02-29).md", "某办法", None, 1), // no such day
        ];
        for (name, stem, version, n_findings) in rows {
            let mut findings = vec![];
            assert_eq!(read_file_name(name, &mut findings), (stem.into(), version), "{name}");
            assert_eq!(findings.len(), n_findings, "{name}");
        }
    }

    #[test]
    fn history_may_look_like_an_article() {
        let content = "# 某法\n\n1982年11月19日 通过\n\n2015年4月24日 《关于修改《甲法》\n\n\
                       第三十一条 等法律的决定》修正）\n\n<!-- INFO END -->\n\n第一条 乙。\n";
        let statute = parse("某法.md", content).unwrap();
        assert_eq!(numbers(&statute), ["第一条"]);
        assert_eq!(statute.history.len(), 2);
        assert_eq!(statute.history[1].text, "2015年4月24日 《关于修改《甲法》第三十一条 等法律的决定》修正");
    }

    #[test]
    fn counts_paragraphs_items_and_points() {
        let statute = first_layout(
            "第一条 有下列情形之一的：\n\n（一）甲；\n\n(二)乙：\n\n1.丙；\n\n２．丁。\n\n前款从其规定。\n\n\
             | 名 | 数 |\n|---|---|\n\n第二条\n\n戊。\n\n第一条的规定，适用于己。\n",
        );
        let [first, second] = &statute.articles[..] else { panic!("two articles") };
        assert_eq!(first.paragraphs.len(), 2);
        assert_eq!(first.paragraphs[0].items.len(), 2);
        assert_eq!(first.paragraphs[0].items[0].text, "甲；");
        let points = &first.paragraphs[0].items[1].points;
        assert_eq!(points.iter().map(|p| p.no).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(first.paragraphs[1].text, "前款从其规定。\n| 名 | 数 |\n|---|---|");
        let paragraphs: Vec<&str> = second.paragraphs.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(paragraphs, ["戊。", "第一条的规定，适用于己。"]);
        assert_eq!(statute.findings, [Finding::NoForceDate]);
    }

    #[test]
    fn strips_what_cannot_be_seen() {
        let statute = first_layout("\u{200B}第一条\u{3000}甲\u{200B}乙。\n\u{200B}\n　　丙。\u{A0}\n");
        let paragraphs: Vec<&str> = statute.articles[0].paragraphs.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(paragraphs, ["甲乙。", "丙。"]);
    }

    #[test]
    fn splits_a_line_only_where_the_numbering_goes_on() {
        let rows: &[(&str, &[&str])] = &[
            ("第一条 甲。第二条 乙。第三条 丙。", &["第一条", "第二条", "第三条"]),
            ("第一条 甲。 第一条之一 乙。", &["第一条", "第一条之一"]),
            ("第一条 “甲。”第二条 乙。", &["第一条", "第二条"]),
            ("第一条 甲。第三条 乙。", &["第一条"]), // does not go on
            ("第一条 依照第二条 乙。", &["第一条"]), // no end of a sentence
            ("第一条 甲。第二条的规定，乙。", &["第一条"]), // no marker
            ("第一条 甲。\n\n乙。第二条 丙。", &["第一条", "第二条"]),
        ];
        for (body, want) in rows {
            assert_eq!(&numbers(&first_layout(body)), want, "{body}");
        }
    }

    #[test]
    fn names_what_is_wrong_with_the_numbers() {
        let no = ArticleNo::new;
        let rows: &[(&str, &[Finding])] = &[
            ("第一条 甲。\n\n第二条 乙。", &[]),
            ("第一条 甲。\n\n第一条之一 乙。\n\n第二条 丙。", &[]),
            ("第五条 甲。", &[Finding::StartsAt { first: no(5) }]),
            ("第一条 甲。\n\n第四条 乙。", &[Finding::Gap { after: no(1), found: no(4) }]),
            ("第一条 甲。\n\n第二条 乙。\n\n第二条 丙。", &[Finding::Duplicate { no: no(2) }]),
            (
                "第一条 甲。\n\n第三条 乙。\n\n第二条 丙。",
                &[
                    Finding::Gap { after: no(1), found: no(3) },
                    Finding::OutOfOrder { after: no(3), found: no(2) },
                ],
            ),
            (
                "第一条 甲：\n\n（一）乙；\n\n（三）丙。",
                &[Finding::ItemOutOfOrder { article: no(1), paragraph: 1, after: 1, found: 3 }],
            ),
            ("一、甲。\n\n二、乙。", &[Finding::NoArticles]),
        ];
        for (body, want) in rows {
            let found = first_layout(body).findings;
            let numbering: Vec<_> = found.into_iter().filter(Finding::is_about_numbering).collect();
            assert_eq!(&numbering, want, "{body}");
        }
    }

    #[test]
    fn keeps_text_it_cannot_place() {
        let reply = first_layout("## 一\n\n甲。\n\n乙。\n");
        assert_eq!(reply.preamble, "## 一\n甲。\n乙。");

        let constitution = first_layout("## 序言\n\n甲。\n\n## 第一章 总纲\n\n第一条 乙。\n");
        assert_eq!(constitution.preamble, "甲。");
        assert_eq!(constitution.articles[0].division, "第一章 总纲");
        assert_eq!(constitution.divisions[0].first_article, None, "another heading stood between");

        let odd = first_layout("第一条 甲。\n\n## 第二章 乙\n\n丙。\n\n第二条 丁。\n");
        assert_eq!(odd.articles[0].paragraphs.len(), 1);
        assert_eq!(odd.preamble, "丙。");
        let heading = "第二章 乙".to_string();
        assert!(odd.findings.contains(&Finding::TextUnderHeading { heading }));

        let broken = first_layout("第一条 甲\n\n乙\u{E123}。\n");
        let unfinished = Finding::Unfinished { article: ArticleNo::new(1), paragraph: 1 };
        assert!(broken.findings.contains(&unfinished));
        let damaged = Finding::DamagedCharacter { line: 9, character: '\u{E123}' };
        assert!(broken.findings.contains(&damaged));
    }

    #[test]
    fn attachments_follow_the_last_article() {
        let rows = [
            ("第一条 甲。\n\n附：\n\n乙名单\n\n|丙|丁|", "附：\n乙名单\n|丙|丁|", 1),
            ("第一条 甲。\n\n## 附件一\n\n第一条 乙。", "## 附件一\n第一条 乙。", 1),
            ("第一条 甲。\n\n附表：\n\n乙\n\n第二条 丙。", "", 2), // in the middle: not the end
            ("第一条 甲。\n\n附件中的名单由某部门公布。", "", 1),  // a sentence
            ("第一条 甲。\n\n## 附则\n\n第二条 乙。", "", 2),
        ];
        for (body, attachments, n_articles) in rows {
            let statute = first_layout(body);
            assert_eq!(statute.attachments, attachments, "{body}");
            assert_eq!(statute.articles.len(), n_articles, "{body}");
        }
    }

    #[test]
    fn finds_the_date_of_entry_into_force() {
        let decided = "2000年1月30日 某令第279号发布\n\n2017年10月7日 《某决定》修订";
        let revised = "1999年10月7日 某令第273号发布\n\n2023年4月27日 某令第760号修订）";
        let adopted = "2022年1月24日 某会议通过\n\n2022年2月25日 某机关发布";
        let begun = "1979年7月1日 通过\n\n1979年7月4日 公布\n\n1980年1月1日 施行";
        //  history, last article, date
        let rows = [
            (decided, "本法自2004年7月1日起施行。", Some(date(2004, 7, 1))),
            (decided, "本法自2008年2月29日起施行。《某法》同时废止。", Some(date(2008, 2, 29))),
            (decided, "本法自二〇〇四年七月一日起施行。", Some(date(2004, 7, 1))),
            (decided, "本法自２００４年７月１日起施行。", Some(date(2004, 7, 1))),
            (decided, "本法自2004年7月1日起施行。\n\n自本法施行之日起停止执行。", Some(date(2004, 7, 1))),
            // Amended by decision: the clause speaks of the first promulgation.
            (decided, "本条例自发布之日起施行。", Some(date(2000, 1, 30))),
            // Revised by its own order: the clause is new.
            (revised, "本条例自公布之日起施行。", Some(date(2023, 4, 27))),
            // Promulgation, not the adoption before it.
            (adopted, "本条例自公布之日起施行，《某条例》同时废止。", Some(date(2022, 2, 25))),
            ("", "本规定自公布之日起施行。", Some(date(2020, 1, 2))), // the file name
            (begun, "省级人民代表大会可以作具体规定。", Some(date(1980, 1, 1))),
            (decided, "本法自公布之日起三十日后施行。", None),
            (decided, "本法自2004年2月30日起施行。", None),
            (decided, "法律应当明确规定施行日期。", None),
        ];
        for (history, last, want) in rows {
            let content = format!("# 某条例\n\n{history}\n\n<!-- INFO END -->\n\n第一条 {last}\n");
            let statute = parse("某条例(2020-01-02).md", &content).unwrap();
            assert_eq!(statute.in_force_from, want, "{history} / {last}");
            assert_eq!(statute.findings.len(), usize::from(want.is_none()), "{last}");
        }
    }

    #[test]
    fn an_amended_statute_states_its_first_date_only() {
        let rows = [
            ("某法(2025-10-28).md", "2017年6月1日", true), // as 网络安全法 after its amendment
            ("某法(2021-01-22).md", "2021年7月15日", false), // as 行政处罚法 after its revision
            ("某法(2021-01-22).md", "2021年1月22日", false),
            ("某法(2021-01-22).md", "2021年1月21日", true),
            ("某法.md", "2021年1月1日", false),
        ];
        for (name, begun, want) in rows {
            let content = format!("# 某法\n\n<!-- INFO END -->\n\n第一条 本法自{begun}起施行。\n");
            assert_eq!(parse(name, &content).unwrap().states_first_force_only(), want, "{begun}");
        }
    }

    /// The folder beside this repository, or `None` where it was not handed out.
    fn collection() -> Option<PathBuf> {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
        let shared = std::env::var_os("FADU_SHARED").map_or_else(|| beside.into(), PathBuf::from);
        let folder = shared.join("data/statutes");
        folder.is_dir().then_some(folder)
    }

    #[test]
    fn reads_the_whole_collection() {
        let Some(folder) = collection() else {
            eprintln!("skipped: ../shared is not on this machine");
            return;
        };
        let mut statutes = BTreeMap::new();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            // The page that describes the collection is no statute.
            if name.ends_with(".md") && name != "CORPUS.md" {
                let content = std::fs::read_to_string(&path).unwrap();
                let statute = parse(&name, &content).unwrap_or_else(|e| panic!("{name}: {e}"));
                assert_eq!(statute.findings, [], "{name}");
                assert_eq!(statute.attachments, "", "{name}");
                assert!(statute.articles.iter().all(|a| !a.paragraphs.is_empty()), "{name}");
                statutes.insert(name, statute);
            }
        }
        assert_eq!(statutes.len(), 67);
        assert_eq!(statutes.values().map(|s| s.articles.len()).sum::<usize>(), 4958);

        //  file stem, first article, last article, number of articles
        let counted = [
            ("行政许可法", 1, 83, 83),
            ("行政处罚法", 1, 86, 86),
            ("网络安全法", 1, 81, 81),
            ("反不正当竞争法", 1, 41, 41),
            ("民法典_总则", 1, 204, 204),
            ("民法典_合同编", 463, 988, 526),
            ("民事诉讼法", 1, 306, 306),
            ("全国年节及纪念日放假办法", 1, 8, 8),
        ];
        let by_stem = |stem: &str| statutes.values().find(|s| s.file_stem == stem).unwrap();
        for (stem, first, last, n) in counted {
            let articles = &by_stem(stem).articles;
            assert_eq!(articles.len(), n, "{stem}");
            assert_eq!(articles[0].no, ArticleNo::new(first), "{stem}");
            assert_eq!(articles[n - 1].no, ArticleNo::new(last), "{stem}");
        }

        let licensing = by_stem("行政许可法");
        let article = licensing.article(ArticleNo::new(32)).unwrap();
        assert_eq!(article.paragraphs.len(), 2);
        assert_eq!(article.paragraphs[0].items.len(), 5);
        assert_eq!(article.division, "第四章 行政许可的实施程序 / 第一节 申请与受理");
        let code = by_stem("民法典_总则");
        assert_eq!((code.short.as_str(), code.part.as_deref()), ("民法典", Some("总则")));
        assert_eq!(code.in_force_from, Some(date(2021, 1, 1)));

        // The list beside the files states the same dates; it was made by other means.
        let manifest = std::fs::read_to_string(folder.join("manifest.tsv")).unwrap();
        let mut n_dates = 0;
        for row in manifest.lines().skip(1) {
            let cells: Vec<&str> = row.split('\t').collect();
            let statute = &statutes[cells[0]];
            let part = statute.part.as_ref().map_or(String::new(), |p| format!(" {p}"));
            assert_eq!(format!("{}{part}", statute.title), cells[1], "{}", cells[0]);
            let (version, force) = cells[2].split_once(" / first in force ").unwrap();
            if let Some(date) = statute.version {
                assert_eq!(date.to_string(), version, "{}", cells[0]);
            }
            if force.starts_with(|c: char| c.is_ascii_digit()) {
                n_dates += 1;
                let stated = statute.in_force_from.map(|d| d.to_string());
                assert_eq!(stated.as_deref(), force.get(..10), "{}", cells[0]);
            }
        }
        assert_eq!(n_dates, 58);
        let dated = [
            ("民事诉讼法", date(1991, 4, 9)), // 自公布之日起, amended five times
            ("监察法", date(2018, 3, 20)),
            ("建设工程质量管理条例", date(2000, 1, 30)),
            ("国务院关于在线政务服务的若干规定", date(2019, 4, 26)),
            ("地方各级人民代表大会和地方各级人民政府组织法", date(1980, 1, 1)), // from its history
        ];
        for (stem, want) in dated {
            assert_eq!(by_stem(stem).in_force_from, Some(want), "{stem}");
        }
        assert!(by_stem("网络安全法").states_first_force_only());
        assert!(!by_stem("行政处罚法").states_first_force_only());
    }
}
