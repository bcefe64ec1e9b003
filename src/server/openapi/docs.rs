//! What a person is told about one operation, beside what its types say.

use serde_json::{Value, json};

use crate::contract::ProblemKind;

/// A description. Every value in it is an example.
pub(in crate::server) struct Docs {
    pub(super) summary: &'static str,
    pub(super) about: &'static str,
    pub(super) parameters: Vec<(&'static str, Value)>,
    pub(super) meanings: Vec<(&'static str, &'static str)>,
    pub(super) bodies: Vec<BodyExample>,
    pub(super) answers: Vec<(u16, &'static str, Value)>,
    pub(super) problems: &'static [ProblemKind],
}

/// A body as it may be sent.
pub(super) struct BodyExample {
    pub what: &'static str,
    pub value: Value,
    /// Values of parameters that this body goes with.
    pub parameters: Value,
}

impl Docs {
    /// What the operation does, in a few words, and what there is to know about it.
    pub fn new(summary: &'static str, about: &'static str) -> Docs {
        Docs {
            summary,
            about,
            parameters: Vec::new(),
            meanings: Vec::new(),
            bodies: Vec::new(),
            answers: Vec::new(),
            problems: &[],
        }
    }

    /// A value for a parameter. Those in the path need one; of the others, those that have one are in the request that is
    /// shown.
    pub fn parameter(mut self, name: &'static str, value: impl Into<Value>) -> Docs {
        self.parameters.push((name, value.into()));
        self
    }

    /// What a parameter means, where its type does not say.
    pub fn means(mut self, name: &'static str, meaning: &'static str) -> Docs {
        self.meanings.push((name, meaning));
        self
    }

    /// A body that is taken as it stands, and what it is.
    pub fn body(mut self, what: &'static str, value: Value) -> Docs {
        self.bodies.push(BodyExample {
            what,
            value,
            parameters: Value::Null,
        });
        self
    }

    /// The same where the body goes with a value of a parameter that is not the one given for all.
    pub fn body_with(mut self, parameter: &'static str, what: &'static str, value: Value) -> Docs {
        self.bodies.push(BodyExample {
            what,
            value,
            parameters: json!({ parameter: what }),
        });
        self
    }

    /// An answer with its status, and what it is.
    pub fn answer(mut self, status: u16, what: &'static str, value: impl Into<Value>) -> Docs {
        self.answers.push((status, what, value.into()));
        self
    }

    /// What can go wrong, beside what the types and the guards say.
    pub fn problems(mut self, kinds: &'static [ProblemKind]) -> Docs {
        self.problems = kinds;
        self
    }
}
