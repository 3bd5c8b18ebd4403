//! Accessibility tests: every page checked by axe, for horizontal scrolling and for console messages, in both
//! languages, light and dark, wide and narrow.

use anyhow::{Context, Result, ensure};
use passerelle::testing::webdriver::Options;

use crate::demo::{DECEASED, Demo, ELEONORE, MARC_ANDRE};
use crate::journey::fills_the_form;
use crate::person::{Person, contains_all};

const WIDTHS: [u32; 2] = [1180, 600];
/// Forms that ship, besides the cardiology consultation.
const PATHWAYS: [&str; 5] = [
    "dermatology-econsult",
    "hip-knee-intake",
    "home-community-care",
    "mental-health-intake",
    "mri-requisition",
];

/// A person whose pages are checked.
pub struct Judge<'d> {
    pub demo: &'d Demo,
    pub person: Person,
    axe: String,
    name: &'static str,
}

impl<'d> Judge<'d> {
    pub async fn new(demo: &'d Demo, options: Options, name: &'static str) -> Result<Self> {
        let file = std::env::var("PASSERELLE_TEST_AXE").context("PASSERELLE_TEST_AXE: run tests/run.sh")?;
        let person = Person::sits_down(&options.window(1180, 1400)).await?;
        Ok(Self { demo, person, axe: std::fs::read_to_string(file)?, name })
    }

    /// Fails with all problems of the current page.
    pub async fn judges(&self, page: &str) -> Result<()> {
        let heading = self.person.reads("h1").await?;
        for width in WIDTHS {
            self.person.set_window_size(width, 1400).await?;
            self.person.sees_no_horizontal_scrolling().await.with_context(|| page.to_owned())?;
            let found = self.person.axe(&self.axe).await?;
            let problems: Vec<String> = found.iter().map(ToString::to_string).collect();
            ensure!(found.is_empty(), "{page} ({heading:?}) at {width}:\n{}", problems.join("\n"));
            self.person.pictures(&format!("{}-{page}-{width}", self.name)).await?;
        }
        self.person.set_window_size(WIDTHS[0], 1400).await?;
        let console = self.person.console().await?;
        let blocked: Vec<&String> =
            console.iter().filter(|line| line.contains("Content Security Policy")).collect();
        ensure!(blocked.is_empty(), "{page}: {blocked:?}");
        Ok(())
    }

    async fn judges_a_referral(&self) -> Result<()> {
        let person = &self.person;
        person.launches(self.demo, ELEONORE).await?;
        self.judges("form").await?;
        person.presses("main [value=\"destination\"]").await?;
        self.judges("destination").await?;
        person.presses("button[name=\"others\"]").await?;
        self.judges("destination-others").await?;
        person.presses(".list form button").await?;
        self.judges("review-problems").await?;
        person.presses(".problems a").await?;
        person.presses(".bar [value=\"continue\"]").await?;
        self.judges("form-problems").await?;
        fills_the_form(person).await?;
        ensure!(person.find_all("#referral .problem").await?.is_empty(), "every problem is solved");
        person.chooses("rest-pain", "true").await?;
        person.waits_for_question("emergency").await?;
        self.judges("form-filled").await?;
        person.chooses("rest-pain", "false").await?;
        person.presses(".bar [value=\"close\"]").await?;
        self.judges("home-draft").await?;
        person.presses(".list a").await?;
        person.presses(".bar [value=\"continue\"]").await?;
        self.judges("review").await?;
        person.presses("form[action$=\"/submit\"] button").await?;
        person.wait_for(".status.good").await?;
        self.judges("detail").await?;
        person.presses(".top li:nth-child(2) a").await?;
        self.judges("list").await?;
        person.presses(".top li:nth-child(3) a").await?;
        self.judges("mine").await
    }

    /// Checks a second referral to the same service, and a deceased patient.
    async fn judges_what_stops_a_referral(&self) -> Result<()> {
        let person = &self.person;
        person.launches(self.demo, DECEASED).await?;
        self.judges("home-deceased").await
    }

    /// Checks a chart with missing permissions, with the administrator's list open.
    async fn judges_what_is_not_granted(&self) -> Result<()> {
        let person = &self.person;
        self.plays("token-scope-without-medications").await?;
        person.launches(self.demo, MARC_ANDRE).await?;
        self.judges("form-not-granted").await?;
        person.find(".note summary").await?.click().await?;
        person.wait_for(".note details[open] code").await?;
        self.judges("form-not-granted-details").await?;
        self.plays("none").await
    }

    async fn plays(&self, fault: &str) -> Result<()> {
        self.person.goto(&format!("{}/faults", self.demo.ehr)).await?;
        self.person.find(&format!("#fault-{fault}")).await?.click().await?;
        self.person.presses("form[action=\"/faults\"] button").await
    }

    async fn judges_the_ends(&self) -> Result<()> {
        let person = &self.person;
        person.launches_as(self.demo, "genevieve-beaulieu", MARC_ANDRE).await?;
        self.judges("choice").await?;
        person.presses("form[action$=\"/stay\"] button").await?;
        self.judges("stayed").await?;
        person.launches(self.demo, MARC_ANDRE).await?;
        person.presses("form[action$=\"/sign-out\"] button").await?;
        self.judges("signed-out").await?;
        person.goto(&format!("{}/launch?iss=https://unknown.example/fhir&launch=x", self.demo.app)).await?;
        self.judges("error-launch").await?;
        person.goto(&format!("{}/nowhere", self.demo.app)).await?;
        self.judges("error-not-found").await
    }
}

impl Judge<'_> {
    /// Checks the administrators' pages, from the sign-in to the removal of an EHR.
    async fn judges_the_back_office(&self) -> Result<()> {
        let (person, app) = (&self.person, &self.demo.app);
        self.plays("id-token-nonce-missing").await?;
        person.launches(self.demo, ELEONORE).await?;
        self.plays("none").await?;
        person.launches(self.demo, ELEONORE).await?;
        person.goto(&format!("{app}/admin")).await?;
        self.judges("admin-sign-in").await?;
        self.signs_in("wrong").await?;
        self.judges("admin-sign-in-wrong").await?;
        person.find("#email").await?.clear().await?;
        self.signs_in(&self.demo.said("  password").context("the administrator's password")?).await?;
        self.judges("admin-ehrs").await?;
        person.presses("a[href=\"/admin/add\"]").await?;
        self.judges("admin-add").await?;
        person.presses("form.card button").await?;
        self.judges("admin-add-problems").await?;
        person.goto(&format!("{app}/admin")).await?;
        person.presses(".list h2 a").await?;
        self.judges("admin-ehr").await?;
        person.presses("a[href$=\"/change\"]").await?;
        self.judges("admin-change").await?;
        self.judges_a_mistake_and_its_mending().await?;
        self.judges_launches().await?;
        self.judges_users().await?;
        person.goto(&format!("{app}/admin")).await?;
        person.presses(".list h2 a").await?;
        person.presses("a[href$=\"/suspend\"]").await?;
        self.judges("admin-suspend").await?;
        person.presses("form[action$=\"/suspend\"] button").await?;
        self.judges("admin-suspended").await?;
        person.presses("a[href$=\"/remove\"]").await?;
        self.judges("admin-remove").await?;
        person.goto(&format!("{app}/admin/forms")).await?;
        self.judges("admin-forms").await?;
        person.presses("a[href*=\"/admin/forms/retire\"]").await?;
        self.judges("admin-form-retire").await?;
        person.presses("form[action=\"/admin/sign-out\"] button").await?;
        self.judges("admin-signed-out").await
    }

    /// Checks a registration with a wrong issuer, which a button of the check fixes.
    async fn judges_a_mistake_and_its_mending(&self) -> Result<()> {
        let person = &self.person;
        let issuer = person.find("#s-issuer").await?;
        issuer.clear().await?;
        issuer.type_text("https://wrong.example").await?;
        person.presses("form.card button").await?;
        person.presses("form[action$=\"/check\"] button").await?;
        self.judges("admin-check-problem").await?;
        person.presses(".is-problem form[action$=\"/set\"] button").await?;
        self.judges("admin-ehr-changed").await?;
        person.presses("form[action$=\"/check\"] button").await?;
        ensure!(person.find_all(".is-problem").await?.is_empty(), "mended");
        self.judges("admin-check").await
    }

    /// Checks the pages about users, from the list to an account that is disabled.
    async fn judges_users(&self) -> Result<()> {
        let person = &self.person;
        person.presses("nav a[href=\"/admin/users\"]").await?;
        self.judges("admin-users").await?;
        person.presses("a[href=\"/admin/users/invite\"]").await?;
        self.judges("admin-invite").await?;
        person.find("#name").await?.type_text("Bea Administrator").await?;
        person.click(&person.find("input[value=\"administrator\"]").await?).await?;
        person.presses("form.card button").await?;
        self.judges("admin-invite-problem").await?;
        person.find("#email").await?.type_text(&format!("bea.{}@clinic.example", self.name)).await?;
        person.presses("form.card button").await?;
        self.judges("admin-code").await?;
        person.presses(".actions .go").await?;
        self.judges("admin-user").await?;
        for page in ["role", "reset", "disable"] {
            person.presses(&format!("a[href$=\"/{page}\"]")).await?;
            self.judges(&format!("admin-user-{page}")).await?;
            person.presses("a.button[href^=\"/admin/users/\"]").await?;
        }
        person.goto(&format!("{}/admin/password", self.demo.app)).await?;
        self.judges("admin-password").await?;
        person.goto(&format!("{}/admin/new-password", self.demo.app)).await?;
        self.judges("admin-new-password").await
    }

    pub async fn signs_in(&self, password: &str) -> Result<()> {
        self.person.find("#email").await?.type_text("administrator@demo.example").await?;
        self.person.find("#password").await?.type_text(password).await?;
        self.person.presses("form.card button").await
    }

    async fn judges_launches(&self) -> Result<()> {
        let person = &self.person;
        person.presses("a[href=\"/admin/launches\"]").await?;
        self.judges("admin-launches").await?;
        person.find("#reference").await?.type_text("aaaa-bbbb").await?;
        person.presses("form.card button").await?;
        self.judges("admin-launches-missing").await?;
        person.presses(".list h3 a").await?;
        self.judges("admin-launch").await?;
        person.presses("a[href=\"/admin/launches\"]").await?;
        person.presses(".list li:nth-child(2) h3 a").await?;
        contains_all(&person.reads(".note").await?, &["nonce_echoed"])?;
        self.judges("admin-launch-refused").await?;
        person.presses("a[href^=\"/admin/troubleshooting#\"]").await?;
        self.judges("admin-troubleshooting").await
    }
}

#[tokio::test]
async fn admin_pages_pass_axe() -> Result<()> {
    for (options, name) in
        [(Options::default(), "day"), (Options::default().language("fr-CA").dark(), "night")]
    {
        let demo = Demo::start().await?;
        let judge = Judge::new(&demo, options, name).await?;
        judge.judges_the_back_office().await?;
    }
    Ok(())
}

#[tokio::test]
async fn pages_pass_axe_in_english_and_light() -> Result<()> {
    let demo = Demo::start().await?;
    let judge = Judge::new(&demo, Options::default(), "day").await?;
    judge.judges_a_referral().await?;
    judge.judges_what_stops_a_referral().await?;
    judge.judges_what_is_not_granted().await?;
    judge.judges_the_ends().await
}

#[tokio::test]
async fn pages_pass_axe_in_french_and_dark() -> Result<()> {
    let demo = Demo::start().await?;
    let judge = Judge::new(&demo, Options::default().language("fr-CA").dark(), "night").await?;
    judge.judges_a_referral().await?;
    judge.judges_what_stops_a_referral().await?;
    judge.judges_what_is_not_granted().await?;
    judge.judges_the_ends().await
}

/// Every form that ships, from the choice of a form to its first saved draft.
#[tokio::test]
async fn forms_that_ship_pass_axe() -> Result<()> {
    let demo = Demo::start_with_all_forms().await?;
    for (options, name) in
        [(Options::default(), "day"), (Options::default().language("fr-CA").dark(), "night")]
    {
        let judge = Judge::new(&demo, options, name).await?;
        judge.person.launches(&demo, ELEONORE).await?;
        judge.judges("home-forms").await?;
        let home = judge.person.url().await?;
        for form in PATHWAYS {
            judge.person.goto(&home).await?;
            judge.person.presses(&format!("a[href$=\"form={form}\"]")).await?;
            judge.judges(&format!("pathway-{form}")).await?;
            judge.person.presses(".bar [value=\"continue\"]").await?;
            judge.judges(&format!("pathway-{form}-problems")).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn linking_pages_pass_axe() -> Result<()> {
    let demo = Demo::start_with(&["--unknown-people", "link"]).await?;
    let code = demo.said("Invitation code, valid once and for 7 days:").context("an invitation")?;
    for (options, name) in
        [(Options::default(), "day"), (Options::default().language("fr-CA").dark(), "night")]
    {
        let judge = Judge::new(&demo, options, name).await?;
        judge.person.launches(&demo, ELEONORE).await?;
        judge.judges("link").await?;
        judge.person.find("#email").await?.type_text("unknown@example.ca").await?;
        judge.person.find("#password").await?.type_text("wrong").await?;
        judge.person.presses("form[action$=\"/password\"] button").await?;
        judge.judges("link-wrong").await?;
        judge.person.find("#code").await?.type_text(&code).await?;
        judge.person.presses("form[action$=\"/invitation\"] button").await?;
        judge.judges("confirm").await?;
        if name == "night" {
            judge.person.presses("form[action$=\"/confirm\"] button").await?;
            judge.judges("linked").await?;
        }
    }
    Ok(())
}
