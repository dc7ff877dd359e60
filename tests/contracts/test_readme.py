"""The README's answers are what a running server says. `UPDATE_README=1` writes them anew.

In:  README.md, schema/operations/readme/child-file.graphql, a running server. Out: a difference is a failure.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from kinfold.testing.server import RunningKinfold

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
QUERY = ROOT / "schema" / "operations" / "readme" / "child-file.graphql"
CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
PERSONAS = ("county-civil-affairs", "school", "guardian")


def block(name: str) -> re.Pattern[str]:
    """The fenced block that follows the comment `<!-- name -->`."""
    return re.compile(rf"(<!-- {re.escape(name)} -->\n+```[a-z]+\n)(.*?)(```)", re.DOTALL)


def read_block(name: str) -> str:
    found = block(name).search(README.read_text(encoding="utf-8"))
    assert found, f"README.md has no block {name}"
    return found[2]


def write_block(name: str, text: str) -> None:
    old = README.read_text(encoding="utf-8")
    README.write_text(block(name).sub(lambda m: m[1] + text + m[3], old), encoding="utf-8")


def lay_out(body: Any) -> str:
    """JSON with the innermost lists and objects on one line, as a person would write it."""
    text = json.dumps(body, ensure_ascii=False, indent=2)
    text = re.sub(r"\[([^\[\]{}]*)\]", lambda m: f"[{' '.join(m[1].split())}]", text)
    text = re.sub(r"\{([^\[\]{}]*)\}", lambda m: f"{{ {' '.join(m[1].split())} }}", text)
    return text + "\n"


def test_readme_shows_the_query_of_the_file() -> None:
    if os.environ.get("UPDATE_README") == "1":
        write_block("query", QUERY.read_text(encoding="utf-8"))
    assert read_block("query") == QUERY.read_text(encoding="utf-8")


@pytest.mark.parametrize("persona", PERSONAS)
def test_readme_shows_the_answer(server: RunningKinfold, persona: str) -> None:
    answer = server.as_(persona).ask(QUERY.read_text(encoding="utf-8"), {"id": CHILD})
    assert answer.status == 200
    if os.environ.get("UPDATE_README") == "1":
        write_block(f"answer: {persona}", lay_out(answer.body))
    assert json.loads(read_block(f"answer: {persona}")) == answer.body
    assert read_block(f"answer: {persona}") == lay_out(answer.body)


def test_the_three_answers_differ() -> None:
    assert len({read_block(f"answer: {persona}") for persona in PERSONAS}) == len(PERSONAS)


def test_readme_begins_with_what_it_is_and_the_two_commands() -> None:
    text = README.read_text(encoding="utf-8")
    opening = text.partition("\n## ")[0]
    assert re.search(r"[一-鿿]{10}", opening), "the opening speaks Chinese too"
    for word in ("make serve", "make test", "docs/images/education-roster.png"):
        assert word in text
    assert text.index("make serve") < text.index("make test") < text.index("<!-- query -->")
    assert text.count("```sh\nmake serve\nmake test\n```") == 1
