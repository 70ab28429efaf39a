"""The level of a whole piece: its loudness, and its peak.

Both are known only at the end, so the sound waits in a file, is measured on the way there, and leaves with one gain. A
limiter takes the peaks where that gain brings them above the ceiling. What it takes is missing from the loudness: the
gain is corrected, the result measured again, until it is right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from composer.outputs.mastering.blocks import Spool, regular
from composer.outputs.mastering.limiter import limited_blocks
from composer.outputs.mastering.loudness import LoudnessMeter
from composer.outputs.mastering.peaks import PeakMeter, most_between
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
    silence. The sound waits in a nameless file in the folder `spool` (the system's for temporary files where None).
    """

    def blocks() -> Iterator[F4]:
        with Spool(stream.channels, spool) as waiting:
            meter = None if loudness is None else LoudnessMeter(stream.rate, stream.channels)
            highest = 0.0  # of the samples
            done = 0
            for block in regular(stream.blocks()):
                waiting.add(block)
                if meter is not None:
                    meter.add(block)
                highest = max(highest, float(block.max()), -float(block.min()))
                done += block.shape[1]
                progress("sound", done, stream.frames)
            ceiling = float(amplitude_of_db(ceiling_db))
            if highest == 0:
                yield from waiting.blocks()
            elif loudness is None or meter is None:
                peak = _peak(waiting, highest, ceiling)
                yield from _times(waiting, _exact(min(0.0, ceiling_db - db_of_amplitude(peak))))
            else:
                gain_db = _unlimited(meter, loudness, db_of_amplitude(ceiling / highest))
                peak = _peak(waiting, highest, ceiling / float(amplitude_of_db(gain_db + _MARGIN_DB)))
                most = ceiling_db - db_of_amplitude(peak) + MOST_LIMITED_DB
                gain_db, reached = _gain(waiting, meter, peak, loudness, ceiling, gain_db, most)
                if abs(reached - loudness) > TOLERANCE:
                    report(
                        f"the loudness is {reached:.1f} LUFS, not {loudness:g}: "
                        f"more would press the peaks down by more than {MOST_LIMITED_DB:g} dB"
                    )
                yield from _limited(waiting, stream.rate, gain_db, peak, ceiling)

    return Stream(stream.rate, stream.channels, stream.frames, blocks)


def _peak(waiting: Spool, highest: float, least: float) -> float:
    """Return the true peak of what waits, whose samples reach `highest`; where it is not above `least`, about."""
    if highest * most_between() <= least:
        return highest
    meter = PeakMeter(waiting.channels, max(highest, least))
    for block in waiting.blocks():
        meter.add(block)
    return meter.peak


def _exact(gain_db: float) -> np.float32:
    """Return the gain of a level, rounded so that the last bits of what was measured do not matter."""
    return np.float32(amplitude_of_db(math.floor(gain_db * 1000) / 1000)) if gain_db else np.float32(1.0)


def _times(waiting: Spool, gain: np.float32) -> Iterator[F4]:
    return (block if gain == 1 else block * gain for block in waiting.blocks())


def _limited(waiting: Spool, rate: int, gain_db: float, peak: float, ceiling: float) -> Iterator[F4]:
    gain = _exact(gain_db)
    louder = _times(waiting, gain)
    return louder if peak * gain <= ceiling else limited_blocks(louder, rate, ceiling)


def _gain(
    waiting: Spool, meter: LoudnessMeter, peak: float, target: float, ceiling: float, unlimited_db: float, most: float
) -> tuple[float, float]:
    """Return the gain, in dB, `most` at most, that brings the sound to the target, and the loudness it has then.

    Without a limiter it would be `unlimited_db`.
    """
    gain_db = min(unlimited_db, most)
    tried: list[tuple[float, float]] = []
    for _ in range(_TRIES):
        gain = _exact(gain_db)
        reached = meter.loudness(float(gain))
        if peak * gain > ceiling:
            after = LoudnessMeter(meter.rate, waiting.channels)
            for block in _limited(waiting, meter.rate, gain_db, peak, ceiling):
                after.add(block)
            reached = after.loudness()
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
