/* plugin.c - a library that calls back, in two variants whose frames differ.
 *
 * FRAME_BYTES: the size of the caller's frame.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>

__attribute__((visibility("default"))) int plugin_call(
    void (*function)(void *), void *argument);

int plugin_call(void (*function)(void *), void *argument)
{
    volatile uint8_t block[FRAME_BYTES];
    block[0] = 1;
    function(argument);
    return block[0];
}
