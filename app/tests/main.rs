//! The door, with its stores, its clocks and its crashes.
//! One binary: each would link the same half a gigabyte again.

mod agency;
mod annual;
mod authority;
mod calendar;
mod clock;
mod crash;
mod fees;
mod hall;
mod hotline;
mod items;
mod ledger;
mod needles;
mod onething;
mod outside;
mod parcels;
mod personal;
mod proof;
mod relays;
mod sweep;
mod trading;
