"""A film: pictures by number, drawn ahead by a thread of their own, never more than a few at a time."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from composer.outputs.video.canvas import Picture

Draw = Callable[[int, Picture], None]  # paints the picture of this number; the numbers rise
AHEAD = 4  # pictures that wait for the encoder at most
HELD = 3  # pictures that it may still be looking at


@dataclass(frozen=True)
class Film:
    """What is to be seen: `frames` pictures of `width` by `height` pixels, `fps` a second, and how each is drawn."""

    width: int
    height: int
    fps: int
    frames: int
    draw: Draw


@contextlib.contextmanager
def drawn(film: Film) -> Iterator[Iterator[Picture]]:
    """Yield the pictures in order, drawn by another thread; each stays as it is until the third after it is taken.

    What the drawing raises is raised here. On the way out, whatever happened, the thread has ended.
    """
    ready: queue.Queue[Picture | BaseException | None] = queue.Queue(AHEAD)
    spare: queue.Queue[Picture | None] = queue.Queue()
    for _ in range(AHEAD + HELD + 1):
        spare.put(Picture(film.width, film.height))
    over = threading.Event()

    def produce() -> None:
        try:
            for k in range(film.frames):
                picture = spare.get()
                if picture is None or over.is_set():
                    return
                film.draw(k, picture)
                ready.put(picture)
            ready.put(None)
        except BaseException as error:  # not lost: the thread that asked for the pictures raises it
            ready.put(error)

    def pictures() -> Iterator[Picture]:
        held: list[Picture] = []
        while (picture := ready.get()) is not None:
            if isinstance(picture, BaseException):
                raise picture
            held.append(picture)
            if len(held) > HELD:
                spare.put(held.pop(0))
            yield picture

    thread = threading.Thread(target=produce, name="drawing", daemon=True)
    thread.start()
    try:
        yield pictures()
    finally:
        over.set()
        spare.put(None)
        while thread.is_alive():  # it may be waiting for room
            with contextlib.suppress(queue.Empty):
                ready.get(timeout=0.01)
        thread.join()
