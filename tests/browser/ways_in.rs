//! Ways to an EHR that begin with a form: what a browser lets through on the way there and back.

use std::time::Duration;

use anyhow::{Result, bail};
use passerelle::testing::webdriver::Options;

use crate::demo::{Demo, ELEONORE};
use crate::person::{Person, contains_all};

/// AUT-10, C22: a request that is posted leads into the chart, with the script that sends it and with the button.
#[tokio::test]
async fn a_posted_request_leads_into_the_chart() -> Result<()> {
    let demo = Demo::start().await?;
    demo.administer(&["ehr", "set", "riverside", "authorize_by=post", "standalone=true"])?;
    for scripts in [true, false] {
        let options = if scripts { Options::default() } else { Options::default().without_javascript() };
        let person = Person::sits_down(&options).await?;
        // What is offered says that both settings were read.
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

/// STA-01, STA-02: who begins at our own page is led to the EHR and back into the chart of a patient chosen there.
#[tokio::test]
async fn a_standalone_launch_leads_into_a_chart() -> Result<()> {
    let demo = Demo::start().await?;
    demo.administer(&["ehr", "set", "riverside", "standalone=true"])?;
    let person = Person::sits_down(&Options::default()).await?;
    offered(&person, &demo).await?;
    person.pictures("standalone").await?;
    person.find("form[action^=\"/start/\"] button").await?.click().await?;
    person.wait_for("#referral").await?;
    contains_all(&person.reads(".banner").await?, &[ELEONORE])
}

/// Looks until the app has read that one may start here.
async fn offered(person: &Person, demo: &Demo) -> Result<()> {
    for _ in 0..100 {
        person.goto(&format!("{}/start", demo.app)).await?;
        if !person.find_all("form[action^=\"/start/\"]").await?.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    bail!("nothing is offered")
}
