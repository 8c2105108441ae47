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

/// The Rust name of a field, from its name in JSON: `nodeName`, `podIP`, `clusterIPs`.
pub(crate) fn rust_name(json: &str) -> String {
    let letters: Vec<char> = json.chars().collect();
    let mut name = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before)).copied();
        let after = letters.get(at + 1).copied();
        let starts_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                // The last capital of several starts a word, unless a plural `s` ends the name.
                !before.is_uppercase()
                    || (after.is_some_and(char::is_lowercase) && letters.get(at + 1..) != Some(&['s']))
            });
        if starts_word && before != Some('_') {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// A name for the index at this path: `by_` and the last field.
pub(crate) fn index_name(path: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let last = path.rsplit(|c: char| !is_part(c)).find(|part| part.starts_with(char::is_alphabetic));
    format!("by_{}", rust_name(last.unwrap_or("field")))
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

/// The usual name in JSON of a Rust field: `nodeName` of `node_name`.
pub(crate) fn json_name(rust: &str) -> String {
    let mut parts = rust.split('_').filter(|part| !part.is_empty());
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut characters = part.chars();
        name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(characters.as_str());
    }
    name
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
    fn names_in_json_have_a_rust_name() {
        for (json, rust) in [
            ("nodeName", "node_name"),
            ("ownerReferences", "owner_references"),
            ("podIP", "pod_ip"),
            ("clusterIPs", "cluster_ips"),
            ("hostIPC", "host_ipc"),
            ("externalID", "external_id"),
            ("HTTPRoute", "http_route"),
            ("name", "name"),
            ("node_name", "node_name"),
        ] {
            assert_eq!(rust_name(json), rust);
        }
        assert_eq!(["node_name", "name", "_a_b"].map(json_name), ["nodeName", "name", "aB"]);
        assert_eq!(index_name("spec.parts[].nodeName"), "by_node_name");
        assert_eq!(index_name("spec.r#type"), "by_type");
        assert_eq!(index_name("?"), "by_field");
    }

    #[test]
    fn only_likely_words_are_suggested() {
        let known = ["group", "version", "kind", "index"];
        assert_eq!(nearest("verison", known), Some("version"));
        assert_eq!(nearest("indexes", known), Some("index"));
        assert_eq!(nearest("colour", known), None);
    }
}
