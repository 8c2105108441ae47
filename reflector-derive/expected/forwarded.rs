/// Lists and watches `Widget` objects.
#[allow(dead_code)]
pub type Remote = crate::reexport::KubeListerWatcher<Widget>;
/// Keeps an up-to-date, indexed cache of `Widget` objects in memory.
#[allow(dead_code)]
pub type Live = crate::reexport::__private::InformerOf<Widget>;
/// Reads `Widget` objects from the cache of an informer.
#[allow(dead_code)]
pub type Read = crate::reexport::__private::ListerOf<Widget>;
const _: () = {
    #[allow(unused_imports)]
    use crate::reexport::__private::{self as __rt, traits::*};
    #[automatically_derived]
    #[allow(dead_code, trivial_bounds)]
    impl Widget
    where
        Widget: __rt::Described,
    {
        /// Returns a builder for an informer of `Widget` objects.
        pub fn informer(__client: __rt::kube::Client) -> __rt::BuilderOf<Self> {
            <Self as __rt::Reflect>::informer(__client)
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Widget {
        /// The index `by_color`: finds `Widget` objects by `spec.color`.
        pub const BY_COLOR: __rt::Index<Widget> = __rt::Index::new(
            "by_color",
            |__object, __values| {
                let __0 = __rt::at(&__object.spec).fields();
                __rt::at(&__0.color).text(__values)
            },
        );
    }
    #[automatically_derived]
    #[allow(trivial_bounds)]
    impl __rt::Reflect for Widget
    where
        Widget: __rt::Described,
    {
        type Scope = <Widget as __rt::Described>::Scope;
        fn resource_type() -> &'static __rt::ResourceType<Self> {
            static __TYPE: ::std::sync::OnceLock<__rt::ResourceType<Widget>> = ::std::sync::OnceLock::new();
            __TYPE
                .get_or_init(|| {
                    <Widget as __rt::Described>::resource_type(
                            __rt::CloneOf::<Widget>::FN,
                        )
                        .with_index(<Widget>::BY_COLOR)
                })
        }
    }
};
