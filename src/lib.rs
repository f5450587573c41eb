//! A simulator of Windows kernel objects and handle tables.

#![forbid(unsafe_code)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod explain;
pub mod explore;
pub mod export;
pub mod kernel;
pub mod learn;
pub mod run;
pub mod scenario;
#[cfg(feature = "proptest")]
pub mod testing;
pub mod view;
