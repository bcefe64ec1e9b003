//! SVG written as text: one string for each drawing keeps the browser build small and a redraw cheap. Looks are
//! classes, never inline styles, so that a strict content security policy holds.

use std::fmt::Write;

/// Which point of a text stands at its `x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

impl Anchor {
    /// The value of the attribute `text-anchor`.
    fn as_str(self) -> &'static str {
        match self {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        }
    }
}

/// A piece of text with its place; `y` is its base line.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where `anchor` stands, in pixels.
    pub x: f64,
    /// The base line, in pixels.
    pub y: f64,
    /// Which point of the text stands at `x`.
    pub anchor: Anchor,
    /// What it says.
    pub text: String,
}

impl Text {
    /// A text whose `anchor` stands at `x`, on the base line `y`.
    #[must_use]
    pub fn new(x: f64, y: f64, anchor: Anchor, text: impl Into<String>) -> Text {
        Text {
            x,
            y,
            anchor,
            text: text.into(),
        }
    }

    /// From where to where it reaches across, in pixels: tests look whether labels touch.
    #[cfg(test)]
    #[must_use]
    pub fn extent(&self) -> (f64, f64) {
        let width = super::text::width_of(&self.text);
        match self.anchor {
            Anchor::Start => (self.x, self.x + width),
            Anchor::Middle => (self.x - width / 2.0, self.x + width / 2.0),
            Anchor::End => (self.x - width, self.x),
        }
    }
}

/// The inside of an `<svg>` or a `<g>`, as it grows.
#[derive(Default)]
pub struct Drawing(String);

impl Drawing {
    /// A box.
    pub fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        let (width, height) = (width.max(0.0), height.max(0.0));
        self.push(format_args!(
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}"/>"#
        ));
    }

    /// A box at `at` that says more when the pointer rests on it.
    pub fn rect_with_tip(&mut self, class: &str, at: (f64, f64), size: (f64, f64), tip: &str) {
        let (width, height) = (size.0.max(0.0), size.1.max(0.0));
        self.push(format_args!(
            r#"<rect class="{class}" x="{:.1}" y="{:.1}" width="{width:.1}" height="{height:.1}"><title>"#,
            at.0, at.1
        ));
        escape_into(&mut self.0, tip);
        self.0.push_str("</title></rect>");
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        self.push(format_args!(
            r#"<line class="{class}" x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}"/>"#,
            from.0, from.1, to.0, to.1
        ));
    }

    /// A path, from its data.
    pub fn path(&mut self, class: &str, data: &str) {
        self.push(format_args!(r#"<path class="{class}" d="{data}"/>"#));
    }

    /// A dot.
    pub fn dot(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        self.push(format_args!(
            r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="{radius:.1}"/>"#
        ));
    }

    /// A piece of text.
    pub fn text(&mut self, class: &str, text: &Text) {
        self.push(format_args!(
            r#"<text class="{class}" x="{:.1}" y="{:.1}" text-anchor="{}">"#,
            text.x,
            text.y,
            text.anchor.as_str()
        ));
        escape_into(&mut self.0, &text.text);
        self.0.push_str("</text>");
    }

    /// The text of the drawing.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }

    fn push(&mut self, what: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _infallible = self.0.write_fmt(what);
    }
}

/// Names come from outside: what means something in markup is written as an entity.
fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// The data of a path through these points.
#[must_use]
pub fn polyline(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut data = String::new();
    for (x, y) in points {
        let command = if data.is_empty() { 'M' } else { 'L' };
        let _infallible = write!(data, "{command}{x:.1} {y:.1}");
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_text() {
        let mut drawing = Drawing::default();
        drawing.text(
            "name",
            &Text::new(0.0, 0.0, Anchor::Start, "</text><script>&\"x\""),
        );
        let text = drawing.finish();
        assert!(!text.contains("<script>"));
        assert!(text.contains("&lt;/text&gt;&lt;script&gt;&amp;&quot;x&quot;"));
    }

    #[test]
    fn a_path_starts_with_a_move() {
        assert_eq!(polyline([(0.0, 1.0), (2.26, 3.0)]), "M0.0 1.0L2.3 3.0");
        assert_eq!(polyline([]), "");
    }

    #[test]
    fn a_box_is_never_inside_out() {
        let mut drawing = Drawing::default();
        drawing.rect("bar", 5.0, 5.0, -2.0, 4.0);
        assert!(drawing.finish().contains(r#"width="0.0""#));
    }
}
