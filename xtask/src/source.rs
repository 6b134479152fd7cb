//! What the text of the sources may not say: pure code mentions no clock, thread or floating point, and no
//! file of the checkout mentions the machine it was written on.
//!
//! This reads Rust just well enough to tell code from comments, literals and test items. A macro could
//! deceive it; it is here to catch a slip, while the lints of clippy.toml see through renames.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// What pure code may not mention, and why.
const BANNED: [(&str, &str); 10] = [
    ("SystemTime::now", "the moment is read once, at the door, and arrives in the context"),
    ("Instant::now", "pure code does not measure time"),
    ("ZonedDateTime::now", "the moment is read once, at the door, and arrives in the context"),
    ("Zoned::now", "the moment is read once, at the door, and arrives in the context"),
    ("Timestamp::now", "the moment is read once, at the door, and arrives in the context"),
    ("f32", "quantities are whole numbers or exact fractions"),
    ("f64", "quantities are whole numbers or exact fractions"),
    ("std::thread", "pure code has no threads"),
    ("async", "pure code has no async"),
    (".await", "pure code has no async"),
];

/// Beginnings of paths that exist on one machine only.
const MACHINE_PATHS: [&str; 4] = ["/home/", "/Users/", "/root/", "/work/"];

/// Checks `src` of each folder, tests left out; returns how many files were read.
pub fn check_pure(root: &Path, folders: &[&str], broken: &mut Vec<String>) -> Result<usize> {
    let mut n_sources = 0;
    for folder in folders {
        let files = rust_files(&root.join(folder).join("src"))?;
        let mut code = Vec::new();
        let mut tests = BTreeSet::new();
        for file in files {
            let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            let (program, test_modules) = without_tests(&without_words(&text));
            for module in test_modules {
                let beside = module_folder(&file);
                tests.insert(beside.join(format!("{module}.rs")));
                tests.insert(beside.join(module));
            }
            code.push((file, program));
        }
        code.retain(|(file, _)| !file.ancestors().any(|path| tests.contains(path)));
        n_sources += code.len();
        for (file, program) in code {
            let shown = file.strip_prefix(root).unwrap_or(&file).display();
            for (line, what, why) in banned(&program) {
                broken.push(format!("{shown}:{line} says `{what}`: {why}."));
            }
        }
    }
    Ok(n_sources)
}

/// Checks every text file that git tracks or would track; returns how many were read.
pub fn check_tracked(root: &Path, broken: &mut Vec<String>) -> Result<usize> {
    let args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = Command::new("git").args(args).current_dir(root).output().ok();
    let Some(output) = listed.filter(|output| output.status.success()) else {
        println!("check: not a git checkout, so no file is searched for paths of one machine");
        return Ok(0);
    };
    let mut n_files = 0;
    for name in String::from_utf8_lossy(&output.stdout)
        .split('\0')
        .filter(|name| !name.is_empty())
    {
        // Pictures and fonts are no text, and a tracked file may have just been deleted.
        let Ok(text) = fs::read_to_string(root.join(name)) else { continue };
        n_files += 1;
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(start) = machine_path(line) {
                broken.push(format!("{name}:{number} names a path of one machine, beginning {start}."));
            }
        }
    }
    Ok(n_files)
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Where the modules that a file declares are looked for.
fn module_folder(file: &Path) -> PathBuf {
    match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "main" | "mod") | None => file.with_file_name(""),
        Some(stem) => file.with_file_name(stem),
    }
}

/// The code with comments and literals blanked; every line keeps its number.
fn without_words(text: &str) -> Vec<u8> {
    let source = text.as_bytes();
    let mut code = source.to_vec();
    let mut at = 0;
    while at < source.len() {
        let end = match source[at] {
            b'/' if source[at..].starts_with(b"//") => end_of_line(source, at),
            b'/' if source[at..].starts_with(b"/*") => end_of_comment(source, at),
            b'"' => end_of_string(source, at + 1, b'"'),
            b'\'' => match end_of_char(text, at) {
                Some(end) => end,
                None => at + 1, // A lifetime.
            },
            b'r' | b'b' | b'c' if at == 0 || !is_word(source[at - 1]) => match end_of_raw(source, at) {
                Some(end) => end,
                None => at + 1,
            },
            _ => at + 1,
        };
        if end > at + 1 {
            blank(&mut code[at..end]);
        }
        at = end;
    }
    code
}

fn end_of_line(source: &[u8], at: usize) -> usize {
    find(source, at, b"\n").unwrap_or(source.len())
}

fn end_of_comment(source: &[u8], at: usize) -> usize {
    let (mut at, mut depth) = (at + 2, 1);
    while at < source.len() && depth > 0 {
        let step = match source[at..].get(..2) {
            Some(b"/*") => 1,
            Some(b"*/") => -1,
            _ => 0,
        };
        depth += step;
        at += if step == 0 { 1 } else { 2 };
    }
    at
}

fn end_of_string(source: &[u8], mut at: usize, quote: u8) -> usize {
    while at < source.len() && source[at] != quote {
        at += if source[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(source.len())
}

/// The end of a character, or nothing when the quote begins a lifetime.
fn end_of_char(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at + 1..];
    let first = rest.chars().next()?;
    if first == '\\' {
        return Some(end_of_string(text.as_bytes(), at + 1, b'\''));
    }
    rest[first.len_utf8()..].starts_with('\'').then_some(at + first.len_utf8() + 2)
}

/// The end of `r"…"`, `br#"…"#` and their like, or nothing when a word or a raw name begins here.
fn end_of_raw(source: &[u8], at: usize) -> Option<usize> {
    let mark = source[at..].iter().position(|byte| *byte == b'r').filter(|n| *n <= 1)? + at + 1;
    let n_hashes = source[mark..].iter().take_while(|byte| **byte == b'#').count();
    if source.get(mark + n_hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(1 + n_hashes, b'#');
    Some(find(source, mark + n_hashes + 1, &close).map_or(source.len(), |end| end + close.len()))
}

/// The code with test items blanked, and the names of test modules that stand in files of their own.
fn without_tests(code: &[u8]) -> (Vec<u8>, Vec<String>) {
    let mut program = code.to_vec();
    let mut modules = Vec::new();
    let mut at = 0;
    while let Some(start) = find(&program, at, b"#") {
        let inner = program.get(start + 1) == Some(&b'!');
        let open = start + 1 + usize::from(inner);
        if program.get(open) != Some(&b'[') {
            at = start + 1;
            continue;
        }
        let end = end_of_group(&program, open);
        if !is_test_only(&program[open..end]) {
            at = end;
        } else if inner {
            // `#![cfg(test)]` speaks for all that follows.
            blank(&mut program[start..]);
            break;
        } else {
            let last = end_of_item(&program, end);
            modules.extend(declared_module(&program[end..last]));
            blank(&mut program[start..last]);
            at = last;
        }
    }
    (program, modules)
}

/// Whether `[cfg(…)]` keeps its item out of the program. `any(test, …)` does not.
fn is_test_only(attribute: &[u8]) -> bool {
    let text: String = String::from_utf8_lossy(attribute).split_whitespace().collect();
    let all = text.starts_with("[cfg(all(") && !text.contains("not(") && !text.contains("any(");
    text == "[cfg(test)]" || (all && words(text.as_bytes()).any(|(_, word)| word == b"test"))
}

/// The end of the item that an attribute is on: its `;`, its body, or the `,` after a field or variant.
fn end_of_item(code: &[u8], mut at: usize) -> usize {
    loop {
        at += code[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if !code[at..].starts_with(b"#[") {
            break;
        }
        at = end_of_group(code, at + 1);
    }
    const OPENERS: [&[u8]; 15] = [
        b"pub",
        b"fn",
        b"mod",
        b"impl",
        b"use",
        b"struct",
        b"enum",
        b"const",
        b"static",
        b"trait",
        b"type",
        b"unsafe",
        b"extern",
        b"macro_rules",
        b"let",
    ];
    let first = words(&code[at..]).next().map(|(_, word)| word);
    let is_item = first.is_some_and(|word| OPENERS.contains(&word));
    while at < code.len() {
        match code[at] {
            b';' => return at + 1,
            b',' if !is_item => return at + 1,
            b'{' => return end_of_group(code, at),
            b'(' | b'[' => at = end_of_group(code, at),
            b')' | b']' | b'}' => return at,
            _ => at += 1,
        }
    }
    at
}

/// Just after the bracket that closes the one at `open`.
fn end_of_group(code: &[u8], open: usize) -> usize {
    let mut depth = 0;
    for (n, byte) in code[open..].iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + n + 1;
        }
    }
    code.len()
}

/// The name in `mod name;`.
fn declared_module(item: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(item);
    let (before, name) = text.trim_end().strip_suffix(';')?.rsplit_once("mod ")?;
    before
        .chars()
        .next_back()
        .is_none_or(char::is_whitespace)
        .then(|| name.trim().to_string())
}

/// Each banned word in the code, with its line and the reason.
fn banned(code: &[u8]) -> Vec<(usize, &'static str, &'static str)> {
    let mut found = Vec::new();
    for (what, why) in BANNED {
        let mut at = 0;
        while let Some(start) = find(code, at, what.as_bytes()) {
            at = start + what.len();
            let joined_before = what.starts_with(|c: char| c != '.') && start > 0 && is_word(code[start - 1]);
            let joined_after = code.get(at).copied().is_some_and(is_word);
            if !joined_before && !joined_after {
                found.push((line_of(code, start), what, why));
            }
        }
    }
    for (start, word) in words(code) {
        if is_float(code, start, word) {
            found.push((
                line_of(code, start),
                "a floating-point number",
                "quantities are whole numbers or exact fractions",
            ));
        }
    }
    found.sort();
    found
}

/// Whether a number such as `0.5` or `1f64` begins at `start`; `pair.0.1` and `0..5` are none.
fn is_float(code: &[u8], start: usize, word: &[u8]) -> bool {
    if !word[0].is_ascii_digit() || word.starts_with(b"0x") {
        return false;
    }
    let after_dot = start > 0 && code[start - 1] == b'.' && (start < 2 || code[start - 2] != b'.');
    let rest = &code[start + word.len()..];
    let fraction = rest.first() == Some(&b'.') && rest.get(1).is_some_and(u8::is_ascii_digit);
    word.ends_with(b"f32") || word.ends_with(b"f64") || (fraction && !after_dot)
}

/// The beginning of a machine's own path, when the line has one.
fn machine_path(line: &str) -> Option<&'static str> {
    let bytes = line.as_bytes();
    MACHINE_PATHS.into_iter().find(|start| {
        line.match_indices(start).any(|(at, _)| {
            let goes_on = bytes.get(at + start.len()).is_some_and(|byte| is_word(*byte) || *byte == b'.');
            // `docs/work/` and `$HOME/work/` are somebody else's folders; `file:///` is not.
            let begins = at == 0 || !(is_word(bytes[at - 1]) || b".-}~*)".contains(&bytes[at - 1]));
            goes_on && begins
        })
    })
}

/// Runs of letters, digits and underscores, with where they begin.
fn words(code: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += code[at..].iter().take_while(|byte| !is_word(**byte)).count();
        let start = at;
        at += code[at..].iter().take_while(|byte| is_word(**byte)).count();
        (start < at).then(|| (start, &code[start..at]))
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn find(code: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    code.get(from..)?
        .windows(what.len())
        .position(|window| window == what)
        .map(|n| from + n)
}

fn line_of(code: &[u8], at: usize) -> usize {
    code[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn blank(code: &mut [u8]) {
    for byte in code.iter_mut().filter(|byte| **byte != b'\n') {
        *byte = b' ';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> Vec<(usize, &'static str)> {
        let (program, _) = without_tests(&without_words(text));
        banned(&program).into_iter().map(|(line, what, _)| (line, what)).collect()
    }

    #[test]
    fn pure_code_may_not_say() {
        for (text, line, what) in [
            ("fn a() { let t = std::time::SystemTime::now(); }", 1, "SystemTime::now"),
            ("\nfn a() { jiff::ZonedDateTime::now() }", 2, "ZonedDateTime::now"),
            ("\nfn a() { jiff::Zoned::now() }", 2, "Zoned::now"),
            ("fn a() { Timestamp::now() }", 1, "Timestamp::now"),
            ("fn a() { Instant::now() }", 1, "Instant::now"),
            ("fn a(x: f64) {}", 1, "f64"),
            ("fn a(x: &'a f32) {}", 1, "f32"),
            ("fn a() { std::thread::spawn(b) }", 1, "std::thread"),
            ("pub async fn a() {}", 1, "async"),
            ("fn a() { b().await }", 1, ".await"),
            ("const A: X = 0.5;", 1, "a floating-point number"),
            ("const A: X = 1_f64;", 1, "a floating-point number"),
            ("fn a() { let q = '\"'; x as f64 }", 1, "f64"),
            ("/* /* */ */ type A = f64;", 1, "f64"),
            ("#[cfg(test)]\nuse a::{b};\ntype A = f64;", 3, "f64"),
            ("#[cfg(test)]\nfn a<T: X<U, V>>() {}\ntype A = f64;", 3, "f64"),
            ("#[cfg(any(test, feature = \"sample\"))]\ntype A = f64;", 2, "f64"),
            ("#[cfg(not(test))]\ntype A = f64;", 2, "f64"),
            ("struct A {\n#[cfg(test)] b: u8,\nc: f64 }", 3, "f64"),
        ] {
            assert_eq!(says(text), [(line, what)], "{text}");
        }
    }

    #[test]
    fn what_is_no_code_may_say_anything() {
        for text in [
            "// f64, async fn",
            "/// Never an f64.\nfn a() {}",
            "/* f64 /* async */ f64 */",
            r#"const A: &str = "f64 \" async";"#,
            "const A: &str = r#\"f64 \" async\"#;",
            "const A: &[u8] = b\"f64\";",
            "const A: &[u8] = br\"f64\\\";",
            "fn r#async_like() {}",
            "fn a() -> u64 { pair.0.1 + 0xf64 }",
            "fn a() { for n in 0..5 {} }",
            "fn to_f64_not() {} struct Asynchronous; fn thread() { xstd::thread_local(); }",
            "#[cfg(test)]\nmod tests { fn a() -> f64 { 0.5 } }",
            "#[cfg(all(test, unix))]\n#[allow(x)]\nfn a() -> [f64; 2] { [0.5, 1.5] }",
            "#[cfg(test)] const A: f64 = 0.5;",
            "#![cfg(test)]\ntype A = f64;",
            "enum A { #[cfg(test)] B(f64), C }",
        ] {
            assert_eq!(says(text), [], "{text}");
        }
    }

    #[test]
    fn test_modules_in_their_own_files_are_known() {
        let (_, modules) =
            without_tests(b"#[cfg(test)]\nmod tests;\n#[cfg(test)]\npub(crate) mod cases;\nmod real;");
        assert_eq!(modules, ["tests", "cases"]);
        for (file, folder) in
            [("a/src/lib.rs", "a/src/"), ("a/src/b/mod.rs", "a/src/b/"), ("a/src/b.rs", "a/src/b")]
        {
            assert_eq!(module_folder(Path::new(file)).join("x"), Path::new(folder).join("x"), "{file}");
        }
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        for (line, found) in [
            (concat!("cd /wo", "rk/main"), true),
            (concat!("\"/ho", "me/clerk/fadu.db\""), true),
            (concat!("file:///Us", "ers/clerk"), true),
            (concat!("PATH=/ro", "ot/.cargo/bin"), true),
            (concat!("docs/wo", "rk/plan.md"), false),
            (concat!("$HOME/wo", "rk/plan.md"), false),
            (concat!("https://example.org/ho", "me/page"), false),
            ("the folder /home/ of anybody", false),
            ("/desk/matter", false),
        ] {
            assert_eq!(machine_path(line).is_some(), found, "{line}");
        }
    }
}
