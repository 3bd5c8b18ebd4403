//! Resources that launches used, between two readings.

use std::time::Duration;

use crate::app::App;
use crate::ehr::Ehr;
use crate::process::Cpu;
use crate::run::Outcome;

/// Resource usage of the app so far.
pub struct Meter {
    cpu: Cpu,
    own_cpu: Cpu,
    requests: Vec<(&'static str, u64)>,
    counters: [Option<f64>; 4],
}

impl Meter {
    pub fn read(app: &App, ehr: &Ehr) -> Self {
        let counters = app.counters();
        Self {
            cpu: Cpu::read(&app.process()),
            own_cpu: Cpu::read("self"),
            requests: ehr.requests(),
            counters,
        }
    }

    /// Prints the usage between two readings, per launch.
    pub fn report(&self, after: &Self, outcome: &Outcome) {
        let launches = outcome.times.len() + outcome.failures.len();
        println!("  launches per second         {:8.1}", outcome.per_second());
        let [half, most, nearly_all] = [50, 95, 99].map(|percent| outcome.percentile(percent));
        println!("  p50, p95, p99               {half:8.2} {most:8.2} {nearly_all:8.2} ms");
        let each = |time: Duration| milliseconds(time) / ratio(launches, 1);
        println!("  app CPU per launch          {:8.3} ms", each(after.cpu.since(&self.cpu)));
        println!("  benchmark's own CPU         {:8.3} ms", each(after.own_cpu.since(&self.own_cpu)));
        let made = |(before, after): (&(&str, u64), &(&'static str, u64))| (after.0, after.1 - before.1);
        let made: Vec<(&str, u64)> = self.requests.iter().zip(&after.requests).map(made).collect();
        let all: u64 = made.iter().map(|(_, count)| count).sum();
        let kinds: Vec<String> =
            made.iter().filter(|(_, n)| *n > 0).map(|(kind, n)| format!("{n} {kind}")).collect();
        println!("  EHR requests per launch     {:8.3}    ({})", ratio(all, launches), kinds.join(", "));
        let [reads, writes, allocations, allocated] = between(self.counters, after.counters);
        let per_launch = |counted: f64| counted / ratio(launches, 1);
        for (name, counted) in [("database reads    ", reads), ("write transactions", writes)] {
            match counted {
                Some(counted) => println!("  {name} per launch {:8.3}", per_launch(counted)),
                None => println!("  {name} per launch   the app does not count them"),
            }
        }
        if let Some((count, bytes)) = allocations.zip(allocated) {
            let kibibytes = per_launch(bytes) / 1024.0;
            println!("  allocations per launch      {:8.0}    ({kibibytes:.0} KiB)", per_launch(count));
        }
    }
}

/// Differences of counters that are there at both ends.
pub fn between<const N: usize>(before: [Option<f64>; N], after: [Option<f64>; N]) -> [Option<f64>; N] {
    std::array::from_fn(|which| Some(after[which]? - before[which]?))
}

pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Quotient of counts that are far below 2^32.
pub fn ratio(count: impl TryInto<u32>, of: usize) -> f64 {
    let number = |count: Option<u32>| f64::from(count.expect("a count below four thousand million"));
    number(count.try_into().ok()) / number(u32::try_from(of).ok())
}
