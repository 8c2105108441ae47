//! What is to be generated, and every rule that looks at more than one attribute.
//!
//! A model is made even where there were errors, of all that is sure: so that a mistake in one attribute does
//! not also make `Widget::informer` unknown. Must not know how generated code looks.

mod aliases;
mod indexes;
mod resource;

use proc_macro2::{Ident, Span};
use syn::{Data, DeriveInput, Field, Path, Visibility, parse_quote};

pub(crate) use self::{aliases::Aliases, indexes::Index};
use crate::{
    attr::reflect::{ReflectAttrs, reject_inside},
    ctxt::Ctxt,
    names,
    shape::{self, Shape},
};

/// What is to be generated.
pub(crate) struct Model {
    /// Where the runtime is.
    pub(crate) krate: Path,
    /// The struct that is the resource.
    pub(crate) root: Ident,
    pub(crate) vis: Visibility,
    /// Where its `metadata` field stands, if the user wrote it.
    pub(crate) metadata: Span,
    pub(crate) source: Source,
    pub(crate) indexes: Vec<Index>,
    /// `None` where they are not wanted.
    pub(crate) aliases: Option<Aliases>,
}

/// Where group, version, kind, plural and scope come from.
pub(crate) enum Source {
    /// From literals.
    Literals {
        /// `None` where some name is wrong, which is reported already.
        names: Option<Names>,
        namespaced: bool,
        /// Whether to implement `kube::Resource` too.
        resource: bool,
    },
    /// From the `kube::Resource` that the root implements.
    Resource,
}

/// The names of a resource, each of them accepted by Kubernetes.
pub(crate) struct Names {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    pub(crate) plural: String,
}

impl Model {
    /// `None` where it is not sure what the resource is; then there are errors.
    pub(crate) fn of(cx: &Ctxt, input: &DeriveInput) -> Option<Self> {
        let reflect = ReflectAttrs::parse(cx, &input.attrs);
        reject_attributes_inside(cx, &input.data);
        let shape = shape::of(cx, input, &reflect)?;
        let (root, metadata, source) = match &shape {
            Shape::Spec(kube) => {
                let (root, source) = resource::of_spec(cx, input, &reflect, kube)?;
                (root, Span::call_site(), source)
            }
            Shape::Root(metadata) => {
                (input.ident.clone(), *metadata, resource::of_root(cx, &input.ident, &reflect))
            }
            Shape::Forwarded(metadata) => {
                (input.ident.clone(), *metadata, resource::of_forwarded(cx, &reflect))
            }
        };
        let spec = match &shape {
            Shape::Spec(kube) => Some(indexes::Spec { input, kube, root: &root }),
            Shape::Root(_) | Shape::Forwarded(_) => None,
        };
        let aliases = aliases::of(cx, input, &root, &reflect);
        let indexes = indexes::of(cx, reflect.indexes, spec.as_ref());
        Some(Self {
            krate: reflect
                .krate
                .and_then(|krate| krate.value)
                .unwrap_or_else(|| parse_quote!(::reflector_runtime)),
            vis: in_expansion_vis(&input.vis),
            root: names::name_at(root.clone(), root.span()),
            metadata,
            source,
            aliases,
            indexes,
        })
    }
}

/// The same visibility, but no longer the user's token: else a lint that offers to change it for a generated
/// item would change it for the struct.
fn in_expansion_vis(vis: &Visibility) -> Visibility {
    let mut vis = vis.clone();
    match &mut vis {
        Visibility::Public(public) => public.span = Span::call_site(),
        Visibility::Restricted(restricted) => restricted.pub_token.span = Span::call_site(),
        Visibility::Inherited => {}
    }
    vis
}

fn reject_attributes_inside(cx: &Ctxt, data: &Data) {
    let reject = |fields: &mut dyn Iterator<Item = &Field>| {
        for field in fields {
            reject_inside(cx, &field.attrs);
        }
    };
    match data {
        Data::Struct(data) => reject(&mut data.fields.iter()),
        Data::Enum(data) => {
            for variant in &data.variants {
                reject_inside(cx, &variant.attrs);
                reject(&mut variant.fields.iter());
            }
        }
        Data::Union(data) => reject(&mut data.fields.named.iter()),
    }
}
