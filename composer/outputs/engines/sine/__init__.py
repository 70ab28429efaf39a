"""The sine renderer: every note a few sine partials under an envelope, drums of sines and noise, no soundfont.

`cues` says what there is to sound, `rows` plays the notes whose pitch stays, as products of matrices, `table` those
whose pitch moves (`glide` says how) and the noise of notes (`noise`), `drums` makes the drums. A piece is made in
chunks, each from the cues alone, so that several can be made at once and none depends on another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Annotated

import numpy as np
from annotated_types import Interval
from typing_extensions import Doc

from composer.instruments import Drum, Voice, instrument
from composer.outputs.engines.sine.cues import CUE, MOVING, NOISE, STEADY, Cues, Places, cues_of
from composer.outputs.engines.sine.drums import struck
from composer.outputs.engines.sine.glide import Bend
from composer.outputs.engines.sine.rows import add_rows
from composer.outputs.engines.sine.table import Movers
from composer.outputs.engines.sine.timbre import BLOCK, ROWS, Edges, Partials
from composer.outputs.performance import Performance, performed
from composer.outputs.stream import Stream
from composer.outputs.threads import cores, one_thread_each
from composer.score import Score
from composer.units import F4, F8, I8

CHUNK = ROWS * BLOCK  # frames made, and let out, at a time
PURE = "sine"  # the instrument that is one sine

Groups = tuple[tuple[int, ...], ...]


def sine(
    score: Score,
    rate: int,
    a4: float,
    groups: Groups,
    *,
    pure: Annotated[bool, Doc("play every instrument but drums as one sine")] = False,
    threads: Annotated[int, Interval(ge=0, le=256), Doc("chunks made at once, 0 for as many as cores")] = 0,
) -> Stream:
    """Sums of sines and noise: an instrument for each of General MIDI's, without a soundfont.

    Each group of tracks is a pair of channels, left and right, all as long as the whole score sounds. No level is set.
    """
    renderer = _Renderer(score, rate, a4, groups, pure)
    return Stream(rate, 2 * len(groups), renderer.frames, lambda: _in_order(renderer, threads or cores()))


class _Renderer:
    """A score made ready: `chunk` makes any part of it, from any thread."""

    def __init__(self, score: Score, rate: int, a4: float, groups: Groups, pure: bool) -> None:
        parts = list(performed(score))
        if pure:
            parts = [_purely(part) for part in parts]
        bends = [Bend.of(part, rate) for part in parts]
        voices = {id(voice): voice for part in parts if (voice := part.instrument.voice) is not None}
        kit = _drums_in(parts)
        self._drums = list(kit.values())
        self._rate = rate
        self._voices: list[Voice] = list(voices.values())
        self._partials = Partials.of(self._voices, rate)
        self._edges = [Edges.of(voice, rate) for voice in self._voices]
        self._movers = Movers(self._voices, self._edges, bends, rate)
        places = Places(
            {key: place for place, key in enumerate(voices)},
            {key: place for place, key in enumerate(kit)},
            [struck(drum, rate).size for drum in self._drums],
        )
        tracks = [
            cues_of(part, bend, k, places, rate, a4) for k, (part, bend) in enumerate(zip(parts, bends, strict=True))
        ]
        self.frames = max((int(cues["last"].max(initial=0)) for cues in tracks), default=0)
        self._groups = [_Group.of([tracks[k] for k in group]) for group in groups]

    def chunk(self, number: int) -> F4:
        """Return chunk `number`, (channels, frames of it)."""
        start = number * CHUNK
        size = min(CHUNK, self.frames - start)
        made = np.empty((2 * len(self._groups), ROWS, BLOCK), np.float32)
        rows, loose = np.empty((ROWS, 2, BLOCK)), np.empty((2, CHUNK))
        for k, group in enumerate(self._groups):
            cues = group.sounding(start, start + size)
            steady = cues["kind"] == STEADY
            rows[:] = 0
            add_rows(rows, cues[steady], start, self._partials, self._edges, self._rate)
            if not steady.all():
                loose[:] = 0
                self._add_loose(loose, cues[~steady], start)
                rows += loose.reshape(2, ROWS, BLOCK).transpose(1, 0, 2)
            made[2 * k : 2 * k + 2] = rows.transpose(1, 0, 2)
        return made.reshape(2 * len(self._groups), -1)[:, :size]

    def _add_loose(self, mix: F8, cues: Cues, start: int) -> None:
        """Add to `mix` (2, CHUNK) what is made one note after another."""
        end = start + CHUNK
        for cue in cues:
            if cue["kind"] == MOVING:
                self._movers.add_moving(mix, cue, start, end)
            elif cue["kind"] == NOISE:
                self._movers.add_noise(mix, cue, start, end)
            else:
                self._add_drum(mix, cue, start)

    def _add_drum(self, mix: F8, cue: np.void, start: int) -> None:
        first, off, last = int(cue["first"]), int(cue["off"]), int(cue["last"])
        begin, end = max(first, start), min(last, start + CHUNK)
        wave = struck(self._drums[cue["timbre"]], self._rate)[begin - first : end - first]
        if end > off:  # choked
            since = np.arange(max(begin, off), end) - off
            wave = wave.copy()
            wave[max(off - begin, 0) :] *= np.maximum(1 - since / max(last - off, 1), 0.0)
        for side, gain in ((0, cue["left"]), (1, cue["right"])):
            mix[side, begin - start : end - start] += wave * gain


class _Group:
    """The cues of a group in order of onset, and when all up to each are over."""

    def __init__(self, cues: Cues) -> None:
        self._cues = cues
        self._first: I8 = np.ascontiguousarray(cues["first"])
        self._last: I8 = np.ascontiguousarray(cues["last"])
        self._over: I8 = np.maximum.accumulate(self._last) if cues.size else self._last

    @classmethod
    def of(cls, tracks: list[Cues]) -> _Group:
        cues = np.concatenate([np.empty(0, CUE), *tracks])
        return cls(cues[np.argsort(cues["first"], kind="stable")])

    def sounding(self, start: int, end: int) -> Cues:
        """Return the cues that sound between two frames."""
        begin, stop = np.searchsorted(self._over, start, side="right"), np.searchsorted(self._first, end)
        return self._cues[begin:stop][self._last[begin:stop] > start]


def _purely(part: Performance) -> Performance:
    """Return the same notes, played by the pure sine unless they are drums."""
    return part if part.instrument.is_drums else replace(part, instrument=instrument(PURE))


def _drums_in(parts: list[Performance]) -> dict[int, Drum]:
    """Return the drums that are struck, by their keys."""
    found = {}
    for part in parts:
        if part.instrument.kit is not None:
            keys = np.unique(np.floor(part.pitch + 0.5)).astype(np.int64).tolist()
            found.update({key: part.instrument.kit[key] for key in keys if key in part.instrument.kit})
    return found


def _in_order(renderer: _Renderer, threads: int) -> Iterator[F4]:
    """Yield the chunks one after another, `threads` of them being made at once, and no more than that waiting."""
    numbers = range(-(-renderer.frames // CHUNK))
    with one_thread_each():
        if threads == 1 or len(numbers) < 2:
            yield from map(renderer.chunk, numbers)
            return
        waiting: deque[Future[F4]] = deque()
        pool = ThreadPoolExecutor(min(threads, len(numbers)), "sine")
        try:
            for number in numbers:
                waiting.append(pool.submit(renderer.chunk, number))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
