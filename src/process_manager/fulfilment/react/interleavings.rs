//! Every order of things: commands arrive late and in any order, customers cancel and ship whenever they like, and in the
//! end nothing may be left over.

use proptest::prelude::*;
use std::collections::BTreeMap;

use super::react;
use crate::command::Command;
use crate::contract::{Money, OrderId, OrderStatus, Sku};
use crate::domain::inventory::{Product, ReceiveStock, RegisterProduct};
use crate::domain::orders::{
    CancelOrder, ListedProduct, Order, OrderCommand, PlaceOrder, PriceList, RequestedLine,
    ShipOrder,
};
use crate::domain::payments::Payment;
use crate::domain::{Aggregate, CardText};
use crate::process_manager::fulfilment::state::Fulfilment;
use crate::schema::DomainEvent;

const SKUS: [&str; 3] = ["cup", "kettle", "mug"];
const CARDS: [&str; 4] = [
    "4242424242424242",
    "4000000000000002",
    "4000000000000119",
    "5555555555554444",
];

/// The whole system without its machinery: aggregates, a log, and the process somewhere behind it.
#[derive(Default)]
struct World {
    products: BTreeMap<Sku, Product>,
    orders: BTreeMap<OrderId, Order>,
    payments: BTreeMap<OrderId, Payment>,
    log: Vec<DomainEvent>,
    /// Events that the process has taken in.
    seen: usize,
    process: BTreeMap<OrderId, Option<Fulfilment>>,
    /// Commands on their way.
    under_way: Vec<Command>,
}

fn sku(name: &str) -> Sku {
    Sku::try_new(name).expect("a sku")
}

fn order_id(nth: usize) -> OrderId {
    OrderId(uuid::Uuid::from_u128(nth as u128))
}

/// Decides, and lets happen what was decided; a refusal is dropped, as the bus's answer is.
fn ask<A: Aggregate>(state: &mut A, command: &A::Command) -> Vec<DomainEvent>
where
    A::Event: Into<DomainEvent>,
{
    let events = state.decide(command).unwrap_or_default();
    events.iter().for_each(|event| state.evolve(event));
    events.into_iter().map(Into::into).collect()
}

impl World {
    fn carry_out(&mut self, command: Command) {
        let events = match command {
            Command::PlaceOrder(place) => {
                let listed = |name: &&str| {
                    let (name, unit_price) = ((*name).to_owned(), Money::eur(100));
                    (sku(&name), ListedProduct { name, unit_price })
                };
                let prices: PriceList = SKUS.iter().map(listed).collect();
                let id = place.order_id;
                self.order(id, OrderCommand::Place(place, prices))
            }
            Command::CancelOrder(command) => self.order(command.order_id, command),
            Command::ShipOrder(command) => self.order(command.order_id, command),
            Command::MarkOrderReserved(command) => self.order(command.order_id, command),
            Command::MarkOrderPaid(command) => self.order(command.order_id, command),
            Command::ConfirmOrder(command) => self.order(command.order_id, command),
            Command::RegisterProduct(command) => {
                ask(self.product(&command.sku), &command.clone().into())
            }
            Command::ReceiveStock(command) => {
                ask(self.product(&command.sku), &command.clone().into())
            }
            Command::ReserveStock(command) => {
                ask(self.product(&command.sku), &command.clone().into())
            }
            Command::ReleaseStock(command) => {
                ask(self.product(&command.sku), &command.clone().into())
            }
            Command::DispatchStock(command) => {
                ask(self.product(&command.sku), &command.clone().into())
            }
            Command::AuthorisePayment(command) => {
                let payment = self.payments.entry(command.order_id).or_default();
                ask(payment, &command.into())
            }
            Command::VoidPayment(command) => {
                let payment = self.payments.entry(command.order_id).or_default();
                ask(payment, &command.into())
            }
        };
        self.log.extend(events);
    }

    fn order(&mut self, id: OrderId, command: impl Into<OrderCommand>) -> Vec<DomainEvent> {
        ask(self.orders.entry(id).or_default(), &command.into())
    }

    fn product(&mut self, sku: &Sku) -> &mut Product {
        self.products.entry(sku.clone()).or_default()
    }

    fn open_shop(&mut self, stock: &[u32]) {
        for (name, quantity) in SKUS.iter().zip(stock) {
            let (sku, quantity) = (sku(name), *quantity);
            let (name, unit_price) = ((*name).to_owned(), Money::eur(100));
            self.carry_out(
                RegisterProduct {
                    sku: sku.clone(),
                    name,
                    unit_price,
                }
                .into(),
            );
            self.carry_out(ReceiveStock { sku, quantity }.into());
        }
    }

    fn place(&mut self, nth: usize, card: usize) {
        let line = |(at, name): (usize, &&str)| RequestedLine {
            sku: sku(name),
            quantity: u32::try_from(1 + (nth + at) % 2).expect("one or two"),
        };
        let order = PlaceOrder {
            order_id: order_id(nth),
            customer: "Ada".to_owned(),
            // One to three products.
            lines: SKUS
                .iter()
                .take(1 + nth % 3)
                .enumerate()
                .map(line)
                .collect(),
            card: CardText::new(CARDS[card % CARDS.len()]),
        };
        self.carry_out(order.into());
    }

    /// The process takes in the next event, if there is one.
    fn react(&mut self) -> bool {
        let Some(event) = self.log.get(self.seen) else {
            return false;
        };
        self.seen += 1;
        let order_id = match event {
            DomainEvent::Order(event) => Some(event.order_id()),
            DomainEvent::Payment(event) => Some(event.order_id()),
            DomainEvent::Product(event) => event.order_id(),
        };
        if let Some(order_id) = order_id {
            let state = self.process.entry(order_id).or_default();
            // As the store does: what is done is not loaded again.
            if !state.as_ref().is_some_and(Fulfilment::is_done) {
                let reactions = react(state, event);
                self.under_way
                    .extend(reactions.into_iter().map(|(command, _)| command));
            }
        }
        true
    }

    /// One of the commands on their way arrives.
    fn deliver(&mut self, which: usize) -> bool {
        if self.under_way.is_empty() {
            return false;
        }
        let command = self.under_way.swap_remove(which % self.under_way.len());
        self.carry_out(command);
        true
    }

    /// Something happens.
    fn step(&mut self, choice: u16, orders: usize) {
        let which = usize::from(choice / 16);
        let order_id = order_id(which % orders);
        match choice % 16 {
            0 => self.carry_out(
                CancelOrder {
                    order_id,
                    reason: "why not".to_owned(),
                }
                .into(),
            ),
            1 => self.carry_out(ShipOrder { order_id }.into()),
            2..=8 => drop(self.react()),
            _ => drop(self.deliver(which)),
        }
    }

    /// Until nothing is left to do.
    fn settle(&mut self) {
        while self.react() || self.deliver(0) {}
    }

    fn status(&self, order_id: OrderId) -> Option<OrderStatus> {
        match self.orders.get(&order_id) {
            Some(Order::Placed { status, .. }) => Some(*status),
            _ => None,
        }
    }

    fn reserved_for(&self, order_id: OrderId) -> u32 {
        self.products
            .values()
            .filter_map(|product| product.reserved_for(order_id))
            .sum()
    }

    fn check(&self, order_id: OrderId) {
        let status = self.status(order_id);
        let authorised = matches!(
            self.payments.get(&order_id),
            Some(Payment::Authorised { .. })
        );
        let process = self
            .process
            .get(&order_id)
            .and_then(Option::as_ref)
            .expect("a process");
        let reserved = self.reserved_for(order_id);
        match status {
            Some(OrderStatus::Cancelled) => {
                assert_eq!(
                    reserved, 0,
                    "stock is held for a cancelled order: {process:?}"
                );
                assert!(!authorised, "a cancelled order is paid for: {process:?}");
                assert!(process.is_done(), "{process:?}");
            }
            Some(OrderStatus::Shipped) => {
                assert_eq!(
                    reserved, 0,
                    "stock of a shipped order is still here: {process:?}"
                );
                assert!(authorised && process.is_done(), "{process:?}");
            }
            Some(OrderStatus::Confirmed) => {
                let wanted: u32 = process.lines.iter().map(|line| line.quantity).sum();
                assert_eq!(reserved, wanted);
                assert!(authorised && !process.is_done(), "{process:?}");
            }
            stuck => panic!("the order is stuck at {stuck:?}: {process:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_is_left_over(
        stock in prop::collection::vec(1_u32..6, SKUS.len()),
        cards in prop::collection::vec(0_usize..CARDS.len(), 1..5),
        choices in prop::collection::vec(any::<u16>(), 0..150),
    ) {
        let mut world = World::default();
        world.open_shop(&stock);
        for (nth, card) in cards.iter().enumerate() {
            world.place(nth, *card);
        }
        for choice in choices {
            world.step(choice, cards.len());
        }
        world.settle();
        for nth in 0..cards.len() {
            world.check(order_id(nth));
        }
    }
}
