/// Lists and watches `PodView` objects.
#[allow(dead_code)]
pub(crate) type PodViewListerWatcher = ::reflector_runtime::KubeListerWatcher<PodView>;
/// Keeps an up-to-date, indexed cache of `PodView` objects in memory.
#[allow(dead_code)]
pub(crate) type PodViewInformer = ::reflector_runtime::__private::InformerOf<PodView>;
/// Reads `PodView` objects from the cache of an informer.
#[allow(dead_code)]
pub(crate) type PodViewLister = ::reflector_runtime::__private::ListerOf<PodView>;
#[allow(dead_code, unused_imports)]
const _: () = {
    use ::reflector_runtime::__private::{self as __rt, traits::*};
    #[automatically_derived]
    impl PodView {
        /// Returns a builder for an informer of `PodView` objects.
        pub(crate) fn informer(__client: __rt::kube::Client) -> __rt::BuilderOf<Self> {
            <Self as __rt::Reflect>::informer(__client)
        }
        /// The index `by_image`: finds `PodView` objects by `spec.containers[].image`.
        pub(crate) const BY_IMAGE: __rt::Index<PodView> = __rt::Index::new(
            "by_image",
            |__object, __values| {
                __rt::at(&__object.spec.containers)
                    .each(|__0| __rt::at(&__rt::at(__0).fields().image).text(__values))
            },
        );
        /// The index `by_phase`: finds `PodView` objects by `status?.phase`.
        pub(crate) const BY_PHASE: __rt::Index<PodView, status::Phase> = __rt::Index::new(
            "by_phase",
            |__object, __values| {
                if let __rt::Some(__0) = __rt::unwrap(&__object.status) {
                    __rt::push(__values, &__rt::at(__0).fields().phase)
                }
            },
        );
    }
    #[automatically_derived]
    impl __rt::Reflect for PodView {
        type Scope = __rt::Namespaced;
        const TYPE: __rt::TypeSource<Self> = __rt::resource_type(
            ["", "v1", "Pod", "pods"],
            __rt::CloneOf::<PodView>::FN,
            &[&<PodView>::BY_IMAGE, &<PodView>::BY_PHASE],
        );
    }
    ::reflector_runtime::__private::resource! {
        PodView, __rt::Namespaced, ["", "v1", "Pod", "pods"], & self =>
        __rt::Metadata::get(& self.metadata), & mut self => __rt::Metadata::get_mut(& mut
        self.metadata)
    }
};
