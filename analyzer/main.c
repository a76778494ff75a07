/* main.c - the command `outlive`.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analyzer/command.h"

static const struct ol_command *const command[] = {
    &ol_command_run,
    &ol_command_report,
    &ol_command_growth,
    &ol_command_live,
    &ol_command_diff,
    &ol_command_events,
    &ol_command_export,
};

enum {
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are counted */
    COMMANDS = sizeof command / sizeof command[0]
};

void ol_command_complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("outlive: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
}

static void complain_of_each(const struct ol_damage *damage, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ol_command_complain("%s: byte %" PRIu64 ": %s", damage[i].file,
            damage[i].byte, damage[i].what);
    }
}

void ol_command_complain_of_damage(const struct ol_model *model)
{
    size_t count = 0;
    const struct ol_damage *refused = ol_model_refused(model, &count);
    complain_of_each(refused, count);
    for (size_t i = 0; i < ol_model_process_count(model); i++) {
        const struct ol_process *process = ol_model_process(model, i);
        complain_of_each(process->damage, process->damage_count);
    }
}

void ol_command_complain_of_names(const struct ol_places *places)
{
    static const enum ol_symbols_state states[] = {
        OL_SYMBOLS_CHANGED, OL_SYMBOLS_MISSING, OL_SYMBOLS_UNREADABLE};
    const struct ol_symbols *symbols = ol_places_symbols(places);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        char names[256];
        const uint32_t count =
            ol_symbols_list(symbols, states[i], names, sizeof names);
        if (count == 0) continue;
        ol_command_complain("%" PRIu32 " module%s without names (%s): %s",
            count, count == 1 ? "" : "s", ol_symbols_state_text(states[i]),
            names);
    }
}

static void print_help(FILE *to)
{
    fputs("outlive - what grows in an async program, who owns it, and which "
          "line made it\n\n",
        to);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  outlive %-6s %-22s %s\n", command[i]->name,
            command[i]->arguments, command[i]->summary);
    fputs("\n  outlive COMMAND --help          options and examples\n"
          "  outlive --version\n"
          "\nExit codes: 0 clean, 1 findings, 2 usage, 3 too little evidence, "
          "4 internal error.\n",
        to);
}

static void print_command_help(const struct ol_command *self)
{
    printf("outlive %s [OPTION]… %s\n    %s\n\n", self->name, self->arguments,
        self->summary);
    for (int i = 0; i < OL_OPTION_COUNT; i++) {
        char line[128];
        if (!(self->form.takes >> i & 1)) continue;
        ol_options_describe((enum ol_option)i, line, sizeof line);
        puts(line);
    }
    printf("\nExamples\n%s", self->examples);
}

static const struct ol_command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(command[i]->name, name) == 0) return command[i];
    return NULL;
}

static enum ol_exit run_command(
    const struct ol_command *self, int argc, char **argv)
{
    struct ol_options options;
    char error[128];
    if (!ol_options_read(argc, argv, &self->form, &options, error)) {
        ol_command_complain(
            "%s: %s (outlive %s --help)", self->name, error, self->name);
        return OL_EXIT_USAGE;
    }
    if (options.help) {
        print_command_help(self);
        return OL_EXIT_CLEAN;
    }
    return self->run(&options);
}

/* What could not be written is an error too: a full disk, a closed pipe. */
static int finish(enum ol_exit code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return (int)code;
    ol_command_complain("output could not be written");
    return OL_EXIT_INTERNAL;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return OL_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
        strcmp(name, "help") == 0) {
        const struct ol_command *about =
            argc > 2 ? find_command(argv[2]) : NULL;
        if (about)
            print_command_help(about);
        else
            print_help(stdout);
        return finish(OL_EXIT_CLEAN);
    }
    if (strcmp(name, "--version") == 0) {
        puts("outlive " OUTLIVE_VERSION);
        return finish(OL_EXIT_CLEAN);
    }
    const struct ol_command *self = find_command(name);
    if (!self) {
        ol_command_complain("there is no command %s (outlive --help)", name);
        return OL_EXIT_USAGE;
    }
    return finish(run_command(self, argc - 1, argv + 1));
}
