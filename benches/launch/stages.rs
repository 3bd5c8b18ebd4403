//! Each stage of a launch alone: all browsers perform it before any of them performs the next.

use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;

use crate::app::App;
use crate::browser::{Browser, Stage, Target};
use crate::meter::{between, milliseconds, ratio};
use crate::process::{self, Cpu};
use crate::wal::Wal;

/// Responses between two looks at the write-ahead log, which must be fewer than fill it.
const RESPONSES_PER_LOOK: usize = 8;

/// Browsers of a measurement, and what is read beside them.
pub struct Stages<'a> {
    pub target: &'a Arc<Target>,
    pub app: &'a App,
    pub wal: Wal,
    pub browsers: u64,
    pub at_once: u64,
}

/// Usage of the app so far.
struct Reading {
    counters: [Option<f64>; 4],
    written: Option<f64>,
    pages: u64,
    database_bytes: u64,
    received: usize,
    cpu: Cpu,
}

impl Stages<'_> {
    /// Measures the stages, prints a table, and returns the failures.
    pub async fn measure(self) -> Vec<String> {
        println!(
            "\neach stage alone, {} browsers, {} at once, for each of them",
            self.browsers, self.at_once
        );
        println!(
            "            CPU ms  kernel   reads  writes  WAL pages  KiB kept  KiB to disk  KiB sent  allocations  KiB allocated"
        );
        let mut browsers: Vec<Browser> = (0..self.browsers).map(|_| self.target.browser()).collect();
        let (wal, mut failures) = (Arc::new(Mutex::new(self.wal)), Vec::new());
        let process = self.app.process();
        let read = |browsers: &[Browser]| {
            let mut wal = wal.lock().expect("no holder panics");
            Reading {
                counters: self.app.counters(),
                written: process::written(&process),
                pages: wal.count(),
                database_bytes: wal.database_bytes(),
                received: browsers.iter().map(|browser| browser.received).sum(),
                cpu: Cpu::read(&process),
            }
        };
        for stage in Stage::ALL {
            let before = read(&browsers);
            let performed = perform(browsers, stage, self.at_once, &wal).await;
            failures.extend(performed.1);
            browsers = performed.0;
            report(stage, &before, &read(&browsers), browsers.len());
        }
        failures
    }
}

/// Performs a stage in all browsers. Returns those that succeeded, and the failures of the others.
async fn perform(
    browsers: Vec<Browser>,
    stage: Stage,
    at_once: u64,
    wal: &Arc<Mutex<Wal>>,
) -> (Vec<Browser>, Vec<String>) {
    let waiting = Arc::new(Mutex::new(browsers));
    let mut tasks = JoinSet::new();
    for _ in 0..at_once {
        let (waiting, wal) = (waiting.clone(), wal.clone());
        tasks.spawn(async move {
            let (mut done, mut failures) = (Vec::new(), Vec::new());
            loop {
                let next = waiting.lock().expect("no holder panics").pop();
                let Some(mut browser) = next else {
                    return (done, failures);
                };
                match browser.perform(stage).await {
                    Ok(()) => done.push(browser),
                    Err(why) => failures.push(why),
                }
                if done.len() % RESPONSES_PER_LOOK == 0 {
                    wal.lock().expect("no holder panics").count();
                }
            }
        });
    }
    let (mut done, mut failures) = (Vec::new(), Vec::new());
    while let Some(result) = tasks.join_next().await {
        let of_task = result.expect("a browser does not panic");
        done.extend(of_task.0);
        failures.extend(of_task.1);
    }
    (done, failures)
}

fn report(stage: Stage, before: &Reading, after: &Reading, browsers: usize) {
    let browsers = ratio(browsers, 1);
    let each = |number: f64| number / browsers;
    let shown = |number: Option<f64>, digits: usize| match number {
        Some(number) => format!("{:.digits$}", each(number)),
        None => "-".to_owned(),
    };
    let [reads, writes, allocations, allocated] = between(before.counters, after.counters);
    let [written] = between([before.written], [after.written]);
    let kibibytes = |number: Option<f64>| number.map(|number| number / 1024.0);
    let kept = after.database_bytes.saturating_sub(before.database_bytes);
    println!(
        "  {:<9} {:7.3} {:7.3} {:>7} {:>7} {:>10} {:>9} {:>12} {:>9} {:>12} {:>14}",
        stage.name(),
        each(milliseconds(after.cpu.since(&before.cpu))),
        each(milliseconds(after.cpu.kernel_since(&before.cpu))),
        shown(reads, 3),
        shown(writes, 3),
        shown(Some(ratio(after.pages - before.pages, 1)), 2),
        shown(Some(ratio(kept / 1024, 1)), 2),
        shown(kibibytes(written), 1),
        shown(kibibytes(Some(ratio(after.received - before.received, 1))), 1),
        shown(allocations, 0),
        shown(kibibytes(allocated), 1),
    );
}
