/* crux_resolve.c - what the shell can do with a request: answer it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_resolve.h"

#include <errno.h>

int rt_crux_resolve_send(struct rt_crux_resolve *resolve, intptr_t value)
{
    if (resolve->answers == RT_CRUX_NEVER) return -EINVAL;
    const struct rt_crux_item answer = {.value = value};
    const int err = rt_crux_sender_send(&resolve->sender, answer);
    if (resolve->answers == RT_CRUX_MANY || err == -ENOMEM) return err;
    rt_crux_resolve_drop(resolve);
    return 0;
}

void rt_crux_resolve_drop(struct rt_crux_resolve *resolve)
{
    resolve->answers = RT_CRUX_NEVER;
    rt_crux_sender_drop(&resolve->sender);
}
