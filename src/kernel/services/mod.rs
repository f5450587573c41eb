//! Which calls belong to no type of object?

use super::calls::CallSpec;

mod close;
mod duplicate;
mod information;
mod last_error;
mod native;
mod standard;
mod wait;

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
