//! [`Selector`]: label selectors, from Kubernetes' text form and from its `LabelSelector` object.
//!
//! kube's `Selector` is not used: it has no parser, and neither of the operators `<` and `>`.

use std::{borrow::Cow, collections::BTreeMap, fmt, str::FromStr};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

mod label;
mod parse;
mod valid;

pub use self::label::Label;

/// A label selector: requirements that the labels of an object must meet, all of them.
///
/// It is parsed from the text that `kubectl -l` accepts:
///
/// ```
/// # use std::collections::BTreeMap;
/// # use reflector_runtime::Selector;
/// let text = "app=web, tier in (a,b), !legacy, generation>2";
/// let selector: Selector = text.parse()?;
/// let labels = [("app", "web"), ("tier", "b"), ("generation", "3")];
/// let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned()));
/// let labels = BTreeMap::from(labels);
/// assert!(selector.matches(Some(&labels)));
/// assert_eq!(selector.to_string(), "app=web,tier in (a,b),!legacy,generation>2");
/// # Ok::<(), reflector_runtime::SelectorError>(())
/// ```
///
/// or converted from the `LabelSelector` of a workload, a service or a policy, with its `matchLabels` and
/// `matchExpressions`. An empty selector selects every object, as in Kubernetes.
/// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operator {
    Exists,
    DoesNotExist,
    Equals(String),
    NotEquals(String),
    In(Vec<String>),
    NotIn(Vec<String>),
    GreaterThan(i64),
    LessThan(i64),
}

impl Selector {
    /// The selector that selects every object.
    pub fn everything() -> Self {
        Self::default()
    }

    /// Whether the selector has no requirement, and therefore selects every object.
    pub fn selects_all(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Selects the objects that both select.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.requirements.extend(other.requirements);
        self
    }

    /// Whether labels meet all requirements. `None` means no labels.
    pub fn matches(&self, labels: Option<&BTreeMap<String, String>>) -> bool {
        self.requirements.iter().all(|Requirement { key, operator }| {
            operator.matches(labels.and_then(|labels| labels.get(key)).map(String::as_str))
        })
    }
}

impl Operator {
    fn matches(&self, value: Option<&str>) -> bool {
        // A value that is not a number is neither greater nor less (client-go's `Requirement.Matches`).
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::Exists => value.is_some(),
            Self::DoesNotExist => value.is_none(),
            Self::Equals(expected) => value == Some(expected),
            Self::NotEquals(expected) => value != Some(expected),
            Self::In(values) => value.is_some_and(|value| values.iter().any(|known| known == value)),
            Self::NotIn(values) => value.is_none_or(|value| values.iter().all(|known| known != value)),
            Self::GreaterThan(limit) => number().is_some_and(|number| number > *limit),
            Self::LessThan(limit) => number().is_some_and(|number| number < *limit),
        }
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    /// Parses the text form, with Kubernetes' grammar and rules for keys and values (client-go's `labels.Parse`). An
    /// empty text selects every object.
    fn from_str(text: &str) -> Result<Self, SelectorError> {
        parse::requirements(text).map(|requirements| Self { requirements })
    }
}

impl TryFrom<&LabelSelector> for Selector {
    type Error = SelectorError;

    /// Converts `matchLabels` and `matchExpressions` (client-go's `LabelSelectorAsSelector`). An empty selector selects
    /// every object.
    fn try_from(selector: &LabelSelector) -> Result<Self, SelectorError> {
        let labels = selector.match_labels.iter().flatten();
        let labels = labels.map(|(key, value)| Requirement::new(key, Operator::Equals(value.clone())));
        let expressions = selector.match_expressions.iter().flatten().map(Requirement::try_from);
        let requirements = labels.chain(expressions).collect::<Result<_, _>>()?;
        Ok(Self { requirements })
    }
}

impl TryFrom<LabelSelector> for Selector {
    type Error = SelectorError;

    fn try_from(selector: LabelSelector) -> Result<Self, SelectorError> {
        Self::try_from(&selector)
    }
}

impl TryFrom<&LabelSelectorRequirement> for Requirement {
    type Error = SelectorError;

    fn try_from(requirement: &LabelSelectorRequirement) -> Result<Self, SelectorError> {
        let values = || requirement.values.clone().unwrap_or_default();
        let operator = match requirement.operator.as_str() {
            "In" => Operator::In(values()),
            "NotIn" => Operator::NotIn(values()),
            "Exists" | "DoesNotExist" if !values().is_empty() => {
                return Err(SelectorError::UnexpectedValues { key: requirement.key.clone() });
            }
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            other => return Err(SelectorError::Operator { operator: other.to_owned() }),
        };
        Self::new(&requirement.key, operator)
    }
}

impl Requirement {
    /// Checks the key and the values.
    fn new(key: &str, operator: Operator) -> Result<Self, SelectorError> {
        if !valid::is_label_key(key) {
            return Err(SelectorError::Key { key: key.to_owned() });
        }
        let values = match &operator {
            Operator::Equals(value) | Operator::NotEquals(value) => std::slice::from_ref(value),
            Operator::In(values) | Operator::NotIn(values) if values.is_empty() => {
                return Err(SelectorError::NoValues { key: key.to_owned() });
            }
            Operator::In(values) | Operator::NotIn(values) => values,
            _ => &[],
        };
        match values.iter().find(|value| !valid::is_label_value(value)) {
            Some(value) => Err(SelectorError::Value { key: key.to_owned(), value: value.clone() }),
            None => Ok(Self { key: key.to_owned(), operator }),
        }
    }
}

/// The text form, which [`Selector::from_str`] parses and a Kubernetes API server accepts.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Requirement { key, operator }) in self.requirements.iter().enumerate() {
            if number > 0 {
                f.write_str(",")?;
            }
            match operator {
                Operator::Exists => write!(f, "{key}"),
                Operator::DoesNotExist => write!(f, "!{key}"),
                Operator::Equals(value) => write!(f, "{key}={value}"),
                Operator::NotEquals(value) => write!(f, "{key}!={value}"),
                Operator::In(values) => write!(f, "{key} in ({})", values.join(",")),
                Operator::NotIn(values) => write!(f, "{key} notin ({})", values.join(",")),
                Operator::GreaterThan(limit) => write!(f, "{key}>{limit}"),
                Operator::LessThan(limit) => write!(f, "{key}<{limit}"),
            }?;
        }
        Ok(())
    }
}

/// The text form, which [`InformerBuilder::labels`](crate::InformerBuilder::labels) takes.
impl From<Selector> for String {
    fn from(selector: Selector) -> Self {
        selector.to_string()
    }
}

/// What selects objects by labels: a [`Selector`], or a text in the syntax of `kubectl -l`, which only the API server checks.
#[diagnostic::on_unimplemented(
    message = "this is not a label selector",
    label = "expected a `Selector` or a text, found `{Self}`",
    note = "a label selector is a text such as `\"app=web\"`, or a `Selector`: `Widget::LABEL_APP.equals(\"web\")?`, \
            `\"app=web\".parse::<Selector>()?`, or `Selector::try_from(label_selector)?`"
)]
pub trait IntoLabelSelector {
    /// The syntax of `kubectl -l`.
    fn into_text(self) -> String;
}

impl IntoLabelSelector for Selector {
    fn into_text(self) -> String {
        self.to_string()
    }
}

impl IntoLabelSelector for &Selector {
    fn into_text(self) -> String {
        self.to_string()
    }
}

impl IntoLabelSelector for String {
    fn into_text(self) -> String {
        self
    }
}

impl IntoLabelSelector for &String {
    fn into_text(self) -> String {
        self.clone()
    }
}

impl IntoLabelSelector for &str {
    fn into_text(self) -> String {
        self.to_owned()
    }
}

impl IntoLabelSelector for Cow<'_, str> {
    fn into_text(self) -> String {
        self.into_owned()
    }
}

/// Why a label selector is not valid.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectorError {
    /// The text does not have the grammar of a selector.
    #[error("`{text}` is not a valid label selector: expected {expected} at byte {position}")]
    Syntax {
        /// The selector.
        text: String,
        /// What was expected.
        expected: &'static str,
        /// The position of the error, in bytes.
        position: usize,
    },
    /// The key of a label is not valid.
    #[error(
        "`{key}` is not a valid label key: expected `name` or `prefix/name`, with a name of at most 63 letters, digits, \
         `-`, `_` and `.`"
    )]
    Key {
        /// The invalid key.
        key: String,
    },
    /// The value of a label is not valid.
    #[error(
        "`{value}` is not a valid value of the label `{key}`: expected at most 63 letters, digits, `-`, `_` and `.`, \
         with a letter or a digit at both ends"
    )]
    Value {
        /// The key.
        key: String,
        /// The invalid value.
        value: String,
    },
    /// `in` or `notin` without values.
    #[error("the operators `in` and `notin` require at least one value, and `{key}` has none")]
    NoValues {
        /// The key.
        key: String,
    },
    /// `Exists` or `DoesNotExist` with values.
    #[error("the operators `Exists` and `DoesNotExist` do not take values, and `{key}` has some")]
    UnexpectedValues {
        /// The key.
        key: String,
    },
    /// The value after `<` or `>` is not an integer.
    #[error("the operators `<` and `>` require an integer, and the value of `{key}` is `{value}`")]
    NotAnInteger {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// The operator of an expression in a `LabelSelector` is unknown.
    #[error("`{operator}` is not a valid operator: expected `In`, `NotIn`, `Exists` or `DoesNotExist`")]
    Operator {
        /// The unknown operator.
        operator: String,
    },
}

crate::causes::debug_as_text!(SelectorError);

#[cfg(test)]
mod tests;
