"""The level of a whole piece: its loudness, and its peak.

Both are known only at the end, so the sound waits in a file, is measured on the way there, and leaves with one gain. A
limiter takes the peaks where that gain brings them above the ceiling. What it takes is missing from the loudness: the
gain is corrected, the result measured again, until it is right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from composer.outputs.mastering.blocks import Spool, regular
from composer.outputs.mastering.limiter import Limiter
from composer.outputs.mastering.loudness import LoudnessMeter
from composer.outputs.mastering.peaks import REACH, Bounds, peaks_between
from composer.outputs.stream import Stream
from composer.progress import Progress, Report, silent, unheard
from composer.units import F4, amplitude_of_db, db_of_amplitude

CEILING_DB = -1.0  # dBTP
MOST_LIMITED_DB = 12.0  # by how much the highest peak is pressed down, at most
NEAR = 0.05  # LU from the target: near enough to stop
TOLERANCE = 0.2  # LU from the target: what is not said
_TRIES = 5
_MARGIN_DB = 0.5  # by which the gain may still be corrected where the peak is not looked for any closer


def mastered(
    stream: Stream,
    loudness: float | None = None,
    ceiling_db: float = CEILING_DB,
    spool: Path | None = None,
    *,
    report: Report = unheard,
    progress: Progress = silent,
) -> Stream:
    """Return the stream at `loudness` LUFS, its true peak at `ceiling_db` dBTP at most.

    Where `loudness` is None, one gain brings the peak under the ceiling, and nothing is ever made louder. A target that
    would press the highest peak down by more than MOST_LIMITED_DB is not reached: `report` is told. Silence stays
    silence. What waits beyond some minutes does so in a nameless file in the folder `spool` (see `Spool`).
    """

    def blocks() -> Iterator[F4]:
        with Spool(stream.channels, spool) as waiting:
            meter = None if loudness is None else LoudnessMeter(stream.rate, stream.channels)
            bounds = Bounds(stream.channels)
            done = 0
            for block in regular(stream.blocks()):
                waiting.add(block)
                bounds.add(block)
                if meter is not None:
                    meter.add(block)
                done += block.shape[1]
                progress("sound", done, stream.frames)
            whole = _Whole(waiting, bounds, stream.rate, float(amplitude_of_db(ceiling_db)))
            if bounds.highest == 0:
                yield from waiting.blocks()
            elif meter is None:
                peak = whole.peak(whole.ceiling)
                yield from whole.times(_exact(min(0.0, ceiling_db - db_of_amplitude(peak))))
            else:
                assert loudness is not None
                gain_db = _unlimited(meter, loudness, db_of_amplitude(whole.ceiling / bounds.highest))
                peak = whole.peak(whole.ceiling / float(amplitude_of_db(gain_db + _MARGIN_DB)))
                most = ceiling_db - db_of_amplitude(peak) + MOST_LIMITED_DB
                gain_db, reached = _gain(whole, meter, loudness, gain_db, most)
                if abs(reached - loudness) > TOLERANCE:
                    report(
                        f"the loudness is {reached:.1f} LUFS, not {loudness:g}: "
                        f"more would press the peaks down by more than {MOST_LIMITED_DB:g} dB"
                    )
                yield from whole.limited(_exact(gain_db))

    return Stream(stream.rate, stream.channels, stream.frames, blocks)


@dataclass(frozen=True)
class _Whole:
    """All of a sound that waits, what is known of its peaks, and the amplitude that they may have."""

    waiting: Spool
    bounds: Bounds
    rate: int
    ceiling: float

    def peak(self, least: float) -> float:
        """Return the true peak; where it is not above `least`, about."""
        peak = self.bounds.highest
        bounds = [self.bounds.around(number) for number in range(len(self.waiting))]
        for number in sorted(range(len(bounds)), key=bounds.__getitem__, reverse=True):
            threshold = max(peak, least)
            if bounds[number] <= threshold:
                break
            peak = max(peak, float(peaks_between(self.waiting.window(number, REACH), threshold).max()))
        return peak

    def times(self, gain: np.float32) -> Iterator[F4]:
        """Yield the blocks at this gain."""
        return (self._block(number, gain) for number in range(len(self.waiting)))

    def limited(self, gain: np.float32) -> Iterator[F4]:
        """Yield the blocks at this gain, limited."""
        for number, limits in self.limits(gain):
            block = self._block(number, gain)
            yield block if limits is None else block * limits

    def loudness(self, gain: np.float32, meter: LoudnessMeter) -> float:
        """Return the loudness that this has, in LUFS, from what a meter knows of the sound at a gain of 1."""
        after, before = meter.times(float(gain)), False
        for number, limits in self.limits(gain):
            if limits is not None:
                after.replace(number, self._block(number, gain) * limits)
            elif before:
                after.replace(number, self._block(number, gain))
            before = limits is not None
        return after.loudness()

    def limits(self, gain: np.float32) -> Iterator[tuple[int, F4 | None]]:
        """Yield what the limiter does to each block at this gain: the gains of its frames, None for none."""
        limiter = Limiter(self.rate, self.ceiling)
        for number in range(len(self.waiting)):
            if limiter.at_rest and self.bounds.around(number) * gain <= self.ceiling:
                yield number, None
            else:
                yield number, limiter.gain(self.waiting.window(number, limiter.reach) * gain)

    def _block(self, number: int, gain: np.float32) -> F4:
        block = self.waiting.block(number)
        assert block is not None
        return block if gain == 1 else block * gain


def _exact(gain_db: float) -> np.float32:
    """Return the gain of a level, rounded so that the last bits of what was measured do not matter."""
    return np.float32(amplitude_of_db(math.floor(gain_db * 1000) / 1000)) if gain_db else np.float32(1.0)


def _gain(whole: _Whole, meter: LoudnessMeter, target: float, unlimited_db: float, most: float) -> tuple[float, float]:
    """Return the gain, in dB, `most` at most, that brings the sound to the target, and the loudness it has then.

    Without a limiter it would be `unlimited_db`.
    """
    gain_db = min(unlimited_db, most)
    tried: list[tuple[float, float]] = []
    for _ in range(_TRIES):
        reached = whole.loudness(_exact(gain_db), meter)
        tried.append((gain_db, reached))
        missing = target - reached
        if abs(missing) <= NEAR or (gain_db >= most and missing > 0):
            break
        # One dB more in front of the limiter is less than one after it: what it was, the last two tries tell.
        slope = 1.0
        if len(tried) > 1 and tried[-1][0] != tried[-2][0]:
            slope = (tried[-1][1] - tried[-2][1]) / (tried[-1][0] - tried[-2][0])
        gain_db = min(gain_db + missing / min(max(slope, 0.2), 1.0), most)
    return min(tried, key=lambda one: abs(one[1] - target))


def _unlimited(meter: LoudnessMeter, target: float, to_ceiling: float) -> float:
    """Return the gain, in dB, that reaches the target where no limiter works.

    Loudness goes with the gain, but for blocks that come over, or fall under, -70 LUFS.
    """
    gain_db = 0.0 if meter.loudness() > -math.inf else to_ceiling
    for _ in range(_TRIES):
        reached = meter.loudness(float(amplitude_of_db(gain_db)))
        if reached == -math.inf:
            return to_ceiling
        gain_db += target - reached
    return gain_db
