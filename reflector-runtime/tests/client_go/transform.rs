//! Transforming objects before they are cached and delivered.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use reflector_apiserver::RequestMatcher;
use reflector_runtime::{Delivery, InitialListStrategy, Reflect as _};

use crate::support::{Widget, create, delete, names, next, paint, server, until};

/// client-go: `TestReflectorRespectStoreTransformer`. There, the initial objects of a streaming list are transformed
/// twice; here each object is transformed once, however it arrives, and not again if a relist contains it unchanged.
#[tokio::test(start_paused = true)]
async fn each_object_is_transformed_once_before_it_is_cached() {
    for initial_list_strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let server = server();
        create(&server, "a", "red");
        create(&server, "b", "red");
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let informer = Widget::informer(server.client())
            .initial_list_strategy(initial_list_strategy)
            .transform(move |widget| {
                counted.fetch_add(1, Ordering::Relaxed);
                widget.spec.color.insert_str(0, "deep ");
            })
            .start();
        let mut events = informer.subscribe_with(Delivery::EveryEvent);
        informer.wait_for_sync().await.unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 2, "{initial_list_strategy:?}");
        paint(&server, "a", "blue");
        delete(&server, "b");
        let mut delivered = Vec::new();
        for _ in 0..4 {
            delivered.push(next(&mut events).await);
        }
        delivered[..2].sort();
        assert_eq!(
            delivered,
            [
                "Added a deep red (initial)",
                "Added b deep red (initial)",
                "Updated a deep red->deep blue",
                "Deleted b deep red"
            ]
        );
        assert_eq!(calls.load(Ordering::Relaxed), 4, "{initial_list_strategy:?}");
        assert_eq!(names(&informer.lister().by_index(Widget::BY_COLOR, "deep blue")), ["a"]);
        server.faults().on(RequestMatcher::plain_watch("widgets")).gone();
        server.drop_all_watches();
        create(&server, "c", "red");
        until(|| informer.lister().len() == 2).await;
        assert_eq!(
            calls.load(Ordering::Relaxed),
            5,
            "{initial_list_strategy:?}: the relist contains `a` unchanged"
        );
    }
}
