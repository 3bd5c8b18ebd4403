//! Several apps in one run, by turns: what changes on the machine meanwhile, changes for all of them.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::browser::Target;
use crate::meter::{milliseconds, ratio};
use crate::plan::{Other, PACE, Plan};
use crate::process::Cpu;
use crate::run::{self, Outcome};

/// App that takes part.
pub struct Contender {
    pub name: String,
    pub target: Arc<Target>,
    /// Id of its process.
    pub process: String,
}

/// Measurements of one contender, one CPU time per launch for each round.
#[derive(Default)]
struct Results {
    cpu: Vec<f64>,
    all: Outcome,
}

/// Waits until the other apps answer, at most until the time is over.
pub fn wait_for(others: &[Other], wait: Duration) -> Result<(), String> {
    let began = Instant::now();
    for other in others {
        while !answers(other) {
            if began.elapsed() >= wait {
                return Err(format!("{} does not answer at {}", other.name, other.url));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    Ok(())
}

/// Whether the app answers a launch that lacks its parameters, in any way.
fn answers(other: &Other) -> bool {
    let ask = || -> std::io::Result<bool> {
        let addresses = other.url.socket_addrs(|| None)?;
        let mut stream = TcpStream::connect(addresses.as_slice())?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let host = &other.url[url::Position::BeforeHost..url::Position::AfterPort];
        write!(stream, "GET /launch HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        Ok(&start == b"HTTP/")
    };
    ask().unwrap_or(false)
}

/// Launches in all apps by turns, saturated and then paced; prints the CPU time per launch of each, and that of the first as a
/// part of it. Returns the failures.
pub async fn compare(contenders: &[Contender], plan: &Plan) -> Vec<String> {
    let round = &plan.round;
    let mut failures = Vec::new();
    // The first is warm.
    for contender in &contenders[1..] {
        let outcome = run::saturated(&contender.target, plan.foreign_warm_up, plan.browsers).await;
        failures.extend(named(contender, outcome.failures));
    }
    println!(
        "\nby turns, {} rounds of {} launches, {} browsers at once",
        plan.rounds, round.saturated, plan.browsers
    );
    let mut results: Vec<Results> = contenders.iter().map(|_| Results::default()).collect();
    for _ in 0..plan.rounds {
        for (contender, results) in contenders.iter().zip(&mut results) {
            let before = Cpu::read(&contender.process);
            let outcome = run::saturated(&contender.target, round.saturated, plan.browsers).await;
            results.add(&Cpu::read(&contender.process), &before, outcome);
        }
    }
    report(contenders, &results);
    failures.extend(failed(contenders, results));

    println!(
        "\nby turns, {} rounds of {} launches at {:.0} per second",
        plan.rounds,
        round.paced,
        1.0 / PACE.as_secs_f64()
    );
    let mut results: Vec<Results> = contenders.iter().map(|_| Results::default()).collect();
    for _ in 0..plan.rounds {
        for (contender, results) in contenders.iter().zip(&mut results) {
            let before = Cpu::read(&contender.process);
            let outcome = run::paced(&contender.target, round.paced, PACE).await;
            results.add(&Cpu::read(&contender.process), &before, outcome);
        }
    }
    report(contenders, &results);
    failures.extend(failed(contenders, results));
    failures
}

impl Results {
    fn add(&mut self, after: &Cpu, before: &Cpu, outcome: Outcome) {
        let launches = outcome.times.len() + outcome.failures.len();
        self.cpu.push(milliseconds(after.since(before)) / ratio(launches, 1));
        self.all.add(outcome);
    }
}

fn report(contenders: &[Contender], results: &[Results]) {
    println!(
        "  {:<24} CPU ms per launch (least to most)  launches per second   p50 ms   p99 ms  {} / it",
        "", contenders[0].name
    );
    for (contender, of_it) in contenders.iter().zip(results) {
        if !of_it.all.failures.is_empty() {
            println!("  {:<24} {} launches failed", contender.name, of_it.all.failures.len());
            continue;
        }
        let parts = results[0].cpu.iter().zip(&of_it.cpu).map(|(ours, theirs)| ours / theirs).collect();
        let cpu = sorted(of_it.cpu.clone());
        println!(
            "  {:<24} {:17.3} ({:5.3} to {:5.3}) {:20.1} {:8.2} {:8.2} {:>15.2}",
            contender.name,
            cpu[cpu.len() / 2],
            cpu[0],
            cpu[cpu.len() - 1],
            of_it.all.per_second(),
            of_it.all.percentile(50),
            of_it.all.percentile(99),
            median(parts),
        );
    }
}

fn failed(contenders: &[Contender], results: Vec<Results>) -> Vec<String> {
    let of_one = |(contender, results): (&Contender, Results)| named(contender, results.all.failures);
    contenders.iter().zip(results).flat_map(of_one).collect()
}

fn named(contender: &Contender, failures: Vec<String>) -> Vec<String> {
    failures.into_iter().map(|why| format!("{}: {why}", contender.name)).collect()
}

fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers
}

fn median(numbers: Vec<f64>) -> f64 {
    let numbers = sorted(numbers);
    numbers[numbers.len() / 2]
}
