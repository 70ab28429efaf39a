"""What a file of sound says about itself."""

from __future__ import annotations

from dataclasses import dataclass

SOFTWARE = "eta-composer"


@dataclass(frozen=True)
class Tags:
    """The texts of a file of sound; an empty one is left out."""

    title: str = ""
    artist: str = ""
    comment: str = ""
    software: str = SOFTWARE

    def texts(self) -> dict[str, str]:
        """Return what there is, by libsndfile's names; what would end a text (NUL) is taken out."""
        found = {name: getattr(self, name).replace("\0", "") for name in ("title", "artist", "comment", "software")}
        return {name: text for name, text in found.items() if text}
