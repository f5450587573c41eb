//! What tests of several promises share.

pub(crate) mod trees;
