//! How is a scenario written and read?
//!
//! Text becomes [tokens](lexer), tokens a [tree], and the [printer] makes text from a tree again. The checker then asks
//! whether the tree makes sense; it alone knows the kernel's tables.
//!
//! ```
//! use handlelab::scenario::{Document, parser, printer};
//!
//! let (tree, mistakes) = parser::parse("process p\np: CloseHandle( 4 )=>FALSE\n");
//! assert!(mistakes.is_empty());
//! assert!(printer::print(&tree).contains("p: CloseHandle(4)"));
//!
//! let mistakes = Document::read("process p\np: ClosHandle(4)\n").expect_err("there is no such call");
//! assert!(mistakes[0].message.contains("ClosHandle"));
//! ```

mod build;
pub mod checker;
mod comment;
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
