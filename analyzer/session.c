/* session.c - see session.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/model_build.h"
#include "analyzer/progress.h"

static void say(struct ol_session *session, const char *format, ...)
    OL_PRINTF(2, 3);

static void say(struct ol_session *session, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(session->error, sizeof session->error, format, arguments);
    va_end(arguments);
}

static enum ol_exit load_rules(
    struct ol_session *session, const struct ol_options *options)
{
    for (size_t i = 0; i < options->rules_count; i++) {
        struct ol_rulebook_error where = {0};
        const char *path = options->rules[i];
        const int error = ol_rulebook_load(session->book, path, &where);
        if (!error) continue;
        if (where.line > 0) {
            say(session, "%s: line %" PRIu32 ": %s", path, where.line,
                where.what);
        } else {
            say(session, "%s: %s", path,
                where.what ? where.what : strerror(-error));
        }
        return OL_EXIT_USAGE;
    }
    return OL_EXIT_CLEAN;
}

/* What went wrong with the recording, in words. */
static enum ol_exit explain(struct ol_session *session, const char *path,
    uint32_t pid, int error, const struct ol_damage *damage)
{
    const bool bad =
        error == -ENODATA || error == -EBADMSG || error == -ENOTSUP;
    if (bad && damage->what) {
        say(session, "%s: byte %" PRIu64 ": %s", damage->file, damage->byte,
            damage->what);
        return OL_EXIT_EVIDENCE;
    }
    if (bad && pid != 0) {
        say(session, "%s: no trace of process %" PRIu32 " in it", path, pid);
        return OL_EXIT_EVIDENCE;
    }
    if (bad) {
        say(session, "%s: no trace in it: nothing was recorded", path);
        return OL_EXIT_EVIDENCE;
    }
    say(session, "%s: %s", path, strerror(-error));
    return error == -ENOMEM ? OL_EXIT_INTERNAL : OL_EXIT_USAGE;
}

/* Whoever asks for marks is not served by slices of time. */
static enum ol_exit check_mark(struct ol_session *session, const char *path,
    const struct ol_options *options)
{
    if (!options->mark) return OL_EXIT_CLEAN;
    for (size_t i = 0; i < ol_model_process_count(session->model); i++) {
        const struct ol_process *process = ol_model_process(session->model, i);
        if (process->iterations.source == OL_ITERATION_MARKS)
            return OL_EXIT_CLEAN;
    }
    say(session, "%s: no mark is named %s", path, options->mark);
    return OL_EXIT_EVIDENCE;
}

static enum ol_exit build(struct ol_session *session, const char *path,
    const struct ol_options *options)
{
    struct ol_progress progress;
    struct ol_damage damage;
    struct ol_model_options how = {
        .pid = options->pid,
        .slices = options->slices,
        .mark = options->mark,
        .classify = ol_places_classify,
        .classify_context = &session->rules,
        .progress = ol_progress_show,
        .progress_context = &progress,
    };
    ol_progress_init(&progress);
    const int error = ol_model_build(path, &how, &session->model, &damage);
    ol_progress_end(&progress);
    return error ? explain(session, path, options->pid, error, &damage)
                 : OL_EXIT_CLEAN;
}

enum ol_exit ol_session_open(struct ol_session *session, const char *path,
    const struct ol_options *options)
{
    const struct ol_symbols_options symbols = {
        .debuginfod = options->debuginfod};
    *session = (struct ol_session){0};
    enum ol_exit code = OL_EXIT_INTERNAL;
    if (ol_places_create(&symbols, &session->places) ||
        ol_rulebook_create(&session->book)) {
        say(session, "out of memory");
        goto fail_open;
    }
    session->rules = (struct ol_places_rules){session->places, session->book};
    code = load_rules(session, options);
    if (code == OL_EXIT_CLEAN) code = build(session, path, options);
    if (code == OL_EXIT_CLEAN) code = check_mark(session, path, options);
    if (code != OL_EXIT_CLEAN) goto fail_open;
    session->naming =
        (struct ol_naming){session->model, session->places, session->book};
    return OL_EXIT_CLEAN;
fail_open:
    ol_session_close(session);
    return code;
}

void ol_session_close(struct ol_session *session)
{
    ol_model_destroy(session->model);
    ol_places_destroy(session->places);
    ol_rulebook_destroy(session->book);
    session->model = NULL;
    session->places = NULL;
    session->book = NULL;
}
