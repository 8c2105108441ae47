//! Whether the CRD in the cluster fits the type in the program: [`CheckCrd`], [`differences`].
//!
//! A type that the derive of kube's `CustomResource` generates has a CRD of its own (`Widget::crd()`). A cluster with an
//! older or a newer CRD serves objects that the type may not accept. An informer skips such objects, one by one. This
//! module finds the cause before the start.
//!
//! Must not depend on informers.

mod compare;
mod file;
mod schema;

use std::{fmt, future::Future};

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{Api, Client, CustomResourceExt};

pub use self::compare::differences;
pub(crate) use self::file::differences_from_file;

/// Compares the CRD of a type with the one in the cluster. Implemented for every type that has a CRD.
///
/// ```no_run
/// use reflector_runtime::{CheckCrd, CrdError};
///
/// # async fn verify<Widget: kube::CustomResourceExt>(client: kube::Client) -> Result<(), CrdError> {
/// // `Widget` is a type with `#[derive(CustomResource)]`.
/// for difference in Widget::check_crd(client.clone()).await? {
///     eprintln!("{difference}"); // such as a field, and what does not fit
/// }
/// Widget::verify_crd(client).await?; // an error, if anything does not fit
/// # Ok(())
/// # }
/// ```
///
/// Reading a CRD requires the verb `get` on `customresourcedefinitions` in `apiextensions.k8s.io`.
pub trait CheckCrd: CustomResourceExt {
    /// Returns what in the cluster's CRD does not fit the type, by path. Empty if it fits.
    ///
    /// # Errors
    /// [`CrdError::NotInstalled`] and [`CrdError::Request`].
    ///
    /// # Cancel safety
    /// Sends one request, and changes nothing.
    fn check_crd(client: Client) -> impl Future<Output = Result<Vec<CrdDifference>, CrdError>> + Send {
        let expected = Self::crd();
        async move {
            let name = expected.metadata.name.clone().unwrap_or_default();
            let crds: Api<CustomResourceDefinition> = Api::all(client);
            let request = crds.get_opt(&name).await;
            match request
                .map_err(|error| CrdError::Request { name: name.clone(), source: Box::new(error) })?
            {
                Some(actual) => Ok(differences(&expected, &actual)),
                None => Err(CrdError::NotInstalled { name }),
            }
        }
    }

    /// [`check_crd`](Self::check_crd), with an error if anything does not fit.
    ///
    /// # Errors
    /// Every [`CrdError`].
    ///
    /// # Cancel safety
    /// Sends one request, and changes nothing.
    fn verify_crd(client: Client) -> impl Future<Output = Result<(), CrdError>> + Send {
        let name = Self::crd_name();
        let check = Self::check_crd(client);
        async move {
            let differences = check.await?;
            if differences.is_empty() {
                return Ok(());
            }
            Err(CrdError::Different { name: name.to_owned(), differences })
        }
    }
}

impl<K: CustomResourceExt> CheckCrd for K {}

/// One way in which a CRD in the cluster does not fit a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrdDifference {
    /// Where: a field of the objects, such as `spec.parts[].image`, or of the CRD, such as `scope`.
    pub path: String,
    /// What, in words.
    pub message: String,
}

impl fmt::Display for CrdDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Why a CRD was not found to fit a type.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum CrdError {
    /// The cluster has no such CRD.
    #[error("the CRD `{name}` is not installed")]
    NotInstalled {
        /// The CRD's name.
        name: String,
    },
    /// The CRD could not be read.
    #[error("cannot read the CRD `{name}`")]
    Request {
        /// The CRD's name.
        name: String,
        /// The failure.
        source: Box<kube::Error>,
    },
    /// The CRD does not fit the type.
    #[error("the CRD `{name}` in the cluster does not fit the type: {}", list(.differences))]
    Different {
        /// The CRD's name.
        name: String,
        /// What does not fit.
        differences: Vec<CrdDifference>,
    },
}

crate::causes::debug_as_text!(CrdError);

fn list(differences: &[CrdDifference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
