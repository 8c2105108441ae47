//! Writes to the server. Writes bypass the network: the simulation checks how informers process a write, not the
//! write.

use serde_json::{Value, json};

use super::World;
use crate::{
    plan::{COLORS, PARTS, Slot, TIERS, Write},
    thing::Resource,
};

fn nth(of: &[&'static str], number: u8) -> &'static str {
    of.get(usize::from(number) % of.len()).copied().unwrap_or_default()
}

/// The value of the label `tier` in a merge patch. An empty tier removes the label.
fn tier(number: u8) -> Value {
    match nth(&TIERS, number) {
        "" => Value::Null,
        tier => tier.into(),
    }
}

fn object(slot: Slot, tier: u8, color: u8, parts: u8) -> Value {
    let mut labels = json!({});
    if !nth(&TIERS, tier).is_empty() {
        labels["tier"] = nth(&TIERS, tier).into();
    }
    let mut object = json!({
        "metadata": { "name": slot.name(), "labels": labels },
        slot.resource.content(): { "color": nth(&COLORS, color), "parts": nth(&PARTS, parts) },
    });
    if let Some(namespace) = slot.namespace() {
        object["metadata"]["namespace"] = namespace.into();
    }
    object
}

impl World {
    pub(super) fn write(&mut self, slot: Slot, write: Write) {
        match write {
            Write::Put(tier, color, parts) => self.put(slot, &object(slot, tier, color, parts)),
            Write::Relabel(number) => {
                self.patch(slot, &json!({ "metadata": { "labels": { "tier": tier(number) } } }));
            }
            Write::Recolor(color) => self.recolor(slot, color),
            Write::Status(number) => {
                let (version, plural) = (slot.resource.api_version(), slot.resource.plural());
                let patch = json!({ "status": { "phase": nth(&COLORS, number) } });
                let written =
                    self.server.merge_patch_status(version, plural, slot.namespace(), &slot.name(), &patch);
                self.record(slot.resource, written.ok());
            }
            Write::Delete => self.delete(slot),
            Write::Recreate(color) => {
                self.delete(slot);
                self.put(slot, &object(slot, color, color, color));
            }
            Write::MakeUndecodable => self.patch(slot, &json!({ slot.resource.content(): { "color": 7 } })),
            Write::Churn(times) => (0..times).for_each(|color| self.recolor(slot, color)),
        }
    }

    fn recolor(&mut self, slot: Slot, color: u8) {
        self.patch(slot, &json!({ slot.resource.content(): { "color": nth(&COLORS, color) } }));
    }

    fn record(&mut self, resource: Resource, written: Option<Value>) {
        if let Some(object) = written {
            self.record_state(resource, &object);
        }
    }

    fn put(&mut self, slot: Slot, object: &Value) {
        let (version, plural) = (slot.resource.api_version(), slot.resource.plural());
        let created = self.server.create(version, plural, slot.namespace(), object.clone());
        let written = match created {
            // The object already exists, or its kind is not served.
            Err(_) => self.server.update(version, plural, slot.namespace(), object.clone()),
            created => created,
        };
        self.record(slot.resource, written.ok());
    }

    fn patch(&mut self, slot: Slot, patch: &Value) {
        let (version, plural) = (slot.resource.api_version(), slot.resource.plural());
        let written = self.server.merge_patch(version, plural, slot.namespace(), &slot.name(), patch);
        self.record(slot.resource, written.ok());
    }

    fn delete(&mut self, slot: Slot) {
        let (version, plural) = (slot.resource.api_version(), slot.resource.plural());
        // The object may not exist.
        let _ = self.server.delete(version, plural, slot.namespace(), &slot.name());
    }

    /// Changes every object that cannot be decoded into one that can.
    pub(super) fn make_all_decodable(&mut self) {
        for (resource, object) in self.all_objects() {
            if object[resource.content()]["color"].is_number() {
                let metadata = &object["metadata"];
                let written = self.server.merge_patch(
                    resource.api_version(),
                    resource.plural(),
                    metadata["namespace"].as_str(),
                    metadata["name"].as_str().unwrap_or_default(),
                    &json!({ resource.content(): { "color": "healed" } }),
                );
                self.record(resource, written.ok());
            }
        }
    }

    /// Writes to each kind in each namespace, so that every informer has an event to deliver.
    pub(crate) fn write_to_all(&mut self) {
        for resource in Resource::ALL {
            for namespace in 0..3 {
                for name in 0..2 {
                    let slot = Slot { resource, namespace, name };
                    self.put(slot, &object(slot, name, 3, 2));
                    self.recolor(slot, name);
                }
            }
        }
    }
}
