//! The machine that was measured on.

use serde::Serialize;
use std::fs;

#[derive(Serialize)]
pub struct Machine {
    processor: String,
    processors: usize,
    memory_gib: u64,
    kernel: String,
}

impl Machine {
    /// What the system tells; empty where it does not.
    pub fn this() -> Machine {
        let processor = field("/proc/cpuinfo", "model name").unwrap_or_default();
        let kilobytes = field("/proc/meminfo", "MemTotal")
            .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
            .unwrap_or(0);
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Machine {
            processor,
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            memory_gib: kilobytes / (1024 * 1024),
            kernel: kernel.trim().to_owned(),
        }
    }

    pub fn in_words(&self) -> String {
        format!(
            "{} processors ({}), {} GiB, Linux {}",
            self.processors, self.processor, self.memory_gib, self.kernel
        )
    }
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
