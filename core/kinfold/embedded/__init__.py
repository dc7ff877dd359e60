"""The database that comes with the program: PostgreSQL from a package, under our own supervisor.

In:  Settings (a database address, or a state directory).
Out: a `Database` (context manager with `.url` and `.description`), see choose.py.

Read in the order of one start:
    choose.py      a given address, or the embedded server?
    server.py      EmbeddedPostgres: start, stop, url — the only composition here
    account.py     as which user the server runs (PostgreSQL refuses root)
    place.py       where its data lies, so that this user can reach it
    binaries.py    which programs, copied when that user cannot reach them
    ownership.py   one owner per data directory; orphans of a killed owner
    cluster.py     a new data directory, whole or not at all
    parameters.py  server settings: safe ones nobody may change, and tuning
    parent.py      the server ends when we end (watchdog.py where the kernel does not help)
Linux and macOS; Windows needs a given database.
"""
