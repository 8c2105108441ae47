use kube::{CustomResource, core::ObjectMeta};
use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize)]
#[kube(group = "example.com", version = "v1", kind = "Widget", singular = "Widget", schema = "disabled")]
struct WidgetSpec {}

#[derive(Reflect)]
#[reflect(version = "v1", kind = "AKindOfSixtyThreeLettersWhichMakesAPluralOfOneLetterMoreThanIts")]
struct Long {
    metadata: ObjectMeta,
}

#[derive(Reflect)]
#[reflect(version = "v1")]
struct AKindOfSixtyThreeLettersWhichMakesAPluralOfOneLetterMoreThanIts {
    metadata: ObjectMeta,
}

fn main() {}
