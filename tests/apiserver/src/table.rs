//! `meta.k8s.io` tables, which `kubectl get` requests.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    handlers::{ListMeta, metadata_json, object_json},
    registry::{Column, Origin, ResourceType, Source, table_columns},
    request::TableObjects,
    storage::{KeyOrder, Object, encode_object},
};

/// Whether a table includes the column definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    Included,
    /// In a watch, only the first table includes them.
    Omitted,
}

/// Formats the objects as rows of a table.
pub(crate) fn table(
    ty: &ResourceType,
    version: &str,
    shown: &TableObjects,
    head: Head,
    objects: &[&Object],
    meta: &ListMeta,
    now: &str,
) -> Bytes {
    let columns = table_columns(ty);
    let rows: Vec<Value> =
        objects.iter().map(|object| row(ty, version, shown, &columns, object, now)).collect();
    let metadata: Value = serde_json::from_slice(&meta.json()).unwrap_or_default();
    document(version, &metadata, head, &columns, rows)
}

/// A table without rows, for a bookmark.
pub(crate) fn bookmark(ty: &ResourceType, version: &str, metadata: &Value) -> Bytes {
    let columns = table_columns(ty);
    let object = json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": format!("meta.k8s.io/{version}"),
        "metadata": metadata,
    });
    let row = json!({"cells": vec![Value::Null; columns.len()], "object": object});
    let list = json!({"resourceVersion": metadata["resourceVersion"]});
    document(version, &list, Head::Omitted, &columns, vec![row])
}

fn document(version: &str, metadata: &Value, head: Head, columns: &[Column], rows: Vec<Value>) -> Bytes {
    let definitions = match head {
        Head::Included => columns.iter().map(Column::definition).collect(),
        Head::Omitted => Value::Null,
    };
    let mut table = Map::new();
    table.insert("kind".to_owned(), "Table".into());
    table.insert("apiVersion".to_owned(), format!("meta.k8s.io/{version}").into());
    table.insert("metadata".to_owned(), metadata.clone());
    table.insert("columnDefinitions".to_owned(), definitions);
    table.insert("rows".to_owned(), rows.into());
    encode_object(KeyOrder::Struct, &Value::Object(table))
}

fn row(
    ty: &ResourceType,
    version: &str,
    shown: &TableObjects,
    columns: &[Column],
    object: &Object,
    now: &str,
) -> Value {
    let value = object.value();
    let cells: Vec<Value> = columns.iter().map(|column| cell(ty, column, &value, now)).collect();
    let embedded = |json: Bytes| serde_json::from_slice(&json).unwrap_or_default();
    let object = match shown {
        TableObjects::Nothing | TableObjects::Unknown(_) => Value::Null,
        TableObjects::Metadata => embedded(metadata_json(version, object)),
        TableObjects::Whole => embedded(object_json(ty, object)),
    };
    json!({"cells": cells, "object": object})
}

fn cell(ty: &ResourceType, column: &Column, value: &Value, now: &str) -> Value {
    if let Source::Entries(fields) = &column.source {
        return fields
            .iter()
            .map(|field| value[*field].as_object().map_or(0, Map::len))
            .sum::<usize>()
            .into();
    }
    let Some(found) = column.first(value).filter(|found| !found.is_null()) else {
        return match ty.origin {
            Origin::BuiltIn => "<none>".into(),
            Origin::Custom => Value::Null,
        };
    };
    let is_age = column.name == "Age" || column.kind == "date";
    match (column.kind.as_str(), found) {
        _ if is_age => age(found.as_str().unwrap_or_default(), now).into(),
        ("integer", Value::Number(n)) => {
            n.as_i64().or_else(|| whole(n.as_f64()?)).map_or(Value::Null, Value::from)
        }
        ("number", Value::Number(_)) | ("boolean", Value::Bool(_)) | ("string", Value::String(_)) => {
            found.clone()
        }
        ("string", other) => other.to_string().into(),
        _ => Value::Null,
    }
}

#[allow(clippy::cast_possible_truncation)] // fractions in an integer column are truncated, as in the real server
fn whole(number: f64) -> Option<i64> {
    number.is_finite().then_some(number as i64)
}

/// The age as `kubectl` formats it: `5m`, `3h20m`, `2d`.
fn age(since: &str, now: &str) -> String {
    let (Ok(since), Ok(now)) = (since.parse::<Timestamp>(), now.parse::<Timestamp>()) else {
        return "<invalid>".to_owned();
    };
    let seconds = now.as_second() - since.as_second();
    match seconds {
        ..=-2 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(seconds / 60, "m", seconds % 60, "s"),
        600..10_800 => format!("{}m", seconds / 60),
        10_800..28_800 => two(seconds / 3600, "h", seconds / 60 % 60, "m"),
        28_800..172_800 => format!("{}h", seconds / 3600),
        172_800..691_200 => two(seconds / 86_400, "d", seconds / 3600 % 24, "h"),
        691_200..63_072_000 => format!("{}d", seconds / 86_400),
        63_072_000..252_288_000 => two(seconds / 31_536_000, "y", seconds / 86_400 % 365, "d"),
        _ => format!("{}y", seconds / 31_536_000),
    }
}

fn two(large: i64, large_unit: &str, small: i64, small_unit: &str) -> String {
    match small {
        0 => format!("{large}{large_unit}"),
        _ => format!("{large}{large_unit}{small}{small_unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn ages_are_formatted_as_in_kubectl() {
        let now = "2026-01-10T00:00:00Z";
        let ages = [
            ("2026-01-09T23:59:30Z", "30s"),
            ("2026-01-09T23:55:00Z", "5m"),
            ("2026-01-09T23:54:59Z", "5m1s"),
            ("2026-01-09T20:40:00Z", "3h20m"),
            ("2026-01-08T23:00:00Z", "25h"),
            ("2026-01-07T23:00:00Z", "2d1h"),
            ("2025-12-01T00:00:00Z", "40d"),
            ("2026-01-11T00:00:00Z", "<invalid>"),
        ];
        for (since, shown) in ages {
            assert_eq!(age(since, now), shown);
        }
    }
}
