//! What surrounds a chart: its title, how to read it, and its numbers as a table.

use super::number;
use maud::{Markup, html};

/// Rows of a data table shown at most; longer ones are thinned evenly.
const TABLE_ROWS: usize = 60;

/// The numbers of a chart, printed.
pub struct Table<'a> {
    /// Column names.
    pub head: &'a [&'a str],
    /// Cells, the first of each row being its name.
    pub rows: Vec<Vec<String>>,
}

/// A chart with everything it needs to be read. Without a drawing it says that there is no data.
pub struct Panel<'a> {
    /// Title.
    pub title: &'a str,
    /// How to read it, in one line.
    pub read: &'a str,
    /// The drawing.
    pub body: Option<Markup>,
    /// Its numbers.
    pub table: Table<'a>,
}

impl Panel<'_> {
    /// As a figure with its table folded away.
    pub fn draw(self) -> Markup {
        self.framed(false)
    }

    /// As a figure with its table unfolded, where the numbers matter as much as the picture.
    pub fn draw_with_table_shown(self) -> Markup {
        self.framed(true)
    }

    fn framed(self, open: bool) -> Markup {
        let Some(body) = self.body else { return self.empty() };
        html! {
            figure.chart {
                figcaption { h3 { (self.title) } p.read { (self.read) } }
                div.body { (body) }
                details.data open[open] { summary { "Data table" } (self.table.draw(self.title)) }
            }
        }
    }

    fn empty(self) -> Markup {
        html! {
            div.empty { h3 { (self.title) } p { "No data." } }
        }
    }
}

impl Table<'_> {
    /// As a table named `caption`; numbers are set right, names left.
    pub fn draw(&self, caption: &str) -> Markup {
        let every = self.rows.len().div_ceil(TABLE_ROWS).max(1);
        html! {
            div.scroll tabindex="0" role="group" aria-label=(caption) {
                table {
                    caption.known[every == 1] {
                        (caption)
                        @if every > 1 { " (one row in " (every) " of " (number::count(self.rows.len() as u64)) ")" }
                    }
                    thead { tr { @for name in self.head { th scope="col" { (name) } } } }
                    tbody {
                        @for row in self.rows.iter().step_by(every) {
                            tr { @for (i, cell) in row.iter().enumerate() { (self::cell(i, cell)) } }
                        }
                    }
                }
            }
        }
    }
}

fn cell(index: usize, text: &str) -> Markup {
    html! {
        @if index == 0 { th scope="row" { (text) } } @else { td { (text) } }
    }
}

/// A section with its place in the table of contents.
pub fn section(id: &str, title: &str, lead: &str, body: Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title) }
            p.lead { (lead) }
            (body)
        }
    }
}
