use kube::core::ObjectMeta;
use reflector_runtime::{Reflect, Store};

#[derive(Reflect)]
#[reflect(version = "v1", index(by_color = color, by_phase: Phase = phase))]
struct Widget {
    metadata: ObjectMeta,
    color: String,
    phase: Phase,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Phase {
    Running,
}

fn look_up(widgets: &Store<Widget>) {
    widgets.by_index(Widget::BY_PHASE, "Running");
    widgets.by_index(Widget::BY_COLOR, &Phase::Running);
    widgets.by_index(Widget::BY_PHASE, Phase::Running);
    widgets.query().index(Widget::BY_COLOR, &7).count();
}

fn main() {}
