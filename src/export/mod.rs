//! How does a scenario become a program for Windows?
//!
//! [`c`] writes one self-contained C file that plays the scenario with real processes and threads, and prints one line of
//! JSON for each step. [`compare`] holds what it printed against what the simulator says.
//!
//! ```
//! let text = "process p\np: h = CreateEvent() => HANDLE\n";
//! let document = handlelab::scenario::Document::read(text).expect("it can be read");
//! assert!(handlelab::export::c(&document).contains("CreateEventA"));
//! ```

#[cfg(feature = "proptest")]
pub mod agent;
mod calls;
mod comparable;
pub mod compare;
mod conducting;
mod eye;
pub mod known;
mod lacking;
pub mod record;
mod stage;
mod step;
mod story;
mod terms;
mod unasked;
mod watching;

use crate::scenario::Document;
use crate::scenario::program::{ActorId, Program, Statement, VariableId};
use crate::view::markup::visible;
use stage::{Moment, Stage};

/// The headers that every program reads first. A judge may compile them beforehand.
pub const HEADERS: &str = "\
#define __USE_MINGW_ANSI_STDIO 1
#define _WIN32_WINNT 0x0A00
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
";

/// Calls that some compilers' libraries lack.
const CALLS: &str = include_str!("runtime/calls.h");
/// Starting the program again, as another process or thread.
const CHILDREN: &str = include_str!("runtime/children.h");
/// The memory and the folder that all of a run's processes share.
const SHARED: &str = include_str!("runtime/shared.h");
/// What is the same for every scenario: the actors, and who tells them when.
const STAGE: &str = include_str!("runtime/stage.h");
const CONTROLLER: &str = include_str!("runtime/controller.h");

/// The scenario as a C program.
pub fn c(document: &Document) -> String {
    let stage = Stage::of(document);
    Writer { document, program: &document.program, stage: &stage, out: String::new() }.write()
}

struct Writer<'d> {
    document: &'d Document,
    program: &'d Program,
    stage: &'d Stage,
    out: String,
}

impl Writer<'_> {
    fn write(mut self) -> String {
        self.line("/* ---- The story ---- */\n");
        for place in self.processes() {
            self.process(place);
        }
        self.perform();
        self.play();
        let story = std::mem::take(&mut self.out);
        let title = self.program.title.clone().unwrap_or_else(|| "A scenario".to_owned());
        self.line(&format!("/* {}", comment(&title)));
        self.line(" *");
        self.line(
            " * Made by `handlelab export c`. Compile it for 64-bit Windows and run it without arguments:",
        );
        self.line(" *     x86_64-w64-mingw32-gcc -Wall -Wextra -o scenario.exe scenario.c");
        self.line(" * It ends with 0 when every answer is as the scenario expects. The story itself is at the end of this file.");
        self.line(" */");
        self.line(HEADERS);
        let lacking = lacking::definitions(&story);
        if !lacking.is_empty() {
            self.line("/* Names that not every compiler's headers have as today's Windows does. */");
            self.line(&lacking);
        }
        self.names();
        for part in [CALLS, STAGE, CHILDREN, SHARED, CONTROLLER] {
            self.line(part);
        }
        self.out + &story
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn processes(&self) -> Vec<ActorId> {
        let processes = self.program.actors.iter().enumerate().filter(|(_, actor)| actor.thread.is_none());
        processes.map(|(place, _)| ActorId(place as u32)).collect()
    }

    fn names(&mut self) {
        let actors = (0..self.program.actors.len()).map(|place| ActorId(place as u32));
        let names: Vec<String> = actors.clone().map(|id| terms::actor(self.program, id)).collect();
        self.line(&format!("enum {{ {}, ACTORS }};", names.join(", ")));
        let processes: Vec<String> =
            actors.map(|id| terms::actor(self.program, self.program.actor(id).process)).collect();
        self.line(&format!("static const int process_of[] = {{ {} }};", processes.join(", ")));
        let ids = (0..self.program.variables.len()).map(|place| VariableId(place as u32));
        let mut variables: Vec<String> = ids.map(|id| terms::variable(self.program, id)).collect();
        variables.push("VARIABLES".to_owned());
        self.line(&format!("enum {{\n    {}\n}};", variables.join(",\n    ")));
        self.line(&format!("#define STEPS {}\n", self.program.statements.len()));
    }

    /// The steps that were taken, with their numbers.
    fn taken(&self) -> impl Iterator<Item = (usize, &Statement, &Moment)> {
        let statements = self.program.statements.iter().zip(&self.stage.moments);
        statements.enumerate().map(|(index, (statement, moment))| (index + 1, statement, moment))
    }
}

/// A text that can stand in a C comment.
fn comment(text: &str) -> String {
    let text = visible(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    text.replace("*/", "* /").replace("/*", "/ *")
}
