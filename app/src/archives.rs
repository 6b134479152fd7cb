//! 档案目录。 What was archived, read from the ledger, with the line of the retention table that stood on the day it was.

use crate::{App, Problem};
use fadu_kernel::MatterId;
use fadu_service::Retention;
use fadu_service::retention::Term;
use jiff::civil::Date;
use serde::Serialize;

const PAGE: u32 = 1000;

/// 一件档案。 Until it is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Filed {
    pub kind: String,
    pub matter: MatterId,
    pub number: String,
    pub title: String,
    pub org: String,
    /// 归档之日, from which its years count.
    pub on: Date,
    /// 保管期限, with the document that approved the table; absent while no line of a table covered it.
    pub kept: Option<(String, String)>,
    pub transfer: Date,
    pub open: Date,
    pub appraise: Option<Date>,
}

impl App {
    /// 移交清单: what ten full years have passed over by `due_by`; where no day is asked for, everything that was archived and
    /// is still here. Reads the whole ledger. Errors: those of the store.
    pub async fn filed(&self, due_by: Option<Date>) -> Result<Vec<Filed>, Problem> {
        let catalogue = self.catalogue();
        let table = catalogue.one::<Retention>(Retention::id());
        let mut found: Vec<(String, MatterId, Date)> = Vec::new();
        let mut next = 0;
        loop {
            let seen = self
                .store
                .scan(self.region, next, PAGE, &mut |entry| {
                    next = entry.seq + 1;
                    if entry.fact == "Archived"
                        && let Ok(day) = entry.day.parse()
                    {
                        found.push((entry.kind.to_owned(), entry.matter, day));
                    }
                })
                .await?;
            if seen < PAGE {
                break;
            }
        }
        let gone = table.and_then(Retention::handed_over_through);
        let mut filed = Vec::new();
        for (kind, matter, on) in found {
            if gone.is_some_and(|through| on <= through) {
                continue;
            }
            let line = table.and_then(|table| table.on(&kind, on));
            let term = Term::of(on, line.and_then(|(line, _)| line.years));
            if due_by.is_some_and(|day| day < term.transfer) {
                continue;
            }
            let Some(row) = self.store.matter(self.region, matter).await? else { continue };
            filed.push(Filed {
                kind,
                matter,
                number: row.number,
                title: row.title,
                org: row.org,
                on,
                kept: line.map(|(line, approval)| (line.zh(), approval.to_owned())),
                transfer: term.transfer,
                open: term.open,
                appraise: term.appraise,
            });
        }
        Ok(filed)
    }
}
