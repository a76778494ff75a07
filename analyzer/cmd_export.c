/* cmd_export.c - `outlive export`: all sites, for other tools.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "analyzer/command.h"
#include "analyzer/export.h"
#include "analyzer/protobuf.h"
#include "analyzer/session.h"

enum format {
    FORMAT_JSON,
    FORMAT_FOLDED,
    FORMAT_PPROF,
    FORMATS
};

static const char *const format_names[FORMATS] = {"json", "folded", "pprof"};

/* What is asked for. */
struct request {
    enum format format;
    enum ol_export_value value;
};

static bool parse_request(const struct ol_options *options, struct request *out)
{
    out->format = FORMAT_JSON;
    out->value = OL_EXPORT_INUSE_SPACE;
    if (options->value && ol_export_value_parse(options->value, &out->value)) {
        ol_command_complain("export: there is no value %s", options->value);
        return false;
    }
    if (options->json || !options->format) return true;
    for (int i = 0; i < FORMATS; i++) {
        if (strcmp(options->format, format_names[i]) != 0) continue;
        out->format = (enum format)i;
        return true;
    }
    ol_command_complain("export: there is no format %s", options->format);
    return false;
}

/* Writes bytes as gzip does: the form in which profiles are kept. */
static int write_gzip(const struct ol_protobuf *bytes, FILE *out)
{
    const int fd = dup(fileno(out));
    if (fd < 0) return -errno;
    gzFile file = gzdopen(fd, "wb");
    if (!file) {
        close(fd);
        return -ENOMEM;
    }
    const size_t written = gzfwrite(bytes->at, 1, bytes->count, file);
    const int closed = gzclose(file);
    return written == bytes->count && closed == Z_OK ? 0 : -EIO;
}

static int write_pprof(const struct ol_session *session, FILE *out)
{
    struct ol_protobuf profile;
    ol_protobuf_init(&profile);
    int error = ol_export_pprof(session->model, 0, session->places, &profile);
    if (!error) error = write_gzip(&profile, out);
    ol_protobuf_deinit(&profile);
    return error;
}

static int write_format(
    const struct ol_session *session, const struct request *request, FILE *out)
{
    int error = 0;
    switch (request->format) {
    case FORMAT_FOLDED:
        error = ol_export_folded(
            session->model, 0, session->places, request->value, out);
        break;
    case FORMAT_PPROF:
        error = write_pprof(session, out);
        break;
    default:
        error = ol_export_json(&session->naming, out);
    }
    if (!error && fflush(out) != 0) error = -errno;
    return error;
}

/* Writes to the file asked for, or to standard output. */
static enum ol_exit write_output(const struct ol_session *session,
    const struct request *request, const char *path)
{
    if (!path && request->format == FORMAT_PPROF && isatty(STDOUT_FILENO)) {
        ol_command_complain("export: a profile is no text: give -o FILE");
        return OL_EXIT_USAGE;
    }
    FILE *out = path ? fopen(path, "wbe") : stdout;
    int error = out ? write_format(session, request, out) : -errno;
    if (out && path && fclose(out) != 0 && !error) error = -errno;
    if (!error) return OL_EXIT_CLEAN;
    ol_command_complain(
        "%s: %s", path ? path : "standard output", strerror(-error));
    return error == -ENOMEM ? OL_EXIT_INTERNAL : OL_EXIT_USAGE;
}

static enum ol_exit run(const struct ol_options *options)
{
    struct request request;
    struct ol_session session;
    if (!parse_request(options, &request)) return OL_EXIT_USAGE;
    enum ol_exit code =
        ol_session_open(&session, options->argument[0], options);
    if (code != OL_EXIT_CLEAN) {
        ol_command_complain("%s", session.error);
        return code;
    }
    code = write_output(&session, &request, options->output);
    ol_command_complain_of_damage(session.model);
    ol_command_complain_of_names(session.places);
    ol_session_close(&session);
    return code;
}

const struct ol_command ol_command_export = {
    .name = "export",
    .arguments = "DIR",
    .summary = "all sites, for other tools: JSON, flame graphs, pprof",
    .examples = "  outlive export --format folded demo.olt | flamegraph.pl\n"
                "  outlive export --format pprof -o demo.pb.gz demo.olt\n"
                "  go tool pprof -top demo.pb.gz\n",
    .form = {.takes = OL_TAKES(JSON) | OL_TAKES(RULES) | OL_TAKES(PID) |
                      OL_TAKES(DEBUGINFOD) | OL_TAKES(FORMAT) |
                      OL_TAKES(VALUE) | OL_TAKES(OUTPUT),
        .least = 1,
        .most = 1},
    .run = run,
};
