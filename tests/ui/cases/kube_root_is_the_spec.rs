use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(Reflect, Clone, Debug, Deserialize, Serialize)]
#[kube(group = "example.com", version = "v1", kind = "Widget")]
struct Widget {}

fn main() {}
