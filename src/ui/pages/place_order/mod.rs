//! Place an order. A plain form to the server function, which the living page sends itself, with a command id of its
//! own choosing, so that pressing twice places one order.

mod basket;
mod cards;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::PageHead;
use crate::api::{PlaceOrder, list_stock};
use crate::contract::{
    CommandId, CommandReceipt, Delta, Listing, OrderId, Position, Problem, StockRow, Topic,
};
use crate::ui::live::use_live;
use crate::ui::parts::{
    AsOfLine, Crumb, Crumbs, Empty, ErrorNote, MoneyText, answered, money, order_code,
    position_text, thousands, use_say,
};
use crate::ui::pending::{Pending, PendingWrite, use_pending};

use basket::{MOST_PIECES, items, pieces, total, wanted_lines};
use cards::TEST_CARDS;

/// The page.
#[component]
pub fn PlaceOrderPage() -> impl IntoView {
    let stock = Resource::new_blocking(|| (), |()| list_stock());
    let content = answered(stock, |stock| match stock.items.is_empty() {
        true => no_products().into_any(),
        false => view! { <OrderForm stock=stock /> }.into_any(),
    });
    view! {
        <Crumbs steps=vec![Crumb::new("Orders", "/shop/orders")] />
        <PageHead title="Place an order" />
        {content}
    }
    .into_any()
}

fn no_products() -> impl IntoView {
    view! {
        <section class="panel">
            <Empty title="There is nothing to order yet: no product is registered.">
                <a href="/shop/stock">"Register a product"</a>
                ", or let the "
                <a href="/">"overview"</a>
                " bring the shop to life."
            </Empty>
        </section>
    }
}

/// The ids of the command that the form will send. They stay through retries, so that what was carried out already
/// is not carried out again, and are chosen anew when the order has been placed or refused.
#[derive(Clone, Copy)]
struct Ids(RwSignal<(CommandId, OrderId)>);

impl Ids {
    fn choose() -> Ids {
        Ids(RwSignal::new((CommandId::generate(), OrderId::generate())))
    }

    fn choose_again(self) {
        self.0.set((CommandId::generate(), OrderId::generate()));
    }
}

#[component]
fn OrderForm(stock: Listing<StockRow>) -> impl IntoView {
    let as_of = RwSignal::new(stock.freshness.as_of);
    let available = RwSignal::new(
        stock
            .items
            .iter()
            .map(|row| row.available)
            .collect::<Vec<_>>(),
    );
    let products = StoredValue::new(stock.items);
    follow_stock(products, available, as_of);
    let ids = Ids::choose();
    let customer = RwSignal::new(String::new());
    let card = RwSignal::new(TEST_CARDS[0].number);
    let quantities = RwSignal::new(vec![0_u32; products.with_value(Vec::len)]);
    let action = ServerAction::<PlaceOrder>::new();
    let pending = use_pending();
    follow_answer(action, ids, pending);

    let total = Memo::new(move |_| {
        quantities.with(|quantities| products.with_value(|products| total(products, quantities)))
    });
    let count = Memo::new(move |_| quantities.with(|quantities| items(quantities)));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if action.pending().get_untracked() || count.get_untracked() == 0 {
            return;
        }
        let (command_id, order_id) = ids.0.get_untracked();
        let lines = quantities.with_untracked(|quantities| {
            products.with_value(|products| wanted_lines(products, quantities))
        });
        let description = format!("{} items", count.get_untracked());
        let mut write = PendingWrite::new(command_id, "PlaceOrder", description, "orders");
        write.order_id = Some(order_id);
        write.customer = Some(customer.get_untracked().trim().to_owned());
        write.total = total.get_untracked();
        let sent_at = Some(write.sent_at);
        pending.sent(write);
        action.dispatch(PlaceOrder {
            command_id,
            order_id,
            customer: customer.get_untracked().trim().to_owned(),
            lines,
            card: card.get_untracked().to_owned(),
            sent_at,
        });
    };
    let label = move || match (action.pending().get(), total.get()) {
        (true, _) => "Placing the order …".to_owned(),
        (false, Some(total)) => format!("Place the order: {}", money(total)),
        (false, None) => "Place the order".to_owned(),
    };
    // Without script nothing counts the pieces, so the button must work; the server says what is missing.
    let live = use_live();
    let is_empty = move || live.now.with(Option::is_some) && count.get() == 0;
    let problem = move || {
        let answer = action.value().get()?;
        answer
            .err()
            .map(|problem| view! { <ErrorNote problem=problem /> })
    };
    let rows: Vec<_> = products.with_value(|products| {
        let row = |(place, product): (usize, &StockRow)| {
            view! { <ProductRow place=place product=product.clone() quantities=quantities available=available /> }
        };
        products.iter().enumerate().map(row).collect()
    });
    view! {
        <form class="form place-order" action=action_url() method="post" on:submit=submit>
            <input type="hidden" name="command_id" value=move || ids.0.get().0.to_string() />
            <input type="hidden" name="order_id" value=move || ids.0.get().1.to_string() />
            <section class="panel is-flush" aria-label="Products">
                <header class="panel-head">
                    <h2>"What"</h2>
                    <AsOfLine as_of=as_of consumer="stock" />
                </header>
                <table class="table products">
                    <thead>
                        <tr>
                            <th scope="col">"Product"</th>
                            <th scope="col" class="n col-price">"Price"</th>
                            <th scope="col" class="n col-available is-wide">"Available"</th>
                            <th scope="col" class="n col-quantity">"Pieces"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
            <div class="order-side">
                <section class="panel" aria-label="Customer">
                    <div class="field">
                        <label for="customer">"Customer"</label>
                        <input
                            id="customer"
                            class="input"
                            name="customer"
                            required=true
                            maxlength="100"
                            autocomplete="off"
                            placeholder="Nadia Okafor"
                            prop:value=customer
                            on:input=move |event| customer.set(event_target_value(&event))
                        />
                    </div>
                </section>
                <section class="panel" aria-label="Card">
                    <Cards card=card />
                </section>
                {problem}
                <div class="form-actions">
                    <button type="submit" class="button is-primary" disabled=is_empty>
                        {label}
                    </button>
                    <span class="mute">
                        {move || match count.get() {
                            0 => "Choose some pieces.".to_owned(),
                            1 => "1 piece".to_owned(),
                            count => format!("{} pieces", thousands(u64::from(count))),
                        }}
                    </span>
                </div>
            </div>
        </form>
    }
    .into_any()
}

/// What is available changes while one chooses.
fn follow_stock(
    products: StoredValue<Vec<StockRow>>,
    available: RwSignal<Vec<u64>>,
    as_of: RwSignal<Position>,
) {
    use_live().watch(Topic::Stock, as_of.get_untracked(), move |frame| {
        if let Delta::Stock { rows } = frame.delta {
            for row in rows {
                let same = |product: &StockRow| product.sku == row.sku;
                let place = products.with_value(|products| products.iter().position(same));
                available.update(|all| {
                    if let Some(count) = place.and_then(|place| all.get_mut(place)) {
                        *count = row.available;
                    }
                });
            }
        }
        as_of.set(frame.position);
    });
}

fn action_url() -> &'static str {
    use leptos::server_fn::ServerFn;
    PlaceOrder::url()
}

/// What comes of the command: the order in the list, or what is wrong.
fn follow_answer(action: ServerAction<PlaceOrder>, ids: Ids, pending: Pending) {
    let say = use_say();
    let navigate = use_navigate();
    let placed = move |receipt: &CommandReceipt, order_id: OrderId| {
        pending.committed(receipt.command_id, receipt.position);
        let position = position_text(receipt.position);
        say.say(format!(
            "Order {} is committed at {position}.",
            order_code(order_id)
        ));
        navigate("/shop/orders", NavigateOptions::default());
    };
    let refused = move |problem: &Problem, command_id: CommandId| {
        pending.withdrawn(command_id);
        // Nobody knows whether an unanswered command was carried out; with the same id it can be sent again.
        if problem.status < 500 {
            ids.choose_again();
        }
    };
    Effect::new(move |_| {
        let Some(answer) = action.value().get() else {
            return;
        };
        let (command_id, order_id) = ids.0.get_untracked();
        match &answer {
            Ok(receipt) => placed(receipt, order_id),
            Err(problem) => refused(problem, command_id),
        }
    });
}

#[component]
fn ProductRow(
    place: usize,
    product: StockRow,
    quantities: RwSignal<Vec<u32>>,
    available: RwSignal<Vec<u64>>,
) -> impl IntoView {
    let quantity = move || quantities.with(|all| all.get(place).copied().unwrap_or(0));
    let set = move |wanted: u32| {
        quantities.update(|all| {
            if let Some(quantity) = all.get_mut(place) {
                *quantity = wanted.min(MOST_PIECES);
            }
        });
    };
    let available = move || available.with(|all| all.get(place).copied().unwrap_or(0));
    let is_short = move || u64::from(quantity()) > available();
    let name = product.name.clone();
    let (fewer, more) = (format!("One {name} fewer"), format!("One {name} more"));
    view! {
        <tr class:is-chosen=move || { quantity() > 0 }>
            <td>
                <span title=product.sku.to_string()>{product.name.clone()}</span>
                " "
                <span class="faint is-wide">{product.sku.to_string()}</span>
            </td>
            <td class="n col-price">
                <MoneyText value=product.unit_price />
            </td>
            <td class="n col-available is-wide" class:is-worse=is_short>
                {move || if is_short() { "▲ only " } else { "" }}
                {move || thousands(available())}
            </td>
            <td class="n col-quantity">
                <input type="hidden" name=format!("lines[{place}][sku]") value=product.sku.to_string() />
                <span class="stepper">
                    <button
                        type="button"
                        class="needs-script"
                        aria-label=fewer
                        on:click=move |_| set(quantity().saturating_sub(1))
                    >
                        "−"
                    </button>
                    <input
                        type="number"
                        inputmode="numeric"
                        min="0"
                        max=MOST_PIECES.to_string()
                        name=format!("lines[{place}][quantity]")
                        aria-label=format!("Pieces of {name}")
                        value="0"
                        prop:value=move || quantity().to_string()
                        on:input=move |event| set(pieces(&event_target_value(&event)))
                    />
                    <button
                        type="button"
                        class="needs-script"
                        aria-label=more
                        on:click=move |_| set(quantity() + 1)
                    >
                        "+"
                    </button>
                </span>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn Cards(card: RwSignal<&'static str>) -> impl IntoView {
    let choice = move |test: cards::TestCard| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="card"
                    value=test.number
                    checked=test.number == TEST_CARDS[0].number
                    on:change=move |_| card.set(test.number)
                />
                <span>
                    <b class="num">{test.name}</b>
                    <span class="mute">{test.effect}</span>
                </span>
            </label>
        }
    };
    let choices: Vec<_> = TEST_CARDS.into_iter().map(choice).collect();
    view! {
        <fieldset class="choices">
            <legend>"Test card"</legend>
            {choices}
        </fieldset>
    }
    .into_any()
}
