"""The spectrogram of what the score sounds like: level over time and frequency."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from composer.outputs.plots import axes as common
from composer.outputs.plots.figure import Axes, root_of
from composer.outputs.plots.palette import Look, rgb
from composer.outputs.sound import sounded
from composer.outputs.stream import Stream
from composer.progress import Progress, silent
from composer.score import Score
from composer.units import F4, F8, hz_of_pitch, pitch_name

RATE = 22_050  # Hz: partials up to 11 kHz are seen
WINDOW_S = 0.19  # as long as a note of a quick melody, and still telling semitones apart from C3 up
COLUMNS = 1100
ROWS_AN_OCTAVE = 48
LOWEST_HZ, HIGHEST_HZ = 27.5, 10_000.0
RANGE_DB = 70.0
SILENT_DB = -150.0


def spectrogram(
    ax: Axes,
    score: Score,
    look: Look,
    audio: Callable[[], Stream] | None = None,
    progress: Progress = silent,
) -> None:
    """The spectrogram of the rendered sound: level in dB over time and frequency, the notes' names beside it."""
    stream = audio() if audio is not None else sounded(score, rate=RATE)
    hz = LOWEST_HZ * 2 ** (np.arange(int(ROWS_AN_OCTAVE * math.log2(HIGHEST_HZ / LOWEST_HZ)) + 1) / ROWS_AN_OCTAVE)
    levels = levels_of(stream, hz, progress)
    top = max(5 * math.ceil(levels.max(initial=SILENT_DB) / 5), int(SILENT_DB + RANGE_DB))  # silence is paper
    heard = np.flatnonzero((levels > top - RANGE_DB).any(axis=1))
    first, last = (max(heard[0] - 12, 0), min(heard[-1] + 12, hz.size - 1)) if heard.size else (48, hz.size - 96)
    first, last = min(first, max(last - 96, 0)), max(last, min(first + 96, hz.size - 1))
    seconds = max(stream.frames / stream.rate, 1e-3)
    edge = 2 ** (0.5 / ROWS_AN_OCTAVE)
    low, high = math.log2(hz[first] / edge), math.log2(hz[last] * edge)
    drawn = ax.imshow(
        levels[first : last + 1],
        origin="lower",
        aspect="auto",
        extent=(0, seconds, low, high),
        cmap=_colours(look),
        vmin=top - RANGE_DB,
        vmax=top,
        interpolation="nearest",
        rasterized=True,
    )
    common.in_seconds(ax, seconds)
    _frequencies(ax, low, high)
    bar = ax.inset_axes((1.055, 0, 0.016, 1))
    root_of(ax).colorbar(drawn, cax=bar, label="level (dBFS)")
    common.plain_axis(bar.yaxis, 8)


def _colours(look: Look) -> Any:
    """Return the map of the levels: matplotlib's, its silent end led into the colour of the paper."""
    import matplotlib
    from matplotlib.colors import ListedColormap

    colours = matplotlib.colormaps[look.field](np.linspace(0, 1, 256))
    share = np.clip(np.linspace(0, 1, 256) / 0.25, 0, 1)[:, None]
    colours[:, :3] = share * colours[:, :3] + (1 - share) * rgb(look.paper)
    return ListedColormap(colours)


def _frequencies(ax: Axes, low: float, high: float) -> None:
    """Give the left edge Hz, and the right the names of the Cs; both are logarithms to base 2 of Hz."""
    ticks = [base * 10**power for power in (1, 2, 3, 4) for base in (1, 2, 5)]
    shown = [hz for hz in ticks if low <= math.log2(hz) <= high]
    ax.set_yticks([math.log2(hz) for hz in shown], [common.number(hz) for hz in shown])
    ax.set_ylabel("frequency (Hz)")
    names = ax.inset_axes((0, 0, 1, 1))
    names.patch.set_visible(False)
    names.set_xticks([])
    names.yaxis.tick_right()
    names.set_ylim(low, high)
    keys = [key for key in range(0, 128, 12) if low <= math.log2(float(hz_of_pitch(key))) <= high]
    names.set_yticks([math.log2(float(hz_of_pitch(key))) for key in keys], [pitch_name(key) for key in keys])


def levels_of(stream: Stream, hz: F8, progress: Progress = silent) -> F8:
    """Return the level, in dB below a sine of full scale, at each frequency (rows) over time (columns).

    Hann windows of `WINDOW_S`, by half of their length at most; where several fall into a column, their power is
    averaged, and where several bins of the transform fall into a row, the strongest counts.
    """
    size = 2 ** round(math.log2(WINDOW_S * stream.rate))
    hop = max(min(size // 2, math.ceil(stream.frames / COLUMNS)), 32)
    count = max(math.ceil(stream.frames / hop), 1)
    columns = min(count, COLUMNS)
    power, hits = np.zeros((size // 2 + 1, columns)), np.zeros(columns)
    done = 0
    for spectra in _spectra(stream, size, hop, count):
        column = (np.arange(done, done + spectra.shape[0]) * columns) // count
        np.add.at(power.T, column, spectra)
        np.add.at(hits, column, 1.0)
        done += spectra.shape[0]
        progress("spectrogram", done, count)
    power /= np.maximum(hits, 1.0)
    return np.asarray(_on_rows(power, hz, stream.rate / size))


def _spectra(stream: Stream, size: int, hop: int, count: int) -> Iterator[F8]:
    """Yield the squared amplitudes of `count` windows, (k, size / 2 + 1), each about a moment `hop` after the last."""
    from scipy.fft import rfft
    from scipy.signal import get_window

    window = get_window("hann", size)
    scale = 2 / window.sum()
    waiting = np.zeros(size // 2, np.float32)  # so that the first window stands about 0
    left = count
    for block in _mixed(stream, size):
        waiting = np.concatenate([waiting, block])
        ready = min(max((waiting.size - size) // hop + 1, 0), left)
        for begin in range(0, ready, 256):
            at = np.arange(begin, min(begin + 256, ready)) * hop
            frames = waiting[at[:, None] + np.arange(size)]
            yield np.square(np.abs(rfft(frames * window, axis=1)) * scale)
        waiting = waiting[ready * hop :]
        left -= ready


def _mixed(stream: Stream, size: int) -> Iterator[F4]:
    """Yield the sound in mono, and silence after it for the last windows."""
    for block in stream.blocks():
        yield block.mean(axis=0)
    yield np.zeros(2 * size, np.float32)


def _on_rows(power: F8, hz: F8, step: float) -> F8:
    """Return the levels (dB) on rows of these frequencies from squared amplitudes on bins of `step` Hz."""
    half = (hz[1] / hz[0]) ** 0.5
    first = np.clip(np.ceil(hz / half / step).astype(np.int64), 0, power.shape[0] - 1)
    last = np.clip(np.ceil(hz * half / step).astype(np.int64), 1, power.shape[0])
    at = np.clip(hz / step, 0, power.shape[0] - 1.001)
    low = at.astype(np.int64)
    share = (at - low)[:, None]
    rows = (1 - share) * power[low] + share * power[low + 1]
    for n in np.flatnonzero(last - first > 1):
        rows[n] = power[first[n] : last[n]].max(axis=0)
    return np.asarray(10 * np.log10(np.maximum(rows, 10 ** (SILENT_DB / 10))))
