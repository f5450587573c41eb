//! How are attempts at exercises shown?

pub mod feedback;
pub mod json;
