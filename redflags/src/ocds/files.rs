//! 读文件。 Whatever holds releases: one a line, a release package, a record package, a list of either. A file that is broken
//! costs what is broken in it.

use serde_json::Value;

/// Each release, or why there is none at a place such as `line 7` or `/records/3`.
pub fn releases(text: &str) -> Vec<Result<Value, String>> {
    let mut found = Vec::new();
    match serde_json::from_str::<Value>(text) {
        Ok(value) => unpack(value, "", &mut found),
        Err(whole) => {
            let lines = || (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
            let starts_a_value = |line: &str| serde_json::from_str::<Value>(line).is_ok();
            // A single text over many lines is no list of lines: its one fault is said once.
            if !lines().any(|(_, line)| line.trim_start().starts_with(['{', '[']) && starts_a_value(line)) {
                return vec![Err(whole.to_string())];
            }
            for (n, line) in lines() {
                match serde_json::from_str(line) {
                    Ok(value) => unpack(value, &format!("line {n}"), &mut found),
                    Err(error) => found.push(Err(format!("line {n}: {error}"))),
                }
            }
        }
    }
    found
}

fn unpack(value: Value, place: &str, found: &mut Vec<Result<Value, String>>) {
    match value {
        Value::Array(values) => {
            for (n, value) in values.into_iter().enumerate() {
                unpack(value, &format!("{place}/{n}"), found);
            }
        }
        Value::Object(mut fields) => {
            match (fields.remove("releases"), fields.remove("records"), fields.remove("compiledRelease")) {
                (_, _, Some(compiled)) => unpack(compiled, &format!("{place}/compiledRelease"), found),
                (Some(releases @ Value::Array(_)), None, None) => {
                    unpack(releases, &format!("{place}/releases"), found)
                }
                (None, Some(records @ Value::Array(_)), None) => {
                    unpack(records, &format!("{place}/records"), found)
                }
                (None, None, None) if fields.contains_key("url") && !fields.contains_key("ocid") => {
                    found.push(Err(format!("{place}: 只有发布的地址，没有内容")));
                }
                (None, None, None) => found.push(Ok(Value::Object(fields))),
                (Some(_), _, None) | (None, Some(_), None) => {
                    found.push(Err(format!("{place}: 发布或者记录应是列表")))
                }
            }
        }
        _ => found.push(Err(format!("{place}: 不是一个发布对象"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_found_wherever_they_stand() {
        for (text, ocids, n_faults) in [
            (r#"{"ocid":"a"}"#, "a", 0),
            ("{\"ocid\":\"a\"}\n\n{\"ocid\": \n{\"ocid\":\"b\"}\n", "ab", 1),
            (r#"{"releases":[{"ocid":"a"},5,{"ocid":"b"}]}"#, "ab", 1),
            (r#"{"records":[{"ocid":"a","releases":[],"compiledRelease":{"ocid":"a"}}]}"#, "a", 0),
            (r#"{"records":[{"ocid":"x","releases":[{"url":"http://x"}]}]}"#, "", 1),
            (r#"[{"ocid":"a"},[{"ocid":"b"}]]"#, "ab", 0),
            ("{\n \"ocid\": \"a\",\n \"tender\": {\n}", "", 1),
            (r#"{"releases":{"ocid":"a"}}"#, "", 1),
            ("no json at all", "", 1),
            ("", "", 1),
        ] {
            let found = releases(text);
            let read: String =
                found.iter().flatten().filter_map(|release| release["ocid"].as_str()).collect();
            assert_eq!(
                (read.as_str(), found.iter().filter(|one| one.is_err()).count()),
                (ocids, n_faults),
                "{text}"
            );
        }
    }
}
