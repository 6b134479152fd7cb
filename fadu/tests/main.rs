//! The program, as a stranger calls it.
//! One binary: each would link the same half a gigabyte again.

mod backup_under_load;
mod bid_secrecy;
mod bids;
mod commands;
mod crash;
mod draws;
mod engines;
mod every_command;
mod hotline;
mod licences;
mod ocds;
mod tickets;
mod trouble;
