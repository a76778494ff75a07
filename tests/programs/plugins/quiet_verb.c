/* quiet_verb.c - one annotation, to read what it costs when unheard.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <outlive/outlive.h>

void quiet_verb(const void *entity);

void quiet_verb(const void *entity)
{
    ol_ref(entity);
}
