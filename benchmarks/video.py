"""What a second of video costs, and what matplotlib's FuncAnimation takes for the same scene.

    python benchmarks/video.py [--seconds 20] [--minutes 10] [--runs 3] [--quick]

At 1920x1080 and 30 pictures a second, CPU seconds (user and system) for a second of video, and peak memory. Ours are
whole processes that make the video of a whole piece: starting, composing, the sound, the drawing, the encoding.
FuncAnimation draws the same paths, or the same notes, without sound, for `--seconds` from the middle of the piece;
what the same process takes for a single frame is subtracted. It saves through the ffmpeg program where there is one,
else through a writer that hands each frame to the encoder by PyAV; the encoder's settings are always ours. Figures are
medians, but for the long videos, which are made once. --quick measures a second of a small picture, to see that all of
it runs.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from measure import child, machine

OURS = """
import sys
from dataclasses import replace
from pathlib import Path
import composer
from composer.outputs.video.writers import write_mp4
from composer.units import TempoMap
scene, size, seconds, path = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
made = composer.compose("convergence" if scene == "convergence" else "riemann")
factor = made.score.seconds / seconds if seconds else 1  # the same notes, slower or faster
tempo = TempoMap(tuple((beat, bpm * factor) for beat, bpm in made.score.tempo.changes))
write_mp4(replace(made.score, tempo=tempo), Path(path), scene, size, 30, table=made.table)
"""

PEER = """
import sys
import numpy as np
import composer
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, FuncAnimation
from matplotlib.collections import PolyCollection
from composer.outputs.video.writers import MP4
scene, size, seconds, at, path, program = sys.argv[1:7]
width, height = map(int, size.split("x"))
seconds = float(seconds)
made = composer.compose("convergence" if scene == "convergence" else "riemann")
figure, axes = plt.subplots(figsize=(width / 100, height / 100), dpi=100, facecolor="#0b0e17")
axes.set_facecolor("#0b0e17")
axes.set_title(made.score.title, color="w")
whole = round(made.score.seconds * 30)
first, frames = round(float(at) * whole), round(seconds * 30)
if scene == "convergence":
    from composer.outputs.video.convergence import paths_of
    paths = paths_of(made.table)
    axes.set_xlim(paths.real.min(), paths.real.max())
    axes.set_ylim(paths.imag.min(), paths.imag.max())
    axes.set_aspect("equal")
    lines = [axes.plot([], [], lw=1)[0] for _ in paths]
    heads = axes.plot([], [], "wo")[0]
    text = axes.text(0.02, 0.02, "", color="w", transform=axes.transAxes)
    terms = np.interp(np.arange(whole), [0, whole], [0, np.log(paths.shape[1])])
    def draw(k):
        n = max(int(np.exp(terms[min(first + k, whole - 1)])), 1)
        for line, part in zip(lines, paths):
            line.set_data(part.real[: n + 1], part.imag[: n + 1])
        heads.set_data(paths.real[:, n], paths.imag[:, n])
        text.set_text(f"{n} terms")
        return [*lines, heads, text]
else:
    for number, track in enumerate(made.score.tracks):
        start = made.score.tempo.seconds(track.notes["start"])
        end = made.score.tempo.seconds(track.notes["start"] + track.notes["length"])
        low, high = track.notes["pitch"] - 0.4, track.notes["pitch"] + 0.4
        corners = np.stack([start, low, end, low, end, high, start, high], axis=1).reshape(-1, 4, 2)
        axes.add_collection(PolyCollection(corners, color=f"C{number}"), autolim=False)
    axes.set_ylim(20, 100)
    head = axes.axvline(0, color="w")
    def draw(k):
        now = (first + k) / 30
        axes.set_xlim(now - 2.1, now + 4.9)
        head.set_xdata([now, now])
        return [head]
class PyAV(AbstractMovieWriter):
    # The frames straight to x264, for want of an ffmpeg program.
    def setup(self, fig, outfile, dpi=None):
        import av
        super().setup(fig, outfile, dpi)
        self.file = av.open(str(outfile), "w")
        self.stream = self.file.add_stream(MP4.video, rate=int(self.fps), options=dict(MP4.video_options))
        self.stream.width, self.stream.height, self.stream.pix_fmt = width, height, "yuv420p"
    def grab_frame(self, **settings):
        import av
        self.fig.canvas.draw()
        frame = av.VideoFrame.from_ndarray(np.asarray(self.fig.canvas.buffer_rgba()), format="rgba")
        self.file.mux(self.stream.encode(frame))
    def finish(self):
        self.file.mux(self.stream.encode(None))
        self.file.close()
options = [word for name, value in MP4.video_options.items() for word in (f"-{name}", value)]
options += ["-pix_fmt", "yuv420p"]
writer = FFMpegWriter(fps=30, codec=MP4.video, extra_args=options) if program == "ffmpeg" else PyAV(fps=30)
FuncAnimation(figure, draw, frames=frames, blit=True).save(path, writer=writer)
"""


def row(what: str, seconds: float, used: float, memory: float) -> float:
    """Print what a second of video costs; return it."""
    print(f"| {what} | {used / seconds:.2f} | {memory:.0f} |", flush=True)
    return used / seconds


def run(runs: int, code: str, *words: object) -> tuple[float, float]:
    """Run a program so many times; return the median of its CPU seconds, and of its peak memory in MB."""
    measured = [child([sys.executable, "-c", code, *map(str, words)]) for _ in range(runs)]
    used, memory = (statistics.median(column) for column in zip(*measured, strict=True))
    return used, memory


def main() -> None:
    """Measure both scenes, ours and the peer's, and a long video's memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    size, part, minutes = ("320x180", 1.0, 0.0) if asked.quick else ("1920x1080", asked.seconds, asked.minutes)
    runs = 1 if asked.quick else asked.runs
    program = "ffmpeg" if shutil.which("ffmpeg") else "PyAV"
    print(f"{size}, 30 pictures a second; FuncAnimation's writer: {program}; medians of {runs}; {machine()}\n")
    print("| what | CPU seconds a second | peak MB |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mp4"
        for scene in ("convergence", "roll"):
            whole = 5.0 if asked.quick else 80.0
            ours = row(f"{scene}, {whole:g} s", whole, *run(runs, OURS, scene, size, whole, path))
            one, _ = run(runs, PEER, scene, size, 1 / 30, 0.5, path, program)
            used, memory = run(runs, PEER, scene, size, part, 0.5, path, program)
            peer = row(f"{scene}, {part:g} s, FuncAnimation", part, used - one, memory)
            print(f"| times ours | {peer / ours:.1f} | |")
        for scene in ("convergence", "roll") if minutes else ():
            row(f"{scene}, {minutes:g} minutes", 60 * minutes, *run(1, OURS, scene, size, 60 * minutes, path))


if __name__ == "__main__":
    main()
