//! What are the smallest pieces of a scenario's text?
//!
//! ```
//! use handlelab::scenario::token::TokenKind;
//!
//! assert!(TokenKind::Equal.compares() && !TokenKind::Assign.compares());
//! ```

use super::span::Span;

/// A piece of text: what it is and where it stands.
///
/// ```
/// use handlelab::scenario::lexer::Lexer;
/// use handlelab::scenario::token::TokenKind;
///
/// let text = "check a == b";
/// let compares: Vec<_> = Lexer::new(text).filter(|token| token.kind.compares()).collect();
/// assert_eq!(compares[0].span.text(text), "==");
/// assert!(TokenKind::Newline.ends_line() && !TokenKind::Semicolon.compares());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// What a piece of text can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// Spaces, tabs and whatever else shows nothing and means nothing.
    Blank,
    /// The end of a line: `\n` or `\r\n`.
    Newline,
    /// `// text`, up to the end of the line.
    Comment,
    /// `/// text`, up to the end of the line.
    Narration,
    /// A letter or `_`, then letters, digits and `_`.
    Word,
    /// A digit and all that hangs on it, be it a number or not.
    Number,
    /// `"text"` or `L"text"`
    Text,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `?`
    Question,
    /// `=`
    Assign,
    /// `=>`
    Arrow,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
    /// `&`
    Ampersand,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `!`
    Not,
    /// `~`
    Tilde,
    /// A mistake: a string without a closing quote, up to the end of the line.
    UnclosedText,
    /// A mistake: text in quotes that are not `"`.
    OddText,
    /// A mistake: `/* text */`, or `/*` and the rest of its line where no `*/` follows.
    BlockComment,
    /// A mistake: one character that the language does not use.
    Unknown,
    /// Behind the last token of a text; a lexer never gives it.
    End,
}

impl TokenKind {
    /// Does it compare two values?
    pub fn compares(self) -> bool {
        matches!(
            self,
            TokenKind::Equal
                | TokenKind::NotEqual
                | TokenKind::Less
                | TokenKind::LessOrEqual
                | TokenKind::Greater
                | TokenKind::GreaterOrEqual
        )
    }

    /// Is it blanks, a line's end or a comment?
    pub(super) fn is_layout(self) -> bool {
        matches!(
            self,
            TokenKind::Blank
                | TokenKind::Newline
                | TokenKind::Comment
                | TokenKind::Narration
                | TokenKind::BlockComment
        )
    }

    /// Does a line end here, for somebody who does not care about comments?
    pub fn ends_line(self) -> bool {
        matches!(self, TokenKind::Newline | TokenKind::Comment | TokenKind::Narration | TokenKind::End)
    }
}
