/* test_model.c - models of traces made in memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/model_build.h"

#include <errno.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/support_trace.h"

enum {
    CHUNK = 4096
};

static struct ol_model *build_with(
    struct ol_trace *trace, const struct ol_model_options *options)
{
    struct ol_model *model = NULL;
    struct ol_damage damage;
    OL_CHECK_EQ(ol_model_build_bytes(
                    trace->bytes, trace->count, options, &model, &damage),
        0);
    return model;
}

static struct ol_model *build(struct ol_trace *trace)
{
    const struct ol_model_options options = {0};
    return build_with(trace, &options);
}

static const struct ol_kind_totals *kind_named(
    const struct ol_model *model, const char *name)
{
    const struct ol_process *process = ol_model_process(model, 0);
    for (size_t i = 0; i < process->kind_count; i++)
        if (strcmp(ol_model_kind_name(model, process->kind[i].kind), name) == 0)
            return &process->kind[i];
    return NULL;
}

OL_CASE(what_is_born_and_not_freed_is_live)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    const struct ol_ref first = ol_trace_malloc(&stream, 2000, stack, 100);
    (void)ol_trace_malloc(&stream, 3000, stack, 40);
    ol_trace_free(&stream, 4000, first);

    struct ol_model *model = build(&trace);
    const struct ol_process *process = ol_model_process(model, 0);
    OL_CHECK_EQ(process->blocks.born, 2);
    OL_CHECK_EQ(process->blocks.freed, 1);
    OL_CHECK_EQ(process->blocks.live, 1);
    OL_CHECK_EQ(process->blocks.live_bytes, 40);
    OL_CHECK_EQ(process->blocks.peak, 2);
    OL_CHECK_EQ(process->blocks.peak_bytes, 140);
    OL_CHECK_EQ(process->group_count, 1);
    OL_CHECK_EQ(process->evidence.events, 3);
    OL_CHECK_EQ(process->evidence.duration_ns, 3000);
    OL_CHECK_EQ(process->iterations.source, OL_ITERATION_SLICES);
    OL_CHECK_EQ(process->iterations.count, 64);
    OL_CHECK_EQ(process->damage_count, 0);
    ol_model_destroy(model);
    ol_trace_deinit(&trace);
}

OL_CASE(equal_stacks_of_two_streams_are_one_site)
{
    struct ol_trace trace;
    struct ol_trace_stream one;
    struct ol_trace_stream two;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &one, 1, CHUNK);
    ol_trace_begin(&trace, &two, 2, CHUNK);
    (void)ol_trace_stack(&two, 7);
    (void)ol_trace_malloc(&one, 2000, ol_trace_stack(&one, 3), 10);
    (void)ol_trace_malloc(&two, 2000, ol_trace_stack(&two, 3), 10);

    struct ol_model *model = build(&trace);
    const struct ol_process *process = ol_model_process(model, 0);
    OL_CHECK_EQ(process->group_count, 1);
    OL_CHECK_EQ(process->group[0].blocks.born, 2);
    const struct ol_stack_node *node = ol_model_stack(
        model, ol_model_site(model, process->group[0].site)->stack);
    OL_CHECK_EQ(node->frame.address, 0x1003);
    OL_CHECK_TEXT(
        ol_model_module(model, node->frame.module)->path, "/no/such/module3");
    OL_CHECK_EQ(node->parent.index, OL_ROOT_COMPLETE);
    ol_model_destroy(model);
    ol_trace_deinit(&trace);
}

OL_CASE(a_free_met_before_its_allocation_is_held)
{
    struct ol_trace trace;
    struct ol_trace_stream one;
    struct ol_trace_stream two;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &one, 1, CHUNK);
    ol_trace_begin(&trace, &two, 2, CHUNK);
    /* The clocks of the threads disagree by far. */
    const struct ol_ref block =
        ol_trace_malloc(&two, 9000, ol_trace_stack(&two, 3), 10);
    ol_trace_free(&one, 2000, block);

    struct ol_model *model = build(&trace);
    const struct ol_process *process = ol_model_process(model, 0);
    OL_CHECK_EQ(process->blocks.born, 1);
    OL_CHECK_EQ(process->blocks.live, 0);
    OL_CHECK_EQ(process->evidence.stray_frees, 0);
    ol_model_destroy(model);
    ol_trace_deinit(&trace);
}

OL_CASE(a_block_has_the_kind_of_its_own_entity)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    const struct ol_ref task = ol_trace_malloc(&stream, 2000, stack, 100);
    ol_trace_say(&stream, 2001, OL_RECORD_BORN, task, "task");
    ol_trace_say(&stream, 2002, OL_RECORD_ENTER, task, NULL);
    (void)ol_trace_malloc(&stream, 2003, stack, 8);
    ol_trace_say(&stream, 2004, OL_RECORD_LEAVE, task, NULL);
    (void)ol_trace_malloc(&stream, 2005, stack, 3);
    ol_trace_say(&stream, 2006, OL_RECORD_ENDED, task, "completed");

    struct ol_model *model = build(&trace);
    const struct ol_kind_totals *tasks = kind_named(model, "task");
    OL_CHECK_EQ(tasks->blocks.live, 2);
    OL_CHECK_EQ(tasks->blocks.live_bytes, 108);
    OL_CHECK_EQ(tasks->entities, 1);
    OL_CHECK_EQ(tasks->ended, 1);
    OL_CHECK_EQ(tasks->ended_live, 1);
    OL_CHECK_EQ(tasks->ended_live_bytes, 100);
    const struct ol_kind_totals *others = kind_named(model, "");
    OL_CHECK_EQ(others->blocks.born, 1);
    OL_CHECK_EQ(others->blocks.live_bytes, 3);
    ol_model_destroy(model);
    ol_trace_deinit(&trace);
}

OL_CASE(marks_end_iterations)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    for (uint64_t i = 0; i < 20; i++) {
        const struct ol_ref kept = ol_trace_malloc(&stream, 2000, stack, 100);
        const struct ol_ref gone = ol_trace_malloc(&stream, 2000, stack, 1);
        ol_trace_free(&stream, 2000, gone);
        ol_trace_say(&stream, 2000, OL_RECORD_BORN, kept, "node");
        ol_trace_mark(&stream, 2000, "round");
    }
    struct ol_model *model = build(&trace);
    const struct ol_process *process = ol_model_process(model, 0);
    OL_CHECK_EQ(process->iterations.source, OL_ITERATION_MARKS);
    OL_CHECK_EQ(process->iterations.count, 20);
    OL_CHECK_TEXT(process->iterations.mark, "round");
    OL_CHECK_EQ(process->group_count, 2);
    const struct ol_cohorts *cohorts = &process->group[0].cohorts;
    OL_CHECK_EQ(cohorts->cohort_count, 20);
    for (size_t i = 0; i < 20; i++) {
        OL_CHECK_EQ(cohorts->cohort[i].bucket, i + 1);
        OL_CHECK_EQ(ol_cohort_survivors(&cohorts->cohort[i]), 1);
    }
    ol_model_destroy(model);
    ol_trace_deinit(&trace);
}

OL_CASE(adopted_blocks_are_a_group_of_their_own)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    const struct ol_ref pool = {OL_REF_ADDRESS, 0, 0x5000, 0};
    ol_trace_say(&stream, 2000, OL_RECORD_BORN, pool, "pool");
    const struct ol_ref mine = ol_trace_malloc(&stream, 2001, stack, 10);
    (void)ol_trace_malloc(&stream, 2002, stack, 20);
    ol_trace_adopt(&stream, 2003, pool, mine);

    struct ol_model *model = build(&trace);
    const struct ol_process *process = ol_model_process(model, 0);
    OL_CHECK_EQ(process->group_count, 2);
    const struct ol_group *adopted = &process->group[1];
    OL_CHECK(adopted->adopted);
    OL_CHECK_EQ(adopted->blocks.live_bytes, 10);
    OL_CHECK_EQ(adopted->owner_live, 1);
    OL_CHECK_EQ(adopted->owners, 1);
    OL_CHECK_TEXT(ol_model_kind_name(model, adopted->owner_kind), "pool");
    OL_CHECK(!process->group[0].adopted);
    ol_model_destroy(model);
    ol_trace_deinit(&trace);
}

OL_CASE(owners_count_where_the_last_iteration_ends)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    const struct ol_ref pool = {OL_REF_ADDRESS, 0, 0x5000, 0};
    ol_trace_say(&stream, 2000, OL_RECORD_BORN, pool, "pool");
    struct ol_ref mine[12];
    for (int i = 0; i < 12; i++) {
        mine[i] = ol_trace_malloc(&stream, 2000, stack, 10);
        ol_trace_adopt(&stream, 2000, pool, mine[i]);
        ol_trace_mark(&stream, 2000, "round");
    }
    ol_trace_say(&stream, 3000, OL_RECORD_ENDED, pool, "closed");
    for (int i = 0; i < 12; i++)
        ol_trace_free(&stream, 3000, mine[i]);

    struct ol_model *model = build(&trace);
    const struct ol_process *process = ol_model_process(model, 0);
    OL_CHECK_EQ(process->group_count, 2);
    const struct ol_group *adopted = &process->group[0];
    if (!adopted->adopted) adopted = &process->group[1];
    OL_CHECK_EQ(adopted->blocks.live, 0);
    OL_CHECK_EQ(adopted->owner_live, 12);
    OL_CHECK_EQ(adopted->owner_live_bytes, 120);
    OL_CHECK_EQ(adopted->owners, 1);
    ol_model_destroy(model);
    ol_trace_deinit(&trace);
}

OL_CASE(a_realloc_keeps_kind_and_owner)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    const struct ol_ref small = ol_trace_malloc(&stream, 2000, stack, 10);
    ol_trace_say(&stream, 2001, OL_RECORD_BORN, small, "list");
    ol_trace_release(&stream, 2002, small);
    const struct ol_ref large = ol_trace_realloc(&stream, 2003, stack, 500);
    ol_trace_say(&stream, 2004, OL_RECORD_ENDED, large, "closed");

    struct ol_model *model = build(&trace);
    const struct ol_kind_totals *lists = kind_named(model, "list");
    OL_CHECK_EQ(lists->blocks.live, 1);
    OL_CHECK_EQ(lists->blocks.live_bytes, 500);
    OL_CHECK_EQ(lists->ended_live_bytes, 500);
    OL_CHECK_EQ(kind_named(model, "")->blocks.live, 0);
    ol_model_destroy(model);
    ol_trace_deinit(&trace);
}

OL_CASE(a_realloc_that_failed_leaves_its_block_alive)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    const struct ol_ref block = ol_trace_malloc(&stream, 2000, stack, 10);
    ol_trace_release(&stream, 2002, block);
    ol_trace_put(
        &stream, &(struct ol_record){
                     .type = OL_RECORD_RESTORE, .tick = 2003, .ref = {block}});
    (void)ol_trace_malloc(&stream, 2004, stack, 1);
    struct ol_model *model = build(&trace);
    OL_CHECK_EQ(ol_model_process(model, 0)->blocks.live, 2);
    OL_CHECK_EQ(ol_model_process(model, 0)->blocks.freed, 0);
    ol_model_destroy(model);
    ol_trace_deinit(&trace);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(what_is_born_and_not_freed_is_live)
OL_CASES_ENTRY(equal_stacks_of_two_streams_are_one_site)
OL_CASES_ENTRY(a_free_met_before_its_allocation_is_held)
OL_CASES_ENTRY(a_block_has_the_kind_of_its_own_entity)
OL_CASES_ENTRY(marks_end_iterations)
OL_CASES_ENTRY(adopted_blocks_are_a_group_of_their_own)
OL_CASES_ENTRY(owners_count_where_the_last_iteration_ends)
OL_CASES_ENTRY(a_realloc_keeps_kind_and_owner)
OL_CASES_ENTRY(a_realloc_that_failed_leaves_its_block_alive)
OL_CASES_END
