use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(Reflect, Clone, Debug, Deserialize, Serialize)]
#[kube(kind = "Widget")]
struct WidgetSpec {}

fn main() {}
