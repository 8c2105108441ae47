//! Compiles every snippet in the book and the README as a documentation test.

/// Declares one module per chapter.
macro_rules! chapters {
    ($($name:ident = $path:literal;)+) => {$(
        #[cfg(doctest)]
        #[doc = include_str!(concat!("../../", $path))]
        mod $name {}
    )+

        /// The tested chapters, as paths relative to `book/`.
        #[cfg(test)]
        const CHAPTERS: &[&str] = &[$($path),+];
    };
}

chapters! {
    readme = "../README.md";
    introduction = "src/introduction.md";
    getting_started = "src/getting-started.md";
    guide = "src/guide/index.md";
    guide_crd = "src/guide/crd.md";
    guide_cache = "src/guide/cache.md";
    guide_index = "src/guide/index-by-field.md";
    guide_handler = "src/guide/handler.md";
    guide_reconcile = "src/guide/reconcile.md";
    guide_owned = "src/guide/owned.md";
    guide_health = "src/guide/health.md";
    guide_metrics = "src/guide/metrics.md";
    guide_testing = "src/guide/testing.md";
    guide_deployment = "src/guide/deployment.md";
    break_it = "src/break-it.md";
    faq = "src/faq.md";
    derive = "src/derive.md";
    reading = "src/reading.md";
    events = "src/events.md";
    how_it_works = "src/how-it-works.md";
    wire_format = "src/wire-format.md";
    performance = "src/performance.md";
    guarantees = "src/guarantees.md";
    many_informers = "src/many-informers.md";
    error_handling = "src/error-handling.md";
    error_messages = "src/error-messages.md";
    monitoring = "src/monitoring.md";
    reconcile = "src/reconcile.md";
    from_client_go = "src/from-client-go.md";
    from_kube_rs = "src/from-kube-rs.md";
    deploying = "src/deploying.md";
    testing = "src/testing.md";
    comparison = "src/comparison.md";
    conformance = "src/conformance.md";
}

#[cfg(test)]
mod tests {
    use super::CHAPTERS;

    #[test]
    fn every_chapter_of_the_summary_is_tested() {
        let summary = include_str!("../../src/SUMMARY.md");
        for link in summary.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(CHAPTERS.contains(&format!("src/{link}").as_str()), "{link} is missing from `chapters!`");
        }
    }

    /// The snippet is the same in "Getting started" and in the test that runs it.
    #[test]
    fn the_getting_started_snippet_is_tested() {
        let snippet = |text: &str| {
            let start = text.find("#[derive(CustomResource, Reflect").expect("no snippet found");
            let text = text[start..].split("\n}\n```").next().expect("the snippet has no end");
            let text = text.split("\n# }\n```").next().expect("the snippet has no end");
            // The book hides lines that only the compiler needs.
            let lines = text.lines().map(|line| line.strip_prefix("# ").unwrap_or(line));
            lines.collect::<Vec<_>>().join("\n")
        };
        let page = snippet(include_str!("../../src/getting-started.md"));
        let test = include_str!("../tests/getting_started.rs");
        assert!(test.contains(&page), "tests/getting_started.rs does not contain this snippet:\n{page}");
    }

    /// The README is read at widths that cut longer lines.
    #[test]
    fn the_code_in_the_readme_fits() {
        let mut in_code = false;
        for (number, line) in include_str!("../../../README.md").lines().enumerate() {
            if line.starts_with("```") {
                in_code = !in_code;
            }
            let columns = line.chars().count();
            assert!(!in_code || columns <= 80, "line {}: {columns} columns", number + 1);
        }
    }

    /// The table of "Moving from kube-rs" contains the number of lines of the snippets, which are compiled.
    #[test]
    fn the_lines_of_the_ported_programs_are_counted() {
        let page = include_str!("../../src/from-kube-rs.md");
        let snippets = page.split("```rust,no_run\n").skip(1).filter_map(|rest| rest.split("```").next());
        let lines: Vec<usize> =
            snippets.map(|code| code.lines().filter(|line| !line.trim().is_empty()).count()).collect();
        let table = page.split("Lines of code, without blank lines").nth(1).expect("the table exists");
        let cells = table.lines().filter(|line| line.starts_with('|')).flat_map(|row| row.split('|'));
        let counted: Vec<usize> = cells.filter_map(|cell| cell.trim().parse().ok()).collect();
        assert_eq!(lines.len(), 6, "three programs, before and after");
        assert_eq!(counted, lines);
    }

    /// The table of metrics has one row for each metric, with its kind, labels and description.
    #[test]
    fn the_table_of_metrics_agrees_with_the_code() {
        let page = include_str!("../../src/monitoring.md");
        let is_row = |line: &&str| line.starts_with("| `reflector_") || line.starts_with("| `informer_");
        let rows: Vec<&str> = page.lines().filter(is_row).collect();
        let expected: Vec<String> = reflector_runtime::metrics::ALL
            .iter()
            .map(|metric| {
                let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
                let (name, kind, labels) = (metric.name, metric.kind.as_str(), labels.join(", "));
                format!("| `{name}` | {kind} | {labels} | {} |", metric.help).replace("|  |", "| |")
            })
            .collect();
        assert_eq!(rows, expected, "the rows must be:\n{}", expected.join("\n"));
    }

    /// Every test that the comparison names must exist.
    #[test]
    fn every_named_test_exists() {
        const SOURCES: &[(&str, &str)] = &[
            ("bad_input", include_str!("../../../reflector-runtime/tests/bad_input.rs")),
            ("core", include_str!("../../../reflector-runtime/src/reflector/core/tests.rs")),
            ("decode", include_str!("../../../reflector-runtime/src/wire/decode/tests.rs")),
            ("delta_fifo", include_str!("../../../reflector-runtime/src/delta_fifo/tests.rs")),
            ("informer", include_str!("../../../reflector-runtime/tests/informer.rs")),
            ("limits", include_str!("../../../reflector-runtime/tests/lenient/limits.rs")),
            ("list", include_str!("../../../reflector-runtime/src/wire/list.rs")),
            ("lists", include_str!("../../../reflector-runtime/tests/lenient/lists.rs")),
            ("order", include_str!("../../../reflector-runtime/src/reflector/core/tests/order.rs")),
            ("panics", include_str!("../../../reflector-runtime/tests/panics.rs")),
            ("recovery", include_str!("../../../reflector-runtime/tests/recovery.rs")),
            ("redact", include_str!("../../../reflector-runtime/src/wire/redact.rs")),
            ("responses", include_str!("../../../reflector-runtime/tests/lenient/responses.rs")),
            ("retries", include_str!("../../../reflector-runtime/src/reflector/core/tests/retries.rs")),
            ("types", include_str!("../../../reflector-runtime/tests/lenient/types.rs")),
            ("ui", include_str!("../../../tests/ui/tests/derive/indexes.rs")),
            ("versions", include_str!("../../../reflector-runtime/tests/versions.rs")),
            ("watches", include_str!("../../../reflector-runtime/tests/lenient/watches.rs")),
            ("writer", include_str!("../../../reflector-runtime/src/store/writer.rs")),
        ];
        let page = include_str!("../../src/comparison.md");
        let mut named = 0;
        for (file, test) in page.split('`').filter_map(|code| code.split_once("::")) {
            let (_, source) = SOURCES
                .iter()
                .find(|(name, _)| *name == file)
                .unwrap_or_else(|| panic!("`{file}` is missing from SOURCES"));
            assert!(source.contains(&format!("fn {test}(")), "`{file}` has no test `{test}`");
            named += 1;
        }
        assert!(named >= 36, "the page names only {named} tests");
    }
}
