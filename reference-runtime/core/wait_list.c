/* wait_list.c - waits in the order in which they came.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/wait_list.h"

void rt_wait_list_init(struct rt_wait_list *list)
{
    ol_list_init(&list->waits);
    list->count = 0;
}

void rt_wait_init(struct rt_wait *wait)
{
    *wait = (struct rt_wait){0};
    ol_list_init(&wait->link);
}

struct rt_waker rt_wait_list_add(struct rt_wait_list *list,
    struct rt_wait *wait, const struct rt_waker *waker)
{
    if (!wait->list) {
        ol_list_append(&list->waits, &wait->link);
        wait->list = list;
        list->count++;
    }
    return rt_waker_replace(&wait->waker, waker);
}

static void leave(struct rt_wait *wait)
{
    ol_list_remove(&wait->link);
    wait->list->count--;
    wait->list = NULL;
}

struct rt_waker rt_wait_remove(struct rt_wait *wait)
{
    if (!wait->list) return (struct rt_waker){0};
    leave(wait);
    const struct rt_waker waker = wait->waker;
    wait->waker = (struct rt_waker){0};
    return waker;
}

void rt_wait_leave(struct rt_wait *wait, pthread_mutex_t *mutex)
{
    pthread_mutex_lock(mutex);
    struct rt_waker waker = rt_wait_remove(wait);
    pthread_mutex_unlock(mutex);
    rt_waker_drop(&waker);
}

struct rt_wait *rt_wait_list_take(struct rt_wait_list *list)
{
    if (ol_list_is_empty(&list->waits)) return NULL;
    struct rt_wait *const wait =
        OL_LIST_ENTRY(list->waits.next, struct rt_wait, link);
    leave(wait);
    return wait;
}
