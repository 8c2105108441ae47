use std::collections::BTreeMap;

use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(
    a = mode,
    b = optional_mode,
    c = optional_mode?,
    d = modes,
    e = modes[],
    f = part,
    g = keys,
    h = metadata,
))]
struct Widget {
    metadata: ObjectMeta,
    mode: Mode,
    optional_mode: Option<Mode>,
    modes: Vec<Mode>,
    part: Part,
    keys: BTreeMap<Part, u8>,
}

enum Mode {
    A,
}

struct Part {
    image: String,
}

fn main() {}
