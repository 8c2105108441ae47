//! Every key of `#[reflect(...)]`, with an example of its syntax, and the keys of `#[kube(...)]` that describe the
//! resource.

/// A key of an attribute.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// An example of its syntax, for error messages.
    pub(crate) example: &'static str,
}

macro_rules! keys {
    ($($ident:ident: $name:literal = $example:literal),+ $(,)?) => {
        $(pub(crate) const $ident: Key = Key { name: $name, example: $example };)+
        /// Every key of `#[reflect(...)]`.
        pub(crate) const ALL: &[&Key] = &[$(&$ident),+];
    };
}

keys! {
    GROUP: "group" = r#"group = "example.com""#,
    VERSION: "version" = r#"version = "v1""#,
    KIND: "kind" = r#"kind = "Widget""#,
    PLURAL: "plural" = r#"plural = "widgets""#,
    NAMESPACED: "namespaced" = "namespaced",
    NO_RESOURCE: "no_resource" = "no_resource",
    NO_ALIASES: "no_aliases" = "no_aliases",
    INFORMER: "informer" = r#"informer = "MyInformer""#,
    LISTER: "lister" = r#"lister = "MyLister""#,
    LISTER_WATCHER: "lister_watcher" = r#"lister_watcher = "MyListerWatcher""#,
    CRATE: "crate" = r#"crate = "::path::to::reflector_runtime""#,
    TEST: "test" = r#"test = "deploy/widgets.yaml""#,
    SELECTABLE: "selectable" = r#"selectable = "spec.nodeName""#,
    LABEL: "label" = r#"label(app = "app.kubernetes.io/name")"#,
    INDEX: "index" = "index(by_color = spec.color)",
}

/// Keys of `#[kube(...)]` that users might place in `#[reflect(...)]` by mistake.
pub(crate) const KUBE_ONLY: &[&str] = &[
    "root",
    "status",
    "singular",
    "shortname",
    "category",
    "schema",
    "scale",
    "printcolumn",
    "derive",
    "attr",
    "no_spec",
    "validation",
    "crates",
    "doc",
    "served",
    "storage",
    "deprecated",
    "cel",
    "annotation",
];

/// `owner` in `index(...)`: an index by the uid of the controller.
pub(crate) const OWNER: &str = "owner";
/// `serde(path)` in `index(...)`: the text of a field, as serialized.
pub(crate) const SERDE: &str = "serde";
/// `with(function)` in `index(...)`: the result of a function.
pub(crate) const WITH: &str = "with";

/// `schema` in `#[kube(...)]`: how the schema of the CRD is made.
pub(crate) const SCHEMA: &str = "schema";
/// `no_spec` in `#[kube(...)]`: the fields of the spec are those of the root.
pub(crate) const NO_SPEC: &str = "no_spec";
/// `root` in `#[kube(...)]`: renames the struct that kube generates.
pub(crate) const ROOT: &str = "root";
/// `singular` in `#[kube(...)]`: the name that kube pluralizes.
pub(crate) const SINGULAR: &str = "singular";
/// `derive` in `#[kube(...)]`: additional derives of the generated struct.
pub(crate) const DERIVE: &str = "derive";
/// `status` in `#[kube(...)]`: adds a `status` field to the generated struct.
pub(crate) const STATUS: &str = "status";
