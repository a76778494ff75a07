/* libc_callers.c - what the C library allocates for the program counts too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <dirent.h>
#include <libgen.h>
#include <locale.h>
#include <regex.h>
#include <time.h>
#include <wchar.h>

// expect: counts same

int main(void)
{
    for (int i = 0; i < 50; i++) {
        char *text = strdup("a string");
        char *longer = NULL;
        CHECK(asprintf(&longer, "%s %0500d", text, i) > 0);
        free(text);
        free(longer);
        text = strndup("abcdef", 3);
        CHECK(strcmp(text, "abc") == 0);
        free(text);
        text = realpath("/proc/../tmp", NULL);
        CHECK(text != NULL);
        free(text);
        text = getcwd(NULL, 0);
        CHECK(text != NULL);
        free(text);
        char *memory = NULL;
        size_t bytes = 0;
        FILE *const stream = open_memstream(&memory, &bytes);
        fprintf(stream, "%5000d", i);
        fclose(stream);
        CHECK(bytes == 5000);
        free(memory);
        regex_t pattern;
        CHECK(regcomp(&pattern, "(a|b)*c[0-9]+", REG_EXTENDED) == 0);
        CHECK(regexec(&pattern, "ababc12", 0, NULL, 0) == 0);
        regfree(&pattern);
    }
    setenv("OUTLIVE_TEST_A", "1", 1);
    setenv("OUTLIVE_TEST_A", "22", 1);
    unsetenv("OUTLIVE_TEST_A");
    FILE *const file = fopen("/proc/self/stat", "r");
    char *line = NULL;
    size_t room = 0;
    CHECK(getline(&line, &room, file) > 0);
    free(line);
    fclose(file);
    DIR *const folder = opendir("/");
    CHECK(folder && readdir(folder));
    closedir(folder);
    struct dirent **names = NULL;
    const int count = scandir("/proc/self/ns", &names, NULL, alphasort);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    setlocale(LC_ALL, "C.UTF-8");
    tzset();
    printf("printf has a buffer of its own\n");
    return 0;
}
