//! What follows from a command to an order.

use super::command::{
    CancelOrder, ConfirmOrder, MarkOrderPaid, MarkOrderReserved, OrderCommand, PlaceOrder,
    ShipOrder,
};
use super::event::{
    OrderCancelled, OrderConfirmed, OrderEvent, OrderPaid, OrderPlaced, OrderReserved, OrderShipped,
};
use super::{Order, OrderDraft, OrderRefusal, PriceList, pricing};
use crate::contract::{Money, OrderId, OrderStatus};
use crate::domain::{Label, REASON_LENGTH};

/// The events that follow from a command.
pub(super) fn decide(
    order: &Order,
    command: &OrderCommand,
) -> Result<Vec<OrderEvent>, OrderRefusal> {
    let event = match command {
        OrderCommand::Place(command, prices) => place(order, command, prices)?,
        OrderCommand::Cancel(command) => cancel(order, command)?,
        OrderCommand::Ship(command) => ship(order, command)?,
        OrderCommand::MarkReserved(command) => mark_reserved(order, command)?,
        OrderCommand::MarkPaid(command) => mark_paid(order, command)?,
        OrderCommand::Confirm(command) => confirm(order, command)?,
    };
    Ok(vec![event])
}

fn place(
    order: &Order,
    command: &PlaceOrder,
    prices: &PriceList,
) -> Result<OrderEvent, OrderRefusal> {
    if *order != Order::Unplaced {
        return Err(OrderRefusal::AlreadyPlaced(command.order_id));
    }
    let draft = OrderDraft::try_new(command)?;
    let lines = prices.lines(&draft)?;
    Ok(OrderEvent::Placed(OrderPlaced {
        order_id: command.order_id,
        customer: draft.customer(),
        total: pricing::total(&lines)?,
        lines,
        card: draft.card().clone(),
    }))
}

fn cancel(order: &Order, command: &CancelOrder) -> Result<OrderEvent, OrderRefusal> {
    open(order, command.order_id)?;
    let reason =
        Label::try_new(&command.reason, REASON_LENGTH).map_err(OrderRefusal::InvalidReason)?;
    Ok(OrderEvent::Cancelled(OrderCancelled {
        order_id: command.order_id,
        reason: reason.into(),
    }))
}

fn ship(order: &Order, command: &ShipOrder) -> Result<OrderEvent, OrderRefusal> {
    let order_id = command.order_id;
    match open(order, order_id)?.0 {
        OrderStatus::Confirmed => Ok(OrderEvent::Shipped(OrderShipped { order_id })),
        _ => Err(OrderRefusal::NotConfirmed),
    }
}

fn mark_reserved(order: &Order, command: &MarkOrderReserved) -> Result<OrderEvent, OrderRefusal> {
    let order_id = command.order_id;
    match open(order, order_id)?.0 {
        OrderStatus::Placed => Ok(OrderEvent::Reserved(OrderReserved { order_id })),
        _ => Err(OrderRefusal::AlreadyReserved),
    }
}

fn mark_paid(order: &Order, command: &MarkOrderPaid) -> Result<OrderEvent, OrderRefusal> {
    let order_id = command.order_id;
    match open(order, order_id)? {
        (OrderStatus::Placed, _) => Err(OrderRefusal::NotReserved),
        (OrderStatus::Reserved, amount) => Ok(OrderEvent::Paid(OrderPaid { order_id, amount })),
        _ => Err(OrderRefusal::AlreadyPaid),
    }
}

fn confirm(order: &Order, command: &ConfirmOrder) -> Result<OrderEvent, OrderRefusal> {
    let order_id = command.order_id;
    match open(order, order_id)?.0 {
        OrderStatus::Placed | OrderStatus::Reserved => Err(OrderRefusal::NotPaid),
        OrderStatus::Paid => Ok(OrderEvent::Confirmed(OrderConfirmed { order_id })),
        _ => Err(OrderRefusal::AlreadyConfirmed),
    }
}

/// Status and total of an order that has not ended: neither shipped nor cancelled.
fn open(order: &Order, order_id: OrderId) -> Result<(OrderStatus, Money), OrderRefusal> {
    match order {
        Order::Unplaced => Err(OrderRefusal::UnknownOrder(order_id)),
        Order::Placed { status, total } => match status {
            OrderStatus::Shipped => Err(OrderRefusal::AlreadyShipped),
            OrderStatus::Cancelled => Err(OrderRefusal::AlreadyCancelled),
            status => Ok((*status, *total)),
        },
    }
}

#[cfg(test)]
mod tests;
