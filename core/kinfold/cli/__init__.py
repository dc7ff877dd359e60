"""The command line: `kinfold …`. Read next: kinfold/cli/main.py"""

from kinfold.cli.main import main

__all__ = ["main"]
