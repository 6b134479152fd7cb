//! 往来文件。 What passes between the county and a key holder: headers out, shares back. No key is in either.

use crate::Fault;
use crate::envelope::{Header, Purpose};
use crate::key::{Identity, bytes_of_hex, to_hex};
use crate::open::Share;
use serde::{Deserialize, Serialize};

/// 信封头清单。 For one holder of one project, for one purpose.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headers {
    pub format: String,
    pub project: String,
    pub purpose: Purpose,
    /// The holder's place among the project's keys, from 1.
    pub slot: u8,
    pub envelopes: Vec<HeaderLine>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderLine {
    pub bid: String,
    /// Hexadecimal.
    pub header: String,
}

/// 份额文件。 What the holder hands in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    pub format: String,
    pub project: String,
    pub purpose: Purpose,
    pub slot: u8,
    pub shares: Vec<ShareLine>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareLine {
    pub bid: String,
    /// None: the box does not open with this holder's key.
    pub share: Option<String>,
}

impl Headers {
    pub const FORMAT: &'static str = "fadu-bid-headers-1";

    pub fn new(project: String, purpose: Purpose, slot: u8, envelopes: &[(String, Header)]) -> Headers {
        let line = |(bid, header): &(String, Header)| HeaderLine {
            bid: bid.clone(),
            header: to_hex(header.bytes()),
        };
        let envelopes = envelopes.iter().map(line).collect();
        Headers { format: Headers::FORMAT.to_owned(), project, purpose, slot, envelopes }
    }

    pub fn read(text: &str) -> Result<Headers, Fault> {
        let headers: Headers = serde_json::from_str(text).map_err(|_| Fault::Format("信封头清单"))?;
        if headers.format == Headers::FORMAT { Ok(headers) } else { Err(Fault::Format("信封头清单")) }
    }

    /// Every share that the holder's key gives. Errors: `Format` where a line holds no header.
    pub fn shares(&self, identity: &Identity) -> Result<Shares, Fault> {
        let share = |line: &HeaderLine| {
            let bytes = bytes_of_hex(&line.header).ok_or(Fault::Format("信封头清单"))?;
            let share = Header::read(&bytes)?.share(identity, &self.project, self.slot, self.purpose);
            Ok(ShareLine { bid: line.bid.clone(), share: share.ok().map(|share| share.text()) })
        };
        let shares: Result<Vec<ShareLine>, Fault> = self.envelopes.iter().map(share).collect();
        Ok(Shares {
            format: Shares::FORMAT.to_owned(),
            project: self.project.clone(),
            purpose: self.purpose,
            slot: self.slot,
            shares: shares?,
        })
    }
}

impl Shares {
    pub const FORMAT: &'static str = "fadu-bid-shares-1";

    pub fn read(text: &str) -> Result<Shares, Fault> {
        let shares: Shares = serde_json::from_str(text).map_err(|_| Fault::Format("份额文件"))?;
        if shares.format == Shares::FORMAT { Ok(shares) } else { Err(Fault::Format("份额文件")) }
    }

    /// The share of one envelope, where the holder has one.
    pub fn of(&self, bid: &str) -> Option<Share> {
        let line = self.shares.iter().find(|line| line.bid == bid)?;
        Share::read(line.share.as_ref()?)
    }
}
