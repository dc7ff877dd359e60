"""Demo — an invented county over the real divisions: families, absences, care, and planted faults.

In:  an empty, migrated database. Out: a county to try everything on, and a truth file to score detectors with.
Never: a real person. Numbers carry a division and a mobile range that do not exist; every row is marked.
Read next: kinfold/demo/generate.py
"""

from kinfold.demo.errors import CountyNotEmpty, DivisionsMissing
from kinfold.demo.generate import DemoReport, generate_county

__all__ = ["CountyNotEmpty", "DemoReport", "DivisionsMissing", "generate_county"]
