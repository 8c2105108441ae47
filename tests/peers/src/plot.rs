//! Plots as SVG files, for the book. Must not know what is plotted.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow};
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

/// A folder of plots.
#[derive(Clone, Debug)]
pub struct Plots {
    folder: PathBuf,
}

/// Horizontal bars, one below the other. Shorter is better.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// The name of the file, without its extension.
    pub name: String,
    /// The title, with the unit.
    pub title: String,
    /// The label and the value of each bar.
    pub bars: Vec<(String, f64)>,
}

/// Lines over a logarithmic axis. Lower is better.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// The name of the file, without its extension.
    pub name: String,
    /// The title, with the unit.
    pub title: String,
    /// What the horizontal axis shows.
    pub axis: String,
    /// The label and the points of each line.
    pub lines: Vec<(String, Vec<(f64, f64)>)>,
}

/// What a result draws.
#[derive(Clone, Debug, PartialEq)]
pub enum Plot {
    /// Bars.
    Bars(Bars),
    /// Lines.
    Lines(Lines),
}

/// A result that can be drawn.
pub trait Plotted {
    /// The plots of this result.
    fn plots(&self) -> Vec<Plot>;
}

const WIDTH: u32 = 760;
const TITLE_HEIGHT: i32 = 40;
const BAR_HEIGHT: i32 = 22;
const BAR_DISTANCE: i32 = 30;
const LABEL_WIDTH: i32 = 230;
/// The width that is left for the number next to the longest bar.
const NUMBER_WIDTH: i32 = 90;
const LINES_HEIGHT: u32 = 400;

impl Plots {
    /// Plots in this folder, which is created.
    ///
    /// # Errors
    /// If the folder cannot be created.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        Ok(Self { folder: folder.to_path_buf() })
    }

    /// Writes one file per plot.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write(&self, result: &impl Plotted) -> Result<()> {
        for plot in result.plots() {
            let (name, height) = match &plot {
                Plot::Bars(bars) => (&bars.name, bars.height()?),
                Plot::Lines(lines) => (&lines.name, LINES_HEIGHT),
            };
            let path = self.folder.join(format!("{name}.svg"));
            let drawn = {
                let area = SVGBackend::new(&path, (WIDTH, height)).into_drawing_area();
                match &plot {
                    Plot::Bars(bars) => bars.draw(&area),
                    Plot::Lines(lines) => lines.draw(&area),
                }
            };
            drawn.map_err(|error| anyhow!("{}: {error}", path.display()))?;
        }
        Ok(())
    }
}

type Area<'p> = DrawingArea<SVGBackend<'p>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

impl Bars {
    fn height(&self) -> Result<u32> {
        let bars = i32::try_from(self.bars.len())?;
        Ok(u32::try_from(TITLE_HEIGHT + bars * BAR_DISTANCE + 10)?)
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        area.fill(&WHITE)?;
        let font = |size: i32| ("sans-serif", size).into_font();
        area.draw(&Text::new(self.title.clone(), (10, 10), font(18)))?;
        let longest = self.bars.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
        let longest_bar = WIDTH.cast_signed() - LABEL_WIDTH - NUMBER_WIDTH;
        let mut top = TITLE_HEIGHT;
        for (label, value) in &self.bars {
            let middle = top + BAR_HEIGHT / 2;
            let end = LABEL_WIDTH + pixels(value / longest, longest_bar);
            let right = font(14).into_text_style(area).pos(Pos::new(HPos::Right, VPos::Center));
            let left = font(14).into_text_style(area).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw(&Text::new(label.clone(), (LABEL_WIDTH - 8, middle), right))?;
            let bar = Rectangle::new([(LABEL_WIDTH, top), (end, top + BAR_HEIGHT)], color(label).filled());
            area.draw(&bar)?;
            area.draw(&Text::new(number(*value), (end + 6, middle), left))?;
            top += BAR_DISTANCE;
        }
        area.present()
    }
}

impl Lines {
    fn draw(&self, area: &Area<'_>) -> Drawn {
        area.fill(&WHITE)?;
        let points = || self.lines.iter().flat_map(|(_, points)| points);
        let least = points().map(|(x, _)| *x).fold(f64::INFINITY, f64::min);
        let most = points().map(|(x, _)| *x).fold(1.0, f64::max);
        let highest = points().map(|(_, y)| *y).fold(f64::MIN_POSITIVE, f64::max);
        let mut chart = ChartBuilder::on(area)
            .caption(&self.title, ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(60)
            .build_cartesian_2d((least.min(most)..most * 1.1).log_scale(), 0.0..highest * 1.1)?;
        let whole = |value: &f64| format!("{value:.0}");
        chart.configure_mesh().x_desc(&self.axis).x_label_formatter(&whole).draw()?;
        for (at, (label, points)) in self.lines.iter().enumerate() {
            let line = Palette99::pick(at).stroke_width(2);
            chart.draw_series(LineSeries::new(points.iter().copied(), line))?.label(label).legend(
                move |(x, y)| PathElement::new([(x, y), (x + 16, y)], Palette99::pick(at).stroke_width(2)),
            );
            let dots = points.iter().map(|point| Circle::new(*point, 3, Palette99::pick(at).filled()));
            chart.draw_series(dots)?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK)
            .draw()?;
        area.present()
    }
}

/// The color of a bar: those of this project differ from all others.
fn color(label: &str) -> RGBColor {
    if label.starts_with("ours") { RGBColor(46, 125, 50) } else { RGBColor(144, 164, 174) }
}

/// Three significant digits, approximately.
fn number(value: f64) -> String {
    let digits = match value {
        value if value < 10.0 => 2,
        value if value < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$}")
}

/// A share of a length in pixels.
#[allow(clippy::cast_possible_truncation, reason = "a share of at most 1 of a length in i32")]
fn pixels(share: f64, length: i32) -> i32 {
    (share.clamp(0.0, 1.0) * f64::from(length)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Result(Vec<Plot>);

    impl Plotted for Result {
        fn plots(&self) -> Vec<Plot> {
            self.0.clone()
        }
    }

    #[test]
    fn each_plot_is_a_file_with_its_labels() {
        let folder = tempfile::tempdir().unwrap();
        let bars = vec![("ours, LIST".to_owned(), 1.0), ("kube-rs".to_owned(), 2.0)];
        let bars = Bars { name: "sync".to_owned(), title: "Sync, s".to_owned(), bars };
        let points = vec![("ours, LIST".to_owned(), vec![(1_000.0, 3.0), (500_000.0, 3.1)])];
        let lines = Lines {
            name: "sizes".to_owned(),
            title: "Time".to_owned(),
            axis: "objects".to_owned(),
            lines: points,
        };
        let plots = Plots::in_folder(&folder.path().join("new")).unwrap();
        plots.write(&Result(vec![Plot::Bars(bars), Plot::Lines(lines)])).unwrap();
        for (name, texts) in
            [("sync", ["Sync, s", "ours, LIST", "kube-rs"]), ("sizes", ["Time", "ours, LIST", "objects"])]
        {
            let svg = fs::read_to_string(folder.path().join(format!("new/{name}.svg"))).unwrap();
            for text in texts {
                assert!(svg.contains(text), "{text} is missing in\n{svg}");
            }
        }
    }

    #[test]
    fn the_longest_bar_has_the_whole_width() {
        assert_eq!([0.0, 0.5, 1.0, f64::NAN].map(|share| pixels(share, 100)), [0, 50, 100, 0]);
    }
}
