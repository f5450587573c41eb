//! What can be asked of a learner, and how is it marked?

pub mod chance;
pub mod predict;
