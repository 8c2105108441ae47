//! Objects of every built-in kind, encoded by Go as JSON and as protobuf, are equal when decoded.

use std::collections::BTreeSet;

use reflector_runtime::protobuf::{EncodedObject, ManagedFields, Schema};
use serde_json::Value;

use crate::{difference::differences, program::output};

/// Takes the next text, which has its length before it.
fn take<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
    let (length, rest) = bytes.split_first_chunk().expect("a length");
    let (text, rest) = rest.split_at(u32::from_be_bytes(*length) as usize);
    *bytes = rest;
    text
}

#[test]
fn objects_that_go_encoded_are_read_as_their_json() {
    let Some(samples) = output("samples") else { return };
    let (mut rest, mut kinds, mut wrong) = (&samples[..], BTreeSet::new(), Vec::new());
    while !rest.is_empty() {
        let [api_version, kind] =
            [take(&mut rest), take(&mut rest)].map(|text| std::str::from_utf8(text).unwrap());
        let mut expected: Value = serde_json::from_slice(take(&mut rest)).expect("JSON");
        expected["apiVersion"] = api_version.into();
        expected["kind"] = kind.into();
        let schema = Schema::of_kind(api_version, kind).expect("a built-in kind");
        let managed_fields = ManagedFields::Keep;
        let object = EncodedObject { schema, api_version, kind, bytes: take(&mut rest), managed_fields };
        match object.decode::<Value>() {
            Ok(found) if found == expected => {}
            Ok(found) => wrong.push(format!("{api_version} {kind}: {:?}", differences(&expected, &found))),
            Err(error) => wrong.push(format!("{api_version} {kind}: {error}")),
        }
        kinds.insert((api_version, kind));
    }
    assert!(kinds.len() > 150, "only {} kinds", kinds.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
