//! Which of the three shapes stands here, told by what is on the struct.
//!
//! Must not know what each shape requires of its attributes.

use proc_macro2::Span;
use syn::{Data, DeriveInput, Fields};

use crate::{
    attr::{kube::KubeAttrs, reflect::ReflectAttrs},
    ctxt::Ctxt,
};

/// What the derive stands on.
pub(crate) enum Shape {
    /// The spec, beside `CustomResource`: kube generates the root struct.
    Spec(Box<KubeAttrs>),
    /// A root struct that `#[reflect(...)]` gives its names; where its `metadata` stands.
    Root(Span),
    /// A root struct that has `kube::Resource` already, such as the one kube generates; where its `metadata`
    /// stands.
    Forwarded(Span),
}

/// The error for what is none of the three.
const SHAPES: &str = "\
`Reflect` finds no Kubernetes resource here. It stands on one of three:
  1. a spec, beside `CustomResource`:
       #[derive(CustomResource, Reflect, ...)] #[kube(group = \"example.com\", version = \"v1\", kind = \"Widget\", \
       namespaced)] struct WidgetSpec { ... }
  2. a root struct with a `metadata` field:
       #[derive(Reflect, ...)] #[reflect(version = \"v1\", kind = \"Pod\", namespaced)] \
       struct PodView { metadata: ObjectMeta, ... }
  3. the root struct that kube generates, told so on the spec:
       #[derive(CustomResource, ...)] #[kube(..., derive = \"Reflect\")] struct WidgetSpec { ... }";

/// The shape, or an error that names all three.
pub(crate) fn of(cx: &Ctxt, input: &DeriveInput, reflect: &ReflectAttrs) -> Option<Shape> {
    if !input.generics.params.is_empty() {
        cx.error(
            &input.generics,
            "a Kubernetes resource is one concrete type, so `Reflect` takes no generics: write a struct for each",
        );
        return None;
    }
    let fields = match &input.data {
        Data::Union(data) => {
            cx.error(data.union_token, "`Reflect` cannot stand on a union: no union can be read from JSON");
            return None;
        }
        Data::Struct(data) => Some(&data.fields),
        Data::Enum(_) => None,
    };
    // Here the resource is the struct that kube generates; the spec may be whatever kube takes.
    if let Some(kube) = KubeAttrs::parse(&input.attrs) {
        return Some(Shape::Spec(Box::new(kube)));
    }
    let Some(Fields::Named(fields)) = fields else {
        let what = if fields.is_none() { "an enum" } else { "a struct without named fields" };
        cx.error(&input.ident, format_args!("this is {what}, so it has no `metadata`. {SHAPES}"));
        return None;
    };
    let metadata =
        fields.named.iter().filter_map(|field| field.ident.as_ref()).find(|name| *name == "metadata");
    let Some(metadata) = metadata else {
        cx.error(&input.ident, SHAPES);
        return None;
    };
    let named =
        [&reflect.group, &reflect.version, &reflect.kind, &reflect.plural].into_iter().any(Option::is_some);
    Some(if named { Shape::Root(metadata.span()) } else { Shape::Forwarded(metadata.span()) })
}
