"""The presets: for each of General MIDI's 128 programs, the voices it lays over one another and how it shapes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """A voice in a preset. Times in seconds, levels in dB, pitches in cents, frequencies in Hz.

    `soft` is by how many cents the softest note closes the filter (None: 5000 where it is open, 2400 where it is
    not); `sweep` is (cents, attack, decay) of what the envelope opens it by, of which a share `stays`; `slide` the
    same for the pitch. A voice that dies away has its own decay, `longer` times.
    """

    voice: str
    attack: float = 0.0
    release: float = 0.25
    decay: float = 0.0  # of a steady voice: the time in which it would fall by 96 dB, but for `sustain`; 0 for none
    sustain: float = 0.0
    longer: float = 1.0
    cutoff: float = 20_000.0
    resonance: float = 0.0
    soft: int | None = None
    sweep: tuple[int, float, float] | None = None
    stays: float = 0.0
    slide: tuple[int, float, float] | None = None
    vibrato: float = 0.0
    vibrato_hertz: float = 5.4
    vibrato_delay: float = 0.45
    tremolo: float = 0.0
    tremolo_hertz: float = 5.5
    semitones: int = 0
    cents: int = 0
    quieter: float = 0.0
    velocities: tuple[int, int] = (0, 127)
    delay: float = 0.0

    @property
    def softness(self) -> int:
        """By how many cents the softest note closes the filter."""
        return self.soft if self.soft is not None else 5_000 if self.cutoff >= 20_000 else 2_400


@dataclass(frozen=True)
class Row:
    """A program: its name (20 letters) and its layers."""

    name: str
    layers: tuple[Layer, ...]


def _row(name: str, *layers: Layer) -> Row:
    return Row(name, layers)


def _piano(**more: object) -> tuple[Layer, Layer]:
    return (
        Layer("piano soft", velocities=(0, 63), soft=1_800, **{"release": 0.3, **more}),  # type: ignore[arg-type]
        Layer("piano", velocities=(64, 127), soft=3_600, **{"release": 0.3, **more}),  # type: ignore[arg-type]
    )


L = Layer
PRESETS: tuple[Row, ...] = (
    # Piano
    _row("Acoustic Grand Piano", *_piano()),
    _row("Bright Piano", L("piano", soft=2_000, release=0.25)),
    _row("Electric Grand Piano", L("piano", release=0.25, soft=2_800, quieter=2), L("fm piano", quieter=4)),
    _row("Honky-tonk Piano", L("piano", cents=-7, quieter=3), L("piano", cents=7, quieter=3)),
    _row("Electric Piano 1", L("electric", soft=4_200, release=0.2)),
    _row("Electric Piano 2", L("fm piano", soft=3_600, release=0.25)),
    _row("Harpsichord", L("harpsichord", soft=300, release=0.12)),
    _row("Clavinet", L("clavinet", soft=2_400, release=0.08, sweep=(1_500, 0.0, 0.4), cutoff=4_500)),
    # Chromatic percussion
    _row("Celesta", L("celesta", release=0.6)),
    _row("Glockenspiel", L("glockenspiel", release=1.2)),
    _row("Music Box", L("music box", release=1.0)),
    _row("Vibraphone", L("vibraphone", release=0.7, soft=3_000)),
    _row("Marimba", L("marimba", release=0.5, soft=3_000)),
    _row("Xylophone", L("xylophone", release=0.4)),
    _row("Tubular Bells", L("tubular bell", release=2.0)),
    _row("Dulcimer", L("dulcimer", release=0.8)),
    # Organ
    _row("Drawbar Organ", L("drawbars", attack=0.006, release=0.06, soft=0)),
    _row(
        "Percussive Organ", L("drawbars", attack=0.004, release=0.06, soft=0), L("organ percussion", quieter=3, soft=0)
    ),
    _row("Rock Organ", L("rock organ", attack=0.006, release=0.08, soft=800, vibrato=5, vibrato_hertz=6.4)),
    _row("Church Organ", L("church organ", attack=0.05, release=0.35, soft=0)),
    _row("Reed Organ", L("reed organ", attack=0.05, release=0.15, cutoff=3_500, soft=600)),
    _row("Accordion", L("accordion", attack=0.04, release=0.12, cutoff=5_500, soft=1_500)),
    _row("Harmonica", L("harmonica", attack=0.03, release=0.12, vibrato=6)),
    _row(
        "Tango Accordion",
        L("accordion", attack=0.03, release=0.12, cutoff=4_000, soft=1_500, quieter=3),
        L("reed organ", attack=0.03, release=0.12, cutoff=6_000, quieter=3),
    ),
    # Guitar
    _row("Nylon Guitar", L("nylon", release=0.2)),
    _row("Steel Guitar", L("steel", release=0.2)),
    _row("Jazz Guitar", L("electric guitar", cutoff=2_200, release=0.15)),
    _row("Clean Guitar", L("electric guitar", release=0.15)),
    _row("Muted Guitar", L("muted guitar", release=0.1)),
    _row("Overdriven Guitar", L("distorted", cutoff=3_800, soft=1_200, release=0.12)),
    _row("Distortion Guitar", L("distorted", soft=600, release=0.12)),
    _row(
        "Guitar Harmonics", L("vibraphone", cutoff=5_000, release=0.3, quieter=1), L("steel", semitones=12, quieter=9)
    ),
    # Bass
    _row("Acoustic Bass", L("acoustic bass", release=0.15)),
    _row("Fingered Bass", L("electric bass", cutoff=2_600, release=0.12)),
    _row("Picked Bass", L("electric bass", release=0.12, soft=1_800)),
    _row("Fretless Bass", L("electric bass", cutoff=1_300, release=0.15, vibrato=6, attack=0.02)),
    _row("Slap Bass 1", L("slap bass", release=0.1)),
    _row("Slap Bass 2", L("slap bass", release=0.1, sweep=(2_400, 0.0, 0.25), cutoff=2_500)),
    _row(
        "Synth Bass 1",
        L("deep saw", cutoff=700, resonance=6, sweep=(3_600, 0.0, 0.5), decay=2.5, sustain=9, release=0.1),
    ),
    _row(
        "Synth Bass 2",
        L("deep square", cutoff=600, resonance=3, sweep=(2_400, 0.0, 0.3), decay=2.0, sustain=9, release=0.1),
    ),
    # Strings
    _row("Violin", L("violin", attack=0.07, release=0.15, vibrato=7)),
    _row("Viola", L("violin", attack=0.08, release=0.18, cutoff=4_200, vibrato=6, vibrato_hertz=5.1)),
    _row("Cello", L("cello", attack=0.08, release=0.18, vibrato=6, vibrato_hertz=5.0)),
    _row("Contrabass", L("cello", attack=0.1, release=0.2, cutoff=1_900, vibrato=4, vibrato_hertz=4.6)),
    _row("Tremolo Strings", L("strings", attack=0.06, release=0.25, tremolo=5, tremolo_hertz=11.0)),
    _row("Pizzicato Strings", L("pizzicato", release=0.35)),
    _row("Orchestral Harp", L("harp", release=0.8)),
    _row("Timpani", L("timpani", release=1.0)),
    # Ensemble
    _row("String Ensemble 1", L("strings", attack=0.12, release=0.35)),
    _row("String Ensemble 2", L("strings", attack=0.35, release=0.6, cutoff=5_000)),
    _row("Synth Strings 1", L("wide saw", attack=0.15, release=0.4, cutoff=5_500)),
    _row("Synth Strings 2", L("wide saw", attack=0.3, release=0.6, cutoff=2_600, resonance=4)),
    _row("Choir Aahs", L("aah", attack=0.14, release=0.35, soft=1_500)),
    _row("Voice Oohs", L("ooh", attack=0.12, release=0.3, soft=900)),
    _row(
        "Synth Voice",
        L("aah", attack=0.08, release=0.3, cutoff=3_000, quieter=2),
        L("square", attack=0.08, cutoff=1_200, quieter=6),
    ),
    _row("Orchestra Hit", L("hit", release=0.4)),
    # Brass
    _row(
        "Trumpet",
        L(
            "trumpet",
            attack=0.03,
            release=0.1,
            cutoff=2_400,
            sweep=(2_600, 0.06, 3.0),
            stays=0.7,
            soft=3_000,
            vibrato=4,
        ),
    ),
    _row(
        "Trombone",
        L(
            "trombone",
            attack=0.04,
            release=0.12,
            cutoff=1_700,
            sweep=(2_400, 0.08, 3.0),
            stays=0.7,
            soft=3_000,
            vibrato=3,
        ),
    ),
    _row("Tuba", L("tuba", attack=0.05, release=0.12, cutoff=900, sweep=(2_000, 0.08, 2.0), stays=0.7)),
    _row("Muted Trumpet", L("muted trumpet", attack=0.03, release=0.1, vibrato=4)),
    _row(
        "French Horn", L("horn", attack=0.06, release=0.18, cutoff=1_400, sweep=(1_900, 0.1, 3.0), stays=0.7, vibrato=2)
    ),
    _row(
        "Brass Section",
        L("brass", attack=0.04, release=0.18, cutoff=2_200, sweep=(2_600, 0.07, 3.0), stays=0.7, soft=3_000),
    ),
    _row("Synth Brass 1", L("wide saw", attack=0.03, release=0.2, cutoff=1_200, resonance=3, sweep=(3_400, 0.06, 1.2))),
    _row(
        "Synth Brass 2",
        L("wide saw", attack=0.06, release=0.3, cutoff=900, resonance=2, sweep=(2_800, 0.12, 2.0), stays=0.7),
    ),
    # Reed
    _row(
        "Soprano Sax",
        L("sax", attack=0.03, release=0.1, vibrato=6, soft=3_000, cutoff=4_500, sweep=(2_000, 0.05, 2.0), stays=0.8),
    ),
    _row(
        "Alto Sax",
        L("sax", attack=0.03, release=0.1, vibrato=6, soft=3_000, cutoff=3_500, sweep=(2_000, 0.05, 2.0), stays=0.8),
    ),
    _row(
        "Tenor Sax",
        L("sax", attack=0.04, release=0.12, vibrato=6, soft=2_800, cutoff=2_600, sweep=(2_000, 0.05, 2.0), stays=0.8),
    ),
    _row(
        "Baritone Sax",
        L("sax", attack=0.04, release=0.12, vibrato=4, soft=2_400, cutoff=2_000, sweep=(2_000, 0.05, 2.0), stays=0.8),
    ),
    _row("Oboe", L("oboe", attack=0.03, release=0.1, vibrato=6, cutoff=3_800, sweep=(2_000, 0.05, 2.0), stays=0.8)),
    _row(
        "English Horn",
        L("english horn", attack=0.04, release=0.12, vibrato=5, cutoff=3_000, sweep=(2_000, 0.05, 2.0), stays=0.8),
    ),
    _row(
        "Bassoon", L("bassoon", attack=0.04, release=0.1, vibrato=3, cutoff=2_200, sweep=(2_000, 0.05, 2.0), stays=0.8)
    ),
    _row(
        "Clarinet",
        L("clarinet", attack=0.035, release=0.1, soft=3_000, cutoff=3_200, sweep=(2_000, 0.05, 2.0), stays=0.8),
    ),
    # Pipe
    _row("Piccolo", L("flute", attack=0.03, release=0.1, vibrato=6)),
    _row("Flute", L("flute", attack=0.05, release=0.14, vibrato=7, cutoff=6_000)),
    _row("Recorder", L("recorder", attack=0.03, release=0.1)),
    _row("Pan Flute", L("pan flute", attack=0.05, release=0.2, vibrato=4)),
    _row("Blown Bottle", L("pan flute", attack=0.07, release=0.2, cutoff=1_800), L("recorder", attack=0.1, quieter=6)),
    _row("Shakuhachi", L("pan flute", attack=0.04, release=0.18, vibrato=14, vibrato_hertz=4.6, vibrato_delay=0.7)),
    _row("Whistle", L("recorder", attack=0.05, release=0.12, cutoff=3_500, vibrato=10)),
    _row("Ocarina", L("recorder", attack=0.04, release=0.12, cutoff=2_000, vibrato=4)),
    # Synth lead
    _row("Square Lead", L("square", attack=0.004, release=0.1, cutoff=6_500)),
    _row("Saw Lead", L("saw", attack=0.004, release=0.1, cutoff=6_500)),
    _row(
        "Calliope Lead",
        L("recorder", attack=0.02, release=0.12, quieter=2),
        L("square", attack=0.03, cutoff=1_500, quieter=5),
    ),
    _row("Chiff Lead", L("square", attack=0.01, cutoff=2_500, quieter=2), L("organ percussion", quieter=3)),
    _row("Charang Lead", L("distorted", soft=1_200, quieter=3), L("saw", attack=0.01, quieter=5)),
    _row("Voice Lead", L("aah", attack=0.05, release=0.2, quieter=2), L("saw", attack=0.05, cutoff=1_500, quieter=6)),
    _row(
        "Fifths Lead",
        L("saw", attack=0.006, cutoff=5_000, quieter=2),
        L("saw", attack=0.006, cutoff=5_000, semitones=7, quieter=5),
    ),
    _row(
        "Bass and Lead",
        L("saw", attack=0.004, cutoff=3_500, quieter=2),
        L("square", attack=0.004, cutoff=1_500, semitones=-12, quieter=7),
    ),
    # Synth pad
    _row(
        "New Age Pad",
        L("glass", attack=0.02, release=1.2, decay=12.0, sustain=12, quieter=2),
        L("wide saw", attack=0.6, release=1.2, cutoff=1_500, quieter=5),
    ),
    _row("Warm Pad", L("wide saw", attack=0.5, release=1.0, cutoff=900, soft=900)),
    _row("Polysynth Pad", L("wide saw", attack=0.05, release=0.6, cutoff=3_000, sweep=(1_800, 0.02, 1.5))),
    _row(
        "Choir Pad",
        L("aah", attack=0.4, release=0.9, cutoff=3_500, quieter=2),
        L("ooh", attack=0.5, release=1.0, quieter=4),
    ),
    _row("Bowed Pad", L("glass", attack=0.6, release=1.2)),
    _row("Metallic Pad", L("metal", attack=0.25, release=1.2)),
    _row(
        "Halo Pad",
        L("ooh", attack=0.6, release=1.3, quieter=2),
        L("wide saw", attack=0.8, release=1.3, cutoff=2_500, quieter=5),
    ),
    _row("Sweep Pad", L("wide saw", attack=0.4, release=1.2, cutoff=500, resonance=7, sweep=(4_200, 2.5, 4.0))),
    # Synth effects
    _row("Rain", L("tinkle", release=1.5, quieter=2), L("wide saw", attack=0.5, release=1.2, cutoff=1_200, quieter=6)),
    _row(
        "Soundtrack",
        L("strings", attack=0.8, release=1.2, cutoff=2_500, quieter=2),
        L("glass", attack=0.6, release=1.2, quieter=6),
    ),
    _row(
        "Crystal", L("glockenspiel", release=1.5, quieter=2), L("glass", release=1.5, decay=8.0, sustain=96, quieter=5)
    ),
    _row("Atmosphere", L("nylon", release=0.8, quieter=2), L("ooh", attack=0.6, release=1.2, quieter=5)),
    _row(
        "Brightness",
        L("glass", attack=0.02, release=1.0, quieter=2),
        L("saw", attack=0.1, release=0.8, cutoff=6_000, quieter=8),
    ),
    _row("Goblins", L("metal", attack=0.5, release=1.5, cutoff=1_800, tremolo=3, tremolo_hertz=3.1)),
    _row(
        "Echoes",
        L("square", attack=0.003, decay=6.0, sustain=96, release=0.5, cutoff=3_000),
        L("square", attack=0.003, delay=0.35, decay=6.0, sustain=96, release=0.8, cutoff=1_500, quieter=5),
    ),
    _row(
        "Sci-fi", L("deep saw", quieter=3, attack=0.02, release=1.0, cutoff=1_500, resonance=9, sweep=(3_600, 1.0, 3.0))
    ),
    # Ethnic
    _row("Sitar", L("sitar", release=0.4)),
    _row("Banjo", L("banjo", release=0.15)),
    _row("Shamisen", L("banjo", release=0.15, cutoff=3_500, longer=0.8)),
    _row("Koto", L("koto", release=0.5)),
    _row("Kalimba", L("kalimba", release=0.5)),
    _row("Bagpipe", L("bagpipe", attack=0.04, release=0.1, soft=600)),
    _row("Fiddle", L("violin", attack=0.03, release=0.12, vibrato=5, soft=1_500)),
    _row("Shanai", L("bagpipe", attack=0.04, release=0.12, vibrato=10)),
    # Percussive
    _row("Tinkle Bell", L("tinkle", release=1.5)),
    _row("Agogo", L("agogo", release=0.6)),
    _row("Steel Drums", L("steel drum", release=0.6)),
    _row("Woodblock", L("wood", release=0.4)),
    _row("Taiko Drum", L("taiko", release=2.0)),
    _row("Melodic Tom", L("tom", release=2.0)),
    _row("Synth Drum", L("synth drum", release=2.0)),
    _row("Reverse Cymbal", L("reverse cymbal", release=0.3)),
    # Sound effects
    _row("Guitar Fret Noise", L("fret", release=0.3)),
    _row("Breath Noise", L("breath", attack=0.08, release=0.3, decay=2.5, sustain=96)),
    _row("Seashore", L("seashore", attack=0.8, release=2.0)),
    _row("Bird Tweet", L("bird", release=0.5)),
    _row("Telephone Ring", L("telephone", release=0.3)),
    _row("Helicopter", L("helicopter", attack=0.3, release=0.8)),
    _row("Applause", L("applause", attack=0.3, release=1.2)),
    _row("Gunshot", L("gunshot", release=1.5)),
)
