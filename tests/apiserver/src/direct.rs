//! Direct calls: reads and writes without HTTP, under the same rules, for simulators and tests.
//!
//! They do not record managed fields, and ignore unknown fields silently.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    engine::{Deleted, Endpoint, UpdateTarget, in_version},
    patch,
    registry::{GroupResource, ResourceType, Scope},
    request::{DeleteOptions, FieldValidation, ListOptions, Query, Verb, WriteOptions},
    server::ApiServer,
    status::Status,
    storage::{ListQuery, ListVersion, Object, object_key},
};

fn options() -> WriteOptions {
    WriteOptions { field_validation: FieldValidation::Ignore, ..WriteOptions::default() }
}

impl ApiServer {
    /// Creates a CRD; its kind is served immediately.
    pub fn install_crd(&self, crd: Value) -> Result<Value, Status> {
        self.create("apiextensions.k8s.io/v1", "customresourcedefinitions", None, crd)
    }

    /// Creates an object. `kind` and `apiVersion` may be omitted.
    pub fn create(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        object: Value,
    ) -> Result<Value, Status> {
        let ty = self.resource_type(api_version, plural)?;
        let object = typed(&ty, object);
        let written = self.inner.engine.create(&ty, namespace, object, &options())?;
        Ok(in_version(&ty, &written.object))
    }

    /// Creates an object from a manifest with `apiVersion`, `kind` and, for a namespace other than `default`, a
    /// namespace.
    pub fn create_manifest(&self, manifest: Value) -> Result<Value, Status> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (api_version, kind) = (text(&manifest["apiVersion"]), text(&manifest["kind"]));
        let known = self.inner.engine.registry.all();
        let ty =
            known.iter().find(|ty| ty.kind == kind && ty.api_version() == api_version).ok_or_else(|| {
                Status::bad_request(format!("no kind \"{kind}\" is served in version \"{api_version}\""))
            })?;
        let namespace = match (ty.scope, text(&manifest["metadata"]["namespace"])) {
            (Scope::Cluster, _) => None,
            (Scope::Namespaced, given) if given.is_empty() => Some("default".to_owned()),
            (Scope::Namespaced, given) => Some(given),
        };
        self.create(&api_version, &ty.group_resource.resource, namespace.as_deref(), manifest)
    }

    /// Creates many objects of one kind and returns the latest resourceVersion. Stops at the first error.
    pub fn create_all(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        objects: impl IntoIterator<Item = Value>,
    ) -> Result<u64, Status> {
        let ty = self.resource_type(api_version, plural)?;
        for object in objects {
            self.inner.engine.create(&ty, namespace, typed(&ty, object), &options())?;
        }
        Ok(self.resource_version())
    }

    /// Replaces an object. Without a resourceVersion the object is replaced unconditionally.
    pub fn update(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        object: Value,
    ) -> Result<Value, Status> {
        self.replace(api_version, plural, namespace, object, Endpoint::Main)
    }

    /// Replaces only the status of an object.
    pub fn update_status(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        object: Value,
    ) -> Result<Value, Status> {
        self.replace(api_version, plural, namespace, object, Endpoint::Status)
    }

    fn replace(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        object: Value,
        endpoint: Endpoint,
    ) -> Result<Value, Status> {
        let ty = self.resource_type(api_version, plural)?;
        let mut object = typed(&ty, object);
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        if object["metadata"]["resourceVersion"].is_null() {
            let current = self.inner.engine.get(&ty, &object_key(namespace.unwrap_or_default(), &name))?;
            object["metadata"]["resourceVersion"] = current.resource_version.to_string().into();
        }
        let target = UpdateTarget { namespace, name: &name, endpoint };
        let written = self.inner.engine.replace(&ty, target, object, &options())?;
        Ok(in_version(&ty, &written.object))
    }

    /// Modifies an object with a merge patch.
    pub fn merge_patch(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        name: &str,
        patch: &Value,
    ) -> Result<Value, Status> {
        self.patch_at(api_version, plural, UpdateTarget { namespace, name, endpoint: Endpoint::Main }, patch)
    }

    /// Modifies the status of an object with a merge patch.
    pub fn merge_patch_status(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        name: &str,
        patch: &Value,
    ) -> Result<Value, Status> {
        self.patch_at(
            api_version,
            plural,
            UpdateTarget { namespace, name, endpoint: Endpoint::Status },
            patch,
        )
    }

    fn patch_at(
        &self,
        api_version: &str,
        plural: &str,
        target: UpdateTarget<'_>,
        change: &Value,
    ) -> Result<Value, Status> {
        let ty = self.resource_type(api_version, plural)?;
        let written =
            self.inner.engine.modify(&ty, target, &options(), |current| patch::merge(change, current))?;
        Ok(in_version(&ty, &written.object))
    }

    /// Deletes an object. Returns the object if finalizers retain it (or if its kind returns the deleted object), and
    /// otherwise the `Status` of success.
    pub fn delete(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Value, Status> {
        let ty = self.resource_type(api_version, plural)?;
        match self.inner.engine.delete(&ty, namespace, name, &DeleteOptions::default())? {
            Deleted::Object(object) => Ok(in_version(&ty, &object)),
            Deleted::Gone(status) => {
                serde_json::to_value(&*status).map_err(|e| Status::internal(&e.to_string()))
            }
        }
    }

    /// Deletes the objects that match a label selector (all, if it is empty), in one namespace or in all, and returns
    /// how many.
    pub fn delete_all(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        label_selector: &str,
    ) -> Result<usize, Status> {
        let ty = self.resource_type(api_version, plural)?;
        let matching = self.matching(&ty, namespace, label_selector)?;
        self.inner.engine.delete_listed(&ty, &matching, &DeleteOptions::default())
    }

    /// Returns one object.
    pub fn get(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Value, Status> {
        let ty = self.resource_type(api_version, plural)?;
        let object = self.inner.engine.get(&ty, &object_key(namespace.unwrap_or_default(), name))?;
        Ok(in_version(&ty, &object))
    }

    /// Returns the objects that match a label selector (all, if it is empty), in one namespace or in all, ordered by
    /// namespace and name.
    pub fn list(
        &self,
        api_version: &str,
        plural: &str,
        namespace: Option<&str>,
        label_selector: &str,
    ) -> Result<Vec<Value>, Status> {
        let ty = self.resource_type(api_version, plural)?;
        let matching = self.matching(&ty, namespace, label_selector)?;
        Ok(matching.iter().map(|object| in_version(&ty, object)).collect())
    }

    fn matching(
        &self,
        ty: &ResourceType,
        namespace: Option<&str>,
        label_selector: &str,
    ) -> Result<Vec<Arc<Object>>, Status> {
        let options = list_options(ty, label_selector)?;
        let query = ListQuery {
            namespace,
            version: ListVersion::Latest,
            start: None,
            limit: 0,
            predicate: &|object| options.selectors.matches(object),
        };
        Ok(self.inner.engine.storage.list(&ty.group_resource, &query)?.objects)
    }

    /// The number of objects of a resource, in all namespaces.
    pub fn count(&self, api_version: &str, plural: &str) -> Result<usize, Status> {
        let ty = self.resource_type(api_version, plural)?;
        Ok(self.inner.engine.storage.count(&ty.group_resource))
    }

    fn resource_type(&self, api_version: &str, plural: &str) -> Result<Arc<ResourceType>, Status> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let gr = GroupResource::new(group, plural);
        self.inner.engine.registry.get(&gr, version).ok_or_else(|| Status::for_code(404))
    }
}

fn list_options(ty: &ResourceType, label_selector: &str) -> Result<ListOptions, Status> {
    let query: String =
        form_urlencoded::Serializer::new(String::new()).append_pair("labelSelector", label_selector).finish();
    ListOptions::parse(ty, Verb::List, &Query::parse(&query))
}

fn typed(ty: &ResourceType, mut object: Value) -> Value {
    if let Some(map) = object.as_object_mut() {
        map.entry("apiVersion").or_insert_with(|| ty.api_version().into());
        map.entry("kind").or_insert_with(|| ty.kind.clone().into());
    }
    object
}
