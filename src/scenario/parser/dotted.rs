//! Which name, or names joined by dots, stand here?

use super::super::lexer::Lexer;
use super::super::span::Span;
use super::super::token::TokenKind;
use super::super::tree::{Name, Path};
use super::{Parser, Read};
use smol_str::SmolStr;

/// Names joined by dots, or one name, as they stand in the text. Small, where [`Path`] and [`Name`] are large: it is made
/// into one of them where it finds its place in the tree.
#[derive(Clone, Copy)]
pub(super) struct Dotted<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
    pub(super) dots: u32,
    /// Does nothing but names and dots stand there: no blanks, comments, ends of lines?
    in_one_piece: bool,
}

impl Dotted<'_> {
    #[inline(always)]
    pub(super) fn path(self) -> Path {
        let text = if self.in_one_piece { kept(self.text) } else { self.without_layout() };
        Path { text, span: self.span }
    }

    /// As it would be written in one piece.
    #[cold]
    pub(super) fn tidy(self) -> SmolStr {
        self.path().text
    }

    /// For one name without dots.
    pub(super) fn name(self) -> Name {
        Name { text: kept(self.text), span: self.span }
    }

    #[cold]
    fn without_layout(self) -> SmolStr {
        Lexer::new(self.text)
            .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Dot))
            .map(|token| token.span.text(self.text))
            .collect()
    }
}

impl<'a> Parser<'a> {
    /// Reads names joined by dots, the first of which is `here`. Most have no dot.
    #[inline(always)]
    pub(super) fn dotted(&mut self) -> Read<Dotted<'a>> {
        let span = self.here.span;
        self.advance();
        if self.is(TokenKind::Dot) {
            return self.dotted_behind(span);
        }
        Ok(Dotted { text: self.text(span), span, dots: 0, in_one_piece: true })
    }

    /// Reads the dots behind the first name, which stands at `span`, with the names behind them.
    fn dotted_behind(&mut self, mut span: Span) -> Read<Dotted<'a>> {
        let (mut dots, mut in_one_piece) = (0, true);
        while self.is(TokenKind::Dot) {
            in_one_piece &= self.here.span.start == span.end;
            span.end = self.here.span.end;
            self.advance();
            if !self.is(TokenKind::Word) {
                return Err(self.expected("a name behind the dot", &["parent.hEvent"]));
            }
            dots += 1;
            in_one_piece &= self.here.span.start == span.end;
            span.end = self.here.span.end;
            self.advance();
        }
        Ok(Dotted { text: self.text(span), span, dots, in_one_piece })
    }
}

/// `text` to keep. Short texts are what there is most of, and for them this is the faster way.
#[inline(always)]
fn kept(text: &str) -> SmolStr {
    const LONGEST_INLINE: usize = 23;
    if text.len() <= LONGEST_INLINE { SmolStr::new_inline(text) } else { SmolStr::new(text) }
}
