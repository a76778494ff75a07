/* sandbox.c - see sandbox.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/sandbox.h"

_Atomic bool ol_sandbox_closed;
