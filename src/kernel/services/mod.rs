//! Which calls belong to no type of object?

use super::calls::CallSpec;

pub(super) mod close;
pub(super) mod duplicate;
mod information;
mod last_error;
mod native;
mod standard;
mod wait;

pub use duplicate::Duplication;

/// The calls of the services.
pub(super) const CALLS: &[&[CallSpec]] = &[
    close::CALLS,
    duplicate::CALLS,
    information::CALLS,
    wait::CALLS,
    standard::CALLS,
    last_error::CALLS,
    native::CALLS,
];
