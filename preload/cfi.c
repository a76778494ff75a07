/* cfi.c - call frame instructions to compact rules; see cfi.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/cfi.h"

#include <dwarf.h>
#include <string.h>

#include "preload/cfaexpr.h"
#include "preload/regs.h"

enum {
    REMEMBER_MAX = 4, /* compilers use one */
    PRIMARY_MASK = 0xc0,
    OPERAND_MASK = 0x3f,
    CFA_ADD_MAX = 255 * OL_REGS_WORD,
};

struct interpreter {
    const struct ol_ehframe_fde *fde;
    struct ol_ehread code;
    uintptr_t pc;
    uintptr_t location; /* where the current row begins */
    uintptr_t next;     /* where it ends */
    struct ol_cfi_row row;
    struct ol_cfi_row initial;
    struct ol_cfi_row remembered[REMEMBER_MAX];
    unsigned depth;
    bool depends_on_pc; /* the row holds an expression */
};

/* ---- Instructions ---- */

static struct ol_cfi_column *find_column(
    struct ol_cfi_row *row, uint64_t number)
{
    const unsigned column = ol_regs_column(number);
    return column < OL_REGS_COLUMN_COUNT ? &row->column[column] : NULL;
}

static void set_column(struct interpreter *in, uint64_t number,
    enum ol_cfi_how how, int64_t offset)
{
    struct ol_cfi_column *const column = find_column(&in->row, number);
    if (column != NULL) *column = (struct ol_cfi_column){how, offset, {0}};
}

static void restore_column(struct interpreter *in, uint64_t number)
{
    struct ol_cfi_column *const column = find_column(&in->row, number);
    if (column != NULL) *column = *find_column(&in->initial, number);
}

/* A factored offset. */
static int64_t factored(const struct interpreter *in, int64_t offset)
{
    return (int64_t)((uint64_t)offset * (uint64_t)in->fde->data_align);
}

static struct ol_ehread take_block(struct interpreter *in)
{
    struct ol_ehread block = in->code;
    const uint64_t bytes = ol_ehread_uleb(&in->code);
    block.at = ol_ehread_skip(&in->code, bytes);
    block.end = in->code.at;
    if (in->code.failed) block.at = block.end;
    return block;
}

static void define_cfa(struct interpreter *in, uint64_t number, int64_t offset)
{
    in->row.cfa_register = number;
    in->row.cfa_offset = offset;
    in->row.is_expression = false;
}

static void define_cfa_expression(struct interpreter *in)
{
    const struct ol_ehread block = take_block(in);
    in->row.is_expression = true;
    in->depends_on_pc = true;
    in->row.is_reducible = ol_cfaexpr_reduce(block, in->pc, &in->row.cfa);
}

static void set_expression(struct interpreter *in)
{
    const uint64_t number = ol_ehread_uleb(&in->code);
    const struct ol_ehread block = take_block(in);
    struct ol_cfi_column *const column = find_column(&in->row, number);
    if (column == NULL) return;
    *column = (struct ol_cfi_column){.how = OL_CFI_HOW_EXPRESSION};
    in->depends_on_pc = true;
    if (!ol_cfaexpr_reduce(block, in->pc, &column->place))
        column->how = OL_CFI_HOW_OTHER;
}

static void advance(struct interpreter *in, uint64_t factored_delta)
{
    in->next = in->location + factored_delta * in->fde->code_align;
    if (in->next < in->location) in->code.failed = true;
}

static void remember(struct interpreter *in)
{
    if (in->depth == REMEMBER_MAX) {
        in->code.failed = true;
    } else {
        in->remembered[in->depth++] = in->row;
    }
}

static void recall(struct interpreter *in)
{
    if (in->depth == 0) {
        in->code.failed = true;
    } else {
        in->row = in->remembered[--in->depth];
    }
}

/* Instructions about the CFA; false if `op` is none of them. */
static bool run_cfa(struct interpreter *in, uint8_t op)
{
    struct ol_ehread *const code = &in->code;
    uint64_t number = in->row.cfa_register;
    switch (op) {
    case DW_CFA_def_cfa:
        number = ol_ehread_uleb(code);
        define_cfa(in, number, (int64_t)ol_ehread_uleb(code));
        return true;
    case DW_CFA_def_cfa_sf:
        number = ol_ehread_uleb(code);
        define_cfa(in, number, factored(in, ol_ehread_sleb(code)));
        return true;
    case DW_CFA_def_cfa_register:
        define_cfa(in, ol_ehread_uleb(code), in->row.cfa_offset);
        return true;
    case DW_CFA_def_cfa_offset:
        define_cfa(in, number, (int64_t)ol_ehread_uleb(code));
        return true;
    case DW_CFA_def_cfa_offset_sf:
        define_cfa(in, number, factored(in, ol_ehread_sleb(code)));
        return true;
    case DW_CFA_def_cfa_expression:
        define_cfa_expression(in);
        return true;
    default:
        return false;
    }
}

/* Instructions about one register; false if `op` is none of them. */
static bool run_column(struct interpreter *in, uint8_t op)
{
    if (op == DW_CFA_expression) {
        set_expression(in);
        return true;
    }
    if (op < DW_CFA_offset_extended || op > DW_CFA_GNU_negative_offset_extended)
        return false;
    struct ol_ehread *const code = &in->code;
    const struct ol_ehread before = *code;
    const uint64_t number = ol_ehread_uleb(code);
    switch (op) {
    case DW_CFA_offset_extended:
        set_column(in, number, OL_CFI_HOW_AT,
            factored(in, (int64_t)ol_ehread_uleb(code)));
        return true;
    case DW_CFA_offset_extended_sf:
        set_column(
            in, number, OL_CFI_HOW_AT, factored(in, ol_ehread_sleb(code)));
        return true;
    case DW_CFA_GNU_negative_offset_extended:
        set_column(in, number, OL_CFI_HOW_AT,
            -factored(in, (int64_t)ol_ehread_uleb(code)));
        return true;
    case DW_CFA_val_offset:
        set_column(in, number, OL_CFI_HOW_VALUE,
            factored(in, (int64_t)ol_ehread_uleb(code)));
        return true;
    case DW_CFA_val_offset_sf:
        set_column(
            in, number, OL_CFI_HOW_VALUE, factored(in, ol_ehread_sleb(code)));
        return true;
    case DW_CFA_val_expression:
        (void)take_block(in);
        set_column(in, number, OL_CFI_HOW_OTHER, 0);
        return true;
    case DW_CFA_register:
        (void)ol_ehread_uleb(code);
        set_column(in, number, OL_CFI_HOW_OTHER, 0);
        return true;
    case DW_CFA_undefined:
        set_column(in, number, OL_CFI_HOW_UNDEFINED, 0);
        return true;
    case DW_CFA_same_value:
        set_column(in, number, OL_CFI_HOW_SAME, 0);
        return true;
    case DW_CFA_restore_extended:
        restore_column(in, number);
        return true;
    default:
        *code = before;
        return false;
    }
}

static void run_other(struct interpreter *in, uint8_t op)
{
    struct ol_ehread *const code = &in->code;
    switch (op) {
    case DW_CFA_nop:
        return;
    case DW_CFA_set_loc:
        in->next = ol_ehread_pointer(code, in->fde->pointer_encoding, 0);
        if (in->next < in->location) code->failed = true;
        return;
    case DW_CFA_advance_loc1:
        advance(in, ol_ehread_unsigned(code, 1));
        return;
    case DW_CFA_advance_loc2:
        advance(in, ol_ehread_unsigned(code, 2));
        return;
    case DW_CFA_advance_loc4:
        advance(in, ol_ehread_unsigned(code, 4));
        return;
    case DW_CFA_remember_state:
        remember(in);
        return;
    case DW_CFA_restore_state:
        recall(in);
        return;
    case DW_CFA_GNU_args_size:
        (void)ol_ehread_uleb(code);
        return;
    default:
        code->failed = true;
        return;
    }
}

static void run_step(struct interpreter *in)
{
    const uint8_t op = (uint8_t)ol_ehread_unsigned(&in->code, 1);
    const uint8_t operand = op & OPERAND_MASK;
    switch (op & PRIMARY_MASK) {
    case DW_CFA_advance_loc:
        advance(in, operand);
        return;
    case DW_CFA_offset:
        set_column(in, operand, OL_CFI_HOW_AT,
            factored(in, (int64_t)ol_ehread_uleb(&in->code)));
        return;
    case DW_CFA_restore:
        restore_column(in, operand);
        return;
    default:
        if (!run_cfa(in, op) && !run_column(in, op)) run_other(in, op);
        return;
    }
}

/* Runs a program until the row of the pc is complete. Returns whether it
 * is well formed as far as it was run. */
static bool run(struct interpreter *in, struct ol_ehread program)
{
    in->code = program;
    while (in->code.at != in->code.end) {
        run_step(in);
        if (in->code.failed) return false;
        if (in->next > in->pc) return true;
        in->location = in->next;
    }
    return true;
}

/* ---- Rows to rules ---- */

static bool is_at_sp(const struct ol_cfi_column *column, int64_t offset)
{
    return column->how == OL_CFI_HOW_EXPRESSION && !column->place.is_loaded &&
           column->place.base == OL_CFAEXPR_SP &&
           column->place.offset == offset;
}

static bool is_signal_frame(
    const struct ol_cfi_row *row, const struct ol_cfaexpr_value *cfa)
{
    return cfa->is_loaded && cfa->base == OL_CFAEXPR_SP && cfa->offset == 0 &&
           cfa->load_offset == OL_REGS_SIGNAL_SP &&
           is_at_sp(&row->column[OL_REGS_COLUMN_RA], OL_REGS_SIGNAL_PC) &&
           is_at_sp(&row->column[OL_REGS_COLUMN_FP], OL_REGS_SIGNAL_FP);
}

/* Sets where the frame pointer is; false if a rule cannot say it. */
static bool reduce_fp(
    const struct ol_cfi_column *column, struct ol_cfi_rule *rule)
{
    int64_t offset = column->offset;
    switch (column->how) {
    case OL_CFI_HOW_SAME:
        rule->fp = OL_CFI_FP_SAME;
        return true;
    case OL_CFI_HOW_AT:
        rule->fp = OL_CFI_FP_AT_CFA;
        break;
    case OL_CFI_HOW_EXPRESSION:
        if (column->place.is_loaded || column->place.base != OL_CFAEXPR_FP)
            return false;
        rule->fp = OL_CFI_FP_AT_FP;
        offset = column->place.offset;
        break;
    default:
        return false;
    }
    if (offset < INT16_MIN || offset > INT16_MAX) return false;
    rule->fp_offset = (int16_t)offset;
    return true;
}

/* Sets the CFA; false if a rule cannot say it. */
static bool reduce_cfa(
    const struct ol_cfaexpr_value *cfa, struct ol_cfi_rule *rule)
{
    int64_t offset = cfa->offset;
    if (cfa->base != OL_CFAEXPR_SP && cfa->base != OL_CFAEXPR_FP) return false;
    rule->base_fp = cfa->base == OL_CFAEXPR_FP;
    rule->kind = OL_CFI_STD;
    if (cfa->is_loaded) {
        if (offset < 0 || offset > CFA_ADD_MAX) return false;
        if (offset % OL_REGS_WORD != 0) return false;
        rule->kind = OL_CFI_DEREF;
        rule->cfa_add = (uint8_t)(offset / OL_REGS_WORD);
        offset = cfa->load_offset;
    }
    if (offset < INT32_MIN || offset > INT32_MAX) return false;
    rule->cfa_offset = (int32_t)offset;
    return true;
}

static struct ol_cfi_rule reduce(
    const struct interpreter *in, const struct ol_cfi_row *row)
{
    const struct ol_cfi_rule hard = {.kind = OL_CFI_HARD};
    struct ol_cfi_rule rule = {0};
    const struct ol_cfi_column *const ra = &row->column[OL_REGS_COLUMN_RA];
    const struct ol_cfi_column *const sp = &row->column[OL_REGS_COLUMN_SP];
    if (ra->how == OL_CFI_HOW_UNDEFINED) {
        rule.kind = OL_CFI_END;
        return rule;
    }
    struct ol_cfaexpr_value cfa = row->cfa;
    if (row->is_expression && !row->is_reducible) return hard;
    if (!row->is_expression) {
        cfa = ol_cfaexpr_register(row->cfa_register, in->pc);
        cfa.offset =
            (int64_t)((uint64_t)cfa.offset + (uint64_t)row->cfa_offset);
    }
    if (in->fde->is_signal) {
        rule.kind = is_signal_frame(row, &cfa) ? OL_CFI_SIGNAL : OL_CFI_HARD;
        return rule;
    }
    if (ra->how != OL_CFI_HOW_AT || ra->offset != OL_REGS_RA_OFFSET)
        return hard;
    const bool sp_is_cfa = sp->how == OL_CFI_HOW_SAME ||
                           (sp->how == OL_CFI_HOW_VALUE && sp->offset == 0);
    if (!sp_is_cfa) return hard;
    if (!reduce_cfa(&cfa, &rule)) return hard;
    if (!reduce_fp(&row->column[OL_REGS_COLUMN_FP], &rule)) return hard;
    return rule;
}

static void narrow(const struct interpreter *in, struct ol_cfi_range *range)
{
    range->begin = in->location;
    if (in->next > in->pc && in->next < range->end) range->end = in->next;
    if (in->depends_on_pc) *range = (struct ol_cfi_range){in->pc, in->pc + 1};
}

/* Runs the instructions of a description up to `pc`. Returns whether they
 * are well formed. */
static bool interpret(
    struct interpreter *in, const struct ol_ehframe_fde *fde, uintptr_t pc)
{
    memset(in, 0, offsetof(struct interpreter, initial));
    in->depth = 0;
    in->depends_on_pc = false;
    in->fde = fde;
    in->pc = pc;
    in->location = fde->begin;
    in->next = fde->begin;
    in->row.cfa_register = UINT64_MAX;
    const bool is_good = run(in, fde->initial);
    in->initial = in->row;
    return is_good && run(in, fde->program);
}

struct ol_cfi_rule ol_cfi_find(const struct ol_ehframe *object, uintptr_t pc,
    struct ol_cfi_range *out_range)
{
    struct ol_ehframe_fde fde;
    const enum ol_ehframe_found found = ol_ehframe_find(object, pc, &fde);
    struct ol_cfi_range range = {fde.begin, fde.end};
    struct ol_cfi_rule rule = {.kind = OL_CFI_HARD};
    if (found == OL_EHFRAME_NONE) rule.kind = OL_CFI_GUESS;
    if (found == OL_EHFRAME_FOUND) {
        struct interpreter in;
        if (interpret(&in, &fde, pc)) rule = reduce(&in, &in.row);
        narrow(&in, &range);
    }
    if (out_range != NULL) *out_range = range;
    return rule;
}

bool ol_cfi_find_row(
    const struct ol_ehframe *object, uintptr_t pc, struct ol_cfi_row *out)
{
    struct ol_ehframe_fde fde;
    struct interpreter in;
    if (ol_ehframe_find(object, pc, &fde) != OL_EHFRAME_FOUND) return false;
    if (!interpret(&in, &fde, pc)) return false;
    *out = in.row;
    out->is_signal = fde.is_signal;
    return true;
}
