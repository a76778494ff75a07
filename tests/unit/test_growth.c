/* test_growth.c - rows, their rank, and what is left to owners.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/growth.h"

#include "tests/support/check.h"

enum {
    GROUPS = 6
};

struct world {
    struct ol_process process;
    struct ol_group group[GROUPS];
};

/* `count` blocks of `bytes` born in each iteration; they die `life` later,
 * or never when it is 0. */
static void fill(struct ol_group *group, const struct ol_iterations *iterations,
    int count, uint64_t bytes, int64_t life)
{
    for (int64_t i = 1; i <= iterations->count; i++) {
        for (int k = 0; k < count; k++) {
            OL_CHECK_EQ(ol_cohorts_add_birth(&group->cohorts, i, bytes), 0);
            group->blocks.born++;
            group->blocks.born_bytes += bytes;
            if (life == 0 || i <= life) continue;
            OL_CHECK_EQ(
                ol_cohorts_add_death(&group->cohorts, i - life, i, bytes), 0);
        }
    }
    OL_CHECK_EQ(ol_cohorts_finish(&group->cohorts, iterations->count), 0);
    group->blocks.live = ol_cohorts_live(&group->cohorts, NULL);
}

static void make_world(struct world *world, int64_t iterations)
{
    *world = (struct world){0};
    world->process.iterations = (struct ol_iterations){
        .source = OL_ITERATION_MARKS, .count = iterations, .mark = "round"};
    world->process.evidence.duration_ns = 2000000000;
    world->process.group = world->group;
    world->process.group_count = GROUPS;
    for (uint32_t i = 0; i < GROUPS; i++)
        world->group[i].site.index = i;
}

static struct ol_growth *judge_world(struct world *world)
{
    struct ol_growth *growth = NULL;
    OL_CHECK_EQ(ol_growth_create(&world->process, &growth), 0);
    return growth;
}

static void end_world(struct world *world, struct ol_growth *growth)
{
    ol_growth_destroy(growth);
    for (int i = 0; i < GROUPS; i++)
        ol_cohorts_deinit(&world->group[i].cohorts);
}

OL_CASE(the_costliest_leak_comes_first_and_the_clean_have_no_row)
{
    struct world world;
    make_world(&world, 64);
    const struct ol_iterations *n = &world.process.iterations;
    fill(&world.group[0], n, 3, 100, 2);
    fill(&world.group[1], n, 4, 10, 0);
    fill(&world.group[2], n, 1, 1000, 0);
    for (int i = 3; i < GROUPS; i++)
        fill(&world.group[i], n, 0, 0, 0);
    struct ol_growth *growth = judge_world(&world);
    OL_CHECK_EQ(growth->groups, 3);
    OL_CHECK_EQ(growth->count, 2);
    OL_CHECK(growth->row[0].group == &world.group[2]);
    OL_CHECK(growth->row[1].group == &world.group[1]);
    OL_CHECK_EQ(growth->verdicts[OL_VERDICT_STEADY], 2);
    OL_CHECK_EQ(growth->verdicts[OL_VERDICT_NONE], 1);
    OL_CHECK_EQ(ol_growth_severity(growth), OL_SEVERITY_ERROR);
    OL_CHECK_EQ(growth->evidence, OL_GROWTH_SOUND);
    OL_CHECK_EQ(growth->warmup, 7);
    OL_CHECK_EQ(growth->settle, 7);
    OL_CHECK(growth->iterations_per_second == 32);
    end_world(&world, growth);
}

OL_CASE(by_slices_of_time_nothing_is_worse_than_a_warning)
{
    struct world world;
    make_world(&world, 64);
    for (int i = 0; i < GROUPS; i++)
        fill(&world.group[i], &world.process.iterations, i % 2, 8, 0);
    struct ol_growth *growth = judge_world(&world);
    OL_CHECK_EQ(ol_growth_severity(growth), OL_SEVERITY_ERROR);
    OL_CHECK_EQ(ol_growth_exposure(&growth->row[0]), 50);
    world.process.iterations.source = OL_ITERATION_SLICES;
    OL_CHECK_EQ(ol_growth_severity(growth), OL_SEVERITY_WARNING);
    OL_CHECK_EQ(growth->row[0].verdict, OL_VERDICT_STEADY);
    end_world(&world, growth);
}

OL_CASE(few_iterations_are_advisory_and_fewer_are_no_evidence)
{
    const int64_t counts[] = {64, 63, 10, 9, 0};
    const enum ol_growth_evidence expected[] = {OL_GROWTH_SOUND,
        OL_GROWTH_ADVISORY, OL_GROWTH_ADVISORY, OL_GROWTH_TOO_SHORT,
        OL_GROWTH_TOO_SHORT};
    for (int i = 0; i < 5; i++) {
        struct world world;
        make_world(&world, counts[i]);
        for (int g = 0; g < GROUPS; g++)
            fill(&world.group[g], &world.process.iterations, 1, 1, 0);
        struct ol_growth *growth = judge_world(&world);
        OL_CHECK_EQ(growth->evidence, expected[i]);
        end_world(&world, growth);
    }
}

static void adopt_all(struct ol_group *group, uint64_t owners, uint64_t live)
{
    group->adopted = true;
    group->owners = owners;
    group->owner_live = live;
}

OL_CASE(what_a_long_lived_owner_adopted_is_bounded_by_it)
{
    struct world world;
    make_world(&world, 64);
    const struct ol_iterations *n = &world.process.iterations;
    for (int i = 0; i < GROUPS; i++)
        fill(&world.group[i], n, 1, 8, 0);
    adopt_all(&world.group[1], 1, 64);  /* one owner, and it lives */
    adopt_all(&world.group[2], 1, 63);  /* but for one block's */
    adopt_all(&world.group[3], 64, 64); /* an owner an iteration: no bound */
    adopt_all(&world.group[4], 10, 64); /* each of six iterations */
    adopt_all(&world.group[5], 0, 0);   /* no owner lives */
    struct ol_growth *growth = judge_world(&world);
    OL_CHECK_EQ(growth->count, 4);
    OL_CHECK_EQ(growth->bounded_count, 2);
    OL_CHECK(growth->bounded[0].group == &world.group[1]);
    OL_CHECK(growth->bounded[1].group == &world.group[4]);
    OL_CHECK_EQ(growth->verdicts[OL_VERDICT_STEADY], 4);
    end_world(&world, growth);
}

OL_CASE(teeth_outrank_doubt_but_never_certainty)
{
    const struct ol_sawtooth teeth = {.grows = true};
    const struct ol_sawtooth none = {0};
    for (int v = 0; v < OL_VERDICT_COUNT; v++) {
        const enum ol_verdict verdict = (enum ol_verdict)v;
        const int kept = v == OL_VERDICT_STEADY || v == OL_VERDICT_LATE ||
                         v == OL_VERDICT_SHORT;
        OL_CHECK_EQ(ol_growth_decide(verdict, &teeth),
            kept ? verdict : OL_VERDICT_SAWTOOTH);
        OL_CHECK_EQ(ol_growth_decide(verdict, &none), verdict);
    }
}

OL_CASE(growing_teeth_have_a_row_though_nothing_survives)
{
    struct world world;
    make_world(&world, 1400);
    struct ol_group *group = &world.group[0];
    int64_t first = 1;
    int64_t room = 256;
    for (int64_t i = 1; i <= 1400; i++) {
        const bool is_full = i - first == room;
        while (is_full && first < i) {
            OL_CHECK_EQ(
                ol_cohorts_add_death(&group->cohorts, first++, i, 32), 0);
        }
        if (is_full) room += room / 2;
        OL_CHECK_EQ(ol_cohorts_add_birth(&group->cohorts, i, 32), 0);
    }
    group->blocks = (struct ol_process_totals){
        .born = 1400, .born_bytes = UINT64_C(1400) * 32, .live = 184};
    OL_CHECK_EQ(ol_cohorts_finish(&group->cohorts, 1400), 0);
    for (int i = 1; i < GROUPS; i++)
        fill(&world.group[i], &world.process.iterations, 1, 8, 1);
    struct ol_growth *growth = judge_world(&world);
    OL_CHECK_EQ(growth->count, 1);
    OL_CHECK_EQ(growth->row[0].verdict, OL_VERDICT_SAWTOOTH);
    OL_CHECK_EQ(growth->row[0].cohort.verdict, OL_VERDICT_NONE);
    OL_CHECK_EQ(growth->row[0].sawtooth.peak[2].live, 576);
    end_world(&world, growth);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(the_costliest_leak_comes_first_and_the_clean_have_no_row)
OL_CASES_ENTRY(by_slices_of_time_nothing_is_worse_than_a_warning)
OL_CASES_ENTRY(few_iterations_are_advisory_and_fewer_are_no_evidence)
OL_CASES_ENTRY(what_a_long_lived_owner_adopted_is_bounded_by_it)
OL_CASES_ENTRY(teeth_outrank_doubt_but_never_certainty)
OL_CASES_ENTRY(growing_teeth_have_a_row_though_nothing_survives)
OL_CASES_END
