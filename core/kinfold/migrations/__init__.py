"""Schema changes: core's own Alembic branch and one labelled branch per plugin.

In:  a database URL and the plugins' MigrationSpecs.   Out: every branch at its head.
Read next: kinfold/migrations/upgrade.py
"""
