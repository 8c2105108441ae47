use std::collections::{BTreeMap, HashSet};

use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(
    a = part.image,
    b = parts.image,
    c = ports.image,
    d = set.image,
    e = optional_parts.image,
    f = part[].image,
    g = optional_parts[].image,
    h = color?,
    i = color[],
    j = color["key"],
    k = parts["key"].image,
    l = parts?[].image,
    m = ports?["key"].image,
    n = nested[].image,
    o = metadata.labels["app"]?,
    p = metadata.name.x,
    q = by_number["1"].image,
))]
struct Widget {
    metadata: ObjectMeta,
    color: String,
    part: Option<Part>,
    parts: Vec<Part>,
    optional_parts: Option<Vec<Part>>,
    nested: Vec<Option<Part>>,
    ports: BTreeMap<String, Part>,
    by_number: BTreeMap<u8, Part>,
    set: HashSet<Part>,
}

struct Part {
    image: String,
}

fn main() {}
