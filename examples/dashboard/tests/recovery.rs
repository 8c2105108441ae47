//! Each key: its fault affects requests, the informers show it, and recover from it.

use std::time::Duration;

use reflector_apiserver::ApiServer;
use reflector_dashboard::{
    faults::Key, recording::SAMPLE_PERIOD, state::Row, workload::Workload, world::World,
};
use reflector_runtime::{Health, Reason};

struct Stage {
    world: World,
    workload: Workload,
    server: ApiServer,
}

impl Stage {
    /// A dashboard whose informers are synced.
    async fn synced() -> Self {
        let (world, workload, server) = World::embedded().expect("valid objects");
        let mut stage = Self { world, workload, server };
        // A watch that ends within its first second counts as a failure.
        stage.run(Duration::from_secs(3)).await;
        stage.assert_recovered();
        stage
    }

    /// Changes objects for some time, then takes a sample.
    async fn run(&mut self, time: Duration) {
        let steps = time.as_millis() / Workload::PERIOD.as_millis();
        for _ in 0..steps {
            self.workload.step().expect("a valid change");
            tokio::time::sleep(Workload::PERIOD).await;
        }
        self.world.sample();
    }

    async fn press(&mut self, key: Key, time: Duration) {
        self.world.press(key).expect("a key");
        self.run(time).await;
    }

    /// Waits until the informers have recovered, at most half a minute.
    async fn recover(&mut self) {
        for _ in 0..60 {
            tokio::time::sleep(SAMPLE_PERIOD).await;
            self.world.sample();
            if self.world.state.is_synced() && self.world.state.rows.iter().all(|row| row.queued == 0) {
                break;
            }
        }
        self.assert_recovered();
    }

    /// All informers are synced, and contain as many objects as the server.
    #[track_caller]
    fn assert_recovered(&self) {
        for row in &self.world.state.rows {
            assert!(row.health.is_synced(), "{}: {}", row.name, row.health);
            assert_eq!((row.queued, row.lag), (0, None), "{}", row.name);
            let served = self.server.list("v1", &row.name, None, "").expect("a list");
            assert_eq!(row.objects, served.len(), "{}", row.name);
        }
    }

    fn row(&self, name: &str) -> &Row {
        self.world.state.rows.iter().find(|row| row.name == name).expect("a row")
    }

    /// Whether the key is in effect, and how many requests it has affected.
    fn disturbance(&self, key: Key) -> (bool, u64) {
        let all = &self.world.state.disturbances;
        let found = all.iter().find(|disturbance| disturbance.key == key).expect("the key was pressed");
        (found.is_active, found.requests)
    }

    fn reasons(&self) -> Vec<Option<Reason>> {
        let reason = |row: &Row| match row.health {
            Health::Degraded { reason, .. } => Some(reason),
            _ => None,
        };
        self.world.state.rows.iter().map(reason).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_connection_is_shown_and_recovers() {
    let mut stage = Stage::synced().await;
    let objects = stage.row("configmaps").objects;
    stage.press(Key::Cut, Duration::from_secs(5)).await;
    assert_eq!(stage.reasons(), [Some(Reason::ConnectionFailed); 3]);
    let (is_active, requests) = stage.disturbance(Key::Cut);
    assert!(is_active && requests >= 6, "{requests} requests");
    assert!(stage.row("pods").retry_in.is_some());
    // The cache shows the last state.
    assert_eq!(stage.row("configmaps").objects, objects);

    stage.press(Key::Cut, Duration::ZERO).await;
    stage.recover().await;
    let (is_active, at_the_end) = stage.disturbance(Key::Cut);
    assert!(!is_active && at_the_end >= requests);
    // Missed changes are delivered by the watch.
    assert!(stage.world.state.rows.iter().all(|row| row.relists == 0));
}

#[tokio::test(start_paused = true)]
async fn a_slow_server_delays_events_and_loses_none() {
    let mut stage = Stage::synced().await;
    stage.press(Key::Slow, Duration::from_millis(1500)).await;
    assert_eq!(stage.disturbance(Key::Slow), (true, 3));
    stage.run(Duration::from_millis(400)).await;
    assert!(stage.row("pods").events_per_second < 15.0, "{}", stage.row("pods").events_per_second);
    stage.run(Duration::from_secs(3)).await;
    stage.recover().await;
    // The open watches are not affected, and later requests take no time.
    stage.press(Key::Slow, Duration::from_secs(1)).await;
    assert_eq!(stage.disturbance(Key::Slow), (false, 3));
    stage.recover().await;
}

#[tokio::test(start_paused = true)]
async fn a_compacted_history_is_followed_by_a_relist() {
    let mut stage = Stage::synced().await;
    stage.press(Key::Compact, Duration::from_millis(200)).await;
    assert_eq!(stage.reasons(), [Some(Reason::ConnectionFailed); 3]);
    assert_eq!(stage.disturbance(Key::Compact), (false, 3));
    stage.recover().await;
    for row in &stage.world.state.rows {
        assert_eq!(row.relists, 1, "{}", row.name);
    }
    let log: Vec<&str> = stage.world.state.log.iter().map(|line| line.text.as_str()).collect();
    assert!(log.iter().any(|line| line.starts_with("nodes: listed again")), "{log:?}");

    // Not only once.
    stage.run(Duration::from_secs(2)).await;
    stage.press(Key::Compact, Duration::from_millis(200)).await;
    assert_eq!(stage.disturbance(Key::Compact), (false, 6));
    stage.recover().await;
    assert!(stage.world.state.rows.iter().all(|row| row.relists == 2));
}

#[tokio::test(start_paused = true)]
async fn denied_config_maps_do_not_affect_the_others() {
    let mut stage = Stage::synced().await;
    stage.press(Key::Deny, Duration::from_secs(3)).await;
    assert_eq!(stage.reasons(), [None, Some(Reason::Forbidden), None]);
    assert!(stage.disturbance(Key::Deny).1 >= 2);
    stage.press(Key::Deny, Duration::ZERO).await;
    stage.recover().await;
}

#[tokio::test(start_paused = true)]
async fn slow_handlers_have_a_queue_and_a_lag() {
    let mut stage = Stage::synced().await;
    stage.press(Key::SlowHandlers, Duration::from_secs(4)).await;
    let pods = stage.row("pods");
    assert!(pods.queued > 20, "{}", pods.queued);
    assert!(pods.lag.is_some_and(|lag| lag > Duration::from_secs(1)), "{:?}", pods.lag);
    // The cache is not behind its handlers' pace.
    assert!(stage.world.state.is_synced());
    stage.press(Key::SlowHandlers, Duration::ZERO).await;
    stage.recover().await;
}
