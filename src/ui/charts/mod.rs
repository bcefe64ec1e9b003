//! The charts: pure layouts with tests, drawn as SVG.
//!
//! A layout takes data and a width and gives places; a `draw` turns places into markup. Nothing is measured but the
//! width of the box that a chart stands in, so the server draws what the browser then takes over.

mod axis;
mod bars;
mod clock;
mod figures;
mod heat;
mod horizon;
mod keys;
mod labels;
mod measure;
mod pace;
mod position_time;
mod sparkline;
mod svg;
mod table;
mod text;
mod trend;
mod waterfall;

pub use bars::{Bar, Bars};
pub use clock::ClockAxis;
pub use heat::Heat;
pub use horizon::{Flag, Horizon, Mark};
pub use position_time::PositionTime;
pub use sparkline::{Sparkline, rates};
pub use trend::TrendChart;
pub use waterfall::Waterfall;
