//! The command `handlelab`.
fn main() {}
