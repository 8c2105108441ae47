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
#[allow(dead_code, unused_imports)]
const _: () = {
    use ::reflector_runtime::__private::{self as __rt, traits::*};
    #[automatically_derived]
    impl Widget {
        /// Returns a builder for an informer of `Widget` objects.
        pub fn informer(__client: __rt::kube::Client) -> __rt::BuilderOf<Self> {
            <Self as __rt::Reflect>::informer(__client)
        }
    }
    #[automatically_derived]
    impl __rt::Reflect for Widget {
        type Scope = __rt::ClusterScoped;
        const TYPE: __rt::TypeSource<Self> = __rt::resource_type(
            ["example.com", "v1", "Widget", "widgets"],
            __rt::CloneOf::<Widget>::FN,
            &[],
        );
    }
};
