"""Explaining a document: what would be done for a class of callers, and nothing of it done.

Read next: kinfold/explain/explainer.py
"""
