/// Lists and watches `Widget` objects.
#[allow(dead_code)]
pub type Remote = crate::reexport::KubeListerWatcher<Widget>;
/// Keeps an up-to-date, indexed cache of `Widget` objects in memory.
#[allow(dead_code)]
pub type Live = crate::reexport::Informer<
    Widget,
    <Widget as crate::reexport::__private::kube::Resource>::Scope,
>;
/// Reads `Widget` objects from the cache of an informer.
#[allow(dead_code)]
pub type Read = crate::reexport::Lister<
    Widget,
    <Widget as crate::reexport::__private::kube::Resource>::Scope,
>;
const _: () = {
    #[allow(unused_imports)]
    use crate::reexport::__private::{
        self as __runtime, Each as _, Fields as _, Text as _,
    };
    #[automatically_derived]
    #[allow(dead_code)]
    impl Widget {
        /// Returns a builder for an informer of `Widget` objects.
        pub fn informer(
            __client: crate::reexport::__private::kube::Client,
        ) -> crate::reexport::InformerBuilder<
            Self,
            <Widget as crate::reexport::__private::kube::Resource>::Scope,
        > {
            <Self as crate::reexport::Reflect>::informer(__client)
        }
        /// The index `by_color`: finds `Widget` objects by `spec.color`.
        pub const BY_COLOR: crate::reexport::Index<Widget> = crate::reexport::Index::new(
            "by_color",
            |__object, __values| {
                let __0 = __runtime::At(&__object.spec).fields();
                __runtime::At(&__0.color).text(__values)
            },
        );
    }
    #[automatically_derived]
    impl crate::reexport::Reflect for Widget {
        type Scope = <Widget as crate::reexport::__private::kube::Resource>::Scope;
        fn resource_type() -> &'static crate::reexport::ResourceType<Self> {
            static __RESOURCE_TYPE: ::std::sync::OnceLock<
                crate::reexport::ResourceType<Widget>,
            > = ::std::sync::OnceLock::new();
            __RESOURCE_TYPE
                .get_or_init(|| {
                    crate::reexport::ResourceType::from_resource_with({
                            #[allow(unused_imports)]
                            use crate::reexport::__private::NoClone as _;
                            crate::reexport::__private::CloneOf::<Widget>::FN
                        })
                        .with_index(<Widget>::BY_COLOR)
                })
        }
    }
};
