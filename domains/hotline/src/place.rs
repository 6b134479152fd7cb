//! 地点。 A standard address code or a coarse point; never a door or a name. Degrees are whole millionths.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// 百万分之一度。
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Micro(pub i32);

impl Micro {
    const ONE: i32 = 1_000_000;
    /// A hundredth of a degree, about a kilometre: what a public map may show.
    pub const COARSE: i32 = 10_000;

    /// Reads `30.1234567`; digits beyond the sixth are cut. `None` for anything else.
    pub fn parse(text: &str) -> Option<Micro> {
        let text = text.trim();
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !numeric(whole) || !numeric(fraction) {
            return None;
        }
        let six: String = fraction.chars().chain("000000".chars()).take(6).collect();
        let whole: i32 = whole.parse().ok().filter(|degrees| *degrees <= 180)?;
        let fraction: i32 = six.parse().ok()?;
        Some(Micro(sign * (whole * Micro::ONE + fraction)))
    }

    /// The corner of its cell of a hundredth of a degree.
    pub fn coarse(self) -> Micro {
        Micro(self.cell().saturating_mul(Micro::COARSE))
    }

    pub fn cell(self) -> i32 {
        self.0.div_euclid(Micro::COARSE)
    }
}

/// `30.123400`: six decimals, always.
impl fmt::Display for Micro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let whole = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:06}", whole / 1_000_000, whole % 1_000_000)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    pub lat: Micro,
    pub long: Micro,
}

impl Point {
    pub fn coarse(self) -> Point {
        Point { lat: self.lat.coarse(), long: self.long.coarse() }
    }

    /// Its cell of a tenth of a degree, about ten kilometres: what lists for a box are looked up by.
    pub fn wide_cell(self) -> String {
        wide(self.lat.0.div_euclid(WIDE), self.long.0.div_euclid(WIDE))
    }

    pub fn is_on_earth(self) -> bool {
        self.lat.0.abs() <= 90 * Micro::ONE && self.long.0.abs() <= 180 * Micro::ONE
    }
}

const WIDE: i32 = 100_000;
/// A box over more cells than that is not looked up cell by cell.
const MOST_CELLS: i64 = 36;

fn wide(lat: i32, long: i32) -> String {
    format!("{lat},{long}")
}

/// 范围。 A box whose sides belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bbox {
    pub west: Micro,
    pub south: Micro,
    pub east: Micro,
    pub north: Micro,
}

impl Bbox {
    /// Reads `west,south,east,north` in degrees (RFC 7946, 5). `None` where it is no box on the earth.
    pub fn parse(text: &str) -> Option<Bbox> {
        let sides: Vec<Micro> = text.split(',').map(Micro::parse).collect::<Option<_>>()?;
        let [west, south, east, north] = sides[..] else { return None };
        let on_earth = |lat, long| Point { lat, long }.is_on_earth();
        let fits = west <= east && south <= north && on_earth(south, west) && on_earth(north, east);
        fits.then_some(Bbox { west, south, east, north })
    }

    pub fn holds(self, point: Point) -> bool {
        (self.south..=self.north).contains(&point.lat) && (self.west..=self.east).contains(&point.long)
    }

    /// The wide cells it touches; `None` where they are too many.
    pub fn wide_cells(self) -> Option<Vec<String>> {
        let span = |from: Micro, to: Micro| from.0.div_euclid(WIDE)..=to.0.div_euclid(WIDE);
        let (lats, longs) = (span(self.south, self.north), span(self.west, self.east));
        let n = |range: &std::ops::RangeInclusive<i32>| i64::from(range.end() - range.start() + 1);
        (n(&lats) * n(&longs) <= MOST_CELLS)
            .then(|| lats.flat_map(|lat| longs.clone().map(move |long| wide(lat, long))).collect())
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// 标准地址编码
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
}

impl Place {
    /// 片区: what two requests must share to be about the same thing. A village or neighbourhood is the first twelve
    /// characters of an address code; a point belongs to its cell; empty where neither is known.
    pub fn area(&self) -> String {
        match (self.address.get(..12).unwrap_or(&self.address), self.point) {
            ("", None) => String::new(),
            ("", Some(point)) => format!("{},{}", point.lat.cell(), point.long.cell()),
            (address, _) => address.to_owned(),
        }
    }

    /// The areas to look in: its own and, for a point, the cells on the sides it lies nearer to.
    pub fn areas_near(&self) -> Vec<String> {
        let (true, Some(point)) = (self.address.is_empty(), self.point) else { return vec![self.area()] };
        let nearer = |value: Micro| {
            let cell = value.cell();
            let upper = value.0.rem_euclid(Micro::COARSE) * 2 >= Micro::COARSE;
            [cell, if upper { cell.saturating_add(1) } else { cell.saturating_sub(1) }]
        };
        let lats = nearer(point.lat).into_iter();
        lats.flat_map(|lat| nearer(point.long).map(|long| format!("{lat},{long}")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_and_printed_exactly() {
        for (text, micro) in [
            ("30.123456", Some(30_123_456)),
            ("30.12", Some(30_120_000)),
            ("115", Some(115_000_000)),
            ("-0.5", Some(-500_000)),
            ("30.12345678", Some(30_123_456)),
            ("181", None),
            ("30.", None),
            ("1e2", None),
            ("", None),
            ("--1", None),
        ] {
            assert_eq!(Micro::parse(text), micro.map(Micro), "{text}");
        }
        assert_eq!(Micro(-500_000).to_string(), "-0.500000");
        assert_eq!(Micro(30_123_456).coarse(), Micro(30_120_000));
        assert_eq!(Micro(-1).coarse(), Micro(-10_000), "south and west of zero too");
    }

    #[test]
    fn a_box_holds_its_sides_and_names_its_cells() {
        let county = Bbox::parse("115.0,29.7,115.25,29.95").unwrap();
        let at = |lat, long| Point { lat: Micro(lat), long: Micro(long) };
        for (point, holds) in [
            (at(29_700_000, 115_000_000), true),
            (at(29_950_000, 115_250_000), true),
            (at(29_699_999, 115_000_000), false),
            (at(29_700_000, 115_250_001), false),
        ] {
            assert_eq!(county.holds(point), holds, "{point:?}");
        }
        let cells = county.wide_cells().unwrap();
        assert_eq!(cells.len(), 9, "{cells:?}");
        assert!(cells.contains(&at(29_830_000, 115_210_000).wide_cell()));
        assert_eq!(Bbox::parse("-180,-90,180,90").unwrap().wide_cells(), None, "the whole earth");
        for wrong in ["", "1,2,3", "1,2,3,4,5", "2,1,1,2", "1,2,2,1", "0,0,0,91", "0,0,200,1", "a,b,c,d"] {
            assert_eq!(Bbox::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_area_is_an_address_or_a_cell() {
        let by_address = Place { address: "429997001005001002".into(), point: None };
        assert_eq!(by_address.area(), "429997001005");
        let point = Point { lat: Micro(29_839_000), long: Micro(115_211_000) };
        let by_point = Place { address: String::new(), point: Some(point) };
        assert_eq!(by_point.area(), "2983,11521");
        assert_eq!(by_point.areas_near(), ["2983,11521", "2983,11520", "2984,11521", "2984,11520"]);
        assert_eq!(Place::default().areas_near(), [""]);
    }
}
