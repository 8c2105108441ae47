//! Each item that programs use most has an example in its documentation, which is short and fits.

use reflector_language::{read, sources};

const SOURCE: &str = "reflector-runtime/src/";

/// The columns of the code in an example.
const WIDTH: usize = 80;

/// The lines of an example, without hidden ones.
const LINES: usize = 15;

/// The file, and how the line of the declaration begins.
const ITEMS: [(&str, &str); 70] = [
    ("informer/handle.rs", "pub struct Informer<"),
    ("informer/handle.rs", "pub fn wait_for_sync("),
    ("informer/handle.rs", "pub fn health("),
    ("informer/handle.rs", "pub fn add_async_handler("),
    ("informer/handle.rs", "pub fn drain("),
    ("informer/ext.rs", "pub trait InformerExt:"),
    ("informer/ext.rs", "pub fn dynamic("),
    ("informer/builder.rs", "pub struct InformerBuilder<"),
    ("informer/builder.rs", "pub fn labels("),
    ("informer/builder.rs", "pub fn fields("),
    ("informer/builder.rs", "pub fn index("),
    ("informer/builder.rs", "pub fn wire_format("),
    ("informer/builder.rs", "pub fn transform<"),
    ("informer/builder.rs", "pub fn poll("),
    ("informer/builder.rs", "pub fn on_error<"),
    ("informer/builder.rs", "pub fn namespaces<"),
    ("informer/wait_once.rs", "pub fn wait_until<"),
    ("informer/event.rs", "pub enum Event<"),
    ("informer/subscription.rs", "pub struct Subscription<"),
    ("informer/subscription.rs", "pub async fn next_batch("),
    ("informer/subscription.rs", "pub fn filter_objects<"),
    ("informer/options.rs", "pub struct DeliveryOptions "),
    ("informer/handler.rs", "pub trait ResourceEventHandler<"),
    ("informer/handler.rs", "pub trait AsyncEventHandler<"),
    ("informer/handler.rs", "pub struct EventHandler<"),
    ("informer/handler.rs", "pub fn handler_fn<"),
    ("informer/filter.rs", "pub struct FilteredHandler<"),
    ("informer/stats.rs", "pub struct InformerStats "),
    ("informer_set/set.rs", "pub struct InformerSet "),
    ("informer_set/follow.rs", "pub struct KindFollower "),
    ("reflector/list_limiter.rs", "pub struct ListLimiter "),
    ("reflector/health.rs", "pub enum Health "),
    ("reflector/error.rs", "pub enum ReflectorError "),
    ("reflector/options.rs", "pub struct ReflectorOptions "),
    ("reflector/shell.rs", "pub struct Reflector<"),
    ("crd/mod.rs", "pub trait CheckCrd:"),
    ("store/lister.rs", "pub struct Lister<"),
    ("store/store.rs", "pub struct Store<"),
    ("store/query.rs", "pub struct Query<"),
    ("store/snapshot.rs", "pub struct Snapshot<"),
    ("store/overlay.rs", "pub struct Overlay<"),
    ("store/writer.rs", "pub struct Writer<"),
    ("store/wait.rs", "pub fn wait_until<"),
    ("store/wait.rs", "pub fn wait_for("),
    ("store/selector.rs", "pub struct Selector "),
    ("store/selector/label.rs", "pub struct Label<"),
    ("index/mod.rs", "pub struct Index<"),
    ("index/dynamic.rs", "pub struct DynamicIndex<"),
    ("list_watch/fields/mod.rs", "pub struct SelectableField<"),
    ("list_watch/mod.rs", "pub trait ListerWatcher<"),
    ("list_watch/kube_lister_watcher.rs", "pub struct KubeListerWatcher<"),
    ("delta_fifo/fifo.rs", "pub struct DeltaFifo<"),
    ("workqueue/queue.rs", "pub struct WorkQueue<"),
    ("workqueue/item.rs", "pub struct WorkItem<"),
    ("workqueue/priority.rs", "pub struct AddOptions "),
    ("workqueue/rate_limiter/mod.rs", "pub trait RateLimiter<"),
    ("reconcile/reconciler.rs", "pub struct Reconciler<"),
    ("reconcile/reconciler.rs", "pub fn owns<"),
    ("reconcile/reconciler.rs", "pub fn watches<"),
    ("reconcile/reconciler.rs", "pub fn rate_limit("),
    ("reconcile/reconciler.rs", "pub fn while_leader("),
    ("reconcile/context.rs", "pub struct Context<"),
    ("reconcile/next.rs", "pub enum Next "),
    ("reconcile/failing.rs", "pub struct FailingKeys "),
    ("reconcile/source.rs", "pub struct Source<"),
    ("reflect.rs", "pub trait Reflect:"),
    ("key.rs", "pub struct ObjectKey "),
    ("kube_runtime.rs", "pub fn watcher_events<"),
    ("kube_runtime.rs", "pub fn shared_stream<"),
    ("kube_runtime.rs", "pub fn touched_objects<"),
];

/// The documentation above a declaration, without slashes.
fn documentation(source: &str, declaration: &str) -> Option<String> {
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    let at = lines.iter().position(|line| line.starts_with(declaration))?;
    let above = lines[..at].iter().rev();
    let is_attribute = |line: &str| !line.is_empty() && !line.ends_with(['{', '}', ';']);
    let above: Vec<&str> =
        above.take_while(|line| line.starts_with("///") || is_attribute(line)).copied().collect();
    let documentation = above.iter().rev().filter_map(|line| line.strip_prefix("///"));
    Some(documentation.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n"))
}

/// The code blocks of Markdown: the text after the opening fence, and the code.
fn blocks(markdown: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in markdown.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(language), None) => open = Some((language, String::new())),
            (None, Some((_, code))) => {
                code.push_str(line);
                code.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

/// The lines that a reader sees.
fn shown(code: &str) -> Vec<&str> {
    code.lines().filter(|line| *line != "#" && !line.starts_with("# ")).collect()
}

/// What is wrong with the examples of an item.
fn problems(markdown: &str) -> Vec<String> {
    let blocks = blocks(markdown);
    let is_example = |language: &str| ["", "rust", "no_run", "should_panic"].contains(&language);
    let mut problems = Vec::new();
    if !blocks.iter().any(|(language, _)| is_example(language)) {
        problems.push("no example".to_owned());
    }
    for (language, code) in blocks {
        problems.extend(problems_of_block(language, &code));
        let lines = shown(&code).len();
        if lines > LINES {
            problems.push(format!("an example of {lines} lines"));
        }
    }
    problems
}

/// What is wrong with an example of any item.
fn problems_of_block(language: &str, code: &str) -> Vec<String> {
    let is_ignored = language.contains("ignore").then(|| "an example that is not compiled".to_owned());
    let wide = shown(code).into_iter().filter(|line| line.chars().count() > WIDTH);
    is_ignored.into_iter().chain(wide.map(|line| format!("more than {WIDTH} columns: {line}"))).collect()
}

#[test]
fn the_items_used_most_have_examples() {
    let mut wrong = Vec::new();
    for (file, declaration) in ITEMS {
        let documentation = documentation(&read(&format!("{SOURCE}{file}")), declaration);
        let documentation = documentation.unwrap_or_else(|| panic!("{file} has no `{declaration}`"));
        wrong.extend(
            problems(&documentation).into_iter().map(|what| format!("{file}: `{declaration}`: {what}")),
        );
    }
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

/// The documentation comments of a file, without slashes. Each begins with an empty line.
fn all_documentation(source: &str) -> String {
    let text = |line: &'_ str| {
        let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
        Some(text.strip_prefix(' ').unwrap_or(text).to_owned())
    };
    let lines = source.lines().map(|line| text(line.trim_start()).unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_example_is_compiled_and_fits() {
    let (mut wrong, mut found) = (Vec::new(), 0);
    for file in sources(&["rs"]).into_iter().filter(|file| file.starts_with(SOURCE)) {
        for (language, code) in blocks(&all_documentation(&read(&file))) {
            let problems = problems_of_block(language, &code);
            wrong.extend(problems.into_iter().map(|what| format!("{file}: {what}")));
            found += 1;
        }
    }
    assert!(found > ITEMS.len(), "only {found} examples were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_kind_of_problem_is_found() {
    let source = "/// ```\nfn a() {}\n/// Text {\n#[derive(Debug)]\npub struct B {\n}\n";
    assert_eq!(documentation(source, "pub struct B ").as_deref(), Some("Text {"));
    assert_eq!(documentation(source, "pub struct C "), None);
    assert_eq!(problems("Text."), ["no example"]);
    assert_eq!(problems("```text\na\n```"), ["no example"]);
    assert!(problems("```no_run\n# hidden\nlet a = 1;\n```").is_empty());
    assert_eq!(problems("```ignore\n```"), ["no example", "an example that is not compiled"]);
    assert_eq!(problems(&format!("```\n{}\n```", "a".repeat(81))).len(), 1);
    assert_eq!(problems(&format!("```\n# {}\n```", "a".repeat(81))).len(), 0);
    assert_eq!(problems(&format!("```\n{}```", "a\n".repeat(16))), ["an example of 16 lines"]);
}
