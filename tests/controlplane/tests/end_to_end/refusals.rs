//! Requests rejected by the server: the error names the remedy.

use kube::{
    Api, Client,
    api::{DeleteParams, PostParams},
};
use reflector_runtime::{Health, Reason};

use crate::{
    eventually,
    kinds::{SecretView, SecretViewInformer, Widget},
    shared,
};

async fn unprivileged(namespace: &str) -> Option<(Client, Client)> {
    let (control_plane, client) = shared(namespace).await?;
    let token = control_plane.unprivileged_token().to_owned();
    Some((control_plane.client_as(&token).await.expect("a client"), client))
}

#[tokio::test]
async fn missing_rbac_permissions_are_an_error_that_names_the_rule() {
    let Some((unprivileged, _)) = unprivileged("denied").await else { return };
    let secrets: SecretViewInformer = SecretView::informer(unprivileged).namespace("denied").start();
    let error = secrets.wait_for_sync().fail_fast().await.unwrap_err().to_string();
    assert!(error.contains("403 Forbidden"), "{error}");
    assert!(
        error.contains(r#"apiGroups: [""], resources: ["secrets"], verbs: ["list", "watch"]"#),
        "{error}"
    );
    assert!(error.contains("Role in namespace denied"), "{error}");
    let last_error = secrets.last_error().expect("an error").to_string();
    assert!(last_error.contains("secrets"), "{last_error}");
}

#[tokio::test]
async fn an_invalid_token_is_an_error() {
    let Some((control_plane, _)) = shared("unknown-token").await else { return };
    let client = control_plane.client_as("no-such-token").await.unwrap();
    let error = Widget::informer(client).start().wait_for_sync().await.unwrap_err().to_string();
    assert!(error.contains("401 Unauthorized") && error.contains("renew the token"), "{error}");
}

#[tokio::test]
async fn an_rbac_rule_created_later_takes_effect_without_a_restart() {
    use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
    let Some((unprivileged, admin)) = unprivileged("later-rule").await else { return };
    let informer = SecretView::informer(unprivileged).namespace("later-rule").start();
    let mut health = informer.health();
    let denied = |health: &Health| matches!(health, Health::Degraded { reason: Reason::Forbidden, .. });
    health.wait_for(denied).await.unwrap();
    let role = serde_json::json!({ "metadata": { "name": "read" },
        "rules": [{ "apiGroups": [""], "resources": ["secrets"], "verbs": ["list", "watch"] }] });
    let binding = serde_json::json!({ "metadata": { "name": "read" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "read" },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "unprivileged" }] });
    let roles: Api<Role> = Api::namespaced(admin.clone(), "later-rule");
    roles.create(&PostParams::default(), &serde_json::from_value(role).unwrap()).await.unwrap();
    let bindings: Api<RoleBinding> = Api::namespaced(admin, "later-rule");
    bindings.create(&PostParams::default(), &serde_json::from_value(binding).unwrap()).await.unwrap();
    eventually("the informer syncs", || informer.is_synced()).await;
    bindings.delete("read", &DeleteParams::default()).await.unwrap();
}
