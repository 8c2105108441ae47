//! The text of an object with gaps: JSON in which `$field$` is replaced by a value of the object. Must not know how
//! many objects there are.

use std::io::Write as _;

use crate::{
    kind::Kind,
    plan::{Plan, Version},
};

/// A text with gaps.
#[derive(Debug)]
pub(super) struct Template {
    parts: Vec<(String, Option<Field>)>,
}

/// What is written into a gap.
#[derive(Clone, Copy, Debug)]
enum Field {
    Namespace,
    Name,
    Uid,
    OwnerUid,
    Generation,
    ResourceVersion,
    Color,
    Tier,
    Node,
    Replicas,
    /// A number below 60 that changes with the generation.
    Second,
    /// A number below 100 that changes with the generation.
    Minor,
    /// 64 hexadecimal digits.
    Digest,
}

impl Field {
    const ALL: [(&'static str, Self); 13] = [
        ("namespace", Self::Namespace),
        ("name", Self::Name),
        ("uid", Self::Uid),
        ("owner_uid", Self::OwnerUid),
        ("generation", Self::Generation),
        ("resource_version", Self::ResourceVersion),
        ("color", Self::Color),
        ("tier", Self::Tier),
        ("node", Self::Node),
        ("replicas", Self::Replicas),
        ("second", Self::Second),
        ("minor", Self::Minor),
        ("digest", Self::Digest),
    ];

    fn named(name: &str) -> Self {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        // The templates are part of the program, and a test fills each of them.
        found.unwrap_or_else(|| panic!("a template contains the unknown field `{name}`")).1
    }
}

impl Template {
    pub(super) fn of(kind: Kind) -> Self {
        Self::parse(match kind {
            Kind::Gadget => include_str!("gadget.json.template"),
            Kind::Certificate => include_str!("certificate.json.template"),
            Kind::Pod => include_str!("pod.json.template"),
        })
    }

    fn parse(text: &str) -> Self {
        let compact = compact(text);
        let mut pieces = compact.split('$');
        let mut parts = Vec::new();
        while let Some(literal) = pieces.next() {
            parts.push((literal.to_owned(), pieces.next().map(Field::named)));
        }
        Self { parts }
    }

    /// The approximate length of a text.
    pub(super) fn length(&self) -> usize {
        self.parts.iter().map(|(literal, _)| literal.len() + 12).sum()
    }

    /// Appends the text of a version of an object.
    pub(super) fn write(&self, bytes: &mut Vec<u8>, plan: Plan, version: &Version) {
        for (literal, field) in &self.parts {
            bytes.extend_from_slice(literal.as_bytes());
            if let Some(field) = field {
                field.write(bytes, plan, version);
            }
        }
    }
}

impl Field {
    fn write(self, bytes: &mut Vec<u8>, plan: Plan, version: &Version) {
        let Version { object, resource_version, generation } = *version;
        let number = object as usize;
        let colors = ["red", "green", "blue", "white", "black"];
        let tiers = ["web", "api", "batch", "cache"];
        let written = match self {
            Self::Namespace => write!(bytes, "{}", plan.namespace_of(object)),
            Self::Name => write!(bytes, "{}", plan.name_of(object)),
            Self::Uid => write!(bytes, "{}", uid(object)),
            Self::OwnerUid => write!(bytes, "{}", uid(object ^ 0x8000_0000)),
            Self::Generation => write!(bytes, "{generation}"),
            Self::ResourceVersion => write!(bytes, "{resource_version}"),
            Self::Color => write!(bytes, "{}", colors[(number + generation as usize) % colors.len()]),
            Self::Tier => write!(bytes, "{}", tiers[number % tiers.len()]),
            Self::Node => write!(bytes, "{:04}", object % 997),
            Self::Replicas => write!(bytes, "{}", 1 + object % 5),
            Self::Second => write!(bytes, "{:02}", generation % 60),
            Self::Minor => write!(bytes, "{}", generation % 100),
            Self::Digest => {
                (1..=4).try_for_each(|part| write!(bytes, "{:016x}", mix(u64::from(object) + part)))
            }
        };
        // Writing to memory does not fail.
        debug_assert!(written.is_ok());
    }
}

/// Removes the white space between the tokens of a JSON text.
fn compact(text: &str) -> String {
    let mut in_string = false;
    let mut escaped = false;
    let is_part = |character: &char| {
        in_string ^= *character == '"' && !escaped;
        escaped = in_string && *character == '\\' && !escaped;
        in_string || !character.is_ascii_whitespace()
    };
    text.chars().filter(is_part).collect()
}

fn mix(seed: u64) -> u64 {
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A deterministic, well-formed uid (64 bits of splitmix, twice).
fn uid(number: u32) -> String {
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
    use super::*;

    #[test]
    fn gaps_are_filled_and_white_space_outside_of_strings_is_removed() {
        let template = Template::parse("{ \"a b\\\" c\" : $generation$,\n \"$name$\": [ ] }");
        let mut bytes = Vec::new();
        let version = Version { object: 3, resource_version: 5, generation: 7 };
        template.write(&mut bytes, Plan::gadgets(1, 1), &version);
        assert_eq!(String::from_utf8(bytes).unwrap(), r#"{"a b\" c":7,"gadget-000003":[]}"#);
    }
}
