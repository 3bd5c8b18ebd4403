//! Arguments of the benchmark.

use std::time::Duration;

use url::Url;

/// Interval between launches at a steady rate.
pub const PACE: Duration = Duration::from_millis(20);

/// Sizes of a run, and the other apps in it.
pub struct Plan {
    /// Launches that are not measured.
    pub warm_up: u64,
    pub launches: u64,
    pub browsers: u64,
    pub paced: u32,
    /// Browsers whose stages are measured one by one.
    pub staged: u64,
    /// Rounds of a comparison, and launches of one app in each.
    pub rounds: u64,
    pub round: Round,
    /// Launches of another app that are not measured: a fresh runtime with a just-in-time compiler takes twice the time.
    pub foreign_warm_up: u64,
    pub against: Vec<Other>,
    pub floor: bool,
    /// Compares the app with itself, so that a short run needs no other app.
    pub itself: bool,
    /// Port of the EHR; 0 for a free one.
    pub ehr_port: u16,
    /// Time to wait for the other apps.
    pub wait: Duration,
}

/// Another app with `/launch`.
pub struct Other {
    pub url: Url,
    pub process: String,
    pub name: String,
}

const HELP: &str = "--launches N, --browsers N, --paced N, --stages N, --rounds N, --against URL,PID[,NAME], --floor, \
                    --ehr-port N, --wait, --smoke";

impl Plan {
    /// Parses the arguments; `--bench`, added by cargo, is ignored.
    pub fn read(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut plan = Self {
            warm_up: 200,
            launches: 1800,
            browsers: 16,
            paced: 1000,
            staged: 2000,
            rounds: 5,
            round: Round { saturated: 400, paced: 150 },
            foreign_warm_up: 2000,
            against: Vec::new(),
            floor: false,
            itself: false,
            ehr_port: 0,
            wait: Duration::ZERO,
        };
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(argument) = arguments.next() {
            let mut text = || arguments.next().ok_or(format!("{argument} needs a value"));
            let number = |text: String| {
                text.parse::<u32>().map_err(|_| format!("{argument} needs a number, not `{text}`"))
            };
            match argument.as_str() {
                "--smoke" => plan = plan.short(),
                "--launches" => plan.launches = number(text()?)?.into(),
                "--browsers" => plan.browsers = number(text()?)?.into(),
                "--paced" => plan.paced = number(text()?)?,
                "--stages" => plan.staged = number(text()?)?.into(),
                "--rounds" => plan.rounds = number(text()?)?.into(),
                "--against" => plan.against.push(Other::read(&text()?)?),
                "--floor" => plan.floor = true,
                "--ehr-port" => {
                    plan.ehr_port =
                        number(text()?)?.try_into().map_err(|_| "--ehr-port is above 65535".to_owned())?;
                }
                "--wait" => plan.wait = Duration::from_mins(2),
                _ => return Err(format!("unknown argument {argument}: {HELP}")),
            }
        }
        Ok(plan)
    }

    /// The shortest run in which every part of the benchmark is used.
    fn short(self) -> Self {
        Self {
            warm_up: 50,
            launches: 150,
            browsers: 8,
            paced: 50,
            staged: 40,
            rounds: 2,
            round: Round { saturated: 20, paced: 10 },
            foreign_warm_up: 20,
            floor: true,
            itself: true,
            ..self
        }
    }
}

/// Launches of one app in one round of a comparison.
pub struct Round {
    pub saturated: u64,
    pub paced: u32,
}

impl Other {
    fn read(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("--against {text}: {why}; expected URL,PID or URL,PID,NAME");
        let mut parts = text.splitn(3, ',');
        let url = parts.next().and_then(|url| Url::parse(url).ok()).filter(|url| url.scheme() == "http");
        let url = url.ok_or_else(|| wrong("the URL is not one of http"))?;
        let process = parts.next().filter(|process| process.parse::<u32>().is_ok());
        let process = process.ok_or_else(|| wrong("the process id is not a number"))?.to_owned();
        let name = parts.next().map_or_else(|| url.to_string(), str::to_owned);
        Ok(Self { url, process, name })
    }
}
