//! Tests of how often a launch uses the database. Each use is a way to another thread and back, or a round trip.

use passerelle::testing::TestApp;

/// Statements that only read, and write transactions, since start.
async fn used(app: &TestApp) -> [i64; 2] {
    let metrics = app.metrics().await;
    ["passerelle_database_reads_total", "passerelle_write_transactions_total"].map(|name| {
        let line = metrics.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    })
}

/// A launch with its first form reads the account, the session, and the referrals of the patient with the state of sending, and
/// writes the open chart and the draft. The home page reads the session, its chart, and all that it lists at once.
#[actix_web::test]
async fn uses_the_database_a_few_times_for_each_page() {
    let app = TestApp::setup().metrics().start().await;
    let mut browser = app.browser();
    // The account is created by the first launch.
    browser.launch(app.ehr(), "marc-andre", "ngozi-okafor").await.context();
    let begun = used(&app).await;
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let (opened, context) = (used(&app).await, landing.context());
    let page = browser.get(&format!("/c/{context}/referrals/new?form=cardiology-consult")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let shown = used(&app).await;
    assert_eq!(browser.get(&format!("/c/{context}/")).await.status, 200);
    let home = used(&app).await;
    let of_launch = [opened[0] - begun[0], opened[1] - begun[1]];
    let of_form = [shown[0] - opened[0], shown[1] - opened[1]];
    let of_home = [home[0] - shown[0], home[1] - shown[1]];
    assert_eq!((of_launch, of_form, of_home), ([3, 2], [2, 1], [3, 1]), "reads and writes");
}
