//! Tests of every store on SQLite and on PostgreSQL: each test runs twice, as `sqlite::name` and `postgres::name`.

#[path = "stores/accounts.rs"]
mod accounts;
#[path = "stores/attachments.rs"]
mod attachments;
#[path = "stores/backup.rs"]
mod backup;
#[path = "stores/bench.rs"]
mod bench;
#[path = "stores/catalogue.rs"]
mod catalogue;
#[path = "stores/ground.rs"]
mod ground;
#[path = "stores/launches.rs"]
mod launches;
#[path = "stores/operations.rs"]
mod operations;
#[path = "stores/outbox.rs"]
mod outbox;
#[path = "stores/people.rs"]
mod people;
#[path = "stores/referrals.rs"]
mod referrals;
#[path = "stores/retention.rs"]
mod retention;
#[path = "stores/sealing.rs"]
mod sealing;
#[path = "stores/worker.rs"]
mod worker;

/// Defines a test of each function for each engine.
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
    attachments:
        keeps_a_file_sealed_and_bound_to_its_row
        sweeps_only_its_own_objects_without_a_row
        removes_files_of_old_sent_referrals
        stores_nothing_without_its_scanner;
    catalogue:
        imports_a_version_once_and_an_id_for_one_url
        lets_one_of_several_imports_win
        names_an_imported_form_that_cannot_be_read
        retires_and_offers_a_form_once;
    ground:
        applies_migrations_once_when_run_twice_and_concurrently
        refuses_a_database_without_schema
        rolls_back_a_dropped_transaction
        rolls_back_when_a_queued_statement_fails
        commits_or_rolls_back_a_cancelled_transaction_entirely
        lists_audit_events_newest_first
        finds_audit_events_by_filter_and_window
        rolls_back_the_audit_event_with_its_change
        stores_odd_names_unchanged;
    operations:
        keeps_data_when_migrated_from_the_first_version
        uses_a_newer_schema_that_allows_it
        refuses_a_keys_file_that_is_not_the_databases
        refuses_a_wrong_keys_file_for_a_database_without_records
        seals_every_row_again_with_the_current_key
        is_not_ready_while_the_database_cannot_be_written
        limits_the_wait_for_a_statement_and_a_lock;
    referrals:
        finds_existing_referrals_by_index
        finds_referrals_of_a_home_page_by_index
        finds_what_a_home_page_lists
        finds_existing_referrals_with_one_query
        finds_earlier_referrals_by_index
        finds_recent_and_undelivered_referrals
        finds_referrals_to_sign_by_index
        queues_referrals_of_an_earlier_version
        queues_referrals_of_one_clinic
        offers_clinicians_of_the_clinic_to_sign;
    backup:
        copies_a_database_that_is_written_meanwhile;
    people:
        refuses_an_email_of_another_account
        links_an_identity_once
        compares_links_byte_by_byte
        takes_an_invitation_once_of_eight_concurrent_callers
        refuses_an_expired_invitation
        finds_a_session_by_key_within_both_limits
        renews_a_session_of_the_same_user
        never_renews_a_session_of_another_user
        ends_sessions_of_a_disabled_account
        ends_all_sessions_of_an_ehr
        finds_no_password_of_a_disabled_account
        locks_an_account_for_an_hour_after_ten_attempts
        counts_attempts_separately_for_each_sign_in_page
        resets_attempts_with_a_new_password
        recognizes_earlier_sessions_of_an_administrator
        stores_the_language;
    accounts:
        reports_the_status_of_each_account
        reports_the_last_successful_sign_in
        keeps_the_last_administrator
        keeps_one_of_eight_administrators_who_remove_each_other
        changes_a_role_from_the_known_one_only
        unlinks_one_identity_and_ends_the_sessions_for_charts
        refuses_to_open_for_an_identity_unlinked_since
        leaves_no_session_of_an_identity_that_is_unlinked_while_a_chart_opens
        enables_an_account_without_its_sessions
        withdraws_invitations_of_a_disabled_account;
    launches:
        takes_an_attempt_once_of_eight_concurrent_callers
        deletes_old_attempts
        lists_no_launch_as_overdue_that_came_back_to_another_node
        lists_an_overdue_launch_until_it_comes_back
        loads_a_registration_with_its_secret
        refuses_a_secret_moved_to_another_row
        reports_a_suspension_once
        loads_other_registrations_despite_an_unreadable_one
        refuses_a_base_or_secret_of_another_ehr
        generates_keys_once_and_opens_them_in_their_row_only
        imports_the_same_registrations_in_eight_processes_at_once
        deletes_withdrawn_keys
        refuses_a_change_based_on_an_outdated_registration;
    outbox:
        claims_each_of_200_deliveries_once_with_eight_claimers
        claims_a_delivery_again_after_its_lease_expired
        marks_an_interrupted_attempt_without_duplicate_recognition_unconfirmed
        refuses_to_settle_after_the_lease_was_lost
        finds_the_message_of_a_subject
        does_not_claim_a_settled_delivery
        does_not_claim_a_delivery_before_it_is_due
        lists_deliveries_in_pages
        loads_the_payload_byte_by_byte;
    retention:
        removes_the_messages_of_finished_deliveries_only
        keeps_every_message_while_sending_is_held
        never_sends_a_removed_message_again
        removes_untouched_drafts_and_keeps_signed_referrals
        removes_exactly_what_the_plan_lists
        keeps_records_of_removals
        removes_nothing_that_cannot_be_recorded
        removes_in_one_process_at_a_time
        stops_when_another_process_took_over
        removes_nothing_on_the_first_day_of_a_plan
        keeps_sessions_with_tokens_to_revoke;
    worker:
        treats_a_panicking_channel_as_possibly_delivered
        treats_a_hanging_channel_as_possibly_delivered
        leaves_a_message_that_this_node_cannot_open_for_another
        uses_no_attempt_without_the_channel
        remembers_that_an_attempt_may_have_arrived
        remembers_an_interrupted_attempt
        ends_a_delivery_that_is_interrupted_again_and_again
        delivers_to_others_while_a_destination_hangs
        holds_a_restored_database_until_it_is_released
        holds_a_database_that_has_sent_and_has_no_mark
        recognises_a_copied_outbox_without_a_mark
        holds_once_although_several_workers_find_a_restoration
        doubts_what_had_failed_before_the_backup
        sends_a_failed_delivery_again_with_the_same_id;
}
