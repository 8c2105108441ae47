//! The precomputed JSON of every version of every object: about 2 KiB each, shaped like an operator's custom
//! resource, half of it managedFields. Must not know HTTP.

use std::io::Write as _;

use crate::plan::{Plan, Version, name_of, namespace_of};

/// The JSON texts of a plan.
#[derive(Debug)]
pub struct Texts {
    plan: Plan,
    bytes: Vec<u8>,
    /// The offset at which each version's text ends.
    ends: Vec<usize>,
    /// The index of each object's last version.
    latest: Vec<usize>,
}

/// The approximate length of a text, used only to reserve memory.
const APPROXIMATE_LENGTH: usize = 2_200;

impl Texts {
    /// Writes all texts of a plan.
    pub fn new(plan: Plan) -> Self {
        let versions = plan.versions();
        let mut bytes = Vec::with_capacity(versions.len() * APPROXIMATE_LENGTH);
        let mut ends = Vec::with_capacity(versions.len());
        let mut latest = vec![0; plan.objects as usize];
        for (at, version) in versions.iter().enumerate() {
            write(&mut bytes, version);
            ends.push(bytes.len());
            latest[version.object as usize] = at;
        }
        Self { plan, bytes, ends, latest }
    }

    /// The plan that the texts were generated from.
    pub fn plan(&self) -> Plan {
        self.plan
    }

    /// The text of the version at this index.
    fn version(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[at]]
    }

    /// An object in its first version.
    pub fn first(&self, object: usize) -> &[u8] {
        self.version(object)
    }

    /// An object after the last event.
    pub fn last(&self, object: usize) -> &[u8] {
        self.version(self.latest[object])
    }

    /// The object of each event, in order.
    pub fn events(&self) -> impl Iterator<Item = &[u8]> {
        (self.latest.len()..self.ends.len()).map(|at| self.version(at))
    }
}

/// Keys are sorted, as kube-apiserver sorts those of custom resources.
fn write(bytes: &mut Vec<u8>, version: &Version) {
    let Version { object, resource_version, generation } = *version;
    let (namespace, name) = (namespace_of(object), name_of(object));
    let (uid, owner_uid) = (uid(object), uid(object ^ 0x8000_0000));
    let color = ["red", "green", "blue", "white", "black"][(object as usize + generation as usize) % 5];
    let tier = ["web", "api", "batch", "cache"][object as usize % 4];
    let node = object % 997;
    let replicas = 1 + object % 5;
    let second = generation % 60;
    let minor = generation % 100;
    let written = write!(
        bytes,
        concat!(
            r#"{{"apiVersion":"peers.example.com/v1","kind":"Gadget","metadata":{{"#,
            r#""annotations":{{"peers.example.com/checksum":"{uid}","#,
            r#""peers.example.com/owner-team":"{namespace}"}},"#,
            r#""creationTimestamp":"2026-03-01T09:15:00Z","generation":{generation},"#,
            r#""labels":{{"app.kubernetes.io/instance":"{name}","app.kubernetes.io/managed-by":"gadget-operator","#,
            r#""app.kubernetes.io/name":"gadget","peers.example.com/tier":"{tier}"}},"#,
            r#""managedFields":["#,
            r#"{{"apiVersion":"peers.example.com/v1","fieldsType":"FieldsV1","fieldsV1":{{"f:metadata":{{"#,
            r#""f:annotations":{{".":{{}},"f:peers.example.com/checksum":{{}},"f:peers.example.com/owner-team":{{}}}},"#,
            r#""f:labels":{{".":{{}},"f:app.kubernetes.io/instance":{{}},"f:app.kubernetes.io/managed-by":{{}},"#,
            r#""f:app.kubernetes.io/name":{{}},"f:peers.example.com/tier":{{}}}},"#,
            r#""f:ownerReferences":{{".":{{}},"k:{{\"uid\":\"{owner_uid}\"}}":{{}}}}}},"#,
            r#""f:spec":{{".":{{}},"f:color":{{}},"f:image":{{}},"f:nodeName":{{}},"f:parts":{{}},"f:replicas":{{}}}}}},"#,
            r#""manager":"gadget-operator","operation":"Update","time":"2026-03-01T09:15:00Z"}},"#,
            r#"{{"apiVersion":"peers.example.com/v1","fieldsType":"FieldsV1","fieldsV1":{{"f:status":{{".":{{}},"#,
            r#""f:conditions":{{".":{{}},"k:{{\"type\":\"Ready\"}}":{{".":{{}},"f:lastTransitionTime":{{}},"#,
            r#""f:message":{{}},"f:reason":{{}},"f:status":{{}},"f:type":{{}}}}}},"#,
            r#""f:observedGeneration":{{}},"f:phase":{{}},"f:readyReplicas":{{}}}}}},"#,
            r#""manager":"gadget-operator","operation":"Update","subresource":"status","#,
            r#""time":"2026-03-01T09:15:{second:02}Z"}}],"#,
            r#""name":"{name}","namespace":"{namespace}","#,
            r#""ownerReferences":[{{"apiVersion":"peers.example.com/v1","blockOwnerDeletion":true,"controller":true,"#,
            r#""kind":"GadgetSet","name":"{tier}","uid":"{owner_uid}"}}],"#,
            r#""resourceVersion":"{resource_version}","uid":"{uid}"}},"#,
            r#""spec":{{"color":"{color}","image":"registry.example.com/gadgets/{tier}:1.4.{minor}","#,
            r#""nodeName":"node-{node:04}","#,
            r#""parts":[{{"cpu":"250m","memory":"128Mi","name":"main"}},"#,
            r#"{{"cpu":"50m","memory":"32Mi","name":"sidecar"}}],"replicas":{replicas}}},"#,
            r#""status":{{"conditions":[{{"lastTransitionTime":"2026-03-01T09:15:{second:02}Z","#,
            r#""message":"all parts of {name} are running","reason":"PartsReady","status":"True","type":"Ready"}}],"#,
            r#""observedGeneration":{generation},"phase":"Running","readyReplicas":{replicas}}}}}"#,
        ),
        uid = uid,
        owner_uid = owner_uid,
        namespace = namespace,
        name = name,
        generation = generation,
        tier = tier,
        second = second,
        resource_version = resource_version,
        color = color,
        minor = minor,
        node = node,
        replicas = replicas,
    );
    // Writing to memory does not fail.
    debug_assert!(written.is_ok());
}

/// A deterministic, well-formed uid (64 bits of splitmix, twice).
fn uid(number: u32) -> String {
    let mix = |seed: u64| {
        let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let seed = u64::from(number).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (high, low) = (mix(seed), mix(seed ^ 0x5555_5555_5555_5555));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 48) & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use kube::ResourceExt as _;

    use super::*;
    use crate::gadget::Gadget;

    #[test]
    fn texts_have_the_documented_shape() {
        let texts = Texts::new(Plan { objects: 5, events: 7 });
        for text in (0..5).map(|object| texts.first(object)).chain(texts.events()) {
            let value: serde_json::Value = serde_json::from_slice(text).unwrap();
            assert_eq!(serde_json::to_vec(&value).unwrap(), text, "keys are sorted");
            let managed = serde_json::to_vec(&value["metadata"]["managedFields"]).unwrap().len();
            assert!((1_900..2_300).contains(&text.len()), "{} bytes", text.len());
            assert!((45..=55).contains(&(managed * 100 / text.len())), "{managed} of {} bytes", text.len());
            let gadget: Gadget = serde_json::from_slice(text).unwrap();
            assert_eq!(gadget.managed_fields().len(), 2);
            assert_eq!(gadget.owner_references().len(), 1);
            assert_eq!(gadget.status.unwrap().conditions.len(), 1);
        }
        assert_eq!(texts.events().last().unwrap(), texts.last(texts.plan().last_object() as usize));
    }
}
