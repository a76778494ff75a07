/* cfi_oracle.c - compact rules against libdw, on every pc of the libraries.
 *
 * Each library is loaded; ours reads its memory, libdw its file. Both rules
 * of a pc are evaluated in an invented frame: registers with fixed values,
 * and a memory whose every word is a hash of its address. They agree when
 * CFA, return address, stack pointer and frame pointer of the caller do. A
 * HARD rule is right when libdw's answer needs another register, or keeps
 * the return address elsewhere than a call leaves it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/cfi.h"
#include "preload/loaded.h"
#include "preload/regs.h"

enum {
    REGISTERS = 17,
    STACK_MAX = 64,
    LIBRARIES_MIN = 10,
    /* Larger texts are compared where a rule may change, and at samples. */
    EVERY_BYTE_MAX = 4 << 20,
    SAMPLES = 1000000,
    SHOWN_MAX = 10,
};

static const char *const libraries[] = {
    "libc.so.6",
    "ld-linux-x86-64.so.2",
    "libm.so.6",
    "libstdc++.so.6",
    "libgcc_s.so.1",
    "libcrypto.so.3",
    "libssl.so.3",
    "libsqlite3.so.0",
    "libpython3.11.so.1.0",
    "libpython3.12.so.1.0",
    "libgnutls.so.30",
    "libunwind.so.8",
    "libdw.so.1",
    "libelf.so.1",
    "libz.so.1",
    "libzstd.so.1",
    "libjansson.so.4",
    "libnettle.so.8",
    "libgmp.so.10",
    "libLLVM-14.so.1",
};

/* ---- The invented frame ---- */

struct frame {
    uint64_t reg[REGISTERS];
};

struct answer {
    bool is_known; /* there is a description */
    bool is_end;
    bool is_signal;
    bool is_valid; /* it could be evaluated */
    uint64_t ra, sp, fp;
    uint64_t ra_place; /* 0: not in memory */
    uint64_t cfa;
};

static uint64_t word_at(uint64_t address)
{
    uint64_t x = address * 0x9e3779b97f4a7c15U;
    x ^= x >> 31;
    return x * 0xbf58476d1ce4e5b9U;
}

static struct frame invent(uint64_t pc, uint64_t others)
{
    struct frame frame;
    for (unsigned i = 0; i < REGISTERS; i++)
        frame.reg[i] = word_at(others + i);
    frame.reg[OL_REGS_DWARF_SP] = 0x7ffd00001230;
    frame.reg[OL_REGS_DWARF_FP] = 0x7ffd00009870;
    frame.reg[OL_REGS_DWARF_RA] = pc;
    return frame;
}

/* ---- Ours ---- */

static struct answer ask_rule(
    struct ol_cfi_rule rule, const struct frame *frame)
{
    const uint64_t sp = frame->reg[OL_REGS_DWARF_SP];
    const uint64_t fp = frame->reg[OL_REGS_DWARF_FP];
    struct answer out = {.is_known = rule.kind != OL_CFI_GUESS,
        .is_end = rule.kind == OL_CFI_END,
        .is_signal = rule.kind == OL_CFI_SIGNAL};
    if (out.is_signal) {
        out.ra_place = sp + OL_REGS_SIGNAL_PC;
        out.ra = word_at(out.ra_place);
        out.sp = out.cfa = word_at(sp + OL_REGS_SIGNAL_SP);
        out.fp = word_at(sp + OL_REGS_SIGNAL_FP);
        return out;
    }
    uint64_t cfa =
        (rule.base_fp ? fp : sp) + (uint64_t)(int64_t)rule.cfa_offset;
    if (rule.kind == OL_CFI_DEREF)
        cfa = word_at(cfa) + (uint64_t)rule.cfa_add * OL_REGS_WORD;
    out.cfa = out.sp = cfa;
    out.ra_place = cfa + (uint64_t)OL_REGS_RA_OFFSET;
    out.ra = word_at(out.ra_place);
    const uint64_t offset = (uint64_t)(int64_t)rule.fp_offset;
    out.fp = fp;
    if (rule.fp == OL_CFI_FP_AT_CFA) out.fp = word_at(cfa + offset);
    if (rule.fp == OL_CFI_FP_AT_FP) out.fp = word_at(fp + offset);
    return out;
}

/* ---- libdw's ---- */

struct evaluation {
    const struct frame *frame;
    uint64_t cfa;
    uint64_t stack[STACK_MAX];
    unsigned depth;
    uint64_t top;     /* in the end; the CFA may be below it */
    bool is_value;    /* the top is the value itself, not its place */
    bool is_register; /* or the number of a register that holds it */
    bool failed;
};

static void push(struct evaluation *e, uint64_t value)
{
    if (e->depth == STACK_MAX) {
        e->failed = true;
        return;
    }
    e->stack[e->depth++] = value;
}

static uint64_t pop(struct evaluation *e)
{
    if (e->depth > 0) return e->stack[--e->depth];
    e->failed = true;
    return 0;
}

static uint64_t combine(struct evaluation *e, unsigned atom)
{
    const uint64_t b = pop(e);
    const uint64_t a = pop(e);
    switch (atom) {
    case DW_OP_plus:
        return a + b;
    case DW_OP_minus:
        return a - b;
    case DW_OP_mul:
        return a * b;
    case DW_OP_and:
        return a & b;
    case DW_OP_or:
        return a | b;
    case DW_OP_shl:
        return a << b;
    case DW_OP_shr:
        return a >> b;
    case DW_OP_ge:
        return (int64_t)a >= (int64_t)b;
    case DW_OP_eq:
        return a == b;
    default:
        e->failed = true;
        return 0;
    }
}

static void evaluate_op(struct evaluation *e, const Dwarf_Op *op)
{
    if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31) {
        push(e, op->atom - DW_OP_lit0);
    } else if (op->atom >= DW_OP_breg0 && op->atom < DW_OP_breg0 + REGISTERS) {
        push(e, e->frame->reg[op->atom - DW_OP_breg0] + op->number);
    } else if (op->atom >= DW_OP_reg0 && op->atom < DW_OP_reg0 + REGISTERS) {
        push(e, op->atom - DW_OP_reg0);
        e->is_register = true;
    } else if (op->atom == DW_OP_bregx && op->number < REGISTERS) {
        push(e, e->frame->reg[op->number] + op->number2);
    } else if (op->atom == DW_OP_call_frame_cfa) {
        push(e, e->cfa);
    } else if (op->atom == DW_OP_stack_value) {
        e->is_value = true;
    } else if (op->atom == DW_OP_deref) {
        push(e, word_at(pop(e)));
    } else if (op->atom == DW_OP_plus_uconst) {
        push(e, pop(e) + op->number);
    } else if (op->atom >= DW_OP_const1u && op->atom <= DW_OP_consts) {
        push(e, op->number);
    } else {
        push(e, combine(e, op->atom));
    }
}

static struct evaluation evaluate(
    const struct frame *frame, uint64_t cfa, const Dwarf_Op *ops, size_t count)
{
    struct evaluation e = {.frame = frame, .cfa = cfa};
    for (size_t i = 0; i < count; i++)
        evaluate_op(&e, &ops[i]);
    e.top = pop(&e);
    return e;
}

/* The caller's value of a register; `place` its address, 0 if elsewhere. */
static uint64_t ask_register(Dwarf_Frame *row, int number,
    const struct frame *frame, struct answer *answer, uint64_t *place)
{
    Dwarf_Op storage[3];
    Dwarf_Op *ops = NULL;
    size_t count = 0;
    *place = 0;
    if (dwarf_frame_register(row, number, storage, &ops, &count) != 0) {
        answer->is_valid = false;
        return 0;
    }
    if (count == 0) {
        if (number == OL_REGS_DWARF_RA && ops == storage) answer->is_end = true;
        if (number != OL_REGS_DWARF_RA && ops == storage)
            answer->is_valid = false;
        return frame->reg[number];
    }
    const struct evaluation e = evaluate(frame, answer->cfa, ops, count);
    if (e.failed) answer->is_valid = false;
    if (e.is_value) return e.top;
    if (e.is_register) return frame->reg[e.top % REGISTERS];
    *place = e.top;
    return word_at(e.top);
}

static struct answer ask_libdw(Dwarf_Frame *row, const struct frame *frame)
{
    struct answer out = {.is_known = true, .is_valid = true};
    Dwarf_Addr begin = 0;
    Dwarf_Addr end = 0;
    dwarf_frame_info(row, &begin, &end, &out.is_signal);
    Dwarf_Op *ops = NULL;
    size_t count = 0;
    if (dwarf_frame_cfa(row, &ops, &count) != 0 || count == 0) {
        out.is_valid = false;
    } else {
        const struct evaluation e = evaluate(frame, 0, ops, count);
        out.cfa = e.top;
        out.is_valid = !e.failed;
    }
    uint64_t place = 0;
    out.ra = ask_register(row, OL_REGS_DWARF_RA, frame, &out, &out.ra_place);
    out.sp = ask_register(row, OL_REGS_DWARF_SP, frame, &out, &place);
    out.fp = ask_register(row, OL_REGS_DWARF_FP, frame, &out, &place);
    return out;
}

/* Whether a row could be a compact rule, as far as its values show. */
static bool is_reducible(
    Dwarf_Frame *row, const struct answer *answer, uint64_t pc)
{
    const struct frame other = invent(pc, 977);
    const struct answer there = ask_libdw(row, &other);
    if (!answer->is_valid || !there.is_valid) return false;
    if (answer->is_signal) return true;
    return there.cfa == answer->cfa && there.fp == answer->fp &&
           there.sp == there.cfa && there.ra == answer->ra &&
           answer->ra_place == answer->cfa + (uint64_t)OL_REGS_RA_OFFSET;
}

/* ---- Comparing ---- */

struct tally {
    uint64_t compared, expressions, mismatches;
    uint64_t kind[OL_CFI_HARD + 1];
};

static bool agree(struct ol_cfi_rule rule, Dwarf_Frame *row, uint64_t pc)
{
    if (row == NULL) return rule.kind == OL_CFI_GUESS;
    const struct frame frame = invent(pc, 1);
    const struct answer theirs = ask_libdw(row, &frame);
    if (rule.kind == OL_CFI_HARD) return !is_reducible(row, &theirs, pc);
    const struct answer ours = ask_rule(rule, &frame);
    if (ours.is_known != theirs.is_known || ours.is_end != theirs.is_end)
        return false;
    if (ours.is_end) return true;
    return theirs.is_valid && ours.is_signal == theirs.is_signal &&
           ours.cfa == theirs.cfa && ours.ra_place == theirs.ra_place &&
           ours.ra == theirs.ra && ours.sp == theirs.sp && ours.fp == theirs.fp;
}

static bool same_rule(struct ol_cfi_rule a, struct ol_cfi_rule b)
{
    return a.cfa_offset == b.cfa_offset && a.fp_offset == b.fp_offset &&
           a.cfa_add == b.cfa_add && a.kind == b.kind && a.fp == b.fp &&
           a.base_fp == b.base_fp;
}

static void show_mismatch(
    struct tally *tally, uint64_t pc, struct ol_cfi_rule rule)
{
    if (tally->mismatches++ < SHOWN_MAX) {
        printf("  pc %#jx: kind %u cfa %d fp %u %d\n", (uintmax_t)pc, rule.kind,
            rule.cfa_offset, rule.fp, rule.fp_offset);
    }
}

struct library {
    const char *name;
    struct ol_loaded loaded;
    Elf *elf;
    Dwarf_CFI *cfi;
    struct tally tally;
    uint64_t text_bytes;
};

static struct ol_cfi_rule find_rule(
    const struct library *library, uint64_t pc, struct ol_cfi_range *range)
{
    const uintptr_t bias = library->loaded.bias;
    const struct ol_cfi_rule rule =
        ol_cfi_find(&library->loaded.ehframe, bias + pc, range);
    range->begin -= bias;
    range->end -= bias;
    return rule;
}

/* Compares the run of addresses from `pc` for which both answers hold.
 * Returns its end. */
static uint64_t compare_run(
    struct library *library, uint64_t pc, uint64_t end, bool is_each)
{
    struct tally *const tally = &library->tally;
    struct ol_cfi_range range;
    const struct ol_cfi_rule rule = find_rule(library, pc, &range);
    Dwarf_Frame *row = NULL;
    Dwarf_Addr row_begin = pc;
    Dwarf_Addr row_end = pc + 1;
    bool is_signal = false;
    if (dwarf_cfi_addrframe(library->cfi, pc, &row) != 0) {
        row = NULL;
    } else {
        dwarf_frame_info(row, &row_begin, &row_end, &is_signal);
    }
    uint64_t next = row_end < range.end ? row_end : range.end;
    if (next > end) next = end;
    if (next <= pc) next = pc + 1;
    if (!agree(rule, row, pc)) show_mismatch(tally, pc, rule);
    if (range.end == range.begin + 1 && row != NULL) tally->expressions++;
    /* Within the run every single address must yield the same rule. */
    for (uint64_t at = pc + 1; is_each && at < next; at++) {
        struct ol_cfi_range ignored;
        const struct ol_cfi_rule here = find_rule(library, at, &ignored);
        if (!same_rule(here, rule)) show_mismatch(tally, at, here);
    }
    free(row);
    tally->compared += next - pc;
    tally->kind[rule.kind] += next - pc;
    return next;
}

static void compare_samples(
    struct library *library, uint64_t begin, uint64_t bytes)
{
    for (uint64_t i = 0; i < SAMPLES; i++) {
        const uint64_t pc = begin + word_at(i) % bytes;
        struct ol_cfi_range range;
        const struct ol_cfi_rule rule = find_rule(library, pc, &range);
        const uint64_t other =
            range.begin + word_at(~i) % (pc - range.begin + 1);
        struct ol_cfi_range ignored;
        const struct ol_cfi_rule there = find_rule(library, other, &ignored);
        if (!same_rule(rule, there))
            show_mismatch(&library->tally, other, there);
    }
}

static void compare_segment(struct library *library, const ElfW(Phdr) * ph)
{
    const uint64_t end = ph->p_vaddr + ph->p_filesz;
    const bool is_each = ph->p_filesz <= EVERY_BYTE_MAX;
    library->text_bytes += ph->p_filesz;
    uint64_t pc = ph->p_vaddr;
    while (pc < end)
        pc = compare_run(library, pc, end, is_each);
    if (!is_each) compare_samples(library, ph->p_vaddr, ph->p_filesz);
}

static bool open_library(struct library *library)
{
    void *const handle = dlopen(library->name, RTLD_NOW | RTLD_LOCAL);
    struct link_map *map = NULL;
    if (handle == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        return false;
    const int file = open(map->l_name, O_RDONLY | O_CLOEXEC);
    library->elf = elf_begin(file, ELF_C_READ_MMAP, NULL);
    library->cfi = dwarf_getcfi_elf(library->elf);
    if (library->cfi == NULL) return false;
    return ol_loaded_find((uintptr_t)map->l_ld, &library->loaded);
}

static uint64_t compare_library(struct library *library)
{
    for (uint32_t i = 0; i < library->loaded.header_count; i++) {
        const ElfW(Phdr) *const ph = &library->loaded.headers[i];
        if (ph->p_type == PT_LOAD && (ph->p_flags & PF_X) != 0)
            compare_segment(library, ph);
    }
    const struct tally *const t = &library->tally;
    const double bytes = (double)t->compared / 100;
    printf("%-22s %10ju pcs, %6ju expressions: STD %6.2f DEREF %5.2f "
           "HARD %5.3f none %5.2f %%, %ju mismatches\n",
        library->name, (uintmax_t)t->compared, (uintmax_t)t->expressions,
        (double)t->kind[OL_CFI_STD] / bytes,
        (double)t->kind[OL_CFI_DEREF] / bytes,
        (double)t->kind[OL_CFI_HARD] / bytes,
        (double)t->kind[OL_CFI_GUESS] / bytes, (uintmax_t)t->mismatches);
    fflush(stdout);
    return t->mismatches + (t->compared != library->text_bytes);
}

int main(void)
{
    elf_version(EV_CURRENT);
    unsigned found = 0;
    uint64_t wrong = 0;
    uint64_t compared = 0;
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        struct library library = {.name = libraries[i]};
        if (!open_library(&library)) continue;
        found++;
        wrong += compare_library(&library);
        compared += library.tally.compared;
    }
    printf("%u libraries, %ju pcs, %ju mismatches\n", found,
        (uintmax_t)compared, (uintmax_t)wrong);
    if (found < LIBRARIES_MIN) printf("fewer than %d\n", LIBRARIES_MIN);
    return wrong != 0 || found < LIBRARIES_MIN;
}
