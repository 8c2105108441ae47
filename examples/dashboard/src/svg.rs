//! Cells of a terminal as SVG, one frame after the other. The colors follow the light or dark theme of the reader.

use std::{fmt::Write as _, ops::Range};

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};

/// The size of a cell, in the units of the picture.
const CELL: (u16, u16) = (8, 18);

/// The space around the cells.
const MARGIN: u16 = 12;

/// How long each frame is shown, in seconds.
const FRAME_SECONDS: usize = 3;

/// The colors, as the class, the color on a light and that on a dark background.
const COLORS: [(&str, &str, &str); 6] = [
    ("text", "#1f2328", "#e6edf3"),
    ("dim", "#656d76", "#8d96a0"),
    ("red", "#cf222e", "#ff7b72"),
    ("green", "#1a7f37", "#3fb950"),
    ("yellow", "#9a6700", "#d29922"),
    ("cyan", "#0969da", "#58a6ff"),
];

/// What the picture in the README shows.
pub const TITLE: &str = "The dashboard: informers recover from a disconnect and from a compacted history";

/// Returns a picture that shows the frames in a loop. `title` is for readers that do not see it.
///
/// A viewer without animation, and a reader who prefers less motion, sees the last frame.
pub fn render(title: &str, frames: &[Buffer]) -> String {
    let (columns, rows) = frames.first().map_or((0, 0), |frame| (frame.area.width, frame.area.height));
    let (width, height) = (columns * CELL.0 + 2 * MARGIN, rows * CELL.1 + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" xml:space=\"preserve\" role=\"img\">\n\
         <title>{}</title>\n<style>\n{}</style>\n\
         <rect class=\"background\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n",
        escaped(title),
        style(frames.len()),
        width - 1,
        height - 1,
    );
    for (number, frame) in frames.iter().enumerate() {
        let _ = write!(svg, "<g class=\"frame\" id=\"frame{number}\">\n{}</g>\n", cells(frame));
    }
    svg.push_str("</svg>\n");
    svg
}

/// The style sheet: colors, and an animation for each frame.
fn style(frames: usize) -> String {
    let mut css = String::from(
        "text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; \
         white-space: pre }\n.bold { font-weight: bold }\n.background { fill: #ffffff; stroke: #d0d7de }\n",
    );
    for (class, light, _) in COLORS {
        let _ = writeln!(css, ".{class} {{ fill: {light} }}");
    }
    css.push_str("@media (prefers-color-scheme: dark) {\n.background { fill: #0d1117; stroke: #30363d }\n");
    for (class, _, dark) in COLORS {
        let _ = writeln!(css, ".{class} {{ fill: {dark} }}");
    }
    css.push_str("}\n");
    let last = frames.saturating_sub(1);
    let _ = writeln!(css, ".frame {{ visibility: hidden }}\n#frame{last} {{ visibility: visible }}");
    css.push_str("@media (prefers-reduced-motion: no-preference) {\n");
    let seconds = frames * FRAME_SECONDS;
    for frame in 0..frames {
        let (begin, end) = (percent(frame, frames), percent(frame + 1, frames));
        // The value of each key frame holds until the next one.
        let _ = writeln!(
            css,
            "@keyframes show{frame} {{ 0% {{ visibility: {} }} {begin}% {{ visibility: visible }} \
             {end}% {{ visibility: {} }} }}\n#frame{frame} {{ animation: show{frame} {seconds}s step-end infinite }}",
            if frame == 0 { "visible" } else { "hidden" },
            if frame == last { "visible" } else { "hidden" },
        );
    }
    css.push_str("}\n");
    css
}

/// The position of a frame in the loop, with two decimals.
fn percent(frame: usize, frames: usize) -> String {
    let hundredths = frame * 10_000 / frames.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// All cells of a frame.
fn cells(frame: &Buffer) -> String {
    let mut svg = String::new();
    for y in 0..frame.area.height {
        let row: Vec<&Cell> = (0..frame.area.width).map(|x| &frame[(x, y)]).collect();
        for run in runs(&row) {
            draw_run(&mut svg, &row, run, y);
        }
    }
    svg
}

/// The ranges of neighboring cells that are drawn as one element. Spaces at the end are left out.
fn runs(row: &[&Cell]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (x, cell) in row.iter().enumerate() {
        let begins = match runs.last() {
            Some(run) => run.end != x || Look::of(row[run.start]) != Look::of(cell),
            None => true,
        };
        match runs.last_mut() {
            Some(run) if !begins => run.end = x + 1,
            _ => runs.push(x..x + 1),
        }
    }
    let trimmed = runs.into_iter().filter_map(|run| {
        let is_space = |x: usize| row[x].symbol() == " ";
        let start = run.clone().find(|x| !is_space(*x))?;
        let end = run.rev().find(|x| !is_space(*x))? + 1;
        Some(start..end)
    });
    trimmed.collect()
}

/// How a cell is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    shape: Shape,
    class: &'static str,
    is_bold: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    /// A horizontal line through the middle of the cell.
    Line,
    /// A bar of so many eighths of the cell's height. Fonts leave gaps between them.
    Bar(u32),
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let symbol = cell.symbol().chars().next().unwrap_or(' ');
        let shape = match symbol {
            '─' => Shape::Line,
            '▁'..='█' => Shape::Bar(u32::from(symbol) - u32::from('▁') + 1),
            _ => Shape::Text,
        };
        let class = match cell.fg {
            Color::Red => "red",
            Color::Green => "green",
            Color::Yellow => "yellow",
            Color::Cyan => "cyan",
            Color::DarkGray => "dim",
            _ if cell.modifier.contains(Modifier::DIM) => "dim",
            _ => "text",
        };
        Self { shape, class, is_bold: cell.modifier.contains(Modifier::BOLD) }
    }
}

fn draw_run(svg: &mut String, row: &[&Cell], run: Range<usize>, y: u16) {
    let Look { shape, class, is_bold } = Look::of(row[run.start]);
    let (cell_width, cell_height) = (usize::from(CELL.0), u32::from(CELL.1));
    let x = usize::from(MARGIN) + run.start * cell_width;
    let top = u32::from(MARGIN) + u32::from(y) * cell_height;
    let width = run.len() * cell_width;
    let _ = match shape {
        Shape::Text => {
            let text: String = row[run].iter().map(|cell| cell.symbol()).collect();
            let class = if is_bold { format!("{class} bold") } else { class.to_owned() };
            // The length holds the columns in place, whatever the font.
            writeln!(
                svg,
                "<text class=\"{class}\" x=\"{x}\" y=\"{}\" textLength=\"{width}\">{}</text>",
                top + 13,
                escaped(&text)
            )
        }
        Shape::Line => writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"1\"/>",
            top + cell_height / 2
        ),
        Shape::Bar(eighths) => {
            let height = (cell_height * eighths / 8).max(1);
            writeln!(
                svg,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"{height}\"/>",
                top + cell_height - height
            )
        }
    };
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use ratatui::{layout::Rect, style::Style};

    use super::*;

    fn frame(text: &str, style: Style) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, text, style);
        buffer
    }

    #[test]
    fn text_keeps_its_columns_and_its_color() {
        let svg = render("a <title>", &[frame("a<b", Style::new().fg(Color::Red))]);
        assert!(svg.contains("<title>a &lt;title&gt;</title>"), "{svg}");
        assert!(svg.contains(r#"<text class="red" x="12" y="25" textLength="24">a&lt;b</text>"#), "{svg}");
        assert!(svg.contains("prefers-color-scheme: dark"), "{svg}");
    }

    #[test]
    fn bars_and_lines_are_rectangles() {
        let svg = render("", &[frame("──▄█ x", Style::new())]);
        assert!(svg.contains(r#"<rect class="text" x="12" y="21" width="16" height="1"/>"#), "{svg}");
        assert!(svg.contains(r#"<rect class="text" x="28" y="21" width="8" height="9"/>"#), "{svg}");
        assert!(svg.contains(r#"<rect class="text" x="36" y="12" width="8" height="18"/>"#), "{svg}");
        assert!(svg.contains(r#"x="52" y="25" textLength="8">x</text>"#), "{svg}");
    }

    /// Exactly one frame is visible at any time, and without animations the last one.
    #[test]
    fn frames_follow_one_another() {
        let frames = ["one", "two", "three"].map(|text| frame(text, Style::new()));
        let svg = render("", &frames);
        assert!(svg.contains("#frame2 { visibility: visible }"), "{svg}");
        for animation in [
            "show0 { 0% { visibility: visible } 0.00% { visibility: visible } 33.33% { visibility: hidden } }",
            "show1 { 0% { visibility: hidden } 33.33% { visibility: visible } 66.66% { visibility: hidden } }",
            "show2 { 0% { visibility: hidden } 66.66% { visibility: visible } 100.00% { visibility: visible } }",
        ] {
            assert!(svg.contains(animation), "{svg}");
        }
    }
}
