//! Tests of a copy of the database that is made while it is written.

use std::cell::Cell;

use passerelle::db::Db;
use passerelle::testing::{Engine, store as testing};
use passerelle::users::{NewUser, Role, store};

use crate::bench::{Bench, bench};
use crate::outbox::put_in;

/// Writes two rows of different tables in one transaction.
async fn write_both(bench: &Bench, number: usize) {
    let mut tx = bench.db.begin_write().await.unwrap();
    let user = NewUser { name: "A".into(), email: None, role: Role::Clinician };
    store::insert_user(&mut tx, bench.clock(), &user, None).await.unwrap();
    put_in(bench, &mut tx, &format!("m-{number}")).await;
    tx.commit().await.unwrap();
}

/// R24: a copy that is made while three writers write has every transaction completely or not at all, and all that were
/// confirmed before it began. PostgreSQL is copied by its own tools.
pub async fn copies_a_database_that_is_written_meanwhile(engine: Engine) {
    let bench = bench(engine).await;
    let copy = bench.keys.with_file_name("copy");
    if engine == Engine::Postgres {
        assert!(bench.db.copy_into(&copy, |_| ()).await.unwrap_err().to_string().contains("its own tools"));
        return;
    }
    let (written, stop) = (Cell::new(0), Cell::new(false));
    let writer = |first: usize| {
        let (bench, written, stop) = (&bench, &written, &stop);
        async move {
            for number in (first..).step_by(3).take_while(|_| !stop.get()) {
                write_both(bench, number).await;
                written.set(written.get() + 1);
            }
        }
    };
    let copying = async {
        // Another connection, as the command has.
        let other = Db::open(&bench.settings, false).await.unwrap();
        for round in 0..10 {
            while written.get() < 10 * (round + 1) {
                tokio::task::yield_now().await;
            }
            let before = written.get();
            let file = bench.keys.with_file_name(format!("copy-{round}"));
            other.copy_into(&file, |_| ()).await.unwrap();
            let copied = Db::open_copy(&file).await.unwrap();
            let users = testing::count(&copied, "users").await.unwrap();
            assert_eq!(users, testing::count(&copied, "deliveries").await.unwrap());
            assert!(users >= before, "{users} of {before}");
            copied.close().await;
        }
        stop.set(true);
    };
    tokio::join!(copying, writer(0), writer(1), writer(2));
}
