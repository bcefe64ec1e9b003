//! The lines of a position-time chart: the head and the consumers.

use crate::contract::{ConsumerRow, ConsumerState, PositionSample};

/// How many colours the lines have; `style/charts.css` names as many.
pub const COLOURS: usize = 6;

/// Which line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The head of the log.
    Head,
    /// A consumer: its place among all of them, by name.
    Consumer(usize),
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Which it is.
    pub place: Place,
    /// What more is to be said: the state, where it is not well.
    pub note: Option<String>,
}

impl Series {
    /// Where the line was at a sample, as a number; `None` where the sample does not know it.
    #[must_use]
    pub fn place_in(&self, sample: &PositionSample) -> Option<f64> {
        match self.place {
            Place::Head => Some(sample.head.0 as f64),
            Place::Consumer(_) => {
                let consumer = sample
                    .consumers
                    .iter()
                    .find(|consumer| consumer.name == self.name)?;
                Some(consumer.position.0 as f64)
            }
        }
    }

    /// Its place among the colours; `None` for the head.
    #[must_use]
    pub fn colour(&self) -> Option<usize> {
        match self.place {
            Place::Head => None,
            Place::Consumer(place) => Some(place % COLOURS),
        }
    }
}

/// The lines of these samples: the head, then the consumers by name; with `only`, this one alone beside the head, in
/// the colour that it has among all.
#[must_use]
pub fn series(samples: &[PositionSample], rows: &[ConsumerRow], only: Option<&str>) -> Vec<Series> {
    let mut names: Vec<&str> = samples
        .last()
        .into_iter()
        .flat_map(|sample| {
            sample
                .consumers
                .iter()
                .map(|consumer| consumer.name.as_str())
        })
        .collect();
    names.sort_unstable();
    let head = Series {
        name: "head".to_owned(),
        place: Place::Head,
        note: None,
    };
    let consumers = names
        .into_iter()
        .enumerate()
        .filter(|(_, name)| only.is_none_or(|only| only == *name))
        .map(|(place, name)| Series {
            name: name.to_owned(),
            place: Place::Consumer(place),
            note: rows.iter().find(|row| row.name == name).and_then(note),
        });
    [head].into_iter().chain(consumers).collect()
}

fn note(row: &ConsumerRow) -> Option<String> {
    let quiet = matches!(row.state, ConsumerState::Ok | ConsumerState::WarmingUp);
    (!quiet).then(|| row.state.label().to_lowercase())
}
