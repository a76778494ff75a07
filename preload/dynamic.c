/* dynamic.c - dlopen, dlmopen and dlclose.
 *
 * The dynamic linker looks at who calls dlopen, so the entries in entry_*.S
 * only ask here what to do and then jump to the real one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/dynamic.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "preload/loaded.h"
#include "preload/real.h"
#include "preload/threads.h"

/* Code that is loaded like this calls another malloc than ours. */
static void note_invisible(const char *key, const char *file)
{
    if (file == NULL) return;
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL) {
        (void)!ol_stream_put(
            stream, &(struct ol_record){.type = OL_RECORD_INFO,
                        .bytes = {{(const uint8_t *)key, strlen(key)},
                            {(const uint8_t *)file, strlen(file)}}});
    }
    ol_threads_leave();
}

ol_dynamic_open_fn ol_dynamic_open(const char *file, int *flags)
{
    (void)ol_real_resolve();
    if ((*flags & RTLD_DEEPBIND) == 0) return ol_real.dlopen;
    if (ol_process.settings.keeps_deepbind)
        note_invisible("invisible-deepbind", file);
    else
        *flags &= ~RTLD_DEEPBIND;
    return ol_real.dlopen;
}

ol_dynamic_open_namespace_fn ol_dynamic_open_namespace(
    long name_space, const char *file)
{
    (void)ol_real_resolve();
    if (name_space != LM_ID_BASE) note_invisible("invisible-namespace", file);
    return ol_real.dlmopen;
}

OL_EXPORT int dlclose(void *handle)
{
    (void)ol_real_resolve();
    ol_loaded_closing();
    const int result = ol_real.dlclose(handle);
    ol_loaded_closed();
    return result;
}
