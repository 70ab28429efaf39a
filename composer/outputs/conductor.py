"""The first track of a Standard MIDI File: title, tempo map, meter, key, markers and cue points."""

from __future__ import annotations

import struct

from composer.errors import Fault, InputError
from composer.outputs.events import Words, meta, text_words
from composer.outputs.ticks import tick_of
from composer.score import Key, Score

COPYRIGHT, TRACK_NAME, INSTRUMENT, LYRIC, MARKER, CUE, DEVICE, PORT = 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x09, 0x21
_TEMPO, _METER, _KEY = 0x51, 0x58, 0x59


def conductor(score: Score, ppq: int) -> tuple[list[Words], list[bytes]]:
    """Return the conductor track's words and its texts; InputError for a tempo that a file cannot hold."""
    events = [(0, meta(TRACK_NAME, encoded(score.title)))] if score.title else []
    if score.copyright:
        events.append((0, meta(COPYRIGHT, encoded(score.copyright))))
    for beat, bpm in score.tempo.changes:
        quarter = round(6e7 / bpm)  # microseconds
        if not 1 <= quarter < 2**24:
            raise InputError(Fault(f"{bpm} bpm", "tempo", "a .mid holds tempi from 3.6 to 60 million bpm"))
        events.append((tick_of(beat, ppq), meta(_TEMPO, quarter.to_bytes(3, "big"))))
    meter = score.meter
    clocks = max(1, 96 // meter.unit)  # MIDI clocks a metronome click, 24 to a quarter note
    events.append((0, meta(_METER, bytes([meter.beats, meter.unit.bit_length() - 1, clocks, 8]))))
    if score.key is not None:
        events.append((0, key_signature(score.key)))
    for marker in score.markers:
        events.append((tick_of(marker.beat, ppq), meta(CUE if marker.cue else MARKER, encoded(marker.text))))
    ticks, texts = zip(*events, strict=True)
    return [text_words("head", ticks)], list(texts)


def key_signature(key: Key) -> bytes:
    """Return the meta event of a key.

    It may be in any track: what the standard (RP-001) wants in the first alone is tempo, meter, title and markers.
    """
    return meta(_KEY, struct.pack("bB", key.sharps, key.minor))


def encoded(text: str) -> bytes:
    """Return text as UTF-8; what cannot be encoded becomes a question mark."""
    return text.encode("utf-8", "replace")
