//! Launch benchmark: the release app on SQLite, a fast EHR, and many browsers that launch, return and get their
//! filled form. Every final page must show its own patient and no other, or the run fails.
//!
//! `cargo bench --bench launch`, with `-- --launches N` (saturated launches, warm-up not counted), `--browsers N`
//! (concurrent), `--paced N` (launches at 50 per second), `--stages N` (browsers whose stages are measured one by one), or
//! `--smoke` for a short run of all that follows. `PASSERELLE_BENCH_APP` names another binary.
//!
//! `--floor` compares with an app that does only what a launch cannot avoid, `--against URL,PID[,NAME]` with any other app
//! that has `/launch`, in `--rounds N` by turns. Another app knows the EHR before it starts: `--ehr-port N` fixes its
//! address, and `--wait` waits for the app.

mod app;
mod browser;
mod compare;
mod ehr;
mod floor;
mod http;
mod meter;
mod plan;
mod process;
mod run;
mod stages;
mod wal;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{App, Folder};
use browser::Target;
use compare::Contender;
use ehr::{CLIENT_ID, CLIENT_SECRET, Ehr};
use floor::Floor;
use meter::{Meter, milliseconds};
use plan::{PACE, Plan};
use stages::Stages;
use url::Url;
use wal::Wal;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if(|argument| argument == floor::ARGUMENT).is_some() {
        return floor::serve(arguments);
    }
    let ready = Plan::read(arguments).and_then(|plan| {
        let ehr = Ehr::start(plan.ehr_port);
        if !plan.against.is_empty() {
            let base = ehr.fhir_base_url();
            println!("EHR {base}, client {CLIENT_ID}, secret {CLIENT_SECRET}, id_token ES256");
        }
        compare::wait_for(&plan.against, plan.wait)?;
        Ok((plan, ehr))
    });
    let (plan, ehr) = match ready {
        Ok(ready) => ready,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let failures = runtime.block_on(measure(&plan, ehr));
    for failure in failures.iter().take(5) {
        eprintln!("FAILED {failure}");
    }
    println!("{} launches ended on the wrong page or none", failures.len());
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure(plan: &Plan, ehr: Arc<Ehr>) -> Vec<String> {
    let program = std::env::var_os("PASSERELLE_BENCH_APP").map(PathBuf::from);
    let program = program.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_passerelle")));
    let folder = Folder::prepare(program, &ehr);
    println!("fsync of 4 KiB on this disk   {:8.2} ms (p50 of 100)", sync_time(&folder.path));
    let app = App::start(&folder);
    println!("ready after                   {:8.1} ms", milliseconds(app.ready_after));
    std::thread::sleep(Duration::from_millis(500));
    println!("resident, idle                {:8.1} MiB", process::memory(&app.process()).0);

    let public_url: Url = folder.public_url().parse().expect("the app's own address");
    let target = Arc::new(Target::new(public_url, ehr, 0));
    let mut failures = run::saturated(&target, plan.warm_up, plan.browsers).await.failures;
    failures.extend(launch(plan, &app, &target).await);
    let (wal, browsers, at_once) = (Wal::open(&folder.database()), plan.staged, plan.browsers);
    failures.extend(Stages { target: &target, app: &app, wal, browsers, at_once }.measure().await);
    failures.extend(compare_all(plan, &app, &folder, &target).await);

    failures.extend(target.ehr.refused().into_iter().map(|why| format!("refused by the EHR: {why}")));
    if !failures.is_empty() {
        eprintln!("end of the app's log:\n{}", folder.log_end());
    }
    // Kept-alive connections would delay the stop of the app.
    drop(target);
    println!("\nstopped after                 {:8.1} ms", milliseconds(app.stop()));
    failures
}

/// Measures whole launches, saturated and paced.
async fn launch(plan: &Plan, app: &App, target: &Arc<Target>) -> Vec<String> {
    println!(
        "\nsaturated, {} browsers at once, {} launches after {} to warm up",
        plan.browsers, plan.launches, plan.warm_up
    );
    let before = Meter::read(app, &target.ehr);
    let outcome = run::saturated(target, plan.launches, plan.browsers).await;
    before.report(&Meter::read(app, &target.ehr), &outcome);
    let mut failures = outcome.failures;
    let (resident, most) = process::memory(&app.process());
    println!(
        "  resident after {} launches {resident:8.1} MiB (at most {most:.1})",
        plan.warm_up + plan.launches
    );

    println!("\npaced, {} launches at {:.0} per second", plan.paced, 1.0 / PACE.as_secs_f64());
    let before = Meter::read(app, &target.ehr);
    let outcome = run::paced(target, plan.paced, PACE).await;
    before.report(&Meter::read(app, &target.ehr), &outcome);
    failures.extend(outcome.failures);
    failures
}

/// Compares the app with the floor and with other apps, as far as asked for.
async fn compare_all(plan: &Plan, app: &App, folder: &Folder, target: &Arc<Target>) -> Vec<String> {
    let ehr = &target.ehr;
    let mut contenders =
        vec![Contender { name: "passerelle".to_owned(), target: target.clone(), process: app.process() }];
    let floor = plan.floor.then(|| Floor::start(ehr, target.page_bytes(), &folder.path));
    if let Some(floor) = &floor {
        let target = Arc::new(Target::new(floor.url.clone(), ehr.clone(), 1));
        contenders.push(Contender { name: "floor".to_owned(), target, process: floor.process() });
    }
    let mut add = |url: &Url, process: &str, name: &str| {
        let number = 1 + u64::try_from(contenders.len()).expect("a few apps");
        let target = Arc::new(Target::of_another_app(url.clone(), ehr.clone(), number));
        contenders.push(Contender { name: name.to_owned(), target, process: process.to_owned() });
    };
    if plan.itself {
        add(&target.app, &app.process(), "itself");
    }
    plan.against.iter().for_each(|other| add(&other.url, &other.process, &other.name));
    match contenders.len() {
        1 => Vec::new(),
        _ => compare::compare(&contenders, plan).await,
    }
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
