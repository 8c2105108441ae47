//! What a builder asks for, as values that can be compared: [`Identity`] (which objects) and [`Settings`] (how they are
//! read and cached).

use std::{
    any::TypeId,
    collections::{BTreeMap, BTreeSet},
};

use super::InformerBuilder;
use crate::{
    backoff::{Backoff, ExponentialBackoff},
    delta_fifo::QueueOrder,
    list_watch::{ManagedFields, WireFormat},
    reflector::{ReflectorOptions, Resync},
};

/// Which objects an informer caches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    object: TypeId,
    /// Group, version, kind and plural.
    resource: [String; 4],
    namespace: Option<String>,
    namespaces: Option<BTreeSet<String>>,
    labels: Option<String>,
    fields: Option<String>,
    shard: Option<String>,
}

impl Identity {
    /// Whether this is a resource of this kind, in any selection.
    pub(crate) fn is_of(&self, group: &str, version: &str, plural: &str) -> bool {
        let [its_group, its_version, _, its_plural] = &self.resource;
        its_group == group && its_version == version && its_plural == plural
    }
}

/// The settings that differ from the defaults, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings(BTreeMap<String, Setting>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Setting {
    Value(String),
    Function(FunctionId),
}

/// Identifies a function, as far as functions can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FunctionId {
    /// A function without captured values: all values of this type are the same.
    Plain(TypeId),
    /// A function that captures values: it is equal to no other one.
    Capturing,
}

impl FunctionId {
    pub(super) fn of<F: 'static>() -> Self {
        if size_of::<F>() == 0 { Self::Plain(TypeId::of::<F>()) } else { Self::Capturing }
    }
}

/// A setting that is requested, and that the running informer has otherwise or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingConflict {
    /// The name of the setting.
    pub setting: String,
    /// The value of the running informer. `None` if it has the default, or if the setting is a function.
    pub running: Option<String>,
    /// The requested value. `None` if the setting is a function.
    pub requested: Option<String>,
}

impl std::fmt::Display for SettingConflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { setting, running, requested } = self;
        match requested {
            None => write!(f, "{setting} (functions cannot be compared if they capture values)"),
            Some(requested) => {
                let running = running.as_deref().unwrap_or("the default");
                write!(f, "{setting} (running: {running}, requested: {requested})")
            }
        }
    }
}

impl Settings {
    /// The settings of `requested` that an informer with these settings does not have. A setting that is not requested
    /// does not conflict.
    pub(crate) fn conflicts(&self, requested: &Self) -> Vec<SettingConflict> {
        let differs = |(name, setting): &(&String, &Setting)| match (self.0.get(*name), setting) {
            (_, Setting::Function(FunctionId::Capturing)) => true,
            (running, setting) => running != Some(*setting),
        };
        let value = |setting: &Setting| match setting {
            Setting::Value(value) => Some(value.clone()),
            Setting::Function(_) => None,
        };
        let conflict = |(name, setting): (&String, &Setting)| SettingConflict {
            setting: name.clone(),
            running: self.0.get(name).and_then(value),
            requested: value(setting),
        };
        requested.0.iter().filter(differs).map(conflict).collect()
    }

    fn value(&mut self, name: impl Into<String>, value: Option<impl std::fmt::Debug>) {
        if let Some(value) = value {
            self.0.insert(name.into(), Setting::Value(format!("{value:?}")));
        }
    }

    fn options(&mut self, options: &ReflectorOptions) {
        let default = ReflectorOptions::default();
        let changed = |value, default| (value != default).then_some(value);
        let strategy = options.initial_list_strategy;
        self.value("initial_list_strategy", (strategy != default.initial_list_strategy).then_some(strategy));
        self.value("page_size", options.page_size);
        self.value("poll", options.poll_interval);
        self.value("seed", options.seed);
        for (name, value, default) in [
            ("min_watch_timeout", options.min_watch_timeout, default.min_watch_timeout),
            ("watch_timeout_grace", options.watch_timeout_grace, default.watch_timeout_grace),
            ("response_timeout", options.response_timeout, default.response_timeout),
            ("watch_list_retry_after", options.watch_list_retry_after, default.watch_list_retry_after),
            ("max_internal_error_retry", options.max_internal_error_retry, default.max_internal_error_retry),
        ] {
            self.value(name, changed(value, default));
        }
        self.backoff("backoff", &*options.backoff);
        self.backoff("connection_backoff", &*options.connection_backoff);
    }

    fn backoff(&mut self, name: &str, backoff: &dyn Backoff) {
        match backoff.as_any().downcast_ref::<ExponentialBackoff>() {
            Some(backoff) if *backoff == ExponentialBackoff::default() => {}
            Some(backoff) => self.value(name, Some(backoff)),
            None => {
                self.0.insert(name.to_owned(), Setting::Function(FunctionId::Capturing));
            }
        }
    }
}

impl<K: 'static, S> InformerBuilder<K, S> {
    pub(crate) fn identity(&self) -> Identity {
        let ty = &self.resource_type;
        Identity {
            object: TypeId::of::<K>(),
            resource: [ty.group(), ty.version(), ty.kind(), ty.plural()].map(str::to_owned),
            namespace: self.selectors.namespace().map(str::to_owned),
            namespaces: self.namespaces.clone(),
            labels: self.selectors.labels.clone(),
            fields: self.selectors.fields.clone(),
            shard: self.selectors.shard.map(|shard| shard.to_string()),
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        settings.options(&self.options);
        let kept = self.managed_fields != ManagedFields::default();
        settings.value("managed_fields", kept.then_some(self.managed_fields));
        let format = self.wire_format;
        settings.value("wire_format", (format != WireFormat::default()).then_some(format));
        settings.value("max_object_bytes", self.max_object_bytes);
        settings.value("resync", self.resync.as_ref().map(Resync::period));
        let order = self.queue_order;
        settings.value("queue_order", (order != QueueOrder::default()).then_some(order));
        for (name, function) in &self.functions {
            settings.0.insert((*name).to_owned(), Setting::Function(*function));
        }
        for index in self.resource_type.indexes() {
            settings.0.insert(format!("index {}", index.name()), Setting::Value("maintained".to_owned()));
        }
        settings
    }

    /// The resource, the namespaces and the selectors, in words.
    pub(crate) fn description(&self) -> String {
        let mut text = self.resource_type.to_string();
        match (&self.namespaces, self.selectors.namespace()) {
            (Some(namespaces), _) => {
                let names: Vec<&str> = namespaces.iter().map(String::as_str).collect();
                text = format!("{text} in namespaces [{}]", names.join(", "));
            }
            (None, Some(namespace)) => text = format!("{text} in namespace {namespace}"),
            (None, None) => {}
        }
        let shard = self.selectors.shard.map(|shard| shard.to_string());
        for (name, selector) in
            [("labels", &self.selectors.labels), ("fields", &self.selectors.fields), ("shard", &shard)]
        {
            if let Some(selector) = selector {
                text = format!("{text} with {name} {selector}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use k8s_openapi::api::core::v1::ConfigMap;

    use super::*;
    use crate::{index::Index, informer::InformerExt as _};

    fn builder() -> InformerBuilder<ConfigMap> {
        let unused = tower::service_fn(|_: http::Request<kube::client::Body>| async {
            Ok::<_, std::convert::Infallible>(http::Response::new(kube::client::Body::empty()))
        });
        ConfigMap::informer(kube::Client::new(unused, "default"))
    }

    fn conflicts(
        running: &InformerBuilder<ConfigMap>,
        requested: &InformerBuilder<ConfigMap>,
    ) -> Vec<String> {
        let conflicts = running.settings().conflicts(&requested.settings());
        conflicts.iter().map(ToString::to_string).collect()
    }

    #[tokio::test]
    async fn each_selection_is_another_identity() {
        let identities = [
            builder(),
            builder().namespace("a"),
            builder().namespaces(["a"]),
            builder().namespaces(["a", "b"]),
            builder().labels("a=b"),
            builder().fields("a=b"),
        ];
        for (number, one) in identities.iter().enumerate() {
            for (other_number, other) in identities.iter().enumerate() {
                assert_eq!(one.identity() == other.identity(), number == other_number);
            }
        }
        assert_eq!(builder().namespaces(["b", "a"]).identity(), builder().namespaces(["a", "b"]).identity());
        assert_eq!(builder().namespace("").identity(), builder().identity());
    }

    #[tokio::test]
    async fn only_requested_settings_conflict() {
        const BY_A: Index<ConfigMap> = Index::new("by_a", |_, _| {});
        fn clear(map: &mut ConfigMap) {
            map.data = None;
        }
        let plain = builder();
        assert!(conflicts(&plain, &builder().page_size(500).name("x")).len() == 1);
        let set = builder()
            .page_size(7)
            .resync(Duration::from_secs(60))
            .transform(clear)
            .index(BY_A)
            .backoff(ExponentialBackoff::new(Duration::from_secs(1), Duration::from_secs(2)));
        assert!(conflicts(&set, &plain).is_empty(), "nothing is requested");
        assert!(conflicts(&set, &builder().transform(clear).index(BY_A)).is_empty());
        assert_eq!(
            conflicts(&plain, &set),
            [
                "backoff (running: the default, requested: ".to_owned()
                    + &format!(
                        "{:?})",
                        ExponentialBackoff::new(Duration::from_secs(1), Duration::from_secs(2))
                    ),
                "index by_a (running: the default, requested: maintained)".to_owned(),
                "page_size (running: the default, requested: 7)".to_owned(),
                "resync (running: the default, requested: 60s)".to_owned(),
                "resync_if (functions cannot be compared if they capture values)".to_owned(),
                "transform (functions cannot be compared if they capture values)".to_owned(),
            ]
        );
        let captured = String::from("x");
        let capturing = || {
            let captured = captured.clone();
            builder().transform(move |map| map.metadata.name = Some(captured.clone()))
        };
        assert_eq!(conflicts(&capturing(), &capturing()).len(), 1);
    }
}
