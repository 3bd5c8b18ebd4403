//! Files that persons add: rows, sealed objects, and their age.

use std::{fs, path::Path};

use passerelle::{
    attachments::{Attachments, Limits, NewAttachment, Objects, RefusalKind, Upload, store},
    audit::Audit,
    clock::SharedClock,
    config::Settings,
    ground::Ground,
    referral::removal_store::SENT_ATTACHMENTS,
    testing::{
        Engine, Scratch,
        aged_store::{RawReferral, insert_referral},
    },
};

use crate::bench::{Bench, bench};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n";

fn service(bench: &Bench, folder: &Path, section: &str) -> Attachments {
    let clock: SharedClock = bench.clock.clone();
    let audit = Audit::new(clock.clone(), Vec::new());
    let ground = Ground { db: bench.db.clone(), clock, sealer: bench.sealer.clone(), audit };
    let toml = format!(
        "[server]\npublic_url = \"http://localhost\"\n[keys]\nfile = {:?}\n[attachments]\n{section}",
        bench.keys.to_str().unwrap()
    );
    let settings = Settings::from_toml(&toml).unwrap_or_else(|problems| panic!("{problems}"));
    Attachments::new(ground, Objects::in_folder(folder, &bench.sealer).unwrap(), settings.attachments)
}

async fn taken_in(attachments: &Attachments, name: &str) -> NewAttachment {
    let upload = Upload { name: name.to_owned(), content: Ok(PDF.to_vec()) };
    attachments.take_in(upload, &Limits::default()).await.unwrap()
}

async fn insert(bench: &Bench, new: &NewAttachment, referral: &str) {
    let mut tx = bench.db.begin_write().await.unwrap();
    let (clock, sealer) = (&*bench.clock, &bench.sealer);
    store::insert_attachment(&mut tx, clock, sealer, new, referral, "photos", "u-1").await.unwrap();
    tx.commit().await.unwrap();
}

/// A row names an object, holds its name sealed, and opens it; another row's object cannot be put in its place.
pub async fn keeps_a_file_sealed_and_bound_to_its_row(engine: Engine) {
    let (bench, folder) = (bench(engine).await, Scratch::new());
    let attachments = service(&bench, folder.path(), "");
    let first = taken_in(&attachments, "rash.pdf").await;
    bench.clock.advance(jiff::SignedDuration::from_millis(1));
    let second = taken_in(&attachments, "other.pdf").await;
    insert(&bench, &first, "r-1").await;
    insert(&bench, &second, "r-1").await;
    let found = store::find_attachments(&bench.db, &bench.sealer, "r-1").await.unwrap();
    let names: Vec<_> = found.iter().map(|file| (file.name.as_str(), file.place.as_str())).collect();
    assert_eq!(names, [("rash.pdf", "photos"), ("other.pdf", "photos")]);
    assert_eq!((found[0].size, found[0].content_type.as_str()), (PDF.len() as u64, "application/pdf"));
    assert_eq!(attachments.read(&found[0]).await.unwrap().as_deref(), Some(PDF));
    let path = |id: &str| {
        let installation = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        installation.join(&id[id.len() - 2..]).join(id)
    };
    assert!(!fs::read(path(first.id())).unwrap().windows(4).any(|bytes| bytes == b"%PDF"));
    fs::copy(path(second.id()), path(first.id())).unwrap();
    assert_eq!(attachments.read(&found[0]).await.unwrap(), None);
    let mut tx = bench.db.begin_write().await.unwrap();
    assert!(!store::delete_attachment(&mut tx, "r-2", first.id()).await.unwrap(), "of another referral");
    assert!(store::delete_attachment(&mut tx, "r-1", first.id()).await.unwrap());
    assert_eq!(store::delete_attachments(&mut tx, "r-1").await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(store::find_attachments(&bench.db, &bench.sealer, "r-1").await.unwrap(), []);
}

/// The sweep deletes old objects without a row only, and none of another installation.
pub async fn sweeps_only_its_own_objects_without_a_row(engine: Engine) {
    let (bench, folder) = (bench(engine).await, Scratch::new());
    let attachments = service(&bench, folder.path(), "");
    let (kept, lost) = (taken_in(&attachments, "kept.pdf").await, taken_in(&attachments, "lost.pdf").await);
    insert(&bench, &kept, "r-1").await;
    let foreign = folder.path().join("another-keys-fil").join("00").join(lost.id());
    fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    fs::write(&foreign, b"sealed by another installation").unwrap();
    assert_eq!(attachments.sweep().await.unwrap(), 0, "its row may be on the way");
    bench.clock.advance(jiff::SignedDuration::from_hours(25));
    assert_eq!(attachments.sweep().await.unwrap(), 1);
    assert!(foreign.exists());
    let found = store::find_attachments(&bench.db, &bench.sealer, "r-1").await.unwrap();
    assert!(attachments.read(&found[0]).await.unwrap().is_some());
}

/// Files of referrals that arrived are removed at an age, and those of no other.
pub async fn removes_files_of_old_sent_referrals(engine: Engine) {
    let (bench, folder) = (bench(engine).await, Scratch::new());
    let attachments = service(&bench, folder.path(), "");
    for (id, status, updated_at) in [
        ("a-old", "sent", 5),
        ("b-faxed", "faxed", 6),
        ("c-new", "sent", 50),
        ("d-lost", "unconfirmed", 5),
        ("e-draft", "draft", 5),
    ] {
        let submitted_at = (status != "draft").then_some(1);
        let referral = RawReferral { id, status, updated_at, submitted_at, ..RawReferral::default() };
        insert_referral(&bench.db, referral).await.unwrap();
        insert(&bench, &taken_in(&attachments, "file.pdf").await, id).await;
    }
    let span = SENT_ATTACHMENTS.find(&bench.db, 10).await.unwrap();
    assert_eq!((span.count, span.oldest_at, span.newest_at), (2, Some(5), Some(6)));
    let mut tx = bench.db.begin_write().await.unwrap();
    assert_eq!(SENT_ATTACHMENTS.delete(&mut tx, 10, 100).await.unwrap(), 2);
    tx.commit().await.unwrap();
    for (id, files) in [("a-old", 0), ("b-faxed", 0), ("c-new", 1), ("d-lost", 1), ("e-draft", 1)] {
        let found = store::find_attachments(&bench.db, &bench.sealer, id).await.unwrap();
        assert_eq!(found.len(), files, "{id}");
    }
}

/// A scanner that cannot be reached refuses every file, and nothing is stored.
pub async fn stores_nothing_without_its_scanner(engine: Engine) {
    let (bench, folder) = (bench(engine).await, Scratch::new());
    let attachments = service(&bench, folder.path(), "clamd = \"127.0.0.1:1\"\n");
    let upload = Upload { name: "report.pdf".to_owned(), content: Ok(PDF.to_vec()) };
    let refused = attachments.take_in(upload, &Limits::default()).await.unwrap_err();
    assert_eq!((refused.name.as_str(), refused.kind), ("report.pdf", RefusalKind::NotScanned));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
