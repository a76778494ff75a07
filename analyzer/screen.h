/* screen.h - how text reports look: width, colour, grouped digits.
 *
 * Shape:     colour only on terminals, and not with NO_COLOR or --plain.
 * Threads:   pure.
 * Source:    https://no-color.org
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_SCREEN_H
#define OL_ANALYZER_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    OL_SCREEN_COLUMNS = 100,
    OL_SCREEN_NUMBER_BYTES = 32,
};

struct ol_screen {
    FILE *to;
    bool plain; /* ASCII only */
    bool colour;
};

enum ol_ink {
    OL_INK_NONE,
    OL_INK_BAD,
    OL_INK_DOUBTFUL,
    OL_INK_GOOD,
    OL_INK_FAINT,
};

void ol_screen_init(struct ol_screen *screen, FILE *to, bool plain);

/* Prints a word in a colour. */
void ol_screen_print(
    const struct ol_screen *screen, enum ol_ink ink, const char *text);

/* Prints a text that may hold arrows, which plain screens write <-, cut to
 * `columns` with an ellipsis, and an end of line. */
void ol_screen_print_place(
    const struct ol_screen *screen, const char *place, size_t columns);

/* Writes 1234567 as "1,234,567". Returns `out`. */
const char *ol_screen_number(uint64_t number, char out[OL_SCREEN_NUMBER_BYTES]);

#endif
