//! A story in words: a sentence and a table for those who do not see the drawing.

use super::story::{Lane, Role, Stage, Story};
use crate::contract::Percentiles;
use crate::ui::charts::figures::{duration, signed_duration};

/// The heads of the table's columns; times count from the commit.
pub const HEADS: &[&str] = &["Lane", "Waited", "Worked", "Done", "Usual p50", "Usual p95"];

/// The whole story as a sentence or some.
#[must_use]
pub fn sentence(story: &Story) -> String {
    let mut sentence = format!("How {} converged.", story.command);
    for lane in &story.lanes {
        sentence.push(' ');
        sentence.push_str(&lane_words(lane));
        sentence.push('.');
    }
    let window = story.window.parts().join(", ");
    sentence.push_str(&format!(" The {window}."));
    sentence
}

fn lane_words(lane: &Lane) -> String {
    if lane.role == Role::Command {
        return lane
            .long_figure
            .clone()
            .map_or(String::new(), |long| format!("It was {long}"));
    }
    match (&lane.note, &lane.long_figure) {
        (Some(note), _) => format!("{} after {}", note, lane.figure.trim_end_matches(" …")),
        (None, Some(long)) => format!("{}: {long}", lane.name),
        (None, None) if lane.open => format!(
            "{}: open for {}",
            lane.name,
            lane.figure.trim_end_matches(" …")
        ),
        (None, None) => format!("{} after {}", lane.name, lane.figure),
    }
}

/// The rows of the table, with a text for each of `HEADS`.
#[must_use]
pub fn rows(story: &Story) -> Vec<Vec<String>> {
    let lanes = story.lanes.iter().map(|lane| {
        let (waited, worked) = (
            took(lane, &[Stage::Waiting]),
            took(lane, &[Stage::Working, Stage::Committing]),
        );
        row(&lane.name, waited, worked, done(lane), &lane.usual)
    });
    let unknown = "—".to_owned();
    let window = &story.window;
    let length = window.length_ms.map_or(unknown.clone(), duration);
    let done = if window.open {
        format!("{length} and counting")
    } else {
        length
    };
    let window = row(
        "consistency window",
        unknown.clone(),
        unknown,
        done,
        &window.usual,
    );
    lanes.chain([window]).collect()
}

fn row(
    name: &str,
    waited: String,
    worked: String,
    done: String,
    usual: &Percentiles,
) -> Vec<String> {
    let percentile = |ms: Option<f64>| ms.map_or("—".to_owned(), duration);
    vec![
        name.to_owned(),
        waited,
        worked,
        done,
        percentile(usual.p50),
        percentile(usual.p95),
    ]
}

/// How long stages of a lane took together.
fn took(lane: &Lane, stages: &[Stage]) -> String {
    let of_stages: Vec<f64> = lane
        .stretches
        .iter()
        .filter(|stretch| stages.contains(&stretch.stage))
        .map(|stretch| stretch.to_ms - stretch.from_ms)
        .collect();
    if of_stages.is_empty() {
        return "—".to_owned();
    }
    duration(of_stages.iter().sum())
}

fn done(lane: &Lane) -> String {
    match (&lane.note, lane.stretches.last()) {
        (Some(note), _) => format!("{}, {note}", lane.figure),
        (None, Some(_)) if lane.open => lane.figure.clone(),
        (None, Some(last)) if lane.role == Role::Command => signed_duration(last.to_ms),
        (None, _) => lane
            .long_figure
            .clone()
            .unwrap_or_else(|| lane.figure.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{CommandConvergence, CommandId, Position, Timestamp};

    fn story(painted_ms: Option<i64>) -> Story {
        let at = |ms: i64| Timestamp::from_micros(ms * 1_000);
        let convergence = CommandConvergence {
            command_id: CommandId::generate(),
            name: "PlaceOrder".to_owned(),
            sent_at: None,
            accepted_at: at(-8),
            decided_at: None,
            committed_at: at(0),
            position: Position(128_392),
            consumers: Vec::new(),
            pushed_at: painted_ms.map(|_| at(5)),
            received_at: painted_ms.map(|_| at(9)),
            painted_at: painted_ms.map(at),
            page_uncertainty_ms: Some(0.4),
            converged: true,
            window_ms: None,
            usual_window: Percentiles::default(),
            usual_painted: Percentiles::default(),
            at: at(100),
        };
        Story::of(&convergence, at(100))
    }

    #[test]
    fn the_sentence_tells_the_whole_story() {
        assert_eq!(
            sentence(&story(Some(23))),
            "How PlaceOrder converged. It was committed #128,392 after 8.0 ms. page: painted after 23 ms ± 400 µs. \
             The consistency window — (closed; its length is no longer known)."
        );
    }

    #[test]
    fn what_is_not_known_is_a_dash_and_never_a_zero() {
        let rows = rows(&story(None));
        let page = rows
            .iter()
            .find(|row| row.first().is_some_and(|name| name == "page"));
        assert_eq!(
            page.map(|row| row.join("|")).as_deref(),
            Some("page|—|—|—, no page was watching|—|—")
        );
        assert!(rows.iter().all(|row| row.len() == HEADS.len()));
    }
}
