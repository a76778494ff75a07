/* cmd_growth.c - outlive growth: which groups of blocks grow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/cmd_growth_text.h"
#include "analyzer/command.h"
#include "analyzer/envelope.h"
#include "analyzer/growth.h"
#include "analyzer/growth_json.h"
#include "analyzer/session.h"

enum {
    SHOWN = 10
};

/* ---- What it comes to ---- */

static enum ol_exit judge(const struct ol_growth *growth)
{
    if (growth->evidence == OL_GROWTH_TOO_SHORT) return OL_EXIT_EVIDENCE;
    if (ol_growth_severity(growth) == OL_SEVERITY_ERROR)
        return OL_EXIT_FINDINGS;
    if (ol_model_is_partial(growth->process)) return OL_EXIT_EVIDENCE;
    return OL_EXIT_CLEAN;
}

/* ---- JSON ---- */

/* Drops the findings of other kinds. */
static void keep_kind(json_t *findings, const char *kind)
{
    for (size_t i = json_array_size(findings); i-- > 0;) {
        const json_t *finding = json_array_get(findings, i);
        const char *found = json_string_value(json_object_get(finding, "kind"));
        if (strcmp(found, kind) != 0) json_array_remove(findings, i);
    }
}

static const char *status_of(const struct ol_growth *growth)
{
    const enum ol_exit code = judge(growth);
    if (code == OL_EXIT_CLEAN) return "clean";
    return code == OL_EXIT_FINDINGS ? "findings" : "insufficient";
}

/* Each setter fails when its value is NULL, for want of memory. */
static json_t *make_document(const struct ol_growth *growth,
    const struct ol_session *session, const struct ol_options *options)
{
    const struct ol_naming *naming = &session->naming;
    const size_t subject = ol_growth_subject(session->model);
    json_t *findings = ol_growth_json_findings(growth, naming);
    if (findings && options->kind) keep_kind(findings, options->kind);
    json_t *document = ol_envelope_create(session->model, "growth");
    int failed =
        json_object_set_new(document, "status", json_string(status_of(growth)));
    failed |= json_object_set_new(document, "findings", findings);
    failed |= json_object_set_new(
        document, "owner_bounded", ol_growth_json_bounded(growth, naming));
    failed |= json_object_set_new(
        document, "growth", ol_growth_json_summary(growth, naming));
    failed |= json_object_set_new(
        document, "kinds", ol_envelope_kinds(session->model, subject));
    failed |= json_object_set_new(
        document, "series", ol_envelope_series(session->model, subject));
    failed |= json_object_set_new(
        document, "processes", ol_envelope_processes(session->model));
    if (!failed) return document;
    json_decref(document);
    return NULL;
}

static int print_json(const struct ol_growth *growth,
    const struct ol_session *session, const struct ol_options *options)
{
    json_t *document = make_document(growth, session, options);
    if (!document) return -ENOMEM;
    const int error = ol_envelope_print(document, stdout);
    json_decref(document);
    return error;
}

/* ---- Text ---- */

/* Of several processes, which one this is; and which others have marks. */
static void print_processes(const struct ol_growth *growth,
    const struct ol_model *model, const char *path)
{
    const size_t count = ol_model_process_count(model);
    if (count > 1)
        printf("\nThis is process %" PRIu32 " of %zu: %s\n",
            growth->process->pid, count, growth->process->command);
    for (size_t i = 0; i < count; i++) {
        const struct ol_process *process = ol_model_process(model, i);
        if (process == growth->process) continue;
        if (process->iterations.source != OL_ITERATION_MARKS) continue;
        printf("Process %" PRIu32 " has %" PRId64
               " marks of its own: outlive growth %s --pid %" PRIu32 "\n",
            process->pid, process->iterations.count, path, process->pid);
    }
}

static int print_text(const struct ol_growth *growth,
    const struct ol_session *session, const struct ol_options *options)
{
    const struct ol_growth_view view = {
        .naming = session->naming,
        .path = options->argument[0],
        .kind = options->kind,
        .fingerprint = options->fingerprint,
        .limit = options->limit,
        .plain = options->plain,
        .all = options->all,
    };
    const int error = ol_growth_print(stdout, growth, &view);
    if (!error) print_processes(growth, session->model, options->argument[0]);
    return error;
}

/* ---- The command ---- */

static enum ol_exit run(const struct ol_options *options)
{
    struct ol_session session;
    enum ol_exit code =
        ol_session_open(&session, options->argument[0], options);
    if (code != OL_EXIT_CLEAN) {
        ol_command_complain("%s", session.error);
        return code;
    }
    struct ol_growth *growth = NULL;
    const size_t subject = ol_growth_subject(session.model);
    int error =
        ol_growth_create(ol_model_process(session.model, subject), &growth);
    if (!error)
        error = options->json ? print_json(growth, &session, options)
                              : print_text(growth, &session, options);
    code = error ? OL_EXIT_INTERNAL : judge(growth);
    if (error) ol_command_complain("growth: %s", strerror(-error));
    ol_growth_destroy(growth);
    ol_command_complain_of_damage(session.model);
    ol_command_complain_of_names(session.places);
    ol_session_close(&session);
    return code;
}

const struct ol_command ol_command_growth = {
    .name = "growth",
    .arguments = "DIR",
    .summary = "which groups of blocks grow with the iterations, how fast",
    .examples =
        "  outlive growth demo.olt                      the findings\n"
        "  outlive growth demo.olt --fingerprint 4f1c   one, with its stack\n"
        "  outlive growth demo.olt --mark request       by marks of this "
        "name\n",
    .form = {.takes = OL_TAKES_READING | OL_TAKES_ITERATIONS | OL_TAKES(ALL) |
                      OL_TAKES(FINGERPRINT),
        .limit = SHOWN,
        .least = 1,
        .most = 1},
    .run = run,
};
