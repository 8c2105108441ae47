//! `metav1.Status`: the format of all error responses, with the messages of the real server.
//!
//! Contains the format and the messages. Must not depend on HTTP or on the source of an error.

mod field_error;

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};

pub use field_error::{FieldError, FieldErrorKind};

use crate::registry::GroupResource;

/// A `metav1.Status`. Serializes its keys in the order of the real server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The list metadata; contains a new `continue` token if a list expired between two pages.
    #[serde(default)]
    pub metadata: StatusMeta,
    /// Whether the request succeeded.
    #[serde(default, rename = "status")]
    pub outcome: Outcome,
    /// The human-readable message.
    #[serde(default)]
    pub message: String,
    /// The machine-readable reason: `NotFound`, `Conflict`, `Expired`, ...
    #[serde(default)]
    pub reason: String,
    /// The object or resource of the error.
    #[serde(default)]
    pub details: Option<StatusDetails>,
    /// The HTTP status code; 0 in the response to a delete.
    #[serde(default)]
    pub code: u16,
    /// Warnings that are sent in headers.
    #[serde(skip)]
    pub warnings: Vec<String>,
}

/// Whether a request succeeded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The request succeeded.
    Success,
    /// The request failed.
    #[default]
    Failure,
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", "Status")?;
        map.serialize_entry("apiVersion", "v1")?;
        map.serialize_entry("metadata", &self.metadata)?;
        map.serialize_entry("status", &self.outcome)?;
        for (key, text) in [("message", &self.message), ("reason", &self.reason)] {
            if !text.is_empty() {
                map.serialize_entry(key, text)?;
            }
        }
        if let Some(details) = &self.details {
            map.serialize_entry("details", details)?;
        }
        if self.code > 0 {
            map.serialize_entry("code", &self.code)?;
        }
        map.end()
    }
}

/// The metadata of a [`Status`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusMeta {
    /// A token to continue with, inconsistently, after a list expired.
    #[serde(default, rename = "continue", skip_serializing_if = "String::is_empty")]
    pub continue_token: String,
}

/// The details of a [`Status`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusDetails {
    /// The object's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The API group.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// The resource (or, for a validation error, the kind).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The object's uid.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// The individual causes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<StatusCause>,
    /// The number of seconds after which to retry.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retry_after_seconds: u32,
}

/// One cause in [`StatusDetails`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCause {
    /// The machine-readable reason.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The human-readable message.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The path of the field.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's skip_serializing_if passes a reference
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.reason, self.message)
    }
}

impl std::error::Error for Status {}

impl Status {
    /// A failure with only these three fields.
    pub fn failure(code: u16, reason: &str, message: impl Into<String>) -> Self {
        Self {
            metadata: StatusMeta::default(),
            outcome: Outcome::Failure,
            message: message.into(),
            reason: reason.to_owned(),
            details: None,
            code,
            warnings: Vec::new(),
        }
    }

    /// The response to a successful request that returns no object.
    pub fn success(details: StatusDetails) -> Self {
        Self { outcome: Outcome::Success, details: Some(details), ..Self::failure(200, "", "") }
    }

    /// Sets these details.
    #[must_use]
    pub fn with_details(mut self, details: StatusDetails) -> Self {
        self.details = Some(details);
        self
    }

    fn with_object(self, gr: &GroupResource, name: &str) -> Self {
        self.with_details(StatusDetails {
            name: name.to_owned(),
            group: gr.group.clone(),
            kind: gr.resource.clone(),
            ..StatusDetails::default()
        })
    }

    /// 404: the object does not exist.
    pub fn not_found(gr: &GroupResource, name: &str) -> Self {
        Self::failure(404, "NotFound", format!("{gr} {} not found", quote(name))).with_object(gr, name)
    }

    /// 409: an object with this name already exists.
    pub fn already_exists(gr: &GroupResource, name: &str) -> Self {
        Self::failure(409, "AlreadyExists", format!("{gr} {} already exists", quote(name)))
            .with_object(gr, name)
    }

    /// 409: the object was modified concurrently, or a precondition failed.
    pub fn conflict(gr: &GroupResource, name: &str, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {gr} {}: {why}", quote(name));
        Self::failure(409, "Conflict", message).with_object(gr, name)
    }

    /// 403: the request is not allowed.
    pub fn forbidden(gr: &GroupResource, name: &str, why: &str) -> Self {
        let message = match name {
            "" => format!("{gr} is forbidden: {why}"),
            _ => format!("{gr} {} is forbidden: {why}", quote(name)),
        };
        Self::failure(403, "Forbidden", message).with_object(gr, name)
    }

    /// 401: the client is not authenticated.
    pub fn unauthorized() -> Self {
        Self::failure(401, "Unauthorized", "Unauthorized")
    }

    /// 400: the request is invalid.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::failure(400, "BadRequest", message)
    }

    /// 405: the resource does not support this verb.
    pub fn method_not_supported(gr: &GroupResource, verb: &str) -> Self {
        let message = format!("{verb} is not supported on resources of kind {}", quote(&gr.to_string()));
        Self::failure(405, "MethodNotAllowed", message).with_object(gr, "")
    }

    /// 406: the server supports none of the media types that the client accepts.
    pub fn not_acceptable(accepted: &[&str]) -> Self {
        let message = format!("only the following media types are accepted: {}", accepted.join(", "));
        Self::failure(406, "NotAcceptable", message)
    }

    /// 415: the server does not support the media type of the body.
    pub fn unsupported_media_type(accepted: &[&str]) -> Self {
        let message = format!(
            "the body of the request was in an unknown format - accepted media types include: {}",
            accepted.join(", ")
        );
        Self::failure(415, "UnsupportedMediaType", message)
    }

    /// 422: the object is not valid for its type.
    pub fn invalid(group: &str, kind: &str, name: &str, errors: &[FieldError]) -> Self {
        let qualified = GroupResource::new(group, kind);
        let what = format!("{qualified} {} is invalid", quote(name));
        let message = match field_error::aggregate(errors) {
            None => what,
            Some(all) => format!("{what}: {all}"),
        };
        Self::failure(422, "Invalid", message).with_details(StatusDetails {
            name: name.to_owned(),
            group: group.to_owned(),
            kind: kind.to_owned(),
            causes: errors.iter().map(FieldError::cause).collect(),
            ..StatusDetails::default()
        })
    }

    /// 410: this resourceVersion or continue token is older than the history.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::failure(410, "Expired", message)
    }

    /// 410 in the format of the watch cache: `wanted` was requested, and the oldest version to start from is
    /// `oldest`.
    pub fn too_old_resource_version(wanted: u64, oldest: u64) -> Self {
        Self::expired(format!("too old resource version: {wanted} ({oldest})"))
    }

    /// 504: the requested resourceVersion has not been reached.
    pub fn too_large_resource_version(wanted: u64, current: u64) -> Self {
        Self::failure(
            504,
            "Timeout",
            format!("Timeout: Too large resource version: {wanted}, current: {current}"),
        )
        .with_details(StatusDetails {
            causes: vec![StatusCause {
                reason: "ResourceVersionTooLarge".to_owned(),
                message: "Too large resource version".to_owned(),
                field: String::new(),
            }],
            retry_after_seconds: 1,
            ..StatusDetails::default()
        })
    }

    /// 429: retry later.
    pub fn too_many_requests(message: impl Into<String>, retry_after_seconds: u32) -> Self {
        Self::failure(429, "TooManyRequests", message)
            .with_details(StatusDetails { retry_after_seconds, ..StatusDetails::default() })
    }

    /// 500: an error in the server.
    pub fn internal(why: &str) -> Self {
        Self::failure(500, "InternalError", format!("Internal error occurred: {why}")).with_details(
            StatusDetails {
                causes: vec![StatusCause { message: why.to_owned(), ..StatusCause::default() }],
                ..StatusDetails::default()
            },
        )
    }

    /// A failure identified only by its code, with the reason that the real server uses for that code.
    pub fn for_code(code: u16) -> Self {
        let (reason, message) = match code {
            400 => ("BadRequest", "the server rejected our request for an unknown reason"),
            401 => ("Unauthorized", "Unauthorized"),
            403 => ("Forbidden", "forbidden"),
            404 => ("NotFound", "the server could not find the requested resource"),
            405 => ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
            406 => (
                "NotAcceptable",
                "the server was unable to respond with a content type that the client supports",
            ),
            409 => ("Conflict", "the server reported a conflict"),
            410 => ("Expired", "The resourceVersion for the provided watch is too old."),
            415 => ("UnsupportedMediaType", "the media type of the body is not supported"),
            422 => ("Invalid", "the server rejected our request due to an error in our request"),
            429 => ("TooManyRequests", "Too many requests, please try again later."),
            500 => ("InternalError", "Internal error occurred"),
            503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
            504 => ("Timeout", "Timeout: request did not complete within the allotted timeout"),
            _ => ("", "an error on the server has prevented the request from succeeding"),
        };
        Self::failure(code, reason, message)
    }

    /// The JSON bytes, as the body of a response.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Go's `%q`, to the extent that names and messages need it.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
