"""Takes the README's shell blocks out into scripts: the main command, the test command, and all the others."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def main(readme: Path, folder: Path) -> None:
    """Write 1-main.sh, 2-test.sh and 3-more.sh into `folder`."""
    blocks = re.findall(r"^```sh\n(.*?)^```", readme.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    main_block, test_block, *more = blocks
    for name, text in (("1-main", main_block), ("2-test", test_block), ("3-more", "".join(more))):
        (folder / f"{name}.sh").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
