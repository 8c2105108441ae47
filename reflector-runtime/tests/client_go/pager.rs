//! Paged lists: client-go's `ListPager`. Here the reflector requests each page itself and queues items as they
//! arrive, so that there is no merged list and no buffer of pages.

use std::time::Duration;

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Step, Verb};
use reflector_runtime::{Delivery, Informer, InitialListStrategy, Reflect as _};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{
    reflector_queue::reflector_and_queue,
    support::{
        ErrorLog, Widget, create, delete, list_at, names, next, open_requests, paint, request_lines,
        requests, requests_of, server, show, until, widget_at,
    },
};

const SECOND: Duration = Duration::from_secs(1);

fn server_with(count: usize) -> ApiServer {
    let server = server();
    for number in 0..count {
        create(&server, &format!("w{number:02}"), "red");
    }
    server
}

/// A synced informer that lists in pages of ten items.
async fn paged(server: &ApiServer) -> Informer<Widget> {
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::PagedList)
        .page_size(10)
        .start();
    informer.wait_for_sync().await.unwrap();
    informer
}

/// The list requests for widgets.
fn lists(server: &ApiServer) -> Vec<String> {
    request_lines(server).into_iter().filter(|line| line.starts_with("list")).collect()
}

/// client-go: `TestListPager_List`: from an empty page to three pages.
#[tokio::test(start_paused = true)]
async fn a_list_requests_all_its_pages() {
    for (count, further) in [(0, 0), (1, 0), (9, 0), (10, 0), (11, 1), (20, 1), (21, 2)] {
        let server = server_with(count);
        let informer = paged(&server).await;
        let mut expected = vec!["list limit=10"];
        expected.extend(vec!["list limit=10 continue"; further]);
        assert_eq!(lists(&server), expected, "of {count}");
        let all: Vec<_> = (0..count).map(|number| format!("w{number:02}")).collect();
        assert_eq!(names(&informer.lister().list()), all);
        let version = server.resource_version().to_string();
        assert_eq!(informer.lister().resource_version(), Some(version));
    }
}

/// client-go: `TestListPager_List`, with a resourceVersion: further pages omit it, as the server requires.
#[tokio::test(start_paused = true)]
async fn only_the_first_page_has_a_version() {
    let server = server_with(21);
    let informer = paged(&server).await;
    let version = server.resource_version();
    server.clear_requests();
    server.faults().on(RequestMatcher::plain_watch("widgets")).gone();
    server.drop_all_watches();
    until(|| lists(&server).len() == 3).await;
    let first = format!("list rv={version} limit=10");
    assert_eq!(lists(&server), [&first, "list limit=10 continue", "list limit=10 continue"]);
    until(|| informer.is_synced()).await;
    // Without it, the version of a request with a limit would be an exact match. (client-go omits it.)
    let matches: Vec<_> = requests_of(&server, Verb::List)
        .iter()
        .map(|list| (list.status, list.parameter("resourceVersionMatch")))
        .collect();
    let ok = Some(200);
    assert_eq!(matches, [(ok, Some("NotOlderThan".into())), (ok, None), (ok, None)]);
}

/// client-go: `TestListPager_List`, a token that expires (`FullListIfExpired`): one complete list of the newest
/// state.
#[tokio::test(start_paused = true)]
async fn an_expired_token_costs_one_unpaged_list() {
    let server = server_with(21);
    let late = server.faults().on(RequestMatcher::list("widgets").page(2)).delay(10 * SECOND);
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::PagedList)
        .page_size(10)
        .start();
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    until(|| late.fired() == 1).await;
    delete(&server, "w00");
    paint(&server, "w01", "blue");
    create(&server, "w99", "red");
    server.compact();
    informer.wait_for_sync().await.unwrap();
    assert_eq!(lists(&server), ["list limit=10", "list limit=10 continue", "list"]);
    assert_eq!(requests_of(&server, Verb::List)[1].status, Some(410));
    assert_eq!(informer.lister().len(), 21);
    assert!(
        informer.lister().get("default", "w00").is_none()
            && informer.lister().get("default", "w99").is_some()
    );
    // A subscriber that received objects of the first page receives their changes, too.
    let mut objects = std::collections::BTreeMap::new();
    while let Some(event) = events.try_next() {
        let line = show(&event);
        let words: Vec<&str> = line.split(' ').collect();
        let color = words[2].rsplit('>').next().unwrap_or_default().to_owned();
        match words[0] {
            "Added" => assert_eq!(objects.insert(words[1].to_owned(), color), None, "{line}"),
            "Updated" => assert!(objects.insert(words[1].to_owned(), color).is_some(), "{line}"),
            _ => assert!(objects.remove(words[1]).is_some(), "{line}"),
        }
    }
    let cached = informer.lister().list();
    let cached =
        cached.iter().map(|widget| (widget.metadata.name.clone().unwrap(), widget.spec.color.clone()));
    assert_eq!(objects, cached.collect());
}

/// client-go: `TestListPager_EachListItem`, a page that fails: the items before it were visited. Here they are cached
/// and delivered as well, and nothing is swept before a list is complete.
#[tokio::test(start_paused = true)]
async fn a_failed_page_reverts_nothing_and_sweeps_nothing() {
    let server = server_with(21);
    let informer = paged(&server).await;
    let mut events = informer.subscribe();
    for _ in 0..21 {
        next(&mut events).await;
    }
    let fails = server.faults().on(RequestMatcher::list("widgets").page(2)).status(500);
    let version = server.resource_version();
    server.clear_requests();
    server.drop_all_watches();
    paint(&server, "w00", "blue");
    delete(&server, "w05");
    delete(&server, "w20");
    server.compact();
    until(|| fails.fired() == 1).await;
    assert_eq!(next(&mut events).await, "Updated w00 red->blue");
    sleep(SECOND / 2).await;
    assert!(events.is_empty(), "{:?}", events.try_next().as_ref().map(show));
    assert_eq!(informer.lister().len(), 21, "including the objects missing from the received pages");
    let failed = lists(&server);
    let first = format!("list rv={version} limit=10");
    assert_eq!(failed[failed.len() - 2..], [&first, "list limit=10 continue"], "{failed:?}");
    let mut delivered = [next(&mut events).await, next(&mut events).await];
    delivered.sort();
    assert_eq!(delivered, ["Missing w05 red", "Missing w20 red"]);
    assert_eq!(lists(&server)[failed.len()..], ["list limit=10", "list limit=10 continue"]);
}

/// client-go: `TestListPager_EachListItem`, an item that cannot be processed. There it ends the list; here the item
/// is reported and the others are cached.
#[tokio::test(start_paused = true)]
async fn an_undecodable_item_does_not_end_the_list() {
    let server = server_with(21);
    server.faults().on(RequestMatcher::list("widgets").page(1)).replace_value("w03", "/spec/color", json!(7));
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::PagedList)
        .page_size(10)
        .on_error(errors.hook())
        .start();
    informer.wait_for_sync().await.unwrap();
    assert_eq!((errors.all().len(), informer.lister().len(), lists(&server).len()), (1, 20, 3));
    assert!(errors.contains("default/w03: field `spec.color`"), "{:?}", errors.all());
}

/// client-go: `TestListPager_EachListItem`, cancelled: the items of the received pages were visited, and no other
/// page is requested.
#[tokio::test(start_paused = true)]
async fn a_stop_between_two_pages_keeps_the_first() {
    let server = server_with(51);
    server.faults().on(RequestMatcher::list("widgets").page(2)).hang();
    let (mut reflector, queue) =
        reflector_and_queue(&server, InitialListStrategy::PagedList, |options| options.page_size = Some(10));
    reflector.run(sleep(5 * SECOND)).await;
    assert_eq!(queue.len(), 10);
    assert_eq!(lists(&server), ["list limit=10", "list limit=10 continue"]);
    assert_eq!(open_requests(&server), [""; 0]);
    assert!(!queue.has_synced());
}

/// client-go: `TestListPager_eachListPageBuffered`. Ours does not read ahead: the next page is requested once the
/// last item of the previous page is decoded, even if the metadata with the token came first. Items are queued before
/// that.
#[tokio::test(start_paused = true)]
async fn a_page_is_requested_after_the_previous_page_was_read() {
    let (a, b) = (widget_at("a", "5", "red").to_string(), widget_at("b", "6", "red").to_string());
    let kind = r#""apiVersion":"example.com/v1","kind":"WidgetList""#;
    let metadata = r#""metadata":{"resourceVersion":"7","continue":"more"}"#;
    let bodies = [
        // The order of fields of built-in types, and of custom resources.
        (format!("{{{kind},{metadata},\"items\":[{a},"), format!("{b}]}}")),
        (format!("{{{kind},\"items\":[{a},"), format!("{b}],{metadata}}}")),
    ];
    for (begin, end) in bodies {
        let server = server();
        let page = [Step::bytes(begin), Step::Pause(10 * SECOND), Step::bytes(end)];
        let last = list_at("7", &[widget_at("c", "7", "red")]);
        server
            .faults()
            .script(RequestMatcher::list("widgets"), [Answer::watch(page), Answer::json(200, &last)]);
        let (mut reflector, queue) =
            reflector_and_queue(&server, InitialListStrategy::PagedList, |options| {
                options.page_size = Some(2);
            });
        let start = Instant::now();
        let running = tokio::spawn(async move { reflector.run(sleep(20 * SECOND)).await });
        sleep(5 * SECOND).await;
        assert_eq!((queue.len(), requests(&server, Verb::List)), (1, 1), "the first item is queued");
        running.await.unwrap();
        let pages = requests_of(&server, Verb::List);
        assert_eq!((queue.len(), pages.len()), (3, 2));
        assert!(pages[1].at - start >= 10 * SECOND, "{:?}", pages[1].at - start);
        assert!(pages[0].ended.is_some_and(|ended| ended <= pages[1].at));
    }
}

/// client-go: `TestListPager_eachListPageBuffered`, a slow consumer: the queue accepts all pages, one request
/// at a time.
#[tokio::test(start_paused = true)]
async fn a_slow_consumer_does_not_delay_the_pages() {
    let server = server_with(50);
    let (mut reflector, queue) =
        reflector_and_queue(&server, InitialListStrategy::PagedList, |options| options.page_size = Some(10));
    reflector.run(sleep(5 * SECOND)).await;
    assert_eq!(queue.len(), 50);
    let pages = requests_of(&server, Verb::List);
    assert_eq!(pages.len(), 5);
    assert!(pages.windows(2).all(|pair| pair[0].ended.is_some_and(|ended| ended <= pair[1].at)));
}
