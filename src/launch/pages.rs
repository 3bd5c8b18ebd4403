use serde::Serialize;

use crate::web::Page;

/// Sends the browser on to the EHR with a form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SendPage {
    /// Name of the EHR.
    pub ehr: String,
    /// Where the form goes.
    pub action: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
}

/// Asks from which EHR to start.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StartPage {
    /// Id and name of each EHR one may start from.
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
