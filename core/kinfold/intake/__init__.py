"""Intake — data that others keep and we take in: checked whole, loaded whole or not at all.

In:  files. Out: rows of reference tables, with a report.   Read next: kinfold/intake/regions.py
"""

from kinfold.intake.errors import RegionFileUnreadable, RegionLineWrong
from kinfold.intake.regions import ImportReport, import_regions

__all__ = ["ImportReport", "RegionFileUnreadable", "RegionLineWrong", "import_regions"]
