//! What every request can reach.

use leptos::prelude::provide_context;
use metrics_exporter_prometheus::PrometheusHandle;
use std::ops::Deref;
use std::sync::Arc;

use super::http::Connections;
use super::openapi::Document;
use super::site::Site;
use crate::command::{CommandBus, History};
use crate::contract::{ApiReference, Principal};
use crate::event_log::SharedLog;
use crate::live::{Convergences, Gateway, PulseSource};
use crate::projection::ReadModels;
use crate::simulation::Traffic;
use crate::subscription::group::Groups;
use crate::subscription::parking::ParkedHand;
use crate::subscription::{Alerts, Control, Monitor, Trends};

/// The running system, as requests see it. Every layer of every request clones it, so that is one count.
#[derive(Clone)]
pub(super) struct App(Arc<Parts>);

/// What it consists of.
pub(super) struct Parts {
    pub log: SharedLog,
    pub bus: CommandBus,
    pub history: History,
    pub models: ReadModels,
    pub monitor: Monitor,
    pub alerts: Alerts,
    pub trends: Trends,
    pub control: Control,
    /// Consumer groups of other programs.
    pub groups: Groups,
    /// What they and the server's own consumers have set aside.
    pub parked: ParkedHand,
    /// The connections of the groups' members.
    pub connections: Connections,
    pub convergences: Convergences,
    pub gateway: Arc<Gateway>,
    pub pulse: PulseSource,
    pub traffic: Traffic,
    pub metrics: PrometheusHandle,
    /// For whom requests act, as long as there is no sign-in.
    pub principal: Principal,
    /// Host names that we answer to, besides loopback ones.
    pub hosts: Arc<[String]>,
    /// The largest request body, in bytes.
    pub max_body_bytes: usize,
    /// What the API says about itself.
    pub document: Document,
    /// The same for people.
    pub reference: Arc<ApiReference>,
    /// The script and style of the pages; empty in a build without them.
    pub site: Site,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Of these parts.
    pub fn new(parts: Parts) -> App {
        App(Arc::new(parts))
    }

    /// Gives server functions and pages what they work with.
    pub fn provide(&self) {
        provide_context(self.log.clone());
        provide_context(self.bus.clone());
        provide_context(self.history.clone());
        provide_context(self.models.clone());
        provide_context(self.monitor.clone());
        provide_context(self.trends.clone());
        provide_context(self.control.clone());
        provide_context(self.groups.clone());
        provide_context(self.parked.clone());
        provide_context(self.convergences.clone());
        provide_context(self.pulse.clone());
        provide_context(self.traffic.clone());
        provide_context(self.reference.clone());
        provide_context(self.principal.clone());
    }
}
