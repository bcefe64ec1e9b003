use super::*;
use crate::contract::ConsumerState;

fn row(name: &str, position: u64, lag_events: u64) -> ConsumerRow {
    ConsumerRow {
        position: Position(position),
        head: Position(position + lag_events),
        lag_events,
        lag_age_ms: lag_events * 10,
        ..ConsumerRow::plain(name, ConsumerState::Ok)
    }
}

/// So many seconds after a full hour.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros((1_790_000_000 / 3_600 * 3_600 + seconds) * 1_000_000)
}

async fn sampled(samples: &[(i64, u64, u64)]) -> (Trends, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let trends = Trends::open(folder.path()).await.expect("trends");
    for (seconds, position, lag) in samples {
        let rows = [row("orders", *position, *lag), row("stock", 7, 0)];
        trends.record(&rows, at(*seconds)).await.expect("recorded");
    }
    (trends, folder)
}

#[tokio::test]
async fn a_step_has_the_worst_of_it_and_the_rate_since_the_step_before() {
    let samples = [
        (0, 100, 4),
        (5, 150, 9),
        (10, 200, 2),
        (15, 300, 0),
        (65, 800, 1),
    ];
    let (trends, _folder) = sampled(&samples).await;
    let hour = trends.of("orders", TrendRange::Hour, at(70)).await;
    let points = hour.expect("a trend").points;
    let seen: Vec<_> = points
        .iter()
        .map(|p| (p.position.0, p.lag_events, p.lag_age_ms, p.rate_per_s))
        .collect();
    assert_eq!(
        seen,
        [
            (150, 9, 90, 10.0),
            // From the last sample of the step before: 150 events in ten seconds.
            (300, 2, 20, 15.0),
            // Nobody looked in the steps before this one.
            (800, 1, 10, 0.0),
        ]
    );
    let day = trends.of("orders", TrendRange::Day, at(70)).await;
    let points = day.expect("a trend").points;
    assert_eq!(points.len(), 2);
    assert_eq!((points[0].lag_events, points[0].at), (9, at(0)));
    assert_eq!(points[1].rate_per_s, 10.0);
}

#[tokio::test]
async fn what_no_chart_shows_any_more_is_forgotten() {
    let (trends, _folder) = sampled(&[(0, 1, 0), (3_500, 2, 0), (4_000, 3, 0)]).await;
    let now = at(4_000);
    trends.forget(now).await.expect("forgotten");
    let points = async |range| {
        trends
            .of("orders", range, now)
            .await
            .expect("a trend")
            .points
    };
    assert_eq!(points(TrendRange::Hour).await.len(), 2);
    assert_eq!(points(TrendRange::Day).await.len(), 3);
    let nobody = trends.of("nobody", TrendRange::Day, now).await;
    assert_eq!(nobody.expect("a trend").points, []);
}

#[tokio::test]
async fn a_consumer_that_went_back_has_no_rate() {
    let (trends, _folder) = sampled(&[(0, 100, 4), (5, 3, 101)]).await;
    let hour = trends.of("orders", TrendRange::Hour, at(9)).await;
    assert_eq!(hour.expect("a trend").points[0].rate_per_s, 0.0);
}
