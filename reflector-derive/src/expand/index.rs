//! The index constants, such as `Widget::BY_COLOR`, and the code that follows an index path.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Member, Path, spanned::Spanned};

use crate::{
    model::{Index, Model},
    names::{in_expansion, local, respanned},
    path::{IndexPath, Step},
};

pub(super) fn expand(model: &Model) -> TokenStream {
    model.indexes.iter().map(|index| constant(model, index)).collect()
}

fn constant(model: &Model, index: &Index) -> TokenStream {
    let Model { krate, root, vis, .. } = model;
    let Index { name, constant, value_type, path } = index;
    let value_type = value_type.as_ref().map(|value_type| quote!(, #value_type));
    let (extract, by) = match path {
        Some(path) => (extract(krate, path), format!(" by `{path}`")),
        // The path is invalid. The constant is still generated, so that uses of it compile.
        None => (quote!(|_, _| {}), String::new()),
    };
    let doc = format!(" The index `{name}`: finds `{root}` objects{by}.");
    quote! {
        #[doc = #doc]
        #vis const #constant: #krate::Index<#root #value_type> = #krate::Index::new(#name, #extract);
    }
}

fn extract(krate: &Path, path: &IndexPath) -> TokenStream {
    let object = At::Variable("__object".to_owned(), path.first.span());
    let [parameter, values] = ["__object", "__values"].map(|name| local(name, Span::call_site()));
    let body = Walk { krate, values: &values }.from(&object.field(&path.first), &path.steps, 0);
    quote!(|#parameter, #values| { #body })
}

/// The value that a path prefix evaluates to. All tokens have the span of the user's path, so that the compiler
/// underlines that path.
enum At {
    /// A variable that is a reference, and the span of its use.
    Variable(String, Span),
    /// A field, and the start of the path to it.
    Field(TokenStream, Span),
}

impl At {
    fn field(&self, field: &Member) -> Self {
        let span = in_expansion(field.span());
        let (owner, start) = match self {
            Self::Variable(name, _) => (local(name, span).into_token_stream(), span),
            Self::Field(tokens, start) => (tokens.clone(), *start),
        };
        let field = respanned(field.to_token_stream(), span);
        Self::Field(quote_spanned!(span=> #owner.#field), start)
    }

    fn reference(&self) -> TokenStream {
        match self {
            Self::Variable(name, span) => local(name, *span).into_token_stream(),
            Self::Field(tokens, start) => quote_spanned!(*start=> &#tokens),
        }
    }

    fn start(&self) -> Span {
        match self {
            Self::Variable(_, start) | Self::Field(_, start) => *start,
        }
    }
}

struct Walk<'a> {
    krate: &'a Path,
    values: &'a Ident,
}

impl Walk<'_> {
    /// The code for the rest of a path, inside `depth` nested blocks.
    fn from(&self, at: &At, rest: &[Step], depth: usize) -> TokenStream {
        let Some((step, rest)) = rest.split_first() else {
            return self.push(at);
        };
        match step {
            Step::Field(field) => self.from(&at.field(field), rest, depth),
            Step::Option(span) => {
                let option = self.call("as_option", *span, &at.reference());
                let (item, body) = self.inside(*span, rest, depth);
                quote!(if let ::core::option::Option::Some(#item) = #option { #body })
            }
            Step::Each(span) => {
                let (item, body) = self.inside(*span, rest, depth);
                let list = at.reference();
                self.call("for_each", *span, &quote!(#list, |#item| #body))
            }
        }
    }

    fn push(&self, at: &At) -> TokenStream {
        let function = self.function("push", at.start());
        let (values, leaf) = (self.values, at.reference());
        quote!(#function(#values, #leaf))
    }

    /// A variable for the value that a step yields, and the code for the rest of the path.
    fn inside(&self, span: Span, rest: &[Step], depth: usize) -> (Ident, TokenStream) {
        let name = format!("__{depth}");
        (local(&name, span), self.from(&At::Variable(name, span), rest, depth + 1))
    }

    /// A call to a runtime function. All tokens except the arguments have the location of `span`.
    fn call(&self, function: &str, span: Span, arguments: &TokenStream) -> TokenStream {
        let function = self.function(function, span);
        quote_spanned!(in_expansion(span)=> #function(#arguments))
    }

    fn function(&self, name: &str, span: Span) -> TokenStream {
        let (krate, name) = (self.krate, Ident::new(name, span));
        respanned(quote!(#krate::__private::#name), span)
    }
}
