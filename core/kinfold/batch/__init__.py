"""Batch fields: what Python computes after the statement, once for every place. Read next: kinfold/batch/fill.py"""
