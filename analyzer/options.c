/* options.c - see options.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ERROR_BYTES = 128,
    HELP = 1000, /* values of getopt_long beyond the list */
};

struct description {
    const char *name;
    int letter;
    const char *value;
    const char *text;
};

static const struct description description[] = {
#define X(id, name, letter, value, text) {name, letter, value, text},
    OL_OPTION_LIST(X)
#undef X
};

static const struct option long_options[] = {
#define X(id, name, letter, value, text)                            \
    {name, (value) != NULL ? required_argument : no_argument, NULL, \
        OL_OPTION_##id},
    OL_OPTION_LIST(X)
#undef X
        {"help", no_argument, NULL, HELP},
    {NULL, 0, NULL, 0},
};

/* ":+hk:n:…" */
static void make_short_options(bool stop, char *out)
{
    char *at = out;
    if (stop) *at++ = '+';
    *at++ = ':';
    *at++ = 'h';
    for (size_t i = 0; i < OL_OPTION_COUNT; i++) {
        if (description[i].letter == 0) continue;
        *at++ = (char)description[i].letter;
        if (description[i].value) *at++ = ':';
    }
    *at = 0;
}

/* The option that getopt_long returned, by letter or number. */
static int find_option(int got)
{
    if (got == 'h') return HELP;
    for (int i = 0; i < OL_OPTION_COUNT; i++)
        if (got == i || (description[i].letter && got == description[i].letter))
            return i;
    return got;
}

static bool read_number(
    const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    if (*text < '0' || *text > '9') return false;
    const unsigned long long number = strtoull(text, &end, 10);
    if (errno || *end || number < least || number > most) return false;
    *out = number;
    return true;
}

/* Takes an option that is a number. Returns whether it is one in range. */
static bool take_number(
    enum ol_option option, const char *text, struct ol_options *out)
{
    uint64_t number = 0;
    const uint64_t most = option == OL_OPTION_SLICES ? 100000 : INT32_MAX;
    const uint64_t least = option == OL_OPTION_LIMIT ? 0 : 1;
    if (!read_number(text, least, most, &number)) return false;
    if (option == OL_OPTION_LIMIT) out->limit = (size_t)number;
    if (option == OL_OPTION_PID) out->pid = (uint32_t)number;
    if (option == OL_OPTION_SLICES) out->slices = (uint32_t)number;
    return true;
}

static bool take_text(
    enum ol_option option, const char *text, struct ol_options *out)
{
    switch (option) {
    case OL_OPTION_KIND:
        out->kind = text;
        return true;
    case OL_OPTION_MARK:
        out->mark = text;
        return true;
    case OL_OPTION_FINGERPRINT:
        out->fingerprint = text;
        return true;
    case OL_OPTION_FORMAT:
        out->format = text;
        return true;
    case OL_OPTION_VALUE:
        out->value = text;
        return true;
    case OL_OPTION_OUTPUT:
        out->output = text;
        return true;
    case OL_OPTION_RULES:
        if (out->rules_count == OL_OPTIONS_RULES_MAX) return false;
        out->rules[out->rules_count++] = text;
        return true;
    default:
        return take_number(option, text, out);
    }
}

static void take_flag(enum ol_option option, struct ol_options *out)
{
    if (option == OL_OPTION_JSON) out->json = true;
    if (option == OL_OPTION_PLAIN) out->plain = true;
    if (option == OL_OPTION_ALL) out->all = true;
    if (option == OL_OPTION_CHECK) out->check = true;
    if (option == OL_OPTION_DEBUGINFOD) out->debuginfod = true;
}

/* Takes what getopt_long returned. */
static bool take(int got, const char *written,
    const struct ol_options_form *form, struct ol_options *out, char *error)
{
    const int option = find_option(got);
    if (option == HELP) {
        out->help = true;
        return true;
    }
    if (got == ':' || got == '?' || option >= OL_OPTION_COUNT) {
        snprintf(error, ERROR_BYTES,
            got == ':' ? "option %.60s needs a value"
                       : "there is no option %.60s",
            written);
        return false;
    }
    if (!(form->takes >> option & 1)) {
        snprintf(error, ERROR_BYTES, "it takes no option --%s",
            description[option].name);
        return false;
    }
    if (!description[option].value) {
        take_flag((enum ol_option)option, out);
        return true;
    }
    if (take_text((enum ol_option)option, optarg, out)) return true;
    snprintf(error, ERROR_BYTES, "--%s %.40s: not a usable %s",
        description[option].name, optarg, description[option].value);
    return false;
}

static bool check_arguments(const struct ol_options_form *form,
    const struct ol_options *options, char *error)
{
    if (options->argument_count < form->least) {
        snprintf(error, ERROR_BYTES, "it needs %zu argument%s, not %zu",
            form->least, form->least == 1 ? "" : "s", options->argument_count);
        return false;
    }
    if (options->argument_count > form->most) {
        snprintf(error, ERROR_BYTES, "what is %.60s for?",
            options->argument[form->most]);
        return false;
    }
    return true;
}

bool ol_options_read(int argc, char **argv, const struct ol_options_form *form,
    struct ol_options *out, char error[128])
{
    char letters[2 * OL_OPTION_COUNT + 8];
    make_short_options(form->arguments_follow, letters);
    *out = (struct ol_options){.limit = form->limit};
    opterr = 0;
    optind = 1;
    for (;;) {
        const char *written = optind < argc ? argv[optind] : "";
        const int got = getopt_long(argc, argv, letters, long_options, NULL);
        if (got == -1) break;
        if (!take(got, written, form, out, error)) return false;
    }
    out->argument = argv + optind;
    out->argument_count = (size_t)(argc - optind);
    return out->help || check_arguments(form, out, error);
}

void ol_options_describe(enum ol_option option, char *out, size_t size)
{
    const struct description *d = &description[option];
    char names[40];
    char letter[8] = "    ";
    if (d->letter) snprintf(letter, sizeof letter, "-%c, ", d->letter);
    snprintf(names, sizeof names, "%s--%s%s%s", letter, d->name,
        d->value ? " " : "", d->value ? d->value : "");
    snprintf(out, size, "  %-26s %s", names, d->text);
}
