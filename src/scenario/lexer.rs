//! How does a text become tokens?
//!
//! Every byte of the text belongs to exactly one token, so the tokens written one behind the other are the text again.
//! Nothing is refused here: what cannot be read is a token too, of a kind that says so, and the parser finds the words
//! for it. A token is a kind and a place; no memory is asked for.
//!
//! ```
//! use handlelab::scenario::lexer::Lexer;
//! use handlelab::scenario::token::TokenKind;
//!
//! let kinds: Vec<TokenKind> = Lexer::new("p: x").map(|token| token.kind).collect();
//! assert_eq!(kinds, [TokenKind::Word, TokenKind::Colon, TokenKind::Blank, TokenKind::Word]);
//! ```

use super::span::Span;
use super::token::{Token, TokenKind};

/// The tokens of a text, one after the other.
///
/// ```
/// use handlelab::scenario::lexer::Lexer;
///
/// let text = "p: h = #4 // odd\n";
/// let mut lexer = Lexer::new(text);
/// let pieces: String = lexer.by_ref().map(|token| token.span.text(text)).collect();
/// assert_eq!(pieces, text, "nothing is left out, not even what means nothing");
/// assert_eq!(lexer.position(), text.len());
/// ```
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    source: &'a str,
    at: usize,
    /// False as soon as somebody has looked for a `*/` and found none: nobody need look again.
    block_comments_close: bool,
}

impl<'a> Lexer<'a> {
    /// A lexer at the start of `source`.
    pub fn new(source: &'a str) -> Lexer<'a> {
        Lexer { source, at: 0, block_comments_close: true }
    }

    /// Where the next token starts.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Steps over spaces and tabs, for whoever has no use for these tokens, the most frequent of all.
    #[inline(always)]
    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.byte(self.at), b' ' | b'\t') {
            self.at += 1;
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    // The parser calls this at one place, ten times a line.
    #[inline(always)]
    fn next(&mut self) -> Option<Token> {
        let start = self.at;
        let first = *self.source.as_bytes().get(start)?;
        let (kind, end) = self.token(first, start);
        self.at = end;
        Some(Token { kind, span: Span::new(start, end) })
    }
}

impl Lexer<'_> {
    /// The kind of the token at `start`, whose first byte is `first`, and the byte behind it. Words and signs that stand for
    /// themselves are most of a file.
    #[inline(always)]
    fn token(&mut self, first: u8, start: usize) -> (TokenKind, usize) {
        if (first.is_ascii_alphabetic() || first == b'_') && !(first == b'L' && self.byte(start + 1) == b'"')
        {
            return (TokenKind::Word, self.end_of_run(start + 1, is_word));
        }
        match ALONE[usize::from(first)] {
            Some(kind) => (kind, start + 1),
            None => self.other_token(first, start),
        }
    }

    /// The same of all other tokens.
    fn other_token(&mut self, first: u8, start: usize) -> (TokenKind, usize) {
        use TokenKind::*;
        let second = self.byte(start + 1);
        let one = |kind| (kind, start + 1);
        let two = |kind| (kind, start + 2);
        match first {
            b' ' | b'\t' => (Blank, self.end_of_run(start, |byte| matches!(byte, b' ' | b'\t'))),
            b'\r' if second == b'\n' => two(Newline),
            b'\r' | 0x0B | 0x0C => one(Blank),
            b'L' => self.text(start + 2),
            b'0'..=b'9' => (Number, self.end_of_number(start)),
            b'"' => self.text(start + 1),
            b'/' => self.slash(start, second),
            b'=' if second == b'=' => two(Equal),
            b'=' if second == b'>' => two(Arrow),
            b'=' => one(Assign),
            b'!' if second == b'=' => two(NotEqual),
            b'!' => one(Not),
            b'<' if second == b'=' => two(LessOrEqual),
            b'<' => one(Less),
            b'>' if second == b'=' => two(GreaterOrEqual),
            b'>' => one(Greater),
            b'&' if second == b'&' => two(And),
            b'&' => one(Ampersand),
            b'|' if second == b'|' => two(Or),
            b'|' => one(Pipe),
            _ => self.odd(start),
        }
    }

    /// The byte at `at`, or 0 behind the end.
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.source.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// The first position from `at` on whose byte does not belong.
    #[inline]
    fn end_of_run(&self, at: usize, belongs: impl Fn(u8) -> bool) -> usize {
        let rest = self.source.as_bytes().get(at..).unwrap_or_default();
        at + rest.iter().position(|&byte| !belongs(byte)).unwrap_or(rest.len())
    }

    /// A dot belongs to the number when a digit follows, so that `1.5` can be refused as one thing.
    fn end_of_number(&self, at: usize) -> usize {
        let end = self.end_of_run(at, is_word);
        if self.byte(end) == b'.' && self.byte(end + 1).is_ascii_digit() {
            self.end_of_run(end, |byte| is_word(byte) || byte == b'.')
        } else {
            end
        }
    }

    /// The end of the line that `at` stands in, without its line end.
    fn end_of_line(&self, at: usize) -> usize {
        let end = self.end_of_run(at, |byte| byte != b'\n');
        let line = self.source.as_bytes().get(at..end).unwrap_or_default();
        let ends_in_return = line.ends_with(b"\r") && self.byte(end) == b'\n';
        end - usize::from(ends_in_return)
    }

    /// A string whose opening quote stands in front of `inside`.
    fn text(&self, inside: usize) -> (TokenKind, usize) {
        let mut at = inside;
        loop {
            at = self.end_of_run(at, |byte| !matches!(byte, b'"' | b'\\' | b'\n'));
            match self.byte(at) {
                b'"' => return (TokenKind::Text, at + 1),
                b'\\' if matches!(self.byte(at + 1), b'"' | b'\\') => at += 2,
                b'\\' => at += 1,
                _ => return (TokenKind::UnclosedText, self.end_of_line(inside)),
            }
        }
    }

    /// What starts with a slash: comments of three kinds, or nothing.
    fn slash(&mut self, start: usize, second: u8) -> (TokenKind, usize) {
        match second {
            b'/' if self.byte(start + 2) == b'/' && self.byte(start + 3) != b'/' => {
                (TokenKind::Narration, self.end_of_line(start + 3))
            }
            b'/' => (TokenKind::Comment, self.end_of_line(start + 2)),
            b'*' => (TokenKind::BlockComment, self.end_of_block(start + 2)),
            _ => (TokenKind::Unknown, start + 1),
        }
    }

    fn end_of_block(&mut self, inside: usize) -> usize {
        let close = self.block_comments_close.then(|| self.source[inside..].find("*/")).flatten();
        self.block_comments_close = close.is_some();
        close.map_or_else(|| self.end_of_line(inside), |length| inside + length + 2)
    }

    /// Everything else: blanks of a rarer kind, text in foreign quotes, and characters without a meaning.
    fn odd(&self, start: usize) -> (TokenKind, usize) {
        let mut chars = self.source[start..].chars();
        let first = chars.next().unwrap_or_default();
        let end = start + first.len_utf8();
        if first == '\u{A0}' || (first == '\u{FEFF}' && start == 0) {
            return (TokenKind::Blank, end);
        }
        // The search for the closing quote ends at any quote or at the line's end, so no byte is looked at twice.
        if is_odd_quote(first)
            && let Some((length, close)) =
                chars.as_str().char_indices().find(|&(_, c)| is_odd_quote(c) || c == '"' || c == '\n')
            && close != '\n'
        {
            return (TokenKind::OddText, end + length + close.len_utf8());
        }
        (TokenKind::Unknown, end)
    }
}

#[inline]
fn is_word(byte: u8) -> bool {
    WORD_BYTES[usize::from(byte)]
}

/// Which bytes words are made of. Most of a file is words: looking a byte up takes less than asking for its ranges.
static WORD_BYTES: [bool; 256] = {
    let (mut table, mut byte) = ([false; 256], 0);
    while byte < table.len() {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};

/// The bytes that are tokens by themselves, whatever follows them.
static ALONE: [Option<TokenKind>; 256] = {
    let mut table = [None; 256];
    table[b'\n' as usize] = Some(TokenKind::Newline);
    table[b':' as usize] = Some(TokenKind::Colon);
    table[b';' as usize] = Some(TokenKind::Semicolon);
    table[b',' as usize] = Some(TokenKind::Comma);
    table[b'.' as usize] = Some(TokenKind::Dot);
    table[b'?' as usize] = Some(TokenKind::Question);
    table[b'(' as usize] = Some(TokenKind::LeftParen);
    table[b')' as usize] = Some(TokenKind::RightParen);
    table[b'[' as usize] = Some(TokenKind::LeftBracket);
    table[b']' as usize] = Some(TokenKind::RightBracket);
    table[b'+' as usize] = Some(TokenKind::Plus);
    table[b'-' as usize] = Some(TokenKind::Minus);
    table[b'~' as usize] = Some(TokenKind::Tilde);
    table
};

/// The quotes of other languages and of word processors.
fn is_odd_quote(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '‘' | '’' | '‚' | '“' | '”' | '„' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::TokenKind::*;
    use super::*;

    /// The tokens of `source` but blanks, each with its text.
    fn tokens(source: &str) -> Vec<(TokenKind, &str)> {
        Lexer::new(source)
            .filter(|token| token.kind != Blank)
            .map(|token| (token.kind, token.span.text(source)))
            .collect()
    }

    fn kinds(source: &str) -> Vec<TokenKind> {
        tokens(source).into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn a_step_falls_into_its_pieces() {
        let source = "p.t: h = F(&x, 0x1F, \"a\") => TRUE // why";
        let expected = [
            (Word, "p"),
            (Dot, "."),
            (Word, "t"),
            (Colon, ":"),
            (Word, "h"),
            (Assign, "="),
            (Word, "F"),
            (LeftParen, "("),
            (Ampersand, "&"),
            (Word, "x"),
            (Comma, ","),
            (Number, "0x1F"),
            (Comma, ","),
            (Text, "\"a\""),
            (RightParen, ")"),
            (Arrow, "=>"),
            (Word, "TRUE"),
            (Comment, "// why"),
        ];
        assert_eq!(tokens(source), expected);
    }

    #[test]
    fn a_return_belongs_to_the_end_of_the_line_only_in_front_of_it() {
        let kinds_and_texts = tokens("// a\r\n//\r\n// b\rc\n// d\r");
        let comments = ["// a", "//", "// b\rc", "// d\r"].map(|text| (Comment, text));
        assert!(kinds_and_texts.into_iter().filter(|(kind, _)| *kind == Comment).eq(comments));
    }

    #[test]
    fn a_string_ends_at_the_end_of_its_line_whatever_stands_there() {
        assert_eq!(tokens("\"a\\\nb\"")[0], (UnclosedText, "\"a\\"));
        assert_eq!(tokens("\"a\\\"b\\\\\" c")[0], (Text, "\"a\\\"b\\\\\""));
    }

    #[test]
    fn the_longest_operator_wins() {
        assert_eq!(kinds("= == => ==>"), [Assign, Equal, Arrow, Equal, Greater]);
        assert_eq!(kinds("! != < <= > >="), [Not, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]);
        assert_eq!(kinds("& && | || + - ~ ?"), [Ampersand, And, Pipe, Or, Plus, Minus, Tilde, Question]);
    }

    #[test]
    fn exactly_three_slashes_are_narration() {
        assert_eq!(
            kinds("//\n///\n////\n/// /"),
            [Comment, Newline, Narration, Newline, Comment, Newline, Narration]
        );
    }

    #[test]
    fn slashes_inside_a_string_are_text() {
        assert_eq!(tokens("\"a // b\" // c"), [(Text, "\"a // b\""), (Comment, "// c")]);
    }

    #[test]
    fn a_string_ends_at_the_first_quote_without_a_backslash() {
        assert_eq!(
            tokens(r#""a\"b" L"c\\" "d"#),
            [(Text, r#""a\"b""#), (Text, r#"L"c\\""#), (UnclosedText, "\"d")]
        );
    }

    #[test]
    fn an_unclosed_string_ends_with_its_line() {
        assert_eq!(tokens("\"a\\\r\nb"), [(UnclosedText, "\"a\\"), (Newline, "\r\n"), (Word, "b")]);
    }

    #[test]
    fn both_line_ends_and_a_byte_order_mark_are_known() {
        assert_eq!(
            tokens("\u{FEFF}a // c\r\nb\n"),
            [(Word, "a"), (Comment, "// c"), (Newline, "\r\n"), (Word, "b"), (Newline, "\n")]
        );
    }

    #[test]
    fn a_number_takes_all_that_hangs_on_it() {
        assert_eq!(
            tokens("12ab 1.5 1.a 0xFFul"),
            [(Number, "12ab"), (Number, "1.5"), (Number, "1"), (Dot, "."), (Word, "a"), (Number, "0xFFul")]
        );
    }

    #[test]
    fn tabs_and_non_breaking_spaces_are_blanks() {
        assert_eq!(kinds("a\t\u{A0}b"), [Word, Word]);
    }

    #[test]
    fn mistakes_are_tokens_too() {
        assert_eq!(
            tokens("'a' “b” # ' ö"),
            [(OddText, "'a'"), (OddText, "“b”"), (Unknown, "#"), (Unknown, "'"), (Unknown, "ö")]
        );
        assert_eq!(
            tokens("/* a\nb */ c /* d\ne"),
            [(BlockComment, "/* a\nb */"), (Word, "c"), (BlockComment, "/* d"), (Newline, "\n"), (Word, "e")]
        );
    }
}
