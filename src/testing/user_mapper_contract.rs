use std::sync::Arc;

use serde_json::{Value, json};

use super::{Engine, TestApp};
use crate::{
    app::App,
    db::Db,
    smart::{Identity, Issuer},
    testing::store,
    users::{Arrival, Linking, Mapping, NewUser, Role, UserLink, UserMapper, store as user_store},
};

/// Tries a [`UserMapper`] as the app uses it. Call it from a test of your own:
///
/// ```no_run
/// # async fn a_test() {
/// use passerelle::{testing::user_mapper_contract, users::OneTimeLinking};
/// user_mapper_contract(OneTimeLinking).await;
/// # }
/// ```
///
/// It checks that the mapper
/// 1. never takes an unknown person for an account because the name or e-mail is the same,
/// 2. never takes the same subject of another issuer, or another subject of the same issuer, for a known person, also
///    when it has just seen that person and their FHIR resource is the same,
/// 3. compares issuer and subject byte by byte: another letter case or a slash is another person,
/// 4. copes with a person without a FHIR resource, or with one of odd content,
/// 5. calls nobody new who is linked already,
/// 6. gives the same answer to the same question, and writes nothing.
///
/// A mapper may refuse anybody, also people it knows; it may not confuse them.
///
/// # Panics
/// With a sentence when the mapper breaks a rule.
pub async fn user_mapper_contract(mapper: impl UserMapper) {
    let app = TestApp::on(Engine::Sqlite).await;
    app.within(async move |app| try_mapper(&app, &mapper).await).await;
}

async fn try_mapper(app: &App, mapper: &impl UserMapper) {
    let (known, db) = (link_ngozi(app).await, app.db());
    let before = rows(db).await;
    // First, so that a mapper that remembers has somebody to confuse strangers with.
    let first = map_ngozi(mapper, db, &known).await;
    for arrival in strangers() {
        let mapping = mapper.map(db, &arrival).await.expect("the mapper answers");
        let confused = matches!(&mapping, Mapping::Known(user) if user.id == known);
        assert!(!confused, "a stranger was taken for an account: {:?}", arrival.identity);
        let again = mapper.map(db, &arrival).await.expect("the mapper answers twice");
        assert_eq!(kind(&mapping), kind(&again), "the same question has one answer");
    }
    assert_eq!(map_ngozi(mapper, db, &known).await, first, "strangers do not change who somebody is");
    assert_eq!(rows(db).await, before, "a mapper writes nothing");
}

/// What the mapper says of the person who is linked.
async fn map_ngozi(mapper: &impl UserMapper, db: &Db, known: &str) -> String {
    let ngozi = arrival("https://ehr.example/auth", "sub-1", Some(practitioner("Okafor")));
    let mapping = mapper.map(db, &ngozi).await.expect("the mapper answers");
    match &mapping {
        Mapping::Known(user) => {
            assert_eq!(user.id, known, "a linked person is the account they were linked to");
        }
        Mapping::Refuse => {}
        Mapping::Provision(_) | Mapping::AskToLink => {
            panic!("a linked person is known or refused, and not new")
        }
    }
    kind(&mapping)
}

async fn link_ngozi(app: &App) -> String {
    let user = NewUser {
        name: "Ngozi Okafor".to_owned(),
        email: Some("ngozi@clinic.example".to_owned()),
        role: Role::Clinician,
    };
    let (clock, mut tx) = (app.clock().clone(), app.db().begin_write().await.expect("a transaction"));
    let id = user_store::insert_user(&mut tx, &*clock, &user, None).await.expect("a user");
    let link =
        UserLink { ehr_id: "riverside", issuer: "https://ehr.example/auth", subject: "sub-1", user_id: &id };
    let linked = user_store::insert_link(&mut tx, &*clock, &link).await;
    assert!(linked.expect("a link"), "the link is new");
    tx.commit().await.expect("it is saved");
    id
}

/// People who are not Ngozi, however much they look like her.
fn strangers() -> Vec<Arrival> {
    let same_name = || Some(practitioner("Okafor"));
    vec![
        arrival("https://other.example/auth", "sub-1", same_name()),
        arrival("https://ehr.example/auth", "sub-2", same_name()),
        arrival("https://ehr.example/auth", "SUB-1", same_name()),
        arrival("https://ehr.example/auth", "sub-1 ", same_name()),
        arrival("https://ehr.example/auth/", "sub-1", same_name()),
        arrival("https://ehr.example/auth", "ngozi@clinic.example", same_name()),
        arrival("https://ehr.example/auth", "sub-3", None),
        arrival("https://ehr.example/auth", "sub-4", Some(json!({"name": 5, "id": []}))),
        Arrival {
            ehr_id: "lakeside".to_owned(),
            ..arrival("https://ehr.example/auth", "sub-1", same_name())
        },
        arrival("https://ehr.example/auth", "' OR '1'='1", Some(practitioner("\u{202e}<b>"))),
    ]
}

fn arrival(issuer: &str, subject: &str, practitioner: Option<Value>) -> Arrival {
    let practitioner = practitioner.map(Arc::new);
    Arrival {
        identity: Identity {
            issuer: Issuer::new(issuer),
            subject: subject.to_owned(),
            fhir_user: Some("Practitioner/ngozi-okafor".to_owned()),
        },
        ehr_id: "riverside".to_owned(),
        linking: Linking::Link,
        practitioner,
    }
}

fn practitioner(family: &str) -> Value {
    json!({"resourceType": "Practitioner", "id": "ngozi-okafor",
           "name": [{"use": "official", "family": family, "given": ["Ngozi"]}],
           "telecom": [{"system": "email", "value": "ngozi@clinic.example"}]})
}

fn kind(mapping: &Mapping) -> String {
    match mapping {
        Mapping::Known(user) => format!("known {}", user.id),
        Mapping::Provision(new) => format!("provision {}", new.name),
        Mapping::AskToLink => "ask to link".to_owned(),
        Mapping::Refuse => "refuse".to_owned(),
    }
}

async fn rows(db: &Db) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in store::TABLES {
        counts.push(store::count(db, table).await.expect("the rows are counted"));
    }
    counts
}
