/// Lists and watches `Widget` objects.
#[allow(dead_code)]
pub type WidgetListerWatcher = ::reflector_runtime::KubeListerWatcher<Widget>;
/// Keeps an up-to-date, indexed cache of `Widget` objects in memory.
#[allow(dead_code)]
pub type WidgetInformer = ::reflector_runtime::__private::InformerOf<Widget>;
/// Reads `Widget` objects from the cache of an informer.
#[allow(dead_code)]
pub type WidgetLister = ::reflector_runtime::__private::ListerOf<Widget>;
#[allow(dead_code, unused_imports)]
const _: () = {
    use ::reflector_runtime::__private::{self as __rt, traits::*};
    #[automatically_derived]
    impl Widget {
        /// Returns a builder for an informer of `Widget` objects.
        pub fn informer(__client: __rt::kube::Client) -> __rt::BuilderOf<Self> {
            <Self as __rt::Reflect>::informer(__client)
        }
        /// The index `by_color`: finds `Widget` objects by `spec.color`.
        pub const BY_COLOR: __rt::Index<Widget> = __rt::Index::new(
            "by_color",
            |__object, __values| __rt::at(&__object.spec.color).text(__values),
        );
        /// The index `by_node`: finds `Widget` objects by `spec.node_name`.
        pub const BY_NODE: __rt::Index<Widget> = __rt::Index::new(
            "by_node",
            |__object, __values| __rt::at(&__object.spec.node_name).text(__values),
        );
    }
    #[automatically_derived]
    impl __rt::Reflect for Widget {
        type Scope = __rt::Namespaced;
        const TYPE: __rt::TypeSource<Self> = __rt::resource_type(
            ["example.com", "v1", "Widget", "widgets"],
            __rt::CloneOf::<Widget>::FN,
            &[&<Widget>::BY_COLOR, &<Widget>::BY_NODE],
        );
    }
};
