"""The education department's plugin: schools, enrolments, absences (E1, E3).

It imports nothing of Kinfold but `kinfold.plugin_api` (and, in tests, `kinfold.testing`).
"""

from kinfold_education.plugin import EducationPlugin

__version__ = "0.1.0"

plugin = EducationPlugin()
