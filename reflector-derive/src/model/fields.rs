//! The fields that the derive knows: those of the struct it is placed on, and those of `metadata`. A wrong name among
//! them is reported with the right one. All other fields are left to the compiler.

use syn::{Attribute, Data, DeriveInput, LitStr, Member, Type, ext::IdentExt};

use crate::{
    ctxt::Ctxt,
    path::{IndexPath, Step},
    suggest,
};

/// The fields of `ObjectMeta`. A test compares them with the type.
const METADATA: &[&str] = &[
    "annotations",
    "creation_timestamp",
    "deletion_grace_period_seconds",
    "deletion_timestamp",
    "finalizers",
    "generate_name",
    "generation",
    "labels",
    "managed_fields",
    "name",
    "namespace",
    "owner_references",
    "resource_version",
    "self_link",
    "uid",
];

/// The names of the fields of a struct. `None` if the item has no named fields.
pub(super) fn names_of(input: &DeriveInput) -> Option<Vec<String>> {
    match &input.data {
        Data::Struct(data) => {
            let names: Vec<_> = data.fields.iter().filter_map(|field| field.ident.as_ref()).collect();
            let names = names.into_iter().map(|name| name.unraw().to_string()).collect::<Vec<_>>();
            (!names.is_empty()).then_some(names)
        }
        Data::Enum(_) | Data::Union(_) => None,
    }
}

/// Whether the type of a field is a path without generic arguments, which is a struct: an `Option`, a list or a map has some.
pub(super) fn is_struct(input: &DeriveInput, field: &Member) -> bool {
    let (Data::Struct(data), Member::Named(name)) = (&input.data, field) else { return false };
    let field = data.fields.iter().find(|field| field.ident.as_ref() == Some(name));
    field.is_some_and(|field| match &field.ty {
        Type::Path(path) => path.path.segments.iter().all(|segment| segment.arguments.is_none()),
        _ => false,
    })
}

/// Whether a root struct reads nothing of an object but `metadata`.
///
/// With attributes of serde, it may read other fields, such as with `#[serde(try_from = "...")]`.
pub(super) fn are_metadata_only(input: &DeriveInput) -> bool {
    let is_only_field = names_of(input).is_some_and(|names| names == ["metadata"]);
    let Data::Struct(data) = &input.data else { return false };
    let mut attributes = data.fields.iter().flat_map(|field| &field.attrs).chain(&input.attrs);
    is_only_field && attributes.all(|attribute| !attribute.path().is_ident("serde") || is_usual(attribute))
}

/// Whether an attribute of serde has no effect on the field `metadata`.
fn is_usual(attribute: &Attribute) -> bool {
    let mut is_usual = true;
    let parsed = attribute.parse_nested_meta(|meta| {
        let value: LitStr = meta.value()?.parse()?;
        let is_camel_case = meta.path.is_ident("rename_all") && value.value() == "camelCase";
        is_usual &= is_camel_case || meta.path.is_ident("crate");
        Ok(())
    });
    is_usual && parsed.is_ok()
}

/// Checks the fields of a path that are known. `fields` are those of the struct that the first two steps may name, with
/// that struct's name: of the root (`first` is `None`), or of its field `first`.
pub(super) fn check(
    cx: &Ctxt,
    path: &IndexPath,
    first: Option<&str>,
    owner: &str,
    fields: Option<&[String]>,
) -> bool {
    let known: Vec<&str> = fields.into_iter().flatten().map(String::as_str).collect();
    let start = named(&path.first).unwrap_or_default();
    if first.is_none() && fields.is_some() && !is_field(cx, &path.first, owner, &known) {
        return false;
    }
    let mut steps = path.steps.iter().filter_map(|step| match step {
        Step::Field(field) => Some(field),
        Step::Option(_) | Step::Each(_) | Step::Key(_) => None,
    });
    // A step between the first field and the second one leads to another type.
    if let Some(Step::Field(second)) = path.steps.first() {
        let second_is_valid = match start.as_str() {
            "metadata" => is_field(cx, second, "ObjectMeta", METADATA),
            start if first == Some(start) && fields.is_some() => is_field(cx, second, owner, &known),
            _ => is_rust_name(cx, second),
        };
        if !second_is_valid {
            return false;
        }
        steps.next();
    }
    steps.all(|field| is_rust_name(cx, field))
}

fn named(field: &Member) -> Option<String> {
    match field {
        Member::Named(name) => Some(name.unraw().to_string()),
        Member::Unnamed(_) => None,
    }
}

/// Whether a struct with these fields has the field. If not, reports an error with the right name.
fn is_field(cx: &Ctxt, field: &Member, owner: &str, known: &[&str]) -> bool {
    let Some(name) = named(field) else { return true };
    if known.contains(&name.as_str()) {
        return true;
    }
    let rust_name = suggest::rust_name(&name);
    if known.contains(&rust_name.as_str()) {
        cx.error(
            field,
            format_args!("`{name}` is the name in JSON: write the name of the Rust field, `{rust_name}`"),
        );
        return false;
    }
    let hint = suggest::hint(&rust_name, known.iter().copied());
    let available = known.join("`, `");
    cx.error(field, format_args!("`{owner}` has no field `{name}` (available: `{available}`){hint}"));
    false
}

/// Reports a field of an unknown struct that is named as in JSON.
fn is_rust_name(cx: &Ctxt, field: &Member) -> bool {
    let Member::Named(name) = field else { return true };
    let text = name.to_string();
    if !text.contains(char::is_uppercase) || text.starts_with("r#") {
        return true;
    }
    let rust_name = suggest::rust_name(&text);
    cx.error(
        field,
        format_args!(
            "`{text}` is a name in JSON: write the name of the Rust field, `{rust_name}` (or `r#{text}`, if the Rust \
             field has that name)"
        ),
    );
    false
}
