"""What a notebook shows: one figure without scripts, its picture described, its sound playable, small enough."""

from __future__ import annotations

import base64
import html
import io
import re
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from types import ModuleType

import numpy as np
import pytest
import soundfile

import composer
from composer.notebook import figure as shown
from composer.notebook.figure import EXCERPT, MOST_BYTES
from composer.score import Score, Track, notes

VOID = {"img", "br"}
ALLOWED = {"figure", "img", "audio", "figcaption", "details", "summary", "p"}
SHORT = ("riemann", "weather", "riemann-reference")


class Page(HTMLParser):
    """Reads a page: its elements with their attributes, and whether each that opens is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.words += data


def checked(text: str) -> Page:
    """Return a page; AssertionError or ValueError unless it is one small figure without scripts, and described."""
    assert len(text.encode()) < MOST_BYTES
    page = Page(text)
    assert page.open == [] and [tag for tag, _ in page.found].count("figure") == 1 and page.found[0][0] == "figure"
    for tag, attributes in page.found:
        assert tag in ALLOWED, tag
        assert not any(name.startswith("on") or name in ("class", "id") for name in attributes)
        for name in ("src", "href"):
            assert (attributes.get(name) or "data:").startswith("data:")
    (image,) = [attributes for tag, attributes in page.found if tag == "img"]
    assert image["alt"] and len(image["alt"]) > 20
    return page


def data_of(page: Page, tag: str) -> tuple[str, bytes]:
    """Return the kind and the bytes that an element carries."""
    (source,) = [attributes["src"] or "" for name, attributes in page.found if name == tag]
    kind, _, coded = source.removeprefix("data:").partition(";base64,")
    return kind, base64.b64decode(coded, validate=True)


@pytest.mark.parametrize("name", SHORT)
def test_a_composition(compositions: dict[str, composer.Composition], name: str) -> None:
    music = compositions[name]
    bundle = music._repr_mimebundle_()
    words = composer.in_words(music)
    assert set(bundle) == {"text/plain", "text/html"} and bundle["text/plain"] == words.short
    page = checked(bundle["text/html"])
    kind, svg = data_of(page, "img")
    assert kind == "image/svg+xml" and ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    for paragraph in words.paragraphs:
        assert paragraph in page.words
    (image,) = [attributes for tag, attributes in page.found if tag == "img"]
    assert image["alt"] == f"Piano roll. {words.short}"
    kind, sound = data_of(page, "audio")
    samples, rate = soundfile.read(io.BytesIO(sound), always_2d=True)
    assert kind == "audio/mpeg" and len(samples) / rate == pytest.approx(EXCERPT, abs=0.1)
    assert 0.05 < np.abs(samples).max() <= 1.05
    assert np.abs(samples[-rate // 50 :]).max() < 0.05 < np.abs(samples[-3 * rate : -2 * rate]).max()  # faded out
    assert "The first 30 seconds." in page.words


def test_the_sound_is_the_beginning_of_the_piece(compositions: dict[str, composer.Composition]) -> None:
    music = compositions["riemann-reference"]
    _, sound = data_of(checked(music._repr_mimebundle_()["text/html"]), "audio")
    samples, rate = soundfile.read(io.BytesIO(sound), always_2d=True)
    track = music.score.tracks[0].notes
    wrong = 0
    for note in track[:40]:  # a beat is a second, each note one bare sine
        part = samples[int((note["start"] + 0.02) * rate) : int((note["start"] + note["length"]) * rate), 0]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(part.size), 1 << 16))
        hertz = np.argmax(spectrum) * rate / (1 << 16)
        wrong += abs(12 * np.log2(hertz / 440) + 69 - note["pitch"]) > 0.5
    assert wrong <= 2  # MP3 smears the shortest


def test_a_score(compositions: dict[str, composer.Composition]) -> None:
    score = Score((Track("a", "flute", notes([0, 1], 1, [60, 64])),), title='<script>alert(1)</script> & "co"')
    bundle = score._repr_mimebundle_(include=None, exclude=None)
    page = checked(bundle["text/html"])
    assert '<script>alert(1)</script> & "co"' in page.words
    assert html.escape("<script>") in bundle["text/html"]
    assert "first" not in page.words.split("In words")[0]  # all of it is heard


def test_a_piece_composes_itself_where_that_is_quick() -> None:
    bundle = composer.load("riemann-reference")._repr_mimebundle_()
    checked(bundle["text/html"])
    assert "300 notes" in bundle["text/plain"]
    bare = composer.Piece(title="Bare", track=[{"name": "tune", "instrument": "flute"}])
    assert bare._repr_mimebundle_()["text/plain"] == (
        "“Bare”, one track: tune (flute); it needs a table: compose(piece, table)."
    )
    slow = composer.Piece(source={"function": "noise", "points": shown.MOST_ROWS + 1}, track=[{"name": "tune"}])
    assert "it plays noise: compose(piece)" in slow._repr_mimebundle_()["text/plain"]


def test_what_cannot_be_composed_or_shown_is_told() -> None:
    piece = composer.Piece(
        source={"function": "noise", "points": 5}, section=[{"rows": [9, 12]}], track=[{"name": "tune"}]
    )
    assert "it plays noise" in piece._repr_mimebundle_()["text/plain"]
    broken = Score((Track("a", "no such instrument", notes([0], 1, 60)),))
    assert "text/plain" in broken._repr_mimebundle_()


def test_empty_and_huge_scores() -> None:
    page = checked(Score(())._repr_mimebundle_()["text/html"])
    assert "audio" not in [tag for tag, _ in page.found]
    rng = np.random.default_rng(1)
    count = shown.MOST_NOTES + 1
    tracks = tuple(
        Track(
            f"track {n}", "piano", notes(rng.random(count // 8 + 1) * 9000, 0.5, rng.integers(20, 110, count // 8 + 1))
        )
        for n in range(8)
    )
    page = checked(Score(tracks, title="Huge")._repr_mimebundle_()["text/html"])
    assert "audio" not in [tag for tag, _ in page.found]  # it is told, and drawn, and not played


def test_only_text_where_a_shell_shows_no_html(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shell:
        """A shell in a terminal."""

        class display_formatter:
            """What it shows."""

            active_types = ("text/plain",)

    python = ModuleType("IPython")
    python.get_ipython = Shell  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", python)
    score = Score((Track("a", "flute", notes([0], 1, 60)),))
    assert set(score._repr_mimebundle_()) == {"text/plain"}


def test_a_sound_too_large_is_pressed_harder_then_shortened(compositions: dict[str, composer.Composition]) -> None:
    from composer.notebook.sound import clip

    score = compositions["riemann"].score
    sound = shown.sound_for(score)
    sizes = [clip(score, sound, 4.0, most) for most in (None, 25_000, 12_000)]
    assert [round(heard.seconds) for heard in sizes[:2]] == [4, 4] and sizes[2].seconds < 4
    assert len(sizes[0].data) > 25_000 >= len(sizes[1].data) > 12_000 >= len(sizes[2].data)


def test_the_sound_has_the_room_that_the_picture_and_the_words_leave(
    compositions: dict[str, composer.Composition], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not too large at first is encoded once; where little room is left, the figure is small enough still."""
    from composer.notebook import sound

    tried: list[int] = []

    def encoded(samples: object, way: object, make: object = sound._encoded) -> bytes:
        data: bytes = make(samples, way)  # type: ignore[operator]
        tried.append(len(data))
        return data

    monkeypatch.setattr(sound, "_encoded", encoded)
    page = checked(compositions["riemann"]._repr_mimebundle_()["text/html"])
    assert tried == [len(data_of(page, "audio")[1])]
    monkeypatch.setattr(shown, "MOST_BYTES", 150_000)
    text = compositions["riemann"]._repr_mimebundle_()["text/html"]
    assert len(tried) > 2 and len(data_of(checked(text), "audio")[1]) == tried[-1] and len(text) < 150_000


def test_play(compositions: dict[str, composer.Composition]) -> None:
    display = pytest.importorskip("IPython.display")
    score = compositions["riemann-reference"].score
    short = Score((Track("eta", "sine", score.tracks[0].notes[:10]),))
    player = short.play()
    assert isinstance(player, display.Audio) and player.mimetype == "audio/mpeg"
    samples, rate = soundfile.read(io.BytesIO(player.data))
    assert len(samples) / rate == pytest.approx(short.seconds, abs=0.3)
    assert "data:audio/mpeg;base64," in player._repr_html_()


def test_without_ipython_and_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IPython", "IPython.display", "matplotlib"):
        monkeypatch.setitem(sys.modules, name, None)  # an import of it fails now
    score = Score((Track("a", "flute", notes([0], 1, 60)),))
    with pytest.raises(composer.ComposerError, match=r"eta-composer\[notebook\]"):
        score.play()
    with pytest.raises(composer.ComposerError, match=r"eta-composer\[plot\]"):
        score.plot("roll")
    assert "text/html" in score._repr_mimebundle_()


def test_plot_hands_on_what_it_is_asked_for(
    compositions: dict[str, composer.Composition], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    asked: list[tuple[object, ...]] = []

    def plot(music: object, kind: str, *, ax: object = None, **settings: object) -> str:
        asked.append((music, kind, ax, settings))
        return "a figure"

    monkeypatch.setattr("composer.writing.plot", plot, raising=False)
    music = compositions["primes"]
    assert music.plot("notes", over="time") == music.score.plot(ax="axes") == "a figure"
    assert asked == [(music, "notes", None, {"over": "time"}), (music.score, "roll", "axes", {})]


@pytest.mark.parametrize(
    "broken",
    [
        "<figure><img src='data:,' alt='a picture that is described'></figure><script></script>",
        "<figure><img src='https://a.b/c.png' alt='a picture that is described'></figure>",
        "<figure><img src='data:,' alt=''></figure>",
        "<figure><p><img src='data:,' alt='a picture that is described'></figure>",
        "<figure><img src='data:,' onload='x' alt='a picture that is described'></figure>",
        "<figure><img src='data:,' alt='a picture that is described'></figure>" + " " * MOST_BYTES,
    ],
)
def test_the_checker_can_fail(broken: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        checked(broken)
    assert re.search("figure", broken)
