//! What does a name mean, and what can be done with it?
//!
//! A page for everything that a scenario or its output can name: calls, types, rights, flags, errors, questions, words,
//! options, mistakes, misuses. All is made from the tables that the kernel and the checker read, so that nothing can be missing.
//!
//! ```
//! let found = handlelab::explain::find(&["CloseHandle"]);
//! assert_eq!(found[0].subjects[0].name(), "CloseHandle");
//! ```

mod call;
mod failure;
mod find;
mod index;
mod mentions;
mod mistake;
mod misuse;
mod object_type;
mod option;
mod outcome;
mod page;
mod question;
mod right;
mod subject;
mod value;
mod words;

pub use failure::{Failure, failures};
pub use find::{Found, find};
pub use index::{Group, index};
pub use page::{Block, Page, PageKind, Section};
pub use subject::Subject;
pub use words::{SIGNS, Sign};
