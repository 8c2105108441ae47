//! The frames of a terminal, drawn into a buffer.

use std::time::Duration;

use ratatui::{Terminal, backend::TestBackend, style::Color};
use reflector_dashboard::{
    draw::{draw, to_buffer, to_text},
    faults::{Disturbance, Key},
    state::State,
    watched::Observation,
};
use reflector_runtime::{Health, InformerStats, Reason, RelistCause, VersionOrder};
use tokio::time::Instant;

fn synced() -> Health {
    Health::Synced {
        since: Instant::now(),
        resource_version: "1".to_owned(),
        version_order: VersionOrder::Ordered,
    }
}

fn observation(health: Health, objects: usize) -> Observation {
    let mut stats = InformerStats::default();
    stats.objects = objects;
    stats.bytes_received = 1536;
    stats.queued_items = 3;
    stats.relists.insert(RelistCause::Failure(Reason::Expired), 2);
    stats.failures.insert(Reason::Expired, 4);
    Observation { health, stats, json_bytes: 5 * 1024 * 1024 }
}

async fn state() -> State {
    let mut state = State::new("embedded server");
    let degraded = Health::Degraded {
        since: Instant::now(),
        reason: Reason::ConnectionFailed,
        failures: 2,
        next_retry: Instant::now() + Duration::from_millis(3200),
    };
    state.sample([("pods", observation(synced(), 240)), ("nodes", observation(synced(), 12))]);
    tokio::time::advance(Duration::from_secs(2)).await;
    let mut changed = observation(synced(), 241);
    changed.stats.events.updated = 50;
    state.sample([("pods", changed), ("nodes", observation(degraded, 12))]);
    state.log("configmaps: resourceVersion expired (410)");
    state.memory = Some(20 * 1024 * 1024);
    state.disturbances = vec![Disturbance { key: Key::Cut, is_active: true, requests: 7 }];
    state
}

#[tokio::test(start_paused = true)]
async fn a_frame_contains_everything() {
    let text = to_text(&state().await);
    let lines: Vec<&str> = text.lines().collect();
    let line = |start: &str| {
        let found = lines.iter().find(|line| line.starts_with(start));
        found
            .unwrap_or_else(|| panic!("no line {start:?}:\n{text}"))
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(line("Reflector"), "Reflector informers of the embedded server memory 20.0 M 00:02.0");
    assert_eq!(line("informer"), "informer health objects events/s queue lag JSON received relists fails");
    assert_eq!(line("pods"), "pods synced 241 25.0 3 - 5.0 M 1.5 K 2 4");
    assert_eq!(line("nodes"), "nodes connection failed, retry in 1.2 s 12 0.0 3 - 5.0 M 1.5 K 2 4");
    assert!(text.contains("● cut               7 requests"), "{text}");
    assert!(text.contains("nodes: connection refused"), "{text}");
    assert!(
        text.contains("c cut   s slow server   x compact   d deny ConfigMaps   h slow handlers   q quit"),
        "{text}"
    );
    assert!(text.contains("events per second: 25"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn colors_show_the_health() {
    let buffer = to_buffer(&state().await);
    let color = |start: &str| {
        let y = (0..buffer.area.height)
            .find(|y| (0..).zip(start.chars()).all(|(x, c)| buffer[(x, *y)].symbol() == c.to_string()))
            .expect("a row");
        // The second column.
        buffer[(11, y)].fg
    };
    assert_eq!((color("pods"), color("nodes")), (Color::Green, Color::Red));
}

/// A small terminal shows less, and no size panics.
#[tokio::test(start_paused = true)]
async fn every_size_can_be_drawn() {
    let state = state().await;
    for (width, height) in [(0, 0), (1, 1), (10, 3), (40, 10), (80, 24), (300, 100)] {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| draw(frame, &state)).expect("a frame");
        if height >= 24 {
            let text: String =
                terminal.backend().buffer().content().iter().map(ratatui::buffer::Cell::symbol).collect();
            assert!(text.contains("pods"), "{width}x{height}: {text}");
        }
    }
}

/// The lines of a terminal of this size.
async fn lines(width: u16, height: u16) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let state = state().await;
    terminal.draw(|frame| draw(frame, &state)).unwrap();
    let buffer = terminal.backend().buffer();
    let line = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(line).collect()
}

#[tokio::test(start_paused = true)]
async fn a_small_terminal_shows_whole_words() {
    let lines = lines(80, 24).await;
    assert!(lines[0].starts_with("Reflector  informers of the embedded server  "), "{lines:#?}");
    assert!(lines[0].ends_with("memory 20.0 M  00:02.0"), "{lines:#?}");
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(&lines[2]), "informer health objects events/s queue lag relists fails");
    assert_eq!(words(&lines[4]), "nodes connection failed, 1.2 s 12 0.0 3 - 2 4");
    assert!(lines[23].ends_with("q quit"), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains(" disturbances ") && line.contains(" log ")), "{lines:#?}");
    // The longest message.
    assert!(
        lines.iter().any(|line| line.ends_with("configmaps: resourceVersion expired (410)")),
        "{lines:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_tiny_terminal_shows_the_health_and_all_keys() {
    let lines = lines(40, 10).await;
    let expected = [
        "Reflector  informers of the embe 00:02.0",
        "────────────────────────────────────────",
        "informer   health",
        "pods       synced",
        "nodes      connection failed, 1.2 s",
        "",
        "",
        "c cut   s slow server   x compact",
        "d deny ConfigMaps   h slow handlers",
        "q quit",
    ];
    assert_eq!(lines, expected);
}
