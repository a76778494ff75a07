/* proto_poll_cancel.h - waits that are begun and cancelled.
 *
 * channel/poll-cancel: on an idle channel of .NET 9 and before, each stays in
 * the ring (dotnet/runtime#761).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_POLL_CANCEL_H
#define OL_RUNTIME_PROTO_POLL_CANCEL_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_proto_poll_cancel;

#endif
