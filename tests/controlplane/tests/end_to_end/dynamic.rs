//! Kinds that come and go on the real server, whose discovery follows its CRDs with a delay.

use std::time::Duration;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, CustomResource, CustomResourceExt as _, ResourceExt as _,
    api::{DeleteParams, PostParams},
    core::GroupVersionKind,
};
use reflector_runtime::{Health, InformerSet, KindEvent, KindFollower, Reflect};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::{TIMEOUT, eventually, shared};

/// A kind in a group of its own.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "dynamic.example.com", version = "v1", kind = "Cog", namespaced)]
struct CogSpec {
    teeth: u32,
}

/// Far shorter than the longest backoff (30 to 60 s), which an informer of a missing kind reaches.
const WITHIN_SECONDS: Duration = Duration::from_secs(20);

async fn next(kinds: &mut KindFollower) -> KindEvent {
    tokio::time::timeout(TIMEOUT, kinds.next()).await.expect("an event").expect("the follower runs")
}

#[tokio::test]
async fn a_crd_is_followed_from_its_installation_to_its_deletion() {
    let Some((_, client)) = shared("dynamic").await else { return };
    let gvk = GroupVersionKind::gvk("dynamic.example.com", "v1", "Cog");
    let set = InformerSet::new(client.clone());
    assert!(!set.is_served(&gvk).await.unwrap());
    let mut kinds = set.follow_kinds().group("dynamic.example.com").start();
    kinds.wait_for_discovery().await.unwrap();
    assert!(kinds.try_next().is_none());

    let crds: Api<CustomResourceDefinition> = Api::all(client.clone());
    let cogs: Api<Cog> = Api::namespaced(client.clone(), "dynamic");
    for round in 0..2 {
        let begin = Instant::now();
        crds.create(&PostParams::default(), &Cog::crd()).await.expect("the CRD is new");
        let KindEvent::Served { kind, informer } = next(&mut kinds).await else { panic!("round {round}") };
        assert!(begin.elapsed() < WITHIN_SECONDS, "round {round}: {:?}", begin.elapsed());
        assert_eq!(kind.resource.plural, "cogs");
        set.wait_until_served(&gvk).await;
        informer.wait_for_sync().await.unwrap();
        let typed = set.get_with::<Cog>(|cogs| cogs.namespace("dynamic")).unwrap();
        typed.wait_for_sync().await.unwrap();
        cogs.create(&PostParams::default(), &Cog::new("c1", CogSpec { teeth: 3 })).await.expect("created");
        eventually("the object is in both caches", || {
            informer.lister().len() == 1 && typed.lister().len() == 1
        })
        .await;
        drop(typed);

        let begin = Instant::now();
        crds.delete(&Cog::crd().name_any(), &DeleteParams::default()).await.unwrap();
        let KindEvent::Gone { .. } = next(&mut kinds).await else { panic!("round {round}") };
        assert!(begin.elapsed() < WITHIN_SECONDS + Duration::from_secs(10), "{:?}", begin.elapsed());
        assert_eq!(*informer.health().borrow(), Health::Stopped);
        let wait = async {
            while crds.get_opt(&Cog::crd().name_any()).await.unwrap().is_some() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, wait).await.expect("the CRD is gone");
    }
}

/// Followed like a policy engine does: everything that the server has.
#[tokio::test]
async fn every_kind_of_the_real_server_can_be_followed() {
    let Some((_, client)) = shared("dynamic-all").await else { return };
    let set = InformerSet::new(client);
    let kinds = set.follow_kinds().all().start();
    kinds.wait_for_discovery().await.unwrap();
    let followed = kinds.kinds();
    assert!(followed.len() > 40, "only {} kinds", followed.len());
    // Kinds of other tests may be removed meanwhile.
    let builtin: Vec<_> = followed
        .iter()
        .filter(|(kind, _)| !kind.resource.group.ends_with("example.com"))
        .map(|(_, informer)| informer)
        .collect();
    for informer in &builtin {
        informer.wait_for_sync().retry_forever().timeout(TIMEOUT).await.unwrap();
    }
    assert!(builtin.len() > 40);
}
