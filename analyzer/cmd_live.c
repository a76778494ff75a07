/* cmd_live.c - `outlive live`: what is live at the end, by kind and by site.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/command.h"
#include "analyzer/envelope.h"
#include "analyzer/live_sites.h"
#include "analyzer/quantity.h"
#include "analyzer/screen.h"
#include "analyzer/session.h"

enum {
    SITES_SHOWN = 20,
    PLACE_INDENT = 43,
};

/* ---- Text ---- */

static void print_heading(
    const struct ol_screen *screen, const struct ol_process *process)
{
    char number[OL_SCREEN_NUMBER_BYTES];
    char bytes[OL_QUANTITY_BYTES];
    const enum ol_end end = process->evidence.end;
    const bool cut = end == OL_END_NONE || end == OL_END_SIGNAL ||
                     end == OL_END_ABORT || end == OL_END_EXEC;
    fprintf(screen->to, "LIVE     %s blocks, %s, %s process %" PRIu32 "\n",
        ol_screen_number(process->blocks.live, number),
        ol_quantity_bytes((double)process->blocks.live_bytes, bytes),
        cut ? "at the end of the recording of" : "when it ended, of",
        process->pid);
    if (cut) {
        fputs("         The process was cut off or still runs: live is not "
              "leaked.\n",
            screen->to);
    }
}

static void print_kinds(const struct ol_screen *screen,
    const struct ol_model *model, const struct ol_process *process,
    const struct ol_options *options)
{
    char bytes[OL_QUANTITY_BYTES];
    char live[OL_SCREEN_NUMBER_BYTES];
    char peak[OL_SCREEN_NUMBER_BYTES];
    char born[OL_SCREEN_NUMBER_BYTES];
    fprintf(screen->to, "\n %10s %12s %12s %12s  %s\n", "bytes", "live", "peak",
        "born", "kind");
    for (size_t i = 0; i < process->kind_count && i < options->limit; i++) {
        const struct ol_kind_totals *kind = &process->kind[i];
        const char *name = ol_model_kind_name(model, kind->kind);
        if (!name[0]) name = "-";
        if (options->kind && strcmp(options->kind, name) != 0) continue;
        fprintf(screen->to, " %10s %12s %12s %12s  %s",
            ol_quantity_bytes((double)kind->blocks.live_bytes, bytes),
            ol_screen_number(kind->blocks.live, live),
            ol_screen_number(kind->blocks.peak, peak),
            ol_screen_number(kind->blocks.born, born), name);
        if (kind->ended_live > 0)
            fprintf(screen->to, "  (%" PRIu64 " ended, not freed)",
                kind->ended_live);
        fputs("\n", screen->to);
    }
}

static void print_sites(
    const struct ol_screen *screen, const struct ol_live_sites *sites)
{
    char bytes[OL_QUANTITY_BYTES];
    char live[OL_SCREEN_NUMBER_BYTES];
    if (sites->count == 0) return;
    fprintf(screen->to, "\n %10s %12s  %-16s %s\n", "bytes", "live", "kind",
        "born at");
    for (size_t i = 0; i < sites->shown; i++) {
        const struct ol_live_site *site = &sites->at[i];
        fprintf(screen->to, " %10s %12s  %-16.24s ",
            ol_quantity_bytes((double)site->bytes, bytes),
            ol_screen_number(site->live, live), site->kind);
        ol_screen_print_place(
            screen, site->place, OL_SCREEN_COLUMNS - PLACE_INDENT);
    }
    if (sites->rest_live > 0) {
        fprintf(screen->to, " %10s %12s  at other sites (--limit)\n",
            ol_quantity_bytes((double)sites->rest_bytes, bytes),
            ol_screen_number(sites->rest_live, live));
    }
}

static int print_text(
    const struct ol_session *session, const struct ol_options *options)
{
    struct ol_screen screen;
    ol_screen_init(&screen, stdout, options->plain);
    for (size_t i = 0; i < ol_model_process_count(session->model); i++) {
        const struct ol_process *process = ol_model_process(session->model, i);
        struct ol_live_sites sites;
        const int error = ol_live_sites_create(
            &sites, &session->naming, process, options->kind, options->limit);
        if (error) return error;
        if (i > 0) fputs("\n", stdout);
        print_heading(&screen, process);
        print_kinds(&screen, session->model, process, options);
        print_sites(&screen, &sites);
        ol_live_sites_destroy(&sites);
    }
    return 0;
}

/* ---- JSON ---- */

static json_t *sites_to_json(
    const struct ol_session *session, const struct ol_live_sites *sites)
{
    json_t *array = json_array();
    for (size_t i = 0; i < sites->shown; i++) {
        const struct ol_live_site *site = &sites->at[i];
        struct ol_group_name name;
        if (ol_naming_group(&session->naming, "live", site->largest, &name)) {
            json_decref(array);
            return NULL;
        }
        json_array_append_new(
            array, json_pack("{s:s, s:I, s:I, s:I, s:s, s:o}", "kind",
                       ol_model_kind_name(session->model, site->largest->kind),
                       "count", (json_int_t)site->live, "bytes",
                       (json_int_t)site->bytes, "born", (json_int_t)site->born,
                       "fingerprint", site->fingerprint, "site",
                       ol_envelope_frames(&name.stack)));
    }
    return array;
}

static int add_process(json_t *report, const struct ol_session *session,
    const struct ol_options *options, size_t process)
{
    const struct ol_process *from = ol_model_process(session->model, process);
    struct ol_live_sites sites;
    const int error = ol_live_sites_create(
        &sites, &session->naming, from, options->kind, options->limit);
    if (error) return error;
    json_t *live = json_pack("{s:i, s:I, s:I, s:o, s:o, s:{s:I, s:I}}", "pid",
        (int)from->pid, "count", (json_int_t)from->blocks.live, "bytes",
        (json_int_t)from->blocks.live_bytes, "kinds",
        ol_envelope_kinds(session->model, process), "sites",
        sites_to_json(session, &sites), "others", "count",
        (json_int_t)sites.rest_live, "bytes", (json_int_t)sites.rest_bytes);
    ol_live_sites_destroy(&sites);
    return json_array_append_new(report, live) ? -ENOMEM : 0;
}

static int print_json(
    const struct ol_session *session, const struct ol_options *options)
{
    json_t *report = ol_envelope_create(session->model, "live");
    json_t *live = json_array();
    int error = report && live ? 0 : -ENOMEM;
    for (size_t i = 0; !error && i < ol_model_process_count(session->model);
         i++)
        error = add_process(live, session, options, i);
    if (!error && json_object_set(report, "live", live)) error = -ENOMEM;
    if (!error) error = ol_envelope_print(report, stdout);
    json_decref(live);
    json_decref(report);
    return error;
}

/* ---- The command ---- */

static bool is_complete(const struct ol_model *model)
{
    size_t refused = 0;
    (void)ol_model_refused(model, &refused);
    for (size_t i = 0; i < ol_model_process_count(model); i++)
        if (ol_model_is_partial(ol_model_process(model, i))) return false;
    return refused == 0;
}

static enum ol_exit run(const struct ol_options *options)
{
    struct ol_session session;
    const char *path = options->argument[0];
    const enum ol_exit code = ol_session_open(&session, path, options);
    if (code != OL_EXIT_CLEAN) {
        ol_command_complain("%s", session.error);
        return code;
    }
    const int error = options->json ? print_json(&session, options)
                                    : print_text(&session, options);
    const bool complete = is_complete(session.model);
    ol_command_complain_of_damage(session.model);
    ol_command_complain_of_names(session.places);
    ol_session_close(&session);
    if (error) {
        ol_command_complain("%s: %s", path, strerror(-error));
        return OL_EXIT_INTERNAL;
    }
    return complete ? OL_EXIT_CLEAN : OL_EXIT_EVIDENCE;
}

const struct ol_command ol_command_live = {
    .name = "live",
    .arguments = "DIR",
    .summary = "what is live at the end, by kind and by site",
    .examples = "  outlive live demo.olt\n"
                "  outlive live --kind callback --limit 5 demo.olt\n",
    .form = {.takes = OL_TAKES_READING,
        .limit = SITES_SHOWN,
        .least = 1,
        .most = 1},
    .run = run,
};
