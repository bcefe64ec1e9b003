//! The API as the page shows it: made from the OpenAPI document, with nothing left to look up.

use serde::{Deserialize, Serialize};

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiReference {
    /// What holds for every operation.
    pub about: String,
    /// The server's version.
    pub version: String,
    /// Where the server was asked, such as `http://127.0.0.1:3000`; requests that are shown go there.
    pub base: String,
    /// The operations, in sections.
    pub sections: Vec<ApiSection>,
    /// The problems that every operation may answer with.
    pub always: Vec<ApiProblem>,
}

/// Operations that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiSection {
    /// Its name.
    pub name: String,
    /// What they are for.
    pub about: String,
    /// The operations.
    pub operations: Vec<ApiOperation>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiOperation {
    /// Its name in the document, and its anchor on the page.
    pub id: String,
    /// `GET`, `POST`.
    pub method: String,
    /// Its path, with names between braces.
    pub path: String,
    /// What it does, in a few words.
    pub summary: String,
    /// What there is to know about it.
    pub about: String,
    /// The role that it needs.
    pub role: String,
    /// What it takes beside a body.
    pub parameters: Vec<ApiField>,
    /// The bodies that it takes.
    pub bodies: Vec<ApiShape>,
    /// Requests as they may be sent.
    pub requests: Vec<ApiRequest>,
    /// Its answers.
    pub answers: Vec<ApiAnswer>,
    /// What can go wrong, beside what always can.
    pub problems: Vec<ApiProblem>,
}

/// A field of a body or an answer, or a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiField {
    /// Its name, with the way to it: `events[].data`.
    pub name: String,
    /// Where it stands, for a parameter: `path`, `query`, `header`.
    pub place: Option<String>,
    /// What it may be, in words.
    pub kind: String,
    /// Whether it must be there, or always is.
    pub required: bool,
    /// What it means.
    pub about: String,
}

/// The fields of a body or an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiShape {
    /// The name of the schema.
    pub name: String,
    /// What it is.
    pub about: String,
    /// Its fields.
    pub fields: Vec<ApiField>,
}

/// A request that is taken as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiRequest {
    /// What it asks.
    pub what: String,
    /// The path with everything filled in.
    pub path: String,
    /// Its headers, beside the one that says JSON.
    pub headers: Vec<String>,
    /// Its body.
    pub body: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiAnswer {
    /// Its status.
    pub status: String,
    /// When it is given.
    pub about: String,
    /// What is in it.
    pub shape: Option<ApiShape>,
    /// Examples: what each is, and the text.
    pub examples: Vec<(String, String)>,
}

/// A kind of problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiProblem {
    /// Its status.
    pub status: String,
    /// The last part of its `type`.
    pub slug: String,
    /// What it is.
    pub title: String,
    /// How it may look.
    pub example: String,
}

impl ApiRequest {
    /// The request for a shell.
    #[must_use]
    pub fn curl(&self, base: &str) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
        let mut line = format!("curl {}", quoted(&format!("{base}{}", self.path)));
        for header in &self.headers {
            line += &format!(" \\\n  -H {}", quoted(header));
        }
        if let Some(body) = &self.body {
            line += " \\\n  -H 'Content-Type: application/json'";
            line += &format!(" \\\n  -d {}", quoted(body));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::ApiRequest;

    #[test]
    fn a_shell_reads_the_request_as_it_is() {
        let request = ApiRequest {
            what: String::new(),
            path: "/a?b=c&d=e".to_owned(),
            headers: vec!["X: y".to_owned()],
            body: Some(r#"{"it":"it's"}"#.to_owned()),
        };
        let line = request.curl("http://h");
        assert_eq!(
            line,
            "curl 'http://h/a?b=c&d=e' \\\n  -H 'X: y' \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"it\":\"it'\\''s\"}'"
        );
    }
}
