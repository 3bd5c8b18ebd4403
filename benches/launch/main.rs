//! Launch benchmark: the release app on SQLite, a fast EHR, and many browsers that launch, return and get their
//! filled form. Every final page must show its own patient and no other, or the run fails.
//!
//! `cargo bench --bench launch`, with `-- --launches N` (saturated launches, warm-up not counted), `--browsers N`
//! (concurrent), `--paced N` (launches at 50 per second), or `--smoke` for a short run. `PASSERELLE_BENCH_APP` names
//! another binary.

mod app;
mod browser;
mod ehr;
mod http;
mod run;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{App, Folder, cpu_of};
use browser::Target;
use ehr::Ehr;
use run::Outcome;

const PACE: Duration = Duration::from_millis(20);

struct Plan {
    warm_up: u64,
    launches: u64,
    browsers: u64,
    paced: u32,
}

impl Plan {
    /// Parses the arguments; `--bench`, added by cargo, is ignored.
    fn read(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut plan = Self { warm_up: 200, launches: 1800, browsers: 16, paced: 1000 };
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(argument) = arguments.next() {
            let mut number = || {
                arguments
                    .next()
                    .and_then(|n| n.parse::<u32>().ok())
                    .ok_or(format!("{argument} needs a number"))
            };
            match argument.as_str() {
                "--smoke" => plan = Self { warm_up: 50, launches: 300, browsers: 8, paced: 100 },
                "--launches" => plan.launches = number()?.into(),
                "--browsers" => plan.browsers = number()?.into(),
                "--paced" => plan.paced = number()?,
                _ => {
                    return Err(format!(
                        "unknown argument {argument}: --launches N, --browsers N, --paced N, --smoke"
                    ));
                }
            }
        }
        Ok(plan)
    }
}

fn main() -> ExitCode {
    let plan = match Plan::read(std::env::args().skip(1)) {
        Ok(plan) => plan,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let failures = runtime.block_on(measure(&plan));
    for failure in failures.iter().take(5) {
        eprintln!("FAILED {failure}");
    }
    println!("{} launches ended on the wrong page or none", failures.len());
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure(plan: &Plan) -> Vec<String> {
    let program = std::env::var_os("PASSERELLE_BENCH_APP").map(PathBuf::from);
    let program = program.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_passerelle")));
    let ehr = Ehr::start();
    let folder = Folder::prepare(program, &ehr);
    println!("fsync of 4 KiB on this disk   {:8.2} ms (p50 of 100)", sync_time(&folder.path));
    let app = App::start(&folder);
    println!("ready after                   {:8.1} ms", milliseconds(app.ready_after));
    std::thread::sleep(Duration::from_millis(500));
    println!("resident, idle                {:8.1} MiB", app.memory().0);

    let public_url = folder.public_url().parse().expect("the app's own address");
    let target = Arc::new(Target::new(public_url, ehr));
    let mut failures = run::saturated(&target, plan.warm_up, plan.browsers).await.failures;

    println!(
        "\nsaturated, {} browsers at once, {} launches after {} to warm up",
        plan.browsers, plan.launches, plan.warm_up
    );
    let before = Meter::read(&app, &target.ehr);
    let outcome = run::saturated(&target, plan.launches, plan.browsers).await;
    before.report(&Meter::read(&app, &target.ehr), &outcome);
    failures.extend(outcome.failures);
    let (resident, most) = app.memory();
    println!(
        "  resident after {} launches {resident:8.1} MiB (at most {most:.1})",
        plan.warm_up + plan.launches
    );

    println!("\npaced, {} launches at {:.0} per second", plan.paced, 1.0 / PACE.as_secs_f64());
    let before = Meter::read(&app, &target.ehr);
    let outcome = run::paced(&target, plan.paced, PACE).await;
    before.report(&Meter::read(&app, &target.ehr), &outcome);
    failures.extend(outcome.failures);

    failures.extend(target.ehr.refused().into_iter().map(|why| format!("refused by the EHR: {why}")));
    if !failures.is_empty() {
        eprintln!("end of the app's log:\n{}", folder.log_end());
    }
    // Kept-alive connections would delay the stop of the app.
    drop(target);
    println!("\nstopped after                 {:8.1} ms", milliseconds(app.stop()));
    failures
}

/// Resource usage of the app so far.
struct Meter {
    cpu: Duration,
    own_cpu: Duration,
    requests: Vec<(&'static str, u64)>,
    database: [Option<f64>; 2],
}

impl Meter {
    fn read(app: &App, ehr: &Ehr) -> Self {
        Self {
            cpu: app.cpu(),
            own_cpu: cpu_of("self"),
            requests: ehr.requests(),
            database: app.database_use(),
        }
    }

    /// Prints the usage between two readings, per launch.
    fn report(&self, after: &Self, outcome: &Outcome) {
        let launches = outcome.times.len() + outcome.failures.len();
        println!("  launches per second         {:8.1}", outcome.per_second());
        let [half, most, nearly_all] = [50, 95, 99].map(|percent| outcome.percentile(percent));
        println!("  p50, p95, p99               {half:8.2} {most:8.2} {nearly_all:8.2} ms");
        let each = |before: Duration, after: Duration| {
            milliseconds(after.saturating_sub(before)) / ratio(launches, 1)
        };
        println!("  app CPU per launch          {:8.3} ms", each(self.cpu, after.cpu));
        println!("  benchmark's own CPU         {:8.3} ms", each(self.own_cpu, after.own_cpu));
        let made = |(before, after): (&(&str, u64), &(&'static str, u64))| (after.0, after.1 - before.1);
        let made: Vec<(&str, u64)> = self.requests.iter().zip(&after.requests).map(made).collect();
        let all: u64 = made.iter().map(|(_, count)| count).sum();
        let kinds: Vec<String> =
            made.iter().filter(|(_, n)| *n > 0).map(|(kind, n)| format!("{n} {kind}")).collect();
        println!("  EHR requests per launch     {:8.3}    ({})", ratio(all, launches), kinds.join(", "));
        let names = ["database reads per launch    ", "write transactions per launch"];
        for (name, (before, after)) in names.iter().zip(self.database.into_iter().zip(after.database)) {
            match before.zip(after) {
                Some((before, after)) => println!("  {name} {:6.3}", (after - before) / ratio(launches, 1)),
                None => println!("  {name}   the app does not count them"),
            }
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Quotient of counts that are far below 2^52.
fn ratio(count: impl TryInto<u32>, of: usize) -> f64 {
    let number = |count: Option<u32>| f64::from(count.expect("a count below four thousand million"));
    number(count.try_into().ok()) / number(u32::try_from(of).ok())
}

/// Median time of a synced write on this disk.
fn sync_time(folder: &Path) -> f64 {
    let mut file = std::fs::File::create(folder.join("sync")).expect("a temporary file");
    let mut once = || {
        let began = Instant::now();
        file.write_all(&[0; 4096]).and_then(|()| file.sync_data()).expect("a temporary file can be written");
        began.elapsed()
    };
    let mut times: Vec<Duration> = (0..100).map(|_| once()).collect();
    times.sort_unstable();
    milliseconds(times[50])
}
