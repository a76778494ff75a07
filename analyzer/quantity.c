/* quantity.c - numbers as people read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *ol_quantity_bytes(double bytes, char out[OL_QUANTITY_BYTES])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (bytes >= 1024 && unit < 4) {
        bytes /= 1024;
        unit++;
    }
    const int whole = unit == 0 && (bytes >= 10 || bytes == floor(bytes));
    snprintf(
        out, OL_QUANTITY_BYTES, "%.*f %s", whole ? 0 : 1, bytes, units[unit]);
    return out;
}

const char *ol_quantity_time(double seconds, char out[OL_QUANTITY_BYTES])
{
    static const struct {
        double below, unit;
        const char *format;
    } scales[] = {
        {1e-3, 1e-6, "%.3g us"},
        {1, 1e-3, "%.3g ms"},
        {120, 1, "%.3g s"},
        {7200, 60, "%.0f min"},
        {172800, 3600, "%.1f h"},
        {INFINITY, 86400, "%.0f days"},
    };
    size_t scale = 0;
    while (seconds >= scales[scale].below)
        scale++;
    /* The formats are constants of this table. */
    snprintf(out, OL_QUANTITY_BYTES, scales[scale].format,
        seconds / scales[scale].unit);
    return out;
}

void ol_quantity_place(const char *place, bool plain, char *out, size_t size)
{
    static const char arrow[] = "◂";
    size_t used = 0;
    while (*place != '\0' && used + 1 < size) {
        const bool is_arrow =
            plain && strncmp(place, arrow, sizeof arrow - 1) == 0;
        if (is_arrow && used + 2 >= size) break;
        if (is_arrow) {
            out[used++] = '<';
            out[used++] = '-';
            place += sizeof arrow - 1;
        } else {
            out[used++] = *place++;
        }
    }
    out[used] = '\0';
}
