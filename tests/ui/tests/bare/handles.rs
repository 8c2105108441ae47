//! Types with every kind of generated item. Neither the prelude nor the runtime's original name is available here.

/// Every kind of index, label and selectable field, on a root struct.
#[derive(::renamed::Reflect)]
#[reflect(crate = "::renamed", group = "example.com", version = "v2", kind = "Widget", namespaced)]
#[reflect(selectable = "spec.color", selectable = ".spec.nodeName", label(app = "app", r#type = "a/type"))]
#[reflect(index(
    by_name = metadata.name,
    by_item = items?[].name,
    by_label = metadata.labels,
    by_app = metadata.labels["app"],
    by_color = serde(color),
    by_size: u32 = sizes,
    by_pair = (metadata.name, color),
    by_typed_pair: (::std::string::String, u32) = (color, sizes[]),
    by_length: usize = with(length),
    by_first = with(first),
    by_borrowed = with(borrowed),
    owner,
))]
pub(super) struct Widget {
    pub(super) metadata: ::kube::core::ObjectMeta,
    pub(super) items: ::core::option::Option<::std::vec::Vec<Item>>,
    pub(super) color: ::std::string::String,
    pub(super) sizes: ::std::vec::Vec<u32>,
}

pub(super) struct Item {
    pub(super) name: ::std::string::String,
}

fn length(widget: &Widget) -> usize {
    widget.sizes.len()
}

fn first(widget: &Widget) -> ::core::option::Option<u32> {
    widget.sizes.first().copied()
}

fn borrowed(widget: &Widget) -> &str {
    &widget.color
}

/// An older version of the same kind.
#[derive(::renamed::Reflect)]
#[reflect(crate = "::renamed", group = "example.com", version = "v1", kind = "Widget", namespaced)]
#[reflect(informer = "OldInformer", lister = "OldLister", lister_watcher = "OldListerWatcher")]
pub(super) struct WidgetV1 {
    pub(super) metadata: ::kube::core::ObjectMeta,
    pub(super) colour: ::std::string::String,
}

impl ::core::convert::From<WidgetV1> for Widget {
    fn from(old: WidgetV1) -> Self {
        let items = ::core::option::Option::None;
        Self { metadata: old.metadata, items, color: old.colour, sizes: ::std::vec::Vec::new() }
    }
}

/// A view of a built-in kind, whose selectable fields the compiler checks.
#[derive(::renamed::Reflect)]
#[reflect(crate = "::renamed", version = "v1", kind = "Pod", namespaced, no_aliases)]
#[reflect(selectable = "spec.nodeName")]
pub(super) struct PodView {
    pub(super) metadata: ::kube::core::ObjectMeta,
}

/// Implements `kube::Resource`, and has a test against a CRD file.
#[derive(::renamed::Reflect)]
#[reflect(crate = "::renamed", index(by_uid = metadata.uid), selectable = "spec.color", label(app = "app"))]
#[reflect(test = "bare-gadgets.yaml")]
pub(super) struct Gadget {
    pub(super) metadata: ::kube::core::ObjectMeta,
}

impl ::kube::Resource for Gadget {
    type DynamicType = ();
    type Scope = ::renamed::ClusterScoped;
    fn kind((): &()) -> ::std::borrow::Cow<'_, str> {
        ::std::borrow::Cow::Borrowed("Gadget")
    }
    fn group((): &()) -> ::std::borrow::Cow<'_, str> {
        ::std::borrow::Cow::Borrowed("example.com")
    }
    fn version((): &()) -> ::std::borrow::Cow<'_, str> {
        ::std::borrow::Cow::Borrowed("v1")
    }
    fn plural((): &()) -> ::std::borrow::Cow<'_, str> {
        ::std::borrow::Cow::Borrowed("gadgets")
    }
    fn meta(&self) -> &::kube::core::ObjectMeta {
        &self.metadata
    }
    fn meta_mut(&mut self) -> &mut ::kube::core::ObjectMeta {
        &mut self.metadata
    }
}

impl ::kube::CustomResourceExt for Gadget {
    fn crd() -> super::CustomResourceDefinition {
        super::gadgets_crd()
    }
    fn crd_name() -> &'static str {
        "gadgets.example.com"
    }
    fn api_resource() -> ::kube::core::ApiResource {
        ::kube::core::ApiResource::erase::<Self>(&())
    }
    fn shortnames() -> &'static [&'static str] {
        &[]
    }
}
