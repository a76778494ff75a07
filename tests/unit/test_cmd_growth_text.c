/* test_cmd_growth_text.c - from a trace in memory to the screen and to JSON.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/cmd_growth_text.h"

#include <stdlib.h>

#include "analyzer/growth_json.h"
#include "analyzer/model_build.h"
#include "tests/support/check.h"
#include "tests/support/support_trace.h"

enum {
    CHUNK = 16384,
    ROUNDS = 1400,
    ROOM = 256, /* of the first tooth */
    SECOND = 1000000000
};

/* Everything that a report is made of. */
struct bench {
    struct ol_trace trace;
    struct ol_model *model;
    struct ol_places *places;
    struct ol_rulebook *book;
    struct ol_growth *growth;
    struct ol_growth_view view;
    char *text;
    size_t bytes;
};

/* A queue that keeps what was read until it turns to its next buffer. */
struct queue {
    struct ol_ref block[ROUNDS];
    size_t count, room;
};

static void push(struct queue *queue, struct ol_trace_stream *stream,
    uint64_t tick, uint32_t stack)
{
    if (queue->count == queue->room) {
        for (size_t i = 0; i < queue->count; i++)
            ol_trace_free(stream, tick, queue->block[i]);
        queue->count = 0;
        queue->room += queue->room / 2;
    }
    queue->block[queue->count++] = ol_trace_malloc(stream, tick, stack, 32);
}

/* In every round: what `leaks` says of kind "closure", one block that goes
 * at once, and one into the queue. */
static void record(struct bench *bench, uint64_t rounds, int leaks)
{
    struct ol_trace_stream stream;
    struct queue *queue = calloc(1, sizeof *queue);
    OL_CHECK(queue != NULL);
    queue->room = ROOM;
    ol_trace_init(&bench->trace);
    ol_trace_begin(&bench->trace, &stream, 1, CHUNK);
    const uint32_t leak = ol_trace_stack(&stream, 0x10);
    const uint32_t brief = ol_trace_stack(&stream, 0x20);
    const uint32_t held = ol_trace_stack(&stream, 0x30);
    for (uint64_t round = 1; round <= rounds; round++) {
        const uint64_t tick = 1000 + round * SECOND / 4;
        for (int i = 0; i < leaks; i++) {
            const struct ol_ref block =
                ol_trace_malloc(&stream, tick, leak, 48);
            ol_trace_say(&stream, tick, OL_RECORD_BORN, block, "closure");
        }
        ol_trace_free(
            &stream, tick, ol_trace_malloc(&stream, tick, brief, 100));
        push(queue, &stream, tick, held);
        ol_trace_mark(&stream, tick, "round");
    }
    free(queue);
}

/* Iterations are the marks `mark`, NULL for all there are. */
static void open_bench_by(
    struct bench *bench, uint64_t rounds, int leaks, const char *mark)
{
    *bench = (struct bench){0};
    record(bench, rounds, leaks);
    const struct ol_model_options options = {.mark = mark};
    struct ol_damage damage;
    OL_CHECK_EQ(ol_model_build_bytes(bench->trace.bytes, bench->trace.count,
                    &options, &bench->model, &damage),
        0);
    OL_CHECK_EQ(ol_places_create(NULL, &bench->places), 0);
    OL_CHECK_EQ(ol_rulebook_create(&bench->book), 0);
    OL_CHECK_EQ(
        ol_growth_create(ol_model_process(bench->model, 0), &bench->growth), 0);
    bench->view = (struct ol_growth_view){
        .naming = {bench->model, bench->places, bench->book},
        .path = "x.olt",
        .limit = 10};
}

static void open_bench(struct bench *bench, uint64_t rounds, int leaks)
{
    open_bench_by(bench, rounds, leaks, NULL);
}

static void close_bench(struct bench *bench)
{
    free(bench->text);
    ol_growth_destroy(bench->growth);
    ol_rulebook_destroy(bench->book);
    ol_places_destroy(bench->places);
    ol_model_destroy(bench->model);
    ol_trace_deinit(&bench->trace);
}

static const char *print(struct bench *bench)
{
    free(bench->text);
    FILE *to = open_memstream(&bench->text, &bench->bytes);
    OL_CHECK(to != NULL);
    OL_CHECK_EQ(ol_growth_print(to, bench->growth, &bench->view), 0);
    OL_CHECK_EQ(fclose(to), 0);
    if (getenv("SHOW_TEXT")) puts(bench->text);
    return bench->text;
}

static int has(const char *text, const char *wanted)
{
    if (strstr(text, wanted)) return 1;
    fprintf(stderr, "no \"%s\" in:\n%s\n", wanted, text);
    return 0;
}

/* The widest line, in characters. */
static size_t width_of(const char *text)
{
    size_t widest = 0;
    size_t width = 0;
    for (; *text; text++) {
        if (*text == '\n') {
            width = 0;
        } else if (((unsigned char)*text & 0xc0) != 0x80) {
            width++;
        }
        if (width > widest) widest = width;
    }
    return widest;
}

OL_CASE(a_leak_is_on_the_screen_with_rate_strip_and_place)
{
    struct bench bench;
    open_bench(&bench, 64, 4);
    const char *text = print(&bench);
    OL_CHECK(has(text,
        "GROWTH  64 iterations (marks \"round\"; 7 warm-up, 7 settle), "
        "3 groups: 2 steady\n"));
    OL_CHECK(has(text, " STEADY     4.00 [3.46, 4.59]          192 B"));
    OL_CHECK(has(text, "      256  closure  "));
    OL_CHECK(has(text, "\n   cohorts  ███████│██████"));
    OL_CHECK(
        has(text, "50 cohorts, 100 % occupied, thirds 64/68/68, 48 B each; "
                  "512 MiB in 8 days at 4.0 it/s"));
    OL_CHECK(has(text, "            outlive growth x.olt --fingerprint "));
    OL_CHECK(width_of(text) <= 100);
    close_bench(&bench);
}

OL_CASE(growing_teeth_show_their_peaks_and_their_live_count)
{
    struct bench bench;
    open_bench(&bench, ROUNDS, 0);
    const char *text = print(&bench);
    OL_CHECK(has(text, ": 1 sawtooth\n"));
    OL_CHECK(has(text, " SAWTOOTH   in bursts"));
    OL_CHECK(has(text, "\n   live     "));
    OL_CHECK(has(text,
        "peaks 256, 384, 576 live at iterations 256, 640, 1216: each 1.50 x "
        "the one before\n"));
    OL_CHECK(width_of(text) <= 100);
    close_bench(&bench);
}

OL_CASE(slices_of_time_are_called_so)
{
    struct bench bench;
    open_bench_by(&bench, 128, 4, "no such mark");
    const char *text = print(&bench);
    OL_CHECK(has(text,
        "GROWTH  64 slices of time (500 ms each; no marks; 7 warm-up, 7 "
        "settle), 3 groups: 2 steady\n"));
    OL_CHECK(has(text, "rate/slice"));
    OL_CHECK(has(text, "\nSlices of time are not iterations"));
    OL_CHECK(!strstr(text, "it/s"));
    OL_CHECK_EQ(ol_growth_severity(bench.growth), OL_SEVERITY_WARNING);
    close_bench(&bench);
}

OL_CASE(plain_text_is_ascii)
{
    struct bench bench;
    open_bench(&bench, ROUNDS, 1);
    bench.view.plain = true;
    for (const char *at = print(&bench); *at; at++)
        OL_CHECK((unsigned char)*at < 0x80);
    OL_CHECK(has(bench.text, "\n   cohorts  @@@@@@|@@@@"));
    close_bench(&bench);
}

OL_CASE(a_fingerprint_shows_one_finding_with_its_stack)
{
    struct bench bench;
    open_bench(&bench, 64, 4);
    const char *at = strstr(print(&bench), "--fingerprint ");
    OL_CHECK(at != NULL);
    char fingerprint[9] = "";
    memcpy(fingerprint, at + strlen("--fingerprint "), 8);
    bench.view.fingerprint = fingerprint;
    const char *text = print(&bench);
    OL_CHECK(has(text, " STEADY "));
    OL_CHECK(has(text, "\n            0 "));
    OL_CHECK(has(text, "\n   live     "));
    OL_CHECK(has(text, "\n   cohorts  "));
    OL_CHECK(!strstr(text, "--fingerprint"));
    close_bench(&bench);
}

OL_CASE(what_is_beyond_the_limit_is_counted)
{
    struct bench bench;
    open_bench(&bench, 64, 1);
    bench.view.limit = 1;
    OL_CHECK(has(print(&bench), " and 1 more: outlive growth x.olt --limit 2"));
    bench.view.limit = 10;
    bench.view.kind = "closure";
    OL_CHECK(has(print(&bench), "  closure "));
    OL_CHECK(!strstr(bench.text, " more: "));
    bench.view.kind = "none such";
    OL_CHECK(!strstr(print(&bench), " STEADY "));
    close_bench(&bench);
}

OL_CASE(too_few_iterations_are_said_and_few_are_a_caution)
{
    struct bench bench;
    open_bench(&bench, 9, 1);
    OL_CHECK(has(print(&bench), "3 groups: no verdict\n"));
    OL_CHECK(has(bench.text, "\nToo few iterations for a verdict: 9."));
    close_bench(&bench);
    open_bench(&bench, 24, 1);
    OL_CHECK(has(print(&bench), "\nOnly 24 iterations: a cache"));
    close_bench(&bench);
}

OL_CASE(json_of_teeth_has_peaks_and_no_rate)
{
    struct bench bench;
    open_bench(&bench, ROUNDS, 0);
    json_t *findings =
        ol_growth_json_findings(bench.growth, &bench.view.naming);
    OL_CHECK_EQ(json_array_size(findings), 1);
    const json_t *finding = json_array_get(findings, 0);
    OL_CHECK(json_is_null(json_object_get(finding, "rate")));
    const json_t *sawtooth = json_object_get(finding, "sawtooth");
    const json_t *peaks = json_object_get(sawtooth, "peaks");
    OL_CHECK_EQ(json_array_size(peaks), 3);
    const json_t *last = json_array_get(peaks, 2);
    OL_CHECK_EQ(json_integer_value(json_object_get(last, "live")), 576);
    OL_CHECK_EQ(json_integer_value(json_object_get(last, "iteration")), 1216);
    json_decref(findings);
    close_bench(&bench);
}

OL_CASE(json_has_the_series_that_a_page_draws)
{
    struct bench bench;
    open_bench(&bench, 64, 4);
    json_t *findings =
        ol_growth_json_findings(bench.growth, &bench.view.naming);
    OL_CHECK_EQ(json_array_size(findings), 2);
    const json_t *finding = json_array_get(findings, 0);
    OL_CHECK_TEXT(
        json_string_value(json_object_get(finding, "verdict")), "STEADY");
    OL_CHECK_TEXT(
        json_string_value(json_object_get(finding, "severity")), "error");
    OL_CHECK(json_real_value(json_object_get(finding, "rate")) == 4);
    OL_CHECK_EQ(json_integer_value(json_object_get(finding, "count")), 256);
    OL_CHECK_EQ(json_array_size(json_object_get(finding, "site")), 1);
    const json_t *cohorts = json_object_get(finding, "cohorts");
    OL_CHECK_EQ(json_array_size(json_object_get(cohorts, "survivors")), 64);
    OL_CHECK_EQ(json_integer_value(json_object_get(cohorts, "warmup")), 7);

    json_t *summary = ol_growth_json_summary(bench.growth, &bench.view.naming);
    OL_CHECK_EQ(json_array_size(json_object_get(summary, "entries")), 2);
    OL_CHECK_TEXT(json_string_value(json_object_get(summary, "mark")), "round");
    json_t *bounded = ol_growth_json_bounded(bench.growth, &bench.view.naming);
    OL_CHECK_EQ(json_array_size(bounded), 0);
    json_decref(bounded);
    json_decref(summary);
    json_decref(findings);
    close_bench(&bench);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_leak_is_on_the_screen_with_rate_strip_and_place)
OL_CASES_ENTRY(growing_teeth_show_their_peaks_and_their_live_count)
OL_CASES_ENTRY(slices_of_time_are_called_so)
OL_CASES_ENTRY(plain_text_is_ascii)
OL_CASES_ENTRY(a_fingerprint_shows_one_finding_with_its_stack)
OL_CASES_ENTRY(what_is_beyond_the_limit_is_counted)
OL_CASES_ENTRY(too_few_iterations_are_said_and_few_are_a_caution)
OL_CASES_ENTRY(json_of_teeth_has_peaks_and_no_rate)
OL_CASES_ENTRY(json_has_the_series_that_a_page_draws)
OL_CASES_END
