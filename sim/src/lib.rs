//! 模拟。 A seeded year of a county that does not exist. Every act goes through `app::act`, so that an unlawful
//! year cannot be made; everything it enters is marked 模拟.

mod catalogue;
mod chance;
mod county;
mod hall;
mod hotline;
mod hotline_year;
mod joint_year;
mod lanes;
mod proofs;
mod queue;
mod records;
mod reference;
mod sealed;
mod services;
mod source;
mod story;
mod stuck;
mod supervision;
mod themes;
mod trading;
mod year;

pub use catalogue::enter_registers;
pub use chance::Chance;
pub use county::{BUREAU, REGION, REGION_NAME, enter_catalogue, enter_powers, generated};
pub use hall::{DEMONSTRATION_WINDOW, HALL, enter_hall, hand_over};
pub use hotline::enter_hotline;
pub use hotline_year::{ORDERS as HOTLINE_ORDERS, run_hotline_year};
pub use proofs::{enter_proofs, fill_proofs};
pub use reference::{GENERATED, THEMES, fill_catalogue, fill_clerks, themes};
pub use sealed::identity as holder_identity;
pub use services::{connect_platform, enter_services};
pub use source::connect;
pub use supervision::{
    PastLists, enter_supervisors, enter_venue, funeral_projects, look_back, past_projects, settle_alerts,
};
pub use themes::{ONE_THING, enter_members, enter_themes, shipped_themes, stands_alone};
pub use trading::{
    CENTRE as TRADING_CENTRE, SUPERVISOR as TRADING_SUPERVISOR, members_waiting, open_tender,
    tenderer_waiting, trading_day,
};
pub use year::{Plan, Tally, run_year};

/// What a digest would be of something that does not exist.
pub(crate) fn digest(text: &str) -> String {
    fadu_trading::draw::sha256(&format!("模拟 {text}"))
}
