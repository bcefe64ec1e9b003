//! Names and prices of products, for orders that are being placed.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use super::CommandError;
use super::aggregates::{Loaded, fold_page};
use crate::contract::Sku;
use crate::domain::inventory::{self, Product};
use crate::domain::orders::{ListedProduct, OrderDraft, PlaceOrder, PriceList};
use crate::event_log::EventLog;

/// Events read at once while looking for a registration, which is all but always the first event of its stream.
const PAGE: usize = 10;

/// What registered products are called and cost. A product is registered once and never changes its name or price, so
/// what was looked up stays true.
#[derive(Default)]
pub(super) struct Catalogue {
    listed: RwLock<HashMap<Sku, ListedProduct>>,
}

impl Catalogue {
    /// Names and prices of all that an order wants; what is not registered is left out. Nothing is looked up for an order
    /// that breaks a limit: it will be refused for that.
    pub async fn prices(
        &self,
        log: &dyn EventLog,
        order: &PlaceOrder,
    ) -> Result<PriceList, CommandError> {
        let Ok(draft) = OrderDraft::try_new(order) else {
            return Ok(PriceList::default());
        };
        let mut prices = Vec::with_capacity(draft.lines().len());
        for line in draft.lines() {
            if let Some(product) = self.listed(log, &line.sku).await? {
                prices.push((line.sku.clone(), product));
            }
        }
        Ok(prices.into_iter().collect())
    }

    async fn listed(
        &self,
        log: &dyn EventLog,
        sku: &Sku,
    ) -> Result<Option<ListedProduct>, CommandError> {
        let known = self
            .listed
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(sku)
            .cloned();
        if known.is_some() {
            return Ok(known);
        }
        let stream = inventory::stream(sku);
        let mut product = Loaded::<Product>::default();
        while product.state.listing().is_none()
            && fold_page(log, &stream, &mut product, PAGE).await? > 0
        {}
        let Some(listing) = product.state.listing() else {
            return Ok(None);
        };
        let mut listed = self.listed.write().unwrap_or_else(PoisonError::into_inner);
        listed.insert(sku.clone(), listing.clone());
        Ok(Some(listing.clone()))
    }
}
