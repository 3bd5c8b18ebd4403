//! `passerelle form preview`: a form while it is written, filled from the simulated EHR.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::{Args, ValueEnum};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::{App, errors::with_causes};
use crate::{
    demo_ehr::{self, DemoEhr},
    forms::{Library, Located},
    launch::{PreviewAccess, PreviewCharts, PreviewPatient},
    referral::{WatchedForm, WatchedState},
};

/// Interval at which the file is compared with what is shown.
const WATCH_INTERVAL: Duration = Duration::from_millis(500);
/// Clinician whose name fills previews.
const CLINICIAN: &str = "ngozi-okafor";

/// Arguments of `passerelle form preview`.
#[derive(Debug, Args)]
pub(super) struct PreviewArguments {
    /// Questionnaire as JSON
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Patient of the simulated EHR whose chart fills the form
    #[arg(long, default_value = "eleonore", value_name = "ID")]
    pub(super) patient: String,
    /// Language of the page
    #[arg(long, default_value = "en")]
    pub(super) lang: PageLanguage,
    /// Port of the app; 0 for a free one
    #[arg(long, default_value_t = 0)]
    pub(super) port: u16,
    /// Port of the simulated EHR; 0 for a free one
    #[arg(long, default_value_t = 0)]
    pub(super) ehr_port: u16,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PageLanguage {
    /// English
    En,
    /// French
    Fr,
}

impl PageLanguage {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }
}

/// Charts of the simulated EHR, for previews.
pub(super) struct DemoCharts {
    pub(super) ehr: Arc<DemoEhr>,
    /// Id of the EHR's registration.
    pub(super) ehr_id: &'static str,
    pub(super) client_id: &'static str,
}

impl PreviewCharts for DemoCharts {
    fn patients(&self) -> Vec<PreviewPatient> {
        self.ehr.patients().into_iter().map(|(id, name)| PreviewPatient { id, name }).collect()
    }

    fn access(&self, patient: &str) -> Option<PreviewAccess> {
        let access = self.ehr.open_chart(self.client_id, CLINICIAN, &demo_ehr::SCOPES, patient)?;
        Some(PreviewAccess {
            ehr_id: self.ehr_id.to_owned(),
            access_token: SecretString::from(access.access_token),
            scope: demo_ehr::SCOPES.join(" "),
            fhir_user: access.fhir_user,
            encounter: access.encounter,
        })
    }
}

/// Form whose file is watched, with the text that is shown.
pub(super) struct Watch {
    pub(super) form: Arc<WatchedForm>,
    file: PathBuf,
    shown: Option<Result<Vec<u8>, String>>,
}

impl Watch {
    pub(super) fn new(form: Arc<WatchedForm>, file: &Path) -> Self {
        Self { form, file: file.to_owned(), shown: None }
    }

    /// Shows the file as it is now, if it has changed. Launches begin with the last text that can be used.
    ///
    /// # Errors
    /// The error of the database.
    pub(super) async fn look(&mut self, app: &App) -> Result<(), String> {
        let read = tokio::fs::read(&self.file).await.map_err(|error| error.to_string());
        if self.shown.as_ref() == Some(&read) {
            return Ok(());
        }
        let is_first = self.shown.is_none();
        let forms = app.admin().forms;
        let text = read.clone().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let parsed = text.map_err(|error| {
            let source = std::io::Error::other(error);
            vec![Located::from(crate::forms::Error::File { file: self.file.clone(), source })]
        });
        let version = crate::random::id();
        let library = match parsed.and_then(|text| forms.parse(&text, &self.file)) {
            Ok(form) => {
                let library = Library::from_forms(vec![form]).map_err(with_causes)?;
                let form = library.shared().next().cloned();
                self.form.set(WatchedState { form, version, ..WatchedState::default() });
                Some(library)
            }
            Err(problems) => {
                let problems = problems.iter().map(Located::view).collect();
                self.form.set(WatchedState { form: None, problems, version });
                is_first.then(Library::default)
            }
        };
        if let Some(library) = library {
            forms.replace_base(app.ground(), &library).await.map_err(with_causes)?;
        }
        self.shown = Some(read);
        Ok(())
    }

    /// Shows the file whenever it changes, until `stop`.
    pub(super) async fn run(mut self, app: App, stop: CancellationToken) {
        while tokio::time::timeout(WATCH_INTERVAL, stop.cancelled()).await.is_err() {
            if let Err(error) = self.look(&app).await {
                tracing::error!(cause = error, "the form could not be shown");
            }
        }
    }
}
