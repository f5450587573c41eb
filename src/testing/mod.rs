//! What do tests of handles need, whoever's handles they are?
//!
//! Random programs ([`strategy`]) of several processes, a naive model that tells what must happen ([`mod@reference`]), and
//! the comparison of the two with any [`System`](system::System) that has handles ([`rehearsal`]): the kernel of this
//! crate, or an implementation of your own. A program that shows a disagreement can be printed as a scenario that replays
//! it. The module [`mod@walk`] tries a system on any number of long programs, on all processors.
//!
//! ```
//! use handlelab::testing::{rehearsal::conform, strategy::programs, system::KernelSystem};
//! use proptest::{prop_assert, test_runner::TestRunner};
//!
//! let mut runner = TestRunner::default();
//! let result = runner.run(&programs(1..20), |program| {
//!     let agreement = conform(&program, &mut KernelSystem::new(program.options));
//!     prop_assert!(agreement.is_ok(), "{}\n{}", program.text("A disagreement"), agreement.unwrap_err());
//!     Ok(())
//! });
//! assert!(result.is_ok(), "{result:?}");
//! ```

pub mod conformance;
pub mod foresight;
pub mod handle_system;
pub mod picture;
pub mod program;
pub mod reference;
pub mod rehearsal;
pub(crate) mod requests;
mod resolve;
pub mod saved;
mod script;
pub mod shrink;
pub mod simulator;
pub mod stage;
pub mod strategy;
pub mod system;
pub mod walk;
mod wording;

#[doc(inline)]
pub use crate::conformance;
