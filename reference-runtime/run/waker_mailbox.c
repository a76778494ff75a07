/* waker_mailbox.c - threads that wake whoever leaves a waker with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/waker_mailbox.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* Under the lock, which it gives up meanwhile. */
static void fire_one(struct rt_waker_mailbox *mailbox)
{
    struct rt_waker waker = mailbox->wakers[--mailbox->count];
    mailbox->wakers[mailbox->count] = (struct rt_waker){0};
    mailbox->busy++;
    pthread_mutex_unlock(&mailbox->mutex);
    rt_waker_fire(&waker);
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->busy--;
}

static void *serve(void *arg)
{
    struct rt_waker_mailbox *const mailbox = arg;
    pthread_mutex_lock(&mailbox->mutex);
    while (mailbox->count > 0 || !mailbox->closed) {
        if (mailbox->count > 0) {
            fire_one(mailbox);
            continue;
        }
        if (mailbox->busy == 0) pthread_cond_broadcast(&mailbox->idle);
        pthread_cond_wait(&mailbox->filled, &mailbox->mutex);
    }
    pthread_mutex_unlock(&mailbox->mutex);
    return NULL;
}

static int start(struct rt_waker_mailbox *mailbox, size_t threads)
{
    for (; mailbox->thread_count < threads; mailbox->thread_count++) {
        const int err = -pthread_create(
            &mailbox->threads[mailbox->thread_count], NULL, serve, mailbox);
        if (err) return err;
    }
    return 0;
}

int rt_waker_mailbox_init(
    struct rt_waker_mailbox *mailbox, size_t threads, size_t capacity)
{
    *mailbox = (struct rt_waker_mailbox){.capacity = capacity};
    pthread_mutex_init(&mailbox->mutex, NULL);
    pthread_cond_init(&mailbox->filled, NULL);
    pthread_cond_init(&mailbox->idle, NULL);
    mailbox->wakers = calloc(capacity, sizeof *mailbox->wakers);
    mailbox->threads = calloc(threads, sizeof *mailbox->threads);
    int err = mailbox->wakers && mailbox->threads ? 0 : -ENOMEM;
    if (!err) err = start(mailbox, threads);
    if (err) rt_waker_mailbox_deinit(mailbox);
    return err;
}

void rt_waker_mailbox_put(
    struct rt_waker_mailbox *mailbox, struct rt_waker waker)
{
    pthread_mutex_lock(&mailbox->mutex);
    assert(mailbox->count < mailbox->capacity);
    mailbox->wakers[mailbox->count++] = waker;
    pthread_cond_signal(&mailbox->filled);
    pthread_mutex_unlock(&mailbox->mutex);
}

void rt_waker_mailbox_wait_idle(struct rt_waker_mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    while (mailbox->count > 0 || mailbox->busy > 0)
        pthread_cond_wait(&mailbox->idle, &mailbox->mutex);
    pthread_mutex_unlock(&mailbox->mutex);
}

void rt_waker_mailbox_deinit(struct rt_waker_mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->closed = true;
    pthread_cond_broadcast(&mailbox->filled);
    pthread_mutex_unlock(&mailbox->mutex);
    for (size_t i = 0; i < mailbox->thread_count; i++)
        pthread_join(mailbox->threads[i], NULL);
    free(mailbox->threads);
    free(mailbox->wakers);
    pthread_cond_destroy(&mailbox->idle);
    pthread_cond_destroy(&mailbox->filled);
    pthread_mutex_destroy(&mailbox->mutex);
}
