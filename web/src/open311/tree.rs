//! 一棵值，两种写法。 What the open interface answers, written as JSON or as XML from one tree, so that neither can say what
//! the other does not.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde_json::{Map, Value};

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    None,
    Text(String),
    /// As it is printed; JSON has it without quotes.
    Number(String),
    Yes(bool),
    Map(Vec<(&'static str, Node)>),
    /// Its element in XML and that of each item.
    List(&'static str, &'static str, Vec<Node>),
    /// A map that is the whole answer, with its element in XML.
    Root(&'static str, Vec<(&'static str, Node)>),
}

impl Node {
    pub fn text(text: impl Into<String>) -> Node {
        Node::Text(text.into())
    }

    pub fn maybe(text: Option<String>) -> Node {
        text.map_or(Node::None, Node::Text)
    }

    pub fn number(number: impl ToString) -> Node {
        Node::Number(number.to_string())
    }

    pub fn yes(yes: bool) -> Node {
        Node::Yes(yes)
    }

    pub fn map(fields: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
        Node::Map(fields.into_iter().collect())
    }

    pub fn root(name: &'static str, fields: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
        Node::Root(name, fields.into_iter().collect())
    }

    pub fn list(name: &'static str, item: &'static str, items: impl IntoIterator<Item = Node>) -> Node {
        Node::List(name, item, items.into_iter().collect())
    }

    pub fn json(&self) -> String {
        self.value().to_string()
    }

    fn value(&self) -> Value {
        let map = |fields: &[(&'static str, Node)]| {
            let fields = fields.iter().map(|(name, node)| ((*name).to_owned(), node.value()));
            Value::Object(fields.collect::<Map<_, _>>())
        };
        match self {
            Node::None => Value::Null,
            Node::Text(text) => Value::String(text.clone()),
            Node::Number(number) => serde_json::from_str(number).unwrap_or_else(|_| number.clone().into()),
            Node::Yes(yes) => Value::Bool(*yes),
            Node::Map(fields) | Node::Root(_, fields) => map(fields),
            Node::List(_, _, items) => Value::Array(items.iter().map(Node::value).collect()),
        }
    }

    pub fn xml(&self) -> String {
        let mut writer = Writer::new(Vec::new());
        let declared = writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        let name = match self {
            Node::List(name, _, _) | Node::Root(name, _) => name,
            _ => "value",
        };
        // A vector of bytes takes everything; what it did not take would be a defect to see in the log.
        if let Err(error) = declared.and_then(|()| self.write(name, &mut writer)) {
            tracing::error!(%error, "an answer could not be written as XML");
        }
        String::from_utf8(writer.into_inner()).unwrap_or_default()
    }

    fn write(&self, name: &str, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        let text = match self {
            Node::None => return writer.write_event(Event::Empty(BytesStart::new(name))),
            Node::Text(text) | Node::Number(text) => legal(text),
            Node::Yes(yes) => yes.to_string(),
            Node::Map(fields) | Node::Root(_, fields) => {
                writer.write_event(Event::Start(BytesStart::new(name)))?;
                for (name, node) in fields {
                    node.write(name, writer)?;
                }
                return writer.write_event(Event::End(BytesEnd::new(name)));
            }
            Node::List(_, item, items) => {
                writer.write_event(Event::Start(BytesStart::new(name)))?;
                for node in items {
                    node.write(item, writer)?;
                }
                return writer.write_event(Event::End(BytesEnd::new(name)));
            }
        };
        writer.write_event(Event::Start(BytesStart::new(name)))?;
        writer.write_event(Event::Text(BytesText::new(&text)))?;
        writer.write_event(Event::End(BytesEnd::new(name)))
    }
}

/// XML 1.0 has no place for most control characters, escaped or not: each is shown as one that cannot be shown.
fn legal(text: &str) -> String {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    // A reader makes one line end of the two characters; so do we, that nothing changes on the way.
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .map(|c| if allowed(c) { c } else { '\u{FFFD}' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quick_xml::Reader;

    /// What any reader makes of the text: elements by their names, texts unescaped.
    fn read(xml: &str) -> Vec<(String, String)> {
        let mut reader = Reader::from_str(xml);
        let (mut open, mut text, mut seen) = (Vec::new(), String::new(), Vec::new());
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    open.push(start.name().as_ref().to_owned());
                    text.clear();
                }
                Event::Empty(start) => {
                    seen.push((start.name().as_ref().to_owned(), String::new()));
                }
                Event::Text(part) => text.push_str(&part),
                Event::GeneralRef(part) => {
                    let name = part.to_string();
                    match part.resolve_char_ref().unwrap() {
                        Some(c) => text.push(c),
                        None => text.push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap()),
                    }
                }
                Event::End(end) => {
                    let name = open.pop().unwrap();
                    assert_eq!(name.as_str(), end.name().as_ref());
                    seen.push((name, std::mem::take(&mut text)));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert!(open.is_empty(), "every element is closed");
        seen
    }

    fn node(text: &str) -> Node {
        Node::list(
            "service_requests",
            "request",
            [Node::map([
                ("description", Node::text(text)),
                ("lat", Node::number("29.830000")),
                ("address", Node::None),
            ])],
        )
    }

    #[test]
    fn one_tree_two_writings() {
        let node = node("<b>&\"'");
        let json: Value = serde_json::from_str(&node.json()).unwrap();
        assert_eq!(json, serde_json::json!([{"description": "<b>&\"'", "lat": 29.83, "address": null}]));
        assert!(
            node.xml()
                .starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?><service_requests><request>")
        );
        assert!(node.xml().contains("&lt;b&gt;&amp;"));
        let empty = Node::list("services", "service", []);
        assert_eq!((empty.json(), empty.xml().ends_with("<services></services>")), ("[]".to_owned(), true));
    }

    #[test]
    fn what_xml_has_no_place_for_is_shown_as_such() {
        let seen = read(&node("a\u{0}b\u{1F}c\u{FFFE}d\r\ne").xml());
        assert_eq!(seen[0].1, "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\ne");
    }

    /// A reply of any shape: texts, numbers, nothing, lists of maps.
    fn any_node() -> impl Strategy<Value = Node> {
        let text = prop_oneof![
            "\\PC{0,20}",
            "[😀👨‍👩‍👧🇨🇳\u{0}-\u{1F}\u{FFFE}\u{FEFF}<>&]{0,12}",
            Just("<!DOCTYPE l [<!ENTITY a \"&a;&a;\">]><l>&a;</l>".to_owned()),
        ];
        let leaf = prop_oneof![
            text.prop_map(Node::Text),
            any::<i32>().prop_map(Node::number),
            any::<bool>().prop_map(Node::Yes),
            Just(Node::None),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4)
                    .prop_map(|nodes| Node::map(["a", "b", "c", "d"].into_iter().zip(nodes))),
                proptest::collection::vec(inner, 0..4).prop_map(|nodes| Node::list("list", "item", nodes)),
            ]
        })
    }

    /// The texts of a value in the order in which XML has them.
    fn said(node: &Node, all: &mut Vec<String>) {
        match node {
            Node::None => all.push(String::new()),
            Node::Text(text) | Node::Number(text) => all.push(legal(text)),
            Node::Yes(yes) => all.push(yes.to_string()),
            Node::Map(fields) | Node::Root(_, fields) => {
                fields.iter().for_each(|(_, node)| said(node, all));
                all.push(String::new());
            }
            Node::List(_, _, items) => {
                items.iter().for_each(|node| said(node, all));
                all.push(String::new());
            }
        }
    }

    proptest! {
        /// Whatever is answered comes back from either writing, value by value.
        #[test]
        fn any_answer_comes_back(node in any_node()) {
            let mut expected = Vec::new();
            said(&node, &mut expected);
            let seen: Vec<String> = read(&node.xml()).into_iter().map(|(_, text)| text).collect();
            prop_assert_eq!(seen, expected);
            let back: Value = serde_json::from_str(&node.json()).unwrap();
            prop_assert_eq!(back, node.value());
        }

        /// Whatever people write, a reader gets exactly that, and no element of their making.
        #[test]
        fn any_text_comes_back(text in "\\PC{0,60}|[<>&'\"\\]\\[!a-z/ ]{0,60}|(<!ENTITY|<!\\[CDATA\\[|]]>|&#0;|&lol;|</request>){0,6}") {
            let seen = read(&node(&text).xml());
            prop_assert_eq!(&seen[0], &("description".to_owned(), legal(&text)));
            prop_assert_eq!(seen.len(), 5);
            let back: Value = serde_json::from_str(&node(&text).json()).unwrap();
            prop_assert_eq!(back[0]["description"].as_str(), Some(text.as_str()));
        }
    }
}
