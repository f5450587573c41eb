//! A simulator of Windows kernel objects and handle tables.

#![forbid(unsafe_code)]

pub mod kernel;
pub mod scenario;
pub mod run;
