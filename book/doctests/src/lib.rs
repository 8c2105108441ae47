//! Every chapter of the book, and the README, as documentation tests: a snippet that does not compile fails.

/// One module for each chapter.
macro_rules! chapters {
    ($($name:ident = $path:literal;)+) => {$(
        #[cfg(doctest)]
        #[doc = include_str!(concat!("../../", $path))]
        mod $name {}
    )+

        /// The chapters that are tested, as paths below `book/`.
        #[cfg(test)]
        const CHAPTERS: &[&str] = &[$($path),+];
    };
}

chapters! {
    readme = "../README.md";
    introduction = "src/introduction.md";
    getting_started = "src/getting-started.md";
    derive = "src/derive.md";
    how_it_works = "src/how-it-works.md";
    when_things_go_wrong = "src/when-things-go-wrong.md";
    testing = "src/testing.md";
    beside_others = "src/beside-others.md";
    conformance = "src/conformance.md";
}

#[cfg(test)]
mod tests {
    use super::CHAPTERS;

    #[test]
    fn every_chapter_of_the_summary_is_tested() {
        let summary = include_str!("../../src/SUMMARY.md");
        for link in summary.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(CHAPTERS.contains(&format!("src/{link}").as_str()), "{link} has no line in `chapters!`");
        }
    }

    /// The snippet of the first page, of the README and of the test that runs it are one.
    #[test]
    fn the_first_page_is_what_runs() {
        let snippet = |text: &str| {
            let start = text.find("#[derive(CustomResource, Reflect").expect("the snippet");
            let text = text[start..].split("\n}\n```").next().expect("its end");
            let text = text.split("\n# }\n```").next().expect("its end");
            // The book hides what only the compiler needs; the README cannot.
            let lines = text.lines().map(|line| line.strip_prefix("# ").unwrap_or(line));
            lines.collect::<Vec<_>>().join("\n")
        };
        let page = snippet(include_str!("../../src/getting-started.md"));
        assert_eq!(snippet(include_str!("../../../README.md")), page);
        let runs = include_str!("../tests/first_page.rs");
        assert!(runs.contains(&page), "tests/first_page.rs does not hold this:\n{page}");
    }
    /// A promise that names its test must name one that there is.
    #[test]
    fn every_test_that_is_named_exists() {
        const SOURCES: &[(&str, &str)] = &[
            ("bad_input", include_str!("../../../reflector-runtime/tests/bad_input.rs")),
            ("core", include_str!("../../../reflector-runtime/src/reflector/core/tests.rs")),
            ("decode", include_str!("../../../reflector-runtime/src/wire/decode.rs")),
            ("delta_fifo", include_str!("../../../reflector-runtime/src/delta_fifo/tests.rs")),
            ("indexer", include_str!("../../../reflector-runtime/src/store/writer.rs")),
            ("informer", include_str!("../../../reflector-runtime/tests/informer.rs")),
            ("list", include_str!("../../../reflector-runtime/src/wire/list.rs")),
            ("recovery", include_str!("../../../reflector-runtime/tests/recovery.rs")),
            ("redact", include_str!("../../../reflector-runtime/src/wire/redact.rs")),
            ("ui", include_str!("../../../tests/ui/tests/derive/indexes.rs")),
        ];
        let page = include_str!("../../src/beside-others.md");
        let mut named = 0;
        for (file, test) in page.split('`').filter_map(|code| code.split_once("::")) {
            let (_, source) = SOURCES.iter().find(|(name, _)| *name == file).expect(file);
            assert!(source.contains(&format!("fn {test}(")), "{file} has no test {test}");
            named += 1;
        }
        assert!(named >= 19, "the page names {named} tests");
    }
}
