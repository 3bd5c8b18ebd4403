//! Tests of a vendor's own `UserMapper`.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::future::BoxFuture;
use passerelle::app::AppBuilder;
use passerelle::db::Db;
use passerelle::testing::{Engine, TestApp};
use passerelle::users::{Arrival, Error, Mapping, NewUser, OneTimeLinking, Role, User, UserMapper};
use passerelle::web::ErrorKind;
use tokio::sync::Barrier;

/// Mapper that treats every user as new.
struct Always;

impl UserMapper for Always {
    fn map<'a>(&'a self, _: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>> {
        let name = arrival.identity.subject.clone();
        Box::pin(async { Ok(Mapping::Provision(NewUser { name, email: None, role: Role::Clinician })) })
    }
}

/// K01: the contract suite detects it.
#[actix_web::test]
#[should_panic(expected = "a linked user is known or refused, not new")]
async fn contract_refuses_a_mapper_that_treats_a_known_user_as_new() {
    passerelle::testing::user_mapper_contract(Always).await;
}

/// K04: the contract suite detects a mapper that identifies known users by their FHIR resource.
#[actix_web::test]
#[should_panic(expected = "an unknown user was mapped to an account")]
async fn contract_refuses_a_mapper_that_identifies_users_by_fhir_user() {
    #[derive(Default)]
    struct Remembering(Mutex<HashMap<Option<String>, User>>);
    impl UserMapper for Remembering {
        fn map<'a>(&'a self, db: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>> {
            Box::pin(async {
                let fhir_user = arrival.identity.fhir_user.clone();
                if let Some(user) = self.0.lock().unwrap().get(&fhir_user) {
                    return Ok(Mapping::Known(user.clone()));
                }
                let mapping = OneTimeLinking.map(db, arrival).await?;
                if let Mapping::Known(user) = &mapping {
                    self.0.lock().unwrap().insert(fhir_user, user.clone());
                }
                Ok(mapping)
            })
        }
    }
    passerelle::testing::user_mapper_contract(Remembering::default()).await;
}

/// USR-10: a mapper may refuse a user; the page explains it, and nothing is stored.
#[actix_web::test]
async fn refuses_a_user_that_the_mapper_refuses() {
    struct RefusesAll;
    impl UserMapper for RefusesAll {
        fn map<'a>(&'a self, _: &'a Db, _: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>> {
            Box::pin(async { Ok(Mapping::Refuse) })
        }
    }
    let app = TestApp::setup().extend(|builder| builder.user_mapper(RefusesAll)).start().await;
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.assert_refused(&landing, ErrorKind::NotForRole, "user-refused").await;
}

/// USR-10: a known user that the mapper treats as new is refused, and nothing stays pending.
#[actix_web::test]
async fn refuses_a_known_user_that_the_mapper_treats_as_new() {
    let app = TestApp::setup().extend(|builder| builder.user_mapper(Always)).start().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let again = app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await;
    again.last().assert_says(ErrorKind::SigninExpired);
    assert_eq!((app.count("users").await, app.count("launch_contexts").await), (1, 1));
    assert_eq!((app.count("user_links").await, app.count("pending_sign_ins").await), (1, 0));
}

/// USR-10: two concurrent first launches of a user create one account, and both charts open, also if the account has
/// an email address, which is unique.
#[actix_web::test]
async fn opens_both_concurrent_first_launches() {
    /// Treats the first two users as new, both before either is stored.
    struct Racing {
        both: Barrier,
        asked: AtomicUsize,
        email: Option<&'static str>,
    }
    impl UserMapper for Racing {
        fn map<'a>(&'a self, db: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>> {
            Box::pin(async {
                if self.asked.fetch_add(1, Ordering::SeqCst) >= 2 {
                    return OneTimeLinking.map(db, arrival).await;
                }
                self.both.wait().await;
                let (name, email) = ("Ngozi Okafor".to_owned(), self.email.map(str::to_owned));
                Ok(Mapping::Provision(NewUser { name, email, role: Role::Clinician }))
            })
        }
    }
    for (engine, email) in [
        (Engine::Sqlite, None),
        (Engine::Sqlite, Some("n.okafor@clinic.example")),
        (Engine::Postgres, None),
        (Engine::Postgres, Some("n.okafor@clinic.example")),
    ] {
        let racing = move |builder: AppBuilder| {
            builder.user_mapper(Racing { both: Barrier::new(2), asked: AtomicUsize::new(0), email })
        };
        let app = TestApp::setup().on(engine).extend(racing).start().await;
        let launches = ["eleonore", "zoe"].map(|patient| {
            let mut browser = app.browser();
            let app = &app;
            async move {
                let landing = browser.launch(app.ehr(), patient, "ngozi-okafor").await;
                browser.chart(&landing.context()).await.patient
            }
        });
        assert_eq!(
            futures_util::future::join_all(launches).await,
            ["eleonore", "zoe"],
            "{engine:?} {email:?}"
        );
        assert_eq!((app.count("users").await, app.count("user_links").await), (1, 1), "{engine:?} {email:?}");
    }
}
