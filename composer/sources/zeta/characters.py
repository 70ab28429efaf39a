"""Dirichlet characters by Conrey's numbers, as tables of their q values.

The character chi_q(m, .) is a product over the prime powers of q. For an odd prime p let g be the least number that
generates the units modulo every power of p; with m = g^a and n = g^b (mod p^e),

    chi(m, n) = exp(2 pi i a b / phi(p^e)).

For p = 2, e >= 3, write m = +-5^a and n = +-5^b: chi(m, n) = exp(2 pi i a b / 2^(e-2)), times -1 if both signs are
minus; for e = 2 only the signs count. Source: J. B. Conrey's numbering, as the LMFDB describes it,
www.lmfdb.org/knowledge/show/character.dirichlet.conrey.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np
from numpy.typing import NDArray

from composer.errors import Fault, InputError

C16 = NDArray[np.complex128]
MOST_Q = 100


@dataclass(frozen=True, eq=False)
class Character:
    """A primitive character modulo `q`: its `values` (q,) at 0..q-1, and `parity`, 1 if chi(-1) = -1, else 0."""

    q: int
    index: int
    values: C16
    parity: int


def character(q: int, index: int) -> Character:
    """Return the primitive character chi_q(index, .), 1 <= q <= 100; InputError with the right indices otherwise."""
    if q != int(q) or not 1 <= q <= MOST_Q:
        raise InputError(Fault(f"the modulus {q} is not a whole number from 1 to {MOST_Q}", "q", "try q = 4"))
    right = primitive_indices(int(q))
    if index not in right:
        kind = "is no character" if index != int(index) or gcd(int(index), int(q)) > 1 else "is no primitive character"
        known = f"use one of: {', '.join(map(str, right))}" if right else f"{q} has none: try {q // 2} or {2 * q}"
        raise InputError(Fault(f"{index} {kind} modulo {q}", "index", known))
    turns = _turns(int(q), int(index))
    values = np.zeros(int(q), np.complex128)
    for n, turn in turns.items():
        values[n] = _unit(turn)
    values.setflags(write=False)
    return Character(int(q), int(index), values, 1 if turns[(q - 1) % q] == Fraction(1, 2) else 0)


def primitive_indices(q: int) -> list[int]:
    """Return the Conrey numbers of the primitive characters modulo q: none where q is twice an odd number."""
    return [m for m in range(1, q + 1) if gcd(m, q) == 1 and _is_primitive(q, m)]


def _is_primitive(q: int, index: int) -> bool:
    """Whether the character has no lesser period: and neither has its factor at any prime power."""
    for p, exponent in _prime_powers(q):
        power = p**exponent
        if p == 2:
            lesser = exponent == 1 or (index % 4 == 1 if exponent == 2 else index % 8 in (1, 7))
        elif exponent == 1:
            lesser = index % p == 1
        else:  # the index is a p-th power, g^(p a)
            lesser = pow(index, power // p**2 * (p - 1), power) == 1
        if lesser:
            return False
    return True


def _turns(q: int, index: int) -> dict[int, Fraction]:
    """Return log chi(n) / 2 pi i, from 0 up to 1, for each n in 0..q-1 that shares no factor with q."""
    turns = {n % q: Fraction(0) for n in range(1, q + 1) if gcd(n, q) == 1}
    for p, exponent in _prime_powers(q):
        power = p**exponent
        exponents = _two_exponents(exponent) if p == 2 else _odd_exponents(p, power)
        for n in turns:
            orders_m, orders_n = exponents[index % power], exponents[n % power]
            for (a, order), (b, _) in zip(orders_m, orders_n, strict=True):
                turns[n] = (turns[n] + Fraction(a * b, order)) % 1
    return turns


_Exponents = dict[int, list[tuple[int, int]]]  # for each unit, its exponent and the order, for each generator


def _odd_exponents(p: int, power: int) -> _Exponents:
    order = power // p * (p - 1)
    # A generator modulo p squared generates modulo every power of p.
    generator = next(g for g in range(2, p * p) if len({pow(g, k, p * p) for k in range(p * (p - 1))}) == p * (p - 1))
    return {pow(generator, a, power): [(a, order)] for a in range(order)}


def _two_exponents(exponent: int) -> _Exponents:
    """Return the exponents of -1 and 5, which generate the units modulo 2^exponent."""
    power, order = 2**exponent, max(1, 2 ** (exponent - 2))
    signs = range(2 if exponent > 1 else 1)
    return {(-1) ** s * pow(5, a, power) % power: [(s, 2), (a, order)] for s in signs for a in range(int(order))}


def _prime_powers(q: int) -> list[tuple[int, int]]:
    found = []
    for p in range(2, q + 1):
        exponent = 0
        while q % p == 0:
            q, exponent = q // p, exponent + 1
        if exponent:
            found.append((p, exponent))
    return found


def _unit(turn: Fraction) -> complex:
    """Return exp(2 pi i turn), exact on the axes."""
    if turn.denominator in (1, 2, 4):
        return (1, 1j, -1, -1j)[int(4 * turn) % 4]
    return complex(np.exp(2j * np.pi * float(turn)))
