/* screen.c - see screen.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/screen.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void ol_screen_init(struct ol_screen *screen, FILE *to, bool plain)
{
    const char *refused = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    *screen = (struct ol_screen){.to = to, .plain = plain};
    screen->colour = !plain && !(refused && *refused) &&
                     !(terminal && strcmp(terminal, "dumb") == 0) &&
                     isatty(fileno(to)) == 1;
}

void ol_screen_print(
    const struct ol_screen *screen, enum ol_ink ink, const char *text)
{
    static const char *const code[] = {
        [OL_INK_NONE] = "",
        [OL_INK_BAD] = "\033[1;31m",
        [OL_INK_DOUBTFUL] = "\033[1;33m",
        [OL_INK_GOOD] = "\033[1;32m",
        [OL_INK_FAINT] = "\033[2m",
    };
    const bool inked = screen->colour && ink != OL_INK_NONE;
    fprintf(screen->to, "%s%s%s", inked ? code[ink] : "", text,
        inked ? "\033[0m" : "");
}

/* Where the character after `at` begins. */
static const char *next_character(const char *at)
{
    at++;
    while ((*at & 0xc0) == 0x80)
        at++;
    return at;
}

static size_t count_columns(const char *text)
{
    size_t columns = 0;
    for (; *text; text = next_character(text))
        columns++;
    return columns;
}

void ol_screen_print_place(
    const struct ol_screen *screen, const char *place, size_t columns)
{
    static const char arrow[] = "◂";
    const bool fits = count_columns(place) <= columns;
    size_t left = fits ? columns : columns - (screen->plain ? 3 : 1);
    for (const char *at = place; *at && left > 0; left--) {
        const char *next = next_character(at);
        const size_t length = (size_t)(next - at);
        if (screen->plain && strncmp(at, arrow, sizeof arrow - 1) == 0)
            fputs("<-", screen->to);
        else
            fwrite(at, 1, length, screen->to);
        at = next;
    }
    if (!fits) fputs(screen->plain ? "..." : "…", screen->to);
    fputs("\n", screen->to);
}

const char *ol_screen_number(uint64_t number, char out[OL_SCREEN_NUMBER_BYTES])
{
    char digits[OL_SCREEN_NUMBER_BYTES];
    const int count = snprintf(digits, sizeof digits, "%" PRIu64, number);
    char *at = out;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0) *at++ = ',';
        *at++ = digits[i];
    }
    *at = 0;
    return out;
}
