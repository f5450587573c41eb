//! A simulator of Windows kernel objects and handle tables.

pub mod scenario;
