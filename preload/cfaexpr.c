/* cfaexpr.c - DWARF expressions reduced to compact values; see cfaexpr.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/cfaexpr.h"

#include <dwarf.h>

#include "preload/regs.h"

enum {
    STACK_MAX = 16,
    STEPS_MAX = 256, /* an expression may branch backwards */
};

struct machine {
    struct ol_ehread code;
    const uint8_t *begin;
    uintptr_t pc;
    unsigned depth;
    bool failed;
    struct ol_cfaexpr_value stack[STACK_MAX];
};

struct ol_cfaexpr_value ol_cfaexpr_register(uint64_t number, uintptr_t pc)
{
    switch (number) {
    case OL_REGS_DWARF_SP:
        return (struct ol_cfaexpr_value){.base = OL_CFAEXPR_SP};
    case OL_REGS_DWARF_FP:
        return (struct ol_cfaexpr_value){.base = OL_CFAEXPR_FP};
    case OL_REGS_DWARF_RA:
        return (struct ol_cfaexpr_value){.offset = (int64_t)pc};
    default:
        return (struct ol_cfaexpr_value){.base = OL_CFAEXPR_OTHER};
    }
}

/* ---- The stack ---- */

static void push(struct machine *m, struct ol_cfaexpr_value value)
{
    if (m->depth == STACK_MAX || value.base == OL_CFAEXPR_OTHER) {
        m->failed = true;
    } else {
        m->stack[m->depth++] = value;
    }
}

static void push_number(struct machine *m, uint64_t number)
{
    push(m, (struct ol_cfaexpr_value){.offset = (int64_t)number});
}

static struct ol_cfaexpr_value pop(struct machine *m)
{
    if (m->depth > 0) return m->stack[--m->depth];
    m->failed = true;
    return (struct ol_cfaexpr_value){0};
}

static void pick(struct machine *m, uint64_t index)
{
    if (index < m->depth) {
        push(m, m->stack[m->depth - 1 - index]);
    } else {
        m->failed = true;
    }
}

static bool is_number(const struct ol_cfaexpr_value *value)
{
    return value->base == OL_CFAEXPR_NUMBER && !value->is_loaded;
}

static uint64_t pop_number(struct machine *m)
{
    const struct ol_cfaexpr_value value = pop(m);
    if (!is_number(&value)) m->failed = true;
    return (uint64_t)value.offset;
}

static void push_sum(
    struct machine *m, struct ol_cfaexpr_value value, uint64_t more)
{
    value.offset = (int64_t)((uint64_t)value.offset + more);
    push(m, value);
}

/* ---- Operations ---- */

static void load(struct machine *m)
{
    struct ol_cfaexpr_value value = pop(m);
    if (value.is_loaded || value.base == OL_CFAEXPR_NUMBER) m->failed = true;
    value.is_loaded = true;
    value.load_offset = value.offset;
    value.offset = 0;
    push(m, value);
}

static void add(struct machine *m)
{
    const struct ol_cfaexpr_value b = pop(m);
    const struct ol_cfaexpr_value a = pop(m);
    if (is_number(&b)) {
        push_sum(m, a, (uint64_t)b.offset);
    } else if (is_number(&a)) {
        push_sum(m, b, (uint64_t)a.offset);
    } else {
        m->failed = true;
    }
}

/* Operations on two numbers; false if `op` is none of them. */
static bool combine(uint8_t op, uint64_t a, uint64_t b, uint64_t *out)
{
    const int64_t x = (int64_t)a;
    const int64_t y = (int64_t)b;
    switch (op) {
    case DW_OP_and:
        *out = a & b;
        return true;
    case DW_OP_or:
        *out = a | b;
        return true;
    case DW_OP_xor:
        *out = a ^ b;
        return true;
    case DW_OP_mul:
        *out = a * b;
        return true;
    case DW_OP_shl:
        *out = b < 64 ? a << b : 0;
        return true;
    case DW_OP_shr:
        *out = b < 64 ? a >> b : 0;
        return true;
    case DW_OP_eq:
        *out = x == y;
        return true;
    case DW_OP_ne:
        *out = x != y;
        return true;
    case DW_OP_lt:
        *out = x < y;
        return true;
    case DW_OP_le:
        *out = x <= y;
        return true;
    case DW_OP_gt:
        *out = x > y;
        return true;
    case DW_OP_ge:
        *out = x >= y;
        return true;
    default:
        return false;
    }
}

static void run_binary(struct machine *m, uint8_t op)
{
    const uint64_t b = pop_number(m);
    const uint64_t a = pop_number(m);
    uint64_t result = 0;
    if (!combine(op, a, b, &result)) m->failed = true;
    push_number(m, result);
}

static void branch(struct machine *m, bool is_taken)
{
    const int64_t distance = ol_ehread_signed(&m->code, 2);
    if (!is_taken) return;
    const int64_t target = m->code.at - m->begin + distance;
    if (target < 0 || target > m->code.end - m->begin) {
        m->failed = true;
    } else {
        m->code.at = m->begin + target;
    }
}

/* Operations that push a constant; false if `op` is none of them. */
static bool run_constant(struct machine *m, uint8_t op)
{
    struct ol_ehread *const code = &m->code;
    if (op >= DW_OP_lit0 && op <= DW_OP_lit31) {
        push_number(m, op - DW_OP_lit0);
        return true;
    }
    switch (op) {
    case DW_OP_addr:
        push_number(m, ol_ehread_unsigned(code, 8));
        return true;
    case DW_OP_const1u:
        push_number(m, ol_ehread_unsigned(code, 1));
        return true;
    case DW_OP_const2u:
        push_number(m, ol_ehread_unsigned(code, 2));
        return true;
    case DW_OP_const4u:
        push_number(m, ol_ehread_unsigned(code, 4));
        return true;
    case DW_OP_const8u:
        push_number(m, ol_ehread_unsigned(code, 8));
        return true;
    case DW_OP_const1s:
        push_number(m, (uint64_t)ol_ehread_signed(code, 1));
        return true;
    case DW_OP_const2s:
        push_number(m, (uint64_t)ol_ehread_signed(code, 2));
        return true;
    case DW_OP_const4s:
        push_number(m, (uint64_t)ol_ehread_signed(code, 4));
        return true;
    case DW_OP_const8s:
        push_number(m, (uint64_t)ol_ehread_signed(code, 8));
        return true;
    case DW_OP_constu:
        push_number(m, ol_ehread_uleb(code));
        return true;
    case DW_OP_consts:
        push_number(m, (uint64_t)ol_ehread_sleb(code));
        return true;
    default:
        return false;
    }
}

static void swap(struct machine *m)
{
    const struct ol_cfaexpr_value b = pop(m);
    const struct ol_cfaexpr_value a = pop(m);
    push(m, b);
    push(m, a);
}

static void run_other(struct machine *m, uint8_t op)
{
    switch (op) {
    case DW_OP_dup:
        pick(m, 0);
        return;
    case DW_OP_over:
        pick(m, 1);
        return;
    case DW_OP_pick:
        pick(m, ol_ehread_unsigned(&m->code, 1));
        return;
    case DW_OP_drop:
        (void)pop(m);
        return;
    case DW_OP_swap:
        swap(m);
        return;
    case DW_OP_deref:
        load(m);
        return;
    case DW_OP_plus:
        add(m);
        return;
    case DW_OP_plus_uconst:
        push_sum(m, pop(m), ol_ehread_uleb(&m->code));
        return;
    case DW_OP_minus: {
        const uint64_t less = pop_number(m);
        push_sum(m, pop(m), -less);
        return;
    }
    case DW_OP_skip:
        branch(m, true);
        return;
    case DW_OP_bra:
        branch(m, pop_number(m) != 0);
        return;
    case DW_OP_nop:
        return;
    default:
        run_binary(m, op);
        return;
    }
}

static void run_step(struct machine *m)
{
    const uint8_t op = (uint8_t)ol_ehread_unsigned(&m->code, 1);
    if (run_constant(m, op)) return;
    if (op >= DW_OP_breg0 && op <= DW_OP_breg31) {
        const struct ol_cfaexpr_value value =
            ol_cfaexpr_register(op - DW_OP_breg0, m->pc);
        push_sum(m, value, (uint64_t)ol_ehread_sleb(&m->code));
        return;
    }
    if (op == DW_OP_bregx) {
        const uint64_t number = ol_ehread_uleb(&m->code);
        push_sum(m, ol_cfaexpr_register(number, m->pc),
            (uint64_t)ol_ehread_sleb(&m->code));
        return;
    }
    run_other(m, op);
}

bool ol_cfaexpr_reduce(
    struct ol_ehread expression, uintptr_t pc, struct ol_cfaexpr_value *out)
{
    struct machine m;
    m.code = expression;
    m.begin = expression.at;
    m.pc = pc;
    m.depth = 0;
    m.failed = false;
    for (unsigned steps = 0; m.code.at != m.code.end; steps++) {
        if (steps == STEPS_MAX) return false;
        run_step(&m);
        if (m.failed || m.code.failed) return false;
    }
    if (m.depth == 0) return false;
    *out = m.stack[m.depth - 1];
    return true;
}
