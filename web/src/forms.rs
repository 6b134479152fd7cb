//! 表单。 The form of any act, drawn from the type that its request is read into, and read back into the same shape: a
//! domain's acts can be done at the desk before the domain has pages of its own.
//!
//! A field of a structure in a structure is named by its path, `entry.phone`; rows of a list by their place,
//! `missing.0.what`; a list of plain values is one value a line.

use crate::view::Field;
use fadu_app::registry::{KINDS, Kind};
use fadu_kernel::{Basis, Invalid};
use fadu_law::text::Citation;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Blank rows that a list of structures offers beside those that are filled.
const BLANK_ROWS: usize = 3;

/// What a value looks like.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Text,
    Date,
    Number,
    YesNo,
    Choice(Vec<(String, String)>),
    /// `行政许可法#32`
    Basis,
    Lines(Box<Shape>),
    Group(Vec<Member>),
    Rows(Vec<Member>),
    /// `name = value`, one a line.
    Pairs(Box<Shape>),
    /// Shapes that no form can show are typed as JSON.
    Json,
}

#[derive(Clone, Debug, PartialEq)]
struct Member {
    name: String,
    label: String,
    hint: Option<String>,
    required: bool,
    shape: Shape,
}

/// The fields of one act.
pub struct Form {
    members: Vec<Member>,
    /// The act carries nothing: it is a bare word.
    bare: bool,
}

impl Form {
    pub fn of(kind: &Kind, act: &str) -> Form {
        let (schema, defined) = schema_of(kind);
        let defined = Value::Object(defined);
        let variants = schema["oneOf"].as_array().cloned().unwrap_or_default();
        let found = variants.iter().find_map(|variant| variant["properties"].get(act));
        match found {
            Some(fields) => Form { members: members(fields, &defined), bare: false },
            None => Form { members: Vec::new(), bare: true },
        }
    }

    pub fn fields(&self, answers: &HashMap<String, String>, wrong: &[Invalid]) -> Vec<Field> {
        let mut fields = Vec::new();
        show(&self.members, "", answers, &mut fields);
        for field in &mut fields {
            field.error = wrong
                .iter()
                .find(|invalid| invalid.field == field.id)
                .map(|invalid| invalid.message.clone());
            let value = answers.get(&field.id).cloned().unwrap_or_default();
            *field = std::mem::take(field).value(&value);
        }
        fields
    }

    /// The act's own fields as its type reads them; `None` for an act that has none. Every unreadable field is named.
    pub fn read(&self, answers: &HashMap<String, String>) -> Result<Option<Value>, Vec<Invalid>> {
        if self.bare {
            return Ok(None);
        }
        let mut wrong = Vec::new();
        let read = read_group(&self.members, "", answers, &mut wrong);
        if wrong.is_empty() { Ok(Some(Value::Object(read))) } else { Err(wrong) }
    }
}

/// The schema of a kind's acts, and what it refers to.
fn schema_of(kind: &Kind) -> (Value, Map<String, Value>) {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.meta_schema = None)
        .into_generator();
    let schema = (kind.schema)(&mut generator).to_value();
    (schema, generator.take_definitions(true))
}

/// Follows references; an optional value is the value that it may be.
fn resolve<'a>(schema: &'a Value, defined: &'a Value) -> (&'a Value, Option<&'a str>) {
    let mut at = schema;
    let mut name = None;
    for _ in 0..8 {
        if let Some(reference) = at["$ref"].as_str() {
            let last = reference.rsplit('/').next().unwrap_or_default();
            (at, name) = (&defined[last], Some(last));
        } else if let Some(inner) = at["anyOf"]
            .as_array()
            .and_then(|any| any.iter().find(|one| one["type"] != "null"))
        {
            at = inner;
        } else {
            break;
        }
    }
    (at, name)
}

fn is_type(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::String(one) => one == name,
        Value::Array(several) => several.iter().any(|one| one == name),
        _ => false,
    }
}

fn members(schema: &Value, defined: &Value) -> Vec<Member> {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema["properties"].as_object();
    let member = |(name, value): (&String, &Value)| {
        let (target, _) = resolve(value, defined);
        let told = value["description"]
            .as_str()
            .or(target["description"].as_str())
            .unwrap_or_default();
        let (label, hint) = label(name, told);
        let optional =
            value["anyOf"].is_array() || is_type(value, "null") || !required.contains(&name.as_str());
        Member { name: name.clone(), label, hint, required: !optional, shape: shape(value, defined, 0) }
    };
    properties.into_iter().flatten().map(member).collect()
}

/// A description begins with the field's Chinese name, `主题编码。 Stable code.`; one that does not only explains it.
fn label(name: &str, told: &str) -> (String, Option<String>) {
    let end = told
        .find(['。', '：', ':', '；', '，', ',', '.', '\n', '(', '（'])
        .unwrap_or(told.len());
    let (head, rest) = told.split_at(end);
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let rest = rest
        .trim_start_matches(['。', '：', ':', '；', '，', ',', '.', '\n', ' '])
        .replace('\n', " ");
    if chinese(head) && head.chars().count() <= 24 {
        (head.trim().to_owned(), (!rest.is_empty()).then_some(rest))
    } else {
        (named(name).to_owned(), (!told.is_empty()).then(|| told.replace('\n', " ")))
    }
}

/// Field names that need no comment where they stand, in Chinese.
const LABELS: &str = include_str!("../data/fields.tsv");

/// The Chinese name of a field, where the list has it.
pub(crate) fn zh(name: &str) -> Option<&'static str> {
    static NAMES: LazyLock<HashMap<&str, &str>> =
        LazyLock::new(|| LABELS.lines().filter_map(|line| line.split_once('\t')).collect());
    NAMES.get(name).copied()
}

/// The Chinese name of a word that the acts of a kind choose from; none where two of its choices name it differently.
pub(crate) fn word_zh(kind: &str, word: &str) -> Option<&'static str> {
    static WORDS: LazyLock<HashMap<&'static str, HashMap<String, Option<String>>>> =
        LazyLock::new(|| KINDS.iter().map(|kind| (kind.name, words_of(kind))).collect());
    WORDS.get(kind)?.get(word)?.as_deref()
}

fn words_of(kind: &Kind) -> HashMap<String, Option<String>> {
    let (_, defined) = schema_of(kind);
    let mut words = HashMap::new();
    for (word, label) in defined.values().filter_map(choices).flatten() {
        let name = (word != label).then_some(label);
        let kept: &mut Option<String> = words.entry(word).or_insert_with(|| name.clone());
        if *kept != name {
            *kept = None;
        }
    }
    words
}

fn named(name: &str) -> &str {
    zh(name).unwrap_or(name)
}

fn shape(schema: &Value, defined: &Value, depth: usize) -> Shape {
    let (at, name) = resolve(schema, defined);
    if name == Some("Basis") {
        return Shape::Basis;
    }
    if let Some(choices) = choices(at) {
        return Shape::Choice(choices);
    }
    if is_type(at, "string") {
        return if at["format"] == "date" { Shape::Date } else { Shape::Text };
    }
    if is_type(at, "integer") {
        return Shape::Number;
    }
    if is_type(at, "boolean") {
        return Shape::YesNo;
    }
    if depth > 3 {
        return Shape::Json;
    }
    if is_type(at, "array") && at["items"].is_object() {
        return match shape(&at["items"], defined, depth + 1) {
            inner @ (Shape::Text | Shape::Date | Shape::Number | Shape::Basis) => {
                Shape::Lines(Box::new(inner))
            }
            Shape::Choice(_) => Shape::Lines(Box::new(Shape::Text)),
            Shape::Group(members) if members.iter().all(|member| is_plain(&member.shape)) => {
                Shape::Rows(members)
            }
            _ => Shape::Json,
        };
    }
    if at["properties"].is_object() {
        return Shape::Group(members(at, defined));
    }
    if at["additionalProperties"].is_object() {
        let inner = shape(&at["additionalProperties"], defined, depth + 1);
        return if is_plain(&inner) { Shape::Pairs(Box::new(inner)) } else { Shape::Json };
    }
    Shape::Json
}

fn is_plain(shape: &Shape) -> bool {
    !matches!(shape, Shape::Group(_) | Shape::Rows(_) | Shape::Json | Shape::Pairs(_))
}

/// An enumeration of words, each with the name that its comment gives it.
fn choices(schema: &Value) -> Option<Vec<(String, String)>> {
    if let Some(words) = schema["enum"].as_array() {
        let words: Option<Vec<_>> = words
            .iter()
            .map(|word| word.as_str().map(|word| (word.to_owned(), named(word).to_owned())))
            .collect();
        return words;
    }
    let variants = schema["oneOf"].as_array()?;
    let mut all = Vec::new();
    for variant in variants {
        let told = variant["description"].as_str().unwrap_or_default();
        let words: Vec<&str> = match (variant["const"].as_str(), variant["enum"].as_array()) {
            (Some(word), _) => vec![word],
            (None, Some(words)) => words.iter().filter_map(Value::as_str).collect(),
            (None, None) => return None,
        };
        all.extend(words.into_iter().map(|word| (word.to_owned(), label(word, told).0)));
    }
    Some(all)
}

fn show(members: &[Member], path: &str, answers: &HashMap<String, String>, fields: &mut Vec<Field>) {
    for member in members {
        let id = format!("{path}{}", member.name);
        let plain = |kind: &str| Field {
            id: id.clone(),
            label: member.label.clone(),
            kind: kind.to_owned(),
            required: member.required,
            hint: member.hint.clone(),
            ..Field::default()
        };
        let with = |field: Field, hint: &str| Field {
            hint: Some(
                field
                    .hint
                    .as_ref()
                    .map_or_else(|| hint.to_owned(), |own| format!("{own} {hint}")),
            ),
            ..field
        };
        match &member.shape {
            Shape::Text if LONG.contains(&member.name.as_str()) => fields.push(plain("long_text")),
            Shape::Text => fields.push(plain("text")),
            Shape::Date => fields.push(plain("date")),
            Shape::Number => fields.push(plain("number")),
            Shape::Basis => fields.push(with(plain("text"), "例如 行政许可法#32")),
            Shape::YesNo => {
                let options = [("true", "是"), ("false", "否")];
                fields.push(
                    plain("choice")
                        .options(options.map(|(value, label)| (value.to_owned(), label.to_owned()))),
                );
            }
            Shape::Choice(options) => fields.push(plain("choice").options(options.clone())),
            Shape::Lines(_) => fields.push(with(plain("long_text"), "一行一个。")),
            Shape::Pairs(_) => fields.push(with(plain("long_text"), "一行一个，写成“名称 = 值”。")),
            Shape::Json => fields.push(with(plain("long_text"), "结构较复杂，请按接口说明填写 JSON。")),
            Shape::Group(inner) => show(inner, &format!("{id}."), answers, fields),
            Shape::Rows(inner) => {
                for row in 0..filled_rows(&id, answers) + BLANK_ROWS {
                    let mut of_row = Vec::new();
                    show(inner, &format!("{id}.{row}."), answers, &mut of_row);
                    for field in &mut of_row {
                        field.label = format!("{}{}：{}", member.label, row + 1, field.label);
                        field.required = false;
                    }
                    fields.append(&mut of_row);
                }
            }
        }
    }
}

/// Fields in which people write sentences.
const LONG: [&str; 17] = [
    "reason",
    "note",
    "text",
    "content",
    "transcript",
    "opinion",
    "reply",
    "statement",
    "findings",
    "result",
    "answer",
    "outcome",
    "measures",
    "shortcomings",
    "first_responsible",
    "next_year",
    "other_matters",
];

/// One behind the last row of a list in which anything is filled in.
fn filled_rows(id: &str, answers: &HashMap<String, String>) -> usize {
    let prefix = format!("{id}.");
    let row = |(name, value): (&String, &String)| {
        let rest = name.strip_prefix(&prefix).filter(|_| !value.trim().is_empty())?;
        rest.split('.').next()?.parse::<usize>().ok()
    };
    answers.iter().filter_map(row).map(|row| row + 1).max().unwrap_or(0).min(200)
}

fn read_group(
    members: &[Member],
    path: &str,
    answers: &HashMap<String, String>,
    wrong: &mut Vec<Invalid>,
) -> Map<String, Value> {
    let mut group = Map::new();
    for member in members {
        let id = format!("{path}{}", member.name);
        if let Some(value) = read_member(member, &id, answers, wrong) {
            group.insert(member.name.clone(), value);
        }
    }
    group
}

fn read_member(
    member: &Member,
    id: &str,
    answers: &HashMap<String, String>,
    wrong: &mut Vec<Invalid>,
) -> Option<Value> {
    match &member.shape {
        Shape::Group(inner) => {
            let prefix = format!("{id}.");
            let touched = answers
                .iter()
                .any(|(name, value)| name.starts_with(&prefix) && !value.trim().is_empty());
            (member.required || touched).then(|| Value::Object(read_group(inner, &prefix, answers, wrong)))
        }
        Shape::Rows(inner) => {
            let mut rows = Vec::new();
            for row in 0..filled_rows(id, answers) {
                let prefix = format!("{id}.{row}.");
                if answers
                    .iter()
                    .any(|(name, value)| name.starts_with(&prefix) && !value.trim().is_empty())
                {
                    rows.push(Value::Object(read_group(inner, &prefix, answers, wrong)));
                }
            }
            Some(Value::Array(rows))
        }
        shape => {
            let text = answers.get(id).map(|text| text.trim()).unwrap_or_default();
            if text.is_empty() {
                return match shape {
                    Shape::Lines(_) => Some(json!([])),
                    Shape::Pairs(_) => Some(json!({})),
                    // Whether a text may be empty is the domain's to say: a county hall has no township.
                    Shape::Text if member.required => Some(json!("")),
                    _ => {
                        if member.required {
                            wrong.push(Invalid::new(id, format!("请填写{}", member.label)));
                        }
                        None
                    }
                };
            }
            match read_plain(shape, text) {
                Ok(value) => Some(value),
                Err(why) => {
                    wrong.push(Invalid::new(id, format!("{}：{why}", member.label)));
                    None
                }
            }
        }
    }
}

fn read_plain(shape: &Shape, text: &str) -> Result<Value, String> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    match shape {
        Shape::Text | Shape::Choice(_) => Ok(Value::String(text.to_owned())),
        Shape::Date => {
            let day: jiff::civil::Date =
                text.parse().map_err(|_| format!("“{text}”不是 2025-09-30 这样的日期"))?;
            Ok(Value::String(day.to_string()))
        }
        Shape::Number => {
            let number: i64 = text.replace(',', "").parse().map_err(|_| format!("“{text}”不是整数"))?;
            Ok(json!(number))
        }
        Shape::YesNo => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err("请选择是或者否".to_owned()),
        },
        Shape::Basis => {
            let citation: Citation = text.parse().map_err(|_| format!("“{text}”读不出法规名称和条号"))?;
            let article = u16::try_from(citation.article.main).map_err(|_| "条号太大".to_owned())?;
            let small = |n: Option<u32>| n.and_then(|n| u16::try_from(n).ok());
            let (paragraph, item) = (small(citation.paragraph), small(citation.item));
            let basis = Basis { statute: citation.statute.into(), article, paragraph, item };
            serde_json::to_value(basis).map_err(|error| error.to_string())
        }
        Shape::Lines(inner) => lines()
            .map(|line| read_plain(inner, line))
            .collect::<Result<Vec<_>, _>>()
            .map(Value::Array),
        Shape::Pairs(inner) => {
            let mut pairs = Map::new();
            for line in lines() {
                let (name, value) =
                    line.split_once('=').ok_or_else(|| format!("“{line}”要写成“名称 = 值”"))?;
                pairs.insert(name.trim().to_owned(), read_plain(inner, value.trim())?);
            }
            Ok(Value::Object(pairs))
        }
        Shape::Json | Shape::Group(_) | Shape::Rows(_) => {
            serde_json::from_str(text).map_err(|error| format!("不是 JSON（{error}）"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_app::registry::word;

    fn answers(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn rows_and_optional_values_are_read_as_their_type_wants_them() {
        let form = Form::of(word("cases").unwrap(), "GiveNotice");
        let filled = answers(&[
            ("missing.0.material", "m1"),
            ("missing.0.what", "没有盖章"),
            ("missing.2.material", "m2"),
            ("missing.2.what", "过期"),
        ]);
        let read = form.read(&filled).unwrap().unwrap();
        assert_eq!(read["missing"].as_array().unwrap().len(), 2, "a blank row between them is none");
        assert!(form.fields(&filled, &[]).iter().any(|field| field.id == "missing.5.what"), "room for more");
        assert_eq!(
            Form::of(word("cases").unwrap(), "Accept").read(&answers(&[])).unwrap(),
            None,
            "a bare word"
        );
        let wrong = Form::of(word("cases").unwrap(), "Decide")
            .read(&answers(&[("granted", "perhaps")]))
            .unwrap_err();
        assert_eq!(wrong.iter().map(|invalid| invalid.field.as_str()).collect::<Vec<_>>(), ["granted"]);
    }

    #[test]
    fn a_basis_is_typed_as_it_is_cited() {
        let form = Form::of(word("powers").unwrap(), "Draft");
        let filled = answers(&[
            ("entry.code", "4202220010100101"),
            ("entry.name", "模拟"),
            ("entry.kind", "permit"),
            ("entry.department", "d"),
            ("entry.bases", "行政许可法#12\n《行政许可法》第三十二条"),
            ("entry.responsibilities", "审查"),
            ("entry.phone", "1"),
        ]);
        let read = form.read(&filled).unwrap().unwrap();
        assert_eq!(read["entry"]["bases"][1]["article"], 32);
        assert!(form.read(&answers(&[("entry.bases", "某条")])).is_err());
    }

    /// Every act of every kind has a form; none of its required fields asks a clerk for JSON unless it stands here.
    #[test]
    fn every_act_has_a_form() {
        let mut missing = std::collections::BTreeSet::new();
        for kind in KINDS {
            for act in (kind.acts)() {
                let form = Form::of(kind, act.name);
                let fields = form.fields(&HashMap::new(), &[]);
                let none = form.bare || form.members.is_empty();
                assert_eq!(fields.is_empty(), none, "{}.{}", kind.name, act.name);
                for field in fields {
                    let words = field.options.iter().map(|option| &option.label).chain([&field.label]);
                    missing.extend(
                        words
                            .filter(|label| {
                                label.is_ascii() && !label.bytes().all(|byte| byte.is_ascii_digit())
                            })
                            .cloned(),
                    );
                }
            }
        }
        assert!(missing.is_empty(), "no Chinese name in data/fields.tsv: {missing:?}");
    }
}
