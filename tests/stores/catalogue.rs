//! Forms that are imported and retired: versions, ids, and losing a race.

use futures_util::future::join_all;
use passerelle::{
    catalogue::{Base, Catalogue, store},
    forms::Form,
    testing::Engine,
};
use serde_json::json;

use crate::bench::{Bench, bench};

fn form(id: &str, url: &str, version: &str, title: &str) -> Form {
    let json = json!({"resourceType": "Questionnaire", "id": id, "url": url, "version": version, "title": title, "item": []});
    Form::parse(&json).unwrap()
}

async fn insert(bench: &Bench, form: &Form) -> bool {
    let mut tx = bench.db.begin_write().await.unwrap();
    store::insert_version(&mut tx, &*bench.clock, form).await.unwrap();
    let is_new = store::insert_imported(&mut tx, &*bench.clock, form, Some("u-1")).await.unwrap();
    tx.commit().await.unwrap();
    is_new
}

/// One text for each version, one id for each URL.
pub async fn imports_a_version_once_and_an_id_for_one_url(engine: Engine) {
    let bench = bench(engine).await;
    let first = form("foot", "urn:foot", "1", "Foot");
    assert!(insert(&bench, &first).await);
    assert!(!insert(&bench, &first).await);
    assert!(!insert(&bench, &form("foot", "urn:foot", "1", "Other text")).await);
    assert!(!insert(&bench, &form("foot", "urn:other", "1", "Foot")).await);
    assert!(!insert(&bench, &form("feet", "urn:foot", "2", "Foot")).await);
    assert!(insert(&bench, &form("foot", "urn:foot", "2", "Foot")).await);
    let listed = store::list_imported(&bench.db).await.unwrap();
    let names: Vec<_> = listed.iter().map(|row| (row.url.as_str(), row.version.as_str())).collect();
    assert_eq!(names, [("urn:foot", "1"), ("urn:foot", "2")]);
    assert_eq!((listed[0].hash.as_str(), listed[0].imported_by.as_deref()), (first.hash(), Some("u-1")));
    let mut tx = bench.db.begin_write().await.unwrap();
    assert_eq!(store::find_related(&mut tx, &form("foot", "urn:other", "1", "Foot")).await.unwrap().len(), 2);
    let (id, text) = store::find_version(&bench.db, first.hash()).await.unwrap().unwrap();
    assert_eq!((id.as_str(), text), ("foot", first.source().to_string()));
}

/// Of imports at one time, for one id and different URLs or for one version and different texts, one wins.
pub async fn lets_one_of_several_imports_win(engine: Engine) {
    let bench = bench(engine).await;
    let urls = ["urn:a", "urn:b", "urn:c", "urn:d"].map(|url| form("foot", url, "1", "Foot"));
    let won = join_all(urls.iter().map(|form| insert(&bench, form))).await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    let texts = ["A", "B", "C", "D"].map(|title| form("hand", "urn:hand", "1", title));
    let won = join_all(texts.iter().map(|form| insert(&bench, form))).await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    assert_eq!(store::list_imported(&bench.db).await.unwrap().len(), 2);
}

/// A text that cannot be read any more is named, and not offered as if there were none.
pub async fn names_an_imported_form_that_cannot_be_read(engine: Engine) {
    let bench = bench(engine).await;
    let catalogue = Catalogue::new(Base::default());
    assert!(insert(&bench, &form("foot", "urn:foot", "1", "Foot")).await);
    catalogue.refresh(&bench.db).await.unwrap();
    assert_eq!((catalogue.entries().len(), catalogue.unreadable().len()), (1, 0));
    let mut tx = bench.db.begin_write().await.unwrap();
    let lost = form("hand", "urn:hand", "1", "Hand");
    assert!(store::insert_imported(&mut tx, &*bench.clock, &lost, None).await.unwrap());
    tx.commit().await.unwrap();
    for _ in 0..2 {
        catalogue.refresh(&bench.db).await.unwrap();
        assert_eq!(catalogue.unreadable(), ["urn:hand|1"]);
        assert_eq!(catalogue.entries().len(), 1);
    }
}

/// The second of two is told that it changed nothing.
pub async fn retires_and_offers_a_form_once(engine: Engine) {
    let bench = bench(engine).await;
    let retire = async || {
        let mut tx = bench.db.begin_write().await.unwrap();
        let changed = store::insert_retired(&mut tx, &*bench.clock, "urn:foot|1", None).await.unwrap();
        tx.commit().await.unwrap();
        changed
    };
    let offer = async || {
        let mut tx = bench.db.begin_write().await.unwrap();
        let changed = store::delete_retired(&mut tx, "urn:foot|1").await.unwrap();
        tx.commit().await.unwrap();
        changed
    };
    assert_eq!([retire().await, retire().await], [true, false]);
    assert!(store::list_retired(&bench.db).await.unwrap().contains_key("urn:foot|1"));
    assert_eq!([offer().await, offer().await], [true, false]);
    assert!(store::list_retired(&bench.db).await.unwrap().is_empty());
}
