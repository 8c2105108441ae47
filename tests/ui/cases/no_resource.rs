use reflector_runtime::Reflect;

#[derive(Reflect)]
struct Widget {
    color: String,
}

fn main() {}
