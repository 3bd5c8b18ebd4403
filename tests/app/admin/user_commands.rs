//! Tests of the commands `passerelle user …`.

use clap::Subcommand as _;
use passerelle::admin::{UserCommand, run_user};
use passerelle::testing::TestApp;
use passerelle::users::{Linking, Role};
use passerelle::web::ErrorKind;

use super::passwords::chooses;
use super::{EMAIL, PASSWORD, SUBJECT, app, app_with, signs_in_with};

async fn runs(app: &TestApp, command: UserCommand) -> Result<String, String> {
    let run = async move |app: passerelle::app::App| run_user(&app.admin(), command).await;
    app.within(run).await.map_err(|error| error.to_string())
}

fn code_of(text: &str) -> &str {
    text.lines().find_map(|line| line.split_once("7 days: ")).unwrap_or_else(|| panic!("{text}")).1
}

/// Every command says what it does and shows an example.
#[test]
fn documents_every_user_command_with_an_example() {
    let user = UserCommand::augment_subcommands(clap::Command::new("user"));
    assert_eq!(user.get_subcommands().count(), 9);
    for command in user.get_subcommands() {
        let mut command = command.clone();
        let help = command.render_long_help().to_string();
        let name = command.get_name();
        assert!(command.get_about().is_some_and(|about| about.to_string().len() > 20), "{name}");
        assert!(help.contains(&format!("passerelle user {name}")), "{help}");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some() || argument.get_id() == "help", "{name} {argument}");
        }
    }
}

#[actix_web::test]
async fn lists_accounts_with_their_identities() {
    let (app, id) = app().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let all = runs(&app, UserCommand::List { search: Vec::new() }).await.unwrap();
    assert!(all.contains(&format!("{id}  active      administrator")), "{all}");
    assert!(
        all.contains("linked to riverside: issuer") && all.contains(&format!("subject {SUBJECT}")),
        "{all}"
    );
    assert!(all.contains("<a.administrator@clinic.example>  last sign-in: never"), "{all}");
    let search = vec!["ada".to_owned(), "ADMIN".to_owned()];
    let found = runs(&app, UserCommand::List { search }).await.unwrap();
    assert_eq!(found.lines().count(), 1, "{found}");
    let none = runs(&app, UserCommand::List { search: vec!["x@y".to_owned()] }).await.unwrap();
    assert!(none.starts_with("No account was found."), "{none}");
}

#[actix_web::test]
async fn invites_with_an_email_and_issues_another_code() {
    let (app, _) = app().await;
    let (name, email) = ("Bea".to_owned(), Some("Bea@clinic.example".to_owned()));
    let invite = UserCommand::Invite { name: name.clone(), email, role: Role::Administrator };
    let invited = runs(&app, invite).await.unwrap();
    assert!(invited.contains("/admin/new-password"), "{invited}");
    let first = code_of(&invited).to_owned();
    let again = runs(&app, UserCommand::Code { account: "bea@clinic.example".to_owned() }).await.unwrap();
    assert_eq!(chooses(&mut app.browser(), &first, "another long passphrase").await.status, 422);
    let set = chooses(&mut app.browser(), code_of(&again), "another long passphrase").await;
    assert_eq!(set.status, 303, "{}", set.text());
    let without = UserCommand::Invite { name, email: None, role: Role::Administrator };
    assert!(runs(&app, without).await.unwrap_err().contains("needs an e-mail"));
}

/// K07: by its command as well.
#[actix_web::test]
async fn unlinks_the_identity_of_an_ehr() {
    let (app, _) = app_with(TestApp::setup().linking(Linking::Provision)).await;
    let mut clinician = app.browser();
    let context = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let account = clinician.chart(&context).await.user_id;
    let unlink = |ehr: &str, subject: Option<&str>| UserCommand::Unlink {
        account: account.clone(),
        ehr: ehr.to_owned(),
        subject: subject.map(str::to_owned),
    };
    for wrong in [unlink("lakeside", None), unlink("riverside", Some("another"))] {
        assert!(runs(&app, wrong).await.unwrap_err().contains("no such identity"));
    }
    let done = runs(&app, unlink("riverside", None)).await.unwrap();
    assert!(done.contains(&format!("unlinked from {SUBJECT} at riverside")), "{done}");
    clinician.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
}

/// No command takes the last administrator away, and none that needs an account accepts an unknown one.
#[actix_web::test]
async fn keeps_the_last_administrator() {
    let (app, id) = app().await;
    let account = || EMAIL.to_owned();
    for command in [
        UserCommand::Disable { account: account() },
        UserCommand::Role { account: account(), role: Role::Clinician },
        UserCommand::Password { account: account(), code: true },
    ] {
        assert!(runs(&app, command).await.unwrap_err().contains("the last administrator"));
    }
    assert_eq!(signs_in_with(&mut app.browser(), EMAIL, PASSWORD).await.status, 303);
    let bea = app.add_user("Bea", "bea@clinic.example", PASSWORD, Role::Delegate).await;
    let role = UserCommand::Role { account: bea, role: Role::Administrator };
    assert!(runs(&app, role).await.unwrap().contains("has the role administrator now"));
    let reset = runs(&app, UserCommand::Password { account: account(), code: true }).await.unwrap();
    assert!(reset.contains("/admin/new-password"), "{reset}");
    assert!(runs(&app, UserCommand::Disable { account: id.clone() }).await.unwrap().contains("is disabled"));
    assert!(runs(&app, UserCommand::Disable { account: id.clone() }).await.unwrap_err().contains("already"));
    assert!(runs(&app, UserCommand::Enable { account: account() }).await.unwrap().contains("enabled again"));
    assert!(runs(&app, UserCommand::Enable { account: id }).await.unwrap_err().contains("not disabled"));
    let unknown = UserCommand::Code { account: "nowhere".to_owned() };
    assert!(runs(&app, unknown).await.unwrap_err().contains("passerelle user list"));
}
