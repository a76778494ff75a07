/* dlopen_stress.c - libraries with thread-locals come and go under load.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <dlfcn.h>
#include <pthread.h>

// build: -pthread
// copies: tls_plugin 120
// arguments: 1 50
// arguments: 2 50
// arguments: 4 50
// arguments: 8 50
// expect: counts same
// expect: lost 0

enum {
    LIBRARIES = 120
};

typedef int touch_fn(int);

static void *work(void *argument)
{
    for (int round = 0; round < 100000; round++) {
        void *block[8];
        for (int i = 0; i < 8; i++)
            block[i] = malloc((size_t)i * 40 + 1);
        for (int i = 0; i < 8; i++)
            free(block[i]);
    }
    return argument;
}

static void *touch_once(void *touch)
{
    CHECK((*(touch_fn **)touch)(1) == 1);
    return NULL;
}

static void round_of_libraries(int round)
{
    static void *library[LIBRARIES];
    for (int i = 0; i < LIBRARIES; i++) {
        char path[64];
        snprintf(path, sizeof path, "./tls_plugin-%d.so", i);
        library[i] = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        CHECK(library[i] != NULL);
        touch_fn *touch = (touch_fn *)dlsym(library[i], "touch");
        CHECK(touch && touch(round) == round);
        if (i % 40 != 0) continue;
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, touch_once, &touch) == 0);
        pthread_join(thread, NULL);
    }
    for (int i = 0; i < LIBRARIES; i++)
        CHECK(dlclose(library[i]) == 0);
}

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    const int threads = atoi(argv[1]);
    pthread_t thread[8];
    for (int i = 0; i < threads; i++)
        CHECK(pthread_create(&thread[i], NULL, work, NULL) == 0);
    for (int round = 1; round <= atoi(argv[2]); round++)
        round_of_libraries(round);
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    say("done\n");
    return 0;
}
