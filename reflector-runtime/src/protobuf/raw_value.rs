//! `serde_json::value::RawValue`: the JSON text of a value, which a type may keep as it is.

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, Visitor, value::MapDeserializer},
};

use super::error::ValueError;

/// The name by which `RawValue` is recognised. `serde_json` does not export it.
pub(super) const TOKEN: &str = "$serde_json::private::RawValue";

/// Writes the value as JSON and gives that to the visitor of a `RawValue`.
pub(super) fn deserialize<'de, D, V>(value: D, visitor: V) -> Result<V::Value, ValueError>
where
    D: Deserializer<'de, Error = ValueError>,
    V: Visitor<'de>,
{
    let text = serde_json::to_string(&serde_json::Value::deserialize(value)?).map_err(ValueError::custom)?;
    visitor.visit_map(MapDeserializer::new(std::iter::once((TOKEN, text))))
}
