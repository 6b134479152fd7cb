//! 更正。 What the settings say shall be corrected in a release before it is calculated with, as far as an indicator
//! reads it. The file itself stays as it is.

use super::read::{Award, Bid, Bids, Contract, Field, Maybe, OneOrMany, Org, Release};
use super::settings::Prepare;
use std::borrow::Cow;
use std::collections::BTreeMap;

pub fn prepare<'a>(release: &mut Release<'a>, settings: &'a Prepare) {
    identify(release.buyer.0.as_mut(), &settings.prefix_buyer, settings);
    if let Some(tender) = &mut release.tender.0 {
        identify(tender.entity.0.as_mut(), &settings.prefix_buyer, settings);
        if let (Some(separator), Field::Text(details)) = (&settings.split_method_details, &mut tender.details)
        {
            let start = details.split(separator.as_str()).next().unwrap_or_default().trim_end();
            *details = Cow::Owned(start.to_owned());
        }
    }
    if settings.move_auctions && release.bids.0.is_none() {
        move_auctions(release);
    }
    let bids = release.bids.0.as_mut().and_then(|bids| bids.0.as_mut());
    for bid in bids.and_then(|bids| bids.details.0.as_mut()).into_iter().flatten() {
        prepare_bid(bid, settings);
    }
    let contracts = release.contracts.0.as_deref_mut().unwrap_or_default();
    let cancelled =
        if settings.award_status_by_contract_status { cancelled(contracts) } else { BTreeMap::new() };
    for award in release.awards.0.iter_mut().flatten() {
        prepare_award(award, &cancelled, settings);
    }
}

fn move_auctions(release: &mut Release) {
    let Some(auctions) = release.auctions.0.take() else { return };
    let stages = auctions.into_iter().flat_map(|auction| auction.stages.0.unwrap_or_default());
    let details = stages.flat_map(|stage| stage.bids.0.unwrap_or_default()).collect();
    release.bids.0 = Some(Maybe(Some(Bids { details: super::read::List(Some(details)) })));
}

fn prepare_bid<'a>(bid: &mut Bid<'a>, settings: &'a Prepare) {
    if let Some(value) = &mut bid.value.0 {
        if value
            .amount
            .number()
            .is_some_and(|amount| settings.redacted_amounts.contains(&amount))
        {
            value.amount = Field::Absent;
        }
        fill(&mut value.currency, settings.currency.as_deref());
    }
    fill(&mut bid.status, settings.bid_status.as_deref());
    replace(&mut bid.status, &settings.bid_statuses);
    identify_all(&mut bid.tenderers, settings);
}

/// For each award that has contracts, whether all of them were cancelled.
fn cancelled(contracts: &mut [Contract]) -> BTreeMap<String, bool> {
    let mut cancelled = BTreeMap::new();
    for contract in contracts {
        stringify(&mut contract.award);
        if let Some(award) = contract.award.text() {
            *cancelled.entry(award.to_owned()).or_insert(true) &= contract.status.is("cancelled");
        }
    }
    cancelled
}

fn prepare_award<'a>(award: &mut Award<'a>, cancelled: &BTreeMap<String, bool>, settings: &'a Prepare) {
    stringify(&mut award.id);
    for item in award.items.0.iter_mut().flatten() {
        if let Some(classification) = &mut item.classification.0 {
            stringify(&mut classification.id);
        }
    }
    fill(&mut award.status, settings.award_status.as_deref());
    replace(&mut award.status, &settings.award_statuses);
    if award.id.text().and_then(|id| cancelled.get(id)) == Some(&true) {
        award.status = Field::Text(Cow::Borrowed("cancelled"));
    }
    identify_all(&mut award.suppliers, settings);
}

fn identify_all<'a>(orgs: &mut OneOrMany<Org<'a>>, settings: &'a Prepare) {
    if let OneOrMany::One(org) = orgs {
        *orgs = OneOrMany::Many(vec![std::mem::take(org)]);
    }
    if let OneOrMany::Many(orgs) = orgs {
        for org in orgs {
            identify(Some(org), &settings.prefix_tenderer, settings);
        }
    }
}

fn identify(org: Option<&mut Org>, prefix: &str, settings: &Prepare) {
    let Some(org) = org else { return };
    stringify(&mut org.id);
    let Field::Text(id) = &mut org.id else { return };
    if settings.redacted_organisations.contains(id.as_ref()) {
        org.id = Field::Absent;
    } else if !id.starts_with(prefix) {
        *id = Cow::Owned(format!("{prefix}{id}"));
    }
}

/// A number becomes the text it was written as.
fn stringify(field: &mut Field) {
    if let Field::Number(number) = *field {
        *field = Field::Text(Cow::Borrowed(number));
    }
}

fn fill<'a>(field: &mut Field<'a>, value: Option<&'a str>) {
    if let (Field::Absent, Some(value)) = (&*field, value) {
        *field = Field::Text(Cow::Borrowed(value));
    }
}

fn replace<'a>(field: &mut Field<'a>, by: &'a BTreeMap<String, String>) {
    if let Some(value) = field.text().and_then(|code| by.get(code)) {
        *field = Field::Text(Cow::Borrowed(value));
    }
}
