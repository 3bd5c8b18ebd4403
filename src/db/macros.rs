/// Runs one expression on a connection of whichever engine is open. The statement is written once; types are inferred per engine.
macro_rules! on {
    ($pool:expr, $executor:ident => $run:expr) => {
        match $pool {
            $crate::db::Pool::Sqlite(connections) => {
                let mut connection = connections.get().await?;
                let $executor = &mut *connection;
                $run
            }
            $crate::db::Pool::Postgres($executor) => $run,
        }
    };
}

/// Runs one expression inside a transaction, on whichever engine it belongs to.
macro_rules! on_tx {
    ($tx:expr, $executor:ident => $run:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $executor = &mut **tx;
                $run
            }
            $crate::db::Tx::Postgres(tx) => {
                let $executor = &mut **tx;
                $run
            }
        }
    };
}

/// Runs one statement inside a transaction and gives the number of rows it touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_tx!($tx, c => sqlx::query($sql)$(.bind($bind))*.execute(c).await?.rows_affected())
    };
}

/// A row type that both engines can read: one field for each column of the same name.
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

pub(crate) use {execute, on, on_tx, row};
