"""The tags of an MP3: ID3v2.4, in UTF-8 (id3.org, "ID3 tag version 2.4.0 - Main Structure").

libsndfile can write some of its own, but they hold UTF-8 and say that it is Latin 1.
"""

from __future__ import annotations

from composer.outputs.tags import Tags

_FRAMES = {"title": b"TIT2", "artist": b"TPE1", "comment": b"COMM", "software": b"TSSE"}
_UTF8 = b"\x03"
_LANGUAGE = b"und\0"  # of a comment, undetermined, and its description, empty


def id3(tags: Tags) -> bytes:
    """Return what stands before the sound, nothing where there is nothing to say."""
    frames = b""
    for name, text in tags.texts().items():
        body = _UTF8 + (_LANGUAGE if name == "comment" else b"") + text.encode("utf-8")
        frames += _FRAMES[name] + _size(len(body)) + bytes(2) + body
    return b"ID3\x04\0\0" + _size(len(frames)) + frames if frames else b""


def _size(number: int) -> bytes:
    """Return a number as four bytes of seven bits, the highest first."""
    return bytes(number >> shift & 127 for shift in (21, 14, 7, 0))
