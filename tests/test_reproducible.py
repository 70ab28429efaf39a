"""One piece, one result: the same bytes whichever kernels the linear algebra library chooses for the processor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

KERNELS = ("", "Prescott")  # OpenBLAS's own choice, and its oldest for 64 bits; other libraries take no notice


@pytest.mark.parametrize("piece", ["lorenz", "primes"])
def test_the_bytes_do_not_depend_on_the_processor(piece: str, tmp_path: Path) -> None:
    written = []
    for kernel in KERNELS:
        out = tmp_path / (kernel or "default")
        command = [sys.executable, "-m", "composer", "compose", piece, "-q", "-o", str(out)]
        subprocess.run(command, check=True, env={**os.environ, "OPENBLAS_CORETYPE": kernel})
        written.append([(out / f"{piece}.{kind}").read_bytes() for kind in ("mid", "wav")])
    assert written[0] == written[1]
