"""Stage 4 of 5 — sql: an AuthorizedPlan becomes one Statement, and a Statement bytes.

Read next: kinfold/sql/compile.py
"""
