//! A listener behind TLS hears of every alert in its order, also where it fails at first; one that cannot be trusted hears nothing.

use highwater::contract::NackAction;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::{Member, PATIENCE, Server};

#[tokio::test]
async fn a_listener_behind_tls_hears_of_every_alert() {
    let mut listener = Listener::start().await;
    let server = Server::start_trusting(&listener.certificate, &["--alert-webhook", &listener.url]);
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 9).await;
    api.notes("note-1", 1).await;
    let given = ada.event().await;
    ada.nack(&given, NackAction::Park, "no such mailbox").await;
    let raised = listener.hears().await;
    assert_eq!(
        (&raised["status"], &raised["alert"]["rule"]),
        (&json!("raised"), &json!("parked"))
    );
    assert_eq!(raised["alert"]["consumer"], "mailer");
    let (status, said) = api
        .send(
            "/consumers/mailer/parked/discard",
            &json!({ "reason": "gone for good" }),
        )
        .await;
    assert_eq!(status, 200, "{said}");
    let cleared = listener.hears().await;
    assert_eq!(
        (&cleared["status"], &cleared["alert"]["rule"]),
        (&json!("cleared"), &json!("parked"))
    );
}

#[tokio::test]
async fn a_listener_that_cannot_be_trusted_hears_nothing() {
    let (mut trusted, mut other) = (Listener::start().await, Listener::start().await);
    let server = Server::start_trusting(&trusted.certificate, &["--alert-webhook", &other.url]);
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 9).await;
    api.notes("note-1", 1).await;
    let given = ada.event().await;
    ada.nack(&given, NackAction::Park, "no such mailbox").await;
    assert!(other.was_refused().await);
    assert!(trusted.notices.try_recv().is_err() && other.notices.try_recv().is_err());
}

/// A server of HTTP over TLS with a certificate of its own, which cannot answer the first request.
struct Listener {
    url: String,
    certificate: PathBuf,
    notices: mpsc::UnboundedReceiver<Value>,
    refusals: mpsc::UnboundedReceiver<()>,
    _folder: TempDir,
}

impl Listener {
    async fn start() -> Listener {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let folder = tempfile::tempdir().expect("a folder");
        let certificate = folder.path().join("certificate.pem");
        std::fs::write(&certificate, cert.pem()).expect("written");
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a configuration");
        let listener = TcpListener::bind("localhost:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (tell, notices) = mpsc::unbounded_channel();
        let (refuse, refusals) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            let mut fails = true;
            while let Ok((stream, _)) = listener.accept().await {
                match heard(&acceptor, stream, fails).await {
                    Some(notice) if !fails => drop(tell.send(notice)),
                    Some(_) => fails = false,
                    None => drop(refuse.send(())),
                }
            }
        });
        Listener {
            url: format!("https://localhost:{port}/alerts"),
            certificate,
            notices,
            refusals,
            _folder: folder,
        }
    }

    async fn hears(&mut self) -> Value {
        let heard = tokio::time::timeout(PATIENCE, self.notices.recv()).await;
        heard.expect("in time").expect("a notice")
    }

    async fn was_refused(&mut self) -> bool {
        let refused = tokio::time::timeout(PATIENCE, self.refusals.recv()).await;
        refused.is_ok()
    }
}

/// One request, answered with a failure or with thanks; none where the connection does not come about.
async fn heard(acceptor: &TlsAcceptor, stream: TcpStream, fails: bool) -> Option<Value> {
    let mut stream = acceptor.accept(stream).await.ok()?;
    let mut request = Vec::new();
    let body = loop {
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
        if let Some(body) = body_of(&request) {
            break body;
        }
    };
    let status = if fails {
        "503 Service Unavailable"
    } else {
        "204 No Content"
    };
    let answer = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()?;
    Some(body)
}

/// The JSON of a request, once it is all there.
fn body_of(request: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(request).ok()?;
    let (_, body) = text.split_once("\r\n\r\n")?;
    serde_json::from_str(body).ok()
}
