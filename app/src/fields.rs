//! 事实的栏目。 Whether the facts of a kind have a name or a field, asked of their type, so that nobody keeps a list beside
//! it that could say something else.
//!
//! The type is read from an input that holds one thing only: at the end of the way asked for, a value that fits no field of
//! any fact. Whoever takes offence at it would have read it; what nobody looks at is no field. Entries hold no fractions,
//! and so a fraction is that value.

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess, Unexpected,
    VariantAccess, Visitor,
};
use std::fmt::Display;

/// `["Accepted"]` is a fact, `["Accepted", "deemed"]` a field of it, and so on inwards.
pub(crate) fn has<F: DeserializeOwned>(way: &[&str]) -> bool {
    let mut beside = Vec::new();
    loop {
        match <F as de::Deserialize>::deserialize(Way { names: way, beside: &beside }) {
            Err(Stop::Reached) => return true,
            // A flattened part is read last: what stands beside it must be there first.
            Err(Stop::Lacks(field)) if !beside.contains(&field) => beside.push(field),
            Ok(_) | Err(_) => return false,
        }
    }
}

/// How reading ended.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error("somebody reads the end of the way")]
    Reached,
    #[error("`{0}` is missing")]
    Lacks(&'static str),
    #[error("nobody reads the end of the way")]
    Otherwise,
}

impl de::Error for Stop {
    fn custom<T: Display>(_: T) -> Stop {
        Stop::Otherwise
    }

    fn invalid_type(found: Unexpected, _: &dyn Expected) -> Stop {
        match found {
            Unexpected::Float(_) => Stop::Reached,
            _ => Stop::Otherwise,
        }
    }

    fn missing_field(field: &'static str) -> Stop {
        Stop::Lacks(field)
    }
}

/// The rest of the way inwards, and what is filled in beside its first step.
#[derive(Clone, Copy)]
struct Way<'a> {
    names: &'a [&'a str],
    beside: &'a [&'static str],
}

impl<'de> Deserializer<'de> for Way<'_> {
    type Error = Stop;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        match self.names.split_first() {
            None => visitor.visit_f64(0.5),
            Some((name, rest)) => visitor.visit_map(Fields {
                sought: Some((*name, Way { names: rest, beside: &[] })),
                beside: self.beside.iter(),
                value: None,
            }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        match self.names {
            [] => self.deserialize_any(visitor),
            _ => visitor.visit_enum(self),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Way<'_> {
    type Error = Stop;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Stop> {
        let (name, names) = self.names.split_first().ok_or(Stop::Otherwise)?;
        Ok((seed.deserialize(StrDeserializer::<Stop>::new(name))?, Way { names, ..self }))
    }
}

impl<'de> VariantAccess<'de> for Way<'_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        Err(if self.names.is_empty() { Stop::Reached } else { Stop::Otherwise })
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Stop> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Stop> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.deserialize_any(visitor)
    }
}

/// The field that is looked for, then what must stand beside it.
struct Fields<'a> {
    sought: Option<(&'a str, Way<'a>)>,
    beside: std::slice::Iter<'a, &'static str>,
    /// Of the name told last; `None` where any value will do.
    value: Option<Way<'a>>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Stop> {
        let name = match self.sought.take() {
            Some((name, way)) => {
                self.value = Some(way);
                Some(name)
            }
            None => self.beside.next().copied(),
        };
        name.map(|name| seed.deserialize(StrDeserializer::<Stop>::new(name)))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        match self.value.take() {
            Some(way) => seed.deserialize(way),
            None => seed.deserialize(Filled),
        }
    }
}

/// Some value of the type that is asked for.
struct Filled;

macro_rules! noughts {
    ($($number:ident)*) => {
        $(fn $number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
            visitor.visit_u8(0)
        })*
    };
}

impl<'de> Deserializer<'de> for Filled {
    type Error = Stop;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        Err(Stop::Otherwise)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_bool(false)
    }

    noughts! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    /// A text that is also a date.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_str("2025-01-01")
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_seq(SeqDeserializer::<_, Stop>::new(std::iter::empty::<u8>()))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.deserialize_struct("", &[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_map(Fields { sought: None, beside: fields.iter(), value: None })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let first = variants.first().ok_or(Stop::Otherwise)?;
        visitor.visit_enum(StrDeserializer::<Stop>::new(first))
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use crate::registry::fact_has;

    #[test]
    fn a_fact_has_what_its_type_reads() {
        let table: &[(&str, &[&str], bool)] = &[
            ("case", &["Accepted"], true),
            ("case", &["Acepted"], false),
            ("cases", &["Accepted"], false),
            ("case", &[""], false),
            ("case", &["Accepted", "deemed"], true),
            ("case", &["Accepted", "demed"], false),
            ("case", &["Accepted", "deemed", "by"], false),
            ("case", &["Archived"], true),
            ("case", &["Archived", "on"], false),
            ("theme", &["Published", "flags", "one_form"], true),
            ("theme", &["Published", "flags", "one_from"], false),
            ("joint", &["Received", "spared"], true),
            // Flattened parts.
            ("calls", &["HourRecorded", "answered"], true),
            ("calls", &["HourRecorded", "threshold"], true),
            ("calls", &["HourStruck", "threshold"], false),
            ("item", &["Published", "undifferentiated"], true),
            ("item", &["Retired", "again"], false),
            ("order", &["Taken", "channel"], true),
            ("order", &["Taken", "chanel"], false),
            ("order", &["Taken", "suggestion"], true),
            ("order", &["Taken", "place", "point", "lat"], true),
            ("order", &["Taken", "place", "point", "lot"], false),
            ("order", &["Closed", "satisfied"], true),
            ("order", &["JudgedUnlawful", "solved"], true),
        ];
        for &(kind, way, expected) in table {
            assert_eq!(fact_has(kind, way), expected, "{kind}.{}", way.join("."));
        }
    }
}
