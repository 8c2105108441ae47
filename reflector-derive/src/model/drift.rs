//! The test that compares the type with a CRD file: which forms have a CRD, and the name of the test.

use proc_macro2::Ident;
use quote::format_ident;
use syn::LitStr;

use crate::{
    attr::{Given, reflect::ReflectAttrs},
    ctxt::Ctxt,
    form::Form,
    names, suggest,
    symbol::TEST,
};

/// The test.
pub(crate) struct DriftTest {
    pub(crate) name: Ident,
    /// The path of the CRD file, relative to the package.
    pub(crate) path: LitStr,
}

/// Returns `None` if there is no such test, or if it cannot compare anything; the error is then reported.
pub(super) fn of(cx: &Ctxt, reflect: &ReflectAttrs, form: &Form, root: &Ident) -> Option<DriftTest> {
    let Given { key, value } = reflect.test.as_ref()?;
    let reason = match form {
        Form::Root(_) => {
            "`test` compares the CRD that kube generates with a file, and kube generates none for this struct: remove \
             it, or derive `CustomResource` on a spec"
        }
        Form::Spec(kube) if kube.no_schema => {
            "`test` compares the CRD that kube generates with a file, and kube generates none with `schema = \
             \"disabled\"`: remove one of them"
        }
        Form::Spec(_) | Form::Forwarded(_) => "",
    };
    if !reason.is_empty() {
        cx.error(key, reason);
        return None;
    }
    let path = value.as_ref()?;
    let given = path.value();
    if given.is_empty() || given.starts_with(['/', '\\']) {
        let example = TEST.example;
        cx.error(
            path,
            format_args!(
                "write the path of the CRD file, relative to the package's `Cargo.toml`: `{example}`"
            ),
        );
        return None;
    }
    let name = suggest::rust_name(&root.to_string());
    let name = format_ident!("{name}_fits_its_crd_file", span = names::in_expansion(path.span()));
    Some(DriftTest { name, path: path.clone() })
}
