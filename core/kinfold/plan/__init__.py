"""Stage 2 of 5 — plan: which rows and fields, by which path. Read next: kinfold/plan/model.py"""
