/* ce_window.h - the last 16 who came wait, whoever came before gives up.
 *
 * The garbage lies at the bottom, below all who wait: a version in order
 * takes it out whenever there is as much of it as there are waiters.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_WINDOW_H
#define OL_RUNTIME_CE_WINDOW_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_ce_window;

#endif
