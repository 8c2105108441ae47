//! The index constants, such as `Widget::BY_COLOR`, and the code that follows an index path.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Member, Type, spanned::Spanned};

use super::{constant_item, runtime, runtime_at};
use crate::{
    attr::index::Values,
    model::{Index, Model},
    names::{in_expansion, local, name_at, respanned},
    path::{IndexPath, Step},
};

pub(super) fn expand(model: &Model) -> TokenStream {
    model.indexes.iter().map(|index| constant(model, index)).collect()
}

fn constant(model: &Model, index: &Index) -> TokenStream {
    let (Model { root, vis, .. }, rt) = (model, runtime());
    let Index { name, constant, value_type, values } = index;
    let (extract, by) = match values {
        Some(values) => (extract(values, value_type.as_ref()), description(values)),
        // The path is invalid. The constant is still generated, so that uses of it compile.
        None => (quote!(|_, _| {}), String::new()),
    };
    let value_type = match values {
        Some(Values::Tuple(parts)) => {
            let parts = parts.iter().map(|(_, part)| {
                if let Some(part) = part { part.to_token_stream() } else { quote!(::std::string::String) }
            });
            Some(quote!((#(#parts),*)))
        }
        _ => value_type.as_ref().map(ToTokens::to_token_stream),
    };
    let value_type = value_type.map(|value_type| quote!(, #value_type));
    let doc = format!(" The index `{name}`: finds `{root}` objects{by}.");
    constant_item(
        vis,
        constant,
        &doc,
        &quote!(#rt::Index<#root #value_type>),
        &quote!(#rt::Index::new(#name, #extract)),
    )
}

fn description(values: &Values) -> String {
    match values {
        Values::Field(path) | Values::Serialized(path) => format!(" by `{path}`"),
        Values::Tuple(parts) => {
            let paths: Vec<String> = parts.iter().map(|(path, _)| format!("`{path}`")).collect();
            format!(" by {}", paths.join(" and "))
        }
        Values::Function(function) => {
            format!(" by the result of `{}`", function.to_token_stream().to_string().replace(' ', ""))
        }
        Values::Owner => " by the uid of their controller".to_owned(),
    }
}

fn extract(values: &Values, value_type: Option<&Type>) -> TokenStream {
    let rt = runtime();
    let [object, sink] = ["__object", "__values"].map(|name| local(name, Span::call_site()));
    let end = |at: &At, _| at.push(value_type.is_some(), &sink.to_token_stream());
    let body = match values {
        Values::Field(path) => walk(path, 0, &end),
        Values::Serialized(path) => walk(path, 0, &|at, _| {
            let value = at.reference();
            at.call("push_serde", &quote!(#sink, #value))
        }),
        Values::Tuple(parts) => tuple(parts, &[], 0, &sink),
        Values::Function(function) => {
            // The compiler reports at the function that it has other parameters, or that its result cannot be indexed.
            let span = in_expansion(function.span());
            let (rt, object) = (runtime_at(span), Ident::new("__object", span));
            let push = Ident::new(if value_type.is_some() { "push" } else { "text" }, span);
            quote_spanned!(span=> #rt::call(#object, #function).values().#push(#sink))
        }
        Values::Owner => quote!(#rt::push_controller(#rt::Metadata::get(&#object.metadata), #sink)),
    };
    quote!(|#object, #sink| #body)
}

/// The expression for the rest of a tuple, whose parts `done` are in variables.
fn tuple(parts: &[(IndexPath, Option<Type>)], done: &[Ident], next: usize, sink: &Ident) -> TokenStream {
    let Some(((path, part), rest)) = parts.split_first() else {
        return quote!(#sink.push(&(#(::std::borrow::ToOwned::to_owned(#done)),*)));
    };
    walk(path, next, &|at, next| {
        let rt = runtime();
        let key = format_ident!("__key{}", done.len(), span = Span::call_site());
        let done: Vec<Ident> = done.iter().cloned().chain([key.clone()]).collect();
        let body = tuple(rest, &done, next, sink);
        let part_type = part.as_ref().map_or_else(|| quote!(str), ToTokens::to_token_stream);
        at.push(part.is_some(), &quote!(&mut #rt::part(&mut |#key: &#part_type| #body)))
    })
}

/// The value that a path prefix evaluates to.
enum At {
    /// A variable that is a reference, and the location of the step that it results from.
    Variable(String, Span),
    /// A field, and the location of its name.
    Field(TokenStream, Span),
}

impl At {
    fn reference(&self) -> TokenStream {
        match self {
            Self::Variable(name, span) => local(name, *span).into_token_stream(),
            Self::Field(tokens, span) => quote_spanned!(in_expansion(*span)=> &#tokens),
        }
    }

    /// The name of a function of the runtime, with the location of this value: the compiler reports a value that does not
    /// fit the function there.
    fn function(&self, name: &str) -> Ident {
        let (Self::Variable(_, span) | Self::Field(_, span)) = self;
        Ident::new(name, in_expansion(*span))
    }

    /// A call of a function of the runtime, with the location of this value.
    fn call(&self, function: &str, arguments: &TokenStream) -> TokenStream {
        let function = self.function(function);
        let (span, rt) = (function.span(), runtime_at(function.span()));
        quote_spanned!(span=> #rt::#function(#arguments))
    }

    /// A call of a method of this value.
    fn method(&self, method: &str, arguments: &TokenStream) -> TokenStream {
        let (reached, method) = (self.call("at", &self.reference()), self.function(method));
        let span = method.span();
        quote_spanned!(span=> #reached.#method(#arguments))
    }

    /// The end of a path.
    fn push(&self, typed: bool, values: &TokenStream) -> TokenStream {
        let value = self.reference();
        if typed { self.call("push", &quote!(#values, #value)) } else { self.method("text", values) }
    }
}

/// What follows at the end of a path, with the number of the next variable.
type End<'a> = dyn Fn(&At, usize) -> TokenStream + 'a;

/// The expression that follows a path from the object, with variables that are numbered from `next`.
fn walk(path: &IndexPath, next: usize, end: &End<'_>) -> TokenStream {
    match path.steps.split_first() {
        Some((Step::Field(field), rest)) if path.starts_at_struct => {
            // As in `steps`, the dot has the span of the field.
            let (span, start) = (field.span(), start(path, field.span()));
            steps(&At::Field(quote_spanned!(span=> #start.#field), span), rest, next, end)
        }
        _ => {
            let span = path.first.span();
            steps(&At::Field(start(path, span), span), &path.steps, next, end)
        }
    }
}

/// The first field of a path, with the location of `span`.
fn start(path: &IndexPath, span: Span) -> TokenStream {
    let object = local("__object", span);
    let first = match &path.first {
        Member::Named(name) => name_at(name.clone(), span).into_token_stream(),
        first @ Member::Unnamed(_) => respanned(first.to_token_stream(), span),
    };
    quote_spanned!(in_expansion(span)=> #object.#first)
}

fn steps(at: &At, rest: &[Step], next: usize, end: &End<'_>) -> TokenStream {
    let Some((step, rest)) = rest.split_first() else {
        return end(at, next);
    };
    let (value, name) = (at.reference(), format!("__{next}"));
    match step {
        Step::Field(field) => {
            // The dot has the span of the user's field and nothing else: the compiler suggests similar names only if the
            // access to the field is not generated code.
            let (span, fields) = (field.span(), at.method("fields", &TokenStream::new()));
            steps(&At::Field(quote_spanned!(span=> #fields.#field), span), rest, next, end)
        }
        Step::Option(span) => inside(&name, *span, &at.call("unwrap", &value), rest, next + 1, end),
        Step::Key(key) => {
            inside(&name, key.span(), &at.call("at_key", &quote!(#value, #key)), rest, next + 1, end)
        }
        Step::Each(span) => {
            let variable = local(&name, *span);
            let body = steps(&At::Variable(name, *span), rest, next + 1, end);
            at.method("each", &quote!(|#variable| #body))
        }
    }
}

/// The rest of a path with the value in an `Option`.
fn inside(
    name: &str,
    span: Span,
    option: &TokenStream,
    rest: &[Step],
    next: usize,
    end: &End<'_>,
) -> TokenStream {
    let variable = local(name, span);
    let (body, rt) = (steps(&At::Variable(name.to_owned(), span), rest, next, end), runtime());
    quote!(if let #rt::Some(#variable) = #option { #body })
}
