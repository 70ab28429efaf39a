"""Captions as a track of a video, for players to show or not."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from composer.words import Caption

MILLISECOND = Fraction(1, 1000)
# What libav wants to know of a subtitle's looks before it opens its encoder; players have looks of their own.
_HEADER = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,16\n\n"
    "[Events]\nFormat: Layer, Start, End, Style, Text\n"
)


class Captions:
    """The captions of a file, put into it as far as the pictures have come: those that begin before its end."""

    def __init__(self, av: Any, container: Any, codec: str, cues: Sequence[Caption], end: Fraction) -> None:
        self._av, self._container = av, container
        self._waiting: Iterator[Caption] = iter(())
        self._next: Caption | None = None
        stream = container.add_stream(codec) if cues else None
        # PyAV before 16 cannot open an encoder of captions: its videos have none.
        if stream is None or not hasattr(stream.codec_context, "subtitle_header"):
            return
        stream.codec_context.subtitle_header = _HEADER.encode()
        stream.time_base = MILLISECOND
        stream.metadata["language"] = "eng"
        self._stream = stream
        self._waiting = iter([Caption(c.start, min(c.end, float(end)), c.text) for c in cues if c.start < end])
        self._next = next(self._waiting, None)

    def until(self, seconds: Fraction) -> None:
        """Write the captions that begin before this time."""
        while self._next is not None and self._next.start < seconds:
            text = self._next.text.encode()
            packet = self._av.packet.Packet(struct.pack(">H", len(text)) + text)  # 3GPP timed text
            packet.stream, packet.time_base = self._stream, MILLISECOND
            packet.pts = packet.dts = round(self._next.start * 1000)
            packet.duration = max(round(self._next.end * 1000) - packet.pts, 1)
            self._container.mux(packet)
            self._next = next(self._waiting, None)
