//! Promises of the kernel, tried on random programs of several processes.
//!
//! `cargo test --test properties` runs them all; `PROPTEST_CASES=10000` tries more. A program that breaks a promise is
//! made as small as possible and saved as a scenario; the failure tells where.
//!
//! The strategies and the naive model are the library's own (feature `proptest`). They are compiled here a second time,
//! as a part of this test, for two reasons: the tests run without naming a feature, and the naive model can reach
//! nothing of the kernel but what everybody can.

#[allow(dead_code)]
#[path = "../../src/testing/mod.rs"]
pub mod testing;

mod access;
mod agreement;
mod counts;
mod effects;
mod endings;
mod failures;
mod harness;
mod inheritance;
mod orders;
mod reach;
mod replay;
mod running;
mod states;
mod table;

use handlelab::{kernel, run, scenario};
