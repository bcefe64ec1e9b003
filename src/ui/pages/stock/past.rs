//! Stock as it was, with what has come and gone since.

use leptos::prelude::*;

use crate::api::list_stock_at;
use crate::contract::{Listing, PastPage, StockRow, Then};
use crate::ui::pages::past::words::money_difference;
use crate::ui::pages::past::{CountThen, Past, Since, Standing, loaded_then};
use crate::ui::parts::{Empty, money};

/// The products at the moment that is asked for.
#[component]
pub fn StockThen(past: Past) -> impl IntoView {
    let stock = Resource::new_blocking(move || past.ask(), list_stock_at);
    loaded_then(past, stock, move |page| show(past, page))
}

fn show(past: Past, page: PastPage<Listing<Then<StockRow>>>) -> AnyView {
    let products = page.shown.items;
    let differ = products.iter().filter(|row| row.now.is_some()).count();
    let rows = products.len();
    let table = match products.is_empty() {
        true => view! { <Empty title="No product had been registered by then."/> }.into_any(),
        false => table(products).into_any(),
    };
    view! {
        <section class="panel is-flush is-past" aria-label="Products as they were">
            <header class="panel-head">
                <h2>"Products"</h2>
            </header>
            <Standing past moment=page.moment rows=Signal::stored(rows) differ=Signal::stored(differ)/>
            {table}
        </section>
    }
    .into_any()
}

fn table(products: Vec<Then<StockRow>>) -> impl IntoView {
    let rows: Vec<_> = products
        .into_iter()
        .map(|row| view! { <ProductThen row/> })
        .collect();
    view! {
        <table class="table stock">
            <thead>
                <tr>
                    <th scope="col" class="col-name">"Product"</th>
                    <th scope="col" class="col-sku is-wide">"SKU"</th>
                    <th scope="col" class="n col-price is-wide">"Price"</th>
                    <th scope="col" class="n col-count">"On hand"</th>
                    <th scope="col" class="n col-count is-wide">"Reserved"</th>
                    <th scope="col" class="n col-count">"Available"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn ProductThen(row: Then<StockRow>) -> impl IntoView {
    let Then { then, now } = row;
    let differs = now.is_some();
    let now = now.unwrap_or_else(|| then.clone());
    let renamed = (then.name != now.name).then(|| format!("now {}", now.name));
    let price = money_difference(then.unit_price, now.unit_price);
    view! {
        <tr class:differs=differs>
            <td class="col-name">
                {then.name.clone()} <Since text=renamed full=format!("now {}", now.name)/>
            </td>
            <td class="col-sku is-wide">
                <a href=format!("/streams/product-{}", then.sku) data-row="">{then.sku.to_string()}</a>
            </td>
            <td class="n col-price is-wide">
                <Since text=price full=format!("now {}", money(now.unit_price))/>
                <span class="num">{money(then.unit_price)}</span>
            </td>
            <td class="n col-count">
                <CountThen then=then.on_hand now=now.on_hand/>
            </td>
            <td class="n col-count is-wide">
                <CountThen then=then.reserved now=now.reserved/>
            </td>
            <td class="n col-count">
                <CountThen then=then.available now=now.available/>
            </td>
        </tr>
    }
    .into_any()
}
