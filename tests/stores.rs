//! Every store on SQLite and on PostgreSQL: each test runs twice, as `sqlite::name` and `postgres::name`.

#[path = "stores/bench.rs"]
mod bench;
#[path = "stores/ground.rs"]
mod ground;
#[path = "stores/launches.rs"]
mod launches;
#[path = "stores/outbox.rs"]
mod outbox;
#[path = "stores/people.rs"]
mod people;
#[path = "stores/sealing.rs"]
mod sealing;
#[path = "stores/worker.rs"]
mod worker;

/// Makes a test of each function for each engine.
macro_rules! on_both_engines {
    ($($room:ident: $($name:ident)+;)+) => {
        mod sqlite {
            $($(
                #[actix_web::test]
                async fn $name() {
                    crate::$room::$name(passerelle::testing::Engine::Sqlite).await;
                }
            )+)+
        }

        mod postgres {
            $($(
                #[actix_web::test]
                async fn $name() {
                    crate::$room::$name(passerelle::testing::Engine::Postgres).await;
                }
            )+)+
        }
    };
}

on_both_engines! {
    ground: migrations_run_twice_and_by_two_at_once a_database_without_schema_is_not_used a_dropped_transaction_is_undone a_statement_that_fails_late_undoes_the_others
        a_transaction_nobody_waits_for_any_more_is_undone_or_whole
        audit_events_come_back_newest_first no_audit_row_without_its_change odd_names_are_kept_as_they_are;
    people: an_email_belongs_to_one_account an_identity_is_linked_once links_are_compared_byte_by_byte
        an_invitation_is_taken_once_by_eight_at_once invitations_run_out sessions_are_found_by_key_within_both_limits
        a_session_of_the_same_user_is_renewed a_session_of_another_user_is_never_renewed disabling_ends_sessions
        sessions_of_an_ehr_end_together passwords_of_disabled_accounts_are_not_found
        ten_tries_at_a_password_let_it_rest_an_hour each_door_has_tries_of_its_own a_new_password_begins_anew
        earlier_sessions_of_an_administrator_are_known
        the_language_is_remembered;
    launches: an_attempt_is_taken_once_by_eight_at_once old_attempts_are_forgotten
        a_registration_comes_back_with_its_secret a_secret_moved_to_another_row_does_not_open
        suspending_is_told_once one_registration_that_cannot_be_read_hides_no_other
        refuses_a_base_or_secret_that_another_ehr_has keys_are_made_once_and_open_in_their_row_only
        withdrawn_keys_are_forgotten a_registration_that_changed_meanwhile_is_not_changed;
    outbox: eight_claimers_claim_each_of_200_once a_lease_runs_out_and_the_delivery_may_be_claimed_again
        an_interrupted_try_without_duplicates_is_unconfirmed a_late_settle_is_refused a_settled_delivery_is_not_claimed
        deliveries_wait_until_they_are_due the_payload_comes_back_byte_by_byte;
    worker: a_channel_that_panics_has_perhaps_delivered a_channel_that_hangs_has_perhaps_delivered
        a_message_this_node_cannot_open_waits_for_another;
}
