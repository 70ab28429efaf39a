"""What a notebook shows of a score, a composition or a piece: each as text, and as one HTML figure."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from functools import partial
from html import escape
from importlib import import_module
from typing import Any

from composer.composition import Composition, compose
from composer.errors import ComposerError, Fault
from composer.instruments import instrument
from composer.notebook.roll import WIDTH, roll_svg
from composer.notebook.sound import RATE, Clip, clip
from composer.outputs.sound import Sound, sounded
from composer.piece.files import FileCall
from composer.piece.model import Piece
from composer.piece.sections import SOUND
from composer.score import Score
from composer.telling.english import counted, lasting, listing, sentence
from composer.words import Words
from composer.writing import Music, in_words, sound_of

Bundle = dict[str, Any]

EXCERPT = 30.0  # seconds that the player has
MOST_BYTES = 400_000  # of the HTML
_MOST_TEXT = 16_000  # characters of the words in it
_AROUND_SOUND = 1_000  # bytes of the player without its file
MOST_ROWS = 50_000  # of a function's table, up to which a piece composes itself to be shown
MOST_NOTES = 200_000  # of a score, beyond which it is only told


def score_shown(score: Score) -> Bundle:
    """Return a score's text and figure."""
    return _safely(score, lambda: _shown(score))


def composition_shown(composition: Composition) -> Bundle:
    """Return a composition's text and figure."""
    return _safely(composition, lambda: _shown(composition))


def piece_shown(piece: Piece) -> Bundle:
    """Return a piece's text and figure: it composes itself where that is quick, else says what it would play."""
    return _safely(
        piece, lambda: _shown(compose(piece)) if _is_quick(piece) else _summary(piece), partial(_summary, piece)
    )


def _safely(shown: object, make: Callable[[], Bundle], otherwise: Callable[[], Bundle] | None = None) -> Bundle:
    """Return what `make` makes; what goes wrong there must not keep a notebook from going on."""
    for way in (make, otherwise):
        if way is not None:
            try:
                return way()
            except Exception:
                continue
    return {"text/plain": object.__repr__(shown)}


def _shown(music: Music) -> Bundle:
    words = in_words(music)
    bundle: Bundle = {"text/plain": words.short}
    if _html_is_wanted():
        bundle["text/html"] = figure(music, words)
    return bundle


def figure(music: Music, words: Words | None = None) -> str:
    """Return the figure of a composition or a score: roll, player, and all of it in words."""
    score = music if isinstance(music, Score) else music.score
    said = in_words(music) if words is None else words
    svg = base64.b64encode(roll_svg(score).encode()).decode()
    above = (
        f'<figure style="margin: 0; max-width: {WIDTH}px">'
        f'<img src="data:image/svg+xml;base64,{svg}" alt="{escape("Piano roll. " + said.short)}"'
        f' width="{WIDTH}" style="max-width: 100%; height: auto">'
    )
    below = (
        f"<figcaption>{escape(said.short)}<details><summary>In words</summary>"
        f"{''.join(_paragraphs(said))}</details></figcaption></figure>"
    )
    room = MOST_BYTES - len((above + below).encode()) - _AROUND_SOUND
    return f"{above}{_player(music, score, room * 3 // 4)}{below}"  # base64 makes four bytes of three


def _paragraphs(words: Words) -> list[str]:
    """Return the paragraphs, as many as there is room for."""
    made, room = [], _MOST_TEXT
    for paragraph in words.paragraphs:
        made.append(f"<p>{escape(paragraph)}</p>")
        room -= len(made[-1].encode())
        if room < 0:
            return [*made[:-1], "<p>…</p>"]
    return made


def _player(music: Music, score: Score, most: int) -> str:
    """Return the player of a file of at most so many bytes, and how much it plays; "" where there is nothing to play.

    Where a score cannot be played, it says why.
    """
    notes = sum(track.notes.size for track in score.tracks)
    if not 0 < notes <= MOST_NOTES:
        return ""
    try:
        heard, engine = _heard(music, score, most)
    except ComposerError as error:
        return f"<p>{escape(sentence(f'It cannot be played here: {error.faults[0].message}'))}</p>"
    sound = base64.b64encode(heard.data).decode()
    what = "" if score.seconds <= EXCERPT else f"The first {lasting(heard.seconds)}{engine}."
    title = escape(what or f"The sound{engine}.")
    return (
        f'<audio controls preload="metadata" title="{title}" src="data:{heard.mime};base64,{sound}"'
        ' style="display: block; width: 100%">This player needs a browser with sound.</audio>'
    ) + (f"<p>{escape(what)}</p>" if what or engine else "")


def _heard(music: Music, score: Score, most: int) -> tuple[Clip, str]:
    """Return the beginning as the piece's own engine plays it, or the sine renderer where that one cannot."""
    try:
        return clip(score, sound_for(music), EXCERPT, most), ""
    except ComposerError:
        if isinstance(music, Score):
            raise
        return clip(score, sound_for(score), EXCERPT, most), ", played by the sine renderer"


def sound_for(music: Music) -> Sound:
    """Return what turns a score into sound at the rate of the players: as the piece says, or as usual."""
    if isinstance(music, Score):
        return partial(sounded, rate=RATE)
    return sound_of({**music.piece.settings(SOUND), "rate": RATE})


def _is_quick(piece: Piece) -> bool:
    """Whether a piece may compose itself to be shown: from a file, or from a function's table that is not long."""
    if piece.source is None:
        return False
    points = piece.source.arguments.get("points", 0)
    return isinstance(piece.source, FileCall) or (isinstance(points, int) and points <= MOST_ROWS)


def _summary(piece: Piece) -> Bundle:
    """Return what a piece would play, for one that is not composed."""
    tracks = [
        f"{track.name} ({listing([instrument(name).name for name in track.palette], 'or')})" for track in piece.tracks
    ]
    if piece.source is None:
        needs = "it needs a table: compose(piece, table)"
    else:
        needs = f"it plays {piece.source.called}: compose(piece)"
    name = f"“{' '.join(piece.title.split())}”" if piece.title.strip() else "a piece without a title"
    text = f"{name}, {counted(len(tracks), 'track')}: {listing(tracks)}; {needs}."
    return {
        "text/plain": text,
        "text/html": f'<figure style="margin: 0"><figcaption>{escape(text)}</figcaption></figure>',
    }


def _html_is_wanted() -> bool:
    """Whether anyone would see the figure: a shell in a terminal asks for all kinds, and shows only the text."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    kinds = getattr(getattr(shell, "display_formatter", None), "active_types", None)
    return not kinds or "text/html" in kinds


def played(music: Music) -> Any:
    """Return the whole sound as an `IPython.display.Audio`; ComposerError where IPython is not installed."""
    try:
        display = import_module("IPython.display")
    except ImportError as error:
        remedy = 'pip install "eta-composer[notebook]", or write a file: composer.render(music, "music.wav")'
        raise ComposerError(Fault("IPython is not installed: there is nothing to play in", "play", remedy)) from error
    score = music if isinstance(music, Score) else music.score
    heard = clip(score, sound_for(music))
    player = display.Audio(data=heard.data)
    player.mimetype = heard.mime
    return player
