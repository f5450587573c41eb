//! Which kinds of misuse of handles are there?
//!
//! They are words of the language: a file can say that it means one. Who finds them in a run is another matter.
//!
//! ```
//! use handlelab::scenario::misuse::Class;
//!
//! let class = Class::find("use-after-close").expect("a class");
//! assert_eq!(class.spec().title, "a closed value is used again");
//! ```

use serde::{Serialize, Serializer};

/// A kind of misuse. A name, once given out, keeps its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Class {
    /// A value whose handle was closed or moved away.
    UseAfterClose,
    /// A closed value that has been given out anew since.
    ReusedValue,
    /// A value of another process's table.
    ForeignValue,
    /// A pseudohandle that another process or thread was told.
    ForeignPseudohandle,
    /// A handle to an object of another type than the call needs.
    WrongType,
    /// INVALID_HANDLE_VALUE of a CreateFile that failed.
    FailedFileHandle,
    /// NULL.
    NullHandle,
    /// A handle that a child inherited by accident.
    AccidentalInheritance,
    /// The handles of PROCESS_INFORMATION, never closed.
    UnclosedProcessInformation,
}

/// What there is to say of a kind of misuse.
///
/// ```
/// use handlelab::scenario::Document;
/// use handlelab::scenario::misuse::Class;
///
/// let spec = Class::NullHandle.spec();
/// assert_eq!(spec.name, "null-handle");
/// for text in [spec.wrong, spec.right] {
///     assert!(Document::read(text).is_ok(), "a misuse is no mistake of the file");
/// }
/// ```
#[non_exhaustive]
pub struct ClassSpec {
    /// Its name: `use-after-close`.
    pub name: &'static str,
    /// It in a few words.
    pub title: &'static str,
    /// What happens, and why it is bad.
    pub about: &'static str,
    /// When it is told, and what resembles it and is none.
    pub told: &'static str,
    /// What to do instead.
    pub advice: &'static str,
    /// A scenario with this misuse and no other; it runs green.
    pub wrong: &'static str,
    /// The same without it.
    pub right: &'static str,
}

impl Class {
    /// Every kind.
    pub const ALL: &'static [Class] = &[
        Class::UseAfterClose,
        Class::ReusedValue,
        Class::ForeignValue,
        Class::ForeignPseudohandle,
        Class::WrongType,
        Class::FailedFileHandle,
        Class::NullHandle,
        Class::AccidentalInheritance,
        Class::UnclosedProcessInformation,
    ];

    /// Its name: `use-after-close`.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The kind with this name.
    pub fn find(name: &str) -> Option<Class> {
        Class::ALL.iter().copied().find(|class| class.name() == name)
    }

    /// What there is to say of it.
    pub fn spec(self) -> &'static ClassSpec {
        match self {
            Class::UseAfterClose => &USE_AFTER_CLOSE,
            Class::ReusedValue => &REUSED_VALUE,
            Class::ForeignValue => &FOREIGN_VALUE,
            Class::ForeignPseudohandle => &FOREIGN_PSEUDOHANDLE,
            Class::WrongType => &WRONG_TYPE,
            Class::FailedFileHandle => &FAILED_FILE_HANDLE,
            Class::NullHandle => &NULL_HANDLE,
            Class::AccidentalInheritance => &ACCIDENTAL_INHERITANCE,
            Class::UnclosedProcessInformation => &UNCLOSED_PROCESS_INFORMATION,
        }
    }
}

impl Serialize for Class {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

const USE_AFTER_CLOSE: ClassSpec = ClassSpec {
    name: "use-after-close",
    title: "a closed value is used again",
    about: "The handle was closed, or moved away with DUPLICATE_CLOSE_SOURCE, and its value is used once more. Today the call \
            fails with ERROR_INVALID_HANDLE. On another day the value has been given out anew by then, and the call succeeds \
            with somebody else's object. Closing twice is the most frequent form.",
    told: "Told for every call that gets the value, except when the handle went because its process ended.",
    advice: "Close a handle once, and set the variable to NULL with it.",
    wrong: "process p\np: h = CreateEvent()  => HANDLE\np: CloseHandle(h)  => TRUE\n\
            p: SetEvent(h)  => FALSE ERROR_INVALID_HANDLE\n",
    right: "process p\np: h = CreateEvent()  => HANDLE\np: SetEvent(h)  => TRUE\np: CloseHandle(h)  => TRUE\n",
};

const REUSED_VALUE: ClassSpec = ClassSpec {
    name: "reused-value",
    title: "a closed value names another handle by now",
    about: "The handle was closed, and Windows has given its value to a new handle since. Whoever still uses the old variable \
            meets a stranger, and no error says so: the wrong object is signaled, waited for or closed. The owner of the new \
            handle finds it gone.",
    told: "Told when the variable got its value with the handle that was closed. A value that was assigned anew names what it \
           names.",
    advice: "Close a handle once, and set the variable to NULL with it.",
    wrong: "process p\np: hEvent = CreateEvent()  => HANDLE\np: CloseHandle(hEvent)  => TRUE\n\
            p: hMutex = CreateMutex()  => HANDLE\np: CloseHandle(hEvent)  => TRUE\ncheck dead(p.hMutex)\n",
    right: "process p\np: hEvent = CreateEvent()  => HANDLE\np: CloseHandle(hEvent)  => TRUE\np: hEvent = NULL\n\
            p: hMutex = CreateMutex()  => HANDLE\ncheck alive(p.hMutex)\n",
};

const FOREIGN_VALUE: ClassSpec = ClassSpec {
    name: "foreign-value",
    title: "a value of another process's table is used",
    about: "A handle's value is an index into the table of one process. Told to another process it names nothing there, or \
            a stranger, or by chance the right object. DuplicateHandle gives a value for the target's table: only the target \
            may use that one, and the source only its own.",
    told: "Told unless the process inherited the very handle, for then the value is the same. Telling a value is no misuse; \
           using it is.",
    advice: "Duplicate the handle into the process that shall use it and tell it the new value, or let it inherit the handle.",
    wrong: "process server, client\nserver: h = CreateEvent()  => HANDLE\n\
            client: SetEvent(server.h)  => FALSE ERROR_INVALID_HANDLE\n",
    right: "process parent\nparent: h = CreateEvent(bInheritHandle: TRUE)  => HANDLE\n\
            parent: CreateProcess(\"child\", bInheritHandles: TRUE, &pi)  => TRUE\nchild: SetEvent(parent.h)  => TRUE\n",
};

const FOREIGN_PSEUDOHANDLE: ClassSpec = ClassSpec {
    name: "foreign-pseudohandle",
    title: "a pseudohandle is used by somebody else than was told it",
    about: "GetCurrentProcess() is always -1 and GetCurrentThread() always -2: they mean whoever uses them. Sent to another \
            process, or to another thread, they mean that one, and no call fails.",
    told: "Told for a value that was kept in a variable and is used by another process, or by another thread if it means a \
           thread.",
    advice: "Make a real handle of it first: DuplicateHandle turns a pseudohandle into one.",
    wrong: "process p, q\np: hSelf = GetCurrentProcess()\nq: hOther = p.hSelf\nq: TerminateProcess(hOther, 1)\n\
            check running(p) && exited(q)\n",
    right: "process p\np: CreateProcess(\"q\", &pi)  => TRUE\n\
            p: DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), pi.hProcess, &hSelf, SYNCHRONIZE, FALSE, 0)  => TRUE\n\
            q: WaitForSingleObject(p.hSelf, 0)  => WAIT_TIMEOUT\n",
};

const WRONG_TYPE: ClassSpec = ClassSpec {
    name: "wrong-type",
    title: "a handle to an object of another type than the call needs",
    about: "All handles have one type in C, so no compiler sees that a mutex is given to SetEvent. The kernel sees it and \
            answers STATUS_OBJECT_TYPE_MISMATCH, of which Win32 makes ERROR_INVALID_HANDLE: as if there were no such handle.",
    told: "A handle of the right type that lacks a right is another matter: ERROR_ACCESS_DENIED is an answer, not a misuse.",
    advice: "Look at where the variable got its value, and give the call a handle to an object of its type.",
    wrong: "process p\np: hMutex = CreateMutex()  => HANDLE\np: SetEvent(hMutex)  => FALSE ERROR_INVALID_HANDLE\n",
    right: "process p\np: hEvent = CreateEvent()  => HANDLE\np: SetEvent(hEvent)  => TRUE\n",
};

const FAILED_FILE_HANDLE: ClassSpec = ClassSpec {
    name: "failed-file-handle",
    title: "INVALID_HANDLE_VALUE of a CreateFile that failed is used",
    about: "CreateFile fails with INVALID_HANDLE_VALUE, not with NULL. That is -1, and -1 is also GetCurrentProcess(): closing \
            it succeeds, waiting for it waits for oneself, and CreateFileMapping takes it for the paging file.",
    told: "Told when the value came from a call that failed. INVALID_HANDLE_VALUE written in its place is meant.",
    advice: "Compare what CreateFile gives with INVALID_HANDLE_VALUE before you use it.",
    wrong: "process p\n\
            p: hFile = CreateFile(\"none.txt\", GENERIC_READ, dwCreationDisposition: OPEN_EXISTING)  \
            => INVALID_HANDLE_VALUE ERROR_FILE_NOT_FOUND\n\
            p: CloseHandle(hFile)  => TRUE\n",
    right: "process p\n\
            p: hFile = CreateFile(\"new.txt\", GENERIC_WRITE, dwCreationDisposition: CREATE_ALWAYS)  => HANDLE\n\
            p: CloseHandle(hFile)  => TRUE\n",
};

const NULL_HANDLE: ClassSpec = ClassSpec {
    name: "null-handle",
    title: "NULL is used as a handle",
    about: "NULL is never a handle. It is what most calls give back when they fail, and what DuplicateHandle writes when it \
            does; GetStdHandle gives it to a process without standard handles.",
    told: "Told when a call that needs a handle refuses it. Where NULL may stand for nothing, it is no misuse, nor is \
           closing a variable that was set to NULL on purpose.",
    advice: "Make sure that there is a handle before you use it: look at the answer of the call that should have given it.",
    wrong: "process p\np: h = OpenEvent(SYNCHRONIZE, FALSE, \"None\")  => NULL ERROR_FILE_NOT_FOUND\n\
            p: WaitForSingleObject(h, 0)  => WAIT_FAILED ERROR_INVALID_HANDLE\n",
    right: "process p\np: h = CreateEvent(lpName: \"Some\")  => HANDLE\np: WaitForSingleObject(h, 0)  => WAIT_TIMEOUT\n",
};

const ACCIDENTAL_INHERITANCE: ClassSpec = ClassSpec {
    name: "accidental-inheritance",
    title: "a child inherits a handle that nobody meant it to have",
    about: "With bInheritHandles TRUE a child gets every inheritable handle that its parent has at that moment, also those that \
            were made for another child. It does not know of them and never closes them: a file stays locked, and whoever \
            reads a pipe waits for a writer that will never write.",
    told: "Told at CreateProcess, when the child was not given the handle by name, nothing is ever done with it there, and \
           either another child was given or used it, or handles were named for this child and it is none of them.",
    advice: "Name the handles that the child shall have (handleList), or clear HANDLE_FLAG_INHERIT of the others, or close them \
             before CreateProcess.",
    wrong: "process parent\nparent: CreatePipe(&hRead, &hWrite, bInheritHandle: TRUE)  => TRUE\n\
            parent: SetHandleInformation(hRead, HANDLE_FLAG_INHERIT, 0)  => TRUE\n\
            parent: CreateProcess(\"writer\", bInheritHandles: TRUE, hStdOutput: hWrite, &pi)  => TRUE\n\
            parent: CreateProcess(\"clock\", bInheritHandles: TRUE, &pi2)  => TRUE\ncheck valid(clock, parent.hWrite)\n",
    right: "process parent\nparent: CreatePipe(&hRead, &hWrite, bInheritHandle: TRUE)  => TRUE\n\
            parent: CreateProcess(\"writer\", bInheritHandles: TRUE, hStdOutput: hWrite, handleList: [hWrite], &pi)  => TRUE\n\
            parent: CreateProcess(\"clock\", &pi2)  => TRUE\ncheck !valid(clock, parent.hWrite)\n",
};

const UNCLOSED_PROCESS_INFORMATION: ClassSpec = ClassSpec {
    name: "unclosed-process-information",
    title: "the handles of PROCESS_INFORMATION are never closed",
    about: "CreateProcess opens two handles for its caller, hProcess and hThread. As long as they are open, the ended process \
            and its thread stay in the system. Closing them ends nothing: the child runs on without.",
    told: "Told at CreateProcess, when the child has ended and the creator, which still runs, has not closed them by the end of \
           the file; or when no variable holds them any more.",
    advice: "Close hThread when you do not need it, mostly at once, and hProcess when you have read the exit code.",
    wrong: "process parent\nparent: CreateProcess(\"child\", &pi)  => TRUE\nchild: ExitProcess(0)\n\
            parent: CloseHandle(pi.hProcess)  => TRUE\ncheck open_handles(parent) == 1\n",
    right: "process parent\nparent: CreateProcess(\"child\", &pi)  => TRUE\nparent: CloseHandle(pi.hThread)  => TRUE\n\
            child: ExitProcess(0)\nparent: CloseHandle(pi.hProcess)  => TRUE\ncheck open_handles(parent) == 0\n",
};
