//! The pages and the interface, over HTTP.
//! One binary: each would link the same half a gigabyte again.

mod api;
mod applying;
mod archive;
mod county;
mod fees;
mod flags;
mod grants;
mod guards;
mod hall;
mod hearings;
mod hotline;
mod hotline_county;
mod hotline_watch;
mod items;
mod law;
mod matters;
mod notices;
mod onething;
mod open311;
mod open_data;
mod openings;
mod outside;
mod portal;
mod proof;
mod remedies;
mod routes;
mod search;
mod seats;
mod supervision;
mod tenders;
mod trading;
