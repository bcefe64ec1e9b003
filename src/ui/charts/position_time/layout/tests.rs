use super::*;
use crate::contract::{ConsumerSample, Position};
use crate::ui::charts::position_time::series::series;
use proptest::prelude::*;

fn sample(second: i64, head: u64, consumers: &[(&str, u64)]) -> PositionSample {
    PositionSample {
        at: Timestamp::from_micros(1_800_000_000_000_000 + second * 1_000_000),
        head: Position(head),
        consumers: consumers
            .iter()
            .map(|(name, at)| ConsumerSample {
                name: (*name).to_owned(),
                position: Position(*at),
            })
            .collect(),
    }
}

fn laid(samples: &[PositionSample], width: f64) -> Option<Layout> {
    let series = series(samples, &[], None);
    lay_out(&Input {
        samples,
        series: &series,
        clock: ClockAxis::Relative,
        width,
        height: 260.0,
    })
}

#[test]
fn nothing_sampled_is_nothing_drawn() {
    assert_eq!(laid(&[], 900.0), None);
}

#[test]
fn the_head_is_drawn_above_all_others() {
    let samples = [
        sample(0, 10, &[("orders", 10)]),
        sample(60, 100, &[("orders", 90)]),
    ];
    let layout = laid(&samples, 900.0).expect("a chart");
    assert_eq!(layout.lines.last().map(|line| line.colour), Some(None));
    assert_eq!(layout.lines.len(), 2);
}

#[test]
fn consumers_at_one_place_share_a_label() {
    let samples = [
        sample(0, 10, &[]),
        sample(
            60,
            1_000,
            &[("orders", 999), ("sales", 400), ("stock", 1_000)],
        ),
    ];
    let texts: Vec<String> = laid(&samples, 900.0)
        .expect("a chart")
        .labels
        .into_iter()
        .map(|label| label.text.text)
        .collect();
    assert_eq!(texts, ["head", "orders, stock", "sales"]);
}

#[test]
fn a_few_seconds_stand_at_the_right_of_a_minute() {
    let samples = [sample(0, 10, &[]), sample(15, 20, &[])];
    let layout = laid(&samples, 900.0).expect("a chart");
    let (first, last) = (
        layout.geometry.x(samples[0].at),
        layout.geometry.x(samples[1].at),
    );
    assert!((last - layout.geometry.right).abs() < 0.1);
    assert!(first > layout.geometry.left + 300.0);
}

#[test]
fn a_quiet_log_is_a_line_and_not_a_division_by_zero() {
    let samples = [
        sample(0, 7, &[("orders", 7)]),
        sample(1, 7, &[("orders", 7)]),
    ];
    let layout = laid(&samples, 900.0).expect("a chart");
    assert!(
        layout
            .lines
            .iter()
            .all(|line| !line.path.contains("NaN") && !line.path.contains("inf"))
    );
}

proptest! {
    #[test]
    fn end_labels_and_marks_never_collide(
        ends in prop::collection::vec(0u64..1_000_000, 1..9), seconds in 1i64..400, width in 300.0..1_500.0f64
    ) {
        let names: Vec<String> = (0..ends.len()).map(|i| format!("consumer{i}")).collect();
        let at: Vec<(&str, u64)> = names.iter().map(String::as_str).zip(ends.iter().copied()).collect();
        let head = ends.iter().max().copied().unwrap_or(0);
        let samples = [sample(0, head / 2, &[]), sample(seconds, head, &at)];
        let layout = laid(&samples, width).expect("a chart");
        for pair in layout.labels.windows(2) {
            prop_assert!(pair[1].text.y - pair[0].text.y >= 11.0);
        }
        for label in &layout.labels {
            prop_assert!(label.text.extent().1 <= width);
        }
        for pair in layout.x_ticks.windows(2) {
            prop_assert!(pair[0].extent().1 <= pair[1].extent().0);
        }
        for tick in &layout.x_ticks {
            prop_assert!(tick.extent().0 >= -0.1 && tick.extent().1 <= width + 10.0);
        }
        for pair in layout.y_ticks.windows(2) {
            prop_assert!((pair[0].0 - pair[1].0).abs() >= 11.0);
        }
    }
}
