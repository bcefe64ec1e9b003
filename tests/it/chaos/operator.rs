//! An operator who does anything at any time.

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::CONSUMERS;
use super::members::GROUPS;
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
        if chance.random_bool(0.3) {
            return self.act_on_a_group(chance).await;
        }
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

    /// Groups are paused, and what they parked is sent again: all of it, or up to some position.
    async fn act_on_a_group(&mut self, chance: &mut StdRng) {
        let group = GROUPS[chance.random_range(0..GROUPS.len())];
        let (act, mut body) = match chance.random_range(0..6) {
            0 => ("pause", json!({})),
            1..=3 => ("resume", json!({})),
            4 => ("parked/retry", json!({})),
            _ => (
                "parked/retry",
                json!({ "up_to": chance.random_range(1..2_000) }),
            ),
        };
        body["reason"] = json!("chance");
        self.acts += usize::from(self.ask(&format!("/consumers/{group}/{act}"), &body).await);
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
        for consumer in CONSUMERS.into_iter().chain(GROUPS) {
            let body = json!({ "reason": "the end" });
            let (status, row) = self
                .api
                .send(&format!("/consumers/{consumer}/resume"), &body)
                .await;
            assert_eq!(status, 200, "{row}");
        }
    }
}
