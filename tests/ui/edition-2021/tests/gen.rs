//! Tests a name that is a keyword only in the edition of the generated code.

#![allow(non_camel_case_types)]

use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", index(by_gen = gen.gen))]
struct gen {
    metadata: ObjectMeta,
    gen: Generation,
}

struct Generation {
    gen: u8,
}

#[test]
fn a_name_may_be_a_keyword_of_a_later_edition() {
    assert_eq!(gen::resource_type().to_string(), "gens/v1");
    let object = gen { metadata: ObjectMeta::default(), gen: Generation { gen: 7 } };
    let mut found = Vec::new();
    gen::BY_GEN.values(&object, &mut |value| found.push(value.to_owned()));
    assert_eq!(found, ["7"]);
    let _: Option<genLister> = None;
}
