//! Which word did somebody mean who wrote another one?
//!
//! ```
//! use handlelab::scenario::suggest::closest;
//!
//! assert_eq!(closest("CloseHandel", ["SetEvent", "CloseHandle"]), Some("CloseHandle"));
//! assert_eq!(closest("printf", ["SetEvent", "CloseHandle"]), None);
//! ```

/// The word among `among` that `word` is most probably a slip of, if there is one. Capitals do not matter; a third of
/// the letters may be wrong, missing, too many or swapped.
pub fn closest<'a>(word: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    among
        .into_iter()
        .filter_map(|candidate| Some((slips(word, candidate)?, candidate)))
        .min_by_key(|&(slips, _)| slips)
        .map(|(_, candidate)| candidate)
}

/// All words among `among` that `word` may be a slip of, the most probable first.
///
/// ```
/// use handlelab::kernel::CallSpec;
/// use handlelab::scenario::suggest::alike;
///
/// let names = CallSpec::all().iter().map(|call| call.name);
/// assert_eq!(alike("OpenEvents", names)[0], "OpenEvent");
/// ```
pub fn alike<'a>(word: &str, among: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let slips = |candidate| Some((slips(word, candidate)?, candidate));
    let mut found: Vec<(usize, &str)> = among.into_iter().filter_map(slips).collect();
    found.sort_by_key(|&(slips, _)| slips);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// How many slips lead from `candidate` to `word`; nothing if it is too many to be a slip at all.
fn slips(word: &str, candidate: &str) -> Option<usize> {
    let most = candidate.len() / 3;
    // Comparing takes as long as the two lengths multiplied, and `word` may be as long as a file.
    if word.len().abs_diff(candidate.len()) > most {
        return None;
    }
    let slips = strsim::osa_distance(&word.to_lowercase(), &candidate.to_lowercase());
    (slips <= most).then_some(slips)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 5] = ["process", "check", "end", "CloseHandle", "no"];

    #[test]
    fn a_slip_is_recognised() {
        assert_eq!(closest("proces", WORDS), Some("process"));
        assert_eq!(closest("chekc", WORDS), Some("check"));
        assert_eq!(closest("closehandel", WORDS), Some("CloseHandle"));
    }

    #[test]
    fn all_words_that_may_be_meant_are_found_the_nearest_first() {
        assert_eq!(alike("goal", ["boat", "goat", "goal", "process"]), ["goal", "goat"]);
    }

    #[test]
    fn capitals_do_not_matter() {
        assert_eq!(closest("END", WORDS), Some("end"));
    }

    #[test]
    fn another_word_is_no_slip() {
        assert_eq!(closest("parent", WORDS), None);
        assert_eq!(closest("on", WORDS), None);
        assert_eq!(closest("", WORDS), None);
    }

    #[test]
    fn the_nearest_word_wins_and_among_equals_the_first() {
        assert_eq!(closest("goat", ["goal", "boat"]), Some("goal"));
        assert_eq!(closest("boat", ["goal", "boat"]), Some("boat"));
    }
}
