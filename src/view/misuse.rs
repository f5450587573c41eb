//! How is a misuse told?
//!
//! ```
//! use handlelab::view::misuse::number;
//!
//! assert_eq!(number(2, 1), "2 misuses, 1 of them meant");
//! ```

use super::effects::count;
use super::markup::{Markup, Role};
use super::story::wrap;
use crate::run::misuse::Misuse;

/// A misuse below the step that it belongs to. One that is denied counts as a failure.
pub fn below(misuse: &Misuse, denied: bool, width: usize) -> Markup {
    let width = width.clamp(40, 200);
    let mut out = Markup::default();
    let (sign, role) = if denied { ("FAIL", Role::Bad) } else { ("   !", Role::Gone) };
    out.push(role, format!("{sign} {}", called(misuse))).line();
    for line in wrap(&misuse.what, width.saturating_sub(5)) {
        out.push(role, format!("     {line}")).line();
    }
    advice(misuse, 5, width, &mut out);
    out
}

/// A misuse with its place, for whoever sees nothing else of the run.
///
/// ```
/// use handlelab::run::record;
/// use handlelab::scenario::Document;
/// use handlelab::view::misuse::{alone, below, called};
///
/// let text = "process p\np: h = CreateEvent()\np: CloseHandle(h)\np: SetEvent(h)\n";
/// let (_, trace) = record("a.hlab", &Document::read(text).expect("it can be read"));
/// let misuse = &trace.misuses[0];
/// assert_eq!(called(misuse), "use-after-close");
/// assert!(alone("a.hlab", misuse, 80).plain().starts_with("a.hlab:4  use-after-close\n"));
/// assert!(below(misuse, true, 80).plain().starts_with("FAIL use-after-close\n"));
/// ```
pub fn alone(file: &str, misuse: &Misuse, width: usize) -> Markup {
    let width = width.clamp(40, 200);
    let mut out = Markup::default();
    out.push(Role::Strong, format!("{file}:{}", misuse.line));
    out.push(Role::Gone, format!("  {}", called(misuse))).line();
    for line in wrap(&misuse.what, width.saturating_sub(2)) {
        out.push(Role::Plain, format!("  {line}")).line();
    }
    advice(misuse, 2, width, &mut out);
    out
}

/// Its class, and whether it is meant: `use-after-close, meant`.
pub fn called(misuse: &Misuse) -> String {
    let meant = if misuse.meant { ", meant" } else { "" };
    format!("{}{meant}", misuse.class.name())
}

fn advice(misuse: &Misuse, indent: usize, width: usize, out: &mut Markup) {
    for line in wrap(&format!("help: {}", misuse.advice), width.saturating_sub(indent)) {
        out.push(Role::Faint, format!("{:indent$}{line}", "")).line();
    }
}

/// A number of misuses, and how many of them are meant: `2 misuses`, `3 misuses, 1 of them meant`.
pub fn number(misuses: usize, meant: usize) -> String {
    let counted = count(misuses as u32, "misuse");
    match meant {
        0 => counted,
        _ if meant == misuses && meant == 1 => format!("{counted}, meant"),
        _ if meant == misuses => format!("{counted}, all meant"),
        _ => format!("{counted}, {meant} of them meant"),
    }
}
