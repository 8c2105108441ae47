//! Generated items have the visibility of the struct: no less (the tests use them from outside) and no more (an alias
//! that is more visible than its type would be an error or trigger a lint).

use reflector_runtime::Reflect;

mod inner {
    pub(crate) mod deep {
        use kube::{CustomResource, core::ObjectMeta};
        use reflector_runtime::Reflect;
        use schemars::JsonSchema;
        use serde::{Deserialize, Serialize};

        #[derive(Reflect, Clone, Debug)]
        #[reflect(version = "v1", index(by_name = metadata.name))]
        pub struct Public {
            pub metadata: ObjectMeta,
        }

        #[derive(Reflect, Clone, Debug)]
        #[reflect(version = "v1", index(by_name = metadata.name))]
        pub(crate) struct InCrate {
            metadata: ObjectMeta,
        }

        #[derive(Reflect, Clone, Debug)]
        #[reflect(version = "v1", index(by_name = metadata.name))]
        pub(in crate::visibility) struct InPath {
            metadata: ObjectMeta,
        }

        #[derive(Reflect, Clone, Debug)]
        #[reflect(version = "v1", index(by_name = metadata.name))]
        pub(super) struct InParent {
            metadata: ObjectMeta,
        }

        #[derive(Reflect, Clone, Debug)]
        #[reflect(version = "v1", index(by_name = metadata.name))]
        struct Private {
            metadata: ObjectMeta,
        }

        #[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
        #[kube(group = "example.com", version = "v1", kind = "Widget")]
        #[reflect(index(by_name = metadata.name))]
        pub(crate) struct WidgetSpec {}

        #[test]
        fn private_items_are_visible_next_to_the_struct() {
            let _: Option<PrivateLister> = None;
            let _ = (Private::BY_NAME, <Private as Reflect>::resource_type());
        }
    }

    #[test]
    fn items_are_visible_where_the_struct_is() {
        let _: Option<deep::InParentLister> = None;
        let _ = deep::InParent::BY_NAME;
    }
}

#[test]
fn items_are_visible_where_the_struct_is() {
    let _: (Option<inner::deep::PublicLister>, Option<inner::deep::InCrateLister>) = (None, None);
    let _: (Option<inner::deep::InPathLister>, Option<inner::deep::WidgetLister>) = (None, None);
    let _ = (inner::deep::Public::BY_NAME, inner::deep::InCrate::BY_NAME);
    let _ = (inner::deep::InPath::BY_NAME, inner::deep::Widget::BY_NAME);
    let _ = <inner::deep::Public as Reflect>::resource_type();
}

#[test]
fn a_struct_may_be_defined_in_a_function() {
    #[derive(Reflect, Clone, Debug)]
    #[reflect(version = "v1", index(by_name = metadata.name))]
    struct Local {
        metadata: kube::core::ObjectMeta,
    }
    let _: Option<LocalLister> = None;
    assert_eq!(<Local as Reflect>::resource_type().indexes().count(), 1);
}
