/* glob.c - does a text fit a pattern with * and ?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/glob.h"

#include <stddef.h>

bool ol_glob_fits(const char *pattern, const char *text)
{
    const char *star = NULL;   /* the last one: goes on after it … */
    const char *resume = NULL; /* … with the text from here */
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == *text || *pattern == '?') {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}
