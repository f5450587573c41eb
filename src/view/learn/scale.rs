//! How many points is it worth?

/// Points as the course counts them.
///
/// ```
/// use handlelab::view::learn::Scale;
///
/// assert_eq!(Scale::default().points(2, 3), 2.0, "one point for each thing that is wanted");
/// assert_eq!(Scale { most: Some(10.0) }.points(2, 3), 6.6667);
/// assert_eq!(Scale { most: Some(10.0) }.points(3, 3), 10.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scale {
    /// What a solved exercise is worth; one point for each thing that is wanted, if nothing is said.
    pub most: Option<f64>,
}

impl Scale {
    /// What `points` of `of` are worth.
    pub fn points(self, points: usize, of: usize) -> f64 {
        match self.most {
            None => points as f64,
            Some(most) => {
                let exact = points as f64 * most / of.max(1) as f64;
                (exact * 10_000.0).round() / 10_000.0
            }
        }
    }
}
