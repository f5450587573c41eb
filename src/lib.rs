//! A simulator of Windows kernel objects and handle tables.
//!
//! Scenarios are read ([`scenario`]) and [`run`](mod@run), [explored](explore) in every order, and [shown](view):
//!
//! ```
//! use handlelab::run::{Watch, run};
//! use handlelab::scenario::Document;
//!
//! let text = "process p\np: h = CreateEvent() => HANDLE\np: CloseHandle(h) => TRUE\ncheck dead(p.h)\n";
//! let document = Document::read(text).expect("it can be read");
//! assert!(run(&document, Watch::Quietly).is_good());
//! ```
//!
//! The [`kernel`] can be called without any scenario. With the feature `proptest`, `testing` has random programs, and a suite for
//! implementations of your own.

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
