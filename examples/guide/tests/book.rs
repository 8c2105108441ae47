//! The programs print what the book shows: each block that begins with
//! `$ cargo run --example …` is compared with the real output.
//!
//! `UPDATE_EXPECT=1` rewrites the blocks. The test runs the executables, which
//! `cargo test -p reflector-guide` builds first.

#[path = "../../tests/support/executable.rs"]
mod executable;

use std::{fs, path::PathBuf, process::Command};

use executable::executable;

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../book/src");

/// How a block of output begins.
const BLOCK: &str = "```text\n$ cargo run --example ";

/// The columns of the book.
const WIDTH: usize = 80;

/// What the program prints, in lines that fit into the book.
fn output(program: &str, arguments: &[&str]) -> String {
    let run = Command::new(executable(program)).args(arguments).output();
    let run = run.expect("the program starts");
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{program} {arguments:?} failed:\n{errors}");
    let text = String::from_utf8(run.stdout).expect("UTF-8");
    text.lines().map(wrapped).collect()
}

/// A line, and its continuation if it is too long.
fn wrapped(line: &str) -> String {
    let mut rows = vec![String::new()];
    for word in line.split(' ').flat_map(parts) {
        let row = rows.last_mut().expect("at least one row");
        let space = usize::from(!row.trim().is_empty());
        if row.len() + space + word.len() > WIDTH && space == 1 {
            rows.push(format!("    {word}"));
        } else {
            row.push_str(&" ".repeat(space));
            row.push_str(word);
        }
    }
    let rows: Vec<&str> = rows.iter().map(|row| row.trim_end()).collect();
    format!("{}\n", rows.join("\n"))
}

/// A word, in two parts if it fits into no line.
fn parts(word: &str) -> Vec<&str> {
    let comma =
        word.char_indices().filter(|(_, it)| *it == ',').map(|(at, _)| at);
    match comma.take_while(|at| *at < WIDTH).last() {
        Some(at) if word.len() > WIDTH => vec![&word[..=at], &word[at + 1..]],
        _ => vec![word],
    }
}

/// All pages of the book.
fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![PathBuf::from(BOOK)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("a folder of the book");
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "md") {
                pages.push(path);
            }
        }
    }
    pages
}

/// The commands of all pages, such as `guide -- cache`.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split(BLOCK).skip(1);
    blocks.filter_map(|it| it.lines().next()).map(str::to_owned).collect()
}

/// The page with the output of each command.
fn with_output(page: &str) -> String {
    let mut parts = page.split(BLOCK);
    let mut updated = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let command = part.lines().next().unwrap_or_default();
        let words: Vec<&str> = command.split(' ').collect();
        let [program, "--", arguments @ ..] = words.as_slice() else {
            panic!("not a command of the guide: {command}");
        };
        let rest = part.split_once("```").map(|(_, rest)| rest);
        let rest = rest.unwrap_or_else(|| panic!("no end: {command}"));
        let output = output(program, arguments);
        updated += BLOCK;
        updated += &[command, "\n", &output, "```", rest].concat();
    }
    updated
}

#[test]
fn the_programs_print_what_the_book_shows() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut found = 0;
    for path in pages() {
        let page = fs::read_to_string(&path).expect("a page");
        let updated = with_output(&page);
        found += commands(&page).len();
        if update {
            fs::write(&path, &updated).expect("a page");
        } else {
            let name = path.display();
            assert_eq!(page, updated, "{name}: run with UPDATE_EXPECT=1");
        }
    }
    assert!(found >= 29, "only {found} blocks were found");
}

/// Nothing is left out.
#[test]
fn the_book_shows_every_stage_and_every_fault() {
    let pages = pages();
    let shown: Vec<String> = pages
        .iter()
        .flat_map(|path| commands(&fs::read_to_string(path).expect("a page")))
        .collect();
    let faults = output("break_it", &[]);
    let help = output("guide", &["--help"]);
    let stages = help
        .lines()
        .skip_while(|line| !line.contains("Arguments:"))
        .filter_map(|line| line.trim().strip_prefix("- "))
        .filter_map(|line| line.split([':', ' ']).next())
        .filter(|stage| *stage != "all");
    let stages: Vec<String> =
        stages.map(|stage| format!("guide -- {stage}")).collect();
    assert!(stages.len() >= 9, "{help}");
    let faults = faults.lines().map(|fault| format!("break_it -- {fault}"));
    for command in stages.into_iter().chain(faults) {
        assert!(shown.contains(&command), "the book does not show {command}");
    }
}

#[test]
fn long_lines_are_wrapped_and_short_ones_are_kept() {
    let word = "a".repeat(50);
    assert_eq!(
        wrapped(&format!("{word} {word}")),
        format!("{word}\n    {word}\n")
    );
    let list = format!("{word},{word}");
    assert_eq!(wrapped(&list), format!("{word},\n    {word}\n"));
    assert_eq!(wrapped("a b"), "a b\n");
    assert_eq!(wrapped("a:   b"), "a:   b\n");
}

/// The faults would break the cluster.
#[test]
fn the_faults_do_not_run_on_a_cluster() {
    let run = Command::new(executable("break_it")).arg("--cluster").output();
    let run = run.expect("the program starts");
    let errors = String::from_utf8_lossy(&run.stderr);
    let reason = "the faults are those of the in-process API server";
    assert!(!run.status.success() && errors.contains(reason), "{errors}");
}
