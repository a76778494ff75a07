/* ce_join.h - joins that give up, on a fiber that runs on and on.
 *
 * `IO.race(fiber.joinWithUnit, IO.unit)` again and again, of
 * typelevel/fs2-kafka#1318: no version of Cats Effect packs here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_JOIN_H
#define OL_RUNTIME_CE_JOIN_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_ce_join_churn;

#endif
