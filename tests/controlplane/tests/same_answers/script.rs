//! The script: API calls as data, read from `script/*.http`. Must not know the servers.
//!
//! ```text
//! ### the purpose of the call
//! # a comment
//! @keep name = /json/pointer
//! GET /path?with={{name}}
//! Header: value
//!
//! body
//! ```

/// One `###` section.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) directives: Vec<Directive>,
    pub(crate) action: Action,
}

/// The action of a step.
#[derive(Debug)]
pub(crate) enum Action {
    /// Sends a request and reads the complete response.
    Call(Request),
    /// Sends a watch request, reads the given number of events and closes the connection.
    Watch(Request, Events),
    /// Sends a watch request and keeps it open under a name, for later reads.
    Open(Request, String),
    /// Reads events from an open watch.
    Read(String, Events),
    /// Discards the server's history before the current resourceVersion.
    DiscardHistory,
}

/// How many events of a watch are read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Events {
    /// This many events.
    Count(usize),
    /// All events until the server closes the watch.
    All,
}

/// A request that may contain `{{variables}}`.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// An additional instruction for an action.
#[derive(Debug)]
pub(crate) enum Directive {
    /// Stores a value of the response in a variable.
    Keep { variable: String, pointer: String },
    /// Repeats the action, with a limit, until the response has this value at the pointer (`*`: any value). Only the
    /// last response is recorded.
    Until { pointer: String, value: String },
    /// Keeps only those items of the list at the pointer that have one of these values at `of_item`, because the
    /// embedded server does not implement everything.
    Only { pointer: String, of_item: String, values: Vec<String> },
}

/// Returns every step of every file, in order.
pub(crate) fn script() -> Vec<(&'static str, Step)> {
    FILES.iter().flat_map(|(file, text)| steps(text).map(move |step| (*file, step))).collect()
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("script/", $name, ".http")))),*];
    };
}

files![
    "01-discovery",
    "02-config-maps",
    "03-refusals",
    "04-custom-resources",
    "05-patches",
    "06-apply",
    "07-lists",
    "08-watches",
    "09-deletion",
    "10-representations",
    "11-built-in-types",
    "12-changed-crds",
    "13-forgotten-history",
    "14-protobuf",
];

fn steps(text: &str) -> impl Iterator<Item = Step> + '_ {
    text.split("\n### ").filter_map(|section| {
        let section = section.strip_prefix("### ").unwrap_or(section);
        let (name, rest) = section.split_once('\n')?;
        (!name.starts_with('#')).then(|| step(name.trim(), rest))
    })
}

fn step(name: &str, text: &str) -> Step {
    let mut directives = Vec::new();
    let mut events = None;
    let mut open = None;
    let mut read = None;
    let mut lines = text.lines();
    let mut request_line = None;
    for line in lines.by_ref() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] | ["#", ..] => {}
            ["@keep", variable, "=", pointer] => {
                directives.push(Directive::Keep { variable: (*variable).into(), pointer: (*pointer).into() });
            }
            ["@until", pointer, "=", value @ ..] => {
                directives.push(Directive::Until { pointer: (*pointer).into(), value: value.join(" ") });
            }
            ["@only", pointer, of_item, "=", values] => directives.push(Directive::Only {
                pointer: (*pointer).into(),
                of_item: (*of_item).into(),
                values: values.split(',').map(str::to_owned).collect(),
            }),
            ["@events", "all"] => events = Some(Events::All),
            ["@events", count] => events = Some(Events::Count(count.parse().expect("a number of events"))),
            ["@open", watch] => open = Some((*watch).to_owned()),
            ["@read", watch] => read = Some((*watch).to_owned()),
            ["@discard", "history"] => {
                return Step { name: name.into(), directives, action: Action::DiscardHistory };
            }
            [method, target] => {
                request_line = Some((*method, *target));
                break;
            }
            other => panic!("{name}: unknown directive {other:?}"),
        }
    }
    let request = request_line.map(|(method, target)| request(method, target, lines));
    let action = match (request, open, read, events) {
        (Some(request), None, None, None) => Action::Call(request),
        (Some(request), None, None, Some(events)) => Action::Watch(request, events),
        (Some(request), Some(watch), None, None) => Action::Open(request, watch),
        (None, None, Some(watch), Some(events)) => Action::Read(watch, events),
        other => panic!("{name}: {other:?} cannot be combined"),
    };
    Step { name: name.into(), directives, action }
}

fn request<'a>(method: &str, target: &str, mut lines: impl Iterator<Item = &'a str>) -> Request {
    let headers = lines.by_ref().map_while(|line| line.split_once(": ")).map(own).collect();
    let body = lines.collect::<Vec<_>>().join("\n").trim_end().to_owned();
    Request { method: method.into(), target: target.into(), headers, body }
}

fn own((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
