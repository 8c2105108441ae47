//! The fields of lists and objects: their kind, their version, and keys with escapes.

use k8s_openapi::api::core::v1::Pod;
use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Step, Verb};
use reflector_runtime::{Informer, InitialListStrategy};
use serde_json::json;

use crate::{
    color, event, last_event, scripted,
    support::{self, ErrorLog, list_at, until, widget_at},
    until_last, version,
};

/// What lists are accepted as, by their fields other than `items`.
#[tokio::test(start_paused = true)]
async fn a_list_of_custom_resources_may_have_any_kind_or_none() {
    let widget = widget_at("a", "5", "red");
    for fields in [
        r#""apiVersion":"example.com/v1","kind":"WidgetCollection","#,
        r#""apiVersion":"example.com/v1","kind":"WidgetBag","#,
        r#""apiVersion":"example.com/v1","kind":null,"#,
        r#""apiVersion":"example.com/v1","#,
        r#""kind":"WidgetBag","#,
        r#""apiVersion":"","kind":"","#,
        "",
    ] {
        for items in [String::new(), widget.to_string()] {
            let metadata = r#""metadata":{"resourceVersion":"10"}"#;
            for list in [
                format!(r#"{{{fields}{metadata},"items":[{items}]}}"#),
                format!(r#"{{{fields}"items":[{items}],{metadata}}}"#),
                format!(r#"{{"items":[{items}],{fields}{metadata}}}"#),
            ] {
                let (_server, informer, errors) = scripted(list.clone(), vec![last_event()]).await;
                until_last(&informer).await;
                assert_eq!(informer.lister().len(), usize::from(!items.is_empty()) + 1, "{list}");
                assert!(errors.all().is_empty(), "{list}: {:?}", errors.all());
            }
        }
    }
}

/// Pods on a server that always returns this list. The error is the last that was reported.
async fn pods(list: String) -> (Informer<Pod>, Result<(), String>) {
    let server = ApiServer::new();
    server.faults().script_or(RequestMatcher::list("pods"), [], Answer::bytes(200, list));
    let errors = ErrorLog::default();
    let informer = Informer::<Pod>::builder(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .on_error(errors.hook())
        .start();
    let result = informer.wait_for_sync().await.map_err(|_| errors.all().pop().unwrap());
    (informer, result)
}

/// Items of built-in types contain no kind, so the list must contain it.
#[tokio::test(start_paused = true)]
async fn a_list_of_a_built_in_type_must_have_its_kind() {
    let item =
        |kind: &str| format!(r#"{{{kind}"metadata":{{"name":"a","namespace":"n","resourceVersion":"5"}}}}"#);
    let list = |fields: &str, item: &str| {
        format!(r#"{{{fields}"metadata":{{"resourceVersion":"10"}},"items":[{item}]}}"#)
    };
    let own = r#""apiVersion":"v1","kind":"Pod","#;
    for (fields, item, found) in [
        (r#""apiVersion":"v1","kind":"PodList","#, item(""), None),
        (r#""apiVersion":"v1","kind":"PodList","#, String::new(), None),
        ("", item(own), None),
        (r#""apiVersion":"v1","kind":"SecretList","#, item(""), Some("v1 SecretList")),
        (r#""apiVersion":"v1","kind":"SecretList","#, String::new(), Some("v1 SecretList")),
        (r#""apiVersion":"v1","kind":"PodBag","#, item(""), Some("v1 PodBag")),
        (r#""apiVersion":"v1","kind":"Status","#, item(own), Some("v1 Status")),
        ("", item(""), Some("a response without apiVersion and kind")),
        ("", String::new(), Some("a response without apiVersion and kind")),
    ] {
        let (informer, result) = pods(list(fields, &item)).await;
        match found {
            None => {
                result.unwrap();
                assert_eq!(informer.lister().len(), usize::from(!item.is_empty()), "{fields} {item}");
            }
            Some(found) => {
                let error = result.unwrap_err();
                assert!(error.contains(&format!("returned {found}, expected v1 PodList")), "{error}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_hint_of_remaining_items_may_be_of_any_type() {
    for remaining in ["-1", r#""x""#, "1.5", "null", "{}", "[1]", "99999999999999999999"] {
        let list = format!(
            r#"{{"apiVersion":"example.com/v1","kind":"WidgetList","items":[],
               "metadata":{{"resourceVersion":"10","remainingItemCount":{remaining}}}}}"#
        );
        let (_server, informer, errors) = scripted(list, vec![last_event()]).await;
        until_last(&informer).await;
        assert!(errors.all().is_empty(), "{remaining}: {:?}", errors.all());
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_may_be_a_bare_number_anywhere() {
    let mut item = widget_at("a", "5", "red");
    item["metadata"]["resourceVersion"] = json!(5);
    let mut list = list_at("10", &[item.clone()]);
    list["metadata"]["resourceVersion"] = json!(10);
    item["metadata"]["resourceVersion"] = json!(11);
    item["spec"]["color"] = json!("blue");
    let bookmark = json!({ "metadata": { "resourceVersion": 12 } });
    let steps = vec![event("MODIFIED", &item), event("BOOKMARK", &bookmark)];
    let (server, informer, errors) = scripted(list.to_string(), steps).await;
    until(|| version(&informer).contains("12")).await;
    let widget = informer.lister().get("default", "a").unwrap();
    assert_eq!(
        (widget.spec.color.as_str(), widget.metadata.resource_version.as_deref()),
        ("blue", Some("11"))
    );
    assert!(errors.all().is_empty(), "{:?}", errors.all());
    let watch = support::requests_of(&server, Verb::Watch).remove(0);
    assert_eq!(watch.parameter("resourceVersion").as_deref(), Some("10"));
}

#[tokio::test(start_paused = true)]
async fn keys_with_escapes_are_found() {
    let list = r#"{"\u0061piVersion":"example.com/v1","kin\u0064":"WidgetList","met\u0061data":{"resourceV\u0065rsion":"10"},
        "item\u0073":[{"apiV\u0065rsion":"example.com/v1","\u006bind":"Widget","\u006detadata":{"\u006eame":"a",
        "n\u0061mespace":"default","resource\u0056ersion":"5","u\u0069d":"a"},"spec":{"c\u006flor":"red"}}]}"#;
    let line = r#"{"t\u0079pe":"M\u004fDIFIED","\u006fbject":{"apiVersion":"example.com\/v1","kind":"Widget","met\u0061data":
        {"n\u0061me":"a","namesp\u0061ce":"default","resourceVersio\u006e":"11","uid":"a"},"spec":{"color":"blue"}}}"#;
    let steps = vec![Step::bytes(format!("{}\n", line.replace('\n', " "))), last_event()];
    let (_server, informer, errors) = scripted(list.to_owned(), steps).await;
    until_last(&informer).await;
    assert_eq!(color(&informer, "a").as_deref(), Some("blue"));
    assert!(errors.all().is_empty(), "{:?}", errors.all());
}
