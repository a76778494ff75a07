/* record.c - records to bytes and back; see record.h for the shape.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trace/record.h"

#include <errno.h>
#include <string.h>

enum {
    FORM_BITS = 3,
    FORM_MASK = 7,
    INLINE_MAX = 31, /* five bits; this value means: a varint follows */
    REF_OWN = 0,     /* number = state.alloc - distance */
    REF_OTHER = 1,   /* varint stream << 1, then the number */
    REF_ADDRESS = 2, /* varint 0, then the address; 1 means no ref at all */
    REF_MASK = 3,
    REF_OFFSET = 4, /* a varint offset follows */
    REF_SHIFT = 3,
    FREE_OTHER = 1,
    MAX_STREAM = INT32_MAX,
};

struct description {
    const char *name;
    const char *fields;
    const char *names;
};

static const struct description description[OL_RECORD_TYPE_COUNT] = {
#define X(number, id, text, letters, field_names) \
    [OL_RECORD_##id] = {text, letters, field_names},
    OL_RECORD_LIST(X)
#undef X
#define X(number, id, text) [OL_RECORD_##id] = {text, NULL, NULL},
        OL_FORM_LIST(X)
#undef X
};

/* ---- Writing ---- */

/* The first byte of a frequent record, with a small number inside it. */
static uint8_t *put_head(uint8_t *at, unsigned form, uint64_t number)
{
    if (OL_LIKELY(number < INLINE_MAX)) {
        *at++ = (uint8_t)(form | number << FORM_BITS);
        return at;
    }
    *at++ = (uint8_t)(form | INLINE_MAX << FORM_BITS);
    return ol_varint_put(at, number - INLINE_MAX);
}

/* Time never runs backwards in a stream. */
static uint64_t advance(struct ol_stream_state *state, uint64_t tick)
{
    if (tick <= state->tick) return 0;
    const uint64_t delta = tick - state->tick;
    state->tick = tick;
    return delta;
}

uint8_t *ol_record_put_alloc(
    uint8_t *at, struct ol_stream_state *state, const struct ol_record *record)
{
    const unsigned form = record->type - 32;
    at = put_head(at, form, advance(state, record->tick));
    at = ol_varint_put(at, record->value[OL_VALUE_STACK]);
    at = ol_varint_put(at, record->value[OL_VALUE_BYTES]);
    if (record->type == OL_RECORD_ALIGNED)
        at = ol_varint_put(at, record->value[OL_VALUE_ALIGNED]);
    state->alloc++;
    return at;
}

uint8_t *ol_record_put_free(uint8_t *at, struct ol_stream_state *state,
    uint32_t stream, const struct ol_record *record)
{
    const struct ol_ref *const block = &record->ref[0];
    at = put_head(at, record->type - 32, advance(state, record->tick));
    if (OL_LIKELY(block->stream == stream))
        return ol_varint_put(at, (state->alloc - block->number) << 1);
    at = ol_varint_put(at, (uint64_t)block->stream << 1 | FREE_OTHER);
    return ol_varint_put(at, block->number);
}

uint8_t *ol_record_put_node(
    uint8_t *at, struct ol_stream_state *state, uint32_t parent, uint32_t frame)
{
    /* The parent is mostly the node defined just before: distance 1. */
    at = put_head(at, OL_RECORD_NODE - 32, state->node - parent);
    at = ol_varint_put(at, frame);
    state->node++;
    return at;
}

static uint8_t *put_ref(uint8_t *at, const struct ol_stream_state *state,
    uint32_t stream, const struct ol_ref *ref)
{
    const unsigned offset =
        ref->form == OL_REF_BLOCK && ref->offset != 0 ? REF_OFFSET : 0;
    if (ref->form == OL_REF_NONE)
        return ol_varint_put(at, REF_ADDRESS | 1 << REF_SHIFT);
    if (ref->form == OL_REF_ADDRESS) {
        at = ol_varint_put(at, REF_ADDRESS);
        return ol_varint_put(at, ref->number);
    }
    if (ref->stream == stream) {
        const uint64_t distance = state->alloc - ref->number;
        at = ol_varint_put(at, REF_OWN | offset | distance << REF_SHIFT);
    } else {
        at = ol_varint_put(
            at, REF_OTHER | offset | (uint64_t)ref->stream << REF_SHIFT);
        at = ol_varint_put(at, ref->number);
    }
    if (offset != 0) at = ol_varint_put(at, ref->offset);
    return at;
}

/* How many payload bytes the fields may take at most. */
static size_t fields_bound(const struct ol_record *record)
{
    size_t bound = 0;
    unsigned blob = 0;
    for (const char *f = description[record->type].fields; *f != 0; f++) {
        bound += (size_t)3 * OL_VARINT_MAX_BYTES;
        if (*f == 'b') bound += record->bytes[blob++].count;
    }
    return bound;
}

static uint8_t *put_fields(uint8_t *at, struct ol_stream_state *state,
    uint32_t stream, const struct ol_record *record)
{
    unsigned value = 0;
    unsigned ref = 0;
    unsigned blob = 0;
    for (const char *f = description[record->type].fields; *f != 0; f++) {
        if (*f == 't') {
            at = ol_varint_put(at, advance(state, record->tick));
        } else if (*f == 'r') {
            at = put_ref(at, state, stream, &record->ref[ref++]);
        } else if (*f == 'b') {
            const struct ol_bytes *const bytes = &record->bytes[blob++];
            at = ol_varint_put(at, bytes->count);
            if (bytes->count > 0) memcpy(at, bytes->at, bytes->count);
            at += bytes->count;
        } else if (*f == 'i') {
            const int64_t signed_value = (int64_t)record->value[value++];
            at = ol_varint_put(at, ol_varint_fold(signed_value));
        } else {
            at = ol_varint_put(at, record->value[value++]);
        }
    }
    return at;
}

static void count_definition(struct ol_stream_state *state, uint32_t type)
{
    if (type == OL_RECORD_MODULE) state->module++;
    if (type == OL_RECORD_FRAME) state->frame++;
    if (type == OL_RECORD_STRING) state->string++;
}

uint8_t *ol_record_put(uint8_t *at, const uint8_t *end,
    struct ol_stream_state *state, uint32_t stream,
    const struct ol_record *record)
{
    /* The length is written before the fields are: one byte where the
     * bound fits it, else a varint padded to three. */
    enum {
        LENGTH_BYTES = 3,
        LENGTH_MAX = 1 << 21
    };
    const size_t bound = fields_bound(record);
    if (bound >= LENGTH_MAX) return NULL;
    if ((size_t)(end - at) < bound + 1 + LENGTH_BYTES) return NULL;
    uint8_t *const head = at;
    const int small = bound < 0x80;
    uint8_t *const fields = head + 1 + (small ? 1 : LENGTH_BYTES);
    uint8_t *const after = put_fields(fields, state, stream, record);
    const size_t length = (size_t)(after - fields);
    head[0] = (uint8_t)(record->type << FORM_BITS);
    if (small) {
        head[1] = (uint8_t)length;
    } else {
        head[1] = (uint8_t)(length | 0x80);
        head[2] = (uint8_t)(length >> 7 | 0x80);
        head[3] = (uint8_t)(length >> 14);
    }
    count_definition(state, record->type);
    return after;
}

/* ---- Reading ---- */

void ol_decoder_init(struct ol_decoder *decoder,
    const struct ol_chunk_header *header, const uint8_t *payload, size_t count)
{
    *decoder = (struct ol_decoder){
        .state = {.tick = header->base_tick,
            .alloc = header->base_alloc,
            .module = header->base_module,
            .frame = header->base_frame,
            .node = header->base_node,
            .string = header->base_string},
        .begin = payload,
        .at = payload,
        .end = payload + count,
        .stream = header->stream,
    };
}

static int bad(struct ol_decoder *decoder, const char *what)
{
    decoder->what = what;
    return -EBADMSG;
}

/* Numbers and ticks are bounded so that sums of them cannot wrap. */
static int add_ticks(
    struct ol_decoder *d, struct ol_stream_state *state, uint64_t delta)
{
    if (delta > UINT64_MAX / 2 - state->tick)
        return bad(d, "time is out of range");
    state->tick += delta;
    return 0;
}

static const uint8_t *get_head(
    const uint8_t *at, const uint8_t *end, uint64_t *out)
{
    const uint64_t number = *at++ >> FORM_BITS;
    *out = number;
    if (number < INLINE_MAX) return at;
    uint64_t rest = 0;
    at = ol_varint_get(at, end, &rest);
    if (at == NULL || rest > UINT64_MAX - INLINE_MAX) return NULL;
    *out = rest + INLINE_MAX;
    return at;
}

static int get_alloc(struct ol_decoder *d, struct ol_record *out)
{
    uint64_t delta = 0;
    const uint8_t *at = get_head(d->at, d->end, &delta);
    if (at != NULL) at = ol_varint_get(at, d->end, &out->value[OL_VALUE_STACK]);
    if (at != NULL) at = ol_varint_get(at, d->end, &out->value[OL_VALUE_BYTES]);
    if (at != NULL && out->type == OL_RECORD_ALIGNED)
        at = ol_varint_get(at, d->end, &out->value[OL_VALUE_ALIGNED]);
    if (at == NULL) return bad(d, "allocation record ends early");
    if (out->value[OL_VALUE_STACK] >= d->state.node)
        return bad(d, "allocation names a stack that is not defined");
    if (add_ticks(d, &d->state, delta) != 0) return -EBADMSG;
    out->value[OL_VALUE_NUMBER] = d->state.alloc++;
    out->value_count = 4;
    d->at = at;
    return 1;
}

static int get_free(struct ol_decoder *d, struct ol_record *out)
{
    uint64_t delta = 0;
    uint64_t first = 0;
    const uint8_t *at = get_head(d->at, d->end, &delta);
    if (at != NULL) at = ol_varint_get(at, d->end, &first);
    if (at == NULL) return bad(d, "free record ends early");
    struct ol_ref *const block = &out->ref[0];
    block->form = OL_REF_BLOCK;
    if ((first & FREE_OTHER) == 0) {
        const uint64_t distance = first >> 1;
        if (distance == 0 || distance > d->state.alloc)
            return bad(d, "free names a block that is not yet allocated");
        block->stream = d->stream;
        block->number = d->state.alloc - distance;
    } else {
        if (first >> 1 > MAX_STREAM) return bad(d, "stream is out of range");
        block->stream = (uint32_t)(first >> 1);
        at = ol_varint_get(at, d->end, &block->number);
        if (at == NULL) return bad(d, "free record ends early");
    }
    if (add_ticks(d, &d->state, delta) != 0) return -EBADMSG;
    d->at = at;
    return 1;
}

static int get_node(struct ol_decoder *d, struct ol_record *out)
{
    uint64_t distance = 0;
    uint64_t frame = 0;
    const uint8_t *at = get_head(d->at, d->end, &distance);
    if (at != NULL) at = ol_varint_get(at, d->end, &frame);
    if (at == NULL) return bad(d, "stack node ends early");
    const uint64_t next = d->state.node;
    if (distance == 0 || distance > next)
        return bad(d, "stack node names a parent that is not defined");
    if (frame >= d->state.frame)
        return bad(d, "stack node names a frame that is not defined");
    if (next == UINT32_MAX) return bad(d, "too many stack nodes");
    out->value[OL_VALUE_PARENT] = next - distance;
    out->value[OL_VALUE_FRAME] = frame;
    out->value[OL_VALUE_NODE] = d->state.node++;
    out->value_count = 3;
    d->at = at;
    return 1;
}

static const uint8_t *get_ref(const struct ol_decoder *d, const uint8_t *at,
    const uint8_t *end, struct ol_ref *out)
{
    uint64_t first = 0;
    at = ol_varint_get(at, end, &first);
    if (at == NULL) return NULL;
    const uint64_t rest = first >> REF_SHIFT;
    switch (first & REF_MASK) {
    case REF_OWN:
        if (rest == 0 || rest > d->state.alloc) return NULL;
        *out = (struct ol_ref){OL_REF_BLOCK, d->stream, 0, 0};
        out->number = d->state.alloc - rest;
        break;
    case REF_OTHER:
        if (rest > MAX_STREAM) return NULL;
        *out = (struct ol_ref){OL_REF_BLOCK, (uint32_t)rest, 0, 0};
        at = ol_varint_get(at, end, &out->number);
        break;
    case REF_ADDRESS:
        *out =
            (struct ol_ref){rest == 0 ? OL_REF_ADDRESS : OL_REF_NONE, 0, 0, 0};
        if (rest > 1) return NULL;
        if (rest == 0) at = ol_varint_get(at, end, &out->number);
        return at;
    default:
        return NULL;
    }
    if (at != NULL && (first & REF_OFFSET) != 0)
        at = ol_varint_get(at, end, &out->offset);
    return at;
}

static const uint8_t *get_bytes(
    const uint8_t *at, const uint8_t *end, struct ol_bytes *out)
{
    uint64_t count = 0;
    at = ol_varint_get(at, end, &count);
    if (at == NULL || count > (uint64_t)(end - at)) return NULL;
    *out = (struct ol_bytes){at, (size_t)count};
    return at + count;
}

static int get_fields(struct ol_decoder *d, const uint8_t *at,
    const uint8_t *end, struct ol_record *out)
{
    unsigned ref = 0;
    unsigned blob = 0;
    uint64_t delta = 0;
    for (const char *f = description[out->type].fields; *f != 0; f++) {
        if (*f == 't') {
            at = ol_varint_get(at, end, &delta);
        } else if (*f == 'r') {
            at = get_ref(d, at, end, &out->ref[ref++]);
        } else if (*f == 'b') {
            at = get_bytes(at, end, &out->bytes[blob++]);
        } else {
            at = ol_varint_get(at, end, &out->value[out->value_count++]);
        }
        if (at == NULL)
            return bad(d, "record field ends early or is malformed");
        if (*f == 'i') {
            uint64_t *const value = &out->value[out->value_count - 1];
            *value = (uint64_t)ol_varint_unfold(*value);
        }
    }
    return add_ticks(d, &d->state, delta);
}

static int get_general(struct ol_decoder *d, struct ol_record *out)
{
    uint64_t length = 0;
    const uint8_t *const fields = ol_varint_get(d->at + 1, d->end, &length);
    if (fields == NULL || length > (uint64_t)(d->end - fields))
        return bad(d, "record ends early");
    out->type = *d->at >> FORM_BITS;
    if (out->type == 0) return bad(d, "record type is zero");
    if (description[out->type].fields != NULL) {
        if (get_fields(d, fields, fields + length, out) != 0) return -EBADMSG;
        count_definition(&d->state, out->type);
    }
    out->tick = d->state.tick;
    d->at = fields + length;
    return 1;
}

int ol_decoder_next(struct ol_decoder *decoder, struct ol_record *out)
{
    if (decoder->at == decoder->end) return 0;
    *out = (struct ol_record){0};
    const unsigned form = *decoder->at & FORM_MASK;
    if (form == 0) return get_general(decoder, out);
    out->type = 32 + form;
    int got = 0;
    if (out->type <= OL_RECORD_ALIGNED) {
        got = get_alloc(decoder, out);
    } else if (out->type == OL_RECORD_NODE) {
        got = get_node(decoder, out);
    } else {
        got = get_free(decoder, out);
    }
    out->tick = decoder->state.tick;
    return got;
}

/* ---- Names ---- */

const char *ol_record_name(uint32_t type)
{
    return type < OL_RECORD_TYPE_COUNT ? description[type].name : NULL;
}

const char *ol_record_fields(uint32_t type)
{
    return type < OL_RECORD_TYPE_COUNT ? description[type].fields : NULL;
}

const char *ol_record_field_names(uint32_t type)
{
    return type < OL_RECORD_TYPE_COUNT ? description[type].names : NULL;
}
