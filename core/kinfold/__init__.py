"""Kinfold: one GraphQL graph of children and households, many departments, one statement, proved policy.

Start reading at kinfold/pipeline.py.
"""

__version__ = "0.1.0"
