//! Starts everything in the order in which it is needed, and stops it in the other.

use axum::serve::ListenerExt;
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::cli::ServeArgs;
use super::data::Opened;
use super::http::Connections;
use super::shared::{Shared, pace};
use super::site::Site;
use super::state::{App, Parts};
use super::{http, router, telemetry};
use crate::command::{CommandBus, History, Keeper, Snapshots};
use crate::contract::{ConsumerKind, OnPoison, Principal, Selection};
use crate::convergence::{Concerned, Convergence};
use crate::event_log::sqlite::SqliteSnapshots;
use crate::event_log::{FolderLock, Options, SharedLog};
use crate::live::{Convergences, Gateway, GatewayParts, PulseParts, PulseSource};
use crate::process_manager::fulfilment;
use crate::projection::{OpenedModels, ReadModels, begin_with_copies};
use crate::schema::CATALOGUE;
use crate::simulation::Traffic;
use crate::subscription::group::{GroupParts, Groups, follow_groups};
use crate::subscription::parking::{Lots, ParkedHand};
use crate::subscription::{
    Alerts, Audit, Board, Budgets, Consumer, Control, Monitor, Owner, Runner, RunnerSettings,
    Trends, Webhook, close_resets,
};

/// What is under way when the server is told to stop has so long to end.
const PATIENCE: Duration = Duration::from_secs(8);

type Failure = Box<dyn Error + Send + Sync>;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When the address or the database cannot be had; says which and why.
pub async fn serve(args: ServeArgs) -> Result<ExitCode, Failure> {
    if !args.listen.ip().is_loopback() {
        let refusal = format!(
            "`{}` is not a loopback address, and no credentials are set up: anyone who reaches it would be admin. \
             Listen on 127.0.0.1 or [::1].",
            args.listen
        );
        return Err(refusal.into());
    }
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", args.listen))?;
    let address = listener.local_addr()?;
    let stop = CancellationToken::new();
    let running = Running::start(&args, address, stop.clone()).await?;
    println!("Highwater serves on http://{address}");
    tracing::info!(listen = %address, database = %args.database, "serving");

    let service = router::router(running.app.clone());
    // What is sent in small pieces, such as frames, must not wait for the other side to acknowledge the piece before.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(error = %error, "a connection keeps small packets back");
        }
    });
    let server =
        axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let server = tokio::spawn(async move { server.await });
    told_to_stop().await;
    tracing::info!("stopping: no new requests, finishing what is under way");
    stop.cancel();
    let in_time = tokio::time::timeout(PATIENCE, running.finish(server))
        .await
        .is_ok();
    if !in_time {
        tracing::warn!("not everything ended in time; nothing that was acknowledged is lost");
    }
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// The parts that run beside the requests.
struct Running {
    app: App,
    log: SharedLog,
    snapshots: Snapshots,
    /// Keeps other servers out of our read models, where the log's own lock does not.
    lock: Option<FolderLock>,
    shared: Shared,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Running {
    async fn start(
        args: &ServeArgs,
        address: SocketAddr,
        stop: CancellationToken,
    ) -> Result<Running, Failure> {
        // First: what is counted before there is a recorder is lost.
        let metrics = telemetry::start_metrics()?;
        let site = Site::open(args.site_dir.as_deref())?;
        let options = Options {
            queue_appends: args.append_queue as usize,
            program: format!("highwater serve on http://{address}"),
            ..Options::default()
        };
        let opened = args.database.open(args.data.as_deref(), options).await?;
        let Opened {
            log,
            folder,
            lock,
            shared: database,
        } = opened;
        let board = Board::default();
        let owner = owner(args, address)?;
        let shared = Shared::new(database, owner.clone(), board.clone());
        let owner = owner.name;

        begin_with_copies(&folder, log.head().position).await;
        let OpenedModels {
            models,
            mut consumers,
            rebuilds,
            proofs,
            copies,
            mut parked,
        } = ReadModels::open(&folder).await?;
        let convergence = Arc::new(Convergence::new(concerned(&consumers)));
        let (snapshots, keeper) = open_snapshots(&log, &folder).await;
        let bus = CommandBus::with_snapshots(log.clone(), snapshots.clone(), convergence.clone());
        let process = shared.open_process(&folder, bus.clone()).await?;
        consumers.push(process.consumer);
        parked.push(process.parked);
        check_parking(args, &consumers)?;
        for consumer in &mut consumers {
            let slot = board.add(consumer.name(), consumer.kind(), consumer.wanted());
            // Before anybody can ask. Where it cannot be read now, the runner asks until it can.
            if let Ok(checkpoint) = consumer.stands_at().await {
                slot.stands_at(checkpoint);
            }
        }
        copies.show(&board);
        let audit = Audit::new(log.clone(), board.clone());
        audit.reach(log.head().position).await?;
        shared.start().await?;
        let monitor = Monitor::new(board.clone(), log.clone(), convergence.clone(), &owner);
        let control = Control::new(
            board.clone(),
            log.clone(),
            audit.clone(),
            monitor.clone(),
            Lots::new(parked),
        );

        let groups = Groups::open(GroupParts {
            log: log.clone(),
            store: shared.open_groups(&folder).await?,
            board: board.clone(),
            audit: audit.clone(),
            leases: shared.leases(),
        })
        .await;
        let alerts = Alerts::new(monitor.clone(), convergence.clone(), budgets(args));
        let trends = Trends::open(&folder).await?;
        let traffic = Traffic::new(bus.clone(), stop.clone());
        let pages = Arc::new(AtomicU64::new(0));
        let pulse = PulseSource::start(PulseParts {
            log: log.clone(),
            monitor: monitor.clone(),
            convergence: convergence.clone(),
            environment: args.environment.clone(),
            pages: pages.clone(),
            traffic: traffic.watch(),
            alerts: alerts.clone(),
        })
        .await?;
        let convergences = Convergences::new(convergence.clone(), log.clone(), monitor.clone());
        let gateway = Gateway::new(GatewayParts {
            log: log.clone(),
            models: models.clone(),
            monitor: monitor.clone(),
            convergence: convergence.clone(),
            convergences: convergences.clone(),
            pulse: pulse.clone(),
            pages,
            stop: stop.clone(),
        });

        let tasks = TaskTracker::new();
        for consumer in consumers {
            let Some(slot) = board.slot(consumer.name()) else {
                continue;
            };
            let lease = shared.lease(&*consumer);
            let settings = RunnerSettings {
                on_poison: on_poison(args, consumer.name()),
                ..pace(lease.as_ref())
            };
            let runner = Runner::new(
                consumer,
                slot.clone(),
                log.clone(),
                convergence.clone(),
                settings,
            );
            tasks.spawn(runner.leased(lease).run(stop.clone()));
        }
        if let Some(keeper) = keeper {
            tasks.spawn(keeper.run(stop.clone()));
        }
        tasks.spawn(audit.clone().run(stop.clone()));
        tasks.spawn(close_resets(
            board.clone(),
            audit.clone(),
            owner.clone(),
            stop.clone(),
        ));
        tasks.spawn(follow_groups(
            board.clone(),
            convergence.clone(),
            stop.clone(),
        ));
        tasks.spawn(proofs.run(log.clone(), board.clone(), stop.clone()));
        tasks.spawn(copies.run(args.copy_every, log.clone(), board.clone(), stop.clone()));
        tasks.spawn(rebuilds.run(log.clone(), board.clone(), audit, owner, stop.clone()));
        tasks.spawn(monitor.clone().run(stop.clone()));
        tasks.spawn(alerts.clone().run(webhook(args, &stop)?, stop.clone()));
        tasks.spawn(trends.clone().run(monitor.clone(), stop.clone()));
        tasks.spawn(pulse.clone().run(stop.clone()));
        monitor.refresh().await?;

        let document = http::document();
        let app = App::new(Parts {
            log: log.clone(),
            bus,
            history: History::new(log.clone(), snapshots.clone()),
            models,
            monitor,
            alerts,
            trends,
            parked: ParkedHand::new(control.clone(), groups.clone()),
            control,
            groups,
            connections: Connections::new(stop.clone()),
            convergences,
            gateway,
            pulse,
            traffic,
            metrics,
            principal: Principal::local_admin(),
            hosts: args.hosts.clone().into(),
            max_body_bytes: usize::try_from(args.max_body_bytes).unwrap_or(usize::MAX),
            reference: Arc::new(document.reference()),
            document,
            site,
        });
        Ok(Running {
            app,
            log,
            snapshots,
            lock,
            shared,
            tasks,
            stop,
        })
    }

    /// Ends what runs: requests and pages first, then the makers of events, the consumers, and the log last.
    async fn finish(self, server: tokio::task::JoinHandle<std::io::Result<()>>) {
        debug_assert!(self.stop.is_cancelled());
        self.app.traffic.stop().await;
        self.app.groups.stopping();
        self.app.gateway.drained().await;
        self.app.connections.drained().await;
        self.app.groups.close().await;
        if let Err(error) = server.await {
            tracing::error!(error = %error, "the listener ended badly");
        }
        self.tasks.close();
        self.tasks.wait().await;
        self.shared.close().await;
        self.snapshots.close().await;
        self.log.close().await;
        drop(self.lock);
    }
}

/// What a consumer does with an event that it cannot handle.
fn on_poison(args: &ServeArgs, name: &str) -> OnPoison {
    match args.park.iter().any(|parking| parking == name) {
        true => OnPoison::Park,
        false => OnPoison::Pause,
    }
}

/// A name that is misspelt would leave a consumer with the policy that was not wanted.
fn check_parking(args: &ServeArgs, consumers: &[Box<dyn Consumer>]) -> Result<(), Failure> {
    let known: Vec<&str> = consumers.iter().map(|consumer| consumer.name()).collect();
    match args
        .park
        .iter()
        .find(|name| !known.contains(&name.as_str()))
    {
        None => Ok(()),
        Some(unknown) => Err(format!(
            "`--park {unknown}`: there is no such consumer of the server's own; there are {}",
            known.join(", ")
        )
        .into()),
    }
}

/// Who this run of this server is, to people and to other servers.
fn owner(args: &ServeArgs, address: SocketAddr) -> Result<Owner, Failure> {
    let url = match &args.advertise {
        Some(url) if url.scheme() != "http" => {
            return Err("`--advertise` must be an http address".into());
        }
        Some(url) => url.to_string(),
        None => format!("http://{address}"),
    };
    // Where the system does not tell its name, the rest tells enough.
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    Ok(Owner {
        name: format!("{}/{}/{address}", host.trim(), std::process::id()),
        address: url.trim_end_matches('/').to_owned(),
    })
}

fn budgets(args: &ServeArgs) -> Budgets {
    Budgets {
        age: Duration::from_millis(args.alert_age_ms),
        window: Duration::from_millis(args.alert_window_ms),
    }
}

fn webhook(args: &ServeArgs, stop: &CancellationToken) -> Result<Option<Webhook>, Failure> {
    let Some(url) = &args.alert_webhook else {
        return Ok(None);
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err("`--alert-webhook` must be an http or https address".into());
    }
    let webhook = Webhook::start(url.to_string(), args.environment.clone(), stop.clone());
    Ok(Some(webhook))
}

/// The snapshots beside a log. Without them all works, only slower, so that they are no reason not to start.
async fn open_snapshots(log: &SharedLog, folder: &Path) -> (Snapshots, Option<Keeper>) {
    match SqliteSnapshots::open(folder).await {
        Ok(store) => {
            let (snapshots, keeper) = Snapshots::new(log.clone(), Arc::new(store));
            (snapshots, Some(keeper))
        }
        Err(error) => {
            tracing::warn!(error = %error, "no snapshots are kept: long streams load slowly");
            (Snapshots::none(), None)
        }
    }
}

/// Which of the known event types concern each consumer; the process comes after the bus that it sends through, so it is
/// named here before it is there.
fn concerned(projections: &[Box<dyn Consumer>]) -> Vec<Concerned> {
    let known = |wanted: &Selection| {
        let types = CATALOGUE.iter().map(|known| known.name);
        let wants = |name: &&str| {
            wanted
                .types
                .as_ref()
                .is_none_or(|types| types.contains(*name))
        };
        types.filter(wants).collect()
    };
    let process = Concerned {
        name: fulfilment::NAME,
        kind: ConsumerKind::Process,
        types: fulfilment::WANTS.to_vec(),
    };
    let mut concerned = vec![process];
    for projection in projections {
        concerned.push(Concerned {
            name: projection.name(),
            kind: projection.kind(),
            types: known(&projection.wanted()),
        });
    }
    concerned
}

/// Waits for SIGTERM or SIGINT.
pub(super) async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    let mut terminated = match tokio::signal::unix::signal(
        tokio::signal::unix::SignalKind::terminate(),
    ) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::error!(error = %error, "SIGTERM cannot be heard; only SIGINT stops the server");
            let _ = interrupted.await;
            return;
        }
    };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}
