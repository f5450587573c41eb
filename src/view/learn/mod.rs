//! How are attempts at exercises shown: to those who made them, to those who grade them, and to services?

pub mod classroom;
pub mod feedback;
pub mod grades;
pub mod gradescope;
pub mod json;
pub mod junit;
mod report;
mod scale;

pub use scale::Scale;
