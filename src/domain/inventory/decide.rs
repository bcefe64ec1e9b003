//! What follows from a command to a product.

use super::command::{
    DispatchStock, ProductCommand, ReceiveStock, RegisterProduct, ReleaseStock, ReserveStock,
};
use super::event::{
    ProductEvent, ProductRegistered, StockDispatched, StockReceived, StockReleased,
    StockReservationRejected, StockReserved,
};
use super::{Product, ProductRefusal};
use crate::contract::{OrderId, Sku};
use crate::domain::limits::{check_quantity, is_amount};
use crate::domain::{Label, NAME_LENGTH};

/// The events that follow from a command.
pub(super) fn decide(
    product: &Product,
    command: &ProductCommand,
) -> Result<Vec<ProductEvent>, ProductRefusal> {
    let event = match command {
        ProductCommand::Register(command) => register(product, command)?,
        ProductCommand::Receive(command) => receive(product, command)?,
        ProductCommand::Reserve(command) => reserve(product, command)?,
        ProductCommand::Release(command) => release(product, command)?,
        ProductCommand::Dispatch(command) => dispatch(product, command)?,
    };
    Ok(vec![event])
}

fn register(product: &Product, command: &RegisterProduct) -> Result<ProductEvent, ProductRefusal> {
    if product.is_registered() {
        return Err(ProductRefusal::AlreadyRegistered(command.sku.clone()));
    }
    let name = Label::try_new(&command.name, NAME_LENGTH).map_err(ProductRefusal::InvalidName)?;
    if !is_amount(command.unit_price) {
        return Err(ProductRefusal::InvalidPrice);
    }
    Ok(ProductEvent::Registered(ProductRegistered {
        sku: command.sku.clone(),
        name: name.into(),
        unit_price: command.unit_price,
    }))
}

fn receive(product: &Product, command: &ReceiveStock) -> Result<ProductEvent, ProductRefusal> {
    require_registered(product, &command.sku)?;
    check_quantity(command.quantity).map_err(ProductRefusal::Quantity)?;
    Ok(ProductEvent::Received(StockReceived {
        sku: command.sku.clone(),
        quantity: command.quantity,
    }))
}

/// Too little stock is an answer that the order waits for, so it is an event and not a refusal.
fn reserve(product: &Product, command: &ReserveStock) -> Result<ProductEvent, ProductRefusal> {
    let ReserveStock {
        sku,
        order_id,
        quantity,
    } = command.clone();
    require_registered(product, &sku)?;
    check_quantity(quantity).map_err(ProductRefusal::Quantity)?;
    if product.reserved_for(order_id).is_some() {
        return Err(ProductRefusal::AlreadyReserved(sku));
    }
    let available = product.available();
    Ok(if u64::from(quantity) <= available {
        ProductEvent::Reserved(StockReserved {
            sku,
            order_id,
            quantity,
        })
    } else {
        ProductEvent::ReservationRejected(StockReservationRejected {
            sku,
            order_id,
            quantity,
            available,
        })
    })
}

fn release(product: &Product, command: &ReleaseStock) -> Result<ProductEvent, ProductRefusal> {
    let ReleaseStock {
        sku,
        order_id,
        quantity,
    } = command.clone();
    require_reserved(product, &sku, order_id, quantity)?;
    Ok(ProductEvent::Released(StockReleased {
        sku,
        order_id,
        quantity,
    }))
}

fn dispatch(product: &Product, command: &DispatchStock) -> Result<ProductEvent, ProductRefusal> {
    let DispatchStock {
        sku,
        order_id,
        quantity,
    } = command.clone();
    require_reserved(product, &sku, order_id, quantity)?;
    Ok(ProductEvent::Dispatched(StockDispatched {
        sku,
        order_id,
        quantity,
    }))
}

fn require_registered(product: &Product, sku: &Sku) -> Result<(), ProductRefusal> {
    if product.is_registered() {
        Ok(())
    } else {
        Err(ProductRefusal::UnknownProduct(sku.clone()))
    }
}

fn require_reserved(
    product: &Product,
    sku: &Sku,
    order_id: OrderId,
    asked: u32,
) -> Result<(), ProductRefusal> {
    require_registered(product, sku)?;
    match product.reserved_for(order_id) {
        None => Err(ProductRefusal::NotReserved(sku.clone())),
        Some(reserved) if reserved != asked => Err(ProductRefusal::OtherQuantityReserved {
            sku: sku.clone(),
            asked,
            reserved,
        }),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
