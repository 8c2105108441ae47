//! The table of selectable fields of built-in kinds is the one of the API server.

use std::collections::BTreeMap;

use http::Request;
use kube::{Client, core::ApiResource};
use reflector_runtime::{__private::built_in_fields, KindSelector, discovery::discover};

use crate::shared;

/// Whether the server accepts the field in a selector.
async fn accepts(client: &Client, resource: &ApiResource, path: &str) -> bool {
    let base = match resource.group.as_str() {
        "" => format!("/api/{}", resource.version),
        group => format!("/apis/{group}/{}", resource.version),
    };
    let uri = format!("{base}/{}?limit=1&fieldSelector={path}%3Dx", resource.plural);
    let request = Request::get(uri).body(Vec::new()).expect("a request");
    match client.request::<serde_json::Value>(request).await {
        Ok(_) => true,
        Err(kube::Error::Api(status)) if status.code == 400 => false,
        Err(error) => panic!("{} by {path}: {error}", resource.kind),
    }
}

#[tokio::test]
async fn the_server_selects_by_exactly_the_fields_of_the_table() {
    let Some((_, client)) = shared("selectable").await else { return };
    let table: BTreeMap<(&str, &str), &[&str]> =
        built_in_fields().map(|(group, kind, paths)| ((group, kind), paths)).collect();
    let mut candidates: Vec<&str> = table.values().flat_map(|paths| paths.iter().copied()).collect();
    candidates.extend(["spec.color", "spec.replicas", "metadata.uid"]);
    candidates.sort_unstable();
    candidates.dedup();
    let (mut served, mut wrong) = (0, Vec::new());
    for kind in discover(&client, [&KindSelector::All]).await.expect("discovery") {
        let resource = &kind.resource;
        let is_custom = resource.group.ends_with("example.com");
        if is_custom {
            continue;
        }
        let known = table.get(&(resource.group.as_str(), resource.kind.as_str())).copied();
        served += usize::from(known.is_some());
        for path in &candidates {
            let expected = known.is_some_and(|paths| paths.contains(path));
            if accepts(&client, resource, path).await != expected {
                wrong.push(format!("{} {path}: expected {expected}", resource.kind));
            }
        }
        if !accepts(&client, resource, "metadata.name").await {
            wrong.push(format!("{} metadata.name", resource.kind));
        }
    }
    assert!(served >= 10, "only {served} kinds of the table were checked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
