"""`make bench`: Kinfold beside its peers, on the same data and the same machine. Start reading at __main__.py."""
