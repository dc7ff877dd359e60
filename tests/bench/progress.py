"""Progress lines: what happens now, since when."""

from __future__ import annotations

import sys
import time

_began = time.monotonic()


def say(line: str) -> None:
    """One line on standard error, with minutes and seconds since the start."""
    minutes, seconds = divmod(int(time.monotonic() - _began), 60)
    sys.stderr.write(f"[{minutes:3d}:{seconds:02d}] {line}\n")
    sys.stderr.flush()
