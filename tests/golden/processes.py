# SPDX-License-Identifier: Apache-2.0
"""Synthetic processes of births and deaths: what real programs do to a heap.

A process takes a random generator and a number of iterations and gives a
list of blocks (born, died): iterations from 1, died None if it outlives the
run, born 0 or below if it was there before. BOUNDED ones never need more
memory than some bound; LEAKING ones do; GROWING_TEETH are emptied in
bursts, but less and less often.
"""
import math

NOISE_MEAN = 2.0
NOISE_DEATH = 0.5


def poisson(rng, mean):
    """A Poisson count, by Knuth's products."""
    limit = math.exp(-mean)
    count, product = 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def geometric(rng, chance):
    """Trials up to and with the first success."""
    trials = 1
    while rng.random() > chance:
        trials += 1
    return trials


def pareto(rng, alpha):
    return max(1, int(rng.paretovariate(alpha)))


def noise(rng, iteration, mean=NOISE_MEAN, death=NOISE_DEATH):
    """Short-lived blocks that any site has beside its long-lived ones."""
    return [
        (iteration, iteration + geometric(rng, death))
        for _ in range(poisson(rng, mean))
    ]


def span(count):
    return range(1, count + 1)


# ---- Bounded ----


def flat(rng, n):
    return [block for i in span(n) for block in noise(rng, i)]


def slow_pool(rng, n):
    return [
        (i, i + geometric(rng, 0.15))
        for i in range(-40, n + 1)
        for _ in range(poisson(rng, 2))
    ]


def warm_up(rng, n):
    return flat(rng, n) + [(i, None) for i in span(3) for _ in range(20)]


def random_cache(rng, n):
    """Capacity 40, 8 inserted an iteration, a random one evicted."""
    blocks, cache = flat(rng, n), []
    for i in span(n):
        for _ in range(8):
            if len(cache) < 40:
                cache.append(i)
                continue
            victim = rng.randrange(40)
            blocks.append((cache[victim], i))
            cache[victim] = i
    return blocks + [(born, None) for born in cache]


def lru_cache(rng, n):
    """Capacity 40, 5 inserted an iteration, the oldest evicted."""
    return flat(rng, n) + [(i, i + 8) for i in span(n) for _ in range(5)]


def flushed_every(rng, n, period, keep=0.0, births=3):
    """All blocks but a share of `keep` go every `period` iterations."""
    blocks, current = flat(rng, n), []
    offset = rng.randrange(period)
    for i in span(n):
        current += [i] * births
        if (i + offset) % period == 0:
            kept = [born for born in current if rng.random() < keep]
            for born in current:
                blocks.append((born, i))
            for born in kept:
                blocks.remove((born, i))
            current = kept
    return blocks + [(born, None) for born in current]


def sawtooth_7(rng, n):
    return flushed_every(rng, n, 7)


def sawtooth_25(rng, n):
    return flushed_every(rng, n, 25)


def partial_flush(rng, n):
    return flushed_every(rng, n, 10, keep=0.2, births=2)


def intern_table(rng, n):
    """60 keys, 6 touched at random an iteration, kept from the first."""
    blocks, seen = flat(rng, n), set()
    for i in span(n):
        for key in (rng.randrange(60) for _ in range(6)):
            if key not in seen:
                seen.add(key)
                blocks.append((i, None))
    return blocks


def ttl_cache(rng, n):
    return flat(rng, n) + [(i, i + 12) for i in span(n) for _ in range(4)]


def window(rng, n):
    return flat(rng, n) + [
        (i, i + 30) for i in range(-40, n + 1) for _ in range(2)
    ]


def seasonal(rng, n):
    return [
        (i, i + geometric(rng, 0.3))
        for i in range(-200, n + 1)
        for _ in range(poisson(rng, 4 + 3 * math.sin(i / 6)))
    ]


def doubling_pool(rng, n):
    """Doubles when demand exceeds it, and never shrinks."""
    blocks, room = flat(rng, n) + [(1, None)] * 4, 4
    for i in span(n):
        if 1 + poisson(rng, 6) > room:
            blocks += [(i, None)] * room
            room *= 2
    return blocks


def lives(rng, n, mean, draw):
    return [
        (i, i + draw())
        for i in range(-200, n + 1)
        for _ in range(poisson(rng, mean))
    ]


def pareto_15(rng, n):
    return lives(rng, n, 3, lambda: pareto(rng, 1.5))


def pareto_11(rng, n):
    return lives(rng, n, 3, lambda: pareto(rng, 1.1))


def geometric_20(rng, n):
    return lives(rng, n, 1, lambda: geometric(rng, 1 / 20))


def geometric_60(rng, n):
    return lives(rng, n, 1, lambda: geometric(rng, 1 / 60))


def logarithmic(rng, n):
    """A new block for ever with probability 3/i: slower and slower."""
    return flat(rng, n) + [(i, None) for i in span(n) if rng.random() < 3 / i]


# ---- Leaking ----


def leak(rng, n, count=1):
    return flat(rng, n) + [(i, None) for i in span(n) for _ in range(count)]


def leak_10(rng, n):
    return leak(rng, n, 10)


def leak_fifth(rng, n):
    return flat(rng, n) + [(i, None) for i in span(n) if rng.random() < 0.2]


def leak_error_path(rng, n):
    return flat(rng, n) + [
        (i, None) for i in span(n) for _ in range(4) if rng.random() < 0.05
    ]


def leak_bursts(rng, n):
    offset = rng.randrange(8)
    return flat(rng, n) + [
        (i, None) for i in span(n) if (i + offset) % 8 == 0 for _ in range(20)
    ]


def leak_noisy(rng, n):
    blocks = [(i, None) for i in span(n)]
    for i in span(n):
        blocks += noise(rng, i, 10, 0.3)
    return blocks


def leak_late(rng, n):
    return flat(rng, n) + [(i, None) for i in range(n // 2 + 1, n + 1)]


def leak_begins(rng, n):
    """Begins anywhere in the run: late, recent, or too late to be seen."""
    first = rng.randrange(n)
    return flat(rng, n) + [
        (i, None) for i in range(first + 1, n + 1) if rng.random() < 0.7
    ]


def leak_slowing(rng, n):
    return flat(rng, n) + [
        (i, None) for i in span(n) for _ in range(2 if i <= n // 2 else 1)
    ]


def leak_in_pareto_pool(rng, n):
    return pareto_15(rng, n) + [(i, None) for i in span(n)]


def leak_under_sawtooth_7(rng, n):
    return sawtooth_7(rng, n) + [(i, None) for i in span(n)]


def leak_under_sawtooth_25(rng, n):
    return sawtooth_25(rng, n) + [(i, None) for i in span(n)]


# ---- Growing teeth ----


def teeth(n, first, grow, births=1):
    """Emptied when full; then its room is what `grow` says."""
    blocks, current, room = [], [], first
    for i in span(n):
        for _ in range(births):
            if len(current) >= room:
                blocks += [(born, i) for born in current]
                current, room = [], grow(room)
            current.append(i)
    return blocks + [(born, None) for born in current]


def half_as_much_again(rng, n):
    """A queue that keeps what was read until it turns to its next buffer;
    buffers grow by half. One payload an iteration."""
    return teeth(n, 256, lambda room: room + room // 2)


def half_as_much_again_noisy(rng, n):
    return flat(rng, n) + teeth(n, 1024, lambda room: room + room // 2, 4)


def arithmetic_teeth(rng, n):
    """Each tooth longer by as much: peaks as the root of the time."""
    return teeth(n, 3, lambda room: room + 3, 3)


def arithmetic_teeth_noisy(rng, n):
    return flat(rng, n) + arithmetic_teeth(rng, n)


def power_of_two_teeth(rng, n):
    """Cleaned at the next power of two above a count that is one more each
    time: 16, 15 … 1, 32, 31 … 1: peaks as the root of the time."""
    blocks, current, packs = [], [], 0
    for i in span(n):
        goal = 1 << packs.bit_length()
        if len(current) >= goal - packs:
            blocks += [(born, i) for born in current]
            current, packs = [], packs + 1
        current.append(i)
    return blocks + [(born, None) for born in current]


BOUNDED = (
    flat, slow_pool, warm_up, random_cache, lru_cache, sawtooth_7,
    sawtooth_25, partial_flush, intern_table, ttl_cache, window, seasonal,
    doubling_pool, pareto_15, pareto_11, geometric_20, geometric_60,
)
LEAKING = (
    leak, leak_10, leak_fifth, leak_error_path, leak_bursts, leak_noisy,
    leak_late, leak_slowing, leak_in_pareto_pool, leak_under_sawtooth_7,
    leak_under_sawtooth_25,
)
GROWING_TEETH = (
    half_as_much_again, half_as_much_again_noisy, arithmetic_teeth,
    arithmetic_teeth_noisy, power_of_two_teeth,
)
EITHER = (logarithmic, leak_begins)
