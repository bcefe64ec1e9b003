//! The description of the API: all of it is there, and nothing that is not. Whether it is valid, and true, a validator that
//! is not ours says in `end2end/tests/openapi.spec.ts`.

use reqwest::Method;
use serde_json::Value;
use std::path::Path;

use crate::support::{Server, answer};

async fn document(server: &Server) -> Value {
    let request = server.api().raw(Method::GET, "/api/openapi.json");
    let (status, document) = answer(request.send().await.expect("an answer")).await;
    assert_eq!(status, 200);
    document
}

#[tokio::test]
async fn every_route_that_is_described_is_there_and_takes_its_methods_only() {
    let server = Server::start();
    let document = document(&server).await;
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 20, "{} paths", paths.len());
    for (path, methods) in paths {
        let methods = methods.as_object().expect("methods");
        for method in ["get", "post", "put", "delete", "patch"] {
            let named = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let request = server.api().raw(named, &path.replace(['{', '}'], ""));
            let (status, problem) = answer(request.send().await.expect("an answer")).await;
            let described = methods.contains_key(method);
            assert_eq!(described, status != 405, "{method} {path}: {problem}");
            let detail = problem["detail"].as_str().unwrap_or_default();
            assert!(
                !detail.starts_with("nothing is at"),
                "{method} {path}: {detail}"
            );
        }
    }
}

#[tokio::test]
async fn what_the_contract_names_is_described() {
    let server = Server::start();
    let document = document(&server).await;
    for (method, path) in [
        ("post", "/api/v1/streams/{stream}"),
        ("post", "/api/v1/append"),
        ("get", "/api/v1/streams/{stream}"),
        ("get", "/api/v1/streams"),
        ("get", "/api/v1/events"),
        ("get", "/api/v1/events/{id}"),
        ("get", "/api/v1/head"),
        ("post", "/api/v1/commands/{name}"),
        ("get", "/healthz"),
        ("get", "/readyz"),
        ("get", "/metrics"),
    ] {
        let operation = &document["paths"][path][method];
        assert!(operation.is_object(), "{method} {path}");
    }
    let append = &document["paths"]["/api/v1/streams/{stream}"]["post"];
    let conflicts = &append["responses"]["409"]["content"]["application/problem+json"]["examples"];
    for slug in ["expected-version-conflict", "event-id-reused"] {
        assert!(conflicts[slug].is_object(), "{conflicts}");
    }
    let limit = document["paths"]["/api/v1/events"]["get"]["parameters"]
        .as_array()
        .and_then(|all| all.iter().find(|parameter| parameter["name"] == "limit"))
        .expect("the limit");
    assert_eq!(
        (&limit["schema"]["minimum"], &limit["schema"]["maximum"]),
        (&1.into(), &1_000.into())
    );
}

/// Routes are laid with their description in `openapi/routes.rs`. Elsewhere only those are that no program calls: the pages,
/// their files and their live connection.
#[test]
fn no_route_is_laid_without_a_description() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server");
    let mut laid = Vec::new();
    let mut folders = vec![server.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("text");
            let file = path
                .strip_prefix(&server)
                .expect("inside")
                .display()
                .to_string();
            let count = [".route(", ".route_service(", ".nest_service("]
                .iter()
                .map(|call| text.matches(call).count())
                .sum::<usize>();
            if count > 0 {
                laid.push((file, count));
            }
        }
    }
    laid.sort();
    let laid: Vec<_> = laid.iter().map(|(file, count)| (&**file, *count)).collect();
    let allowed = [
        ("openapi/routes.rs", 1),
        ("pages.rs", 2),
        ("router.rs", 1),
        ("site/mod.rs", 2),
    ];
    assert_eq!(laid, allowed);
}
