//! Stock: what is in the house, what is promised, what can still be promised.

mod forms;
mod past;

use leptos::prelude::*;

use super::PageHead;
use super::horizon::PageHorizon;
use super::past::{TimeSlider, use_past};
use crate::api::list_stock;
use crate::contract::{Delta, Listing, Position, StockRow, Topic};
use crate::ui::live::use_live;
use crate::ui::parts::{AsOfLine, Empty, Icon, MoneyText, Num, Shape, answered, position_text};
use crate::ui::pending::{PendingWrite, use_pending};

use forms::{ReceiveDialog, ReceiveForm, RegisterDialog, RegisterForm};

/// What the page shows and what is being received.
#[derive(Clone, Copy)]
struct StockState {
    rows: RwSignal<Vec<RwSignal<StockRow>>>,
    as_of: RwSignal<Position>,
    /// The product that is being received, while its dialog is open.
    receiving: RwSignal<Option<StockRow>>,
}

impl StockState {
    fn fold(self, changed: Vec<StockRow>) {
        for row in changed {
            let known = self.rows.with_untracked(|rows| {
                rows.iter()
                    .find(|known| known.with_untracked(|k| k.sku == row.sku))
                    .copied()
            });
            match known {
                Some(known) => known.set(row),
                None => self.rows.update(|rows| {
                    let place = rows.partition_point(|r| r.with_untracked(|r| r.sku < row.sku));
                    rows.insert(place, RwSignal::new(row));
                }),
            }
        }
    }
}

/// The page.
#[component]
pub fn StockPage() -> impl IntoView {
    let registering = RwSignal::new(false);
    let past = use_past("/shop/stock");
    let is_past = Memo::new(move |_| past.is_past());
    let content = move || match is_past.get() {
        true => view! { <past::StockThen past /> }.into_any(),
        false => view! { <StockNow registering /> }.into_any(),
    };
    // What was cannot be changed.
    let register = move || {
        (!is_past.get()).then(|| {
            view! {
                <button
                    type="button"
                    class="button is-primary needs-script"
                    on:click=move |_| registering.set(true)
                >
                    <Icon shape=Shape::Add />
                    "Register a product"
                </button>
            }
        })
    };
    view! {
        <PageHead title="Stock" actions=move || register />
        <TimeSlider past />
        {content}
    }
    .into_any()
}

/// The stock as it is, and what can be done with it.
#[component]
fn StockNow(registering: RwSignal<bool>) -> impl IntoView {
    let stock = Resource::new_blocking(|| (), |()| list_stock());
    let state = StockState {
        rows: RwSignal::new(Vec::new()),
        as_of: RwSignal::new(Position::START),
        receiving: RwSignal::new(None),
    };
    // Rows that come later are made while a frame is folded; they belong to the page.
    let owner = StoredValue::new(Owner::current());
    let again = Callback::new(move |()| stock.refetch());
    let content = answered(stock, move |stock| show(state, owner, stock, again));
    view! {
        {content}
        <RegisterDialog open=registering />
        <ReceiveDialog product=state.receiving />
        <div class="columns without-script">
            <section class="panel" aria-label="Register a product">
                <h2>"Register a product"</h2>
                <RegisterForm id_prefix="plain-register" on_done=Callback::new(|()| ()) />
            </section>
            <section class="panel" aria-label="Receive stock">
                <h2>"Receive stock"</h2>
                <ReceiveForm id_prefix="plain-receive" sku=None on_done=Callback::new(|()| ()) />
            </section>
        </div>
    }
    .into_any()
}

fn show(
    state: StockState,
    owner: StoredValue<Option<Owner>>,
    stock: Listing<StockRow>,
    again: Callback<()>,
) -> AnyView {
    let as_of = stock.freshness.as_of;
    let with_owner = move |make: &dyn Fn()| match owner.get_value() {
        Some(owner) => owner.with(make),
        None => make(),
    };
    with_owner(&|| {
        let rows = stock.items.iter().cloned().map(RwSignal::new).collect();
        state.rows.set(rows);
    });
    state.as_of.set(as_of);
    let pending = use_pending();
    Effect::new(move |_| pending.settle("stock", as_of));
    use_live()
        .watch(Topic::Stock, as_of, move |frame| {
            if let Delta::Stock { rows } = frame.delta {
                with_owner(&|| state.fold(rows.clone()));
            }
            state.as_of.set(frame.position);
            pending.settle("stock", frame.position);
        })
        .on_reset(move |_| again.run(()));
    stock_table(state)
}

fn stock_table(state: StockState) -> AnyView {
    let pending = use_pending();
    let ghosts = move || pending.waiting_for("stock");
    let is_bare = move || state.rows.with(Vec::is_empty) && ghosts().is_empty();
    view! {
        <section class="panel horizon-panel" aria-label="Horizon">
            <PageHorizon own="stock" as_of=state.as_of others=vec!["orders"] />
        </section>
        <section class="panel is-flush" aria-label="Products">
            <header class="panel-head">
                <h2>"Products"</h2>
                <AsOfLine as_of=state.as_of consumer="stock" />
            </header>
            <table class="table stock" class:is-hidden=is_bare>
                <thead>
                    <tr>
                        <th scope="col" class="col-name">"Product"</th>
                        <th scope="col" class="col-sku is-wide">"SKU"</th>
                        <th scope="col" class="n col-price is-wide">"Price"</th>
                        <th scope="col" class="n col-count">"On hand"</th>
                        <th scope="col" class="n col-count is-wide">"Reserved"</th>
                        <th scope="col" class="n col-count">"Available"</th>
                        <th scope="col" class="n col-act">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=ghosts
                        key=|write| (write.command_id.0.to_string(), write.position.is_some())
                        children=|write| view! { <GhostStock write=write /> }
                    />
                </tbody>
                <tbody>
                    <For
                        each=move || state.rows.get()
                        key=|row| row.with_untracked(|row| row.sku.to_string())
                        children=move |row| view! { <ProductRow row=row receiving=state.receiving /> }
                    />
                </tbody>
            </table>
            {move || is_bare().then(nothing)}
        </section>
    }
    .into_any()
}

fn nothing() -> impl IntoView {
    view! {
        <Empty title="No product is registered yet.">
            "Register the first one, or let the " <a href="/">"overview"</a>
            " bring the shop to life."
        </Empty>
    }
}

#[component]
fn ProductRow(row: RwSignal<StockRow>, receiving: RwSignal<Option<StockRow>>) -> impl IntoView {
    let first = row.get_untracked();
    let count = move |of: fn(&StockRow) -> u64| Signal::derive(move || Some(row.with(of)));
    let is_out = move || row.with(|row| row.available == 0);
    let receive = move |_| receiving.set(Some(row.get_untracked()));
    view! {
        <tr>
            <td class="col-name">{first.name.clone()}</td>
            <td class="col-sku is-wide">
                <a href=format!("/streams/product-{}", first.sku) data-row="">
                    {first.sku.to_string()}
                </a>
            </td>
            <td class="n col-price is-wide">
                <MoneyText value=first.unit_price />
            </td>
            <td class="n col-count">
                <Num value=count(|row| row.on_hand) />
            </td>
            <td class="n col-count is-wide">
                <Num value=count(|row| row.reserved) />
            </td>
            <td class="n col-count" class:is-worse=is_out>
                <span class="is-wide">{move || is_out().then_some("▲ out of stock ")}</span>
                <Num value=count(|row| row.available) />
            </td>
            <td class="n col-act">
                <button
                    type="button"
                    class="button is-small needs-script"
                    aria-label=format!("Receive stock of {}", first.name)
                    on:click=receive
                >
                    "Receive"
                </button>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn GhostStock(write: PendingWrite) -> impl IntoView {
    let live = use_live();
    let waits_for = write.waits_for.clone();
    let wait = move || {
        let wait = live.describe_wait(&waits_for);
        match write.position {
            Some(position) => format!("committed {}, waiting for {wait}", position_text(position)),
            None => "sent, not yet committed".to_owned(),
        }
    };
    view! {
        <tr class="ghost">
            <td class="col-name">{write.description.clone()}</td>
            <td class="spills">{wait}</td>
        </tr>
    }
    .into_any()
}
