//! Macros that write a statement once for both engines.

/// Runs one expression on a connection of the open engine. The statement is written once; its types are inferred per
/// engine.
macro_rules! on {
    ($pool:expr, $executor:ident => $run:expr) => {
        match $pool {
            $crate::db::Pool::Sqlite(connections) => {
                let mut connection = connections.get().await?;
                let $executor = &mut **connection;
                $run
            }
            $crate::db::Pool::Postgres(pool) => {
                let mut borrowed = $crate::db::Borrowed::from_pool(pool).await?;
                let answer = {
                    let $executor = &mut *borrowed;
                    $crate::db::within_deadline(async { Ok::<_, $crate::db::Error>($run) }).await
                };
                if answer.is_ok() {
                    borrowed.give_back();
                }
                answer??
            }
        }
    };
}

/// Runs one expression inside a transaction of either engine.
macro_rules! on_tx {
    ($tx:expr, $executor:ident => $run:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                tx.flush().await?;
                let $executor = &mut **tx;
                $run
            }
            $crate::db::Tx::Postgres(tx) => {
                let answer = {
                    let $executor = &mut **tx;
                    $crate::db::within_deadline(async { Ok::<_, $crate::db::Error>($run) }).await
                };
                tx.check(answer)?
            }
        }
    };
}

/// Runs one statement inside a transaction and returns the number of rows it touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_tx!($tx, c => sqlx::query($sql)$(.bind($bind))*.execute(c).await?.rows_affected())
    };
}

/// Queues one statement of a transaction whose row count is not needed. If it fails, the next statement or the commit
/// returns its error, and the transaction is rolled back.
macro_rules! defer {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => tx.defer($sql, |arguments| {
                use sqlx::Arguments as _;
                $(arguments.add($bind)?;)*
                Ok(())
            })?,
            $crate::db::Tx::Postgres(tx) => {
                let query = sqlx::query($sql)$(.bind($bind))*.execute(&mut **tx);
                let answer = $crate::db::within_deadline(async { Ok(query.await?) }).await;
                tx.check(answer)?;
            }
        }
    };
}

/// Runs one statement as a transaction of its own and returns the number of rows it touched.
macro_rules! execute_alone {
    ($db:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $db.begin_single().await? {
            $crate::db::Tx::Sqlite(mut tx) => {
                tx.defer($sql, |arguments| {
                    use sqlx::Arguments as _;
                    $(arguments.add($bind)?;)*
                    Ok(())
                })?;
                tx.commit_grouped().await?
            }
            mut tx @ $crate::db::Tx::Postgres(_) => {
                let touched = $crate::db::execute!(&mut tx, $sql $(, $bind)*);
                tx.commit().await?;
                touched
            }
        }
    };
}

/// Defines a row type that both engines can read, with one field for each column of the same name.
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),* }

        impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for $name
        where
            &'static str: sqlx::ColumnIndex<R>,
            $($type: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,)*
        {
            fn from_row(row: &'r R) -> sqlx::Result<Self> {
                Ok(Self { $($field: row.try_get(stringify!($field))?),* })
            }
        }
    };
}

pub(crate) use {defer, execute, execute_alone, on, on_tx, row};
