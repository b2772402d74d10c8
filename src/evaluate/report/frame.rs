//! What every page has around its parts: head, style, a way past the contents, the contents themselves.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// What is said of a page before its parts.
pub(super) struct Frame<'a> {
    /// Of the window.
    pub(super) title: &'a str,
    /// Rules beyond those of all pages.
    pub(super) style: &'a str,
    /// Where the way past the contents leads, in words.
    pub(super) skip: &'a str,
}

impl Frame<'_> {
    /// Draws the page: `contents` are the parts by id and name.
    pub(super) fn page(&self, contents: &[(&str, &str)], main: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content="skonto";
                    title { (self.title) }
                    style { (PreEscaped(include_str!("style.css"))) (PreEscaped(self.style)) }
                }
                body {
                    a.skip href="#main" { (self.skip) }
                    div.frame { (list(contents)) main id="main" { (main) } }
                }
            }
        }
    }
}

fn list(contents: &[(&str, &str)]) -> Markup {
    html! {
        nav aria-label="Contents" {
            p.mark { "skonto" }
            ol { @for (id, name) in contents { li { a href={ "#" (id) } { (name) } } } }
        }
    }
}
