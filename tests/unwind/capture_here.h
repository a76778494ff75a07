/* capture_here.h - the registers of the caller, as a hook's entry sees them.
 *
 * Shape:     a naked function in assembly, like those of the recorder.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_CAPTURE_HERE_H
#define OL_TESTS_CAPTURE_HERE_H

#include "preload/regs.h"

#ifdef __cplusplus
extern "C" {
#endif

/* To be defined by the test: is called with the frame that called
 * capture_here, and `argument`. */
void capture_from(void *argument, const struct ol_regs *start);

/* Calls capture_from. */
void capture_here(void *argument);

#ifdef __cplusplus
}
#endif

#endif
