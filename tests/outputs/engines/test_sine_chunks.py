"""The sine renderer in chunks: groups apart, threads that change nothing, memory; any score, as a slow one plays it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import tracemalloc
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from slow_sine import synthesis

from composer.instruments import instruments
from composer.outputs.engines.sine import CHUNK, sine
from composer.outputs.engines.sine.exact import GRID, hz_of, power_of_2, rounded, sines
from composer.outputs.threads import one_thread_each
from composer.score import CONTROL, Score, Track, notes
from composer.units import TempoMap

F8 = NDArray[np.float64]
SECONDS = TempoMap(((0, 60),))  # a beat is a second
STEADY = [name for name, row in instruments().items() if row.voice is not None and row.voice.noise is None]


def played(score: Score, groups: tuple[tuple[int, ...], ...], rate: int = 44_100, threads: int = 1) -> F8:
    """Return the samples (channels, frames)."""
    return sine(score, rate, 440.0, groups, threads=threads).read().samples.T.astype(np.float64)


def by_chance(seed: int, tracks: int, seconds: float, count: int) -> Score:
    """Return a score of instruments without noise: notes of all lengths, bends, tempo changes."""
    rng = np.random.default_rng(seed)
    made = []
    for k in range(tracks):
        player = STEADY[int(rng.integers(len(STEADY)))]
        row = instruments()[player]
        length = rng.choice([0.0005, 0.02, 0.3, 1.5], count) * rng.uniform(0.5, 2, count)
        pitch = rng.uniform(row.lowest, row.highest, count)
        tune = notes(
            rng.uniform(0, seconds, count), length, pitch, rng.uniform(0, 0.5, count), rng.uniform(-1, 1, count)
        )
        bends = sorted(rng.uniform(0, seconds, 6)) if k % 2 else []
        controls = np.array([(at, "bend", rng.uniform(-2, 2)) for at in bends], CONTROL)
        made.append(Track(str(k), player, tune, controls))
    return Score(tuple(made), TempoMap(((0, 60), (seconds / 2, 71.3))))


@pytest.mark.parametrize("seed", range(3))
def test_any_score_is_that_of_the_slow_synthesis(seed: int) -> None:
    score = by_chance(seed, 4, 3, 12)
    found, expected = played(score, ((0, 1, 2, 3),)), synthesis(score, 44_100)
    common = min(found.shape[1], expected.shape[1])  # what has decayed to silence ends sooner
    assert np.abs(expected[:, :common]).max() > 0.05
    assert np.abs(found[:, :common] - expected[:, :common]).max() < 10 ** (-100 / 20)
    assert np.abs(expected[:, common:]).max(initial=0) < 10 ** (-100 / 20)


def test_the_slow_synthesis_would_see_a_note_a_frame_late() -> None:
    score = by_chance(0, 4, 3, 12)
    late = Score((Track("late", score.tracks[0].instrument, score.tracks[0].notes), *score.tracks[1:]), score.tempo)
    moved = late.tracks[0].notes.copy()
    moved["start"][np.argmax(moved["velocity"])] += 1 / 44_100
    late = Score((Track("late", score.tracks[0].instrument, moved), *score.tracks[1:]), score.tempo)
    found, expected = played(late, ((0, 1, 2, 3),)), synthesis(score, 44_100)
    common = min(found.shape[1], expected.shape[1])
    assert np.abs(found[:, :common] - expected[:, :common]).max() > 10 ** (-60 / 20)


def orchestra() -> Score:
    """Return ten seconds of everything: vibrato, breath, decays, copies, drums that choke, a bend."""
    rng = np.random.default_rng(5)
    players = ["violin", "flute", "piano", "string ensemble 1", "seashore", "sine", "drums"]
    made = []
    for k, player in enumerate(players):
        pitch = rng.integers(35, 82, 12) if player == "drums" else rng.uniform(60, 72, 12)
        tune = notes(rng.uniform(0, 9, 12), rng.uniform(0.01, 2, 12), pitch, 0.5, (k - 3) / 4)
        made.append(Track(player, player, tune, np.array([(4, "bend", 0.7), (5, "bend", 0)], CONTROL)))
    return Score(tuple(made), SECONDS)


def test_groups_sum_to_the_whole_and_sound_as_if_alone() -> None:
    score = orchestra()
    whole = played(score, (tuple(range(7)),))
    apart = played(score, ((0, 3), (1,), (), (2, 4, 5, 6)))
    assert apart.shape == (8, whole.shape[1])
    assert not apart[4:6].any()
    assert np.abs(apart.reshape(4, 2, -1).sum(axis=0) - whole).max() < 1e-6 * np.abs(whole).max()
    flute = played(Score(score.tracks[1:2], SECONDS), ((0,),))
    assert np.array_equal(apart[2:4, : flute.shape[1]], flute)
    assert not apart[2:4, flute.shape[1] :].any()


def test_threads_change_nothing() -> None:
    digests = set()
    for threads in (1, 2, 4, 0):
        stream = sine(orchestra(), 44_100, 440.0, ((0, 1, 2), (3, 4, 5, 6)), threads=threads)
        assert stream.frames > 5 * CHUNK
        digests.add(hashlib.sha256(b"".join(block.tobytes() for block in stream.blocks())).hexdigest())
        assert next(stream.blocks()).dtype == np.float32
    assert len(digests) == 1


def test_blocks_begin_anew_and_side_by_side() -> None:
    stream = sine(orchestra(), 22_050, 440.0, ((0, 6),), threads=2)
    for first, second in zip(stream.blocks(), stream.blocks(), strict=True):
        assert np.array_equal(first, second)


def test_a_stream_that_is_left_early_leaves_no_threads() -> None:
    before = threading.active_count()
    blocks = sine(orchestra(), 44_100, 440.0, ((0, 1, 2, 3),), threads=3).blocks()
    next(blocks)
    assert threading.active_count() > before
    blocks.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_the_library_s_threads_come_back() -> None:
    code = (
        "import numpy as np\n"
        "from composer.outputs.threads import _library, one_thread_each\n"
        "found = _library()\n"
        "if found is not None:\n"
        "    get, put = found\n"
        "    put(2)\n"
        "    with one_thread_each():\n"
        "        with one_thread_each():\n"
        "            assert get() == 1\n"
        "        assert get() == 1\n"
        "    assert get() == 2\n"
        "print('done')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "done\n"
    with one_thread_each():
        assert np.array_equal(np.ones((2, 2)) @ np.ones((2, 2)), np.full((2, 2), 2.0))


def test_processors_without_vectors_make_the_same_samples() -> None:
    code = (
        "import hashlib, sys, numpy as np\n"
        "from test_sine_chunks import orchestra\n"
        "from composer.outputs.engines.sine import sine\n"
        "stream = sine(orchestra(), 22050, 440.0, ((0, 1, 2, 3, 4, 5, 6),))\n"
        "print(hashlib.sha256(b''.join(block.tobytes() for block in stream.blocks())).hexdigest())\n"
    )
    found = set()
    for kernel, without in (("", ""), ("Prescott", "AVX2 FMA3"), ("", "AVX512F AVX512_SKX AVX512_ICL")):
        here = os.path.dirname(__file__)  # noqa: PTH120
        path = os.pathsep.join([here, *sys.path])
        env = {**os.environ, "OPENBLAS_CORETYPE": kernel, "NPY_DISABLE_CPU_FEATURES": without, "PYTHONPATH": path}
        ran = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], env=env, capture_output=True, text=True, check=True
        )
        found.add(ran.stdout)
    assert len(found) == 1


def test_memory_is_that_of_a_few_chunks() -> None:
    peaks = []
    for minutes in (1, 5):
        count = 100 * minutes
        tracks = [
            Track(player, player, notes(np.arange(count) * 0.6, 0.55, 55 + np.arange(count) % 20, 0.5))
            for player in ("violin", "piano", "sine")
        ]
        stream = sine(Score(tuple(tracks), SECONDS), 8000, 440.0, ((0,), (1, 2)), threads=2)
        tracemalloc.start()
        frames = sum(block.shape[1] for block in stream.blocks())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert frames == stream.frames
    assert peaks[1] < peaks[0] + 2**21
    assert peaks[1] < 40 * 2**20


def test_loud_scores_are_exact_in_every_order() -> None:
    # More amplitude than one product may hold: the sum is made of several, and each of them is exact.
    many = notes(np.zeros(300), 1, 40 + np.arange(300) % 60 + 0.01, 1.0)
    score = Score((Track("it", "sine", many),), SECONDS)
    found, expected = played(score, ((0,),)), synthesis(score, 44_100)
    assert np.abs(expected).max() > 60
    assert np.abs(found - expected).max() < 2e-4  # float32 at 100 is good to 4e-6; factors to 300 times 1e-7


def test_sines_and_powers_are_those_of_the_library() -> None:
    x = np.random.default_rng(1).uniform(-1000, 1000, 10_000)
    sine_, cosine = sines(x)
    assert np.abs(sine_ - np.sin(2 * np.pi * x)).max() < 1e-10
    assert np.abs(cosine - np.cos(2 * np.pi * x)).max() < 1e-10
    assert np.abs(power_of_2(x) / np.exp2(x) - 1).max() < 1e-12
    assert power_of_2(np.array([-5000.0, 0, 3])).tolist() == [0, 1, 8]
    assert hz_of(np.array([69.0, 57]), 440.0).tolist() == [440, 220]
    assert rounded(np.array([0.3])) * GRID == round(0.3 * GRID)


def test_the_work_grows_with_the_notes_and_no_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not timed: the cues that all chunks look at, and the numbers that go into all products."""
    room = sys.modules["composer.outputs.engines.sine"]
    looked_at: list[int] = []
    product, matmul = [0], np.matmul

    def sounding(group: Any, start: int, end: int) -> Any:
        cues = original(group, start, end)
        looked_at.append(cues.size)
        return cues

    def counted(a: F8, b: F8, out: F8) -> F8:
        product[0] += a.size * b.shape[-1]
        return matmul(a, b, out=out)

    original = room._Group.sounding
    monkeypatch.setattr(room._Group, "sounding", sounding)
    monkeypatch.setattr(np, "matmul", counted)
    work = {}
    for count in (250, 500, 1000, 2000):  # as dense as ever, over more time
        looked_at.clear()
        product[0] = 0
        rng = np.random.default_rng(count)
        tune = notes(rng.uniform(0, count / 20, count), rng.uniform(0.2, 1.8, count), 60.0, 0.5)
        played(Score((Track("a", "sine", tune),), SECONDS), ((0,),))
        work[count] = (sum(looked_at) / count, product[0] / count)
    for found in work.values():
        assert found == pytest.approx(work[250], rel=0.15)
    assert work[250][0] < 3  # a note of a second lies in one chunk of 1.5 s, or in two
