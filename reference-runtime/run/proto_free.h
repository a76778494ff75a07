/* proto_free.h - an endpoint whose threads nobody holds back.
 *
 * As protoactor/data, but how many messages make a batch is up to the
 * scheduler: what is exact is stated as differences.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_FREE_H
#define OL_RUNTIME_PROTO_FREE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_proto_free;

#endif
