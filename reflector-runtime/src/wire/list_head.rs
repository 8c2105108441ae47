//! The fields of a list other than its items ([`ListHead`]), and whether it is a list of the requested kind.

use kube::core::TypeMeta;
use serde::de::IgnoredAny;

use super::{
    ProtocolError,
    error::short,
    scan::{Cursor, string, string_or_number},
};

/// The fields of a list other than its items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListHead {
    pub(crate) api_version: Option<String>,
    pub(crate) kind: Option<String>,
    /// The error is separate: a response of another kind is reported as such, even if its metadata are different.
    pub(crate) metadata: Result<ListMetadata, ProtocolError>,
}

/// `metadata` of a list (meta/v1 `ListMeta`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ListMetadata {
    /// Empty if the server does not report it.
    pub(crate) resource_version: String,
    /// `None` on the last page.
    pub(crate) continue_token: Option<String>,
    pub(crate) remaining_item_count: Option<u64>,
}

impl ListMetadata {
    pub(super) const MISSING: ProtocolError =
        ProtocolError::NotAList { problem: "it has no object in the field `metadata`" };

    /// Reads the metadata from their text. The number of remaining items is a hint: a value of another type is
    /// ignored.
    pub(super) fn read(text: &[u8]) -> Result<Self, ProtocolError> {
        const NO_VERSION: ProtocolError =
            ProtocolError::NotAList { problem: "`metadata.resourceVersion` is not a string" };
        const NO_TOKEN: ProtocolError =
            ProtocolError::NotAList { problem: "`metadata.continue` is not a string" };
        let mut cursor = Cursor::new(text);
        if !cursor.at_object() {
            return Err(Self::MISSING);
        }
        let (mut version, mut token, mut remaining) = (None, None, None);
        let malformed = ProtocolError::Malformed { expected: "a list's metadata" };
        serde_json::from_slice::<IgnoredAny>(text).map_err(|_| malformed.clone())?;
        cursor
            .object(&mut |key, value| {
                let field = match key {
                    b"resourceVersion" => &mut version,
                    b"continue" => &mut token,
                    b"remainingItemCount" => &mut remaining,
                    _ => return Ok(None),
                };
                *field = text.get(value.value()?).filter(|literal| *literal != b"null");
                Ok(Some(()))
            })
            .map_err(|_| malformed)?;
        let version = version.map(|literal| string_or_number(literal).ok_or(NO_VERSION)).transpose()?;
        let token = token.map(|literal| string(literal).ok_or(NO_TOKEN)).transpose()?;
        Ok(Self {
            resource_version: version.unwrap_or_default().into_owned(),
            continue_token: token.filter(|token| !token.is_empty()).map(Into::into),
            remaining_item_count: remaining
                .and_then(|literal| std::str::from_utf8(literal).ok()?.parse().ok()),
        })
    }
}

/// What the items of a list say about their kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ItemKinds {
    /// There are no items so far.
    NoItems,
    /// Each item contains its kind.
    Own,
    /// Only the list contains the kind of at least one item. Items of built-in types contain none.
    OfTheList,
}

impl ListHead {
    /// Checks that this can be a list of `expected`, given the items that have arrived.
    ///
    /// A CRD may choose any list kind, and some servers omit it. So each list is accepted whose items contain their
    /// kind.
    pub(crate) fn check(&self, expected: &TypeMeta, items: ItemKinds) -> Result<(), ProtocolError> {
        let is_expected_list = self.is_list_of(expected);
        let is_other_version =
            self.api_version.as_ref().is_some_and(|version| *version != expected.api_version);
        let is_other_kind = self.kind.as_ref().is_some_and(|kind| {
            // A single object is not a list. The other two have a list's metadata.
            matches!(kind.as_str(), "Status" | "Table") || *kind == expected.kind
        });
        if is_other_version || is_other_kind || (items == ItemKinds::OfTheList && !is_expected_list) {
            return Err(self.wrong_list(expected));
        }
        Ok(())
    }

    /// Checks a complete list without items. No item shows its kind, and an empty list of another kind would remove
    /// all objects. So only lists of custom resources may have another kind than `<Kind>List`.
    pub(crate) fn check_empty(
        &self,
        expected: &TypeMeta,
        has_items_field: bool,
    ) -> Result<(), ProtocolError> {
        self.check(expected, ItemKinds::NoItems)?;
        let group = expected.api_version.split_once('/').map_or("", |(group, _)| group);
        let is_custom = group.contains('.') && !group.ends_with(".k8s.io");
        if self.is_list_of(expected) || (is_custom && has_items_field) {
            return Ok(());
        }
        Err(self.wrong_list(expected))
    }

    fn is_list_of(&self, expected: &TypeMeta) -> bool {
        self.kind.as_ref().and_then(|kind| kind.strip_suffix("List")) == Some(&expected.kind)
    }

    fn wrong_list(&self, expected: &TypeMeta) -> ProtocolError {
        let text = |field: &Option<String>, none: &'static str| {
            field.as_deref().map_or_else(|| none.to_owned(), short)
        };
        let found = match (&self.api_version, &self.kind) {
            (None, None) => "a response without apiVersion and kind".to_owned(),
            (version, kind) => {
                format!("{} {}", text(version, "(no apiVersion)"), text(kind, "(no kind)"))
            }
        };
        ProtocolError::WrongList { expected: expected.clone(), found }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_are_read_leniently() {
        let read = |text: &str| ListMetadata::read(text.as_bytes());
        let expected = |version: &str, token: Option<&str>, remaining_item_count| ListMetadata {
            resource_version: version.to_owned(),
            continue_token: token.map(str::to_owned),
            remaining_item_count,
        };
        for (text, metadata) in [
            (
                r#"{"resourceVersion":"7","continue":"t","remainingItemCount":3}"#,
                expected("7", Some("t"), Some(3)),
            ),
            (r#" {"resourceVersion":7,"remainingItemCount":-1} "#, expected("7", None, None)),
            (r#"{"resource\u0056ersion":"7","remainingItemCount":"x"}"#, expected("7", None, None)),
            // Servers that are not written in Go may send `null` for an absent field.
            (
                r#"{"resourceVersion":null,"continue":null,"remainingItemCount":null}"#,
                expected("", None, None),
            ),
            (r#"{"resourceVersion":"","continue":"","remainingItemCount":[{}]}"#, expected("", None, None)),
            (r#"{"selfLink":"/x","remainingItemCount":1.5}"#, expected("", None, None)),
            ("{}", expected("", None, None)),
        ] {
            assert_eq!(read(text), Ok(metadata), "{text}");
        }
        for text in ["null", "7", r#""x""#, "[]"] {
            assert_eq!(read(text), Err(ListMetadata::MISSING), "{text}");
        }
        for wrong in ["true", "{}", "[]"] {
            let error = read(&format!(r#"{{"resourceVersion":{wrong}}}"#)).unwrap_err();
            assert!(error.to_string().contains("`metadata.resourceVersion` is not a string"), "{error}");
            let error = read(&format!(r#"{{"continue":{wrong}}}"#)).unwrap_err();
            assert!(error.to_string().contains("`metadata.continue` is not a string"), "{error}");
        }
        assert!(read(r#"{"continue":7}"#).is_err());
        assert!(matches!(read(r#"{"a":}"#), Err(ProtocolError::Malformed { .. })));
    }

    fn head(api_version: &str, kind: &str) -> ListHead {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        ListHead { api_version: text(api_version), kind: text(kind), metadata: Ok(ListMetadata::default()) }
    }

    fn expected(api_version: &str, kind: &str) -> TypeMeta {
        TypeMeta { api_version: api_version.to_owned(), kind: kind.to_owned() }
    }

    #[test]
    fn a_list_of_custom_resources_may_have_any_kind() {
        let widget = expected("example.com/v1", "Widget");
        for kind in ["WidgetList", "WidgetCollection", "WidgetBag", "Widgets", ""] {
            for api_version in ["example.com/v1", ""] {
                let list = head(api_version, kind);
                assert_eq!(list.check(&widget, ItemKinds::NoItems), Ok(()), "{list:?}");
                assert_eq!(list.check(&widget, ItemKinds::Own), Ok(()), "{list:?}");
                assert_eq!(list.check_empty(&widget, true), Ok(()), "{list:?}");
                let is_usual = kind == "WidgetList";
                assert_eq!(list.check(&widget, ItemKinds::OfTheList).is_ok(), is_usual, "{list:?}");
                assert_eq!(list.check_empty(&widget, false).is_ok(), is_usual, "{list:?}");
            }
        }
    }

    #[test]
    fn responses_of_another_kind_are_never_lists() {
        let widget = expected("example.com/v1", "Widget");
        for list in [
            head("v1", "Status"),
            head("", "Status"),
            head("example.com/v1", "Status"),
            head("meta.k8s.io/v1", "Table"),
            head("example.com/v1", "Table"),
            head("example.com/v1", "Widget"),
            head("example.com/v2", "WidgetList"),
            head("v1", "SecretList"),
            head("v1", "List"),
        ] {
            for items in [ItemKinds::NoItems, ItemKinds::Own, ItemKinds::OfTheList] {
                assert!(list.check(&widget, items).is_err(), "{list:?}");
            }
            assert!(list.check_empty(&widget, true).is_err(), "{list:?}");
        }
    }

    #[test]
    fn an_empty_list_of_a_built_in_type_must_have_its_kind() {
        for (api_version, kind) in
            [("v1", "Pod"), ("apps/v1", "Deployment"), ("rbac.authorization.k8s.io/v1", "Role")]
        {
            let expected = expected(api_version, kind);
            let own = head(api_version, &format!("{kind}List"));
            assert_eq!(own.check(&expected, ItemKinds::OfTheList), Ok(()));
            assert_eq!(own.check_empty(&expected, false), Ok(()));
            for other in ["SecretList", "List", ""] {
                let list = head(api_version, other);
                assert!(list.check_empty(&expected, true).is_err(), "{list:?}");
                assert!(list.check(&expected, ItemKinds::OfTheList).is_err(), "{list:?}");
                assert_eq!(list.check(&expected, ItemKinds::Own), Ok(()), "{list:?}: each item is checked");
            }
        }
        let x_k8s = expected("cluster.x-k8s.io/v1beta1", "Machine");
        assert_eq!(head("cluster.x-k8s.io/v1beta1", "Machines").check_empty(&x_k8s, true), Ok(()));
    }

    #[test]
    fn the_error_names_what_was_returned() {
        let pods = expected("v1", "Pod");
        let error = |list: ListHead| list.check_empty(&pods, true).unwrap_err().to_string();
        assert!(error(head("v1", "SecretList")).contains("returned v1 SecretList, expected v1 PodList"));
        assert!(error(head("", "")).contains("returned a response without apiVersion and kind"));
        assert!(error(head("v1", "")).contains("returned v1 (no kind)"));
    }
}
