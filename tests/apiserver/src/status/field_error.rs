//! An invalid field, in the format of `field.Error`; a 422 lists one cause for each.

use serde_json::Value;

use super::{StatusCause, quote};

/// The kind of an error in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldErrorKind {
    /// The field is required.
    Required,
    /// The value is not valid.
    Invalid,
    /// The value has the wrong JSON type.
    TypeInvalid,
    /// The value is not one of the allowed values.
    NotSupported,
    /// The field may not be set here.
    Forbidden,
    /// The value is a duplicate.
    Duplicate,
    /// The value is too long.
    TooLong,
    /// The value has too many items.
    TooMany,
}

impl FieldErrorKind {
    fn reason(self) -> &'static str {
        match self {
            Self::Required => "FieldValueRequired",
            Self::Invalid => "FieldValueInvalid",
            Self::TypeInvalid => "FieldValueTypeInvalid",
            Self::NotSupported => "FieldValueNotSupported",
            Self::Forbidden => "FieldValueForbidden",
            Self::Duplicate => "FieldValueDuplicate",
            Self::TooLong => "FieldValueTooLong",
            Self::TooMany => "FieldValueTooMany",
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Required => "Required value",
            Self::Invalid | Self::TypeInvalid => "Invalid value",
            Self::NotSupported => "Unsupported value",
            Self::Forbidden => "Forbidden",
            Self::Duplicate => "Duplicate value",
            Self::TooLong => "Too long",
            Self::TooMany => "Too many",
        }
    }
}

/// One invalid field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldError {
    /// The path, as in `spec.parts[0].image`.
    pub field: String,
    /// The kind of the error.
    pub kind: FieldErrorKind,
    /// The actual value, if the message includes it.
    pub value: Option<Value>,
    /// More details.
    pub detail: String,
}

impl FieldError {
    /// The field is required.
    pub fn required(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: field.into(), kind: FieldErrorKind::Required, value: None, detail: detail.into() }
    }

    /// The value is not valid.
    pub fn invalid(field: impl Into<String>, value: impl Into<Value>, detail: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            kind: FieldErrorKind::Invalid,
            value: Some(value.into()),
            detail: detail.into(),
        }
    }

    /// The value has the wrong JSON type; `found` is the name of its type.
    pub fn wrong_type(field: impl Into<String>, found: &str, detail: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            kind: FieldErrorKind::TypeInvalid,
            value: Some(found.into()),
            detail: detail.into(),
        }
    }

    /// The field may not be set here.
    pub fn forbidden(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: field.into(), kind: FieldErrorKind::Forbidden, value: None, detail: detail.into() }
    }

    /// The value is not one of `allowed`.
    pub fn not_supported(field: impl Into<String>, value: impl Into<Value>, allowed: &[String]) -> Self {
        let allowed: Vec<String> = allowed.iter().map(|a| quote(a)).collect();
        Self {
            field: field.into(),
            kind: FieldErrorKind::NotSupported,
            value: Some(value.into()),
            detail: if allowed.is_empty() {
                String::new()
            } else {
                format!("supported values: {}", allowed.join(", "))
            },
        }
    }

    pub(crate) fn body(&self) -> String {
        let mut text = self.kind.message().to_owned();
        match &self.value {
            None => {}
            Some(Value::String(s)) => text.extend([": ", &quote(s)]),
            Some(other) => text.extend([": ", &other.to_string()]),
        }
        if !self.detail.is_empty() {
            text.push_str(": ");
            text.push_str(&self.detail);
        }
        text
    }

    pub(crate) fn cause(&self) -> StatusCause {
        StatusCause { reason: self.kind.reason().to_owned(), message: self.body(), field: self.field.clone() }
    }
}

/// All errors in one message: a single error unchanged, several in brackets, without duplicates.
pub(crate) fn aggregate(errors: &[FieldError]) -> Option<String> {
    let mut seen: Vec<String> = Vec::with_capacity(errors.len());
    for error in errors {
        let text = format!("{}: {}", error.field, error.body());
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    match seen.len() {
        0 => None,
        1 => seen.pop(),
        _ => Some(format!("[{}]", seen.join(", "))),
    }
}
