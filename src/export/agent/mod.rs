//! What does a real system answer to random programs?
//!
//! [`c`] is a C program that, once compiled, makes any calls that it is told, with real processes and threads. [`play`] has
//! it play a random program beside the model and compares everything that can be seen. [`Real`] is the real system as an
//! implementation like any other, for the suite in [`testing::conformance`](mod@crate::testing::conformance).
//!
//! ```
//! use handlelab::export::agent::{Agents, Lost, Patience, Wire, c, play, rules};
//! use handlelab::testing::program::Program;
//!
//! /// A wire that leads nowhere.
//! struct Cut;
//!
//! impl Wire for Cut {
//!     fn ask(&mut self, _: &str) -> Result<String, Lost> {
//!         Err(Lost("the wire is cut".to_owned()))
//!     }
//! }
//!
//! assert!(c().contains("\"DuplicateHandle\""), "the agent can make every call of the model");
//! assert!(rules().any(|rule| rule.name == "an unknown value" && rule.fact.is_empty()), "nobody can ask that");
//! let patience = Patience { answer: 5_000, glance: 4 };
//! assert!(play(&Program::default(), &mut Cut, patience, [false; 2]).is_err());
//! let agents = Agents::new(|| Cut);
//! drop(agents.system());
//! assert_eq!(agents.lost()[0].to_string(), "the wire is cut");
//! ```

mod compare;
mod mirror;
mod player;
mod question;
mod real;
mod source;
mod unasked;
mod unhurried;
mod wire;

pub use compare::Unlike;
pub use player::{Difference, Patience, Trial, play};
pub use real::{Agents, Real};
pub use source::c;
pub use unasked::{Rule, rules};
pub use unhurried::{choices, unhurried};
pub use wire::{Lost, Wire};
