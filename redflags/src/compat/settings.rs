//! 设置文件。 The settings file of Cardinal, as it is: the same sections, names, defaults and values. A section or a name
//! that is not known is an error, so that a misspelt threshold is not silently the default.

use ini::{Ini, Properties};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// Everything a settings file can say. A list is written `a|b|c`.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub currency: Option<String>,
    pub no_price_comparison: BTreeSet<String>,
    pub price_comparison: BTreeSet<String>,
    pub excluded: BTreeSet<String>,
    pub prepare: Prepare,
    pub r003: Option<R003>,
    pub r018: Option<R018>,
    pub r024: Option<Threshold>,
    pub r025: Option<R025>,
    pub r028: bool,
    pub r030: bool,
    pub r035: Option<R035>,
    pub r036: bool,
    pub r038: Option<R038>,
    pub r048: Option<R048>,
    pub r058: Option<Threshold>,
}

/// Corrections made before anything is calculated.
#[derive(Clone, Debug, Default)]
pub struct Prepare {
    pub currency: Option<String>,
    pub bid_status: Option<String>,
    pub award_status: Option<String>,
    pub redacted_amounts: Vec<f64>,
    pub redacted_organisations: BTreeSet<String>,
    pub award_status_by_contract_status: bool,
    pub move_auctions: bool,
    pub prefix_buyer: String,
    pub prefix_tenderer: String,
    pub split_method_details: Option<String>,
    pub bid_statuses: BTreeMap<String, String>,
    pub award_statuses: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub struct R003 {
    pub threshold: i64,
    pub methods: BTreeSet<String>,
    pub method_details: BTreeMap<String, i64>,
}

#[derive(Clone, Debug)]
pub struct R018 {
    pub methods: BTreeSet<String>,
}

/// A fence given by hand instead of one computed from the data.
#[derive(Clone, Debug)]
pub struct Threshold {
    pub threshold: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct R025 {
    pub percentile: u32,
    pub threshold: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct R035 {
    pub threshold: usize,
}

#[derive(Clone, Debug)]
pub struct R038 {
    pub threshold: Option<f64>,
    pub minimum_submitted_bids: usize,
    pub minimum_contracting_processes: usize,
}

#[derive(Clone, Debug)]
pub struct R048 {
    pub digits: usize,
    pub threshold: Option<usize>,
    pub minimum_contracting_processes: usize,
}

/// Where the file says something that cannot be followed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSettings {
    #[error("not an ini file: {0}")]
    NotIni(String),
    #[error("[{section}] is not a section of the settings")]
    UnknownSection { section: String },
    #[error("[{section}] knows no `{name}`")]
    UnknownName { section: String, name: String },
    #[error("[{section}] {name} = {value}: {expected} expected")]
    Value { section: String, name: String, value: String, expected: &'static str },
}

impl Settings {
    pub fn read(text: &str) -> Result<Settings, BadSettings> {
        let ini = Ini::load_from_str(text).map_err(|error| BadSettings::NotIni(error.to_string()))?;
        let mut settings = Settings::default();
        for (name, properties) in ini.iter() {
            let mut section = Section::of(name, properties);
            settings.take(&mut section)?;
            section.end()?;
        }
        Ok(settings)
    }

    /// The first price met decides the main currency where the settings name none.
    pub fn compares_with_currency(&self) -> bool {
        self.compares_winner() || self.r036
    }

    pub fn compares_winner(&self) -> bool {
        self.r024.is_some() || self.r058.is_some()
    }

    fn take(&mut self, section: &mut Section) -> Result<(), BadSettings> {
        let prepare = &mut self.prepare;
        match section.name.as_str() {
            "" => {
                self.currency = section.text("currency");
                self.no_price_comparison = section.list("no_price_comparison_procurement_methods");
                self.price_comparison = section.list("price_comparison_procurement_methods");
            }
            // How loudly the peer warns; here every warning is counted instead.
            "output" => drop(section.flag("info_currency_mismatches")?),
            "exclusions" => self.excluded = section.list("procurement_method_details"),
            "defaults" => {
                prepare.currency = section.text("currency");
                prepare.bid_status = section.text("bid_status");
                prepare.award_status = section.text("award_status");
                // Neither schemes nor roles are read by an indicator.
                section.text("item_classification_scheme");
                section.flag("party_roles")?;
            }
            "redactions" => {
                let amounts = section.list("amount");
                prepare.redacted_amounts = amounts.iter().filter_map(|amount| amount.parse().ok()).collect();
                prepare.redacted_organisations = section.list("organization_id");
            }
            "corrections" => {
                prepare.award_status_by_contract_status = section.flag("award_status_by_contract_status")?;
            }
            "modifications" => {
                prepare.move_auctions = section.flag("move_auctions")?;
                prepare.prefix_buyer =
                    section.text("prefix_buyer_or_procuring_entity_id").unwrap_or_default();
                prepare.prefix_tenderer = section.text("prefix_tenderer_or_supplier_id").unwrap_or_default();
                prepare.split_method_details = section.text("split_procurement_method_details");
            }
            "codelists.bid_status" => prepare.bid_statuses = section.rest(),
            "codelists.award_status" => prepare.award_statuses = section.rest(),
            "R003.procurement_method_details" => {
                let rest = section.rest();
                let days = rest
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), section.read(name, value, "a number of days")?)));
                self.r003.get_or_insert_with(R003::default).method_details =
                    days.collect::<Result<_, BadSettings>>()?;
            }
            _ => self.take_indicator(section)?,
        }
        Ok(())
    }

    fn take_indicator(&mut self, section: &mut Section) -> Result<(), BadSettings> {
        match section.name.as_str() {
            "R003" => {
                let r003 = self.r003.get_or_insert_with(R003::default);
                r003.threshold = section.number("threshold", "a number of days")?.unwrap_or(15);
                r003.methods = section.list("procurement_methods");
            }
            "R018" => {
                let methods = section.text("procurement_methods").unwrap_or("open|selective".to_owned());
                self.r018 = Some(R018 { methods: list(&methods) });
            }
            "R024" => self.r024 = Some(Threshold { threshold: section.number("threshold", "a ratio")? }),
            "R025" => {
                let percentile = section.number("percentile", "a percentile")?.unwrap_or(75);
                self.r025 = Some(R025 { percentile, threshold: section.number("threshold", "a ratio")? });
            }
            "R028" => self.r028 = true,
            "R030" => self.r030 = true,
            "R035" => {
                let threshold: usize = section.number("threshold", "a count")?.unwrap_or(1);
                self.r035 = Some(R035 { threshold: threshold.max(1) });
            }
            "R036" => self.r036 = true,
            "R038" => {
                self.r038 = Some(R038 {
                    threshold: section.number("threshold", "a ratio")?,
                    minimum_submitted_bids: section.number("minimum_submitted_bids", "a count")?.unwrap_or(2),
                    minimum_contracting_processes: section
                        .number("minimum_contracting_processes", "a count")?
                        .unwrap_or(2),
                });
            }
            "R048" => {
                self.r048 = Some(R048 {
                    digits: section.number("digits", "a count")?.unwrap_or(2),
                    threshold: section.number("threshold", "a count")?,
                    minimum_contracting_processes: section
                        .number("minimum_contracting_processes", "a count")?
                        .unwrap_or(20),
                });
            }
            "R058" => self.r058 = Some(Threshold { threshold: section.number("threshold", "a ratio")? }),
            unknown => return Err(BadSettings::UnknownSection { section: unknown.to_owned() }),
        }
        Ok(())
    }
}

impl Default for R003 {
    fn default() -> R003 {
        R003 { threshold: 15, methods: BTreeSet::new(), method_details: BTreeMap::new() }
    }
}

/// `a|b|` holds two.
fn list(text: &str) -> BTreeSet<String> {
    text.split_terminator('|').map(str::to_owned).collect()
}

struct Section {
    name: String,
    values: BTreeMap<String, String>,
}

impl Section {
    fn of(name: Option<&str>, properties: &Properties) -> Section {
        let values = properties
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Section { name: name.unwrap_or_default().to_owned(), values }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name)
    }

    fn list(&mut self, name: &str) -> BTreeSet<String> {
        self.text(name).map(|text| list(&text)).unwrap_or_default()
    }

    fn rest(&mut self) -> BTreeMap<String, String> {
        std::mem::take(&mut self.values)
    }

    fn flag(&mut self, name: &str) -> Result<bool, BadSettings> {
        let Some(value) = self.text(name) else { return Ok(false) };
        match value.to_lowercase().as_str() {
            "1" | "true" | "on" | "yes" => Ok(true),
            "0" | "false" | "off" | "no" => Ok(false),
            _ => Err(self.bad(name, &value, "yes or no")),
        }
    }

    fn number<T: FromStr>(&mut self, name: &str, expected: &'static str) -> Result<Option<T>, BadSettings> {
        self.text(name).map(|value| self.read(name, &value, expected)).transpose()
    }

    /// The peer takes `yes` for 1 and `no` for 0 where a number is expected.
    fn read<T: FromStr>(&self, name: &str, value: &str, expected: &'static str) -> Result<T, BadSettings> {
        let plain = match value.to_lowercase().as_str() {
            "true" | "on" | "yes" => "1",
            "false" | "off" | "no" => "0",
            _ => value,
        };
        plain.parse().map_err(|_| self.bad(name, value, expected))
    }

    fn bad(&self, name: &str, value: &str, expected: &'static str) -> BadSettings {
        let (name, value) = (name.to_owned(), value.to_owned());
        BadSettings::Value { section: self.name.clone(), name, value, expected }
    }

    fn end(self) -> Result<(), BadSettings> {
        match self.values.into_keys().next() {
            Some(name) => Err(BadSettings::UnknownName { section: self.name, name }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_section_enables_an_indicator_with_its_defaults() {
        let settings =
            Settings::read("currency = JPY\n[R003]\n[R035]\nthreshold=0\n; [R024]\n[R048]\n").unwrap();
        assert_eq!(settings.currency.as_deref(), Some("JPY"));
        assert_eq!(settings.r003.unwrap().threshold, 15);
        assert_eq!(settings.r035.unwrap().threshold, 1, "none at all is no finding");
        assert_eq!(settings.r048.unwrap().minimum_contracting_processes, 20);
        assert!(settings.r024.is_none() && !settings.r028);
    }

    #[test]
    fn the_term_of_a_method_stands_in_a_section_of_its_own() {
        for text in [
            "[R003]\nthreshold = 9\n[R003.procurement_method_details]\nemergency = 5",
            "[R003.procurement_method_details]\nemergency = 5\n[R003]\nthreshold = 9",
        ] {
            let r003 = Settings::read(text).unwrap().r003.unwrap();
            assert_eq!((r003.threshold, r003.method_details["emergency"]), (9, 5), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_followed_is_said() {
        for (text, said) in [
            ("[R999]", "[R999] is not a section of the settings"),
            ("[R024]\ntreshold = 1", "[R024] knows no `treshold`"),
            ("[R024]\nthreshold = low", "[R024] threshold = low: a ratio expected"),
            (
                "[modifications]\nmove_auctions = perhaps",
                "[modifications] move_auctions = perhaps: yes or no expected",
            ),
            ("curency = JPY", "[] knows no `curency`"),
        ] {
            assert_eq!(Settings::read(text).unwrap_err().to_string(), said, "{text}");
        }
        assert!(matches!(Settings::read("[R024"), Err(BadSettings::NotIni(_))));
    }
}
