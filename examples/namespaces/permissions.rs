//! [`Permissions`]: what the user of the example may read. On a cluster, RBAC rules; on the in-process API server, its
//! denials.

use std::time::Duration;

use anyhow::{Context as _, Result};
use k8s_openapi::api::{
    core::v1::ConfigMap,
    rbac::v1::{Role, RoleBinding},
};
use kube::{
    Api, Client,
    api::{ListParams, PostParams},
};
use reflector_apiserver::{ApiServer, Verb};
use reflector_examples::Environment;
use serde_json::json;

/// The user, who has no permissions but those of the example.
const USER: &str = "reflector-example";

/// How long an RBAC rule may take to have an effect.
const LIMIT: Duration = Duration::from_secs(10);

pub(super) struct Permissions {
    user: Client,
    rules: Rules,
}

enum Rules {
    Embedded(ApiServer),
    Rbac { admin: Client },
}

impl Permissions {
    /// A user who may list and watch config maps in some namespaces, but not in another one.
    pub(super) async fn of_a_user(
        environment: &Environment,
        allowed: [&str; 3],
        denied: &str,
    ) -> Result<Self> {
        let user = environment.client_as(USER)?;
        if let Some(server) = environment.server() {
            for verb in [Verb::List, Verb::Watch] {
                server.deny(verb, "configmaps", Some(denied));
            }
            return Ok(Self { user, rules: Rules::Embedded(server.clone()) });
        }
        let permissions = Self { user, rules: Rules::Rbac { admin: environment.client() } };
        for namespace in allowed {
            permissions.allow(namespace).await?;
        }
        Ok(permissions)
    }

    /// A client of the user.
    pub(super) fn client(&self) -> Client {
        self.user.clone()
    }

    /// Allows the user to list and watch config maps in a namespace, and waits until it has an effect.
    pub(super) async fn allow(&self, namespace: &str) -> Result<()> {
        match &self.rules {
            Rules::Embedded(server) => server.allow_everything(),
            Rules::Rbac { admin } => bind(admin, namespace).await?,
        }
        let maps: Api<ConfigMap> = Api::namespaced(self.client(), namespace);
        let is_allowed = async {
            while let Err(error) = maps.list(&ListParams::default().limit(1)).await {
                match error {
                    kube::Error::Api(status) if status.is_forbidden() => {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    error => return Err(error),
                }
            }
            Ok(())
        };
        let limited = tokio::time::timeout(LIMIT, is_allowed).await;
        Ok(limited.with_context(|| format!("RBAC does not allow {USER} to list config maps"))??)
    }
}

/// Creates a role in the namespace, and binds it to the user.
async fn bind(admin: &Client, namespace: &str) -> Result<()> {
    let role = json!({
        "metadata": { "name": USER },
        "rules": [{ "apiGroups": [""], "resources": ["configmaps"], "verbs": ["list", "watch"] }],
    });
    let roles: Api<Role> = Api::namespaced(admin.clone(), namespace);
    roles.create(&PostParams::default(), &serde_json::from_value(role)?).await?;
    let group = "rbac.authorization.k8s.io";
    let binding = json!({
        "metadata": { "name": USER },
        "roleRef": { "apiGroup": group, "kind": "Role", "name": USER },
        "subjects": [{ "apiGroup": group, "kind": "User", "name": USER }],
    });
    let bindings: Api<RoleBinding> = Api::namespaced(admin.clone(), namespace);
    bindings.create(&PostParams::default(), &serde_json::from_value(binding)?).await?;
    Ok(())
}
