//! The precomputed JSON of every version of every object, shaped like the objects of real clusters, a third to a half
//! of it managedFields. Must not know HTTP.

mod template;

use self::template::Template;
use crate::plan::{Plan, State};

/// The JSON texts of a plan.
#[derive(Debug)]
pub struct Texts {
    plan: Plan,
    bytes: Vec<u8>,
    /// The offset at which each version's text ends.
    ends: Vec<usize>,
    /// The object of each version.
    objects: Vec<u32>,
    /// The index of the version of each object after the last event.
    followed: Vec<usize>,
    /// The same for the relist.
    relisted: Vec<usize>,
}

/// What precedes the value that differs in each object. [`STAMP_DIGITS`] of its characters may be overwritten.
pub const STAMP: &str = r#""peers.example.com/checksum":""#;

/// The length of a 64-bit decimal number.
pub const STAMP_DIGITS: usize = 20;

impl Texts {
    /// Writes all texts of a plan.
    pub fn new(plan: Plan) -> Self {
        let template = Template::of(plan.kind);
        let versions = plan.versions();
        let mut bytes = Vec::with_capacity(versions.len() * (template.length() + 128));
        let mut ends = Vec::with_capacity(versions.len());
        let mut latest = vec![0; plan.objects as usize];
        let mut followed = Vec::new();
        for (at, version) in versions.iter().enumerate() {
            if at == plan.written(State::Followed) {
                followed.clone_from(&latest);
            }
            template.write(&mut bytes, plan, version);
            ends.push(bytes.len());
            latest[version.object as usize] = at;
        }
        if followed.is_empty() {
            followed.clone_from(&latest);
        }
        let objects = versions.iter().map(|version| version.object).collect();
        Self { plan, bytes, ends, objects, followed, relisted: latest }
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

    /// An object in a state.
    pub fn object(&self, state: State, object: usize) -> &[u8] {
        self.version(match state {
            State::First => object,
            State::Followed => self.followed[object],
            State::Relisted => self.relisted[object],
        })
    }

    /// The object of this event; the first has number 0.
    pub fn event(&self, number: usize) -> &[u8] {
        self.version(self.plan.objects as usize + number)
    }

    /// The index of the object of this event.
    pub fn event_object(&self, number: usize) -> u32 {
        self.objects[self.plan.objects as usize + number]
    }

    /// The object of each event, in order.
    pub fn events(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.plan.events as usize).map(|number| self.event(number))
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Pod;
    use kube::ResourceExt as _;

    use super::*;
    use crate::{
        kind::Kind,
        object::{Certificate, Gadget},
    };

    fn plan(kind: Kind) -> Plan {
        Plan { kind, relist_changed: 40, ..Plan::gadgets(5, 7) }
    }

    #[test]
    fn texts_have_the_documented_shape() {
        for (kind, length, managed_percent) in [
            (Kind::Gadget, 1_900..2_300, 45..=55),
            (Kind::Certificate, 3_500..4_500, 35..=55),
            (Kind::Pod, 7_000..7_400, 35..=55),
        ] {
            let texts = Texts::new(plan(kind));
            for at in 0..14 {
                let text = texts.version(at);
                let value: serde_json::Value = serde_json::from_slice(text).unwrap();
                let managed = serde_json::to_vec(&value["metadata"]["managedFields"]).unwrap().len();
                assert!(length.contains(&text.len()), "{kind:?}: {} bytes", text.len());
                let percent = managed * 100 / text.len();
                assert!(managed_percent.contains(&percent), "{kind:?}: {managed} of {} bytes", text.len());
                let stamp = String::from_utf8_lossy(text).find(STAMP).unwrap() + STAMP.len();
                assert!(!text[stamp..stamp + STAMP_DIGITS].contains(&b'"'));
                if kind != Kind::Pod {
                    assert_eq!(serde_json::to_vec(&value).unwrap(), text, "keys are sorted");
                }
            }
        }
    }

    #[test]
    fn every_state_has_the_latest_version_of_each_object() {
        let texts = Texts::new(plan(Kind::Gadget));
        assert_eq!(texts.events().count(), 7);
        let last_event = texts.event(6);
        let object = plan(Kind::Gadget).versions()[11].object as usize;
        assert_eq!(texts.object(State::Followed, object), last_event);
        let differ =
            (0..5).filter(|at| texts.object(State::Followed, *at) != texts.object(State::Relisted, *at));
        assert_eq!(differ.count(), 2, "40 % of 5 objects changed before the relist");
    }

    #[test]
    fn each_kind_is_decoded_into_its_type() {
        let texts = Texts::new(plan(Kind::Gadget));
        let gadget: Gadget = serde_json::from_slice(texts.event(0)).unwrap();
        assert_eq!((gadget.managed_fields().len(), gadget.owner_references().len()), (2, 1));
        assert_eq!(gadget.status.unwrap().conditions.len(), 1);

        let texts = Texts::new(plan(Kind::Certificate));
        let certificate: Certificate = serde_json::from_slice(texts.event(0)).unwrap();
        assert_eq!((certificate.managed_fields().len(), certificate.spec.dns_names.len()), (3, 3));
        assert_eq!(certificate.status.unwrap().conditions.len(), 1);

        let texts = Texts::new(plan(Kind::Pod));
        let pod: Pod = serde_json::from_slice(texts.event(0)).unwrap();
        assert_eq!((pod.managed_fields().len(), pod.spec.unwrap().containers.len()), (2, 2));
        assert_eq!(pod.status.unwrap().container_statuses.unwrap().len(), 2);
    }
}
