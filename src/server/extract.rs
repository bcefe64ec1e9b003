//! Reading requests strictly: what does not fit is named, and answered as a problem.

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::{header, request::Parts};
use serde::de::DeserializeOwned;

use super::state::App;
use crate::contract::{Problem, ProblemKind};
use crate::problems::ProblemResponse;
use crate::schema::from_json;

/// A JSON body.
pub(super) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ProblemResponse;

    async fn from_request(request: Request, app: &App) -> Result<Self, ProblemResponse> {
        let bytes = body_bytes(request, app.max_body_bytes).await?;
        let value =
            from_json(&bytes).map_err(|detail| Problem::new(ProblemKind::BadRequest, detail))?;
        Ok(Body(value))
    }
}

/// The bytes of a body that says it is JSON, or says nothing of its kind.
pub(super) async fn body_bytes(
    request: Request,
    limit: usize,
) -> Result<axum::body::Bytes, ProblemResponse> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .map(|kind| kind.to_str().unwrap_or(""));
    if kind.is_some_and(|kind| !is_json(kind)) {
        let detail = format!("`{}` is not JSON", kind.unwrap_or_default());
        return Err(Problem::new(ProblemKind::UnsupportedMediaType, detail).into());
    }
    to_bytes(request.into_body(), limit).await.map_err(|_| {
        let detail = format!("the body is larger than {limit} bytes, or did not arrive whole");
        Problem::new(ProblemKind::BodyTooLarge, detail)
            .with("limit_bytes", limit)
            .into()
    })
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The parameters behind the question mark.
pub(super) struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemResponse> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Params(params)),
            Err(error) => {
                let told = error.body_text();
                let detail = told.strip_prefix(QUERY_ERROR).unwrap_or(&told);
                Err(Problem::new(ProblemKind::BadRequest, detail).into())
            }
        }
    }
}

/// What axum says before it says which parameter is wrong, and how.
const QUERY_ERROR: &str = "Failed to deserialize query string: ";

/// What stands in the path.
pub(super) struct InPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemResponse> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(InPath(value)),
            Err(error) => Err(Problem::new(ProblemKind::BadRequest, error.body_text()).into()),
        }
    }
}
