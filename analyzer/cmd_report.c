/* cmd_report.c - `outlive report`.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/cmd_report.h"

#include <errno.h>
#include <string.h>

#include "analyzer/cmd_report_text.h"
#include "analyzer/envelope.h"
#include "analyzer/growth_json.h"
#include "analyzer/session.h"
#include "analyzer/summary.h"

enum {
    FINDINGS_SHOWN = 5
};

static const char *status_of(const struct ol_summary *summary)
{
    const enum ol_exit code = ol_summary_exit(summary);
    if (code == OL_EXIT_CLEAN) return "clean";
    return code == OL_EXIT_FINDINGS ? "findings" : "insufficient";
}

/* One array of what `make` says of every process. */
static json_t *join(const struct ol_summary *summary,
    const struct ol_session *session,
    json_t *(*make)(
        const struct ol_growth *growth, const struct ol_naming *naming))
{
    json_t *all = json_array();
    for (size_t i = 0; i < summary->count; i++) {
        json_t *some = make(summary->growth[i], &session->naming);
        const int pid = (int)ol_model_process(summary->model, i)->pid;
        size_t at = 0;
        json_t *finding = NULL;
        json_array_foreach(some, at, finding)
            json_object_set_new(finding, "pid", json_integer(pid));
        json_array_extend(all, some);
        json_decref(some);
    }
    return all;
}

static int print_json(FILE *to, const struct ol_summary *summary,
    const struct ol_session *session)
{
    json_t *report = ol_envelope_create(summary->model, "report");
    if (!report) return -ENOMEM;
    const int failed =
        json_object_set_new(
            report, "status", json_string(status_of(summary))) ||
        json_object_set_new(report, "doubt",
            summary->doubt ? json_string(summary->doubt) : json_null()) ||
        json_object_set_new(report, "findings",
            join(summary, session, ol_growth_json_findings)) ||
        json_object_set_new(report, "owner_bounded",
            join(summary, session, ol_growth_json_bounded)) ||
        json_object_set_new(report, "growth",
            ol_growth_json_summary(
                summary->growth[ol_growth_subject(summary->model)],
                &session->naming)) ||
        json_object_set_new(
            report, "kinds", ol_envelope_kinds(summary->model, 0)) ||
        json_object_set_new(
            report, "series", ol_envelope_series(summary->model, 0)) ||
        json_object_set_new(
            report, "processes", ol_envelope_processes(summary->model));
    const int error = failed ? -ENOMEM : ol_envelope_print(report, to);
    json_decref(report);
    return error;
}

static enum ol_exit print(FILE *to, const char *path,
    const struct ol_session *session, const struct ol_options *options)
{
    struct ol_summary summary;
    int error = ol_summary_create(&summary, session->model, options->kind);
    if (error) goto fail_create;
    struct ol_report_view view = {
        .naming = session->naming,
        .path = path,
        .limit = options->limit ? options->limit : FINDINGS_SHOWN,
    };
    ol_screen_init(&view.screen, to, options->plain);
    error = options->json ? print_json(to, &summary, session)
                          : ol_report_print(&summary, &view);
    const enum ol_exit code = ol_summary_exit(&summary);
    ol_summary_destroy(&summary);
    if (!error) return code;
fail_create:
    ol_command_complain("%s: %s", path, strerror(-error));
    return OL_EXIT_INTERNAL;
}

enum ol_exit ol_cmd_report_print(
    FILE *to, const char *path, const struct ol_options *options)
{
    struct ol_session session;
    enum ol_exit code = ol_session_open(&session, path, options);
    if (code != OL_EXIT_CLEAN) {
        ol_command_complain("%s", session.error);
        return code;
    }
    code = print(to, path, &session, options);
    ol_command_complain_of_names(session.places);
    ol_session_close(&session);
    return code;
}

static enum ol_exit run(const struct ol_options *options)
{
    return ol_cmd_report_print(stdout, options->argument[0], options);
}

const struct ol_command ol_command_report = {
    .name = "report",
    .arguments = "DIR",
    .summary = "one screen: is it clean, how sure, what first",
    .examples = "  outlive report demo.olt\n"
                "  outlive report --rules tokio.rules --json demo.olt > "
                "report.json\n",
    .form = {.takes = OL_TAKES_READING | OL_TAKES_ITERATIONS,
        .limit = FINDINGS_SHOWN,
        .least = 1,
        .most = 1},
    .run = run,
};
