//! A release as the indicators see it: the few fields they ask for, borrowed from the line, everything else passed
//! over. A field of another kind than expected counts as one that is not there; it never costs the release.

use super::blocks::count;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Depth at which the peer's reader gives a line up.
const DEEPEST: usize = 127;

/// 一行。 `Ok(None)`: the line is JSON but no object. Errors: why it is no JSON.
pub fn release(line: &str) -> Result<Option<Release<'_>>, String> {
    let Maybe(release) = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if is_too_deep(line.as_bytes()) {
        return Err("recursion limit exceeded".to_owned());
    }
    if has_surrogate(line) {
        // What is passed over is not decoded; half a character in it still makes the line unreadable.
        serde_json::from_str::<serde_json::Value>(line).map_err(|error| error.to_string())?;
    }
    Ok(release)
}

fn has_surrogate(line: &str) -> bool {
    let surrogate = |at: usize| matches!(line.as_bytes().get(at + 2), Some(b'd' | b'D'));
    line.as_bytes().contains(&b'\\') && line.match_indices("\\u").any(|(at, _)| surrogate(at))
}

fn is_too_deep(line: &[u8]) -> bool {
    // `[` and `{` differ in this one bit; no line without so many of them can be too deep.
    if count(line, |byte| byte | 0x20 == b'{') <= DEEPEST {
        return false;
    }
    let (mut depth, mut in_text, mut bytes) = (0_usize, false, line.iter());
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if in_text => drop(bytes.next()),
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// 一个字段。
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Field<'a> {
    #[default]
    Absent,
    Text(Cow<'a, str>),
    /// As it was written.
    Number(&'a str),
    /// Null, true, false, a list or an object.
    Other,
}

impl<'a> Field<'a> {
    pub fn text(&self) -> Option<&str> {
        match self {
            Field::Text(text) => Some(text),
            Field::Absent | Field::Number(_) | Field::Other => None,
        }
    }

    pub fn is(&self, text: &str) -> bool {
        self.text() == Some(text)
    }

    /// A finite number.
    pub fn number(&self) -> Option<f64> {
        match self {
            Field::Number(number) => number.parse().ok().filter(|number: &f64| number.is_finite()),
            Field::Absent | Field::Text(_) | Field::Other => None,
        }
    }
}

impl<'de> Deserialize<'de> for Field<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        Ok(match raw.as_bytes() {
            [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
                Field::Text(Cow::Borrowed(&raw[1..raw.len() - 1]))
            }
            [b'"', ..] => Field::Text(Cow::Owned(serde_json::from_str(raw).map_err(D::Error::custom)?)),
            [b'-' | b'0'..=b'9', ..] => Field::Number(raw),
            _ => Field::Other,
        })
    }
}

/// Something that has named fields. A name that is said twice counts as it was said last.
pub trait Object<'a>: Default {
    type Key;

    fn key(name: &str) -> Option<Self::Key>;

    /// Reads the value of a field.
    fn set<A: MapAccess<'a>>(&mut self, key: Self::Key, map: &mut A) -> Result<(), A::Error>;
}

/// An object, or nothing where something else stands.
#[derive(Debug)]
pub struct Maybe<T>(pub Option<T>);

/// A list, or nothing where something else stands. An entry that is no object has no fields.
#[derive(Debug)]
pub struct List<T>(pub Option<Vec<T>>);

/// A list of objects that may stand as one object alone; only `prepare` takes that for a list of one.
#[derive(Clone, Debug, Default)]
pub enum OneOrMany<T> {
    #[default]
    None,
    One(T),
    Many(Vec<T>),
}

/// Whether a name was said at all, whatever stands behind it.
#[derive(Debug)]
pub struct Said<T>(pub Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Said<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|value| Said(Some(value)))
    }
}

impl<T> Default for Said<T> {
    fn default() -> Self {
        Said(None)
    }
}

impl<T> OneOrMany<T> {
    pub fn many(&self) -> Option<&[T]> {
        match self {
            OneOrMany::Many(many) => Some(many),
            OneOrMany::None | OneOrMany::One(_) => None,
        }
    }
}

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Maybe(None)
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List(None)
    }
}

macro_rules! passes_over {
    ($($visit:ident: $kind:ty),*) => {
        $(fn $visit<E>(self, _: $kind) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        })*
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("JSON")
        }
    };
}

fn pass_over_list<'de, A: SeqAccess<'de>, T: Default>(mut list: A) -> Result<T, A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(T::default())
}

fn pass_over_object<'de, A: MapAccess<'de>, T: Default>(mut map: A) -> Result<T, A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(T::default())
}

fn read_object<'de, T: Object<'de>, A: MapAccess<'de>>(mut map: A) -> Result<T, A::Error> {
    let mut object = T::default();
    while let Some(key) = map.next_key_seed(Reader::<T>(PhantomData))? {
        match key {
            Some(key) => object.set(key, &mut map)?,
            None => drop(map.next_value::<IgnoredAny>()?),
        }
    }
    Ok(object)
}

fn read_list<'de, T: Object<'de>, A: SeqAccess<'de>>(mut list: A) -> Result<Vec<T>, A::Error> {
    let mut entries = Vec::new();
    while let Some(Maybe(entry)) = list.next_element::<Maybe<T>>()? {
        entries.push(entry.unwrap_or_default());
    }
    Ok(entries)
}

struct Reader<T>(PhantomData<T>);

/// Reads a name.
impl<'de, T: Object<'de>> DeserializeSeed<'de> for Reader<T> {
    type Value = Option<T::Key>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(NameOf::<T>(PhantomData))
    }
}

struct NameOf<T>(PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for NameOf<T> {
    type Value = Option<T::Key>;

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(T::key(name))
    }

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a name")
    }
}

macro_rules! reads {
    ($kind:ident, list: $list:expr, object: $object:expr) => {
        impl<'de, T: Object<'de>> Deserialize<'de> for $kind<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Reader::<$kind<T>>(PhantomData))
            }
        }

        impl<'de, T: Object<'de>> Visitor<'de> for Reader<$kind<T>> {
            type Value = $kind<T>;
            passes_over!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                $list(list)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                $object(map)
            }
        }
    };
}

reads!(Maybe, list: pass_over_list, object: |map| Ok(Maybe(Some(read_object(map)?))));
reads!(List, list: |list| Ok(List(Some(read_list(list)?))), object: pass_over_object);
reads!(OneOrMany, list: |list| Ok(OneOrMany::Many(read_list(list)?)), object: |map| Ok(OneOrMany::One(read_object(map)?)));

impl<'a> Release<'a> {
    /// 全部投标.
    pub fn details(&self) -> Option<&[Bid<'a>]> {
        self.bids.0.as_ref()?.0.as_ref()?.details.0.as_deref()
    }

    pub fn awards(&self) -> Option<&[Award<'a>]> {
        self.awards.0.as_deref()
    }

    pub fn tender(&self) -> Option<&Tender<'a>> {
        self.tender.0.as_ref()
    }
}

impl Bid<'_> {
    pub fn amount_and_currency(&self) -> Option<(f64, &str)> {
        let value = self.value.0.as_ref()?;
        Some((value.amount.number()?, value.currency.text()?))
    }

    pub fn tenderers(&self) -> Option<&[Org<'_>]> {
        self.tenderers.many()
    }

    /// 递交了的投标: neither merely invited nor withdrawn, and not without a status.
    pub fn is_submitted(&self) -> bool {
        self.status
            .text()
            .is_some_and(|status| !matches!(status, "invited" | "withdrawn"))
    }
}

macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($key:literal => $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub struct $name<'a> {
            $(pub $field: $kind,)*
        }

        const _: () = {
            #[allow(non_camel_case_types)]
            pub enum Key {
                $($field,)*
            }

            impl<'a> Object<'a> for $name<'a> {
                type Key = Key;

                fn key(name: &str) -> Option<Key> {
                    match name {
                        $($key => Some(Key::$field),)*
                        _ => None,
                    }
                }

                fn set<A: MapAccess<'a>>(&mut self, key: Key, map: &mut A) -> Result<(), A::Error> {
                    match key {
                        $(Key::$field => self.$field = map.next_value()?,)*
                    }
                    Ok(())
                }
            }
        };
    };
}

object! {
    Release {
        "ocid" => ocid: Field<'a>,
        "buyer" => buyer: Maybe<Org<'a>>,
        "tender" => tender: Maybe<Tender<'a>>,
        "bids" => bids: Said<Maybe<Bids<'a>>>,
        "awards" => awards: List<Award<'a>>,
        "contracts" => contracts: List<Contract<'a>>,
        "auctions" => auctions: List<Auction<'a>>,
    }
}
object! { Org { "id" => id: Field<'a>, } }
object! {
    Tender {
        "status" => status: Field<'a>,
        "procurementMethod" => method: Field<'a>,
        "procurementMethodDetails" => details: Field<'a>,
        "procuringEntity" => entity: Maybe<Org<'a>>,
        "tenderPeriod" => period: Maybe<Period<'a>>,
        "numberOfTenderers" => n_tenderers: Field<'a>,
    }
}
object! { Period { "startDate" => start: Field<'a>, "endDate" => end: Field<'a>, } }
object! { Bids { "details" => details: List<Bid<'a>>, } }
object! {
    Bid {
        "status" => status: Field<'a>,
        "date" => date: Field<'a>,
        "tenderers" => tenderers: OneOrMany<Org<'a>>,
        "value" => value: Maybe<Value<'a>>,
    }
}
object! { Value { "amount" => amount: Field<'a>, "currency" => currency: Field<'a>, } }
object! {
    Award {
        "id" => id: Field<'a>,
        "status" => status: Field<'a>,
        "suppliers" => suppliers: OneOrMany<Org<'a>>,
        "items" => items: List<Item<'a>>,
    }
}
object! { Item { "classification" => classification: Maybe<Org<'a>>, } }
object! { Contract { "awardID" => award: Field<'a>, "status" => status: Field<'a>, } }
object! { Auction { "stages" => stages: List<Stage<'a>>, } }
object! { Stage { "bids" => bids: List<Bid<'a>>, } }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_another_kind_costs_nothing_but_itself() {
        let line = r#"{"ocid":"a","tender":[1,{"x":2}],"buyer":{"id":7.50},"awards":{"id":1},
            "bids":{"details":[{"status":"valid","value":3,"tenderers":{"id":"b"}},"x",null]}}"#;
        let release = release(line).unwrap().unwrap();
        assert!(release.tender.0.is_none() && release.awards.0.is_none());
        assert_eq!(release.buyer.0.as_ref().unwrap().id, Field::Number("7.50"));
        let bids = release.details().unwrap();
        assert_eq!(bids.len(), 3);
        assert!(
            bids[0].status.is("valid") && bids[0].value.0.is_none() && bids[0].tenderers.many().is_none()
        );
        assert_eq!(bids[2].status, Field::Absent);
    }

    #[test]
    fn what_is_said_last_counts() {
        let line = r#"{"ocid":"a","ocid":"\u0062\n","tender":{"status":"x"},"tender":{"title":"y"}}"#;
        let release = release(line).unwrap().unwrap();
        assert_eq!(release.ocid.text(), Some("b\n"));
        assert_eq!(release.tender.0.unwrap().status, Field::Absent);
    }

    #[test]
    fn lines_are_given_up_for_the_peers_reasons() {
        let deep = |n: usize| format!("{{\"x\":{}{}}}", "[".repeat(n), "]".repeat(n));
        for (line, read) in [
            (r#"{"ocid":"a"}"#.to_owned(), true),
            ("[1]".to_owned(), true),
            (r#"{"ocid":"a""#.to_owned(), false),
            (r#"{"ocid":"a"} x"#.to_owned(), false),
            (r#"{"x":"\ud83d\ude00"}"#.to_owned(), true),
            (r#"{"x":"\ud83d"}"#.to_owned(), false),
            (r#"{"x":1e999}"#.to_owned(), true),
            (deep(126), true),
            (deep(127), false),
            (format!("{{\"x\":\"{}\"}}", "[".repeat(400)), true),
        ] {
            assert_eq!(super::release(&line).is_ok(), read, "{line}");
        }
    }

    #[test]
    fn a_number_beyond_all_bounds_is_none() {
        assert_eq!(Field::Number("1e999").number(), None);
        assert_eq!(Field::Number("-1.5e1").number(), Some(-15.0));
        assert_eq!(Field::Text("1".into()).number(), None);
    }
}
