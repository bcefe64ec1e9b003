//! The newest buckets of the sales report, drawn.

use leptos::prelude::*;

use super::bucket_text;
use crate::contract::{Bucket, SalesRow, Timestamp};
use crate::ui::parts::money;

/// Buckets in the chart.
const BARS: usize = 24;
const BAR_WIDTH: f64 = 30.0;
const CHART_HEIGHT: f64 = 120.0;

/// How long a bucket is, in microseconds.
fn bucket_micros(bucket: Bucket) -> i64 {
    match bucket {
        Bucket::Hour => 3_600_000_000,
        Bucket::Day => 86_400_000_000,
    }
}

/// The slots of the chart, oldest at the left, the newest bucket at the right. Buckets without an order are not rows.
fn slots(rows: &[SalesRow], bucket: Bucket) -> Vec<(usize, SalesRow)> {
    let Some(newest) = rows.first().map(|row| row.bucket.as_micros()) else {
        return Vec::new();
    };
    let slot = |row: &SalesRow| {
        let back = (newest - row.bucket.as_micros()) / bucket_micros(bucket);
        let back = usize::try_from(back).ok().filter(|back| *back < BARS)?;
        Some((BARS - 1 - back, row.clone()))
    };
    rows.iter().map_while(slot).collect()
}

/// The newest buckets as bars.
#[component]
pub fn Bars(rows: RwSignal<Vec<SalesRow>>, bucket: Bucket) -> impl IntoView {
    let shown = Memo::new(move |_| rows.with(|rows| slots(rows, bucket)));
    let highest = Memo::new(move |_| {
        let amounts = shown.with(|rows| rows.iter().map(|(_, row)| row.revenue.amount).max());
        amounts.unwrap_or(0).max(1)
    });
    let bars = move || {
        let highest = highest.get() as f64;
        let bar = |(place, row): (usize, SalesRow)| {
            let height = (row.revenue.amount as f64 / highest * CHART_HEIGHT).max(1.0);
            let label = format!(
                "{}: {}",
                bucket_text(row.bucket, bucket),
                money(row.revenue)
            );
            view! {
                <rect
                    x=place as f64 * BAR_WIDTH + 3.0
                    y=CHART_HEIGHT - height
                    width=BAR_WIDTH - 6.0
                    height=height
                    rx="2"
                >
                    <title>{label}</title>
                </rect>
            }
        };
        shown.get().into_iter().map(bar).collect::<Vec<_>>()
    };
    let sentence = move || {
        let Some(last) = rows.with(|rows| rows.first().cloned()) else {
            return String::new();
        };
        format!(
            "Revenue of {} buckets with orders; the newest, {}, has {} so far.",
            shown.with(Vec::len),
            bucket_text(last.bucket, bucket),
            money(last.revenue)
        )
    };
    let ends = move || {
        let newest = rows
            .with(|rows| rows.first().map(|row| row.bucket))
            .unwrap_or_default();
        let span = (BARS as i64 - 1) * bucket_micros(bucket);
        let oldest = Timestamp::from_micros(newest.as_micros() - span);
        (bucket_text(oldest, bucket), bucket_text(newest, bucket))
    };
    let width = BARS as f64 * BAR_WIDTH;
    view! {
        <figure class="sales-bars">
            <svg
                viewBox=format!("0 0 {width} {CHART_HEIGHT}")
                preserveAspectRatio="none"
                role="img"
                aria-label=sentence
            >
                {bars}
            </svg>
            <figcaption>
                <span>{move || ends().0}</span>
                <span class="num">{move || format!("highest {}", money(crate::contract::Money::eur(highest.get())))}</span>
                <span>{move || ends().1}</span>
            </figcaption>
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Money, Position};

    fn row(hour: i64, orders: u64) -> SalesRow {
        SalesRow {
            bucket: Timestamp::from_micros(hour * 3_600_000_000),
            orders,
            units: 1,
            revenue: Money::eur(100),
            cancelled: 0,
            position: Position(orders),
        }
    }

    #[test]
    fn the_newest_bucket_stands_at_the_right_and_gaps_stay_gaps() {
        let rows = [row(50, 1), row(48, 1), row(2, 1)];
        let places: Vec<_> = slots(&rows, Bucket::Hour)
            .into_iter()
            .map(|slot| slot.0)
            .collect();
        assert_eq!(places, [BARS - 1, BARS - 3]);
    }
}
