/* proto_dispose.h - an endpoint that is disposed of, but kept.
 *
 * Cancelled waits stay in the ring of the idle channel on .NET 9 and before,
 * for as long as somebody keeps the endpoint.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_DISPOSE_H
#define OL_RUNTIME_PROTO_DISPOSE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_proto_dispose;

#endif
