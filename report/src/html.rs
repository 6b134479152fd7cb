//! 网页片段。 The annual report as one `<article>`, for a page that supplies the rest.

use std::fmt::Write;

use crate::annual::{Printed, PrintedFigure, PrintedPart, PrintedSpan};

pub(crate) fn annual(report: &Printed) -> String {
    let mut out = String::from("<article class=\"annual-report\" lang=\"zh-CN\">\n");
    if report.simulated {
        out.push_str("<p class=\"simulated\">模拟数据，不具有法律效力</p>\n");
    }
    push(
        &mut out,
        &format!(
            "<header><h1>{}</h1><p>{}　{}</p></header>",
            escape(&report.title),
            escape(&report.organ),
            escape(&report.as_of_text)
        ),
    );
    for part in &report.parts {
        push_part(&mut out, part);
    }
    if !report.missing.is_empty() {
        let lines: String = report.missing.iter().map(|text| format!("<li>{}</li>", escape(text))).collect();
        push(&mut out, &format!("<section class=\"missing\"><h2>尚缺的内容</h2><ul>{lines}</ul></section>"));
    }
    let lines: String = report
        .source
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| format!("<dt>{}</dt><dd>{}</dd>", escape(label), escape(value)))
        .collect();
    push(&mut out, &format!("<footer><dl class=\"source\">{lines}</dl></footer>"));
    out.push_str("</article>\n");
    out
}

fn push_part(out: &mut String, part: &PrintedPart) {
    if !part.heading.is_empty() {
        let rank = part.level + 1;
        push(out, &format!("<h{rank}>{}</h{rank}>", escape(&part.heading)));
    }
    for spans in &part.paragraphs {
        let body: String = spans
            .iter()
            .map(|span| match span {
                PrintedSpan::Text(text) => escape(text),
                PrintedSpan::Figure(figure) => anchor(figure),
            })
            .collect();
        push(out, &format!("<p>{body}</p>"));
    }
}

fn anchor(figure: &PrintedFigure) -> String {
    let (id, name, printed) = (escape(&figure.id), escape(&figure.name), escape(&figure.printed));
    match &figure.href {
        Some(href) => format!(
            "<a class=\"figure\" data-figure=\"{id}\" href=\"{}\" title=\"{name}：查看所计入的记录\">{printed}</a>",
            escape(href)
        ),
        None => format!("<span class=\"figure\" data-figure=\"{id}\" title=\"{name}\">{printed}</span>"),
    }
}

fn push(out: &mut String, line: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{line}");
}

/// The five characters that mean something in HTML text and attributes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(char),
        }
    }
    out
}
