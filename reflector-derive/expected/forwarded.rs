/// Lists and watches `Widget` objects.
#[allow(dead_code)]
pub type Remote = crate::reexport::KubeListerWatcher<Widget>;
/// Keeps an up-to-date, indexed cache of `Widget` objects in memory.
#[allow(dead_code)]
pub type Live = crate::reexport::__private::InformerOf<Widget>;
/// Reads `Widget` objects from the cache of an informer.
#[allow(dead_code)]
pub type Read = crate::reexport::__private::ListerOf<Widget>;
#[allow(dead_code, trivial_bounds, unused_imports)]
const _: () = {
    use crate::reexport::__private::{self as __rt, traits::*};
    #[automatically_derived]
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
    impl Widget {
        /// The index `by_color`: finds `Widget` objects by `spec.color`.
        pub const BY_COLOR: __rt::Index<Widget> = __rt::Index::new(
            "by_color",
            |__object, __values| __rt::at(&__object.spec.color).text(__values),
        );
    }
    #[automatically_derived]
    impl __rt::Reflect for Widget
    where
        Widget: __rt::Described,
    {
        type Scope = <Widget as __rt::Described>::Scope;
        const TYPE: __rt::TypeSource<Self> = __rt::TypeSource::Function(|| {
            static __TYPE: __rt::OnceLock<__rt::ResourceType<Widget>> = __rt::OnceLock::new();
            __TYPE
                .get_or_init(|| {
                    <Widget as __rt::Described>::resource_type(
                            __rt::CloneOf::<Widget>::FN,
                        )
                        .with_index(<Widget>::BY_COLOR)
                })
        });
    }
};
