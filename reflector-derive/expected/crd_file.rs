#[cfg(test)]
#[::core::prelude::v1::test]
fn widget_fits_its_crd_file() {
    ::reflector_runtime::__private::assert_fits_crd_file::<
        Widget,
    >(
        "deploy/widgets.yaml",
        ::core::include_str!(
            ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/",
            "deploy/widgets.yaml")
        ),
    );
}
const _: () = {
    #[allow(unused_imports)]
    use ::reflector_runtime::__private::{self as __rt, traits::*};
    #[automatically_derived]
    #[allow(dead_code)]
    impl Widget {
        /// Returns a builder for an informer of `Widget` objects.
        pub fn informer(__client: __rt::kube::Client) -> __rt::BuilderOf<Self> {
            <Self as __rt::Reflect>::informer(__client)
        }
    }
    #[automatically_derived]
    impl __rt::Reflect for Widget {
        type Scope = __rt::ClusterScoped;
        fn resource_type() -> &'static __rt::ResourceType<Self> {
            const {
                &__rt::resource_type(
                    ["example.com", "v1", "Widget", "widgets"],
                    |__object| __rt::Metadata::get(&__object.metadata),
                    __rt::CloneOf::<Widget>::FN,
                    &[],
                )
            }
        }
    }
};
