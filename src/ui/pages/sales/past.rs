//! Sales as they were counted, with what was added and taken back since.

use leptos::prelude::*;

use super::bars::Bars;
use super::{bucket_head, bucket_text};
use crate::api::list_sales_at;
use crate::contract::{Bucket, Listing, PastPage, SalesRow, Then};
use crate::ui::pages::past::words::money_difference;
use crate::ui::pages::past::{CountThen, Past, Since, Standing, loaded_then};
use crate::ui::parts::{Empty, money};

/// The report at the moment that is asked for.
#[component]
pub fn SalesThen(bucket: Memo<Bucket>, past: Past) -> impl IntoView {
    let sales = Resource::new_blocking(
        move || (bucket.get() == Bucket::Day, past.ask()),
        |(by_day, at)| list_sales_at(if by_day { Bucket::Day } else { Bucket::Hour }, at),
    );
    loaded_then(past, sales, move |page| {
        show(past, bucket.get_untracked(), page)
    })
}

fn show(past: Past, bucket: Bucket, page: PastPage<Listing<Then<SalesRow>>>) -> AnyView {
    let buckets = page.shown.items;
    let differ = buckets.iter().filter(|row| row.now.is_some()).count();
    let rows = buckets.len();
    let then = buckets.iter().map(|row| row.then.clone()).collect();
    let body = match buckets.is_empty() {
        true => view! { <Empty title="Nothing had been sold by then."/> }.into_any(),
        false => view! {
            <Bars rows=RwSignal::new(then) bucket/>
            {table(buckets, bucket)}
        }
        .into_any(),
    };
    view! {
        <section class="panel is-flush is-past" aria-label="Sales as they were">
            <header class="panel-head">
                <h2>{bucket_head(bucket)}</h2>
            </header>
            <Standing past moment=page.moment rows=Signal::stored(rows) differ=Signal::stored(differ)/>
            {body}
        </section>
    }
    .into_any()
}

fn table(buckets: Vec<Then<SalesRow>>, bucket: Bucket) -> impl IntoView {
    let rows: Vec<_> = buckets
        .into_iter()
        .map(|row| view! { <BucketThen row bucket/> })
        .collect();
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
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn BucketThen(row: Then<SalesRow>, bucket: Bucket) -> impl IntoView {
    let Then { then, now } = row;
    let differs = now.is_some();
    let now = now.unwrap_or_else(|| then.clone());
    view! {
        <tr class:differs=differs>
            <td class="num">{bucket_text(then.bucket, bucket)}</td>
            <td class="n">
                <CountThen then=then.orders now=now.orders/>
            </td>
            <td class="n is-wide">
                <CountThen then=then.units now=now.units/>
            </td>
            <td class="n">
                <Since
                    text=money_difference(then.revenue, now.revenue)
                    full=format!("now {}", money(now.revenue))
                />
                <span class="num">{money(then.revenue)}</span>
            </td>
            <td class="n is-wide">
                <CountThen then=then.cancelled now=now.cancelled/>
            </td>
        </tr>
    }
    .into_any()
}
