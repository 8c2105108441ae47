//! Field management: `metadata.managedFields`, and its use by server-side apply.
//!
//! Pure functions over objects and types.

mod blank;
mod entries;
mod last_applied;
mod set;
mod typing;
mod walk;

use serde_json::Value;

use crate::{
    engine::Endpoint,
    registry::{Origin, ResourceType, StatusSubresource},
    status::{Status, StatusCause, StatusDetails},
};

use entries::{Entry, Operation, Owner};
use set::{FieldSet, shown};
use typing::Typing;

/// The manager of a write, and its time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) manager: &'a str,
    pub(crate) endpoint: Endpoint,
    pub(crate) now: &'a str,
}

/// How fields that a configuration changes but other managers own are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnConflict {
    Fail,
    Force,
}

impl Writer<'_> {
    fn owner(&self, ty: &ResourceType, operation: Operation) -> Owner {
        Owner {
            manager: self.manager.to_owned(),
            operation,
            api_version: ty.api_version(),
            subresource: match self.endpoint {
                Endpoint::Main => String::new(),
                Endpoint::Status => "status".to_owned(),
            },
        }
    }
}

/// Fields that are never managed.
const SYSTEM: [&str; 8] = [
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "generation",
    "managedFields",
    "resourceVersion",
];

/// Removes fields that are never managed or that this endpoint does not write.
fn strip(ty: &ResourceType, endpoint: Endpoint, set: &mut FieldSet) {
    set.remove_below(&["f:apiVersion"]);
    set.remove_below(&["f:kind"]);
    set.remove_only(&[]);
    set.remove_only(&["f:metadata"]);
    for field in SYSTEM {
        set.remove_below(&["f:metadata", &format!("f:{field}")]);
    }
    match endpoint {
        Endpoint::Main => {
            if ty.status == StatusSubresource::Served {
                set.remove_below(&["f:status"]);
            }
            if ty.origin == Origin::BuiltIn && ty.kind == "Namespace" {
                set.remove_below(&["f:spec"]);
            }
        }
        Endpoint::Status => {
            set.remove_below(&["f:spec"]);
            if ty.origin == Origin::Custom {
                set.remove_below(&["f:metadata"]);
            }
        }
    }
}

/// Records the manager that created an object.
pub(crate) fn track_create(ty: &ResourceType, object: &mut Value, writer: Writer<'_>) {
    let entries = entries::read(object);
    record(ty, &blank::object(ty), object, entries, writer);
}

/// Records the manager that changed an object.
pub(crate) fn track_update(ty: &ResourceType, old: &Value, new: &mut Value, writer: Writer<'_>) {
    // A list with one empty entry resets the managed fields.
    let reset = new["metadata"]["managedFields"].as_array().is_some_and(|all| {
        !all.is_empty() && all.iter().all(|entry| entry.as_object().is_some_and(serde_json::Map::is_empty))
    });
    if reset {
        entries::write(new, Vec::new());
        return;
    }
    let given = entries::read(new);
    let entries = if given.is_empty() { entries::read(old) } else { given };
    record(ty, old, new, entries, writer);
}

/// Without a writer, the entries do not change.
pub(crate) fn keep(old: &Value, new: &mut Value) {
    if let (Some(entries), Some(metadata)) =
        (old["metadata"].get("managedFields"), new["metadata"].as_object_mut())
    {
        metadata.entry("managedFields").or_insert_with(|| entries.clone());
    }
}

fn record(ty: &ResourceType, old: &Value, new: &mut Value, mut entries: Vec<Entry>, writer: Writer<'_>) {
    let typing = Typing::of(ty);
    let mut found = walk::compare(&typing, old, new);
    strip(ty, writer.endpoint, &mut found.changed);
    strip(ty, writer.endpoint, &mut found.removed);
    let owner = writer.owner(ty, Operation::Update);
    for entry in entries.iter_mut().filter(|entry| entry.owner != owner) {
        entry.fields.subtract(&found.changed);
        entry.fields.subtract(&found.removed);
    }
    let mine = entries.iter_mut().find(|entry| entry.owner == owner);
    let mut fields = mine.as_ref().map(|entry| entry.fields.clone()).unwrap_or_default();
    fields.union(&found.changed);
    fields.subtract(&found.removed);
    set_fields(&mut entries, owner, fields, writer.now);
    entries::write(new, entries);
}

/// Sets the fields of the owner. The time changes only if the fields do.
fn set_fields(entries: &mut Vec<Entry>, owner: Owner, fields: FieldSet, now: &str) {
    match entries.iter_mut().find(|entry| entry.owner == owner) {
        Some(entry) if entry.fields == fields => {}
        Some(entry) => {
            entry.fields = fields;
            now.clone_into(&mut entry.time);
        }
        None => entries.push(Entry { owner, time: now.to_owned(), fields }),
    }
}

/// Applies a configuration to an object: merges it, removes fields that the manager no longer applies, and updates
/// the ownership.
pub(crate) fn apply(
    ty: &ResourceType,
    live: &Value,
    configuration: &Value,
    writer: Writer<'_>,
    on_conflict: OnConflict,
) -> Result<Value, Status> {
    let typing = Typing::of(ty);
    let owner = writer.owner(ty, Operation::Apply);
    let mut entries = entries::read(live);
    let mut fields = walk::fields_of(&typing, configuration);
    strip(ty, writer.endpoint, &mut fields);

    let mut merged = live.clone();
    walk::merge(&typing, &mut merged, configuration);
    let mut abandoned =
        entries.iter().find(|e| e.owner == owner).map(|e| e.fields.clone()).unwrap_or_default();
    abandoned.subtract(&fields);
    for path in abandoned.paths().iter().rev() {
        let others =
            entries.iter().any(|entry| entry.owner != owner && entry.fields.contains_at_or_below(path));
        if !others && !fields.contains_at_or_below(path) {
            walk::remove(&typing, &mut merged, path);
        }
    }

    let mut found = walk::compare(&typing, live, &merged);
    strip(ty, writer.endpoint, &mut found.changed);
    strip(ty, writer.endpoint, &mut found.removed);
    let conflicts_except = |given: &FieldSet| -> Vec<(usize, FieldSet)> {
        let others = entries.iter().enumerate().filter(|(_, entry)| entry.owner != owner);
        others
            .map(|(at, entry)| {
                let mut both = entry.fields.intersection(&found.changed);
                both.subtract(given);
                (at, both)
            })
            .filter(|(_, both)| !both.is_empty())
            .collect()
    };
    let rejected = conflicts_except(&last_applied::transferable_fields(ty, live, writer.manager));
    if !rejected.is_empty() && on_conflict == OnConflict::Fail {
        return Err(conflict(&entries, &rejected));
    }
    let conflicts = conflicts_except(&FieldSet::default());
    for (at, lost) in &conflicts {
        entries[*at].fields.subtract(lost);
    }
    for entry in entries.iter_mut().filter(|entry| entry.owner != owner) {
        entry.fields.subtract(&found.removed);
    }
    set_fields(&mut entries, owner, fields, writer.now);
    last_applied::refresh(live, &mut merged, configuration, writer.manager);
    entries::write(&mut merged, entries);
    Ok(merged)
}

fn conflict(entries: &[Entry], conflicts: &[(usize, FieldSet)]) -> Status {
    let mut causes = Vec::new();
    let mut lines = Vec::new();
    for (at, both) in conflicts {
        let with = entries[*at].display();
        lines.push(format!("conflicts with {with}:"));
        for path in both.paths() {
            lines.push(format!("- {}", shown(&path)));
            causes.push(StatusCause {
                reason: "FieldManagerConflict".to_owned(),
                message: format!("conflict with {with}"),
                field: shown(&path),
            });
        }
    }
    let message = match causes.as_slice() {
        [only] => format!("Apply failed with 1 conflict: {}: {}", only.message, only.field),
        all => format!("Apply failed with {} conflicts: {}", all.len(), lines.join("\n")),
    };
    Status::failure(409, "Conflict", message)
        .with_details(StatusDetails { causes, ..StatusDetails::default() })
}
