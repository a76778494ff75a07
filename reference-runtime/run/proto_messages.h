/* proto_messages.h - messages through an endpoint, one by one or in bursts.
 *
 * protoactor/data, flush, reverse, burst, keep-loser, dispose and
 * single-reader: each wait that is over leaves one more on the channel to
 * which nothing is written (asynkron/protoactor-dotnet#2110).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_MESSAGES_H
#define OL_RUNTIME_PROTO_MESSAGES_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_proto_data;
extern const struct rt_workload rt_workload_proto_flush;
extern const struct rt_workload rt_workload_proto_reverse;
extern const struct rt_workload rt_workload_proto_burst;
extern const struct rt_workload rt_workload_proto_keep_loser;
extern const struct rt_workload rt_workload_proto_single_reader;

#endif
