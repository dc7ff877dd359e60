"""`kinfold query --explain`: what a server would do with a document for a persona's class, without doing it.

Signs in as the system administrator, who holds the purpose `development` and sees no data of anybody, and asks for the
class of the persona. Development only, as every persona is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kinfold.cli.explanation_text import describe_explanation
from kinfold.cli.inspect import post_document, read_file, read_variables
from kinfold.cli.output import give, give_json
from kinfold.identity.errors import PersonaUnknown
from kinfold.identity.obtain import obtain_token
from kinfold.identity.personas import load_personas
from kinfold.settings import load_settings

DEVELOPER: Final = "system-admin"
DEVELOPMENT: Final = "development"


def explain_query(
    file: Path, persona: str, variables: str, purpose: str | None, url: str, as_json: bool
) -> None:
    """Print the explanation; exit code 1 with the errors when it is refused."""
    text, values = read_file(file), read_variables(variables)
    personas = load_personas()
    if persona not in personas:
        raise PersonaUnknown(hint="Personas: " + ", ".join(personas))
    viewed = personas[persona]
    viewpoint: dict[str, Any] = {
        "department": viewed.department,
        "roles": list(viewed.roles),
        "purpose": purpose or viewed.purpose,
        "regions": list(viewed.regions),
    }
    origin = url or load_settings().origin
    headers = {
        "authorization": f"Bearer {obtain_token(origin, DEVELOPER)}",
        "purpose": DEVELOPMENT,
    }
    body = {"query": text, "variables": values, "extensions": {"explain": {"as": viewpoint}}}
    answer = post_document(origin, body, headers)
    if "errors" in answer:
        give_json(answer)
        raise SystemExit(1)
    explained = answer["extensions"]["explain"]
    if as_json:
        give_json(explained)
    else:
        give(describe_explanation(explained))
