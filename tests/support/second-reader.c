/* second-reader.c - reads a trace by docs/trace-format.md alone.
 *
 * Shape:     `second-reader FILE` prints one JSON object of totals;
 *            `second-reader --records FILE` first prints one JSON array a
 *            record: [stream, tick, name, field …]. Shares no code with the
 *            project, so that what both say is so.
 * Errors:    what is against the format is listed under "faults"; so is a
 *            block that is freed twice, before its birth, or never born.
 * Source:    docs/trace-format.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_HEAD = 128,
    PAGE = 4096,
    MAX_FAULTS = 20
};

struct block {
    uint64_t tick;
    uint64_t bytes;
    int frees;
};

struct stream {
    uint64_t tick;
    uint64_t alloc, module, frame, node, string;
    uint64_t chunks;
    struct block *block;
    uint64_t first, room; /* numbers first … first + room */
    uint8_t *root;        /* of each node: 0 to 3 */
    uint64_t root_room;
};

struct chunk {
    const uint8_t *head;
    uint32_t stream, sequence;
};

struct release {
    uint32_t stream;
    int restore;
    uint64_t number, tick;
};

static const char *const name_of[32] = {"?", "info", "thread", "clock",
    "module", "unload", "frame", "string", "born", "enter", "leave", "adopt",
    "state", "ended", "ref", "unref", "waits", "woken", "counter", "layout",
    "mark", "snapshot", "region", "foreign-free", "restore", "lost", "fork",
    "exec", "exec-failed", "end", "fold", "block"};
static const char *const fields_of[32] = {"", "bb", "tub", "tuu", "tuuuubbb",
    "tu", "uu", "b", "trsn", "tr", "tr", "trr", "trs", "trsn", "trn", "trn",
    "trr", "tr", "trsi", "ssuu", "ts", "ts", "tuuuun", "tu", "tr", "tuu", "tu",
    "tb", "tu", "tui", "tnruuuu", "tunuru"};
static const char *const form_name[8] = {
    "", "malloc", "calloc", "realloc", "aligned", "free", "release", "node"};
static const char *const end_name[8] = {"killed", "exit", "_exit", "quick_exit",
    "exec", "abort", "signal", "stopped"};

static uint8_t *file;
static size_t file_bytes;
static int print_records;
static struct stream *streams;
static uint64_t stream_count;
static struct release *releases;
static size_t release_count, release_room;
static uint64_t by_form[8], by_type[32], by_api[8], by_root[4], foreign;
static uint64_t payload, events;
static uint64_t fault_count;
static char faults[MAX_FAULTS][160];

static void fault(const char *text, ...)
{
    va_list list;
    va_start(list, text);
    if (fault_count < MAX_FAULTS)
        vsnprintf(faults[fault_count], sizeof faults[0], text, list);
    va_end(list);
    fault_count++;
}

static void *must(void *memory)
{
    if (memory) return memory;
    fprintf(stderr, "second-reader: out of memory\n");
    exit(2);
}

static uint64_t word(size_t at, unsigned bytes)
{
    uint64_t value = 0;
    memcpy(&value, file + at, bytes);
    return value;
}

static uint32_t checksum(const uint8_t *at, size_t count)
{
    static uint32_t table[256];
    for (uint32_t i = 0; i < 256 && table[255] == 0; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0x82f63b78U : 0);
    }
    uint32_t crc = ~0U;
    while (count-- > 0)
        crc = crc >> 8 ^ table[(crc ^ *at++) & 255];
    return ~crc;
}

/* ---- Values ---- */

struct cursor {
    const uint8_t *at, *end;
    uint32_t stream;
    int bad;
};

static uint64_t varint(struct cursor *c)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (c->at == c->end) break;
        const uint8_t byte = *c->at++;
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) return value;
    }
    c->bad = 1;
    return 0;
}

static void show(const char *text, ...)
{
    va_list list;
    va_start(list, text);
    if (print_records) vprintf(text, list);
    va_end(list);
}

static void show_text(const uint8_t *text, uint64_t count)
{
    if (!print_records) return;
    putchar('"');
    for (uint64_t i = 0; i < count; i++) {
        if (text[i] < 32 || text[i] > 126 || text[i] == '"' || text[i] == '\\')
            printf("\\u00%02x", text[i]);
        else
            putchar(text[i]);
    }
    putchar('"');
}

static uint64_t head_number(struct cursor *c, uint8_t first)
{
    const uint64_t number = first >> 3;
    return number < 31 ? number : varint(c) + 31;
}

/* ---- Blocks ---- */

static struct stream *stream_at(uint64_t id)
{
    if (id >= stream_count) {
        const uint64_t count = id + 16;
        streams = must(realloc(streams, count * sizeof *streams));
        memset(streams + stream_count, 0,
            (count - stream_count) * sizeof *streams);
        stream_count = count;
    }
    return &streams[id];
}

static void bear(struct stream *s, uint64_t number, uint64_t bytes)
{
    if (!s->block) s->first = number;
    const uint64_t index = number - s->first;
    if (index >= s->room) {
        const uint64_t room = (index + 1000) * 2;
        s->block = must(realloc(s->block, room * sizeof *s->block));
        memset(s->block + s->room, 0, (room - s->room) * sizeof *s->block);
        s->room = room;
    }
    s->block[index] = (struct block){s->tick + 1, bytes, 0};
}

static void remember(
    uint32_t stream, uint64_t number, uint64_t tick, int restore)
{
    if (release_count == release_room) {
        release_room = release_room * 2 + 1000;
        releases = must(realloc(releases, release_room * sizeof *releases));
    }
    releases[release_count++] = (struct release){stream, restore, number, tick};
}

static void note_node(struct stream *s, uint64_t parent)
{
    if (s->node >= s->root_room) {
        s->root_room = s->node * 2 + 1000;
        s->root = must(realloc(s->root, s->root_room));
    }
    s->root[s->node] = parent < 4 ? (uint8_t)parent : s->root[parent];
}

/* ---- Records ---- */

static void read_alloc(struct cursor *c, struct stream *s, unsigned form)
{
    const uint64_t stack = varint(c);
    const uint64_t bytes = varint(c);
    if (stack >= s->node) {
        fault("stream %u: stack %" PRIu64 " is not defined", c->stream, stack);
        return;
    }
    by_root[stack < 4 ? stack : s->root[stack]]++;
    show(",%" PRIu64 ",%" PRIu64 ",%" PRIu64, s->alloc, bytes, stack);
    if (form == 4) {
        const uint64_t aligned = varint(c);
        by_api[aligned >> 8 & 7]++;
        show(",%" PRIu64 ",%" PRIu64, aligned >> 8, aligned & 255);
    }
    bear(s, s->alloc++, bytes);
}

static void read_free(struct cursor *c, struct stream *s)
{
    const uint64_t first = varint(c);
    uint64_t stream = c->stream;
    uint64_t number = s->alloc - (first >> 1);
    if (first & 1) {
        stream = first >> 1;
        number = varint(c);
    } else if (first == 0 || first >> 1 > s->alloc) {
        fault("stream %u: a free's distance is wrong", c->stream);
        return;
    }
    show(",%" PRIu64 ",%" PRIu64, stream, number);
    remember((uint32_t)stream, number, s->tick, 0);
}

static void read_node(struct cursor *c, struct stream *s, uint64_t distance)
{
    const uint64_t frame = varint(c);
    if (distance == 0 || distance > s->node || frame >= s->frame)
        fault("stream %u: node %" PRIu64 " is malformed", c->stream, s->node);
    note_node(s, distance > s->node ? 1 : s->node - distance);
    show(",%" PRIu64 ",%" PRIu64 ",%" PRIu64, s->node, s->node - distance,
        frame);
    s->node++;
}

static void read_reference(struct cursor *c, struct stream *s, unsigned type)
{
    const uint64_t v = varint(c);
    uint64_t stream = c->stream;
    uint64_t number = s->alloc - (v >> 3);
    if ((v & 3) == 2 && v >> 3 == 0) {
        show(",[\"address\",%" PRIu64 "]", varint(c));
        return;
    }
    if ((v & 3) == 2) {
        show(",null");
        return;
    }
    if ((v & 3) == 1) {
        stream = v >> 3;
        number = varint(c);
    }
    const uint64_t offset = v & 4 ? varint(c) : 0;
    show(",[%" PRIu64 ",%" PRIu64 ",%" PRIu64 "]", stream, number, offset);
    if (type == 24) remember((uint32_t)stream, number, s->tick, 1);
}

static void read_field(
    struct cursor *c, struct stream *s, unsigned type, char letter)
{
    if (letter == 't') {
        s->tick += varint(c);
    } else if (letter == 'r') {
        read_reference(c, s, type);
    } else if (letter == 'b') {
        const uint64_t count = varint(c);
        if (count > (uint64_t)(c->end - c->at)) {
            c->bad = 1;
            return;
        }
        show(",");
        show_text(c->at, count);
        c->at += count;
    } else {
        const uint64_t value = varint(c);
        if (letter == 's' && value >= s->string)
            fault("stream %u: string is not defined", c->stream);
        if (letter == 'n' && value >= s->node)
            fault("stream %u: stack is not defined", c->stream);
        if (type == 23) foreign += value;
        if (letter == 'i')
            show(",%" PRId64, (int64_t)(value >> 1) ^ -(int64_t)(value & 1));
        else
            show(",%" PRIu64, value);
    }
}

static void read_general(struct cursor *c, struct stream *s, unsigned type)
{
    const uint64_t length = varint(c);
    if (c->bad || length > (uint64_t)(c->end - c->at) || type == 0) {
        c->bad = 1;
        return;
    }
    struct cursor fields = {c->at, c->at + length, c->stream, 0};
    by_type[type]++;
    for (const char *f = fields_of[type]; *f != 0; f++)
        read_field(&fields, s, type, *f);
    if (fields.bad) fault("a %s record is malformed", name_of[type]);
    if (type == 4) s->module++;
    if (type == 6) s->frame++;
    if (type == 7) s->string++;
    c->at += length;
}

static void read_record(struct cursor *c, struct stream *s)
{
    const uint8_t first = *c->at++;
    const unsigned form = first & 7;
    const char *const name = form > 0 ? form_name[form] : name_of[first >> 3];
    by_form[form]++;
    show("[%u,\"%s\"", c->stream, name);
    if (form == 0) {
        read_general(c, s, first >> 3);
    } else {
        const uint64_t number = head_number(c, first);
        if (form == 7) {
            read_node(c, s, number);
        } else {
            s->tick += number;
            events++;
            if (form < 5)
                read_alloc(c, s, form);
            else
                read_free(c, s);
        }
    }
    show(",{\"tick\":%" PRIu64 "}]\n", s->tick);
}

/* ---- Chunks ---- */

static int by_place(const void *left, const void *right)
{
    const struct chunk *const a = left;
    const struct chunk *const b = right;
    if (a->stream != b->stream) return a->stream < b->stream ? -1 : 1;
    return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static void check_bases(struct stream *s, size_t at, const struct chunk *chunk)
{
    const uint64_t base[5] = {word(at + 28, 4), word(at + 40, 8),
        word(at + 48, 4), word(at + 52, 4), word(at + 56, 4)};
    const uint64_t have[5] = {
        s->module, s->alloc, s->frame, s->node, s->string};
    if (s->chunks != chunk->sequence)
        fault("stream %u: chunk %u comes after %" PRIu64, chunk->stream,
            chunk->sequence, s->chunks);
    if (s->chunks > 0 && memcmp(base, have, sizeof base) != 0)
        fault("stream %u: the bases of chunk %u are wrong", chunk->stream,
            chunk->sequence);
    if (s->chunks == 0 && base[3] != 4)
        fault("stream %u begins with node %" PRIu64, chunk->stream, base[3]);
    s->module = base[0], s->alloc = base[1], s->frame = base[2];
    s->node = base[3], s->string = base[4];
    s->tick = word(at + 32, 8);
    s->chunks++;
}

static void read_chunk(const struct chunk *chunk)
{
    const size_t at = (size_t)(chunk->head - file);
    const uint64_t published = word(at + 64, 8);
    const uint32_t count = (uint32_t)published;
    if (count > word(at + 8, 4) - CHUNK_HEAD) {
        fault("stream %u: chunk %u says too much", chunk->stream,
            chunk->sequence);
        return;
    }
    if (checksum(chunk->head + CHUNK_HEAD, count) != published >> 32)
        fault("stream %u: chunk %u: checksum", chunk->stream, chunk->sequence);
    payload += count;
    check_bases(stream_at(chunk->stream), at, chunk);
    struct cursor cursor = {chunk->head + CHUNK_HEAD,
        chunk->head + CHUNK_HEAD + count, chunk->stream, 0};
    while (cursor.at < cursor.end && !cursor.bad)
        read_record(&cursor, stream_at(chunk->stream));
    if (cursor.bad)
        fault("stream %u: chunk %u: record at byte %zu", chunk->stream,
            chunk->sequence, (size_t)(cursor.at - file));
}

static size_t find_chunks(struct chunk **out)
{
    uint64_t end = word(4096, 8);
    if (end > file_bytes) end = file_bytes;
    struct chunk *const chunk = must(calloc(end / PAGE + 1, sizeof *chunk));
    size_t count = 0;
    for (size_t at = 8192; at + CHUNK_HEAD <= end;) {
        const uint64_t bytes = word(at + 8, 4);
        const int whole = memcmp(file + at, "CHNK", 4) == 0 &&
                          checksum(file + at, 60) == word(at + 60, 4) &&
                          bytes >= PAGE && bytes % PAGE == 0 &&
                          at + bytes <= file_bytes;
        if (whole)
            chunk[count++] = (struct chunk){file + at,
                (uint32_t)word(at + 12, 4), (uint32_t)word(at + 16, 4)};
        at += whole ? bytes : PAGE;
    }
    qsort(chunk, count, sizeof *chunk, by_place);
    *out = chunk;
    return count;
}

/* ---- Totals ---- */

/* Every free names a block that is alive by then. Blocks of a forked child's
 * parent are not in its file. */
static uint64_t match_frees(void)
{
    uint64_t inherited = 0;
    for (size_t i = 0; i < release_count; i++) {
        const struct release *const r = &releases[i];
        struct stream *const s = stream_at(r->stream);
        const uint64_t index = r->number - s->first;
        if (r->number < s->first || index >= s->room ||
            s->block[index].tick == 0) {
            inherited++;
            continue;
        }
        struct block *const block = &s->block[index];
        block->frees += r->restore ? -1 : 1;
        if (r->tick + 1 < block->tick)
            fault("block %u:%" PRIu64 " is freed before its birth", r->stream,
                r->number);
    }
    return inherited;
}

static uint64_t count_live(uint64_t *bytes)
{
    uint64_t live = 0;
    for (uint64_t id = 0; id < stream_count; id++) {
        const struct stream *const s = &streams[id];
        for (uint64_t i = 0; i < s->room; i++) {
            if (s->block[i].tick == 0) continue;
            if (s->block[i].frees < 0 || s->block[i].frees > 1)
                fault("block %" PRIu64 ":%" PRIu64 " was freed %d times", id,
                    s->first + i, s->block[i].frees);
            if (s->block[i].frees != 0) continue;
            live++;
            *bytes += s->block[i].bytes;
        }
    }
    return live;
}

static void print_number(const char *name, uint64_t value)
{
    printf(",\"%s\":%" PRIu64, name, value);
}

static void print_totals(void)
{
    static const char *const lost[8] = {"disk_full", "limit", "memory",
        "nested", "early", "collision", "range", "access"};
    static const char *const api[8] = {"posix_memalign", "aligned_alloc",
        "memalign", "valloc", "pvalloc", "?5", "?6", "?7"};
    const uint64_t origin = word(64, 4);
    const uint64_t end = word(4104, 4);
    uint64_t live_bytes = 0;
    const uint64_t inherited = match_frees();
    const uint64_t live = count_live(&live_bytes);
    if (inherited > 0 && origin != 1)
        fault("%" PRIu64 " frees of blocks that were never born", inherited);
    printf("{\"pid\":%" PRIu64, word(24, 4));
    print_number("parent", word(28, 4));
    printf(",\"origin\":\"%s\"", origin == 0   ? "start"
                                 : origin == 1 ? "fork"
                                               : "exec");
    printf(",\"id\":\"");
    for (int i = 0; i < 16; i++)
        printf("%02x", file[32 + i]);
    printf("\",\"parent_id\":\"");
    for (int i = 0; i < 16; i++)
        printf("%02x", file[48 + i]);
    printf("\",\"end\":\"%s\"", end < 8 ? end_name[end] : "?");
    printf(",\"end_status\":%d", (int)(int32_t)word(4108, 4));
    uint64_t all_lost = 0;
    for (unsigned i = 0; i < 8; i++) {
        printf(",\"lost_%s\":%" PRIu64, lost[i], word(4128 + 8 * i, 8));
        all_lost += word(4128 + 8 * i, 8);
    }
    print_number("lost", all_lost);
    print_number("streams", word(4192, 8));
    print_number("memory_bytes", word(4208, 8));
    print_number("file_bytes", file_bytes);
    print_number("payload_bytes", payload);
    print_number("events", events);
    for (unsigned i = 1; i < 8; i++)
        print_number(form_name[i], by_form[i]);
    for (unsigned i = 0; i < 5; i++)
        print_number(api[i], by_api[i]);
    print_number("allocs", by_form[1] + by_form[2] + by_form[3] + by_form[4]);
    print_number("frees", by_form[5] + by_form[6] + foreign - by_type[24]);
    print_number("foreign_frees", foreign);
    print_number("inherited_frees", inherited);
    print_number("live", live);
    print_number("live_bytes", live_bytes);
    print_number("stacks_complete", by_root[0]);
    print_number("stacks_truncated", by_root[1]);
    print_number("stacks_guessed", by_root[2]);
    print_number("stacks_none", by_root[3]);
    printf(",\"records\":{\"bytes\":%" PRIu64, payload);
    for (unsigned i = 1; i < 32; i++)
        print_number(name_of[i], by_type[i]);
    printf("},\"faults\":[");
    for (uint64_t i = 0; i < fault_count && i < MAX_FAULTS; i++)
        printf("%s\"%s\"", i > 0 ? "," : "", faults[i]);
    printf("]}\n");
}

static void load(const char *path)
{
    FILE *const input = fopen(path, "rb");
    if (!input || fseek(input, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    file_bytes = (size_t)ftell(input);
    rewind(input);
    file = must(calloc(1, file_bytes + 8192));
    if (fread(file, 1, file_bytes, input) != file_bytes) exit(2);
    fclose(input);
    if (memcmp(file, "\x89OLT\r\n\x1a\n", 8) != 0) fault("magic");
    if (checksum(file, 236) != word(236, 4)) fault("header checksum");
    if (word(8, 2) != 1 || word(12, 4) != 8192) fault("version or header");
}

int main(int argc, char **argv)
{
    print_records = argc == 3 && strcmp(argv[1], "--records") == 0;
    if (argc != 2 + print_records) return 2;
    load(argv[argc - 1]);
    struct chunk *chunk = NULL;
    const size_t count = find_chunks(&chunk);
    for (size_t i = 0; i < count; i++)
        read_chunk(&chunk[i]);
    print_totals();
    return 0;
}
