//! How is a scenario written and read?
//!
//! Text becomes [tokens](lexer), tokens a [tree], and the [printer] makes text from a tree again. The checker then asks
//! whether the tree makes sense; it alone knows the kernel's tables.

pub mod diagnostic;
pub mod lexer;
pub mod parser;
pub mod printer;
mod span;
pub mod tree;

pub use span::Span;
