//! Sales by hour and by day, in UTC, as the read model counts them.

mod bars;
mod past;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::PageHead;
use super::horizon::PageHorizon;
use super::past::{TimeSlider, use_past};
use crate::api::list_sales;
use crate::contract::{Bucket, Delta, Listing, Position, SalesRow, Timestamp, Topic};
use crate::ui::live::use_live;
use crate::ui::parts::{
    AsOfLine, Empty, answered, clock_text, date_text, href_with, money, query_text, thousands,
};
use bars::Bars;

const PATH: &str = "/shop/sales";

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
    let past = use_past(PATH);
    let is_past = Memo::new(move |_| past.is_past());
    let content = move || match is_past.get() {
        true => view! { <past::SalesThen bucket past /> }.into_any(),
        false => view! { <SalesNow bucket /> }.into_any(),
    };
    let tab = move |this: Bucket, words: &'static str| {
        let by = (this == Bucket::Day).then_some("day");
        let href = move || query.with(|query| href_with(PATH, query, "by", by));
        let is_here = move || (bucket.get() == this).then_some("true");
        view! { <a href=href aria-current=is_here>{words}</a> }
    };
    let actions = move || {
        view! {
            <nav class="tabs" aria-label="Buckets">
                {tab(Bucket::Hour, "By hour")}
                {tab(Bucket::Day, "By day")}
            </nav>
        }
    };
    view! {
        <PageHead title="Sales" actions=actions />
        <TimeSlider past />
        {content}
    }
    .into_any()
}

/// The report as it is.
#[component]
fn SalesNow(bucket: Memo<Bucket>) -> impl IntoView {
    let sales = Resource::new_blocking(
        move || bucket.get() == Bucket::Day,
        |by_day| list_sales(if by_day { Bucket::Day } else { Bucket::Hour }),
    );
    let rows = RwSignal::new(Vec::new());
    let as_of = RwSignal::new(Position::START);
    let again = Callback::new(move |()| sales.refetch());
    answered(sales, move |sales| {
        show(rows, as_of, bucket.get_untracked(), sales, again)
    })
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
                <h2>{bucket_head(bucket)}</h2>
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

/// The heading of the report.
fn bucket_head(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Hour => "Revenue by hour, UTC",
        Bucket::Day => "Revenue by day, UTC",
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
