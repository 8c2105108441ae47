//! Dependencies between the runtime's modules have one direction.

use reflector_language::{Token, read, sources, tokens};
use regex::Regex;

/// The modules of `reflector-runtime`, from the bottom up: each may use only those before it.
const MODULES: [&str; 28] = [
    "sync",
    "blocks",
    "limits",
    "mismatch",
    "managed_fields",
    "version",
    "causes",
    "key",
    "index",
    "resource_type",
    "crd",
    "metrics",
    "keyed_queue",
    "store",
    "protobuf",
    "wire",
    "list_watch",
    "backoff",
    "discovery",
    "delta_fifo",
    "reflector",
    "informer",
    "workqueue",
    "reconcile",
    "kube_runtime",
    "reflect",
    "informer_set",
    "private",
];

const SOURCE: &str = "reflector-runtime/src/";

#[test]
fn no_module_depends_on_one_above_it() {
    let absolute = Regex::new(r"crate::(?:\{([^;]*)\}|(\w+))").expect("valid");
    let mut wrong = Vec::new();
    let mut checked = 0;
    for file in sources(&["rs"]) {
        let Some(path) = file.strip_prefix(SOURCE) else { continue };
        let module = path.split(['/', '.']).next().unwrap_or_default();
        let Some(rank) = MODULES.iter().position(|name| *name == module) else {
            assert!(["lib", "testing"].contains(&module), "{module} is missing from the list of modules");
            continue;
        };
        checked += 1;
        let code = code(&read(&file));
        for found in absolute.captures_iter(&code) {
            let names = match (found.get(1), found.get(2)) {
                (Some(group), _) => top_level(group.as_str()),
                (None, Some(name)) => vec![name.as_str().to_owned()],
                (None, None) => Vec::new(),
            };
            for name in names {
                if MODULES.iter().position(|other| *other == name).is_some_and(|other| other > rank) {
                    wrong.push(format!("{file}: `{module}` must not use `{name}`"));
                }
            }
        }
    }
    assert!(checked > 60, "only {checked} files were checked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The code of a file, without comments, strings and unit tests.
fn code(source: &str) -> String {
    let is_test_file = source.starts_with("#![cfg(test)]");
    let code: String = tokens(source)
        .into_iter()
        .map(|(_, token)| match token {
            Token::Code(code) => code,
            Token::Comment(_) | Token::String(_) => " ".to_owned(),
        })
        .collect();
    if is_test_file {
        String::new()
    } else {
        code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
    }
}

/// The first names of a group such as `key::{a, b}, store::c`.
fn top_level(group: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let mut names = vec![String::new()];
    let mut in_name = true;
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(String::new());
                in_name = true;
            }
            ':' if depth == 0 => in_name = false,
            other if depth == 0 && in_name && !other.is_whitespace() => {
                if let Some(name) = names.last_mut() {
                    name.push(other);
                }
            }
            _ => {}
        }
    }
    names
}

#[test]
fn groups_of_imports_are_read() {
    assert_eq!(top_level("key::{a, b}, store::c, wire"), ["key", "store", "wire"]);
    assert_eq!(
        code("use crate::a; // crate::b\n#[cfg(test)]\nmod tests { use crate::c; }").trim(),
        "use crate::a;"
    );
}
