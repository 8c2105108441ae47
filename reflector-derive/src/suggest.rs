//! "Did you mean" hints: finds the known word closest to an unknown one.

/// The known word that `word` most likely misspells.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // At most a third of the letters may differ, but one difference is always accepted.
    let limit = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The end of an error message: `; did you mean ...?`, or an empty string.
pub(crate) fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map(|word| format!("; did you mean `{word}`?")).unwrap_or_default()
}

/// Edit distance: insertions, deletions, substitutions and swaps of adjacent characters (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last_a = None;
    for (i, ca) in a.chars().enumerate() {
        let mut row = vec![i + 1];
        let mut last_b = None;
        let (mut left, mut diagonal) = (i + 1, i);
        for (j, &cb) in b.iter().enumerate() {
            let up = above.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            let mut best = (up + 1).min(left + 1).min(diagonal + usize::from(ca != cb));
            if last_a == Some(cb)
                && last_b == Some(ca)
                && let Some(swap) = j.checked_sub(1).and_then(|j| before.get(j))
            {
                best = best.min(swap + 1);
            }
            (left, diagonal, last_b) = (best, up, Some(cb));
            row.push(best);
        }
        before = above;
        above = row;
        last_a = Some(ca);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        for (a, b, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kind", "kind", 0),
            ("kid", "kind", 1),
            ("knid", "kind", 1),
            ("verison", "version", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), edits, "{a} {b}");
            assert_eq!(distance(b, a), edits, "{b} {a}");
        }
    }

    #[test]
    fn only_likely_words_are_suggested() {
        let known = ["group", "version", "kind", "index"];
        assert_eq!(nearest("verison", known), Some("version"));
        assert_eq!(nearest("indexes", known), Some("index"));
        assert_eq!(nearest("colour", known), None);
    }
}
