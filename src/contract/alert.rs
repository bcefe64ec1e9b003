//! What an operator is to be told without looking.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

use super::Timestamp;

/// What is watched for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AlertRule {
    /// A consumer stopped at an event that it cannot handle, or shows no life.
    Stopped,
    /// A read model is not what the log says.
    Differs,
    /// A consumer does not move although there is work.
    Stalled,
    /// A consumer is further behind than it may be.
    AgeOverBudget,
    /// Events are set aside.
    Parked,
    /// Commands take longer to be seen everywhere than they may.
    WindowOverBudget,
}

impl AlertRule {
    /// Every rule, worst first.
    pub const ALL: [AlertRule; 6] = [
        AlertRule::Stopped,
        AlertRule::Differs,
        AlertRule::Stalled,
        AlertRule::AgeOverBudget,
        AlertRule::Parked,
        AlertRule::WindowOverBudget,
    ];

    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            AlertRule::Stopped => "stopped",
            AlertRule::Differs => "differs",
            AlertRule::Stalled => "stalled",
            AlertRule::AgeOverBudget => "age_over_budget",
            AlertRule::Parked => "parked",
            AlertRule::WindowOverBudget => "window_over_budget",
        }
    }
}

impl fmt::Display for AlertRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Alert {
    /// The rule.
    pub rule: AlertRule,
    /// The consumer that breaks it; `None` where it is about commands.
    pub consumer: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// What is wrong, with the numbers as they were when it was last looked at.
    pub detail: String,
}
