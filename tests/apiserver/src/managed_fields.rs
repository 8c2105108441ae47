//! x
use crate::{engine::Endpoint, registry::ResourceType};
use serde_json::Value;
pub(crate) fn track_create(_: &ResourceType, _: &mut Value, _: &str, _: &str) {}
pub(crate) fn track_update(_: &ResourceType, _: &Value, _: &mut Value, _: &str, _: Endpoint, _: &str) {}
pub(crate) fn keep_old_times(_: &Value, _: &mut Value) {}
