"""Audio files by their suffix.

To add one: write a function whose parameters are the user's settings (with a `Doc`) and that returns the Encoding, and
its row here.
"""

from __future__ import annotations

from composer.outputs.audio.formats import AudioFormat, every_rate, flac, flac_rate, mp3, one_of, opus, vorbis, wav
from composer.outputs.audio.writing import audio_file, rate_for, write_audio

FORMATS: dict[str, AudioFormat] = {
    "wav": AudioFormat("WAV", wav, every_rate),
    "flac": AudioFormat("FLAC", flac, flac_rate, False),
    "ogg": AudioFormat("OGG", vorbis, every_rate),
    "opus": AudioFormat("OGG", opus, one_of(8000, 12_000, 16_000, 24_000, 48_000), False),
    "mp3": AudioFormat("MP3", mp3, one_of(8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000), False),
}

__all__ = ["FORMATS", "AudioFormat", "audio_file", "rate_for", "write_audio"]
