//! How does one input become another?
//!
//! On three levels: bytes, tokens, and lines.

use crate::hostile;
use crate::steps::Words;
use fastrand::Rng;
use handlelab::scenario::lexer::Lexer;
use handlelab::scenario::token::TokenKind;

/// Inputs longer than this are not made longer, so that slow ones are slow by themselves.
const LONGEST: usize = 64 * 1024;

/// What inputs are made of.
pub(crate) struct Corpus {
    /// Scenarios that hold, and whatever was kept.
    pub(crate) sound: Vec<Vec<u8>>,
    /// Scenarios that are wrong on purpose.
    pub(crate) broken: Vec<Vec<u8>>,
}

/// A new input from those that there are.
pub(crate) fn input(corpus: &Corpus, rng: &mut Rng) -> Vec<u8> {
    match rng.u8(0..20) {
        0 => return (0..rng.usize(0..300)).map(|_| rng.u8(..)).collect(),
        1 => return (0..rng.usize(0..80)).map(|_| hostile::word(rng) + " ").collect::<String>().into_bytes(),
        2..6 => return Words::scenario(rng).into_bytes(),
        _ => {}
    }
    let mut bytes = one_of(corpus, rng).to_vec();
    for _ in 0..rng.usize(1..6) {
        if bytes.len() > LONGEST {
            bytes.truncate(LONGEST);
        }
        let other = one_of(corpus, rng);
        bytes = match (rng.u8(0..5), str::from_utf8(&bytes), str::from_utf8(other)) {
            (1 | 2, Ok(text), _) => tokens(text, rng).into_bytes(),
            (3 | 4, Ok(text), Ok(other)) => lines(text, other, rng).into_bytes(),
            _ => changed_bytes(bytes, other, rng),
        };
    }
    bytes
}

fn one_of<'c>(corpus: &'c Corpus, rng: &mut Rng) -> &'c [u8] {
    let from = if rng.u8(0..5) == 0 { &corpus.broken } else { &corpus.sound };
    rng.choice(from).map_or(&[], Vec::as_slice)
}

/// A range of up to `longest` places among `length`.
fn range(length: usize, longest: usize, rng: &mut Rng) -> std::ops::Range<usize> {
    let start = rng.usize(0..=length);
    start..(start + rng.usize(1..=longest)).min(length)
}

fn changed_bytes(mut bytes: Vec<u8>, other: &[u8], rng: &mut Rng) -> Vec<u8> {
    let place = range(bytes.len(), 40, rng);
    match rng.u8(0..6) {
        0 => bytes[place].iter_mut().take(1).for_each(|byte| *byte = rng.u8(..)),
        1 => bytes[place].iter_mut().take(1).for_each(|byte| *byte ^= 1 << rng.u8(0..8)),
        2 => drop(bytes.drain(place)),
        3 => {
            let piece = bytes[place.clone()].repeat(rng.usize(1..4));
            bytes.splice(place.end..place.end, piece);
        }
        4 => {
            let from = range(other.len(), 200, rng);
            bytes.splice(place, other[from].iter().copied());
        }
        _ => {
            bytes.splice(place.start..place.start, hostile::sign(rng).bytes());
        }
    }
    bytes
}

fn tokens(text: &str, rng: &mut Rng) -> String {
    let found: Vec<_> = Lexer::new(text).collect();
    let mut pieces: Vec<String> = found.iter().map(|token| token.span.text(text).to_owned()).collect();
    let at = rng.usize(0..=pieces.len().saturating_sub(1));
    let Some(token) = found.get(at) else { return hostile::word(rng) };
    match rng.u8(0..8) {
        0 => drop(pieces.remove(at)),
        1 => pieces.insert(at, pieces[at].clone()),
        2 => pieces.swap(at, rng.usize(0..found.len())),
        3 => pieces.insert(at, hostile::word(rng)),
        _ => pieces[at] = instead_of(token.kind, &found, text, rng),
    }
    pieces.concat()
}

/// Something in a token's place that is mostly of its kind.
fn instead_of(
    kind: TokenKind,
    found: &[handlelab::scenario::token::Token],
    text: &str,
    rng: &mut Rng,
) -> String {
    let alike: Vec<_> = found.iter().filter(|token| token.kind == kind).collect();
    match (kind, rng.u8(0..4)) {
        (_, 0) => hostile::word(rng),
        (TokenKind::Number, 1..) => hostile::number(rng).to_owned(),
        (TokenKind::Text, 1) => hostile::text(rng).to_owned(),
        (TokenKind::Word, 1) => hostile::name(rng).to_owned(),
        (TokenKind::Word | TokenKind::Text, _) => {
            rng.choice(alike).map_or_else(String::new, |token| token.span.text(text).to_owned())
        }
        _ => hostile::sign(rng).to_owned(),
    }
}

fn lines(text: &str, other: &str, rng: &mut Rng) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let place = range(lines.len(), 4, rng);
    match rng.u8(0..7) {
        0 => drop(lines.drain(place)),
        1 => {
            let again = lines[place.clone()].to_vec();
            lines.splice(place.end..place.end, again);
        }
        2 => {
            let moved: Vec<String> = lines.drain(place).collect();
            let to = rng.usize(0..=lines.len());
            lines.splice(to..to, moved);
        }
        3 => {
            let others: Vec<String> = other.split_inclusive('\n').map(str::to_owned).collect();
            let from = range(others.len(), 8, rng);
            lines.splice(place, others[from].to_vec());
        }
        _ => {
            let words = Words::of(text);
            for _ in 0..rng.usize(1..8) {
                let line = words.line(rng) + "\n";
                lines.insert(rng.usize(0..=lines.len()), line);
            }
        }
    }
    lines.concat()
}
