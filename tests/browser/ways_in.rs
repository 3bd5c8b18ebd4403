//! Tests of launches that begin with a form: posted authorization requests and standalone launches.

use anyhow::Result;
use passerelle::testing::webdriver::Options;

use crate::demo::{Demo, ELEONORE};
use crate::person::{Person, contains_all};
use crate::waiting::wait_until;

/// AUT-10, C22: a posted request opens the chart, by the script that submits it and by the button.
#[tokio::test]
async fn opens_the_chart_by_a_posted_request() -> Result<()> {
    let demo = Demo::start().await?;
    demo.administer(&["ehr", "set", "riverside", "authorize_by=post", "standalone=true"])?;
    for scripts in [true, false] {
        let options = if scripts { Options::default() } else { Options::default().without_javascript() };
        let person = Person::sits_down(&options).await?;
        // An offered EHR shows that the app has loaded both settings.
        offered(&person, &demo).await?;
        person.launches(&demo, ELEONORE).await?;
        if !scripts {
            person.pictures("posted").await?;
            person.find("form[action*=authorize] button").await?.click().await?;
        }
        person.wait_for("#referral").await?;
        contains_all(&person.reads(".banner").await?, &[ELEONORE])?;
    }
    Ok(())
}

/// STA-01, STA-02: a standalone launch leads to the EHR and back to the chart of the patient chosen there.
#[tokio::test]
async fn opens_a_chart_by_a_standalone_launch() -> Result<()> {
    let demo = Demo::start().await?;
    demo.administer(&["ehr", "set", "riverside", "standalone=true"])?;
    let person = Person::sits_down(&Options::default()).await?;
    offered(&person, &demo).await?;
    person.pictures("standalone").await?;
    person.find("form[action^=\"/start/\"] button").await?.click().await?;
    person.wait_for("#referral").await?;
    contains_all(&person.reads(".banner").await?, &[ELEONORE])
}

/// Waits until the app has loaded the setting and offers a standalone launch.
async fn offered(person: &Person, demo: &Demo) -> Result<()> {
    let offered = wait_until("a standalone launch to be offered", async || {
        person.goto(&format!("{}/start", demo.app)).await?;
        let forms = person.find_all("form[action^=\"/start/\"]").await?;
        Ok((!forms.is_empty()).then_some(()))
    });
    offered.await
}
