"""`python -m kinfold.cli …` is `kinfold …`."""

from kinfold.cli.main import main

main()
