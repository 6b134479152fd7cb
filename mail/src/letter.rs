//! 来信。 What a letter says, read from its bytes; whether a machine sent it; and which of its files are taken.
//!
//! A letter that a machine sent becomes no request and is never answered (RFC 3834): otherwise two machines would thank
//! each other for ever.

use fadu_app::attachments::media;
use fadu_hotline::order::{LONGEST, MOST_ATTACHMENTS};
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders};

/// A file that is larger is not taken, and the sender is told.
pub const LARGEST_FILE: usize = 10 * 1024 * 1024;
/// The header by which a letter of ours is known when it comes back (as RFC 3834, 5 asks of responders).
pub const LOOP: &str = "X-Loop";

/// 一封来信。
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Lower case; empty where the letter names no sender.
    pub from: String,
    pub name: String,
    pub subject: String,
    /// Subject and body as one text, cut where a request ends.
    pub text: String,
    /// The body was longer than a request may be.
    pub cut: bool,
    /// Names and bytes of what is taken.
    pub files: Vec<(String, Vec<u8>)>,
    /// What was not taken, with the reason.
    pub left: Vec<String>,
    pub message_id: String,
    pub references: Vec<String>,
    /// Why it is a machine's letter, if it is.
    pub machine: Option<&'static str>,
}

impl Letter {
    /// `own` is the address letters are sent to. `None` for bytes that are no letter at all.
    pub fn read(bytes: &[u8], own: &str) -> Option<Letter> {
        let message = MessageParser::default().parse(bytes)?;
        let sender = message.from().and_then(|from| from.first());
        let from = sender
            .and_then(|sender| sender.address())
            .unwrap_or_default()
            .trim()
            .to_lowercase();
        let name: String = sender
            .and_then(|sender| sender.name())
            .unwrap_or_default()
            .chars()
            .take(100)
            .collect();
        let subject = message.subject().unwrap_or_default().trim().to_owned();
        let body = message.body_text(0).unwrap_or_default();
        let (text, cut) = text(&subject, &body);
        let (files, left) = files(&message);
        let machine = machine(&message, &from, &own.to_lowercase());
        let ids = |value: &HeaderValue<'_>| {
            value
                .as_text_list()
                .unwrap_or_default()
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        Some(Letter {
            from,
            name: name.trim().to_owned(),
            subject,
            text,
            cut,
            files,
            left,
            message_id: message.message_id().unwrap_or_default().to_owned(),
            references: ids(message.references()),
            machine,
        })
    }

    /// Nothing was written: neither a subject nor a body.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The number of an order that the subject names, as an answer to our acknowledgement does.
    pub fn number(&self) -> Option<String> {
        let words = self.subject.split(|c: char| !c.is_ascii_alphanumeric());
        words.map(str::to_ascii_uppercase).find(|word| {
            word.len() > 9 && word.starts_with('G') && word[1..9].bytes().all(|byte| byte.is_ascii_digit())
        })
    }
}

fn text(subject: &str, body: &str) -> (String, bool) {
    let body = body.replace("\r\n", "\n").replace('\0', "");
    let whole = match (subject, body.trim()) {
        ("", body) => body.to_owned(),
        (subject, "") => subject.to_owned(),
        (subject, body) => format!("{subject}\n\n{body}"),
    };
    let cut = whole.chars().count() > LONGEST;
    (whole.chars().take(LONGEST).collect(), cut)
}

fn files(message: &Message<'_>) -> (Vec<(String, Vec<u8>)>, Vec<String>) {
    let (mut files, mut left) = (Vec::new(), Vec::new());
    for part in message.attachments() {
        let name: String = part
            .attachment_name()
            .unwrap_or("附件")
            .chars()
            .filter(|c| !c.is_control())
            .take(100)
            .collect();
        let bytes = part.contents();
        if bytes.is_empty() {
            continue;
        }
        let why = match media(bytes) {
            None => "不是 PDF、JPG 或者 PNG 文件",
            Some(_) if bytes.len() > LARGEST_FILE => "超过10 MB",
            Some(_) if files.len() == MOST_ATTACHMENTS => "附件太多",
            Some(_) => {
                files.push((name, bytes.to_vec()));
                continue;
            }
        };
        left.push(format!("{name}（{why}）"));
    }
    (files, left)
}

/// Why nobody reads an answer to it.
fn machine(message: &Message<'_>, from: &str, own: &str) -> Option<&'static str> {
    let raw = |name: &str| message.header_raw(name).map(|value| value.trim().to_lowercase());
    let is = |name: &str, values: &[&str]| raw(name).is_some_and(|value| values.contains(&value.as_str()));
    let who = from.split('@').next().unwrap_or_default();
    let report = message.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
    });
    let loops = message
        .header_values(LOOP)
        .any(|value| value.as_text().is_some_and(|value| value.trim().eq_ignore_ascii_case(own)));
    Some(match () {
        () if from.is_empty() => "没有发件人",
        () if from == own => "自己发出的信",
        () if loops => "自己发出的信转了回来（X-Loop）",
        () if is("Return-Path", &["<>"]) => "退信（空的回信地址）",
        () if report => "投递报告",
        () if raw("Auto-Submitted")
            .is_some_and(|value| !value.starts_with("no") || value.starts_with("no-")) =>
        {
            "自动发出的信（Auto-Submitted）"
        }
        () if ["mailer-daemon", "postmaster"].contains(&who) => "邮件系统发出的信",
        () if ["noreply", "no-reply", "donotreply", "do-not-reply"].contains(&who) => "不收回信的地址",
        () if is("Precedence", &["bulk", "list", "junk"]) => "群发的信（Precedence）",
        () if raw("List-Id").is_some() || raw("List-Unsubscribe").is_some() => "邮件列表",
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OWN: &str = "12345@fuwu.example.cn";

    fn read(headers: &str, body: &str) -> Letter {
        let text = format!(
            "From: =?utf-8?B?5byg5LiJ?= <Zhang@Example.com>\r\nMessage-ID: <a@b>\r\n{headers}\r\n\r\n{body}"
        );
        Letter::read(text.as_bytes(), OWN).unwrap()
    }

    #[test]
    fn a_letter_is_its_subject_and_its_words() {
        let letter = read(
            "Subject: =?gb2312?B?wre1xru1wcs=?=\r\nContent-Type: text/plain; charset=utf-8",
            "一周了\r\n没人管",
        );
        assert_eq!((letter.from.as_str(), letter.name.as_str()), ("zhang@example.com", "张三"));
        assert_eq!(letter.text, "路灯坏了\n\n一周了\n没人管");
        assert_eq!((letter.message_id.as_str(), letter.machine, letter.cut), ("a@b", None, false));
        assert!(read("Subject: ", " \r\n ").is_empty());
        let html = read(
            "Subject: a\r\nContent-Type: text/html; charset=utf-8",
            "<p>井盖<b>松动</b></p><script>x()</script>",
        );
        assert!(html.text.contains("井盖松动") && !html.text.contains('<'), "{}", html.text);
        let long = read("Content-Type: text/plain; charset=utf-8", &"长".repeat(20_000));
        assert_eq!((long.text.chars().count(), long.cut), (LONGEST, true));
    }

    #[test]
    fn an_order_is_named_in_the_subject() {
        for (subject, number) in [
            ("Re: 您的诉求 G20250303ABC12XYZ 已经受理", Some("G20250303ABC12XYZ")),
            ("回复：g20250303abc", Some("G20250303ABC")),
            ("GB/T 33358-2016", None),
            ("G2025", None),
            ("", None),
        ] {
            let letter = Letter { subject: subject.into(), ..Letter::default() };
            assert_eq!(letter.number().as_deref(), number, "{subject}");
        }
    }

    #[test]
    fn what_machines_send_is_known_as_such() {
        for (headers, machine) in [
            ("Subject: 你好", false),
            ("Auto-Submitted: no", false),
            ("Auto-Submitted: auto-replied", true),
            ("Auto-Submitted: auto-generated; why=vacation", true),
            ("X-Loop: 12345@FUWU.example.cn", true),
            ("X-Loop: somebody@else.cn", false),
            ("Return-Path: <>", true),
            ("Return-Path: <zhang@example.com>", false),
            ("Precedence: bulk", true),
            ("Precedence: first-class", false),
            ("List-Id: <news.example.com>", true),
            ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", true),
        ] {
            assert_eq!(read(headers, "x").machine.is_some(), machine, "{headers}");
        }
        for (from, machine) in [
            ("MAILER-DAEMON@example.com", true),
            ("no-reply@shop.cn", true),
            ("12345@fuwu.example.cn", true),
            ("noreplyplease@shop.cn", false),
            ("", true),
        ] {
            let text = format!("From: {from}\r\nSubject: a\r\n\r\nb");
            assert_eq!(Letter::read(text.as_bytes(), OWN).unwrap().machine.is_some(), machine, "{from}");
        }
    }

    #[test]
    fn files_are_known_by_their_bytes_and_bounded() {
        let file = |name: &str, bytes: &str| {
            format!(
                "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n{bytes}\r\n"
            )
        };
        let mut body = "--b\r\nContent-Type: text/plain\r\n\r\nsee\r\n".to_owned();
        body += &file("a.pdf", "%PDF-1.7 x");
        body += &file("photo.jpg", "MZ a program");
        body.extend((0..MOST_ATTACHMENTS).map(|n| file(&format!("{n}.pdf"), "%PDF-1.7 y")));
        body += "--b--\r\n";
        let letter = read("Content-Type: multipart/mixed; boundary=b", &body);
        assert_eq!((letter.files.len(), letter.files[0].0.as_str()), (MOST_ATTACHMENTS, "a.pdf"));
        assert_eq!(letter.left, ["photo.jpg（不是 PDF、JPG 或者 PNG 文件）", "4.pdf（附件太多）"]);
    }

    proptest! {
        /// Whatever arrives is read or is no letter; it never stops the reader.
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400), boundary in "[a-z]{0,4}") {
            let _ = Letter::read(&bytes, OWN);
            let mut text = format!("Content-Type: multipart/mixed; boundary={boundary}\r\nFrom: a@b.cn\r\n\r\n--{boundary}\r\n").into_bytes();
            text.extend(&bytes);
            if let Some(letter) = Letter::read(&text, OWN) {
                prop_assert!(letter.text.chars().count() <= LONGEST && letter.files.len() <= MOST_ATTACHMENTS);
            }
        }
    }
}
