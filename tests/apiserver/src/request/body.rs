//! Decodes the body from JSON, YAML or protobuf into a value, or returns the real server's error if it is invalid.

use http::{HeaderMap, header};
use serde_json::Value;

use super::protobuf;
use crate::status::Status;

/// The format of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyFormat {
    Json,
    Yaml,
    Protobuf,
}

impl BodyFormat {
    /// Returns the format that the `Content-Type` specifies; JSON if there is no header.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Status> {
        match media_type(headers) {
            "" | "application/json" => Ok(Self::Json),
            "application/yaml" => Ok(Self::Yaml),
            protobuf::MEDIA_TYPE => Ok(Self::Protobuf),
            _ => {
                let types = ["application/json", "application/yaml", protobuf::MEDIA_TYPE];
                Err(Status::unsupported_media_type(&types))
            }
        }
    }
}

/// The `Content-Type` without its parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> &str {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim()
}

/// Decodes the value in the body.
pub(crate) fn parse_body(format: BodyFormat, body: &[u8]) -> Result<Value, Status> {
    match format {
        BodyFormat::Json => serde_json::from_slice(body).map_err(|error| {
            Status::bad_request(format!("couldn't get version/kind; json parse error: {error}"))
        }),
        BodyFormat::Yaml => serde_norway::from_slice(body)
            .map_err(|error| Status::bad_request(format!("error converting YAML to JSON: {error}"))),
        BodyFormat::Protobuf => protobuf::parse(body).map_err(|rejection| rejection.status(body)),
    }
}
