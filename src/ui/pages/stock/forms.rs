//! Registering a product and receiving stock: plain forms, in dialogs where the page is alive.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::api::{ReceiveStock, RegisterProduct};
use crate::contract::{CommandId, CommandReceipt, Problem, ProblemKind, Sku, StockRow};
use crate::ui::parts::{Dialog, ErrorNote, position_text, use_say};
use crate::ui::pending::{PendingWrite, use_pending};

/// A price as it is typed, `12.50` or `12,50`, in cents; `None` where it is not one.
fn cents(text: &str) -> Option<i64> {
    let text = text.trim().trim_start_matches('€').trim().replace(',', ".");
    let (euros, cents) = text.split_once('.').unwrap_or((&text, ""));
    let cents = match cents.len() {
        0 => 0,
        1 => cents.parse::<i64>().ok()? * 10,
        2 => cents.parse::<i64>().ok()?,
        _ => return None,
    };
    euros
        .parse::<i64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(cents)
        .filter(|cents| *cents >= 0)
}

fn invalid(detail: &str) -> Problem {
    Problem::new(ProblemKind::InvalidCommand, detail)
}

/// A command that a form sends: its id stays through retries and is chosen anew when it has been answered.
#[derive(Clone, Copy)]
struct Sending {
    id: RwSignal<CommandId>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
}

impl Sending {
    fn new() -> Sending {
        Sending {
            id: RwSignal::new(CommandId::generate()),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        }
    }

    fn note(self) -> impl IntoView {
        move || {
            self.problem
                .get()
                .map(|problem| view! { <ErrorNote problem=problem /> })
        }
    }
}

/// Sends a command, as a ghost until the stock shows it.
fn send<F>(
    sending: Sending,
    command: &str,
    description: String,
    call: impl FnOnce(PendingWrite) -> F,
    on_done: Callback<()>,
) where
    F: Future<Output = Result<CommandReceipt, Problem>> + 'static,
{
    if sending.busy.get_untracked() {
        return;
    }
    sending.busy.set(true);
    let (say, pending) = (use_say(), use_pending());
    let id = sending.id.get_untracked();
    let write = PendingWrite::new(id, command, description.clone(), "stock");
    pending.sent(write.clone());
    let answer = call(write);
    leptos::task::spawn_local(async move {
        let answer = answer.await;
        let _ = sending.busy.try_set(false);
        match answer {
            Ok(receipt) => {
                pending.committed(id, receipt.position);
                say.say(format!(
                    "{description}: committed at {}.",
                    position_text(receipt.position)
                ));
                let _ = sending.problem.try_set(None);
                let _ = sending.id.try_set(CommandId::generate());
                on_done.run(());
            }
            Err(problem) => {
                pending.withdrawn(id);
                if problem.status < 500 {
                    let _ = sending.id.try_set(CommandId::generate());
                }
                let _ = sending.problem.try_set(Some(problem));
            }
        }
    });
}

/// The dialog that registers a product.
#[component]
pub fn RegisterDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog open=open title="Register a product">
            <RegisterForm id_prefix="register" on_done=Callback::new(move |()| open.set(false)) />
        </Dialog>
    }
    .into_any()
}

/// The fields of a new product.
#[component]
pub fn RegisterForm(
    /// Tells the fields of two forms on a page apart.
    id_prefix: &'static str,
    /// Called when the product is registered.
    on_done: Callback<()>,
) -> impl IntoView {
    let sending = Sending::new();
    let (sku, name, price) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let owner = Owner::current();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let checked = (
            Sku::try_new(sku.get_untracked().trim()),
            cents(&price.get_untracked()),
        );
        let (checked_sku, unit_price_cents) = match checked {
            (Ok(sku), Some(cents)) => (sku, cents),
            (Err(problem), _) => {
                return sending
                    .problem
                    .set(Some(invalid(&format!("The SKU {problem}."))));
            }
            (_, None) => {
                return sending
                    .problem
                    .set(Some(invalid("The price is not an amount like 12.50.")));
            }
        };
        let name = name.get_untracked().trim().to_owned();
        let description = format!("{name}, new");
        let call = move |write: PendingWrite| {
            crate::api::register_product(
                write.command_id,
                checked_sku,
                name,
                unit_price_cents,
                Some(write.sent_at),
            )
        };
        if let Some(owner) = &owner {
            owner.with(|| send(sending, "RegisterProduct", description, call, on_done));
        }
    };
    view! {
        <form class="form" action=RegisterProduct::url() method="post" on:submit=submit>
            <input type="hidden" name="command_id" value=move || sending.id.get().to_string() />
            <TextField id=format!("{id_prefix}-name") name="name" label="Name" hint="" value=name />
            <TextField
                id=format!("{id_prefix}-sku")
                name="sku"
                label="SKU"
                hint="Letters, digits, dot, dash and underscore; names the product for ever."
                value=sku
            />
            <PriceField id=format!("{id_prefix}-price") value=price />
            {sending.note()}
            <div class="form-actions">
                <button type="submit" class="button is-primary" disabled=move || sending.busy.get()>
                    "Register the product"
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// A price is typed in euros where the page is alive; the plain form sends cents, as the server takes them.
#[component]
fn PriceField(id: String, value: RwSignal<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id.clone()>
                "Price of a piece, " <span class="without-script">"in cents"</span>
                <span class="with-script">"in euros"</span>
            </label>
            <input
                id=id
                class="input"
                name="unit_price_cents"
                required=true
                inputmode="decimal"
                autocomplete="off"
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}

#[component]
fn TextField(
    id: String,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: RwSignal<String>,
) -> impl IntoView {
    let hint = (!hint.is_empty()).then(|| view! { <span class="hint">{hint}</span> });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                class="input"
                name=name
                required=true
                maxlength="64"
                autocomplete="off"
                on:input=move |event| value.set(event_target_value(&event))
            />
            {hint}
        </div>
    }
    .into_any()
}

/// The dialog that takes pieces of one product into stock.
#[component]
pub fn ReceiveDialog(
    /// The product; none while the dialog is closed.
    product: RwSignal<Option<StockRow>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if product.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() && product.with_untracked(Option::is_some) {
            product.set(None);
        }
    });
    let title = Signal::derive(move || match product.get() {
        Some(product) => format!("Receive stock of {}", product.name),
        None => "Receive stock".to_owned(),
    });
    let form = move || {
        product.get().map(|row| {
            let done = Callback::new(move |()| open.set(false));
            view! { <ReceiveForm id_prefix="receive" sku=Some(row.sku) on_done=done /> }
        })
    };
    view! {
        <Dialog open=open title=title>
            {form}
        </Dialog>
    }
    .into_any()
}

/// The fields of a delivery.
#[component]
pub fn ReceiveForm(
    /// Tells the fields of two forms on a page apart.
    id_prefix: &'static str,
    /// The product; none lets it be typed.
    sku: Option<Sku>,
    /// Called when the pieces are in stock.
    on_done: Callback<()>,
) -> impl IntoView {
    let sending = Sending::new();
    let typed = RwSignal::new(sku.as_ref().map(ToString::to_string).unwrap_or_default());
    let quantity = RwSignal::new("10".to_owned());
    let owner = Owner::current();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = quantity.get_untracked().trim().parse::<u32>().ok();
        let checked = (
            Sku::try_new(typed.get_untracked().trim()),
            wanted.filter(|n| *n > 0),
        );
        let (Ok(sku), Some(quantity)) = checked else {
            return sending
                .problem
                .set(Some(invalid("A SKU and a number of pieces are wanted.")));
        };
        let description = format!("{sku} +{quantity}");
        let call = move |write: PendingWrite| {
            crate::api::receive_stock(write.command_id, sku, quantity, Some(write.sent_at))
        };
        if let Some(owner) = &owner {
            owner.with(|| send(sending, "ReceiveStock", description, call, on_done));
        }
    };
    let sku_field = sku.is_none().then(|| {
        let id = format!("{id_prefix}-sku");
        view! { <TextField id=id name="sku" label="SKU" hint="" value=typed /> }
    });
    let id = format!("{id_prefix}-quantity");
    view! {
        <form class="form" action=ReceiveStock::url() method="post" on:submit=submit>
            <input type="hidden" name="command_id" value=move || sending.id.get().to_string() />
            {sku_field}
            <div class="field">
                <label for=id.clone()>"Pieces"</label>
                <input
                    id=id
                    class="input"
                    type="number"
                    name="quantity"
                    required=true
                    min="1"
                    max="1000000"
                    value="10"
                    on:input=move |event| quantity.set(event_target_value(&event))
                />
            </div>
            {sending.note()}
            <div class="form-actions">
                <button type="submit" class="button is-primary" disabled=move || sending.busy.get()>
                    "Receive the pieces"
                </button>
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::cents;

    #[test]
    fn prices_are_understood_as_they_are_typed() {
        assert_eq!(cents("12.50"), Some(1_250));
        assert_eq!(cents("€ 12,5"), Some(1_250));
        assert_eq!(cents("7"), Some(700));
        assert_eq!(cents("1.234"), None);
        assert_eq!(cents("-1"), None);
        assert_eq!(cents("free"), None);
    }
}
