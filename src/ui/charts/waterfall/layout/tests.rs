use proptest::prelude::*;

use super::*;
use crate::contract::{
    CommandConvergence, CommandId, ConsumerKind, ConsumerProgress, Percentiles, Position, Timestamp,
};
use crate::ui::charts::svg::Text;
use crate::ui::charts::waterfall::story::Story;

fn at(ms: f64) -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000 + (ms * 1_000.0) as i64)
}

fn usual(p50: f64, p95: f64) -> Percentiles {
    Percentiles {
        count: 100,
        p50: Some(p50),
        p95: Some(p95),
        p99: Some(p95 * 2.0),
    }
}

fn applied(name: &str, started: f64, done: f64) -> ConsumerProgress {
    ConsumerProgress {
        name: name.to_owned(),
        kind: ConsumerKind::Projection,
        started_at: Some(at(started)),
        applied_at: Some(at(done)),
        elapsed_ms: Some(done),
        applied: true,
        waiting_for: None,
        usual: usual(4.0, 9.0),
    }
}

fn waiting(name: &str, reason: &str) -> ConsumerProgress {
    ConsumerProgress {
        started_at: None,
        applied_at: None,
        elapsed_ms: None,
        applied: false,
        waiting_for: Some(reason.to_owned()),
        ..applied(name, 0.0, 0.0)
    }
}

fn convergence(consumers: Vec<ConsumerProgress>) -> CommandConvergence {
    let converged = consumers.iter().all(|consumer| consumer.applied);
    CommandConvergence {
        command_id: CommandId::generate(),
        name: "PlaceOrder".to_owned(),
        sent_at: Some(at(-11.0)),
        accepted_at: at(-8.0),
        decided_at: Some(at(-5.0)),
        committed_at: at(0.0),
        position: Position(128_392),
        consumers,
        pushed_at: Some(at(7.0)),
        received_at: Some(at(9.0)),
        painted_at: Some(at(23.0)),
        page_uncertainty_ms: Some(0.4),
        converged,
        window_ms: Some(47.0),
        usual_window: usual(46.0, 88.0),
        usual_painted: usual(10.0, 30.0),
        at: at(50.0),
    }
}

fn laid(convergence: &CommandConvergence, now_ms: f64, width: f64) -> Layout {
    lay_out(&Story::of(convergence, at(now_ms)), width)
}

fn bars(layout: &Layout, lane: &str) -> Vec<Bar> {
    let row = layout.rows.iter().find(|row| row.name.text == lane);
    row.map(|row| row.bars.clone()).unwrap_or_default()
}

#[test]
fn waiting_comes_before_working() {
    let layout = laid(
        &convergence(vec![applied("search", 33.0, 47.0)]),
        50.0,
        900.0,
    );
    let search = bars(&layout, "search");
    assert_eq!(
        search.iter().map(|bar| bar.stage).collect::<Vec<_>>(),
        [Stage::Waiting, Stage::Working]
    );
    assert!((search[0].span.x - layout.committed_x).abs() < 0.1);
    assert!((search[0].span.x + search[0].span.width - search[1].span.x).abs() < 0.1);
}

#[test]
fn the_band_ends_with_the_window() {
    let layout = laid(
        &convergence(vec![applied("search", 33.0, 47.0)]),
        50.0,
        900.0,
    );
    let band = layout.band.expect("the window is known");
    let search = bars(&layout, "search")[1].span;
    assert!((band.x + band.width - search.x - search.width).abs() < 0.1);
    assert!(
        layout.title[0]
            .text
            .starts_with("consistency window 47 ms · usual 46 ms, p95 88 ms")
    );
}

#[test]
fn an_open_lane_reaches_until_now_and_names_whom_it_waits_for() {
    let story = convergence(vec![
        applied("orders", 2.0, 6.0),
        waiting("sales", "paused by local admin"),
    ]);
    let layout = laid(&story, 237.0, 900.0);
    let row = layout
        .rows
        .iter()
        .find(|row| row.open)
        .expect("sales is open");
    assert_eq!(row.bars[0].stage, Stage::Open);
    assert_eq!(row.figure.text, "237 ms …");
    let note = row.note.as_ref().expect("a reason");
    assert_eq!(note.text, "waiting for sales: paused by local admin");
    assert!(layout.title[0].text.contains("237 ms and counting"));
    assert!(layout.title[0].text.contains("2.7 times p95"));
}

#[test]
fn an_open_lane_grows() {
    let story = convergence(vec![waiting("sales", "paused by local admin")]);
    let early = laid(&story, 60.0, 900.0).rows[1].figure.text.clone();
    let late = laid(&story, 61_000.0, 900.0).rows[1].figure.text.clone();
    assert_eq!((early.as_str(), late.as_str()), ("60 ms …", "1 min 1 s …"));
}

#[test]
fn a_long_wait_folds_and_keeps_the_start_readable() {
    let layout = laid(
        &convergence(vec![
            applied("orders", 2.0, 6.0),
            waiting("sales", "paused"),
        ]),
        600_000.0,
        900.0,
    );
    assert_eq!(layout.folds.len(), 1);
    let orders = bars(&layout, "orders");
    assert!(orders[1].span.width > 10.0);
}

#[test]
fn forgotten_times_say_so_and_draw_nothing() {
    let mut consumer = applied("orders", 0.0, 0.0);
    (
        consumer.started_at,
        consumer.applied_at,
        consumer.elapsed_ms,
    ) = (None, None, None);
    let mut story = convergence(vec![consumer]);
    story.window_ms = None;
    let layout = laid(&story, 50.0, 900.0);
    assert_eq!(
        layout.rows[1].figure.text,
        "—, applied; when is no longer known"
    );
    assert!(layout.rows[1].bars.is_empty());
    assert_eq!(layout.band, None);
}

#[test]
fn the_uncertainty_of_the_page_is_drawn() {
    let layout = laid(&convergence(vec![applied("orders", 2.0, 6.0)]), 50.0, 900.0);
    let page = layout.rows.last().expect("the page");
    assert_eq!(page.whiskers.len(), 2);
    assert!(
        page.whiskers
            .iter()
            .all(|whisker| whisker.from < whisker.x && whisker.x < whisker.to)
    );
    assert_eq!(page.figure.text, "painted after 23 ms ± 400 µs");
}

#[test]
fn what_is_usually_far_slower_does_not_press_this_one_together() {
    let mut story = convergence(vec![applied("orders", 2.0, 6.0)]);
    (story.usual_window, story.usual_painted) = (usual(5_000.0, 34_000.0), usual(4_000.0, 9_000.0));
    let layout = laid(&story, 50.0, 900.0);
    assert_eq!(layout.usual_window, None);
    assert!(bars(&layout, "orders")[1].span.width > 20.0);
}

#[test]
fn a_page_that_never_paints_is_given_up() {
    let mut story = convergence(vec![applied("orders", 2.0, 6.0)]);
    story.painted_at = None;
    let page = |now| {
        laid(&story, now, 900.0)
            .rows
            .last()
            .cloned()
            .expect("the page")
    };
    assert!(page(1_000.0).open);
    let given_up = page(60_000.0);
    assert!(!given_up.open);
    assert_eq!(
        given_up.figure.text,
        "—, sent to a page that never said it was painted"
    );
}

#[test]
fn what_is_usual_does_not_stretch_the_start_while_a_lane_is_open() {
    let mut story = convergence(vec![
        applied("orders", 2.0, 6.0),
        waiting("sales", "paused"),
    ]);
    story.usual_painted = usual(4_000.0, 12_000.0);
    let layout = laid(&story, 96_000.0, 340.0);
    assert!(bars(&layout, "orders")[1].span.width > 10.0);
}

#[test]
fn a_stamp_of_the_page_before_the_server_s_is_moved_to_it() {
    let mut story = convergence(vec![]);
    story.sent_at = Some(at(-2.0));
    let layout = laid(&story, 50.0, 900.0);
    let command = &layout.rows[0].bars;
    assert!(
        command
            .windows(2)
            .all(|pair| pair[0].span.x <= pair[1].span.x + 0.1)
    );
}

fn texts(layout: &Layout) -> Vec<(f64, Text)> {
    let rows = layout.rows.iter().flat_map(|row| {
        [
            Some(row.name.clone()),
            Some(row.figure.clone()),
            row.note.clone(),
        ]
    });
    rows.flatten()
        .chain(layout.title.clone())
        .map(|text| (text.y, text))
        .collect()
}

proptest! {
    #[test]
    fn labels_never_collide_and_never_leave_the_drawing(
        times in prop::collection::vec((0.0..50.0f64, 0.0..5_000.0f64, any::<bool>()), 0..7),
        now in 0.0..1e7f64,
        width in 300.0..1_600.0f64,
    ) {
        let consumers = times.iter().enumerate().map(|(i, (start, took, done))| {
            let name = format!("consumer_{i}");
            if *done { applied(&name, *start, start + took) } else { waiting(&name, "paused by local admin") }
        });
        let mut story = convergence(consumers.collect());
        story.window_ms = Some(times.iter().map(|(start, took, _)| start + took).fold(0.0, f64::max));
        let layout = laid(&story, now, width);
        let texts = texts(&layout);
        for (i, (y, text)) in texts.iter().enumerate() {
            let (from, to) = text.extent();
            prop_assert!(from >= -0.1 && to <= width + 0.1, "{text:?} leaves {width}");
            for (other_y, other) in texts.iter().skip(i + 1).filter(|(other_y, _)| (other_y - y).abs() < 11.0) {
                let (other_from, other_to) = other.extent();
                prop_assert!(to <= other_from || other_to <= from, "{text:?} {y} touches {other:?} {other_y}");
            }
        }
        for row in &layout.rows {
            for bar in &row.bars {
                prop_assert!(bar.span.x >= -0.1 && bar.span.x + bar.span.width <= width + 2.0);
            }
        }
    }
}
