//! 诉求地图。 Counts drawn on the outlines of the county and its towns, as the county brought them in; never a legal
//! boundary. Whoever does not see the map reads the table beside it.

use crate::Web;
use fadu_hotline::place::{Micro, Point};
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// Width of the drawing in its own units; its height follows.
const WIDTH: i64 = 800;
/// Room around it, so that no line is cut.
const MARGIN: i64 = 8;
/// As in the table: five shades, nothing without requests.
const SHADES: i64 = 5;
/// Digits of a town's code.
const TOWN: usize = 9;

/// 一个区划的边界。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Six digits for the county, nine for a town.
    pub code: String,
    pub name: String,
    /// Closed lines; one inside another is a hole.
    pub rings: Vec<Vec<Point>>,
}

/// 区划边界, in order of their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boundaries(Vec<Outline>);

impl Boundaries {
    /// GeoJSON (RFC 7946): features that are polygons, each with `code` or `adcode` and `name`. `region`: the six digits
    /// every code begins with. Errors: what is wrong, in a sentence with the number of the feature.
    pub fn read(region: &str, text: &str) -> Result<Boundaries, String> {
        let file: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| format!("this is no GeoJSON: {error}"))?;
        let features = file["features"].as_array().ok_or("this is no GeoJSON: it has no `features`")?;
        let mut all: Vec<Outline> = Vec::new();
        for (i, feature) in features.iter().enumerate() {
            let (n, properties) = (i + 1, &feature["properties"]);
            let code = said(&properties["code"])
                .or_else(|| said(&properties["adcode"]))
                .unwrap_or_default();
            let digits = matches!(code.len(), 6 | TOWN) && code.bytes().all(|byte| byte.is_ascii_digit());
            if !digits || !code.starts_with(region) {
                return Err(format!(
                    "feature {n}: `{code}` is no code of six or nine digits that begins with {region}"
                ));
            }
            if all.iter().any(|known| known.code == code) {
                return Err(format!("feature {n}: {code} stands in the file already"));
            }
            let rings = rings(&feature["geometry"])
                .ok_or_else(|| format!("feature {n}: no polygon whose points lie on the earth"))?;
            all.push(Outline { code, name: said(&properties["name"]).unwrap_or_default(), rings });
        }
        all.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Boundaries(all))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn towns(&self) -> impl Iterator<Item = &Outline> {
        self.0.iter().filter(|outline| outline.code.len() == TOWN)
    }
}

/// Some write codes as numbers.
fn said(value: &serde_json::Value) -> Option<String> {
    let text = value.as_str().map(str::to_owned);
    text.or_else(|| value.as_u64().map(|number| number.to_string()))
}

fn rings(geometry: &serde_json::Value) -> Option<Vec<Vec<Point>>> {
    let coordinates = geometry["coordinates"].as_array()?;
    let lines: Vec<&serde_json::Value> = match geometry["type"].as_str()? {
        "Polygon" => coordinates.iter().collect(),
        "MultiPolygon" => coordinates.iter().filter_map(|polygon| polygon.as_array()).flatten().collect(),
        _ => return None,
    };
    let ring = |line: &serde_json::Value| {
        let points = line.as_array()?.iter().map(point).collect::<Option<Vec<Point>>>()?;
        // The first point again at the end (RFC 7946, 3.1.6): a triangle has four.
        (points.len() > 3).then_some(points)
    };
    let all = lines.into_iter().map(ring).collect::<Option<Vec<_>>>()?;
    (!all.is_empty()).then_some(all)
}

/// Longitude first (RFC 7946, 3.1.1).
fn point(pair: &serde_json::Value) -> Option<Point> {
    let degrees = |at: usize| Micro::parse(&pair.get(at)?.to_string());
    let point = Point { long: degrees(0)?, lat: degrees(1)? };
    point.is_on_earth().then_some(point)
}

impl Outline {
    /// Inside of it; in a hole is outside.
    fn holds(&self, point: Point) -> bool {
        let sides = self.rings.iter().flat_map(|ring| ring.windows(2));
        sides.filter(|side| crosses(side[0], side[1], point)).count() % 2 == 1
    }
}

/// Does a line from the point to the east cross this side?
fn crosses(a: Point, b: Point, point: Point) -> bool {
    let wide = |micro: Micro| i64::from(micro.0);
    let (rise, run) = (wide(b.lat) - wide(a.lat), wide(b.long) - wide(a.long));
    let (up, along) = (wide(point.lat) - wide(a.lat), wide(point.long) - wide(a.long));
    let meets = (a.lat > point.lat) != (b.lat > point.lat);
    meets && if rise > 0 { along * rise < up * run } else { along * rise > up * run }
}

/// Where requests are: in a town by its code, or in a cell of a hundredth of a degree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    Town(String),
    Cell { lat: i32, long: i32 },
}

impl Spot {
    /// `429997001005` (or its town alone), the cell `2983,11521`, or its corner `29.83, 115.21`.
    fn read(area: &str) -> Option<Spot> {
        let Some((lat, long)) = area.split_once(',') else {
            return area.get(..TOWN).map(|town| Spot::Town(town.to_owned()));
        };
        let cell = |text: &str| {
            let text = text.trim();
            text.parse::<i32>().ok().or_else(|| Micro::parse(text).map(Micro::cell))
        };
        Some(Spot::Cell { lat: cell(lat)?, long: cell(long)? })
    }
}

fn corner(lat: i32, long: i32) -> Point {
    let degrees = |cell: i32| Micro(cell.saturating_mul(Micro::COARSE));
    Point { lat: degrees(lat), long: degrees(long) }
}

/// From the earth to the drawing: north is up, and a degree of longitude is as wide as it is there.
struct Projection {
    west: i64,
    north: i64,
    per_unit: f64,
    /// Width of a degree of longitude by that of latitude.
    narrow: f64,
    height: i64,
}

impl Projection {
    /// `None` where nothing is to be drawn.
    fn over(points: impl Iterator<Item = Point> + Clone) -> Option<Projection> {
        let lats = points.clone().map(|point| i64::from(point.lat.0));
        let longs = points.map(|point| i64::from(point.long.0));
        let (south, north) = (lats.clone().min()?, lats.max()?);
        let (west, east) = (longs.clone().min()?, longs.max()?);
        let narrow = ((south + north) as f64 / 2e6).to_radians().cos().max(0.01);
        let per_unit = ((east - west).max(1) as f64 * narrow / (WIDTH - 2 * MARGIN) as f64).max(1e-9);
        let height = ((north - south) as f64 / per_unit) as i64 + 2 * MARGIN;
        Some(Projection { west, north, per_unit, narrow, height })
    }

    fn at(&self, point: Point) -> (i64, i64) {
        let x = (i64::from(point.long.0) - self.west) as f64 * self.narrow / self.per_unit;
        let y = (self.north - i64::from(point.lat.0)) as f64 / self.per_unit;
        (x.round() as i64 + MARGIN, y.round() as i64 + MARGIN)
    }

    /// What falls together in the drawing is drawn once.
    fn path(&self, outline: &Outline) -> String {
        let mut path = String::new();
        for ring in &outline.rings {
            let mut line: Vec<(i64, i64)> = ring.iter().map(|point| self.at(*point)).collect();
            line.dedup();
            let steps: Vec<String> = line.iter().map(|(x, y)| format!("{x} {y}")).collect();
            path += &format!("M{}Z", steps.join("L"));
        }
        path
    }
}

fn shade(n: i64, most: i64) -> i64 {
    if n == 0 { 0 } else { (n * SHADES + most - 1) / most.max(1) }
}

/// 图例: which counts each shade stands for, as far as there are any.
fn legend(most: i64) -> Vec<(i64, String)> {
    let range = |shade: i64| {
        let (from, to) = ((shade - 1) * most / SHADES + 1, shade * most / SHADES);
        match to - from {
            ..0 => None,
            0 => Some((shade, format!("{to}件"))),
            _ => Some((shade, format!("{from}至{to}件"))),
        }
    };
    (1..=SHADES).filter_map(range).collect()
}

/// 画图: `counts` by area. `None` where the county brought in no boundaries.
pub(crate) fn draw(web: &Web, counts: &BTreeMap<String, i64>) -> Option<Value> {
    let boundaries = web.boundaries();
    let corners = boundaries.0.iter().flat_map(|outline| outline.rings.iter().flatten().copied());
    let projection = Projection::over(corners)?;
    let (mut towns, mut cells): (BTreeMap<String, i64>, BTreeMap<(i32, i32), i64>) = Default::default();
    for (area, n) in counts {
        match Spot::read(area) {
            Some(Spot::Town(town)) => *towns.entry(town).or_default() += n,
            Some(Spot::Cell { lat, long }) => {
                let half = Micro::COARSE / 2;
                let Point { lat: Micro(south), long: Micro(west) } = corner(lat, long);
                let middle =
                    Point { lat: Micro(south.saturating_add(half)), long: Micro(west.saturating_add(half)) };
                match boundaries.towns().find(|town| town.holds(middle)) {
                    Some(town) => *towns.entry(town.code.clone()).or_default() += n,
                    None => *cells.entry((lat, long)).or_default() += n,
                }
            }
            None => {}
        }
    }
    let most = towns.values().chain(cells.values()).copied().max().unwrap_or(0);
    let named = |code: &str| {
        let drawn = boundaries
            .0
            .iter()
            .find(|outline| outline.code == code && !outline.name.is_empty());
        drawn.map_or_else(|| web.addresses().told(code).to_owned(), |outline| outline.name.clone())
    };
    let shape = |outline: &Outline| {
        let n = towns.get(&outline.code).copied().unwrap_or(0);
        let title = match outline.code.len() {
            TOWN => format!("{}：{n}件", named(&outline.code)),
            _ => named(&outline.code),
        };
        context! { d => projection.path(outline), heat => shade(n, most), title => title, county => outline.code.len() != TOWN }
    };
    let square = |((lat, long), n): (&(i32, i32), &i64)| {
        let (x, bottom) = projection.at(corner(*lat, *long));
        let (right, y) = projection.at(corner(lat.saturating_add(1), long.saturating_add(1)));
        // Outside of the drawing there is nothing to see: the table has it.
        let inside = x >= 0 && y >= 0 && right <= WIDTH && bottom <= projection.height;
        inside.then(|| context! { x => x, y => y, w => (right - x).max(2), h => (bottom - y).max(2), heat => shade(*n, most), title => format!("一处方格：{n}件") })
    };
    let drawn = |code: &str| boundaries.0.iter().any(|outline| outline.code == code);
    let off: i64 = towns.iter().filter(|(code, _)| !drawn(code)).map(|(_, n)| n).sum();
    let mut rows: Vec<(String, i64)> = towns.iter().map(|(code, n)| (named(code), *n)).collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let first = rows.first().map(|(name, n)| format!("最多的是{name}，{n}件。"));
    let missing = (off > 0).then(|| format!("有{off}件所在的乡镇图上没有边界。"));
    let told: String = first.into_iter().chain(missing).collect();
    let desc = format!("{told}每个乡镇的件数见图后的表。");
    Some(context! {
        view => format!("0 0 {WIDTH} {}", projection.height), desc => desc,
        shapes => boundaries.0.iter().map(shape).collect::<Vec<_>>(), cells => cells.iter().filter_map(square).collect::<Vec<_>>(),
        legend => legend(most).into_iter().map(|(heat, text)| context! { heat => heat, text => text }).collect::<Vec<_>>(),
        towns => rows.into_iter().map(|(name, total)| context! { name => name, total => total }).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square with a hole in it.
    const SQUARE: &str = r#"{"features": [{"properties": {"code": "429997001", "name": "甲镇"}, "geometry": {"type": "Polygon",
        "coordinates": [[[115, 29], [115.4, 29], [115.4, 29.4], [115, 29.4], [115, 29]],
                        [[115.1, 29.1], [115.2, 29.1], [115.2, 29.2], [115.1, 29.2], [115.1, 29.1]]]}}]}"#;

    fn at(lat: &str, long: &str) -> Point {
        Point { lat: Micro::parse(lat).unwrap(), long: Micro::parse(long).unwrap() }
    }

    #[test]
    fn a_town_holds_what_lies_in_it() {
        let boundaries = Boundaries::read("429997", SQUARE).unwrap();
        for (lat, long, inside) in [
            ("29.05", "115.05", true),
            ("29.35", "115.3", true),
            ("29.15", "115.15", false),
            ("29.15", "115.25", true),
            ("28.9", "115.05", false),
            ("29.05", "114.9", false),
            ("29.05", "115.5", false),
        ] {
            assert_eq!(boundaries.0[0].holds(at(lat, long)), inside, "{lat} {long}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |from: &str, to: &str| {
            assert!(SQUARE.contains(from), "{from}");
            Boundaries::read("429997", &SQUARE.replacen(from, to, 1)).unwrap_err()
        };
        let one = SQUARE.split_once('[').unwrap().1.rsplit_once(']').unwrap().0;
        let twice = Boundaries::read("429997", &format!("{{\"features\": [{one}, {one}]}}")).unwrap_err();
        for (found, names) in [
            (wrong("429997001", "420222100"), "feature 1: `420222100`"),
            (wrong("429997001", "4299970"), "feature 1: `4299970`"),
            (wrong("\"code\"", "\"id\""), "feature 1: ``"),
            (wrong("Polygon", "Point"), "feature 1: no polygon"),
            (wrong("[115.4, 29.4]", "[115.4, 99]"), "feature 1: no polygon"),
            (wrong("[115.4, 29.4]", "[115.4]"), "feature 1: no polygon"),
            (wrong("features", "feature"), "no GeoJSON"),
            (Boundaries::read("429997", "no").unwrap_err(), "no GeoJSON"),
            (twice, "feature 2: 429997001 stands in the file already"),
        ] {
            assert!(found.contains(names), "{found}");
        }
    }

    #[test]
    fn areas_are_towns_or_cells() {
        let cell = Some(Spot::Cell { lat: 2983, long: 11521 });
        assert_eq!(Spot::read("429997001005"), Some(Spot::Town("429997001".into())));
        assert_eq!(Spot::read("429997001"), Some(Spot::Town("429997001".into())));
        assert_eq!((Spot::read("2983,11521"), Spot::read("29.83, 115.21")), (cell.clone(), cell));
        for nowhere in ["", "4299", "甲,乙"] {
            assert_eq!(Spot::read(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn every_count_has_its_shade_in_the_legend() {
        for most in [1, 2, 4, 5, 6, 9, 100] {
            let legend = legend(most);
            for n in 1..=most {
                let text = &legend.iter().find(|(heat, _)| *heat == shade(n, most)).unwrap().1;
                let (from, to) = text.split_once('至').unwrap_or((text.as_str(), text.as_str()));
                let number = |text: &str| text.trim_end_matches('件').parse::<i64>().unwrap();
                assert!((number(from)..=number(to)).contains(&n), "{n} of {most}: {text}");
            }
        }
        assert!(legend(0).is_empty() && shade(0, 0) == 0);
    }

    /// The outline of a real county, which is never shipped.
    #[test]
    fn a_real_outline_is_read() {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/regions/yangxin_county.geojson");
        let Ok(text) = std::fs::read_to_string(beside) else {
            println!("skipped: ../shared/data/regions is not there");
            return;
        };
        let boundaries = Boundaries::read("420222", &text).unwrap();
        assert_eq!((boundaries.len(), boundaries.towns().count()), (1, 0));
        let outline = &boundaries.0[0];
        assert!(outline.holds(at("29.841572", "115.212883")) && !outline.holds(at("30.5", "114.3")));
        let projection = Projection::over(outline.rings.iter().flatten().copied()).unwrap();
        assert!((400..1200).contains(&projection.height), "{}", projection.height);
    }
}
