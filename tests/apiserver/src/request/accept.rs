//! Content negotiation: JSON, YAML or the stream of a watch; the object itself, a table or its metadata.

use http::{HeaderMap, header};

use crate::status::Status;

use super::Query;

/// The encoding and shape that the client requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Media {
    pub(crate) yaml: bool,
    pub(crate) shape: Shape,
}

/// The shape of the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The object itself.
    Object,
    /// Rows and columns, for display.
    Table { version: String, objects: TableObjects },
    /// Only the `metadata`.
    Metadata { version: String, of: MetadataOf },
}

/// Whether the metadata of an object or of a list is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetadataOf {
    Object,
    List,
}

/// The content of the `object` field of each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TableObjects {
    Nothing,
    Metadata,
    Whole,
    /// A value that is none of these.
    Unknown(String),
}

const TYPES: [&str; 2] = ["application/json", "application/yaml"];

impl Media {
    /// JSON, in the shape of the object itself.
    pub(crate) const JSON: Self = Self { yaml: false, shape: Shape::Object };

    /// Returns the first media type accepted by the client that the server supports.
    pub(crate) fn negotiate(headers: &HeaderMap, query: &Query) -> Result<Self, Status> {
        let accepted: Vec<&str> =
            headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let mut clauses: Vec<Clause<'_>> =
            accepted.iter().flat_map(|value| value.split(',')).filter_map(Clause::parse).collect();
        if clauses.is_empty() {
            return Ok(Self::JSON);
        }
        clauses.sort_by(|a, b| b.quality.total_cmp(&a.quality));
        let media = clauses.iter().find_map(|clause| clause.media(query));
        let media = media.ok_or_else(|| Status::not_acceptable(&TYPES))?;
        media.check_table()?;
        Ok(media)
    }

    fn check_table(&self) -> Result<(), Status> {
        match &self.shape {
            Shape::Table { objects: TableObjects::Unknown(given), .. } => Err(Status::bad_request(format!(
                "Unable to convert to Table as requested: includeObject: Invalid value: {}: must be 'Metadata', 'Object', \
                 'None', or empty",
                crate::status::quote(given)
            ))),
            _ => Ok(()),
        }
    }
}

struct Clause<'a> {
    media_type: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
    quality: f32,
}

impl<'a> Clause<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let media_type = parts.next().filter(|t| !t.is_empty())?;
        let parameters: Vec<(&str, &str)> = parts.filter_map(|part| part.split_once('=')).collect();
        let quality =
            parameters.iter().find(|(key, _)| *key == "q").and_then(|(_, q)| q.parse().ok()).unwrap_or(1.0);
        Some(Self { media_type, parameters, quality })
    }

    fn parameter(&self, name: &str) -> &'a str {
        self.parameters.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    fn media(&self, query: &Query) -> Option<Media> {
        let yaml = match self.media_type {
            "application/json" | "application/*" | "*/*" => false,
            "application/yaml" => true,
            _ => return None,
        };
        let version = self.parameter("v").to_owned();
        let known = self.parameter("g") == "meta.k8s.io" && matches!(version.as_str(), "v1" | "v1beta1");
        let shape = match self.parameter("as") {
            "" => Shape::Object,
            _ if !known => return None,
            "Table" => Shape::Table {
                version,
                objects: match query.text("includeObject") {
                    "None" => TableObjects::Nothing,
                    "Object" => TableObjects::Whole,
                    "" | "Metadata" => TableObjects::Metadata,
                    other => TableObjects::Unknown(other.to_owned()),
                },
            },
            "PartialObjectMetadata" => Shape::Metadata { version, of: MetadataOf::Object },
            "PartialObjectMetadataList" => Shape::Metadata { version, of: MetadataOf::List },
            _ => return None,
        };
        Some(Media { yaml, shape })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiate(accept: &'static str) -> Result<Media, u16> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, header::HeaderValue::from_static(accept));
        Media::negotiate(&headers, &Query::default()).map_err(|status| status.code)
    }

    #[test]
    fn picks_the_first_supported_media_type() {
        let kubectl = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        assert!(matches!(negotiate(kubectl).map(|m| m.shape), Ok(Shape::Table { .. })));
        assert_eq!(negotiate("application/vnd.kubernetes.protobuf,application/json"), Ok(Media::JSON));
        assert_eq!(negotiate("application/json;as=Other;v=v1;g=meta.k8s.io,*/*;q=0.1"), Ok(Media::JSON));
        assert_eq!(negotiate("text/html"), Err(406));
    }
}
