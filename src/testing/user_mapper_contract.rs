//! Contract suite for a vendor's user mapper.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Engine, TestApp};
use crate::{
    app::App,
    db::Db,
    smart::{Identity, Issuer},
    testing::store,
    users::{Arrival, Linking, Mapping, NewUser, Role, UserLink, UserMapper, store as user_store},
};

/// Checks a [`UserMapper`] as the app uses it. Call it from your own test:
///
/// ```no_run
/// # async fn a_test() {
/// use passerelle::{testing::user_mapper_contract, users::OneTimeLinking};
/// user_mapper_contract(OneTimeLinking).await;
/// # }
/// ```
///
/// The mapper must
/// 1. never map an unknown user to an account because of an equal name or email,
/// 2. never map the same subject of another issuer, or another subject of the same issuer, to a known account, even if
///    it has just mapped that account and the FHIR resource is the same,
/// 3. compare issuer and subject byte by byte: another letter case or a slash is another user,
/// 4. accept a user without a FHIR resource, or with one of odd content,
/// 5. never treat a linked user as new,
/// 6. return the same mapping for the same arrival, and write nothing.
///
/// A mapper may refuse any user, also a linked one; it may not confuse them.
///
/// # Panics
/// If the mapper breaks a rule, with the rule.
pub async fn user_mapper_contract(mapper: impl UserMapper) {
    let app = TestApp::on(Engine::Sqlite).await;
    app.within(async move |app| try_mapper(&app, &mapper).await).await;
}

async fn try_mapper(app: &App, mapper: &impl UserMapper) {
    let (known, db) = (link_ngozi(app).await, app.db());
    let before = rows(db).await;
    // First, so that a mapper with a cache has an account to confuse others with.
    let first = map_ngozi(mapper, db, &known).await;
    for arrival in others() {
        let mapping = mapper.map(db, &arrival).await.expect("the mapper answers");
        let confused = matches!(&mapping, Mapping::Known(user) if user.id == known);
        assert!(!confused, "an unknown user was mapped to an account: {:?}", arrival.identity);
        let again = mapper.map(db, &arrival).await.expect("the mapper answers a second time");
        assert_eq!(kind(&mapping), kind(&again), "the same arrival has the same mapping");
    }
    assert_eq!(
        map_ngozi(mapper, db, &known).await,
        first,
        "unknown users do not change the mapping of a linked one"
    );
    assert_eq!(rows(db).await, before, "a mapper writes nothing");
}

/// Mapping of the linked user.
async fn map_ngozi(mapper: &impl UserMapper, db: &Db, known: &str) -> String {
    let ngozi = arrival("https://ehr.example/auth", "sub-1", Some(practitioner("Okafor")));
    let mapping = mapper.map(db, &ngozi).await.expect("the mapper answers");
    match &mapping {
        Mapping::Known(user) => {
            assert_eq!(user.id, known, "a linked user is mapped to the linked account");
        }
        Mapping::Refuse => {}
        Mapping::Provision(_) | Mapping::AskToLink => {
            panic!("a linked user is known or refused, not new")
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
    tx.commit().await.expect("the link is saved");
    id
}

/// Arrivals that resemble Ngozi's but are of other users.
fn others() -> Vec<Arrival> {
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
        arrived_at: Timestamp::UNIX_EPOCH,
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
