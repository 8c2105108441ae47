//! A reader finds the answer: search terms occur, the first questions are answered, and links lead somewhere.

mod pages;

use std::path::Path;

use pages::pages;

/// What newcomers search for: the first operator, from client-go, and from kube-rs. The check in a browser searches for the
/// same terms.
const TERMS: &str = include_str!("../../search-terms.txt");

#[test]
fn each_search_term_occurs() {
    let text: String = pages()
        .iter()
        // A table of results, in which everything occurs.
        .filter(|page| page.name != "conformance.md")
        .map(|page| page.text.to_lowercase())
        .collect();
    assert_eq!(TERMS.lines().count(), 37);
    let missing: Vec<_> = TERMS.lines().filter(|term| !text.contains(&term.to_lowercase())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn each_link_leads_to_a_page_and_a_heading() {
    let pages = pages();
    let mut links = 0;
    for page in &pages {
        let is_page = |target: &str| Path::new(target).extension().is_some_and(|it| it == "md");
        for (target, anchor) in page.links().into_iter().filter(|(target, _)| is_page(target)) {
            let name = &page.name;
            let found = pages.iter().find(|page| page.name == target);
            let found = found.unwrap_or_else(|| panic!("{name} links to {target}, which does not exist"));
            if let Some(anchor) = anchor {
                let anchors = found.anchors();
                assert!(anchors.contains(&anchor), "{name}: {target} has no #{anchor}: {anchors:?}");
            }
            links += 1;
        }
    }
    assert!(links >= 100, "only {links} links were found");
}

/// Each question has an answer that links to more.
#[test]
fn each_first_question_is_answered() {
    let pages = pages();
    let faq = pages.iter().find(|page| page.name == "faq.md").expect("the page of questions");
    let answers: Vec<&str> = faq.text.split("\n### ").skip(1).collect();
    assert!(answers.len() >= 45, "{} questions", answers.len());
    for answer in answers {
        let question = answer.lines().next().unwrap_or_default();
        assert!(question.ends_with('?'), "{question}");
        assert!(answer.contains("]("), "no link: {question}");
    }
}
