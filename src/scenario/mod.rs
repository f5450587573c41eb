//! How is a scenario written and read?
//!
//! Text becomes [tokens](lexer), tokens a [tree], and the [printer] makes text from a tree again. The checker then asks
//! whether the tree makes sense; it alone knows the kernel's tables.

mod build;
pub mod checker;
pub mod diagnostic;
mod document;
pub mod exchange;
pub mod eye;
pub mod keyword;
pub mod lexer;
pub mod literal;
pub mod misuse;
pub mod parser;
mod places;
pub mod printer;
pub mod program;
pub mod source;
mod span;
pub mod suggest;
pub mod token;
pub mod tree;

pub use document::Document;
pub use span::Span;
