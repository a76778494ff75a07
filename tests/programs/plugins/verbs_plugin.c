/* verbs_plugin.c - a library that annotates.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../verbs.h"

int say_verbs_of_library(void);

int say_verbs_of_library(void)
{
    return say_all_verbs();
}
