/* model.h - what a recording says, built once from its traces, then read.
 *
 * Shape:     a model holds what all processes share (modules, frames, stack
 *            nodes, sites, names of kinds) and one ol_process for each
 *            trace: the main one first, then by start time. The main one is
 *            the first that marks its iterations, else the first traced
 *            image or what it became by exec. A process holds groups (kind x
 *            site), totals by kind, the live blocks and what the evidence is
 *            worth.
 *
 *            A block's kind is that of its own entity if BORN names it, else
 *            of the entity that adopted it, else of the entity entered on
 *            its thread when it was born, else the rules' for its site,
 *            else "" (kind 0, printed as "-"). A block that gets another
 *            kind in an iteration after its birth leaves the old group then
 *            and counts as born in the new one.
 *
 *            In every group, kind and process: born == freed + live.
 * Units:     blocks, bytes as requested, ns since the process's start.
 *            Iterations from 1; 0 is what was there before.
 * Ownership: everything belongs to the model, which ol_model_destroy frees.
 * Threads:   read-only once built: any number of readers.
 * Errors:    the build's are in model_build.h; reading cannot fail, but for
 *            ol_model_visit_live, which may return -ENOMEM.
 * Source:    own; docs/architecture.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_MODEL_H
#define OL_ANALYZER_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/cohort.h"
#include "trace/layout.h"
#include "trace/record.h"

/* ---- Names and places, shared by all processes ---- */

struct ol_kind_id {
    uint32_t index; /* 0: no kind */
};

struct ol_site_id {
    uint32_t index;
};

struct ol_stack_id {
    uint32_t index; /* below OL_ROOT_COUNT: an enum ol_root */
};

struct ol_module {
    const char *path;
    const uint8_t *build_id; /* NULL: none */
    size_t build_id_bytes;
    uint32_t flags; /* enum ol_module_flags */
};

/* Of a frame whose definition is lost. */
#define OL_MODULE_UNKNOWN UINT32_MAX

struct ol_frame {
    uint32_t module;  /* index, or OL_MODULE_UNKNOWN */
    uint64_t address; /* as the module's file counts: without load bias */
};

/* A stack is a chain of nodes from its innermost frame outwards. */
struct ol_stack_node {
    struct ol_stack_id parent; /* the caller; a root ends the chain */
    struct ol_frame frame;
};

/* Where blocks are born: one distinct allocation stack. */
struct ol_site {
    struct ol_stack_id stack;
    struct ol_kind_id rule_kind; /* 0: no rule matched */
};

/* ---- Processes ---- */

struct ol_process_totals {
    uint64_t born, born_bytes;
    uint64_t freed;
    uint64_t live, live_bytes; /* at the end of the recording */
    uint64_t peak, peak_bytes; /* highest at any time, each on its own */
};

struct ol_kind_totals {
    struct ol_kind_id kind;
    struct ol_process_totals blocks;
    uint64_t entities;         /* BORN records of this kind */
    uint64_t ended;            /* of these, ENDED */
    uint64_t ended_live;       /* of these, not yet freed at the end */
    uint64_t ended_live_bytes; /* their own blocks */
};

/* Blocks of one kind, born at one site. Adopted ones are apart from others:
 * their owner is answerable for them as long as it lives. */
struct ol_group {
    struct ol_kind_id kind;
    struct ol_site_id site;
    bool adopted;
    struct ol_kind_id owner_kind; /* of adopted ones */
    struct ol_process_totals blocks;
    /* Where the last iteration ends: adopted blocks that are alive and whose
     * owner is alive and has not ended. */
    uint64_t owner_live;
    uint64_t owner_live_bytes;  /* their bytes */
    uint64_t owners;            /* how many distinct owners these have */
    uint64_t first_ns, last_ns; /* births */
    struct ol_cohorts cohorts;  /* finished */
};

enum ol_iteration_source {
    OL_ITERATION_NONE,   /* nothing recorded */
    OL_ITERATION_MARKS,  /* the program's own */
    OL_ITERATION_SLICES, /* equal slices of time */
};

struct ol_iterations {
    enum ol_iteration_source source;
    int64_t count;
    const char *mark; /* the marks' name; NULL for slices */
};

/* Something wrong with a file, at its first bad byte. */
struct ol_damage {
    const char *file;
    uint64_t byte;
    const char *what;
};

struct ol_evidence {
    uint64_t events;                  /* allocations, frees and annotations */
    uint64_t allocs, frees, reallocs; /* a realloc is also one of both */
    uint64_t foreign_frees;           /* of blocks born before the recorder */
    uint64_t inherited_frees; /* of blocks born in the parent of a fork */
    uint64_t stray_frees;     /* of blocks that no record made */
    uint64_t annotations, marks;
    uint64_t lost[OL_LOST_COUNT]; /* by enum ol_lost */
    uint64_t lost_total;          /* their sum */
    uint64_t lost_chunks;         /* missing or unreadable */
    uint64_t lost_allocs;         /* that went with them */
    uint64_t truncated_stacks;    /* allocations with such a stack */
    uint64_t guessed_stacks, missing_stacks;
    uint64_t trace_bytes; /* chunk headers and records */
    uint32_t streams, threads;
    enum ol_end end; /* OL_END_NONE: killed, or still running */
    int32_t end_status;
    uint64_t duration_ns;
};

struct ol_process {
    uint32_t pid, parent_pid;
    enum ol_origin origin;
    const char *file;    /* the trace's path */
    const char *command; /* of the executable and its arguments; never NULL */
    uint64_t start_real_ns;
    struct ol_evidence evidence;
    struct ol_iterations iterations;
    struct ol_process_totals blocks;
    const struct ol_group *group; /* sorted by live bytes, largest first */
    size_t group_count;
    const struct ol_kind_totals *kind; /* likewise */
    size_t kind_count;
    const struct ol_damage *damage; /* in the order of the file */
    size_t damage_count;
};

/* ---- Queries ---- */

struct ol_model;

size_t ol_model_process_count(const struct ol_model *model);
const struct ol_process *ol_model_process(
    const struct ol_model *model, size_t index);

/* Whether something is missing from what was recorded of the process: a clean
 * report would not be one, and what seems to grow may have been freed. */
bool ol_model_is_partial(const struct ol_process *process);

/* Files of the recording that could not be used at all. */
const struct ol_damage *ol_model_refused(
    const struct ol_model *model, size_t *out_count);

const char *ol_model_path(const struct ol_model *model);

/* "" for kind 0. */
const char *ol_model_kind_name(
    const struct ol_model *model, struct ol_kind_id kind);

size_t ol_model_site_count(const struct ol_model *model);
const struct ol_site *ol_model_site(
    const struct ol_model *model, struct ol_site_id site);

/* The node of a stack that is not a root. */
const struct ol_stack_node *ol_model_stack(
    const struct ol_model *model, struct ol_stack_id stack);

size_t ol_model_module_count(const struct ol_model *model);
const struct ol_module *ol_model_module(
    const struct ol_model *model, uint32_t module);

/* ---- Live blocks, at the end ---- */

struct ol_live_block {
    uint32_t stream;
    uint64_t number;
    uint64_t bytes;
    uint64_t born_ns;
    int64_t born_iteration;
    const struct ol_group *group;
    bool owned;                   /* by an entity: entered or adopted */
    bool owner_ended;             /* it has ended, or its memory is gone */
    struct ol_kind_id owner_kind; /* when owned */
};

typedef int (*ol_live_fn)(void *context, const struct ol_live_block *block);

/* Calls `visit` with every live block of a process, in the order of their
 * birth within each stream, until it returns other than 0. Returns that. */
int ol_model_visit_live(const struct ol_model *model, size_t process,
    ol_live_fn visit, void *context);

/* ---- Live bytes by kind over time ---- */

enum {
    OL_SERIES_POINTS = 200 /* at most */
};

/* The moments, equally spaced, the last one at the end. Returns how many. */
size_t ol_model_series_times(const struct ol_model *model, size_t process,
    uint64_t out_ns[OL_SERIES_POINTS]);

/* Live bytes of the process's kind `kind` (its index in ol_process.kind) at
 * these moments. */
void ol_model_series_bytes(const struct ol_model *model, size_t process,
    size_t kind, uint64_t out_bytes[OL_SERIES_POINTS]);

#endif
