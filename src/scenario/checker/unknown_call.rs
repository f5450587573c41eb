//! What did somebody mean who made a call that the model does not have?

use super::Checker;
use crate::kernel::calls::CallSpec;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::eye;
use crate::scenario::span::Span;
use crate::scenario::suggest::closest;

impl Checker<'_> {
    /// A call that the model does not have.
    pub(super) fn unknown_call(&mut self, name: &str, span: Span) {
        let mut diagnostic = Diagnostic::new(
            Code::UnknownCall,
            span,
            format!("there is no call `{name}`"),
            "not a call of this model",
        );
        let base = CallSpec::ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
        if let Some(base) = base.filter(|base| CallSpec::find(base).is_some()) {
            diagnostic = diagnostic.help(format!("Here it is called `{base}`, without an ending."));
        } else if let Some(meant) = foreign_call(name) {
            diagnostic = diagnostic.help(meant);
        } else if let Some(meant) = closest(name, CallSpec::all().iter().map(|spec| spec.name)) {
            diagnostic = diagnostic.help(format!("Did you mean `{meant}`?"));
        } else if eye::find(name).is_some() {
            diagnostic = diagnostic
                .help(format!("`{name}` is a question of the kernel's eye: write `check {name}(…)`."));
        } else {
            diagnostic = diagnostic.help(
                "The model has the calls about handles and what they name, such as CreateEvent, DuplicateHandle and \
                 WaitForSingleObject. `handlelab explain` lists them.",
            );
        }
        self.report(diagnostic);
    }
}

/// What to do instead of a call that other systems or libraries have.
fn foreign_call(name: &str) -> Option<&'static str> {
    Some(match name {
        "printf" | "wprintf" | "puts" | "print" | "cout" | "OutputDebugString" => {
            "Delete the line: every step is shown anyhow, and a `check` states what must hold."
        }
        "fork" | "exec" | "execve" | "spawn" | "posix_spawn" | "system" | "ShellExecute" | "WinExec" => {
            "Windows makes a process with CreateProcess: `parent: CreateProcess(\"child\", &pi)`."
        }
        "pthread_create" | "_beginthread" | "_beginthreadex" => {
            "Windows makes a thread with CreateThread: `parent: hThread = CreateThread(\"worker\")`."
        }
        "wait" | "waitpid" | "pthread_join" | "join" => {
            "Windows waits with WaitForSingleObject: `parent: WaitForSingleObject(pi.hProcess, INFINITE)`."
        }
        "dup" | "dup2" => "Windows copies a handle with DuplicateHandle.",
        "kill" => "Windows ends a process with TerminateProcess.",
        "exit" | "_exit" | "abort" => "A process ends itself with ExitProcess: `child: ExitProcess(0)`.",
        "close" | "Close" | "fclose" => "A handle is closed with CloseHandle.",
        "open" | "fopen" => "A file is opened with CreateFile.",
        "malloc" | "free" | "new" | "delete" | "memset" | "ZeroMemory" | "sizeof" => {
            "Delete it: a scenario has no memory to care for, and structures are written as their fields."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::foreign_call;

    #[test]
    fn for_a_call_of_another_system_the_one_of_windows_is_named() {
        for (name, instead) in [
            ("printf", "every step is shown"),
            ("fork", "CreateProcess"),
            ("pthread_create", "CreateThread"),
            ("waitpid", "WaitForSingleObject"),
            ("dup2", "DuplicateHandle"),
            ("kill", "TerminateProcess"),
            ("_exit", "ExitProcess"),
            ("fclose", "CloseHandle"),
            ("fopen", "CreateFile"),
            ("malloc", "no memory"),
        ] {
            assert!(foreign_call(name).is_some_and(|help| help.contains(instead)), "{name}");
        }
        assert_eq!(foreign_call("SetEvent"), None);
    }
}
