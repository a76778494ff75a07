# SPDX-License-Identifier: Apache-2.0
"""The cohort test of docs/growth.md, written down as it is read there.

Slow and in exact fractions, so that the C code has something to be held
against that shares nothing with it.
"""
from collections import Counter
from fractions import Fraction
from math import ceil, comb


def two_sided(hits, trials, chance):
    """The probability of all outcomes no likelier than `hits`."""
    terms = [
        comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
        for k in range(trials + 1)
    ]
    return sum(term for term in terms if term <= terms[hits])


def verdict(blocks, n):
    """The verdict on blocks (born, died or None) over n iterations."""
    ended = [(b, d) for b, d in blocks if d is not None and d <= n]
    alive = [b for b, d in blocks if d is None or d > n]
    survivors = Counter(b for b in alive if b >= 1)

    lives = sorted(d - b for b, d in ended if b >= 1)
    p99 = lives[min(len(lives) - 1, 99 * len(lives) // 100)] if lives else 1
    warmup = max(1, ceil(Fraction(n, 10)))
    settle = min(n // 2, max(3, ceil(Fraction(n, 10)), 2 * p99))
    tested = range(warmup + 1, n - settle + 1)
    if len(tested) < 6:
        return "SHORT"

    cut = [len(tested) * j // 3 for j in range(4)]
    thirds = [tested[cut[j]:cut[j + 1]] for j in range(3)]
    size = [len(third) for third in thirds]
    left = [sum(survivors[i] for i in third) for third in thirds]
    occupied = [sum(survivors[i] > 0 for i in third) for third in thirds]
    if sum(left) < 3 or sum(occupied) < 3:
        return "NONE"

    age = max(3, ceil(Fraction(2 * n, 5)))
    deaths = sum(d - b > age for b, d in ended)
    exposure = sum(min(max(d - b - age, 0), n) for b, d in ended)
    exposure += sum(min(max(n + 1 - b - age, 0), n) for b in alive)
    if deaths >= 3 and Fraction(deaths, exposure) > Fraction(1, 2 * n):
        return "LONGLIVED"

    if occupied[2] == 0:
        return "PLATEAU"
    share = Fraction(size[2], size[0] + size[2])
    chance = two_sided(occupied[2], occupied[0] + occupied[2], share)
    differs = chance < Fraction(5, 100)
    first, last = Fraction(left[0], size[0]), Fraction(left[2], size[2])
    fewer = Fraction(occupied[2], size[2]) < Fraction(occupied[0], size[0])
    if occupied[0] and ((differs and fewer) or 4 * last < first):
        return "PLATEAU"
    more = occupied[2] > occupied[0]
    if not occupied[0] or (differs and more) or 4 * first < last:
        first = min(i for i in tested if survivors[i])
        begun = [i for i in tested if i >= first]
        occupancy = Fraction(sum(survivors[i] > 0 for i in begun), len(begun))
        late = occupancy >= Fraction(6, 10) and len(begun) >= max(6, n // 8)
        return "LATE" if late else "RECENT"
    steady = Fraction(sum(occupied), len(tested)) >= Fraction(6, 10)
    return "STEADY" if steady else "SPORADIC"
