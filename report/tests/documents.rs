//! The documents as a reader gets them: text taken back out of the PDF and the DOCX.

use std::io::Write;
use std::process::{Command, Stdio};

use fadu_report::annual::{self, Para, Part, Span};
use fadu_report::bulletin;
use fadu_report::guide;
use fadu_report::notice::{self, NoticeKind};
use fadu_report::structure::{Level, NO_EVIDENCE};

/// The text of a PDF without its line breaks, or `None` (said aloud) without poppler-utils.
fn text_of(pdf: &[u8]) -> Option<String> {
    let spawned = Command::new("pdftotext")
        .args(["-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = spawned else {
        eprintln!(
            "SKIPPED: pdftotext is not installed (Debian: poppler-utils); the text of the PDF was not checked"
        );
        return None;
    };
    child
        .stdin
        .take()
        .expect("stdin was piped")
        .write_all(pdf)
        .expect("pdftotext reads its input");
    let output = child.wait_with_output().expect("pdftotext ends");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("pdftotext was asked for UTF-8");
    Some(
        text.chars()
            .filter(|char| !char.is_whitespace() && *char != '\u{200b}')
            .collect(),
    )
}

#[test]
fn every_notice_says_what_it_is_given_and_is_the_same_twice() {
    for (name, notice) in notice::samples() {
        let pdf = notice::pdf(&notice).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(pdf, notice::pdf(&notice).unwrap(), "{name}: two printings differ");
        assert!(pdf.starts_with(b"%PDF-1."), "{name}");
        let Some(text) = text_of(&pdf) else { continue };
        let mut expected = vec!["模拟数据，不具有法律效力", &notice.date_text, &notice.number];
        expected.extend(
            notice
                .paragraphs
                .iter()
                .map(|paragraph| &paragraph[..paragraph.floor_char_boundary(60)]),
        );
        if name != "名称很长" {
            expected.extend([notice.kind.title(), &notice.organ]);
        }
        for words in expected {
            // A page break may put a page number between two lines: only beginnings are compared.
            let words: String = words.chars().filter(|char| !char.is_whitespace()).take(12).collect();
            assert!(text.contains(&words), "{name}: lacks {words}\n{text}");
        }
    }
}

#[test]
fn a_guide_says_all_its_rows_and_is_the_same_twice() {
    for (name, guide) in guide::samples() {
        let pdf = guide::pdf(&guide).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(pdf, guide::pdf(&guide).unwrap(), "{name}: two printings differ");
        let Some(text) = text_of(&pdf) else { continue };
        assert!(text.contains("模拟数据，不具有法律效力"), "{name}");
        for section in &guide.sections {
            assert!(text.contains(&section.title), "{name}: lacks {}", section.title);
            assert!(
                !section.rows.is_empty() || text.contains("未公布"),
                "{name}: an empty section is hidden"
            );
            for row in &section.rows {
                let words: String = row.text.chars().take(12).collect();
                assert!(text.contains(&words), "{name}: lacks {words}");
            }
        }
    }
}

#[test]
fn a_guide_of_nothing_is_refused() {
    let guide = guide::Guide::default();
    assert!(matches!(guide::pdf(&guide), Err(fadu_report::RenderError::Incomplete { .. })));
}

#[test]
fn long_names_are_printed_whole() {
    let (_, notice) = notice::samples().into_iter().find(|(name, _)| *name == "名称很长").unwrap();
    let Some(text) = text_of(&notice::pdf(&notice).unwrap()) else { return };
    let organ: String = notice.organ.clone();
    let first_half: String = organ.chars().take(20).collect();
    let end: String = organ.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
    for part in [first_half.as_str(), &end, "（不含国家重点生态公益林）", &"9f31c2d4".repeat(16)]
    {
        assert!(text.contains(part), "lacks {part}\n{text}");
    }
}

#[test]
fn a_real_document_is_not_marked_as_simulated_and_a_refusal_names_both_roads() {
    let (_, mut notice) = notice::samples()
        .into_iter()
        .find(|(_, notice)| notice.kind == NoticeKind::Refused)
        .unwrap();
    notice.simulated = false;
    let Some(text) = text_of(&notice::pdf(&notice).unwrap()) else { return };
    assert!(!text.contains("模拟数据"));
    assert!(text.contains("申请行政复议") && text.contains("提起行政诉讼"), "{text}");
}

#[test]
fn text_from_outside_is_printed_and_never_run() {
    let (_, mut notice) = notice::samples().remove(0);
    notice.paragraphs = vec!["#read(\"/etc/passwd\") *粗体* $x^2$ <标签> @引用 \\ // 注释".into()];
    notice.seal = None;
    notice.list.clear();
    notice.addressee.clear();
    let Some(text) = text_of(&notice::pdf(&notice).unwrap()) else { return };
    assert!(text.contains("*粗体*$x^2$<标签>@引用"), "{text}");
}

#[test]
fn the_annual_report_carries_its_figures_in_four_forms() {
    for (name, report) in annual::samples() {
        let pdf = annual::pdf(&report).unwrap();
        assert_eq!(pdf, annual::pdf(&report).unwrap(), "{name}: two PDF printings differ");
        assert_eq!(
            annual::docx(&report).unwrap(),
            annual::docx(&report).unwrap(),
            "{name}: two DOCX printings differ"
        );
        let html = annual::html(&report);
        let word = docx_text(&annual::docx(&report).unwrap());
        let read: annual::AnnualReport = serde_json::from_str(&annual::json(&report).unwrap()).unwrap();
        assert_eq!(read, report, "{name}: JSON loses something");

        let pdf_text = text_of(&pdf);
        for part in &report.parts {
            assert!(html.contains(&part.heading) && word.contains(&part.heading), "{name}: {}", part.heading);
            for span in part.paragraphs.iter().flat_map(|para| &para.spans) {
                let Span::Figure { id, name: title, printed, .. } = span else { continue };
                assert!(html.contains(&format!("data-figure=\"{id}\"")), "{name}: {id}");
                assert!(word.contains(printed) && word.contains(title), "{name}: {id} in Word");
                if let Some(text) = &pdf_text {
                    let squeezed: String = printed.chars().filter(|char| !char.is_whitespace()).collect();
                    assert!(text.contains(&squeezed), "{name}: {printed}\n{text}");
                }
            }
        }
        assert!(html.contains(NO_EVIDENCE), "{name}: an empty part must say so");
        assert!(html.contains(&report.root_hex) && html.contains("模拟数据"));
    }
}

#[test]
fn html_is_escaped_and_links_only_where_it_may() {
    let (_, mut report) = annual::samples().remove(1);
    let figure = |href: &str| Span::Figure {
        id: "a\"b".into(),
        name: "<名>".into(),
        printed: "1&2".into(),
        href: href.into(),
    };
    report.parts = vec![Part {
        level: Level::Part,
        heading: "一、<b>".into(),
        paragraphs: vec![Para {
            spans: vec![figure("javascript:alert(1)"), figure("//elsewhere"), Span::Text("<script>".into())],
        }],
    }];
    let html = annual::html(&report);
    for never in ["<script", "<b>", "<名>", "javascript:", "//elsewhere", "a\"b"] {
        assert!(!html.contains(never), "{never}: {html}");
    }
    report.parts[0].paragraphs[0].spans = vec![figure("/figures/a?x=1&y=2")];
    assert!(annual::html(&report).contains("href=\"/figures/a?x=1&amp;y=2\""));
}

/// A file that was downloaded has no site: `/figures/…` in it would lead into the reader's own disk.
#[test]
fn a_report_that_is_taken_away_leads_back_to_the_site() {
    let (_, mut report) = annual::samples().remove(1);
    let figure = |href: &str| Span::Figure {
        id: href.into(),
        name: "受理办件量".into(),
        printed: "1件".into(),
        href: href.into(),
    };
    let spans = vec![figure("/figures/svc.cases"), figure("//elsewhere")];
    report.parts =
        vec![Part { level: Level::Part, heading: "一、举措".into(), paragraphs: vec![Para { spans }] }];
    let away = report.with_links_to("https://fadu.example.gov.cn");
    let address = "https://fadu.example.gov.cn/figures/svc.cases";
    let html = annual::html(&away);
    assert!(html.contains(&format!("href=\"{address}\"")) && !html.contains("href=\"/"), "{html}");
    let json = annual::json(&away).unwrap();
    assert!(json.contains(address) && json.contains("\"//elsewhere\""), "{json}");

    let word = docx_rs::read_docx(&annual::docx(&away).unwrap()).expect("the DOCX opens");
    let leads_back = |path: &str| path.contains("fadu.example.gov.cn/figures/svc.cases");
    assert!(!word.hyperlinks.is_empty());
    assert!(word.hyperlinks.iter().all(|(_, path, _)| leads_back(path)), "{:?}", word.hyperlinks);

    let document = lopdf::Document::load_mem(&annual::pdf(&away).unwrap()).expect("the PDF opens");
    let mut links = Vec::new();
    document.objects.values().for_each(|object| collect_links(object, &mut links));
    assert!(!links.is_empty() && links.iter().all(|link| link == address), "{links:?}");
}

/// Where the links below an object of a PDF lead to.
fn collect_links(object: &lopdf::Object, links: &mut Vec<String>) {
    match object {
        lopdf::Object::Dictionary(members) => {
            let to = members.get(b"URI").ok().and_then(|to| to.as_str().ok());
            links.extend(to.map(|to| String::from_utf8_lossy(to).into_owned()));
            members.iter().for_each(|(_, member)| collect_links(member, links));
        }
        lopdf::Object::Array(members) => members.iter().for_each(|member| collect_links(member, links)),
        _ => {}
    }
}

#[test]
fn a_bulletin_carries_its_charts_and_how_each_figure_is_counted_in_both_forms() {
    for (name, bulletin) in bulletin::samples() {
        let (pdf, docx) = (bulletin::pdf(&bulletin).unwrap(), bulletin::docx(&bulletin).unwrap());
        assert_eq!(pdf, bulletin::pdf(&bulletin).unwrap(), "{name}: two PDF printings differ");
        assert_eq!(docx, bulletin::docx(&bulletin).unwrap(), "{name}: two DOCX printings differ");
        let (word, pdf) = (docx_text(&docx), text_of(&pdf));
        let squeezed = |text: &str| text.chars().filter(|char| !char.is_whitespace()).collect::<String>();
        let carried = |text: &str| {
            assert!(word.contains(text), "{name}: lacks {text} in Word");
            assert!(
                pdf.as_ref().is_none_or(|pdf| pdf.contains(&squeezed(text))),
                "{name}: lacks {text} in PDF"
            );
        };
        for part in &bulletin.parts {
            carried(&part.heading);
            for (label, n) in part.charts.iter().flat_map(|chart| &chart.bars) {
                assert!(word.contains(label) && word.contains(&n.to_string()), "{name}: {label} {n}");
            }
            part.charts.iter().for_each(|chart| carried(&chart.title));
        }
        for figure in &bulletin.figures {
            carried(&figure.name);
            carried(&figure.value);
            carried(&figure.part.to_string());
            figure.whole.iter().for_each(|whole| carried(&whole.to_string()));
        }
        let mark = "模拟数据，不具有法律效力";
        assert!(pdf.as_ref().is_none_or(|pdf| pdf.contains(mark)), "{name}");
    }
}

/// Everything a reader sees in the document body, read back with the reader of docx-rs.
fn docx_text(file: &[u8]) -> String {
    let read = docx_rs::read_docx(file).expect("the DOCX opens");
    let json: serde_json::Value = serde_json::from_str(&read.json()).unwrap();
    let mut text = String::new();
    collect_text(&json["document"], &mut text);
    text
}

fn collect_text(value: &serde_json::Value, text: &mut String) {
    match value {
        serde_json::Value::Object(object) => {
            if object.get("type").is_some_and(|kind| kind == "text") {
                text.push_str(object["data"]["text"].as_str().unwrap_or_default());
            }
            object.values().for_each(|value| collect_text(value, text));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|value| collect_text(value, text)),
        _ => {}
    }
}
