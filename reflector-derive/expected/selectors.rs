#[allow(dead_code, unused_imports)]
const _: () = {
    use ::reflector_runtime::__private::{self as __rt, traits::*};
    #[automatically_derived]
    impl PodView {
        /// Returns a builder for an informer of `PodView` objects.
        pub(crate) fn informer(__client: __rt::kube::Client) -> __rt::BuilderOf<Self> {
            <Self as __rt::Reflect>::informer(__client)
        }
        /// The field `spec.nodeName`, by which the API server selects `PodView` objects.
        pub(crate) const SPEC_NODE_NAME: __rt::SelectableField<PodView> = __rt::selectable(
            "spec.nodeName",
        );
        /// The label `app.kubernetes.io/name` of `PodView` objects.
        pub(crate) const LABEL_APP: __rt::Label<PodView> = __rt::Label::new(
            "app.kubernetes.io/name",
        );
    }
    #[automatically_derived]
    impl __rt::Reflect for PodView {
        type Scope = __rt::Namespaced;
        const TYPE: __rt::TypeSource<Self> = __rt::TypeSource::Constant(
            __rt::resource_type_with(
                    ["", "v1", "Pod", "pods"],
                    |__object| __rt::Metadata::get(&__object.metadata),
                    __rt::CloneOf::<PodView>::FN,
                    &[],
                )
                .metadata_only(),
        );
    }
    const _: () = __rt::check_selectable(["", "Pod"], "spec.nodeName");
};
