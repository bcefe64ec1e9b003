//! Commands from the pages. The page chooses the ids, so that a repeated click or a retry is the same command.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::contract::{
    CommandConvergence, CommandId, CommandReceipt, OrderId, Problem, Sku, Timestamp,
};

/// A product and how many pieces of it are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedLine {
    /// The product.
    pub sku: Sku,
    /// Pieces.
    pub quantity: u32,
}

/// Places an order.
#[server(prefix = "/api/fn/user", endpoint = "place_order")]
pub async fn place_order(
    /// The command's id.
    command_id: CommandId,
    /// The order's id.
    order_id: OrderId,
    /// Who orders.
    customer: String,
    /// What is wanted; lines without a quantity are left out.
    lines: Vec<WantedLine>,
    /// The number of a test card.
    card: String,
    /// When the page sent it, mapped to the server's clock.
    sent_at: Option<Timestamp>,
) -> Result<CommandReceipt, Problem> {
    let lines: Vec<_> = lines.into_iter().filter(|line| line.quantity > 0).collect();
    let bus = crate::request::provided::<crate::command::CommandBus>()?;
    let body = serde_json::json!({
        "order_id": order_id, "customer": customer, "lines": lines, "card": card
    });
    let receipt = bus
        .submit(
            "PlaceOrder",
            command_id,
            sent_at,
            body.to_string().as_bytes(),
        )
        .await?;
    crate::request::redirect_plain_form(&format!(
        "/shop/orders/{order_id}?at={}",
        receipt.position
    ));
    Ok(receipt)
}

/// Cancels an order that is not shipped.
#[server(prefix = "/api/fn/user", endpoint = "cancel_order")]
pub async fn cancel_order(
    /// The command's id.
    command_id: CommandId,
    /// The order.
    order_id: OrderId,
    /// Why.
    reason: String,
    /// When the page sent it, mapped to the server's clock.
    sent_at: Option<Timestamp>,
) -> Result<CommandReceipt, Problem> {
    let bus = crate::request::provided::<crate::command::CommandBus>()?;
    let body = serde_json::json!({ "order_id": order_id, "reason": reason });
    Ok(bus
        .submit(
            "CancelOrder",
            command_id,
            sent_at,
            body.to_string().as_bytes(),
        )
        .await?)
}

/// Ships a confirmed order.
#[server(prefix = "/api/fn/user", endpoint = "ship_order")]
pub async fn ship_order(
    /// The command's id.
    command_id: CommandId,
    /// The order.
    order_id: OrderId,
    /// When the page sent it, mapped to the server's clock.
    sent_at: Option<Timestamp>,
) -> Result<CommandReceipt, Problem> {
    let bus = crate::request::provided::<crate::command::CommandBus>()?;
    let body = serde_json::json!({ "order_id": order_id });
    Ok(bus
        .submit(
            "ShipOrder",
            command_id,
            sent_at,
            body.to_string().as_bytes(),
        )
        .await?)
}

/// Registers a product, priced in euro cents.
#[server(prefix = "/api/fn/user", endpoint = "register_product")]
pub async fn register_product(
    /// The command's id.
    command_id: CommandId,
    /// The product.
    sku: Sku,
    /// Its name.
    name: String,
    /// Price of a piece, in cents.
    unit_price_cents: i64,
    /// When the page sent it, mapped to the server's clock.
    sent_at: Option<Timestamp>,
) -> Result<CommandReceipt, Problem> {
    let unit_price = crate::contract::Money::eur(unit_price_cents);
    let bus = crate::request::provided::<crate::command::CommandBus>()?;
    let body = serde_json::json!({ "sku": sku, "name": name, "unit_price": unit_price });
    Ok(bus
        .submit(
            "RegisterProduct",
            command_id,
            sent_at,
            body.to_string().as_bytes(),
        )
        .await?)
}

/// Takes pieces of a product into stock.
#[server(prefix = "/api/fn/user", endpoint = "receive_stock")]
pub async fn receive_stock(
    /// The command's id.
    command_id: CommandId,
    /// The product.
    sku: Sku,
    /// Pieces.
    quantity: u32,
    /// When the page sent it, mapped to the server's clock.
    sent_at: Option<Timestamp>,
) -> Result<CommandReceipt, Problem> {
    let bus = crate::request::provided::<crate::command::CommandBus>()?;
    let body = serde_json::json!({ "sku": sku, "quantity": quantity });
    Ok(bus
        .submit(
            "ReceiveStock",
            command_id,
            sent_at,
            body.to_string().as_bytes(),
        )
        .await?)
}

/// How a command converged; `None` when no such command was carried out.
#[server(prefix = "/api/fn/view", endpoint = "convergence", input = GetUrl)]
pub async fn get_convergence(
    /// The command.
    command_id: CommandId,
) -> Result<Option<CommandConvergence>, Problem> {
    let follow = crate::request::provided::<crate::live::Convergences>()?;
    Ok(follow.of(command_id).await?)
}
