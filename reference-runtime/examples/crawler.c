/* crawler.c - follows C files along their #include lines, on Crux's core.
 *
 *     crawler [--threads T] FILE...
 *
 * The app starts a task for each file that it hears of; a task asks the shell
 * for the file's links and tells the app. The shell, here, reads files: on
 * this thread, always in the same order, or on T threads. Prints for each
 * file how many links it has, or that it cannot be read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference-runtime/crux/crux_core.h"

enum {
    LONGEST_LINE = 4096
};

/* ---- Pages ---- */

/* Path and storage stay as they are until the end; the rest is the app's. */
struct page {
    char *path;  /* owner */
    long links;  /* -1: could not be read */
    bool listed; /* what it links to is known */
};

/* What the shell answers with; given from hand to hand. */
struct links {
    struct page *page;
    char **path; /* owner, of each path too */
    size_t count;
    bool unreadable;
};

static void free_links(struct links *links)
{
    for (size_t i = 0; links && i < links->count; i++)
        free(links->path[i]);
    if (links) free(links->path);
    free(links);
}

static int add_link(struct links *links, const char *start, size_t length)
{
    char **const grown =
        realloc(links->path, (links->count + 1) * sizeof(char *));
    if (!grown) return -ENOMEM;
    links->path = grown;
    grown[links->count] = strndup(start, length);
    if (!grown[links->count]) return -ENOMEM;
    links->count++;
    return 0;
}

/* Reads `#include "path"`. */
static int read_line(struct links *links, const char *line)
{
    static const char directive[] = "#include \"";
    if (strncmp(line, directive, sizeof directive - 1) != 0) return 0;
    const char *const start = line + sizeof directive - 1;
    const char *const end = strchr(start, '"');
    return end ? add_link(links, start, (size_t)(end - start)) : 0;
}

static int read_page(struct links *links)
{
    FILE *const file = fopen(links->page->path, "r");
    if (!file) {
        links->unreadable = true;
        return 0;
    }
    char line[LONGEST_LINE];
    int err = 0;
    while (!err && fgets(line, sizeof line, file))
        err = read_line(links, line);
    fclose(file);
    return err;
}

/* ---- A task: asks for one page ---- */

struct fetch {
    struct rt_future future;
    struct rt_crux_capability *capability; /* owner */
    struct rt_crux_shell_request request;  /* owner */
};

static void drop_fetch(struct rt_object *object)
{
    struct fetch *const fetch = (struct fetch *)object;
    rt_crux_shell_request_drop(&fetch->request);
    rt_crux_capability_unref(fetch->capability);
}

static enum rt_poll poll_fetch(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct fetch *const fetch = (struct fetch *)future;
    intptr_t links = 0;
    int err = 0;
    if (rt_crux_shell_request_poll(&fetch->request, waker, &links, &err) ==
        RT_PENDING)
        return RT_PENDING;
    const struct rt_crux_item event = {.value = links};
    if (!err) err = rt_crux_capability_update_app(fetch->capability, event);
    return rt_future_finish(future, err, 0);
}

static const struct rt_future_type fetch_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_fetch},
    .poll = poll_fetch,
};

static int spawn_fetch(
    struct rt_crux_capability *capability, const struct page *page)
{
    struct fetch *const fetch = rt_future_create(&fetch_type, sizeof *fetch);
    if (!fetch) return -ENOMEM;
    fetch->capability = rt_crux_capability_ref(capability);
    const int err =
        rt_crux_capability_request(capability, (intptr_t)page, &fetch->request);
    if (!err) return rt_crux_capability_spawn(capability, &fetch->future);
    rt_future_drop(&fetch->future);
    return err;
}

/* ---- The app ---- */

struct app {
    struct page **pages; /* owner, of each page too */
    size_t count;
    atomic_size_t pending; /* pages that are asked for */
    atomic_int err;        /* the first one */
};

static bool is_known(const struct app *app, const char *path)
{
    for (size_t i = 0; i < app->count; i++)
        if (strcmp(app->pages[i]->path, path) == 0) return true;
    return false;
}

/* Takes the path. Returns the page, or NULL. */
static struct page *add_page(struct app *app, char *path)
{
    struct page **const grown =
        realloc(app->pages, (app->count + 1) * sizeof(struct page *));
    struct page *const page = calloc(1, sizeof *page);
    if (grown) app->pages = grown;
    if (!grown || !page || !path) {
        free(page);
        free(path);
        return NULL;
    }
    page->path = path;
    app->pages[app->count++] = page;
    return page;
}

static void follow(
    struct app *app, const char *path, struct rt_crux_capability *capability)
{
    if (is_known(app, path)) return;
    const struct page *const page = add_page(app, strdup(path));
    const int err = page ? spawn_fetch(capability, page) : -ENOMEM;
    if (err) {
        atomic_store(&app->err, err);
    } else {
        atomic_fetch_add(&app->pending, 1);
    }
}

/* The first event has the links of no page. */
static void update(void *model, struct rt_crux_item event,
    struct rt_crux_capability *capability)
{
    struct app *const app = model;
    struct links *const links = (struct links *)event.value;
    for (size_t i = 0; i < links->count; i++)
        follow(app, links->path[i], capability);
    if (links->page) {
        links->page->links = links->unreadable ? -1 : (long)links->count;
        atomic_fetch_sub(&app->pending, 1);
    }
    free_links(links);
}

static int compare_pages(const void *a, const void *b)
{
    const struct page *const *const one = a;
    const struct page *const *const other = b;
    return strcmp((*one)->path, (*other)->path);
}

/* Prints the pages in order, and frees them. */
static void print_pages(struct app *app)
{
    if (app->count > 0)
        qsort(app->pages, app->count, sizeof(struct page *), compare_pages);
    for (size_t i = 0; i < app->count; i++) {
        struct page *const page = app->pages[i];
        if (page->links < 0) {
            printf("       - %s\n", page->path);
        } else {
            printf("%8ld %s\n", page->links, page->path);
        }
        free(page->path);
        free(page);
    }
    free(app->pages);
}

/* ---- The shell ---- */

struct shell {
    struct rt_crux_core *core; /* owner */
    struct app *app;           /* borrowed */
    pthread_mutex_t mutex;
    pthread_cond_t answered;
};

static int answer(struct shell *shell, struct rt_crux_request *request)
{
    struct links *const links = calloc(1, sizeof *links);
    if (!links) return -ENOMEM;
    links->page = (struct page *)rt_crux_request_operation(request);
    const int err = read_page(links);
    const int refused =
        rt_crux_core_resolve(shell->core, request, (intptr_t)links);
    if (refused) free_links(links);
    return err ? err : refused;
}

/* Returns the next request, or NULL when there will be none. */
static struct rt_crux_request *next_request(struct shell *shell)
{
    struct rt_crux_request *request = NULL;
    pthread_mutex_lock(&shell->mutex);
    for (;;) {
        request = rt_crux_core_take(shell->core);
        if (request || atomic_load(&shell->app->pending) == 0 ||
            atomic_load(&shell->app->err))
            break;
        pthread_cond_wait(&shell->answered, &shell->mutex);
    }
    pthread_mutex_unlock(&shell->mutex);
    return request;
}

static void *serve(void *arg)
{
    struct shell *const shell = arg;
    struct rt_crux_request *request = NULL;
    while ((request = next_request(shell))) {
        const int err = answer(shell, request);
        if (err) atomic_store(&shell->app->err, err);
        rt_crux_request_drop(request);
        pthread_mutex_lock(&shell->mutex);
        pthread_cond_broadcast(&shell->answered);
        pthread_mutex_unlock(&shell->mutex);
    }
    return NULL;
}

/* Without threads, here. */
static int serve_all(struct shell *shell, long count)
{
    pthread_t *const threads = calloc((size_t)count + 1, sizeof *threads);
    if (!threads) return -ENOMEM;
    int err = 0;
    long started = 0;
    while (started < count && !err) {
        err = -pthread_create(&threads[started], NULL, serve, shell);
        started += !err;
    }
    if (started == 0) serve(shell);
    while (started-- > 0)
        pthread_join(threads[started], NULL);
    free(threads);
    return 0;
}

static int crawl(struct app *app, struct links *first, long threads)
{
    struct shell shell = {
        .app = app,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .answered = PTHREAD_COND_INITIALIZER,
    };
    int err = rt_crux_core_create(rt_crux_variant_find("0.9.1"),
        (struct rt_crux_app){update, app}, &shell.core);
    if (err) {
        free_links(first);
        return err;
    }
    rt_crux_core_process(
        shell.core, (struct rt_crux_item){.value = (intptr_t)first});
    err = serve_all(&shell, threads);
    rt_crux_core_destroy(shell.core);
    return err ? err : atomic_load(&app->err);
}

/* ---- The command ---- */

static int usage(void)
{
    fprintf(stderr, "usage: crawler [--threads T] FILE...\n");
    return 2;
}

static int run(char **paths, int count, long threads)
{
    struct app app = {0};
    struct links *const first = calloc(1, sizeof *first);
    int err = first ? 0 : -ENOMEM;
    for (int i = 0; i < count && !err; i++)
        err = add_link(first, paths[i], strlen(paths[i]));
    if (err) {
        free_links(first);
    } else {
        err = crawl(&app, first, threads);
    }
    print_pages(&app);
    if (err) fprintf(stderr, "crawler: %s\n", strerror(-err));
    return err ? 1 : 0;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"threads", required_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    long threads = 0;
    for (int option = 0;
         (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        char *end = NULL;
        if (option != 't') return usage();
        threads = strtol(optarg, &end, 10);
        if (*end != '\0' || threads < 1 || threads > 1000) return usage();
    }
    if (optind == argc) return usage();
    return run(argv + optind, argc - optind, threads);
}
