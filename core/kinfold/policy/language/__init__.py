"""The rule language: text in, a checked expression out.

tokens.py cuts the text, parser.py reads the grammar, scope.py knows every name and its type, lint.py refuses
deny rules that can be unknown. Nothing here evaluates anything.
"""

from kinfold.policy.language.lint import find_unknown
from kinfold.policy.language.parser import parse_expression
from kinfold.policy.language.scope import Scope

__all__ = ["Scope", "find_unknown", "parse_expression"]
