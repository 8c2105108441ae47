//! The CRD in the cluster is compared with the one of the type before the start.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{Api, CustomResource, CustomResourceExt as _, ResourceExt as _, api::DeleteParams};
use reflector_runtime::{CheckCrd as _, CrdError, Reflect};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{eventually_async, install, shared};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "check.example.com", version = "v1", kind = "Cog", namespaced)]
struct CogSpec {
    teeth: u16,
    mode: Mode,
    axles: Vec<Axle>,
    note: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
enum Mode {
    Fast,
    Slow,
}

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
struct Axle {
    length: f64,
}

/// The CRD of a release that had neither `teeth` nor numbers as lengths, and one more mode.
fn older() -> CustomResourceDefinition {
    let mut crd = serde_json::to_value(Cog::crd()).unwrap();
    let schema = &mut crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
    let spec = &mut schema["properties"]["spec"];
    spec["properties"].as_object_mut().unwrap().remove("teeth");
    spec["required"] = serde_json::json!(["axles"]);
    spec["properties"]["mode"]["enum"] = serde_json::json!(["Fast", "Slow", "Reverse"]);
    spec["properties"]["axles"]["items"]["properties"]["length"] = serde_json::json!({ "type": "string" });
    serde_json::from_value(crd).unwrap()
}

#[tokio::test]
async fn a_crd_that_does_not_fit_the_type_is_reported_by_path() {
    let Some((_, client)) = shared("check-crd").await else { return };
    let missing = Cog::verify_crd(client.clone()).await.unwrap_err();
    assert!(
        matches!(&missing, CrdError::NotInstalled { name } if name == "cogs.check.example.com"),
        "{missing}"
    );

    install(&client, &older(), &Cog::api_resource()).await;
    let differences = Cog::check_crd(client.clone()).await.unwrap();
    let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        differences,
        [
            "spec.axles[].length: the type expects the type `number`, the CRD has the type `string`",
            "spec.mode: the type requires this field, in the CRD it is optional",
            "spec.mode: the CRD accepts the value \"Reverse\", the type does not",
            "spec.teeth: the type requires this field, the CRD does not have it, so that the API server removes it",
        ]
    );
    let error = Cog::verify_crd(client.clone()).await.unwrap_err().to_string();
    assert!(
        error
            .starts_with("the CRD `cogs.check.example.com` in the cluster does not fit the type: spec.axles"),
        "{error}"
    );

    let crds: Api<CustomResourceDefinition> = Api::all(client.clone());
    crds.delete(&Cog::crd().name_any(), &DeleteParams::default()).await.unwrap();
    eventually_async("the CRD is deleted", async || {
        crds.get_opt(&Cog::crd().name_any()).await.is_ok_and(|crd| crd.is_none())
    })
    .await;
    install(&client, &Cog::crd(), &Cog::api_resource()).await;
    assert_eq!(Cog::check_crd(client.clone()).await.unwrap(), []);
    Cog::verify_crd(client).await.unwrap();
}
