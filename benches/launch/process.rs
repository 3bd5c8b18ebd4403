//! Resources that a process used, as the kernel reports them.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

/// CPU time of a process so far, for each of its threads.
///
/// `/proc/PID/stat` counts ticks of 10 ms, too coarse for a stage of some hundredths of a millisecond; the scheduler counts each
/// thread in nanoseconds.
#[derive(Default)]
pub struct Cpu {
    threads: HashMap<String, u64>,
    kernel: Duration,
}

impl Cpu {
    /// Reads the time of the process with this id, or of this one by `self`.
    pub fn read(process: &str) -> Self {
        let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("the process is running");
        let mut threads = HashMap::new();
        for task in tasks.flatten() {
            // A thread may end between the two calls.
            let Ok(line) = fs::read_to_string(task.path().join("schedstat")) else {
                continue;
            };
            let run = line.split(' ').next().and_then(|run| run.parse().ok()).expect("the scheduler counts");
            threads.insert(task.file_name().to_string_lossy().into_owned(), run);
        }
        Self { threads, kernel: kernel_time(process) }
    }

    /// Time since an earlier reading. A thread that ended in between is not counted.
    pub fn since(&self, before: &Self) -> Duration {
        let of_thread = |(thread, run): (&String, &u64)| {
            run.saturating_sub(before.threads.get(thread).copied().unwrap_or_default())
        };
        Duration::from_nanos(self.threads.iter().map(of_thread).sum())
    }

    /// Time in the kernel since an earlier reading, in ticks of 10 ms.
    pub fn kernel_since(&self, before: &Self) -> Duration {
        self.kernel.saturating_sub(before.kernel)
    }
}

fn kernel_time(process: &str) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("the process is running");
    // The program name may contain spaces; the fields after it do not.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: u64 = fields[12].parse().expect("a number of ticks");
    Duration::from_millis(ticks * 10)
}

/// Resident memory of a process in MiB: current and peak.
pub fn memory(process: &str) -> (f64, f64) {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process is running");
    let mebibytes = |name| named(&status, name).map_or(f64::NAN, |kibibytes| kibibytes / 1024.0);
    (mebibytes("VmRSS:"), mebibytes("VmHWM:"))
}

/// Bytes that a process caused to be written to the disk, in pages of the file cache; `None` where the kernel does not count them.
pub fn written(process: &str) -> Option<f64> {
    named(&fs::read_to_string(format!("/proc/{process}/io")).ok()?, "write_bytes:")
}

fn named(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
