/// Lists and watches `PodView` objects.
#[allow(dead_code)]
pub(crate) type PodViewListerWatcher = ::reflector_runtime::KubeListerWatcher<PodView>;
/// Keeps an up-to-date, indexed cache of `PodView` objects in memory.
#[allow(dead_code)]
pub(crate) type PodViewInformer = ::reflector_runtime::Informer<
    PodView,
    ::reflector_runtime::Namespaced,
>;
/// Reads `PodView` objects from the cache of an informer.
#[allow(dead_code)]
pub(crate) type PodViewLister = ::reflector_runtime::Lister<
    PodView,
    ::reflector_runtime::Namespaced,
>;
const _: () = {
    #[allow(unused_imports)]
    use ::reflector_runtime::__private::{
        self as __runtime, Each as _, Fields as _, Text as _,
    };
    #[automatically_derived]
    #[allow(dead_code)]
    impl PodView {
        /// Returns a builder for an informer of `PodView` objects.
        pub(crate) fn informer(
            __client: ::reflector_runtime::__private::kube::Client,
        ) -> ::reflector_runtime::InformerBuilder<
            Self,
            ::reflector_runtime::Namespaced,
        > {
            <Self as ::reflector_runtime::Reflect>::informer(__client)
        }
        /// The index `by_image`: finds `PodView` objects by `spec.containers[].image`.
        pub(crate) const BY_IMAGE: ::reflector_runtime::Index<PodView> = ::reflector_runtime::Index::new(
            "by_image",
            |__object, __values| {
                let __0 = __runtime::At(&__object.spec).fields();
                __runtime::At(&__0.containers)
                    .each(|__1| {
                        let __2 = __runtime::At(__1).fields();
                        __runtime::At(&__2.image).text(__values)
                    })
            },
        );
        /// The index `by_phase`: finds `PodView` objects by `status?.phase`.
        pub(crate) const BY_PHASE: ::reflector_runtime::Index<PodView, status::Phase> = ::reflector_runtime::Index::new(
            "by_phase",
            |__object, __values| {
                if let ::core::option::Option::Some(__0) = __runtime::unwrap(
                    &__object.status,
                ) {
                    let __1 = __runtime::At(__0).fields();
                    __runtime::push(__values, &__1.phase)
                }
            },
        );
    }
    #[automatically_derived]
    impl ::reflector_runtime::Reflect for PodView {
        type Scope = ::reflector_runtime::Namespaced;
        fn resource_type() -> &'static ::reflector_runtime::ResourceType<Self> {
            const {
                &::reflector_runtime::ResourceType::new(::reflector_runtime::ResourceTypeParts {
                        group: "",
                        version: "v1",
                        kind: "Pod",
                        plural: "pods",
                        scope: ::reflector_runtime::Scope::Namespaced,
                        metadata: |__object| ::reflector_runtime::__private::Metadata::get(
                            &__object.metadata,
                        ),
                        indexes: &[&<PodView>::BY_IMAGE, &<PodView>::BY_PHASE],
                    })
                    .compact_with({
                        #[allow(unused_imports)]
                        use ::reflector_runtime::__private::NoClone as _;
                        ::reflector_runtime::__private::CloneOf::<PodView>::FN
                    })
            }
        }
    }
    #[automatically_derived]
    impl ::reflector_runtime::__private::kube::Resource for PodView {
        type DynamicType = ();
        type Scope = ::reflector_runtime::Namespaced;
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
        fn meta(&self) -> &::reflector_runtime::__private::ObjectMeta {
            ::reflector_runtime::__private::Metadata::get(&self.metadata)
        }
        fn meta_mut(&mut self) -> &mut ::reflector_runtime::__private::ObjectMeta {
            ::reflector_runtime::__private::Metadata::get_mut(&mut self.metadata)
        }
    }
};
