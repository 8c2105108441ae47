//! The model of the generated items, and every rule that involves more than one attribute.
//!
//! A model is built from the valid parts of the input even if there are errors, so that a mistake in one attribute
//! does not also make `Widget::informer` unknown. Must not depend on the generated code.

mod aliases;
mod drift;
mod fields;
mod handles;
mod indexes;
mod resource;

use proc_macro2::{Ident, Span};
use syn::{Data, DeriveInput, Field, Path, Visibility, parse_quote};

pub(crate) use self::{
    aliases::Aliases,
    drift::DriftTest,
    handles::{Handle, Handles},
    indexes::Index,
};
use crate::{
    attr::reflect::{ReflectAttrs, reject_inside},
    ctxt::Ctxt,
    form::{self, Form},
    names,
};

/// The description of the items to generate.
pub(crate) struct Model {
    /// The path of the runtime crate.
    pub(crate) krate: Path,
    /// The struct that is the resource.
    pub(crate) root: Ident,
    pub(crate) vis: Visibility,
    /// The span of its `metadata` field, if the user wrote it.
    pub(crate) metadata: Span,
    pub(crate) source: Source,
    /// Its only field is `metadata`.
    pub(crate) is_metadata_only: bool,
    pub(crate) indexes: Vec<Index>,
    pub(crate) handles: Handles,
    /// The test that compares the type with a CRD file.
    pub(crate) test: Option<DriftTest>,
    /// `None` if aliases are disabled or their names collide.
    pub(crate) aliases: Option<Aliases>,
}

/// The source of the group, version, kind, plural and scope.
pub(crate) enum Source {
    /// Literals in the attributes.
    Literals {
        /// `None` if a name is invalid; the error is already reported.
        names: Option<Names>,
        namespaced: bool,
        resource: ResourceImpl,
    },
    /// The root's implementation of `kube::Resource`.
    Resource,
}

/// What implements `kube::Resource`.
pub(crate) enum ResourceImpl {
    /// kube, for the struct that it generates.
    Kube,
    /// This derive.
    This,
    /// The user, if anything.
    Other,
}

/// The names of a resource, each valid in Kubernetes.
pub(crate) struct Names {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    pub(crate) plural: String,
}

impl Model {
    /// Builds the model. Returns `None`, after reporting an error, if the resource cannot be determined.
    pub(crate) fn of(cx: &Ctxt, input: &DeriveInput) -> Option<Self> {
        let mut reflect = ReflectAttrs::parse(cx, &input.attrs);
        reject_attributes_inside(cx, &input.data);
        let form = form::of(cx, input, &reflect)?;
        let (root, metadata, source) = match &form {
            Form::Spec(kube) => {
                let (root, source) = resource::of_spec(cx, input, &reflect, kube)?;
                (root, Span::call_site(), source)
            }
            Form::Root(metadata) => (input.ident.clone(), *metadata, resource::of_root(cx, input, &reflect)),
            Form::Forwarded(metadata) => {
                (input.ident.clone(), *metadata, resource::of_forwarded(cx, &reflect))
            }
        };
        let object = match &form {
            Form::Spec(kube) => indexes::Object::Generated(indexes::Spec { input, kube, root: &root }),
            Form::Root(_) | Form::Forwarded(_) => indexes::Object::This(input),
        };
        let test = drift::of(cx, &reflect, &form, &root);
        let is_metadata_only = match &form {
            Form::Spec(_) => false,
            Form::Root(_) | Form::Forwarded(_) => fields::are_metadata_only(input),
        };
        let aliases = aliases::of(cx, input, &root, &reflect);
        let indexes = indexes::of(cx, std::mem::take(&mut reflect.indexes), &object);
        let handles = handles::of(cx, &reflect, &object, &indexes);
        Some(Self {
            krate: reflect
                .krate
                .and_then(|krate| krate.value)
                .unwrap_or_else(|| parse_quote!(::reflector_runtime)),
            vis: names::vis_at(&input.vis, Span::call_site()),
            root: names::name_at(root.clone(), root.span()),
            metadata,
            source,
            is_metadata_only,
            aliases,
            indexes,
            handles,
            test,
        })
    }
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
