//! 诉求理解。 What a request is about, which requests are alike, and which came in a burst.
//!
//! The domain stays pure and takes a suggestion as data; here is where the suggestion comes from. A county trains its
//! own [`Model`] from requests that people have labelled; what it gets right on requests it never saw is measured when
//! it is trained, stands on its [`Card`] beside the answer of always naming the most frequent class, and is shown with
//! every suggestion. Where nothing was trained the domain's table of words speaks, and says so.

pub mod burst;
pub mod card;
pub mod gazetteer;
pub mod keeper;
pub mod lessons;
pub mod like;
pub mod model;
pub mod propose;
mod split;
pub mod words;

pub use card::Card;
pub use gazetteer::Gazetteer;
pub use keeper::Keeper;
pub use lessons::{Columns, Lesson, Lessons, Level};
pub use like::{Like, orders_like};
pub use model::{Model, Untrainable};
pub use propose::{Proposal, propose, propose_beside};
pub use words::{analyser, segment};
