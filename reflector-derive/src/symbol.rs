//! Every key that `#[reflect(...)]` takes, with the line that shows how it is written, and the keys of
//! `#[kube(...)]` that decide what a resource is.

/// A key of an attribute.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// How it is written, for error messages.
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
    INDEX: "index" = "index(by_color = spec.color)",
}

/// Keys of `#[kube(...)]` that are easily written into `#[reflect(...)]` by mistake.
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
    "selectable",
    "validation",
    "crates",
    "doc",
];

/// `root` of `#[kube(...)]`: renames the struct that kube generates.
pub(crate) const ROOT: &str = "root";
/// `singular` of `#[kube(...)]`: what kube pluralises.
pub(crate) const SINGULAR: &str = "singular";
/// `derive` of `#[kube(...)]`: what else the generated struct derives.
pub(crate) const DERIVE: &str = "derive";
/// `status` of `#[kube(...)]`: gives the generated struct a `status` field.
pub(crate) const STATUS: &str = "status";
