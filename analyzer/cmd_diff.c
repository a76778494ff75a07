/* cmd_diff.c - outlive diff: what grows in one recording and not in another.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzer/cmd_diff_text.h"
#include "analyzer/command.h"
#include "analyzer/diff.h"
#include "analyzer/diff_json.h"
#include "analyzer/envelope.h"
#include "analyzer/growth.h"
#include "analyzer/growth_json.h"
#include "analyzer/session.h"

enum {
    SHOWN = 10
};

/* ---- A side ---- */

/* The part of a report that a comparison reads, of a recording. */
static json_t *summarise(const struct ol_session *session)
{
    struct ol_growth *growth = NULL;
    const struct ol_process *process =
        ol_model_process(session->model, ol_growth_subject(session->model));
    if (ol_growth_create(process, &growth) != 0) return NULL;
    json_t *summary = ol_growth_json_summary(growth, &session->naming);
    ol_growth_destroy(growth);
    return json_pack(
        "{s:s, s:o}", "schema", "outlive.report/1", "growth", summary);
}

static enum ol_exit load_recording(
    const char *path, const struct ol_options *options, json_t **out)
{
    struct ol_session session;
    const enum ol_exit code = ol_session_open(&session, path, options);
    if (code != OL_EXIT_CLEAN) {
        ol_command_complain("%s", session.error);
        return code;
    }
    *out = summarise(&session);
    ol_command_complain_of_damage(session.model);
    ol_session_close(&session);
    if (*out) return OL_EXIT_CLEAN;
    ol_command_complain("%s: %s", path, strerror(ENOMEM));
    return OL_EXIT_INTERNAL;
}

/* Traces begin with a byte that no JSON text has. */
static bool is_json_file(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return false;
    FILE *file = fopen(path, "re");
    if (!file) return false;
    const int first = fgetc(file);
    fclose(file);
    return first != 0x89;
}

static enum ol_exit load_report(const char *path, json_t **out)
{
    json_error_t error;
    *out = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (*out) return OL_EXIT_CLEAN;
    ol_command_complain(
        "%s: byte %d: no JSON: %s", path, error.position, error.text);
    return OL_EXIT_EVIDENCE;
}

static enum ol_exit load_side(const char *path,
    const struct ol_options *options, struct ol_diff_reading *out)
{
    json_t *document = NULL;
    enum ol_exit code = is_json_file(path)
                            ? load_report(path, &document)
                            : load_recording(path, options, &document);
    if (code != OL_EXIT_CLEAN) return code;

    const char *what = NULL;
    const int error = ol_diff_read(document, path, out, &what);
    json_decref(document);
    if (!error) return OL_EXIT_CLEAN;
    ol_command_complain(
        "%s: %s", path, error == -EBADMSG ? what : strerror(-error));
    return error == -EBADMSG ? OL_EXIT_EVIDENCE : OL_EXIT_INTERNAL;
}

/* ---- The command ---- */

static int print_json(const struct ol_diff *diff,
    const struct ol_diff_reading *base, const struct ol_diff_reading *now)
{
    json_t *document = ol_diff_to_json(diff, base, now);
    if (!document) return -ENOMEM;
    const int error = ol_envelope_print(document, stdout);
    json_decref(document);
    return error;
}

/* What was not seen may be new, or the free of what seems new: nothing passes
 * and nothing fails without it. */
static enum ol_exit judge(
    const struct ol_diff *diff, const struct ol_diff_side *now)
{
    if (diff->refusal || now->partial) return OL_EXIT_EVIDENCE;
    return ol_diff_fails(diff) ? OL_EXIT_FINDINGS : OL_EXIT_CLEAN;
}

static enum ol_exit compare(const struct ol_diff_reading *base,
    const struct ol_diff_reading *now, const struct ol_options *options)
{
    struct ol_diff diff;
    const int error = ol_diff_create(&base->side, &now->side, &diff);
    if (error && error != -EDOM) {
        ol_command_complain("diff: %s", strerror(-error));
        return OL_EXIT_INTERNAL;
    }
    enum ol_exit code = judge(&diff, &now->side);
    if (!options->json) {
        const struct ol_diff_view view = {
            &base->side, &now->side, options->limit, options->plain};
        ol_diff_print(stdout, &diff, &view);
    } else if (print_json(&diff, base, now) != 0) {
        ol_command_complain("diff: the JSON could not be written");
        code = OL_EXIT_INTERNAL;
    }
    ol_diff_deinit(&diff);
    return code;
}

static enum ol_exit run(const struct ol_options *options)
{
    struct ol_diff_reading base = {0};
    struct ol_diff_reading now = {0};
    enum ol_exit code = load_side(options->argument[0], options, &base);
    if (code == OL_EXIT_CLEAN)
        code = load_side(options->argument[1], options, &now);
    if (code == OL_EXIT_CLEAN) code = compare(&base, &now, options);
    ol_diff_reading_deinit(&now);
    ol_diff_reading_deinit(&base);
    return code;
}

const struct ol_command ol_command_diff = {
    .name = "diff",
    .arguments = "BASE NEW",
    .summary = "what is new, fixed, worse or better between two recordings",
    .examples = "  outlive diff old.olt new.olt\n"
                "  outlive diff main.json new.olt               a report saved "
                "earlier\n",
    .form = {.takes = OL_TAKES(JSON) | OL_TAKES(LIMIT) | OL_TAKES(RULES) |
                      OL_TAKES(PLAIN) | OL_TAKES(DEBUGINFOD) |
                      OL_TAKES_ITERATIONS,
        .limit = SHOWN,
        .least = 2,
        .most = 2},
    .run = run,
};
