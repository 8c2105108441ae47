//! Content negotiation: JSON, YAML or protobuf; the object itself, a table or its metadata.

use http::{HeaderMap, header};

use crate::{answer::Encoding, protobuf, status::Status};

use super::Query;

/// The encoding and shape that the client requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Media {
    pub(crate) yaml: bool,
    pub(crate) encoding: Encoding,
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

const TYPES: [&str; 3] = ["application/json", "application/yaml", protobuf::MEDIA_TYPE];

/// Whether the objects of the type can be encoded in protobuf. Their metadata always can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InProtobuf {
    Objects,
    Metadata,
}

impl Media {
    /// JSON, in the shape of the object itself.
    pub(crate) const JSON: Self = Self { yaml: false, encoding: Encoding::Plain, shape: Shape::Object };

    /// Returns the first media type accepted by the client that the server supports.
    pub(crate) fn negotiate(
        headers: &HeaderMap,
        query: &Query,
        in_protobuf: InProtobuf,
    ) -> Result<Self, Status> {
        let clauses = Clause::all(headers);
        if clauses.is_empty() {
            return Ok(Self::JSON);
        }
        let media = clauses.iter().find_map(|clause| clause.media(query, in_protobuf));
        let media = media.ok_or_else(|| Status::not_acceptable(&TYPES))?;
        media.check_table()?;
        Ok(media)
    }

    /// The encoding of an error. It has no other shape.
    pub(crate) fn of_error(headers: &HeaderMap) -> Encoding {
        let clauses = Clause::all(headers);
        let media = clauses.iter().filter(|clause| clause.parameter("as").is_empty());
        let query = Query::default();
        let media = media.into_iter().find_map(|clause| clause.media(&query, InProtobuf::Objects));
        media.map(|media| media.encoding).unwrap_or_default()
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
    /// What the client accepts, the best first.
    fn all(headers: &'a HeaderMap) -> Vec<Self> {
        let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut clauses: Vec<_> =
            accepted.flat_map(|value| value.split(',')).filter_map(Self::parse).collect();
        clauses.sort_by(|a, b| b.quality.total_cmp(&a.quality));
        clauses
    }

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

    fn media(&self, query: &Query, in_protobuf: InProtobuf) -> Option<Media> {
        let (yaml, encoding) = match self.media_type {
            "application/json" | "application/*" | "*/*" => (false, Encoding::Plain),
            "application/yaml" => (true, Encoding::Plain),
            protobuf::MEDIA_TYPE => (false, Encoding::Protobuf),
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
        let is_encodable = match &shape {
            Shape::Object => in_protobuf == InProtobuf::Objects,
            Shape::Metadata { .. } => true,
            Shape::Table { .. } => false,
        };
        (encoding == Encoding::Plain || is_encodable).then_some(Media { yaml, encoding, shape })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiate(accept: &'static str, in_protobuf: InProtobuf) -> Result<Media, u16> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, header::HeaderValue::from_static(accept));
        Media::negotiate(&headers, &Query::default(), in_protobuf).map_err(|status| status.code)
    }

    #[test]
    fn picks_the_first_supported_media_type() {
        let kubectl = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        let (objects, metadata) = (InProtobuf::Objects, InProtobuf::Metadata);
        assert!(matches!(negotiate(kubectl, objects).map(|m| m.shape), Ok(Shape::Table { .. })));
        let other = "application/json;as=Other;v=v1;g=meta.k8s.io,*/*;q=0.1";
        assert_eq!(negotiate(other, objects), Ok(Media::JSON));
        assert_eq!(negotiate("text/html", objects), Err(406));
        let typed = "application/vnd.kubernetes.protobuf,application/json";
        assert_eq!(negotiate(typed, objects).map(|media| media.encoding), Ok(Encoding::Protobuf));
        assert_eq!(negotiate(typed, metadata), Ok(Media::JSON));
        assert_eq!(negotiate("application/vnd.kubernetes.protobuf", metadata), Err(406));
        let partial = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
        let media = negotiate(partial, metadata).unwrap();
        assert_eq!(media.encoding, Encoding::Protobuf);
        assert!(matches!(media.shape, Shape::Metadata { of: MetadataOf::List, .. }));
    }

    #[test]
    fn errors_have_no_shape() {
        let of_error = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, header::HeaderValue::from_static(accept));
            Media::of_error(&headers)
        };
        assert_eq!(of_error("application/vnd.kubernetes.protobuf,application/json"), Encoding::Protobuf);
        let partial = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
        assert_eq!(of_error(partial), Encoding::Plain);
    }
}
