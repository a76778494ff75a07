/* proto_read.h - reads an item from a channel, as soon as there is one.
 *
 * Shape:     a future: wait, try, and again if somebody was faster.
 * Units:     its value is the item, a struct rt_proto_item pointer.
 * Ownership: the future is the caller's, the item that it is ready with too;
 *            the future holds its channel and its source.
 * Threads:   as any future.
 * Errors:    its status: -EPIPE nothing will come any more, -ECANCELED, the
 *            error of completion, or -ENOMEM. The maker returns NULL when
 *            there is no memory.
 * Source:    own; .NET's ChannelReader.ReadAsync is meant.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_READ_H
#define OL_RUNTIME_PROTO_READ_H

#include "reference-runtime/protoactor/proto_channel.h"

/* Makes a future that reads one item; `source` cancels it and may be NULL. */
OL_MUST_USE struct rt_future *rt_proto_read(
    struct rt_proto_channel *channel, struct rt_cancel_source *source);

#endif
