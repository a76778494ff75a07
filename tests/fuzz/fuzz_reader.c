/* fuzz_reader.c - any bytes as a trace: reader, model, growth and JSON.
 *
 * The bytes are taken as they are, and once more with their checksums made
 * right, so that what lies behind the checksums is reached too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/envelope.h"
#include "analyzer/growth.h"
#include "analyzer/model_build.h"
#include "trace/crc32c.h"

/* libFuzzer's name. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

/* ---- Checksums made right ---- */

static void seal_chunk(uint8_t *at, size_t there)
{
    struct ol_chunk_header header;
    memcpy(&header, at, sizeof header);
    if (header.magic != OL_CHUNK_MAGIC) return;
    header.crc =
        ol_crc32c_extend(0, &header, offsetof(struct ol_chunk_header, crc));
    const uint64_t count = (uint32_t)header.published;
    if (header.header_bytes <= there && count <= there - header.header_bytes) {
        const uint64_t sum =
            ol_crc32c_extend(0, at + header.header_bytes, (size_t)count);
        header.published = sum << 32 | count;
    }
    memcpy(at, &header, sizeof header);
}

static void seal(uint8_t *bytes, size_t size)
{
    struct ol_file_header header;
    if (size < sizeof header) return;
    memcpy(&header, bytes, sizeof header);
    header.crc =
        ol_crc32c_extend(0, &header, offsetof(struct ol_file_header, crc));
    memcpy(bytes, &header, sizeof header);
    for (size_t at = OL_HEADER_BYTES;
         at + sizeof(struct ol_chunk_header) <= size; at += OL_CHUNK_ALIGN)
        seal_chunk(bytes + at, size - at);
}

/* ---- What must hold of every model ---- */

static void check_totals(const struct ol_process_totals *totals)
{
    require(
        totals->born == totals->freed + totals->live, "born == freed + live");
    require(totals->live <= totals->peak, "live <= peak");
    require(
        totals->live_bytes <= totals->peak_bytes, "live_bytes <= peak_bytes");
}

static int count_live(void *context, const struct ol_live_block *block)
{
    struct ol_process_totals *sum = context;
    sum->live++;
    sum->live_bytes += block->bytes;
    return 0;
}

static void check_process(const struct ol_model *model, size_t index)
{
    const struct ol_process *process = ol_model_process(model, index);
    struct ol_process_totals by_group = {0};
    struct ol_process_totals by_kind = {0};
    struct ol_process_totals by_block = {0};
    check_totals(&process->blocks);
    for (size_t i = 0; i < process->group_count; i++) {
        check_totals(&process->group[i].blocks);
        by_group.born += process->group[i].blocks.born;
        by_group.live_bytes += process->group[i].blocks.live_bytes;
    }
    for (size_t i = 0; i < process->kind_count; i++) {
        check_totals(&process->kind[i].blocks);
        by_kind.born += process->kind[i].blocks.born;
        by_kind.live_bytes += process->kind[i].blocks.live_bytes;
        require(process->kind[i].ended_live <= process->kind[i].ended,
            "ended_live <= ended");
    }
    require(ol_model_visit_live(model, index, count_live, &by_block) == 0,
        "live blocks can be visited");
    require(by_group.born == process->blocks.born, "groups hold all births");
    require(by_kind.born == process->blocks.born, "kinds hold all births");
    require(by_group.live_bytes == process->blocks.live_bytes,
        "groups hold all live bytes");
    require(by_kind.live_bytes == process->blocks.live_bytes,
        "kinds hold all live bytes");
    require(by_block.live == process->blocks.live &&
                by_block.live_bytes == process->blocks.live_bytes,
        "live blocks are all there");
}

static void report(const struct ol_model *model)
{
    struct ol_growth *growth = NULL;
    require(ol_growth_create(ol_model_process(model, 0), &growth) == 0,
        "growth can be tested");
    ol_growth_destroy(growth);
    json_t *envelope = ol_envelope_create(model, "report");
    json_t *kinds = ol_envelope_kinds(model, 0);
    json_t *series = ol_envelope_series(model, 0);
    json_t *processes = ol_envelope_processes(model);
    require(envelope && kinds && series && processes, "JSON can be made");
    json_decref(envelope);
    json_decref(kinds);
    json_decref(series);
    json_decref(processes);
}

static void build(const uint8_t *bytes, size_t size)
{
    const struct ol_model_options options = {0};
    struct ol_model *model = NULL;
    struct ol_damage damage;
    const int error =
        ol_model_build_bytes(bytes, size, &options, &model, &damage);
    if (error) {
        require(error == -EBADMSG || error == -ENOTSUP,
            "only what is no trace is refused");
        require(damage.what != NULL, "a refusal says why");
        require(damage.byte <= size, "a refusal names a byte of the file");
        return;
    }
    check_process(model, 0);
    report(model);
    ol_model_destroy(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1); /* aligned */
    if (!copy) return 0;
    if (size > 0) memcpy(copy, data, size);
    build(copy, size);
    seal(copy, size);
    build(copy, size);
    free(copy);
    return 0;
}
