//! Any sequence of answers leads to a bounded number of requests: random and adversarial servers under a virtual clock.

mod support;

use std::time::Duration;

use fastrand::Rng;
use reflector_apiserver::{Answer, RequestMatcher, Status, Step};
use reflector_runtime::{InitialListStrategy, Reflect as _};
use serde_json::{Value, json};
use support::{Widget, end_bookmark, list_at, request_lines, server, widget_at};
use tokio::time::Instant;

/// How many requests an hour may have: one backoff of at least 0.8 s for a few requests, growing to 30 s; a watch at most
/// every second.
const MAX_REQUESTS_PER_HOUR: usize = 5000;

/// How many requests may follow each other within ten seconds.
const MAX_BURST: usize = 60;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

struct Adversary {
    random: Rng,
    version: u32,
    tokens: u32,
}

impl Adversary {
    fn version(&mut self) -> String {
        self.version = match self.random.u32(..10) {
            0 => self.version.saturating_sub(self.random.u32(..50)),
            1 | 2 => self.version,
            _ => self.version + self.random.u32(1..4),
        };
        match self.random.u32(..30) {
            0 => format!("opaque-{}", self.version),
            1 => "0".to_owned(),
            _ => self.version.to_string(),
        }
    }

    fn widget(&mut self) -> Value {
        let (name, version) = (self.random.choice(NAMES).unwrap_or("a"), self.version());
        let mut widget = widget_at(name, &version, "red");
        if self.random.u32(..5) == 0 {
            widget["metadata"]["uid"] = json!(format!("other-{}", self.random.u32(..2)));
        }
        match self.random.u32(..20) {
            0 => widget["kind"] = json!("Gadget"),
            1 => widget["spec"] = json!(7),
            2 => widget["metadata"] = json!(null),
            _ => {}
        }
        widget
    }

    fn error(&mut self) -> Answer {
        let code = self.random.choice([400, 401, 403, 404, 405, 409, 410, 418, 429, 500, 502, 503, 504]);
        match self.random.u32(..6) {
            0 => Answer::refused(),
            1 => Answer::bytes(200, "<html>please log in</html>").header("content-type", "text/html"),
            2 => Answer::bytes(302, "").header("location", "/elsewhere"),
            _ => Answer::status(&Status::for_code(code.unwrap_or(500))),
        }
    }

    fn list(&mut self) -> Answer {
        if self.random.u32(..4) == 0 {
            return self.error();
        }
        let items: Vec<Value> = (0..self.random.usize(..4)).map(|_| self.widget()).collect();
        let version = self.version();
        let mut list = list_at(&version, &items);
        match self.random.u32(..10) {
            0 => list["metadata"]["continue"] = json!("the same token"),
            1 | 2 => {
                self.tokens += 1;
                list["metadata"]["continue"] = json!(format!("token-{}", self.tokens));
            }
            3 => list["metadata"] = json!({}),
            4 => list["kind"] = json!("Table"),
            5 => list["items"] = json!(7),
            _ => {}
        }
        Answer::json(200, &list)
    }

    fn watch(&mut self) -> Answer {
        if self.random.u32(..4) == 0 {
            return self.error();
        }
        let count = self.random.usize(..5);
        let mut steps: Vec<Step> = (0..count).map(|_| self.step()).collect();
        match self.random.u32(..6) {
            0 => steps.push(Step::error(&Status::for_code(410))),
            1 => steps.push(Step::Cut),
            2 => steps.push(Step::Pause(Duration::from_millis(self.random.u64(..3000)))),
            _ => {}
        }
        Answer::watch(steps)
    }

    fn step(&mut self) -> Step {
        let version = self.version();
        match self.random.u32(..10) {
            0 => Step::event("BOOKMARK", end_bookmark(&version, "true")),
            1 => Step::event("BOOKMARK", end_bookmark(&version, "no")),
            2 => Step::bytes("{\"type\":\n"),
            3 => Step::event("SURPRISE", self.widget()),
            4 | 5 => Step::event("DELETED", self.widget()),
            6 | 7 => Step::event("ADDED", self.widget()),
            _ => Step::event("MODIFIED", self.widget()),
        }
    }
}

/// Each kind of answer comes in runs: only what persists can cause a loop.
fn in_runs(random: &mut Rng, mut answer: impl FnMut() -> Answer) -> Vec<Answer> {
    let mut answers = Vec::new();
    while answers.len() < 3000 {
        let one = answer();
        let times = if random.u32(..3) == 0 { random.usize(1..40) } else { 1 };
        answers.extend(std::iter::repeat_n(one, times));
    }
    answers
}

#[tokio::test(start_paused = true)]
async fn no_sequence_of_answers_causes_a_request_loop() {
    for seed in 0..30 {
        let mut random = Rng::with_seed(seed);
        let mut adversary = Adversary { random: random.fork(), version: 1_000_000, tokens: 0 };
        let server = server();
        let lists = in_runs(&mut random, || adversary.list());
        let watches = in_runs(&mut random, || adversary.watch());
        server.faults().script(RequestMatcher::list("widgets"), lists);
        server.faults().script(RequestMatcher::watch("widgets"), watches);
        let strategy = random.choice([
            InitialListStrategy::WatchList,
            InitialListStrategy::List,
            InitialListStrategy::PagedList,
        ]);
        let informer = Widget::informer(server.client())
            .initial_list_strategy(strategy.unwrap_or_default())
            .options(|options| options.seed = Some(seed))
            .start();
        let (start, mut before) = (Instant::now(), 0);
        while start.elapsed() < Duration::from_secs(3600) {
            tokio::time::sleep(Duration::from_secs(10)).await;
            let sent = request_lines(&server).len();
            assert!(sent - before <= MAX_BURST, "seed {seed}: {} requests in 10 s", sent - before);
            before = sent;
        }
        assert!(before <= MAX_REQUESTS_PER_HOUR, "seed {seed}: {before} requests in an hour");
        assert!(informer.lister().len() <= NAMES.len(), "seed {seed}: objects that no list or event showed");
        // Whatever happened: a server that answers correctly is followed again. Its versions are lower than those before,
        // as after a restore: the same versions with another history cannot be distinguished.
        server.faults().clear();
        support::create(&server, "recovered", "red");
        let recovered = Instant::now();
        while informer.lister().get("default", "recovered").is_none() {
            tokio::time::sleep(Duration::from_secs(10)).await;
            let requests = request_lines(&server);
            assert!(
                recovered.elapsed() < Duration::from_secs(1800),
                "seed {seed}: {} after {:?}",
                *informer.health().borrow(),
                &requests[requests.len() - 10..]
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_without_an_end_do_not_loop() {
    let page = |token: String| {
        let mut list = list_at("10", &[widget_at("a", "5", "red")]);
        list["metadata"]["continue"] = json!(token);
        Answer::json(200, &list)
    };
    let repeated: Vec<Answer> = (0..5000).map(|_| page("t".to_owned())).collect();
    let growing: Vec<Answer> = (0..5000).map(|number| page(format!("t{number}"))).collect();
    for pages in [repeated, growing] {
        let server = server();
        server.faults().script(RequestMatcher::list("widgets"), pages);
        let informer =
            Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::PagedList).start();
        let error = informer.wait_for_sync().await.unwrap_err();
        assert!(error.to_string().contains("the pages of the list never end"), "{error}");
        tokio::time::sleep(Duration::from_secs(600)).await;
        let sent = request_lines(&server).len();
        assert!(sent < 200, "{sent} requests in ten minutes");
    }
}
