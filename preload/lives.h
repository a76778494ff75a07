/* lives.h - what the constructor needs of lives.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_LIVES_H
#define OL_PRELOAD_LIVES_H

/* For on_exit: the process has called exit or returned from main. */
void ol_lives_exited(int status, void *unused);

#endif
