//! Picks one of the three forms of the derive from the struct's fields and other attributes.
//!
//! Must not depend on the keys that each form requires.

use proc_macro2::Span;
use syn::{Data, DeriveInput, Fields, Type};

use crate::{
    attr::{kube::KubeAttrs, reflect::ReflectAttrs},
    ctxt::Ctxt,
};

/// The item that the derive is placed on.
pub(crate) enum Form {
    /// The spec, alongside `CustomResource`: kube generates the root struct.
    Spec(Box<KubeAttrs>),
    /// A root struct whose names are set in `#[reflect(...)]`, and the span of its `metadata` field.
    Root(Span),
    /// A root struct that already implements `kube::Resource`, such as the one that kube generates, and the span of
    /// its `metadata` field.
    Forwarded(Span),
}

/// The end of the error for an item that has none of the three forms.
const FORMS: &str = "\
`Reflect` supports three forms:
  1. on a spec, alongside `CustomResource`:
       #[derive(CustomResource, Reflect, ...)] #[kube(group = \"example.com\", version = \"v1\", kind = \"Widget\", \
       namespaced)] struct WidgetSpec { ... }
  2. on a root struct with a `metadata` field:
       #[derive(Reflect, ...)] #[reflect(version = \"v1\", kind = \"Pod\", namespaced)] \
       struct PodView { metadata: ObjectMeta, ... }
  3. forwarded by kube to the root struct that it generates:
       #[derive(CustomResource, ...)] #[kube(..., derive = \"Reflect\")] struct WidgetSpec { ... }";

/// Returns the form, or reports an error that lists all three.
pub(crate) fn of(cx: &Ctxt, input: &DeriveInput, reflect: &ReflectAttrs) -> Option<Form> {
    if !input.generics.params.is_empty() {
        cx.error(
            &input.generics,
            "`Reflect` cannot be derived for a generic type, because a Kubernetes resource is one concrete type: \
             define a separate struct for each resource",
        );
        return None;
    }
    let fields = match &input.data {
        Data::Union(data) => {
            cx.error(
                data.union_token,
                "`Reflect` cannot be derived for a union, because a union cannot be deserialized: use a struct",
            );
            return None;
        }
        Data::Struct(data) => Some(&data.fields),
        Data::Enum(_) => None,
    };
    // The resource is the struct that kube generates, so the spec can be any item that kube accepts.
    if let Some(kube) = KubeAttrs::parse(&input.attrs) {
        if let Some(at) = &kube.at
            && kube.group.is_none()
            && is_root(fields)
        {
            let name = &input.ident;
            cx.error(
                at,
                format_args!(
                    "`{name}` has a field `metadata`, so that it is the resource itself and not a spec: write \
                     `#[reflect(...)]` instead of `#[kube(...)]`, and do not derive `CustomResource`"
                ),
            );
            return None;
        }
        return Some(Form::Spec(Box::new(kube)));
    }
    let Some(Fields::Named(fields)) = fields else {
        let what = if fields.is_none() { "an enum" } else { "a struct without named fields" };
        reject(cx, input, what);
        return None;
    };
    let metadata =
        fields.named.iter().filter_map(|field| field.ident.as_ref()).find(|name| *name == "metadata");
    let Some(metadata) = metadata else {
        reject(cx, input, "a struct without a `metadata` field");
        return None;
    };
    let named =
        [&reflect.group, &reflect.version, &reflect.kind, &reflect.plural].into_iter().any(Option::is_some);
    Some(if named { Form::Root(metadata.span()) } else { Form::Forwarded(metadata.span()) })
}

/// Whether one of the fields is `metadata: ObjectMeta`.
fn is_root(fields: Option<&Fields>) -> bool {
    fields.into_iter().flatten().any(|field| {
        let is_metadata = field.ident.as_ref().is_some_and(|name| name == "metadata");
        let type_name = match &field.ty {
            Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
            _ => None,
        };
        is_metadata && type_name.is_some_and(|name| name == "ObjectMeta")
    })
}

/// Reports that the item has none of the three forms.
fn reject(cx: &Ctxt, input: &DeriveInput, what: &str) {
    let ident = &input.ident;
    let message =
        format!("cannot derive `Reflect`: `{ident}` is {what} and has no `#[kube(...)]` attribute; {FORMS}");
    cx.error(ident, message);
}
