//! The project's prose uses standard terms. Each entry has the word that is not used, and what to write instead.

use reflector_language::prose;
use regex::Regex;

/// Patterns, and their replacements.
const WORDS: [(&str, &str); 26] = [
    (r"\b(told|tells?|telling)\b", "report, deliver, emit; \"contains\" or \"says\" for a text"),
    (r"\banew\b", "again, or recreate, re-list"),
    (r"\bpass(es|ed|ing)? over\b", "skip"),
    (r"\bstands?\b", "is in, is placed on, represents"),
    (
        r"\bbehind (the |its |their )?(last )?(versions?|resourceVersions?|lists?|events?|items?|bookmark)\b",
        "after",
    ),
    (r"\bbeside\b", "alongside, compared with, next to"),
    (r"\bis no (longer )?[a-z]+ ?:", "is not a valid"),
    (r"\bmakes no URL\b", "cannot build the URL"),
    (r"\b(rooms?|houses?)\b", "module"),
    (r"\bdata's way\b", "data flow"),
    (r"\bwhat is held\b", "the cached object"),
    (r"\bwas not shown\b", "missing from the list"),
    (r"\bnobody\b", "no subscriber, no caller"),
    (r"\bwho(so)?ever\b", "each subscriber, each caller"),
    (r"\bwho left\b", "dropped subscribers"),
    (r"\bcom(es?|ing) to nothing\b", "has no effect, fails"),
    (r"\bworth waking\b", "should wake the consumer"),
    (r"\b(is|are|be|left) left alone\b", "is not contacted until"),
    (r"\btaken for dead\b", "considered dead"),
    (r"\bmend(s|ed|ing)?\b", "fix, succeed on retry"),
    (r"\bwhat there was\b", "the initial list"),
    (r"\bgoes one way\b", "flows in one direction"),
    (r"\bfor ever\b", "forever, indefinitely"),
    (r"\bin vain\b", "without effect"),
    (r"\b(broke|breaks|broken) off\b", "interrupted"),
    (r"\bran? back\b", "go backwards"),
];

/// Where one of the words is right: the file, and a part of the line.
const ALLOWED: [(&str, &str); 2] = [
    // The list itself.
    ("tests/language/tests/words.rs", ""),
    ("tests/language/src/lib.rs", "told"),
];

#[test]
fn prose_uses_standard_terms() {
    let words: Vec<(Regex, &str)> = WORDS
        .iter()
        .map(|(pattern, instead)| (Regex::new(&format!("(?i){pattern}")).expect("a valid pattern"), *instead))
        .collect();
    let mut found = Vec::new();
    let prose = prose();
    assert!(prose.len() > 5000, "only {} lines of prose were found", prose.len());
    for line in prose {
        let is_allowed = |(file, part): &(&str, &str)| line.file == *file && line.text.contains(part);
        if ALLOWED.iter().any(is_allowed) {
            continue;
        }
        for (pattern, instead) in &words {
            if let Some(word) = pattern.find(&line.text) {
                found.push(format!(
                    "{}:{}: `{}`: write {instead}\n    {}",
                    line.file,
                    line.line,
                    word.as_str(),
                    line.text.trim()
                ));
            }
        }
    }
    assert!(found.is_empty(), "{} places need another word:\n{}", found.len(), found.join("\n"));
}
