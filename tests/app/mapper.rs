//! A vendor's own rule of who somebody is.

use futures_util::future::BoxFuture;
use passerelle::db::Db;
use passerelle::testing::TestApp;
use passerelle::users::{Arrival, Error, Mapping, NewUser, Role, UserMapper};
use passerelle::web::Kind;

/// USR-10: a mapper may refuse; the person is told, and nothing is stored.
#[actix_web::test]
async fn refuses_whom_the_mapper_refuses() {
    struct Nobody;
    impl UserMapper for Nobody {
        fn map<'a>(&'a self, _: &'a Db, _: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>> {
            Box::pin(async { Ok(Mapping::Refuse) })
        }
    }
    let app = TestApp::setup().extend(|builder| builder.user_mapper(Nobody)).start().await;
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.assert_refused(&landing, Kind::NotForRole, "user-refused").await;
}

/// USR-10: a mapper that calls everybody new opens nothing for whom we know, and keeps nothing waiting.
#[actix_web::test]
async fn refuses_a_known_person_whom_the_mapper_calls_new() {
    struct Always;
    impl UserMapper for Always {
        fn map<'a>(&'a self, _: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>> {
            let name = arrival.identity.subject.clone();
            Box::pin(async { Ok(Mapping::Provision(NewUser { name, email: None, role: Role::Clinician })) })
        }
    }
    let app = TestApp::setup().extend(|builder| builder.user_mapper(Always)).start().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let again = app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await;
    again.last().assert_says(Kind::SigninExpired);
    assert_eq!((app.count("users").await, app.count("launch_contexts").await), (1, 1));
}
