/// Lists and watches `Widget` objects.
#[allow(dead_code)]
pub type WidgetListerWatcher = ::reflector_runtime::KubeListerWatcher<Widget>;
/// Keeps an up-to-date, indexed cache of `Widget` objects in memory.
#[allow(dead_code)]
pub type WidgetInformer = ::reflector_runtime::Informer<
    Widget,
    ::reflector_runtime::Namespaced,
>;
/// Reads `Widget` objects from the cache of an informer.
#[allow(dead_code)]
pub type WidgetLister = ::reflector_runtime::Lister<
    Widget,
    ::reflector_runtime::Namespaced,
>;
const _: () = {
    #[allow(unused_imports)]
    use ::reflector_runtime::__private::{
        self as __runtime, Each as _, Fields as _, Text as _,
    };
    #[automatically_derived]
    #[allow(dead_code)]
    impl Widget {
        /// Returns a builder for an informer of `Widget` objects.
        pub fn informer(
            __client: ::reflector_runtime::__private::kube::Client,
        ) -> ::reflector_runtime::InformerBuilder<
            Self,
            ::reflector_runtime::Namespaced,
        > {
            <Self as ::reflector_runtime::Reflect>::informer(__client)
        }
        /// The index `by_color`: finds `Widget` objects by `spec.color`.
        pub const BY_COLOR: ::reflector_runtime::Index<Widget> = ::reflector_runtime::Index::new(
            "by_color",
            |__object, __values| {
                let __0 = __runtime::At(&__object.spec).fields();
                __runtime::At(&__0.color).text(__values)
            },
        );
        /// The index `by_node`: finds `Widget` objects by `spec.node_name`.
        pub const BY_NODE: ::reflector_runtime::Index<Widget> = ::reflector_runtime::Index::new(
            "by_node",
            |__object, __values| {
                let __0 = __runtime::At(&__object.spec).fields();
                __runtime::At(&__0.node_name).text(__values)
            },
        );
    }
    #[automatically_derived]
    impl ::reflector_runtime::Reflect for Widget {
        type Scope = ::reflector_runtime::Namespaced;
        fn resource_type() -> &'static ::reflector_runtime::ResourceType<Self> {
            const {
                &::reflector_runtime::ResourceType::new(::reflector_runtime::ResourceTypeParts {
                        group: "example.com",
                        version: "v1",
                        kind: "Widget",
                        plural: "widgets",
                        scope: ::reflector_runtime::Scope::Namespaced,
                        metadata: |__object| ::reflector_runtime::__private::Metadata::get(
                            &__object.metadata,
                        ),
                        indexes: &[&<Widget>::BY_COLOR, &<Widget>::BY_NODE],
                    })
                    .compact_with({
                        #[allow(unused_imports)]
                        use ::reflector_runtime::__private::NoClone as _;
                        ::reflector_runtime::__private::CloneOf::<Widget>::FN
                    })
            }
        }
    }
};
