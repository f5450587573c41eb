//! How are comments kept that most lines do not have?
//!
//! A tree of a million lines is mostly made of steps and arguments without comments: a comment that is not there takes no more
//! room than a pointer.

use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// The text of a comment that stands behind something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Comment(Box<Box<str>>);

impl Deref for Comment {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<T: Into<Box<str>>> From<T> for Comment {
    fn from(text: T) -> Comment {
        Comment(Box::new(text.into()))
    }
}

/// The texts of comments that stand on lines of their own, in order; most often there are none.
///
/// ```
/// use handlelab::scenario::tree::{Comment, Comments};
///
/// let comments = Comments::from(vec![" who may signal it".to_owned()]);
/// assert_eq!(comments.first().map(String::as_str), Some(" who may signal it"));
/// assert_eq!(Comments::from(vec![]), Comments::default());
/// assert_eq!(Comment::from(" here").len(), 5, "a comment is read like a text");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Comments(Option<Box<Box<[String]>>>);

impl Deref for Comments {
    type Target = [String];

    fn deref(&self) -> &[String] {
        self.0.as_deref().map_or(&[], |texts| texts)
    }
}

impl From<Vec<String>> for Comments {
    fn from(texts: Vec<String>) -> Comments {
        // No comments are one and the same value, however they came about.
        Comments((!texts.is_empty()).then(|| Box::new(texts.into_boxed_slice())))
    }
}

impl From<Comments> for Vec<String> {
    fn from(comments: Comments) -> Vec<String> {
        comments.0.map(|texts| texts.into_vec()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_that_are_missing_take_the_room_of_a_pointer() {
        assert_eq!(size_of::<Option<Comment>>(), size_of::<usize>());
        assert_eq!(size_of::<Comments>(), size_of::<usize>());
    }

    #[test]
    fn comments_are_the_texts_that_they_were_made_of() {
        for texts in [vec![], vec![" one".to_owned(), String::new()]] {
            let comments = Comments::from(texts.clone());
            assert_eq!(*comments, *texts);
            assert_eq!(comments.is_empty(), comments == Comments::default());
            assert_eq!(Vec::from(comments), texts);
        }
        assert_eq!(*Comment::from(" why"), *" why");
    }
}
