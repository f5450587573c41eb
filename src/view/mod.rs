//! How is a run shown?
//!
//! A view is a function from what is known of a run to text. It opens no file and touches no terminal.

pub mod effects;
pub mod explore;
pub mod json;
pub mod markup;
pub mod page;
pub mod story;
pub mod table;
