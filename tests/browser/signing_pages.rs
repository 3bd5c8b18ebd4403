//! Accessibility tests of the pages with which one person hands a referral over and another signs it.

use anyhow::{Context, Result};
use passerelle::testing::webdriver::Options;

use crate::accessibility::Judge;
use crate::demo::{Demo, ELEONORE, MARC_ANDRE};
use crate::journey::fills_the_form;

/// Lifts the browser's own check, so that the page of the server is seen.
const NOT_REQUIRED: &str =
    "document.querySelectorAll('[required]').forEach(it => it.removeAttribute('required')); return true";

/// The two people of a referral that one prepares and the other signs, each with a browser.
struct Signing<'d> {
    delegate: Judge<'d>,
    clinician: Judge<'d>,
}

impl Signing<'_> {
    async fn judges(&self) -> Result<()> {
        let clinician = &self.clinician.person;
        // A clinician without an account cannot be named.
        clinician.launches(self.clinician.demo, MARC_ANDRE).await?;
        self.judges_the_handing_over().await?;
        self.judges_the_queue().await?;
        self.judges_the_return().await?;
        self.judges_what_came_back().await?;
        self.judges_the_signature().await
    }

    async fn judges_the_handing_over(&self) -> Result<()> {
        let Judge { demo, person, .. } = &self.delegate;
        person.launches_as(demo, "harpreet-gill", ELEONORE).await?;
        fills_the_form(person).await?;
        person.presses(".bar [value=\"continue\"]").await?;
        person.presses(".list form button").await?;
        self.delegate.judges("hand-over").await?;
        person.asks(NOT_REQUIRED).await?;
        person.presses("form[action$=\"/ready\"] button.go").await?;
        self.delegate.judges("hand-over-unnamed").await?;
        person.find("#signer option:nth-child(2)").await?.click().await?;
        person.presses("form[action$=\"/ready\"] button.go").await?;
        self.delegate.judges("handed-over").await
    }

    async fn judges_the_queue(&self) -> Result<()> {
        let Judge { demo, person, .. } = &self.clinician;
        person.launches(demo, MARC_ANDRE).await?;
        person.goto(&self.clinician.home().await?).await?;
        self.clinician.judges("home-of-another-to-sign").await?;
        person.presses(".top li:nth-child(3) a").await?;
        person.wait_for("#to-sign").await?;
        self.clinician.judges("mine-to-sign").await
    }

    async fn judges_the_return(&self) -> Result<()> {
        let Judge { demo, person, .. } = &self.clinician;
        person.launches(demo, ELEONORE).await?;
        person.goto(&self.clinician.home().await?).await?;
        self.clinician.judges("home-to-sign").await?;
        person.presses("main a[href$=\"/review\"]").await?;
        self.clinician.judges("review-to-sign").await?;
        person.find("#return summary").await?.click().await?;
        self.clinician.judges("return").await?;
        person.asks(NOT_REQUIRED).await?;
        person.presses("form[action$=\"/return\"] button").await?;
        self.clinician.judges("return-without-remark").await?;
        person.find("#remark").await?.type_text("Which leg?").await?;
        person.presses("form[action$=\"/return\"] button").await?;
        self.clinician.judges("returned").await
    }

    async fn judges_what_came_back(&self) -> Result<()> {
        let Judge { demo, person, .. } = &self.delegate;
        person.launches_as(demo, "harpreet-gill", ELEONORE).await?;
        person.goto(&self.delegate.home().await?).await?;
        self.delegate.judges("home-returned").await?;
        person.presses("main a[href$=\"/edit\"]").await?;
        self.delegate.judges("form-returned").await?;
        person.presses(".bar [value=\"continue\"]").await?;
        person.presses("form[action$=\"/ready\"] button.go").await
    }

    async fn judges_the_signature(&self) -> Result<()> {
        let Judge { demo, person, .. } = &self.clinician;
        person.launches(demo, ELEONORE).await?;
        let home = self.clinician.home().await?;
        person.goto(&home).await?;
        person.presses("main a[href$=\"/review\"]").await?;
        // On a busy machine the chart may not be read in time, which has to be confirmed.
        person
            .asks("document.querySelectorAll('[name=confirm]').forEach((box) => box.checked = true)")
            .await?;
        person.presses("form[action$=\"/submit\"] button.go").await?;
        person.wait_for(".status.good").await?;
        self.clinician.judges("signed").await?;
        person.goto(&home).await?;
        self.clinician.judges("home-earlier").await?;
        person.goto(&format!("{home}referrals/new?form=cardiology-consult")).await?;
        self.clinician.judges("form-earlier").await
    }
}

impl Judge<'_> {
    /// Address of the home page of the open chart.
    async fn home(&self) -> Result<String> {
        let url = self.person.url().await?;
        let context = url.split("/c/").nth(1).and_then(|rest| rest.split('/').next());
        Ok(format!("{}/c/{}/", self.demo.app, context.context("a chart is open")?))
    }
}

/// Pages of a referral that is handed over, returned with a remark and signed, and of the note about an earlier one.
#[tokio::test]
async fn signing_pages_pass_axe() -> Result<()> {
    for (options, name) in
        [(Options::default(), "day"), (Options::default().language("fr-CA").dark(), "night")]
    {
        let demo = Demo::start().await?;
        let signing = Signing {
            delegate: Judge::new(&demo, options.clone(), name).await?,
            clinician: Judge::new(&demo, options, name).await?,
        };
        signing.judges().await?;
    }
    Ok(())
}
