//! How is one step written in C?

use super::stage::Moment;
use super::{calls, terms};
use crate::kernel::CallSpec;
use crate::kernel::calls::{Kind, ParamSpec, Returns};
use crate::scenario::program::{Action, ActorId, Argument, Program, Step, Term, VariableId};
use std::iter;

/// The lines of a step inside its process's function.
pub(super) fn lines(program: &Program, number: usize, step: &Step, moment: &Moment) -> Vec<String> {
    match &step.action {
        Action::Copy(term) => copy(program, number, step.variable, term),
        Action::Call { spec, args, creates } => {
            Call { program, spec, args, creates: *creates, moment }.lines(number, step.variable)
        }
    }
}

fn copy(program: &Program, number: usize, variable: Option<VariableId>, term: &Term) -> Vec<String> {
    let Some(variable) = variable.map(|id| terms::variable(program, id)) else { return Vec::new() };
    let assigned = match term {
        Term::Variable(id, _) => {
            format!("world->variables[{variable}] = world->variables[{}];", terms::variable(program, *id))
        }
        Term::Text(text) => format!("strcpy(T({variable}), {});", terms::text(text)),
        other => {
            format!("V({variable}) = {};", terms::value(program, other).unwrap_or_else(|| "0".to_owned()))
        }
    };
    vec![assigned, format!("answer({number}, V({variable}));")]
}

struct Call<'s> {
    program: &'s Program,
    spec: &'static CallSpec,
    args: &'s [Argument],
    creates: Option<ActorId>,
    moment: &'s Moment,
}

impl Call<'_> {
    fn lines(&self, number: usize, variable: Option<VariableId>) -> Vec<String> {
        let mut lines = Vec::new();
        let call = match calls::pattern(self.spec.name) {
            Some(pattern) => calls::without_zeros(&self.fill(pattern)),
            None => self.plain(),
        };
        if let Some(module) = calls::looked_up(self.spec.name) {
            lines.push(format!("if (is_missing({number}, \"{module}\", \"{}\")) break;", self.spec.name));
        }
        if call.contains("&bytes") {
            lines.push("DWORD bytes = 0;".to_owned());
        }
        if call.contains("&information") {
            lines.push("PROCESS_INFORMATION information = { 0 };".to_owned());
        }
        for (kind, id) in self.outs() {
            let name = terms::variable(self.program, id);
            match kind {
                Kind::OutNumber => lines.push(format!("DWORD out_{name} = (DWORD)V({name});")),
                Kind::OutHandle => lines.push(format!("HANDLE out_{name} = H(V({name}));")),
                _ => {}
            }
        }
        if self.spec.returns == Returns::Nothing {
            lines.push(format!("{call};"));
            if self.moment.answer.is_some() {
                lines.push(format!("answer({number}, 0);"));
            }
        } else {
            let into = variable.map(|id| format!("V({}) = ", terms::variable(self.program, id)));
            lines.push(format!("{}answer({number}, N({call}));", into.unwrap_or_default()));
        }
        self.collect(number, &mut lines);
        lines
    }

    fn outs(&self) -> impl Iterator<Item = (Kind, VariableId)> {
        let given = self.spec.params.iter().zip(self.args);
        given
            .filter_map(|(param, arg)| match arg {
                Argument::Out(variables) => Some((param.kind, variables)),
                _ => None,
            })
            .flat_map(|(kind, variables)| variables.iter().map(move |id| (kind, *id)))
    }

    /// What is done with the out values behind the call.
    fn collect(&self, number: usize, lines: &mut Vec<String>) {
        let bytes = self.bytes();
        for (param, arg) in self.spec.params.iter().zip(self.args) {
            let Argument::Out(variables) = arg else { continue };
            if let Kind::OutRecord(fields) = param.kind {
                lines.push(format!("if (world->results[{number}].answer) {{"));
                lines.extend(variables.iter().zip(fields).map(|(id, field)| {
                    format!("    V({}) = N(information.{field});", terms::variable(self.program, *id))
                }));
                lines.push("}".to_owned());
                continue;
            }
            for id in variables {
                let name = terms::variable(self.program, *id);
                match param.kind {
                    Kind::OutNumber => lines.push(format!("V({name}) = out_{name};")),
                    Kind::OutHandle => lines.push(format!("V({name}) = N(out_{name});")),
                    _ => lines.push(format!(
                        "if (world->results[{number}].answer) T({name})[world->variables[{name}].length = {bytes}] = 0;"
                    )),
                }
            }
        }
    }

    /// Where the call tells how many bytes it moved.
    fn bytes(&self) -> String {
        let told = self.spec.params.iter().zip(self.args).find_map(|(param, arg)| match arg {
            Argument::Out(variables) if is_byte_count(param) => variables.first(),
            _ => None,
        });
        told.map_or("bytes".to_owned(), |id| format!("out_{}", terms::variable(self.program, *id)))
    }

    /// A call whose parameters are those of its description.
    fn plain(&self) -> String {
        let args = self.args.iter().chain(iter::repeat(&Argument::Absent));
        let given = self.spec.params.iter().zip(args).filter(|(param, _)| param.positional);
        let args: Vec<String> = given.map(|(param, arg)| self.argument(param, arg)).collect();
        format!("{}({})", self.spec.name, args.join(", "))
    }

    fn fill(&self, pattern: &str) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(start) = rest.find('{') {
            out.push_str(&rest[..start]);
            let inside = &rest[start + 1..];
            let end = inside.find('}').filter(|_| inside.starts_with(|c: char| c.is_ascii_alphabetic()));
            let Some(end) = end else {
                out.push('{');
                rest = inside;
                continue;
            };
            out.push_str(&self.place(&inside[..end]));
            rest = &inside[end + 1..];
        }
        out + rest
    }

    fn place(&self, what: &str) -> String {
        if what.ends_with('?') {
            let given = what.split('?').any(|name| self.find(name).is_some_and(|(_, arg)| is_given(arg)));
            return if given { "TRUE" } else { "FALSE" }.to_owned();
        }
        let (name, otherwise) = what.split_once('|').map_or((what, None), |(name, or)| (name, Some(or)));
        let bare = name.trim_end_matches(['#', '&']);
        let Some((param, arg)) = self.find(bare) else { return "0".to_owned() };
        if name.ends_with('#') {
            return self.length(arg);
        }
        if name.ends_with('&') {
            return if is_given(arg) {
                format!("&(HANDLE){{ {} }}", self.argument(param, arg))
            } else {
                "NULL".to_owned()
            };
        }
        match otherwise {
            Some(otherwise) if !is_given(arg) => otherwise.to_owned(),
            _ => self.argument(param, arg),
        }
    }

    fn find(&self, name: &str) -> Option<(&ParamSpec, &Argument)> {
        let place = self.spec.param(name)?;
        Some((self.spec.params.get(place)?, self.args.get(place).unwrap_or(&Argument::Absent)))
    }

    fn length(&self, arg: &Argument) -> String {
        match arg {
            Argument::Absent => "0".to_owned(),
            Argument::List(list) => list.len().to_string(),
            Argument::Out(_) => "LAST_TEXT - 1".to_owned(),
            Argument::Value(Term::Text(text)) => text.len().to_string(),
            Argument::Value(Term::Variable(id, _)) => {
                format!("world->variables[{}].length", terms::variable(self.program, *id))
            }
            Argument::Value(_) => "0".to_owned(),
        }
    }

    fn argument(&self, param: &ParamSpec, arg: &Argument) -> String {
        match arg {
            Argument::Absent => match param.kind {
                Kind::OutNumber if is_byte_count(param) => "&bytes".to_owned(),
                Kind::Bool => "FALSE".to_owned(),
                Kind::NewProcess | Kind::NewThread => self.created(),
                Kind::Access(_) | Kind::Flags(_) | Kind::Dword | Kind::Long | Kind::Large | Kind::Timeout => {
                    "0".to_owned()
                }
                _ => "NULL".to_owned(),
            },
            Argument::List(list) if list.is_empty() => "(HANDLE[]){ NULL }".to_owned(),
            Argument::List(list) => {
                let handles: Vec<String> =
                    list.iter().map(|term| format!("H({})", self.value(term))).collect();
                format!("(HANDLE[]){{ {} }}", handles.join(", "))
            }
            Argument::Out(variables) => {
                let name = variables.first().map(|id| terms::variable(self.program, *id)).unwrap_or_default();
                match param.kind {
                    Kind::OutNumber => format!("(void *)&out_{name}"),
                    Kind::OutHandle => format!("&out_{name}"),
                    _ => format!("T({name})"),
                }
            }
            Argument::Value(term) => self.written(param, term),
        }
    }

    fn written(&self, param: &ParamSpec, term: &Term) -> String {
        let value = self.value(term);
        let words = match term {
            Term::Number(number, None) => Some(terms::named(param.kind, *number)),
            _ if terms::is_by_name(term) => Some(terms::bare(&value).to_owned()),
            _ => None,
        };
        match param.kind {
            Kind::Handle { .. } | Kind::AnyHandle => match term {
                Term::Call(spec) => format!("{}()", spec.name),
                Term::Number(_, Some("INVALID_HANDLE_VALUE")) => "INVALID_HANDLE_VALUE".to_owned(),
                Term::Number(0, _) => "NULL".to_owned(),
                _ => format!("H({value})"),
            },
            Kind::Timeout => self.timeout(words.unwrap_or_else(|| format!("(DWORD){value}"))),
            Kind::Access(_) | Kind::Flags(_) | Kind::Dword => {
                words.unwrap_or_else(|| format!("(DWORD){value}"))
            }
            Kind::Bool => words.unwrap_or_else(|| format!("{value} != 0")),
            Kind::Long if matches!(term, Term::Number(0..=0xFFFF, _)) => value,
            Kind::Long => format!("(LONG){value}"),
            Kind::Large => format!("(LONGLONG){value}"),
            Kind::ObjectName => self.name("private_name", term),
            Kind::FileName => self.name("private_file", term),
            Kind::Data => match term {
                Term::Variable(id, _) => format!("T({})", terms::variable(self.program, *id)),
                Term::Number(..) => "NULL".to_owned(),
                _ => value,
            },
            Kind::NewProcess | Kind::NewThread => self.created(),
            Kind::Structure | Kind::OutNumber | Kind::OutHandle | Kind::OutData | Kind::OutRecord(_) => {
                "NULL".to_owned()
            }
            Kind::Handles { .. } | Kind::Address => value,
        }
    }

    /// A wait is as long as its modelled outcome needs: none where the time was over, long where it was satisfied.
    fn timeout(&self, written: String) -> String {
        if self.spec.returns != Returns::Wait {
            written
        } else if self.moment.times_out {
            "0".to_owned()
        } else if self.moment.blocks && written != "INFINITE" {
            "LONG_WAIT".to_owned()
        } else {
            written
        }
    }

    fn name(&self, function: &str, term: &Term) -> String {
        match term {
            Term::Text(text) => format!("{function}({})", terms::text(text)),
            Term::Variable(id, _) => format!("{function}(T({}))", terms::variable(self.program, *id)),
            _ => "NULL".to_owned(),
        }
    }

    fn created(&self) -> String {
        self.creates.map_or("0".to_owned(), |id| terms::actor(self.program, id))
    }

    fn value(&self, term: &Term) -> String {
        terms::value(self.program, term).unwrap_or_else(|| "0".to_owned())
    }
}

fn is_given(arg: &Argument) -> bool {
    !matches!(arg, Argument::Absent)
}

pub(super) fn is_byte_count(param: &ParamSpec) -> bool {
    matches!(param.name, "lpNumberOfBytesRead" | "lpNumberOfBytesWritten" | "lpBytesRead")
}
