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
    how_it_works = "src/how-it-works.md";
    when_things_go_wrong = "src/when-things-go-wrong.md";
    testing = "src/testing.md";
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

    /// The snippet of the first page and of the README are one.
    #[test]
    fn the_readme_shows_the_first_page() {
        let snippet = |text: &'static str| {
            let start = text.find("#[derive(CustomResource, Reflect").expect("the snippet");
            text[start..].split("\n```").next().expect("its end")
        };
        let page = snippet(include_str!("../../src/getting-started.md"));
        assert_eq!(snippet(include_str!("../../../README.md")), page);
    }
}
