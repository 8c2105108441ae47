//! What fits into a terminal: the parts of the screen, the columns of the table, the lines of keys. Does not know what they
//! contain.

use ratatui::layout::{Constraint, Layout, Rect};

/// The heights of the chart, and of the least useful log.
const CHART: u16 = 6;
const LOWER: u16 = 4;

/// The width of the list of disturbances, and the width of the screen from which on it is shown next to the log.
const DISTURBANCES: u16 = 30;
const TWO_COLUMNS: u16 = 60;

/// The parts of the screen. One that does not fit is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) title: Rect,
    pub(crate) informers: Rect,
    pub(crate) chart: Rect,
    pub(crate) disturbances: Rect,
    pub(crate) log: Rect,
    pub(crate) keys: Rect,
}

impl Parts {
    /// The parts of a screen with this many informers and lines of keys. The chart is left out first, then the log.
    pub(crate) fn of(screen: Rect, informers: u16, keys: u16) -> Self {
        let table = informers.saturating_add(3);
        let rest = screen.height.saturating_sub(table.saturating_add(1).saturating_add(keys));
        let [table, chart, lower] = if rest >= CHART + LOWER {
            [Constraint::Length(table), Constraint::Length(CHART), Constraint::Min(LOWER)]
        } else if rest >= LOWER {
            [Constraint::Length(table), Constraint::Length(0), Constraint::Min(LOWER)]
        } else {
            [Constraint::Fill(1), Constraint::Length(0), Constraint::Length(0)]
        };
        let rows = [Constraint::Length(1), table, chart, lower, Constraint::Length(keys)];
        let [title, informers, chart, lower, keys] = Layout::vertical(rows).areas(screen);
        let [disturbances, log] = if screen.width < TWO_COLUMNS {
            [Rect::ZERO, lower]
        } else {
            Layout::horizontal([Constraint::Length(DISTURBANCES), Constraint::Min(20)])
                .spacing(1)
                .areas(lower)
        };
        Self { title, informers, chart, disturbances, log, keys }
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) width: u16,
    /// The smallest useful width.
    pub(crate) least: u16,
    /// The columns with the highest number are left out first. Those with 0 always remain.
    pub(crate) rank: u8,
}

/// The columns that fit, with their positions and widths. There is a space between two of them.
pub(crate) fn columns_that_fit(columns: &[Column], width: u16) -> Vec<(usize, u16)> {
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    let needed =
        |shown: &[usize]| shown.iter().map(|&at| columns[at].least + 1).sum::<u16>().saturating_sub(1);
    while needed(&shown) > width {
        let least_useful = shown.iter().copied().filter(|&at| columns[at].rank > 0);
        let Some(least_useful) = least_useful.max_by_key(|&at| columns[at].rank) else { break };
        shown.retain(|&at| at != least_useful);
    }
    let mut spare = width.saturating_sub(needed(&shown));
    let widths = shown.into_iter().map(|at| {
        let Column { width, least, .. } = columns[at];
        let more = spare.min(width - least);
        spare -= more;
        (at, least + more)
    });
    widths.collect()
}

/// Distributes items of these widths to lines. Returns the number of items of each line, of which there is at least one.
pub(crate) fn wrap(items: &[usize], space: usize, width: u16) -> Vec<usize> {
    let mut lines = vec![0];
    let mut used = 0;
    for item in items {
        let last = lines.len() - 1;
        if lines[last] > 0 && used + space + item > usize::from(width) {
            lines.push(1);
            used = *item;
        } else {
            used += item + if lines[last] > 0 { space } else { 0 };
            lines[last] += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_do_not_fit_are_empty() {
        let heights = |height| {
            let parts = Parts::of(Rect::new(0, 0, 80, height), 3, 1);
            [parts.informers.height, parts.chart.height, parts.log.height, parts.keys.height]
        };
        assert_eq!(heights(24), [6, 6, 10, 1]);
        assert_eq!(heights(18), [6, 6, 4, 1]);
        assert_eq!(heights(17), [6, 0, 9, 1]);
        assert_eq!(heights(11), [9, 0, 0, 1]);
        assert_eq!(heights(4), [2, 0, 0, 1]);
        let narrow = Parts::of(Rect::new(0, 0, 40, 24), 3, 3);
        assert_eq!((narrow.disturbances.width, narrow.log.width), (0, 40));
    }

    #[test]
    fn columns_are_left_out_by_their_rank() {
        let column = |width, least, rank| Column { title: "", width, least, rank };
        let columns = [column(4, 4, 0), column(10, 6, 0), column(3, 3, 1), column(3, 3, 2)];
        assert_eq!(columns_that_fit(&columns, 30), [(0, 4), (1, 10), (2, 3), (3, 3)]);
        assert_eq!(columns_that_fit(&columns, 20), [(0, 4), (1, 7), (2, 3), (3, 3)]);
        assert_eq!(columns_that_fit(&columns, 18), [(0, 4), (1, 9), (2, 3)]);
        assert_eq!(columns_that_fit(&columns, 5), [(0, 4), (1, 6)]);
    }

    #[test]
    fn items_are_wrapped() {
        assert_eq!(wrap(&[5, 5, 5], 2, 19), [3]);
        assert_eq!(wrap(&[5, 5, 5], 2, 18), [2, 1]);
        assert_eq!(wrap(&[5, 5, 5], 2, 3), [1, 1, 1]);
        assert_eq!(wrap(&[], 2, 3), [0]);
    }
}
