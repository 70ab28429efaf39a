"""Notes whose pitch does not move, as products of matrices.

A sine of angular frequency w, which a note began with phase p, is at sample n = 256 k + j of the piece

    sin(w n + p) = sin(256 w k + p) · cos(w j) + cos(256 w k + p) · sin(w j),

and one that decays is so too, its two factors decaying with k and with j. So the rows of 256 samples of a mix are a
product: of one matrix with two columns for each sine, which holds the phases where the rows begin and the gains to
the left and to the right, and of one with two rows for each sine, which holds one block of it. The product does the
mixing, too; a sine and a second of stereo cost 0.2 million multiplications. Where notes begin or end, in rows
that an attack or a release touches, each note's own product is given its envelope before it is added.

All factors are rounded to 2^-23 (-138 dB), so that every product and sum is exact in float64: see `exact`.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from composer.outputs.engines.sine.cues import Cues
from composer.outputs.engines.sine.exact import power_of_2, rounded, sines
from composer.outputs.engines.sine.timbre import BLOCK, ROWS, SILENT, Edges, Partials, phase_of
from composer.units import F8, I8

_LOUDEST = 64.0  # what the amplitudes of one product may sum to, so that it is exact
_MOST = 512  # sines in one product, about, for the sake of memory
_TILE = 32  # rows of one product
_FINE = 16  # phases at n steps are products of those at 16 fine steps and at n / 16 coarse ones
_HIGHEST = 900.0  # octaves: what has not begun yet must not overflow


class _Space(threading.local):
    """Memory to work in, kept by each thread: to ask the system for it anew costs as much as the work."""

    def __init__(self) -> None:
        self._kept: dict[str, F8] = {}

    def __call__(self, name: str, *shape: int) -> F8:
        """Return an array of this shape, with anything in it, until the next call of this name."""
        size = math.prod(shape)
        kept = self._kept.get(name)
        if kept is None or kept.size < size:
            kept = self._kept[name] = np.empty(size)
        return kept[:size].reshape(shape)


_space = _Space()


def add_rows(mix: F8, cues: Cues, start: int, partials: Partials, edges: Sequence[Edges], rate: int) -> None:
    """Add to `mix` (ROWS, 2, BLOCK), which begins at frame `start`, what these cues sound in it."""
    for begin, end in _batches(cues, partials):
        _Batch(cues[begin:end], start, partials, edges, rate).add(mix)


def _batches(cues: Cues, partials: Partials) -> Iterator[tuple[int, int]]:
    """Yield where batches of cues begin and end, each small and quiet enough for one product."""
    count = partials.count[cues["timbre"]]
    size = np.cumsum(count / _MOST)
    # A voice's amplitudes sum to the root of their number at most.
    loudness = np.cumsum(np.maximum(cues["left"], cues["right"]) * np.sqrt(count)) / _LOUDEST
    number = np.maximum(size, loudness).astype(np.int64)
    cuts = np.flatnonzero(np.diff(number)) + 1
    bounds = [0, *cuts.tolist(), cues.size]
    yield from ((a, b) for a, b in pairwise(bounds) if a < b)


class _Batch:
    """Some cues in one slice of the piece: their sines, a block of each, and the phases where the rows begin."""

    def __init__(self, cues: Cues, start: int, partials: Partials, edges: Sequence[Edges], rate: int) -> None:
        self.cues, self.edges = cues, edges
        self.first, self.off = cues["first"] - start, cues["off"] - start
        self.count = partials.count[cues["timbre"]]
        self.begin = np.cumsum(self.count) - self.count
        self.which = np.repeat(np.arange(cues.size), self.count)
        turns, decay, self.level, phase = _sines_of(cues, self.which, self.begin, partials, rate)
        since = -self.first[self.which].astype(np.float64)
        level = self.level
        if decay.any():
            level = level * power_of_2(np.minimum(decay * -since, _HIGHEST))
            # What they have come to by now; those to come begin at their level.
            self.level = np.minimum(level, self.level)
        self.block = _space("block", turns.size, 2, BLOCK)
        _turn(self.block, turns, decay, 1)
        rounded(self.block)
        self.turned = _space("turned", turns.size, 2, ROWS)
        _turn(self.turned, turns, decay, BLOCK, turns * since + phase, level)

    def add(self, mix: F8) -> None:
        """Add these cues to `mix` (ROWS, 2, BLOCK)."""
        attack = np.array([edge.attack for edge in self.edges], np.int64)[self.cues["timbre"]]
        release = np.array([edge.release for edge in self.edges], np.int64)[self.cues["timbre"]]
        let_go = self.off // BLOCK  # the row where the release begins,
        begun = np.minimum(-(-(self.first + attack) // BLOCK), let_go)  # where the attack is over before it,
        rows = np.stack([self.first // BLOCK, begun, let_go, -(-(self.off + release) // BLOCK)])
        np.maximum(rows, 0, out=rows)
        np.minimum(rows, ROWS, out=rows)
        self._add_whole(mix, rows[1], rows[2])
        timbres = self.cues["timbre"]
        for timbre in set(timbres.tolist()):
            own = timbres == timbre
            for top, bottom, is_release in ((rows[0], rows[1], False), (rows[2], rows[3], True)):
                there = np.flatnonzero(own & (top < bottom))
                if there.size:
                    self._add_edges(mix, there, top[there], bottom[there], is_release)

    def _add_whole(self, mix: F8, top: I8, bottom: I8) -> None:
        """Add the rows that no attack and no release touches: a product for some rows, of all that sounds in them."""
        heard = self.level > SILENT
        heard &= (top < bottom)[self.which]
        lines = np.flatnonzero(heard)
        if not lines.size:
            return
        which = self.which[lines]
        top, bottom = top[which], bottom[which]
        row = np.arange(ROWS)
        inside = (row >= top[:, None]) & (row < bottom[:, None])
        first = _space("first", lines.size, 2, ROWS, 2)
        # A block's cosines go with the rows' sines.
        turned = self.turned.take(lines, axis=0, out=_space("some", lines.size, 2, ROWS), mode="clip")
        turned *= inside[:, None, :]
        for side, gain in enumerate((self.cues["left"], self.cues["right"])):
            np.multiply(turned[:, ::-1], gain[which][:, None, None], out=first[..., side])
        rounded(first)
        second = self.block.take(lines, axis=0, out=_space("second", lines.size, 2, BLOCK), mode="clip")
        product = _space("product", _TILE, 2, BLOCK)
        over, ahead = np.maximum.accumulate(bottom), np.minimum.accumulate(top[::-1])[::-1]
        for at in range(0, ROWS, _TILE):
            # In order of onset: before these all are over, and behind them none has begun.
            a = int(np.searchsorted(over, at, side="right"))
            b = int(np.searchsorted(ahead, at + _TILE))
            if a < b:
                factor = first[a:b, :, at : at + _TILE].reshape(2 * (b - a), -1)
                np.matmul(factor.T, second[a:b].reshape(2 * (b - a), BLOCK), out=product.reshape(-1, BLOCK))
                mix[at : at + _TILE] += product

    def _add_edges(self, mix: F8, there: I8, top: I8, bottom: I8, is_release: bool) -> None:
        """Add rows `top` to `bottom` of cues of one timbre, which an attack or a release touches."""
        edge = self.edges[self.cues["timbre"][there[0]]]
        lines = self.begin[there][:, None] + np.arange(self.count[there[0]])
        high = int((bottom - top).max())
        row = np.minimum(top[:, None] + np.arange(high), ROWS - 1)
        first = rounded(self.turned[lines[:, None], ::-1, row[:, :, None]])  # (cues, rows, lines, 2)
        second = self.block[lines]  # (cues, lines, 2, BLOCK)
        wave = _space("wave", there.size, high, BLOCK)
        np.matmul(first.reshape(there.size, high, -1), second.reshape(there.size, -1, BLOCK), out=wave)
        gains = np.stack([self.cues["left"][there], self.cues["right"][there]], axis=1)[:, :, None]
        scaled = _space("scaled", high, 2, BLOCK)
        for sound, gain, first_frame, off, begin, end in zip(
            wave,
            gains,
            self.first[there].tolist(),
            self.off[there].tolist(),
            top.tolist(),
            bottom.tolist(),
            strict=True,
        ):
            rows, frame = end - begin, begin * BLOCK
            sound = sound[:rows]
            if is_release:
                sound *= edge.fading(frame - off, rows)
            if not is_release or frame < first_frame + edge.attack:
                sound *= edge.rising(frame - first_frame, rows)
            here = mix[begin:end]
            here += np.multiply(sound[:, None], gain, out=scaled[:rows])


def _sines_of(cues: Cues, which: I8, begin: I8, partials: Partials, rate: int) -> tuple[F8, F8, F8, F8]:
    """Return these cues' sines: turns and octaves of decay a frame, amplitude, and phase (turns) where they begin.

    `which` is the cue of each. Those that are too high have no amplitude.
    """
    nth = np.arange(which.size) - begin[which]
    at = partials.begin[cues["timbre"]][which] + nth
    turns = cues["hz"][which] * partials.ratio[at]
    turns *= 1 / rate
    level = np.where(turns < 0.5, partials.level[at], 0.0)
    soft = partials.soft[at]
    if soft.any():
        level *= power_of_2(soft * (cues["velocity"][which] - 1))
    phase = phase_of(cues["copy"][which], partials.nth[at])
    return turns, partials.decay[at], level, phase


def _turn(out: F8, turns: F8, decay: F8, step: int, phase: F8 | None = None, level: F8 | None = None) -> None:
    """Set `out` (sines, 2, n) to each sine's cosine and sine at n steps of `step` frames, decaying."""
    steps = np.concatenate([np.arange(_FINE), np.arange(0, out.shape[2], _FINE)]) * float(step)
    angle = turns[:, None] * steps
    if phase is not None:
        angle[:, _FINE:] += phase[:, None]
    sine, cosine = sines(angle)
    if decay.any():
        fallen = power_of_2(decay[:, None] * -steps)
        sine *= fallen
        cosine *= fallen
    if level is not None:
        sine[:, _FINE:] *= level[:, None]
        cosine[:, _FINE:] *= level[:, None]
    s, c = sine[:, None, :_FINE], cosine[:, None, :_FINE]
    sines_on, cosines_on = sine[:, _FINE:, None], cosine[:, _FINE:, None]
    shape = (turns.size, -1, _FINE)
    rest = _space("rest", turns.size, out.shape[2]).reshape(shape)
    cosines, sines_ = (out[:, k].reshape(shape) for k in range(2))
    np.multiply(cosines_on, c, out=cosines)
    cosines -= np.multiply(sines_on, s, out=rest)
    np.multiply(sines_on, c, out=sines_)
    sines_ += np.multiply(cosines_on, s, out=rest)
