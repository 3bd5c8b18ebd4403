//! Pages of a launch: the form sent to the EHR, and the list of EHRs to start from.

use serde::Serialize;

use crate::web::Page;

/// Page that sends the browser to the EHR with a form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SendPage {
    /// Name of the EHR.
    pub ehr: String,
    /// Target URL of the form.
    pub action: String,
    /// Name and value of each hidden field.
    pub fields: Vec<(String, String)>,
}

/// Page that lists the EHRs for a standalone launch.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StartPage {
    /// Id and name of each EHR that permits a standalone launch.
    pub ehrs: Vec<(String, String)>,
}

impl Page for SendPage {
    const TEMPLATE: &'static str = "launch/send.html";

    fn samples() -> Vec<Self> {
        let fields = vec![("scope".to_owned(), "launch \"><script>".to_owned())];
        vec![Self {
            ehr: "Riverside".to_owned(),
            action: "https://ehr.example/authorize?a=b".to_owned(),
            fields,
        }]
    }
}

impl Page for StartPage {
    const TEMPLATE: &'static str = "launch/start.html";

    fn samples() -> Vec<Self> {
        let one = Self { ehrs: vec![("riverside".to_owned(), "Riverside <EMR>".to_owned())] };
        vec![Self::default(), one]
    }
}
