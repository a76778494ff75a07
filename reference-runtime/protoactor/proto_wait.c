/* proto_wait.c - a wait in the hands of who waits.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_wait.h"

#include <errno.h>

struct rt_proto_wait rt_proto_wait_over(int result)
{
    return (struct rt_proto_wait){.result = result};
}

struct rt_proto_wait rt_proto_wait_for(struct rt_proto_wait_op *op)
{
    return (struct rt_proto_wait){
        .op = op, .token = rt_proto_wait_op_token(op)};
}

bool rt_proto_wait_is_over(const struct rt_proto_wait *wait)
{
    return !wait->op || rt_proto_wait_op_result(wait->op) != -EINPROGRESS;
}

int rt_proto_wait_listen(
    struct rt_proto_wait *wait, const struct rt_waker *waker)
{
    if (wait->op)
        return rt_proto_wait_op_listen(wait->op, wait->token, waker, false);
    rt_waker_wake(waker);
    return 0;
}

int rt_proto_wait_result(struct rt_proto_wait *wait)
{
    if (!wait->op) return wait->result;
    return rt_proto_wait_op_use_up(wait->op, wait->token);
}

enum rt_poll rt_proto_wait_poll(
    struct rt_proto_wait *wait, const struct rt_waker *waker, int *out)
{
    if (!rt_proto_wait_is_over(wait)) {
        const int err =
            rt_proto_wait_op_listen(wait->op, wait->token, waker, true);
        if (!err) return RT_PENDING;
    }
    *out = rt_proto_wait_result(wait);
    rt_proto_wait_drop(wait);
    return RT_READY;
}

int rt_proto_wait_as_task(
    struct rt_proto_wait *wait, struct rt_proto_wait_task **out)
{
    struct rt_proto_wait_task *const task =
        rt_proto_wait_task_create(wait->op ? -EINPROGRESS : wait->result);
    int err = task ? 0 : -ENOMEM;
    if (task && wait->op)
        err = rt_proto_wait_op_set_task(wait->op, wait->token, task);
    rt_proto_wait_drop(wait);
    if (err) {
        rt_proto_wait_task_unref(task);
    } else {
        *out = task;
    }
    return err;
}

void rt_proto_wait_drop(struct rt_proto_wait *wait)
{
    if (!wait->op) return;
    rt_proto_wait_op_unlisten(wait->op, wait->token);
    rt_proto_wait_op_unref(wait->op);
    wait->op = NULL;
}
