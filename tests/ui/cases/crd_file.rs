use kube::{CustomResource, core::ObjectMeta};
use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(Reflect)]
#[reflect(group = "example.com", version = "v1", test = "deploy/widgets.yaml")]
struct Widget {
    metadata: ObjectMeta,
}

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize)]
#[kube(group = "example.com", version = "v1", kind = "Gadget", schema = "disabled")]
#[reflect(test = "deploy/gadgets.yaml")]
struct GadgetSpec {}

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, schemars::JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Sprocket")]
#[reflect(test = "/deploy/sprockets.yaml")]
struct SprocketSpec {}

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, schemars::JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Cog")]
#[reflect(test)]
struct CogSpec {}

fn main() {}
