"""What an audio file says about itself."""

from __future__ import annotations

from dataclasses import dataclass

SOFTWARE = "eta-composer"


@dataclass(frozen=True)
class Tags:
    """The texts of an audio file; an empty one is left out."""

    title: str = ""
    artist: str = ""
    comment: str = ""
    software: str = SOFTWARE

    def texts(self) -> dict[str, str]:
        """Return what there is, by libsndfile's names; what would end a text (NUL) is taken out."""
        found = {name: getattr(self, name).replace("\0", "") for name in ("title", "artist", "comment", "software")}
        return {name: text for name, text in found.items() if text}


def id3(tags: Tags) -> bytes:
    """Return the tags as ID3v2.4 in UTF-8, to stand before an MP3 (id3.org, "ID3 tag version 2.4.0").

    libsndfile's own would hold UTF-8 that says of itself it is Latin 1.
    """
    frames = b""
    for name, text in tags.texts().items():
        body = b"\x03" + (b"eng\0" if name == "comment" else b"") + text.encode("utf-8")
        frames += _FRAMES[name] + _seven_bits(len(body)) + bytes(2) + body
    return b"ID3\x04\0\0" + _seven_bits(len(frames)) + frames if frames else b""


_FRAMES = {"title": b"TIT2", "artist": b"TPE1", "comment": b"COMM", "software": b"TSSE"}


def _seven_bits(number: int) -> bytes:
    """Return a number as four bytes of seven bits, the highest first."""
    return bytes(number >> shift & 127 for shift in (21, 14, 7, 0))
