//! The state as cells of a terminal. Reads the [`State`] and changes nothing.

use std::time::Duration;

use ratatui::{
    Frame, Terminal,
    backend::TestBackend,
    buffer::Buffer,
    layout::{Alignment, Constraint, Layout, Rect},
    style::{Color, Style, Stylize as _},
    text::{Line, Span},
    widgets::{Block, Borders, Cell, Paragraph, Row as TableRow, Sparkline, Table},
};
use reflector_runtime::Health;

use crate::{
    faults::{Disturbance, Key},
    layout::{Column, Parts, columns_that_fit, wrap},
    state::{Row, State},
};

/// The size of a frame that is not drawn in a terminal.
pub const SIZE: (u16, u16) = (106, 22);

/// The columns of the table. The first two are aligned to the left.
const COLUMNS: [Column; 10] = [
    Column { title: "informer", width: 10, least: 10, rank: 0 },
    Column { title: "health", width: LONG_HEALTH, least: 24, rank: 0 },
    Column { title: "objects", width: 7, least: 7, rank: 1 },
    Column { title: "events/s", width: 8, least: 8, rank: 2 },
    Column { title: "queue", width: 5, least: 5, rank: 3 },
    Column { title: "lag", width: 6, least: 6, rank: 4 },
    Column { title: "JSON", width: 8, least: 8, rank: 8 },
    Column { title: "received", width: 8, least: 8, rank: 7 },
    Column { title: "relists", width: 7, least: 7, rank: 5 },
    Column { title: "fails", width: 5, least: 5, rank: 6 },
];

/// The width that the health needs with all of its words.
const LONG_HEALTH: u16 = 33;

/// The space between two keys.
const KEY_SPACE: &str = "   ";

/// Draws the state. What does not fit is left out: columns, the chart, the log.
pub fn draw(frame: &mut Frame<'_>, state: &State) {
    let rows = u16::try_from(state.rows.len()).unwrap_or(u16::MAX);
    let keys = keys_lines(frame.area().width);
    let height = u16::try_from(keys.len()).unwrap_or(u16::MAX);
    let parts = Parts::of(frame.area(), rows, height);
    draw_title(frame, parts.title, state);
    draw_informers(frame, parts.informers, state);
    draw_chart(frame, parts.chart, state);
    draw_disturbances(frame, parts.disturbances, state);
    draw_log(frame, parts.log, state);
    frame.render_widget(Paragraph::new(keys), parts.keys);
}

/// Draws the state into a buffer, without a terminal.
pub fn to_buffer(state: &State) -> Buffer {
    let (width, height) = SIZE;
    let backend = TestBackend::new(width, height);
    // The error of this backend has no values.
    let Ok(mut terminal) = Terminal::new(backend);
    let Ok(_) = terminal.draw(|frame| draw(frame, state));
    terminal.backend().buffer().clone()
}

/// The state as lines of text, without colors.
pub fn to_text(state: &State) -> String {
    let buffer = to_buffer(state);
    let (width, height) = (buffer.area.width, buffer.area.height);
    let line = |y| {
        let cells: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
        cells.trim_end().to_owned()
    };
    (0..height).map(line).collect::<Vec<_>>().join("\n")
}

fn draw_title(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let left =
        Line::from(vec!["Reflector".bold(), "  informers of the ".dim(), Span::from(state.source).dim()]);
    let memory = state.memory.map(|bytes| format!("memory {}  ", bytes_text(bytes))).unwrap_or_default();
    let mut right = Line::from(vec![memory.dim(), Span::from(clock(state.elapsed)).bold()]);
    if left.width() + right.width() >= usize::from(area.width) {
        right.spans.remove(0);
    }
    let width = u16::try_from(right.width()).unwrap_or(u16::MAX);
    let [left_area, right_area] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(width)]).spacing(1).areas(area);
    frame.render_widget(Paragraph::new(left), left_area);
    frame.render_widget(Paragraph::new(right), right_area);
}

fn draw_informers(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let columns = columns_that_fit(&COLUMNS, area.width);
    let header = columns.iter().map(|&(column, _)| cell(column, COLUMNS[column].title.dim()));
    let header = TableRow::new(header.collect::<Vec<_>>());
    let rows = state.rows.iter().map(|row| {
        let health_width = columns.iter().find(|(column, _)| *column == 1).map_or(0, |(_, width)| *width);
        let health = Span::styled(health_text(row, health_width), health_style(&row.health));
        let numbers = [
            row.objects.to_string(),
            format!("{:.1}", row.events_per_second),
            row.queued.to_string(),
            row.lag.map_or_else(|| "-".to_owned(), |lag| format!("{:.1} s", lag.as_secs_f64())),
            bytes_text(row.json_bytes),
            bytes_text(row.received),
            row.relists.to_string(),
            row.failures.to_string(),
        ];
        let spans = [Span::from(row.name.as_str()).bold(), health].into_iter().chain(numbers.map(Span::from));
        let cells = spans.enumerate().filter(|(column, _)| columns.iter().any(|(shown, _)| shown == column));
        TableRow::new(cells.map(|(column, span)| cell(column, span)))
    });
    let widths = columns.iter().map(|&(_, width)| Constraint::Length(width));
    let table = Table::new(rows, widths).header(header).column_spacing(1).block(section(""));
    frame.render_widget(table, area);
}

/// A cell of the table, aligned by its column.
fn cell(column: usize, span: Span<'_>) -> Cell<'_> {
    let line = Line::from(span);
    Cell::from(if column < 2 { line } else { line.alignment(Alignment::Right) })
}

fn draw_chart(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let rate = state.chart.back().copied().unwrap_or_default();
    let block = section(format!(" events per second: {rate} "));
    // The newest samples.
    let width = usize::from(area.width);
    let skipped = state.chart.len().saturating_sub(width);
    let samples: Vec<u64> = state.chart.iter().copied().skip(skipped).collect();
    let chart = Sparkline::default().block(block).data(samples).style(Style::new().fg(Color::Cyan));
    frame.render_widget(chart, area);
}

fn draw_disturbances(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let line = |disturbance: &Disturbance| {
        let Disturbance { key, is_active, requests } = disturbance;
        let (mark, style) = match is_active {
            true => ("● ", Style::new().fg(Color::Red)),
            false => ("○ ", Style::new().fg(Color::Green)),
        };
        let affected = match key {
            // It affects no request.
            Key::SlowHandlers => String::new(),
            _ if *requests == 1 => "   1 request".to_owned(),
            _ => format!("{requests:>4} requests"),
        };
        Line::from(vec![
            Span::styled(mark, style),
            Span::from(format!("{:<15}", key.label())),
            Span::from(affected).dim(),
        ])
    };
    let lines: Vec<Line<'_>> = if state.disturbances.is_empty() {
        vec![Line::from("none yet: press a key".dim())]
    } else {
        state.disturbances.iter().map(line).collect()
    };
    frame.render_widget(Paragraph::new(lines).block(section(" disturbances ")), area);
}

fn draw_log(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let height = usize::from(area.height.saturating_sub(1));
    let skipped = state.log.len().saturating_sub(height);
    let lines = state.log.iter().skip(skipped).map(|line| {
        Line::from(vec![Span::from(format!("{} ", clock(line.at))).dim(), Span::from(line.text.as_str())])
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()).block(section(" log ")), area);
}

/// The keys, in as many lines as they need.
fn keys_lines(width: u16) -> Vec<Line<'static>> {
    let keys = Key::ALL.map(|key| (key.character(), key.label()));
    let mut keys = keys.into_iter().chain([('q', "quit")]).map(|(character, label)| {
        [Span::from(character.to_string()).bold().fg(Color::Cyan), Span::from(format!(" {label}")).dim()]
    });
    let widths: Vec<usize> = keys.clone().map(|key| key.iter().map(Span::width).sum()).collect();
    let line = |count| {
        let mut line = Line::default();
        for key in keys.by_ref().take(count) {
            if !line.spans.is_empty() {
                line.push_span(KEY_SPACE.dim());
            }
            line.extend(key);
        }
        line
    };
    wrap(&widths, KEY_SPACE.len(), width).into_iter().map(line).collect()
}

/// A part of the screen, with a line above it.
fn section<'a>(title: impl Into<Line<'a>>) -> Block<'a> {
    let line = Style::new().fg(Color::DarkGray);
    Block::new().borders(Borders::TOP).border_style(line).title(title).title_style(Style::new().bold())
}

/// The health, with fewer words if the width is not sufficient for all.
fn health_text(row: &Row, width: u16) -> String {
    match &row.health {
        Health::Listing => "listing".to_owned(),
        Health::Syncing { received, remaining: None } => format!("syncing: {received}"),
        Health::Syncing { received, remaining: Some(remaining) } => {
            format!("syncing: {received} of {}", received + remaining)
        }
        Health::Synced { .. } => "synced".to_owned(),
        Health::Degraded { reason, .. } => {
            let retry = row.retry_in.unwrap_or_default();
            let reason = reason.as_str().replace('_', " ");
            let words = if width < LONG_HEALTH { "" } else { "retry in " };
            format!("{reason}, {words}{:.1} s", retry.as_secs_f64())
        }
        Health::Stopped => "stopped".to_owned(),
    }
}

fn health_style(health: &Health) -> Style {
    match health {
        Health::Synced { .. } => Style::new().fg(Color::Green),
        Health::Listing | Health::Syncing { .. } => Style::new().fg(Color::Yellow),
        Health::Degraded { .. } | Health::Stopped => Style::new().fg(Color::Red),
    }
}

/// Minutes, seconds and tenths.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}:{:02}.{}", seconds / 60, seconds % 60, time.subsec_millis() / 100)
}

/// Bytes in the largest unit in which the number is at least one.
#[allow(clippy::cast_precision_loss, reason = "a number with one decimal")]
fn bytes_text(bytes: u64) -> String {
    const KIBI: f64 = 1024.0;
    let number = bytes as f64;
    if number < KIBI {
        format!("{bytes} B")
    } else if number < KIBI * KIBI {
        format!("{:.1} K", number / KIBI)
    } else {
        format!("{:.1} M", number / (KIBI * KIBI))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_units() {
        assert_eq!(bytes_text(1023), "1023 B");
        assert_eq!(bytes_text(1536), "1.5 K");
        assert_eq!(bytes_text(3 * 1024 * 1024), "3.0 M");
        assert_eq!(clock(Duration::from_millis(83_450)), "01:23.4");
    }
}
