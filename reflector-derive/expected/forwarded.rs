/// Lists and watches `Widget` objects.
#[allow(dead_code)]
pub type Remote = crate::reexport::KubeListerWatcher<Widget>;
/// Keeps a live, indexed copy of `Widget` objects in memory.
#[allow(dead_code)]
pub type Live = crate::reexport::Informer<
    Widget,
    <Widget as crate::reexport::__private::kube::Resource>::Scope,
>;
/// Reads the `Widget` objects that an informer keeps.
#[allow(dead_code)]
pub type Read = crate::reexport::Lister<
    Widget,
    <Widget as crate::reexport::__private::kube::Resource>::Scope,
>;
const _: () = {
    #[automatically_derived]
    #[allow(dead_code)]
    impl Widget {
        /// The index `by_color`: finds `Widget` objects by `spec.color`.
        pub const BY_COLOR: crate::reexport::Index<Widget> = crate::reexport::Index::new(
            "by_color",
            |__object, __values| {
                crate::reexport::__private::push(__values, &__object.spec.color)
            },
        );
    }
    #[automatically_derived]
    impl crate::reexport::Reflect for Widget {
        type Scope = <Widget as crate::reexport::__private::kube::Resource>::Scope;
        fn resource_kind() -> &'static crate::reexport::Kind<Self> {
            static __KIND: ::std::sync::OnceLock<crate::reexport::Kind<Widget>> = ::std::sync::OnceLock::new();
            __KIND
                .get_or_init(|| {
                    crate::reexport::Kind::of_resource().with_index(<Widget>::BY_COLOR)
                })
        }
    }
};
