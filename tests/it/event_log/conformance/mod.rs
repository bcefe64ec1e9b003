//! What every store of the log must do. A test takes the store, opens the log and drives it through the trait alone, so
//! that a second store runs the same suite: `conformance!(name, factory)`.

mod concurrency;
mod expected_version;
mod idempotency;
mod lifecycle;
mod limits;
mod multi_stream;
mod reading;
mod restoring;
mod stored_content;
mod stream_list;

/// Makes a module of tests out of the suite; `$new` makes a new, empty store.
macro_rules! conformance {
    ($store:ident, $new:path) => {
        mod $store {
            conformance! { @tests $new;
                concurrency: many_writers_leave_no_gap, readers_never_skip, one_of_many_writers_wins_a_version,
                    the_watch_tells_only_what_can_be_read, a_full_queue_refuses_at_once_and_loses_nothing,
                    a_refused_request_does_not_touch_its_neighbours;
                expected_version: any_fits_everywhere, no_stream_fits_only_a_new_stream,
                    stream_exists_fits_only_an_old_stream, exact_fits_only_that_version,
                    a_conflict_changes_nothing;
                idempotency: a_repeated_append_answers_as_the_first, a_repetition_wins_over_a_conflict,
                    the_same_id_in_another_stream_is_refused, the_same_id_with_other_content_is_refused,
                    some_of_the_ids_are_refused, ids_from_two_appends_are_refused,
                    a_part_of_an_append_is_told_where_it_is,
                    a_repeated_command_answers_as_the_first, a_command_is_found_by_its_id,
                    a_refused_append_leaves_its_command_unknown, random_ids_are_idempotent_too;
                lifecycle: a_new_log_is_empty, what_was_written_is_there_after_opening_again,
                    a_closed_log_refuses_appends, what_was_accepted_is_finished_by_closing, closing_twice_is_harmless;
                limits: empty_requests_are_refused, bad_names_are_refused, too_much_is_refused,
                    the_largest_event_is_taken, the_largest_append_is_taken,
                    what_stands_twice_in_a_request_is_refused;
                multi_stream: all_streams_are_written, one_conflict_refuses_all, a_repetition_answers_for_all_streams;
                reading: forward_pages_cover_the_log, backward_pages_cover_the_log, a_page_beyond_the_head_is_empty,
                    a_limit_of_nothing_reads_nothing, every_filter_reads_what_it_wants, filters_combine,
                    time_is_found_by_halving, what_a_consumer_wants_is_counted_and_found, a_stream_is_read_both_ways, a_missing_stream_has_no_version,
                    one_event_is_found_by_its_id, effects_are_found_by_their_cause,
                    a_small_tail_and_the_disk_make_one_log;
                restoring: what_was_recorded_comes_back_as_it_was, an_append_goes_only_where_it_stood,
                    all_behind_a_refused_one_are_refused, times_are_restored_in_order_or_not_at_all;
                stored_content: content_comes_back_byte_for_byte, unicode_survives, metadata_survives,
                    times_never_decrease, a_clock_that_goes_back_does_not_take_the_log_with_it;
                stream_list: streams_are_listed_by_name, categories_and_prefixes_narrow_the_list,
                    pages_cover_the_list;
            }
        }
    };
    (@tests $new:path; $($area:ident: $($test:ident),+;)+) => {
        $(mod $area {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let store = $new();
                $crate::event_log::conformance::$area::$test(&store).await;
            })+
        })+
    };
}

conformance!(sqlite, crate::event_log::sqlite::SqliteStore::new);
conformance!(postgres, crate::event_log::postgres::PostgresStore::new);
