/// Lists and watches `PodView` objects.
#[allow(dead_code)]
pub(crate) type PodViewListerWatcher = ::reflector_runtime::KubeListerWatcher<PodView>;
/// Keeps an up-to-date, indexed cache of `PodView` objects in memory.
#[allow(dead_code)]
pub(crate) type PodViewInformer = ::reflector_runtime::__private::InformerOf<PodView>;
/// Reads `PodView` objects from the cache of an informer.
#[allow(dead_code)]
pub(crate) type PodViewLister = ::reflector_runtime::__private::ListerOf<PodView>;
const _: () = {
    #[allow(unused_imports)]
    use ::reflector_runtime::__private::{self as __rt, traits::*};
    #[automatically_derived]
    #[allow(dead_code)]
    impl PodView {
        /// Returns a builder for an informer of `PodView` objects.
        pub(crate) fn informer(__client: __rt::kube::Client) -> __rt::BuilderOf<Self> {
            <Self as __rt::Reflect>::informer(__client)
        }
        /// The index `by_image`: finds `PodView` objects by `spec.containers[].image`.
        pub(crate) const BY_IMAGE: __rt::Index<PodView> = __rt::Index::new(
            "by_image",
            |__object, __values| {
                let __0 = __rt::at(&__object.spec).fields();
                __rt::at(&__0.containers)
                    .each(|__1| {
                        let __2 = __rt::at(__1).fields();
                        __rt::at(&__2.image).text(__values)
                    })
            },
        );
        /// The index `by_phase`: finds `PodView` objects by `status?.phase`.
        pub(crate) const BY_PHASE: __rt::Index<PodView, status::Phase> = __rt::Index::new(
            "by_phase",
            |__object, __values| {
                if let __rt::Some(__0) = __rt::unwrap(&__object.status) {
                    let __1 = __rt::at(__0).fields();
                    __rt::push(__values, &__1.phase)
                }
            },
        );
    }
    #[automatically_derived]
    impl __rt::Reflect for PodView {
        type Scope = __rt::Namespaced;
        fn resource_type() -> &'static __rt::ResourceType<Self> {
            const {
                &__rt::resource_type(
                    ["", "v1", "Pod", "pods"],
                    |__object| __rt::Metadata::get(&__object.metadata),
                    __rt::CloneOf::<PodView>::FN,
                    &[&<PodView>::BY_IMAGE, &<PodView>::BY_PHASE],
                )
            }
        }
    }
    #[automatically_derived]
    impl __rt::kube::Resource for PodView {
        type DynamicType = ();
        type Scope = __rt::Namespaced;
        fn kind(_: &()) -> ::std::borrow::Cow<'_, str> {
            ::std::borrow::Cow::Borrowed("Pod")
        }
        fn group(_: &()) -> ::std::borrow::Cow<'_, str> {
            ::std::borrow::Cow::Borrowed("")
        }
        fn version(_: &()) -> ::std::borrow::Cow<'_, str> {
            ::std::borrow::Cow::Borrowed("v1")
        }
        fn plural(_: &()) -> ::std::borrow::Cow<'_, str> {
            ::std::borrow::Cow::Borrowed("pods")
        }
        fn meta(&self) -> &__rt::ObjectMeta {
            __rt::Metadata::get(&self.metadata)
        }
        fn meta_mut(&mut self) -> &mut __rt::ObjectMeta {
            __rt::Metadata::get_mut(&mut self.metadata)
        }
    }
};
