//! What stands on the sheet, and how is it written down?

use super::super::html::escape;
use super::letters::{Font, cut};
use std::fmt::Write;

const STYLE: &str = "text{font:13px system-ui,Helvetica,Arial,sans-serif;fill:#1d2430}.b{font-weight:600}\
    .f{fill:#5c6675;font-size:11.5px}.v{font:600 13px ui-monospace,Menlo,Consolas,monospace}.e{text-anchor:end}\
    rect{fill:#fff;stroke:#8a94a3}.h{fill:#eef1f5;stroke:none}.q{stroke-dasharray:3 3}.l{stroke:#d5d9df}\
    path{fill:none;stroke:#1f5fbf;stroke-width:1.5}.t{stroke-dasharray:4 4;stroke:#8a5a00}\
    .tip{fill:#1f5fbf;stroke:none}.tie{fill:#8a5a00;stroke:none}";

/// What is drawn, arrows above everything else.
#[derive(Default)]
pub(super) struct Sheet {
    body: String,
    arrows: String,
}

// Writing into a string cannot fail.
impl Sheet {
    pub(super) fn rect(&mut self, class: &str, x: usize, y: usize, width: usize, height: usize) {
        let _ = writeln!(
            self.body,
            "<rect{} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>",
            of(class)
        );
    }

    pub(super) fn line(&mut self, path: &str) {
        let _ = writeln!(self.body, "<path class=\"l\" d=\"{path}\"/>");
    }

    pub(super) fn arrow(&mut self, class: &str, tip: &str, path: &str, what: Option<&str>) {
        let title = what.map(|what| format!("<title>{}</title>", escape(what))).unwrap_or_default();
        let _ = writeln!(
            self.arrows,
            "<path{} marker-end=\"url(#{tip})\" d=\"{path}\">{title}</path>",
            of(class)
        );
    }

    /// A line of text, cut where its room of so many pixels ends.
    pub(super) fn text(&mut self, x: usize, y: usize, class: &str, text: &str, room: usize) {
        if text.is_empty() {
            return;
        }
        let shown = cut(text, room, Font::of(class));
        let _ = writeln!(self.body, "<text x=\"{x}\" y=\"{y}\"{}>{}</text>", of(class), escape(&shown));
    }

    pub(super) fn finish(&self, caption: &str, width: usize, height: usize) -> String {
        let tip = |name: &str| {
            format!(
                "<marker id=\"{name}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
                 orient=\"auto\"><path class=\"{name}\" d=\"M0 0 8 4 0 8z\"/></marker>"
            )
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n<defs>{}{}</defs>\n\
             <rect width=\"100%\" height=\"100%\" style=\"fill:#fafaf7;stroke:none\"/>\n{}{}</svg>\n",
            escape(caption),
            tip("tip"),
            tip("tie"),
            self.body,
            self.arrows
        )
    }
}

fn of(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
}
