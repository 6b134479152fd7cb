//! The simulated county.
//! One binary: each would link the same half a gigabyte again.

mod hotline;
mod joint_year;
mod seed_rows;
mod supervision;
mod themes;
mod year;
