//! How do other languages write what somebody may have meant?

/// Types that declarations and casts start with.
const TYPES: &[&str] = &[
    "HANDLE",
    "PHANDLE",
    "LPHANDLE",
    "HMODULE",
    "DWORD",
    "LPDWORD",
    "PDWORD",
    "WORD",
    "BYTE",
    "BOOL",
    "BOOLEAN",
    "INT",
    "UINT",
    "LONG",
    "ULONG",
    "LONGLONG",
    "ULONGLONG",
    "SIZE_T",
    "DWORD_PTR",
    "LONG_PTR",
    "ULONG_PTR",
    "INT_PTR",
    "UINT_PTR",
    "VOID",
    "PVOID",
    "LPVOID",
    "LPCVOID",
    "CHAR",
    "WCHAR",
    "TCHAR",
    "LPSTR",
    "LPCSTR",
    "LPWSTR",
    "LPCWSTR",
    "LPTSTR",
    "LPCTSTR",
    "NTSTATUS",
    "LARGE_INTEGER",
    "STARTUPINFO",
    "STARTUPINFOEX",
    "PROCESS_INFORMATION",
    "SECURITY_ATTRIBUTES",
    "ACCESS_MASK",
    "void",
    "int",
    "unsigned",
    "signed",
    "long",
    "short",
    "char",
    "wchar_t",
    "bool",
    "size_t",
    "auto",
    "const",
    "static",
    "struct",
    "var",
    "let",
];

/// Constants, and how they are written here.
const CONSTANTS: &[(&str, &str)] =
    &[("true", "TRUE"), ("false", "FALSE"), ("null", "NULL"), ("nullptr", "NULL"), ("infinite", "INFINITE")];

/// Runs of signs that are no operator here.
const OPERATORS: &[(&str, &str)] = &[
    ("->", "=>"),
    ("-->", "=>"),
    ("==>", "=>"),
    ("=>>", "=>"),
    (":=", "="),
    ("::", ":"),
    ("===", "=="),
    ("!==", "!="),
    ("<>", "!="),
    ("=<", "<="),
    ("=!", "!="),
    ("<=>", "=>"),
];

/// Does this word steer the course of a program in C? A scenario has one course.
pub(super) fn is_control(word: &str) -> bool {
    matches!(
        word,
        "if" | "else"
            | "for"
            | "while"
            | "do"
            | "switch"
            | "case"
            | "return"
            | "goto"
            | "break"
            | "continue"
            | "try"
            | "catch"
    )
}

/// Does this word behind `#` start a line for C's preprocessor?
pub(super) fn is_directive(word: &str) -> bool {
    matches!(word, "include" | "define" | "undef" | "pragma" | "if" | "ifdef" | "ifndef" | "endif")
}

/// Does a fact stand behind this word, in other tools or in plain English?
pub(super) fn states_a_fact(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "assert" | "expect" | "verify" | "ensure" | "test" | "assume"
    )
}

/// Is this a type that C programs for Windows declare variables with?
pub(super) fn is_type(word: &str) -> bool {
    TYPES.contains(&word)
}

/// The constant that is meant by a word that is not quite one.
pub(super) fn constant(word: &str) -> Option<&'static str> {
    let &(_, constant) = CONSTANTS.iter().find(|(foreign, _)| foreign.eq_ignore_ascii_case(word))?;
    (constant != word).then_some(constant)
}

/// The operator that is meant by a word.
pub(super) fn operator_word(word: &str) -> Option<&'static str> {
    Some(match word {
        "and" | "AND" => "&&",
        "or" | "OR" => "||",
        "not" | "NOT" => "!",
        "is" | "equals" => "==",
        _ => return None,
    })
}

/// The operator that is meant by a run of signs.
pub(super) fn operator(signs: &str) -> Option<&'static str> {
    OPERATORS.iter().find(|(written, _)| *written == signs).map(|&(_, here)| here)
}
