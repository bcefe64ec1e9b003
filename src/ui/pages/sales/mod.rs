//! Sales by hour and by day, in UTC, as the read model counts them.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::PageHead;
use super::horizon::PageHorizon;
use crate::api::list_sales;
use crate::contract::{Bucket, Delta, Listing, Position, SalesRow, Timestamp, Topic};
use crate::ui::live::use_live;
use crate::ui::parts::{
    AsOfLine, Empty, ErrorNote, Loading, clock_text, date_text, money, query_text, thousands,
};

/// Buckets in the chart.
const BARS: usize = 24;
const BAR_WIDTH: f64 = 30.0;
const CHART_HEIGHT: f64 = 120.0;

/// The page.
#[component]
pub fn SalesPage() -> impl IntoView {
    let query = use_query_map();
    let bucket = Memo::new(
        move |_| match query.with(|query| query_text(query, "by")).as_deref() {
            Some("day") => Bucket::Day,
            _ => Bucket::Hour,
        },
    );
    let sales = Resource::new_blocking(
        move || bucket.get() == Bucket::Day,
        |by_day| list_sales(if by_day { Bucket::Day } else { Bucket::Hour }),
    );
    let rows = RwSignal::new(Vec::new());
    let as_of = RwSignal::new(Position::START);
    let again = Callback::new(move |()| sales.refetch());
    let content = move || {
        Suspend::new(async move {
            match sales.await {
                Ok(sales) => show(rows, as_of, bucket.get_untracked(), sales, again),
                Err(problem) => view! { <ErrorNote problem=problem retry=again /> }.into_any(),
            }
        })
    };
    let current = move |this: Bucket| move || (bucket.get() == this).then_some("true");
    view! {
        <PageHead
            title="Sales"
            actions=move || {
                view! {
                    <nav class="tabs" aria-label="Buckets">
                        <a href="/shop/sales" aria-current=current(Bucket::Hour)>"By hour"</a>
                        <a href="/shop/sales?by=day" aria-current=current(Bucket::Day)>"By day"</a>
                    </nav>
                }
            }
        />
        <Transition fallback=Loading>{content}</Transition>
    }
    .into_any()
}

fn show(
    rows: RwSignal<Vec<SalesRow>>,
    as_of: RwSignal<Position>,
    bucket: Bucket,
    sales: Listing<SalesRow>,
    again: Callback<()>,
) -> AnyView {
    let position = sales.freshness.as_of;
    rows.set(sales.items);
    as_of.set(position);
    use_live()
        .watch(Topic::Sales { bucket }, position, move |frame| {
            if let Delta::Sales { rows: changed } = frame.delta {
                rows.update(|rows| fold(rows, changed));
            }
            as_of.set(frame.position);
        })
        .on_reset(move |_| again.run(()));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let body = move || match is_empty.get() {
        true => nothing().into_any(),
        false => view! {
            <Bars rows=rows bucket=bucket />
            <SalesTable rows=rows bucket=bucket />
        }
        .into_any(),
    };
    view! {
        <section class="panel horizon-panel" aria-label="Horizon">
            <PageHorizon own="sales" as_of=as_of others=vec!["orders"] />
        </section>
        <section class="panel is-flush" aria-label="Sales">
            <header class="panel-head">
                <h2>{if bucket == Bucket::Hour { "Revenue by hour, UTC" } else { "Revenue by day, UTC" }}</h2>
                <AsOfLine as_of=as_of consumer="sales" />
            </header>
            {body}
        </section>
    }
    .into_any()
}

/// Puts changed buckets into their places, newest first.
fn fold(rows: &mut Vec<SalesRow>, changed: Vec<SalesRow>) {
    for row in changed {
        let place = rows.partition_point(|known| known.bucket > row.bucket);
        match rows
            .get_mut(place)
            .filter(|known| known.bucket == row.bucket)
        {
            Some(known) => *known = row,
            None => rows.insert(place, row),
        }
    }
}

fn nothing() -> impl IntoView {
    view! {
        <Empty title="Nothing has been sold yet.">
            <a href="/shop/orders/new">"Place an order"</a>
        </Empty>
    }
}

fn bucket_text(at: Timestamp, bucket: Bucket) -> String {
    let date = date_text(at, 0);
    match bucket {
        Bucket::Day => date,
        Bucket::Hour => {
            let clock = clock_text(at, 0);
            format!("{date} {}", clock.get(..5).unwrap_or(&clock))
        }
    }
}

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
fn Bars(rows: RwSignal<Vec<SalesRow>>, bucket: Bucket) -> impl IntoView {
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

#[component]
fn SalesTable(rows: RwSignal<Vec<SalesRow>>, bucket: Bucket) -> impl IntoView {
    let row = move |row: SalesRow| {
        view! {
            <tr>
                <td class="num">{bucket_text(row.bucket, bucket)}</td>
                <td class="n">{thousands(row.orders)}</td>
                <td class="n is-wide">{thousands(row.units)}</td>
                <td class="n">{money(row.revenue)}</td>
                <td class="n is-wide">{thousands(row.cancelled)}</td>
            </tr>
        }
    };
    view! {
        <table class="table sales">
            <thead>
                <tr>
                    <th scope="col">{if bucket == Bucket::Hour { "Hour" } else { "Day" }}</th>
                    <th scope="col" class="n">"Orders"</th>
                    <th scope="col" class="n is-wide">"Pieces"</th>
                    <th scope="col" class="n">"Revenue"</th>
                    <th scope="col" class="n is-wide">"Cancelled"</th>
                </tr>
            </thead>
            <tbody>
                <For
                    each=move || rows.get()
                    key=|row| (row.bucket.as_micros(), row.position.0)
                    children=row
                />
            </tbody>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Money;

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

    #[test]
    fn a_changed_bucket_keeps_its_place_and_a_new_one_finds_its_own() {
        let mut rows = vec![row(5, 1), row(3, 1)];
        fold(&mut rows, vec![row(3, 2), row(4, 1), row(6, 1)]);
        let hours: Vec<_> = rows
            .iter()
            .map(|row| (row.bucket.as_micros() / 3_600_000_000, row.orders))
            .collect();
        assert_eq!(hours, [(6, 1), (5, 1), (4, 1), (3, 2)]);
    }
}
