"""WebVTT: read back by FFmpeg's demuxer and by a strict reader of the format's grammar; whatever the text holds."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import composer
from composer.outputs.captions import webvtt
from composer.piece.store import built_in
from composer.words import Caption

TIMES = re.compile(r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})")


def read(text: str) -> tuple[list[Caption], list[str]]:
    """Return the captions and notes of a WebVTT file, read by the grammar; ValueError where it is broken."""
    head, *blocks = text.removesuffix("\n").split("\n\n")
    if not re.fullmatch(r"WEBVTT( [^\n]*)?", head) or "-->" in head or "\r" in text or "\x00" in text:
        raise ValueError(f"not a header: {head!r}")
    cues, notes = [], []
    for block in blocks:
        first, *lines = block.split("\n")
        if first.startswith("NOTE"):
            if "-->" in block:
                raise ValueError("an arrow in a note")
            notes.append("\n".join(lines))
            continue
        match = TIMES.fullmatch(first)
        if match is None or not lines or any(not line.strip() or "-->" in line for line in lines):
            raise ValueError(f"not a caption: {block!r}")
        if re.search(r"<|&(?!amp;|lt;|gt;|nbsp;)", "\n".join(lines)):
            raise ValueError(f"markup: {block!r}")
        parts = [int(part) for part in match.groups()]
        start, end = (3600 * h + 60 * m + s + ms / 1000 for h, m, s, ms in (parts[:4], parts[4:]))
        if end <= start or (cues and start < cues[-1].start):
            raise ValueError(f"times: {first}")
        cues.append(Caption(start, end, html.unescape("\n".join(lines))))
    return cues, notes


@pytest.mark.parametrize("name", built_in())
def test_a_piece(compositions: dict[str, composer.Composition], name: str, tmp_path: Path) -> None:
    music = compositions[name]
    words = composer.in_words(music)
    path = composer.render(music, tmp_path / "a.vtt")
    cues, notes = read(path.read_bytes().decode("utf-8"))
    assert [cue.text for cue in cues] == [cue.text for cue in words.cues]
    for cue, meant in zip(cues, words.cues, strict=True):
        assert (cue.start, cue.end) == pytest.approx((meant.start, meant.end), abs=0.00051)
    assert notes == list(words.paragraphs)


def test_ffmpeg_reads_it(compositions: dict[str, composer.Composition], tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    music = compositions["riemann"]
    with av.open(str(composer.render(music, tmp_path / "a.vtt"))) as file:
        assert file.streams[0].codec_context.name == "webvtt"
        packets = [packet for packet in file.demux() if packet.size]
    cues = composer.in_words(music).cues
    assert [html.unescape(bytes(packet).decode()) for packet in packets] == [cue.text for cue in cues]
    starts = [float(packet.pts * packet.time_base) for packet in packets]
    assert starts == pytest.approx([cue.start for cue in cues], abs=0.001)


def test_a_score_alone(tmp_path: Path) -> None:
    path = composer.render(composer.Score(()), tmp_path / "empty.vtt")
    assert path.read_text("utf-8") == "WEBVTT\n\nNOTE\nThis music has no notes.\n"


def test_from_the_command_line(run, small: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("compose", small, "-o", tmp_path / "out", "--only", "vtt").exit_code == 0
    cues, _ = read((tmp_path / "out" / "small.vtt").read_text("utf-8"))
    assert cues


TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
TIMED = st.tuples(st.floats(0, 4e5), st.floats(0, 10), TEXT)


@given(st.lists(TIMED, max_size=8), TEXT, TEXT)
def test_any_text(found: list[tuple[float, float, str]], title: str, note: str) -> None:
    cues = [Caption(start, start + length, text) for start, length, text in sorted(found)]
    read_back, _ = read(webvtt(cues, title, note))
    assert len(read_back) == len(cues)
    for cue, meant in zip(read_back, cues, strict=True):
        assert "".join(cue.text.split()) in ("".join(c for c in meant.text if c.isprintable() and c != " "), "…")


@pytest.mark.parametrize(
    "broken",
    [
        "WEBVT\n\n00:00:01.000 --> 00:00:02.000\na\n",
        "WEBVTT\n\n00:01.000 --> 00:00:02.000\na\n",
        "WEBVTT\n\n00:00:03.000 --> 00:00:02.000\na\n",
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na < b\n",
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n",
        "WEBVTT\n\nNOTE\na --> b\n",
    ],
)
def test_the_reader_can_fail(broken: str) -> None:
    with pytest.raises(ValueError, match=r"caption|header|times|markup|note"):
        read(broken)
