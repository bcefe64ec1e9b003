//! An operator who does anything at any time.

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::CONSUMERS;
use super::watcher::Watcher;
use crate::support::Api;

pub struct Operator {
    api: Api,
    acts: usize,
}

impl Operator {
    pub fn new(api: Api) -> Operator {
        Operator { api, acts: 0 }
    }

    /// How many acts were taken.
    pub fn acts(&self) -> usize {
        self.acts
    }

    /// Does something to some consumer. The server may refuse it, and may die over it.
    pub async fn act(&mut self, chance: &mut StdRng, watcher: &mut Watcher) {
        let consumer = CONSUMERS[chance.random_range(0..CONSUMERS.len())];
        let (act, body) = match chance.random_range(0..12) {
            0 | 1 => ("pause", json!({})),
            2..=5 => ("resume", json!({})),
            6 => ("reset", json!({ "to": "start" })),
            7 => ("reset", json!({ "to": chance.random_range(1..200) })),
            8 | 9 => ("rebuild", json!({})),
            10 => ("switch-back", json!({})),
            _ => ("forget-previous", json!({})),
        };
        if matches!(act, "reset" | "switch-back") {
            watcher.may_go_back(consumer);
        }
        let mut body = body;
        body["reason"] = json!("chance");
        self.acts += usize::from(
            self.ask(&format!("/consumers/{consumer}/{act}"), &body)
                .await,
        );
    }

    /// Whether the server took it.
    async fn ask(&self, path: &str, body: &Value) -> bool {
        let Ok(answer) = self.api.post(path).json(body).send().await else {
            return false;
        };
        let status = answer.status().as_u16();
        let expected = [200, 202, 400, 409, 503].contains(&status);
        assert!(
            expected,
            "{path} {body}: {status} {:?}",
            answer.text().await
        );
        status < 300
    }

    /// Lets every consumer go on that was paused.
    pub async fn let_all_go_on(&self) {
        for consumer in CONSUMERS {
            let body = json!({ "reason": "the end" });
            let (status, row) = self
                .api
                .send(&format!("/consumers/{consumer}/resume"), &body)
                .await;
            assert_eq!(status, 200, "{row}");
        }
    }
}
