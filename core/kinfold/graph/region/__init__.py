"""Administrative divisions, and the real ones of 肥城市 that come with the program (source: REGIONS.md)."""

from pathlib import Path

#: 651 divisions: code, name, parent code, level.
FEICHENG = Path(__file__).parent / "regions-feicheng.csv"
