//! [`FieldSelector`]: conditions on fields, and what a builder accepts as a field selector ([`IntoFieldSelector`]).

use std::{borrow::Cow, fmt, marker::PhantomData};

/// A field selector for objects of the type `K`: conditions that all must hold. The conditions come from a
/// [`SelectableField`](super::SelectableField).
pub struct FieldSelector<K> {
    text: String,
    of: PhantomData<fn(&K)>,
}

impl<K> FieldSelector<K> {
    pub(super) fn condition(path: &str, operator: &str, value: &str) -> Self {
        Self { text: format!("{path}{operator}{}", escaped(value)), of: PhantomData }
    }

    /// Selects the objects that both select. The API server has no "or" for fields.
    #[must_use]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "as `Selector::and`; conditions are written as one expression"
    )]
    pub fn and(mut self, other: Self) -> Self {
        self.text.push(',');
        self.text.push_str(&other.text);
        self
    }
}

/// A value in the syntax of a field selector (apimachinery's `fields.EscapeValue`).
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        if matches!(character, '\\' | ',' | '=') {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

/// The syntax of `kubectl --field-selector`.
impl<K> fmt::Display for FieldSelector<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<K> fmt::Debug for FieldSelector<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FieldSelector").field(&self.text).finish()
    }
}

impl<K> Clone for FieldSelector<K> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), of: PhantomData }
    }
}

/// What selects objects of the type `K` by fields: a [`FieldSelector`] of that type, or a text in the syntax of
/// `kubectl --field-selector`, which only the API server checks.
#[diagnostic::on_unimplemented(
    message = "this is not a field selector for `{K}`",
    label = "expected a `FieldSelector<{K}>` or a text",
    note = "a condition on a field is `field.equals(value)`, with a handle of `{K}`: `SelectableField::<{K}>::METADATA_NAME`, \
            or one that `#[derive(Reflect)]` generates for `#[kube(selectable = \"...\")]`"
)]
pub trait IntoFieldSelector<K> {
    /// The syntax of `kubectl --field-selector`.
    fn into_text(self) -> String;
}

impl<K> IntoFieldSelector<K> for FieldSelector<K> {
    fn into_text(self) -> String {
        self.text
    }
}

impl<K> IntoFieldSelector<K> for String {
    fn into_text(self) -> String {
        self
    }
}

impl<K> IntoFieldSelector<K> for &String {
    fn into_text(self) -> String {
        self.clone()
    }
}

impl<K> IntoFieldSelector<K> for &str {
    fn into_text(self) -> String {
        self.to_owned()
    }
}

impl<K> IntoFieldSelector<K> for Cow<'_, str> {
    fn into_text(self) -> String {
        self.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Pod;

    use super::super::SelectableField;

    #[test]
    fn values_are_escaped() {
        let selector = SelectableField::<Pod>::METADATA_NAME
            .equals("a")
            .and(SelectableField::STATUS_POD_IP.not_equals(r"b,c=d\e"));
        assert_eq!(selector.to_string(), r"metadata.name=a,status.podIP!=b\,c\=d\\e");
        assert_eq!(
            SelectableField::<Pod>::SPEC_HOST_NETWORK.equals(true).to_string(),
            "spec.hostNetwork=true"
        );
    }
}
