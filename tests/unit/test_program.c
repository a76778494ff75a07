/* test_program.c - which executables can be traced.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/program.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/check.h"

static char folder[] = "/tmp/outlive-program-XXXXXX";

/* Writes a file of the test's own and returns its path. */
static const char *make_file(const char *name, const char *text, mode_t mode)
{
    static char path[PATH_MAX];
    if (strstr(folder, "XXXXXX") != NULL) OL_CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *const file = fopen(path, "w");
    OL_CHECK(file != NULL);
    OL_CHECK(fputs(text, file) >= 0);
    OL_CHECK(fclose(file) == 0);
    OL_CHECK(chmod(path, mode) == 0);
    return path;
}

OL_CASE(a_name_without_a_slash_is_searched_in_the_path)
{
    char path[PATH_MAX];
    OL_CHECK_EQ(ol_program_find("sh", path, sizeof(path)), OL_PROGRAM_NONE);
    OL_CHECK(path[0] == '/');
    OL_CHECK_EQ(ol_program_find("no-such-program-here", path, sizeof(path)),
        OL_PROGRAM_MISSING);
    OL_CHECK_EQ(ol_program_find("", path, sizeof(path)), OL_PROGRAM_MISSING);
}

OL_CASE(what_cannot_be_run_is_told_apart)
{
    char path[PATH_MAX];
    OL_CHECK_EQ(
        ol_program_find("/tmp", path, sizeof(path)), OL_PROGRAM_DIRECTORY);
    const char *const plain = make_file("plain", "text", 0644);
    OL_CHECK_EQ(ol_program_find(plain, path, sizeof(path)), OL_PROGRAM_DENIED);
}

OL_CASE(a_dynamic_program_can_be_traced)
{
    OL_CHECK_EQ(ol_program_inspect("/bin/sh"), OL_PROGRAM_NONE);
    OL_CHECK_EQ(ol_program_inspect("/proc/self/exe"), OL_PROGRAM_NONE);
}

OL_CASE(a_script_is_judged_by_its_interpreter)
{
    const char *path = make_file("good", "#! /bin/sh -e\n", 0755);
    OL_CHECK_EQ(ol_program_inspect(path), OL_PROGRAM_NONE);
    path = make_file("bad", "#!/no/such/interpreter\n", 0755);
    OL_CHECK_EQ(ol_program_inspect(path), OL_PROGRAM_UNREADABLE);
    path = make_file("empty", "#!   \n", 0755);
    OL_CHECK_EQ(ol_program_inspect(path), OL_PROGRAM_FOREIGN);
}

OL_CASE(a_script_that_interprets_itself_ends)
{
    char text[PATH_MAX + 8];
    snprintf(text, sizeof(text), "#!%s/loop\n", folder);
    OL_CHECK_EQ(ol_program_inspect(make_file("loop", text, 0755)),
        OL_PROGRAM_SCRIPT_DEPTH);
}

OL_CASE(an_elf_file_that_ends_early_is_refused)
{
    OL_CHECK_EQ(ol_program_inspect(make_file("short",
                    "\x7f"
                    "ELF",
                    0755)),
        OL_PROGRAM_FOREIGN);
}

OL_CASE(setgid_of_another_group_is_refused)
{
    const char *const path = make_file("setgid", "#!/bin/sh\n", 0755);
    if (getuid() != 0) {
        printf("        not root: no file of another group can be made\n");
        return;
    }
    OL_CHECK(chown(path, 0, 12345) == 0);
    OL_CHECK(chmod(path, 02755) == 0);
    OL_CHECK_EQ(ol_program_inspect(path), OL_PROGRAM_SECURE);
}

OL_CASE(every_problem_has_words)
{
    for (int i = OL_PROGRAM_NONE; i <= OL_PROGRAM_SCRIPT_DEPTH; i++)
        OL_CHECK(*ol_program_problem_text((enum ol_program_problem)i) != 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_name_without_a_slash_is_searched_in_the_path)
OL_CASES_ENTRY(what_cannot_be_run_is_told_apart)
OL_CASES_ENTRY(a_dynamic_program_can_be_traced)
OL_CASES_ENTRY(a_script_is_judged_by_its_interpreter)
OL_CASES_ENTRY(a_script_that_interprets_itself_ends)
OL_CASES_ENTRY(an_elf_file_that_ends_early_is_refused)
OL_CASES_ENTRY(setgid_of_another_group_is_refused)
OL_CASES_ENTRY(every_problem_has_words)
OL_CASES_END
