//! How objects are presented: unchanged, in another version, as metadata only, or in a table; alone or in a list.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{
    answer::{Answer, AnswerBody, NEWLINE},
    registry::{Origin, ResourceType},
    request::{Media, MetadataOf, Shape},
    status::Status,
    storage::{KeyOrder, Object, encode_object},
    table,
};

/// The metadata of a list.
#[derive(Debug, Default)]
pub(crate) struct ListMeta {
    pub(crate) resource_version: u64,
    pub(crate) continue_token: Option<String>,
    pub(crate) remaining: Option<usize>,
    pub(crate) shard: Option<String>,
}

impl ListMeta {
    /// The format in lists of custom resources, which do not include shards and always include `continue`.
    fn custom_json(&self) -> Vec<u8> {
        let token = self.continue_token.clone().unwrap_or_default();
        Self { continue_token: Some(token), shard: None, ..*self }.json()
    }

    /// The format in all other lists.
    pub(crate) fn json(&self) -> Vec<u8> {
        let mut meta = Map::new();
        if let Some(token) = &self.continue_token {
            meta.insert("continue".to_owned(), token.as_str().into());
        }
        if let Some(remaining) = self.remaining {
            meta.insert("remainingItemCount".to_owned(), remaining.into());
        }
        meta.insert("resourceVersion".to_owned(), self.resource_version.to_string().into());
        if let Some(shard) = &self.shard {
            meta.insert("shardInfo".to_owned(), json!({"selector": shard}));
        }
        encode_object(KeyOrder::Sorted, &Value::Object(meta)).to_vec()
    }
}

/// The object's JSON in the version of this type, which is nearly always the stored version.
pub(crate) fn object_json(ty: &ResourceType, object: &Object) -> Bytes {
    if ty.version == object.version {
        return object.json.clone();
    }
    let mut value = object.value();
    ty.stamp(&mut value);
    encode_object(ty.key_order(), &value)
}

/// Returns a response with an object.
pub(crate) fn object(
    ty: &ResourceType,
    media: &Media,
    status: u16,
    object: &Object,
    now: &str,
) -> Result<Answer, Status> {
    let json = match &media.shape {
        Shape::Object => object_json(ty, object),
        Shape::Metadata { version, of } => {
            check_metadata(ty, *of, MetadataOf::Object)?;
            metadata_json(version, object)
        }
        Shape::Table { version, objects } => {
            let version_of = ListMeta { resource_version: object.resource_version, ..ListMeta::default() };
            table::table(ty, version, objects, table::Head::Included, &[object], &version_of, now)
        }
    };
    encoded(media, Answer::json(status, vec![json, NEWLINE]))
}

/// The metadata of a list and the metadata of an object are different types.
fn check_metadata(ty: &ResourceType, asked: MetadataOf, found: MetadataOf) -> Result<(), Status> {
    if asked == found {
        return Ok(());
    }
    let (asked, is, list) = match asked {
        MetadataOf::Object => ("PartialObjectMetadata", "is a list", "List"),
        MetadataOf::List => ("PartialObjectMetadataList", "is not a list", ""),
    };
    let type_name = match ty.origin {
        Origin::Custom => format!("unstructured.Unstructured{list}"),
        Origin::BuiltIn => format!("core.{}{list}", ty.kind),
    };
    let why = format!("you requested {asked}, but the requested object {is} (*{type_name})");
    Err(Status::failure(406, "NotAcceptable", why))
}

/// Returns a response with a status.
pub(crate) fn status(media: &Media, code: u16, status: &Status) -> Result<Answer, Status> {
    encoded(media, Answer::json(code, vec![status.to_json().into(), NEWLINE]))
}

/// Returns a response with a list.
pub(crate) fn list(
    ty: &ResourceType,
    media: &Media,
    objects: &[impl AsRef<Object>],
    meta: &ListMeta,
    now: &str,
) -> Result<Answer, Status> {
    let pieces = match &media.shape {
        Shape::Object => list_pieces(ty, objects.iter().map(|object| list_item(ty, object.as_ref())), meta),
        Shape::Metadata { version, of } => {
            check_metadata(ty, *of, MetadataOf::List)?;
            let head = format!(
                "{{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/{version}\",\"metadata\":"
            );
            let items = objects.iter().map(|object| metadata_json(version, object.as_ref()));
            joined(
                [head.into_bytes(), meta.json(), b",\"items\":[".to_vec()].concat(),
                items,
                b"]}\n".to_vec(),
            )
        }
        Shape::Table { version, objects: shown } => {
            let objects: Vec<&Object> = objects.iter().map(AsRef::as_ref).collect();
            vec![table::table(ty, version, shown, table::Head::Included, &objects, meta, now), NEWLINE]
        }
    };
    encoded(media, Answer::json(200, pieces))
}

/// A list in pieces: for custom resources with sorted keys, so that the metadata is last; for built-in types in the
/// order of their structs.
pub(crate) fn list_pieces(
    ty: &ResourceType,
    items: impl Iterator<Item = Bytes>,
    meta: &ListMeta,
) -> Vec<Bytes> {
    let (kind, version) = (&ty.list_kind, ty.api_version());
    let (head, tail) = match ty.origin {
        Origin::Custom => (
            format!("{{\"apiVersion\":\"{version}\",\"items\":[").into_bytes(),
            [format!("],\"kind\":\"{kind}\",\"metadata\":").as_bytes(), &meta.custom_json(), b"}\n"].concat(),
        ),
        Origin::BuiltIn => (
            [
                format!("{{\"kind\":\"{kind}\",\"apiVersion\":\"{version}\",\"metadata\":").as_bytes(),
                &meta.json(),
                b",\"items\":[",
            ]
            .concat(),
            b"]}\n".to_vec(),
        ),
    };
    joined(head, items, tail)
}

fn joined(head: Vec<u8>, items: impl Iterator<Item = Bytes>, tail: Vec<u8>) -> Vec<Bytes> {
    let mut pieces = vec![Bytes::from(head)];
    for (i, item) in items.enumerate() {
        if i > 0 {
            pieces.push(Bytes::from_static(b","));
        }
        pieces.push(item);
    }
    pieces.push(tail.into());
    pieces
}

/// In the lists of built-in types, items include neither `kind` nor `apiVersion`.
fn list_item(ty: &ResourceType, object: &Object) -> Bytes {
    match ty.origin {
        Origin::Custom => object_json(ty, object),
        Origin::BuiltIn => {
            let prefix = format!("{{\"kind\":\"{}\",\"apiVersion\":\"{}\",", ty.kind, ty.api_version());
            match object.json.strip_prefix(prefix.as_bytes()) {
                Some(rest) => [b"{", rest].concat().into(),
                None => object.json.clone(),
            }
        }
    }
}

/// The object's metadata only.
pub(crate) fn metadata_json(version: &str, object: &Object) -> Bytes {
    let metadata = object.value()["metadata"].take();
    let partial = json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": format!("meta.k8s.io/{version}"),
        "metadata": metadata,
    });
    encode_object(KeyOrder::Struct, &partial)
}

/// Encodes the response in YAML, if the client requested it, or notes another encoding.
fn encoded(media: &Media, mut answer: Answer) -> Result<Answer, Status> {
    if !media.yaml {
        return Ok(answer.encoded_in(media.encoding));
    }
    if let AnswerBody::Pieces(pieces) = &answer.body {
        let value: Value =
            serde_json::from_slice(&pieces.concat()).map_err(|error| Status::internal(&error.to_string()))?;
        let yaml = serde_norway::to_string(&value).map_err(|error| Status::internal(&error.to_string()))?;
        answer.body = AnswerBody::Pieces(vec![yaml.into()]);
        answer.headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/yaml"));
    }
    Ok(answer)
}
