"""The invented people of the demo county.

In:  personas.json beside this file.
Out: name -> Persona. Development only: production knows nobody by name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kinfold.identity.errors import PersonaUnknown
from kinfold.identity.principal import Principal

PERSONAS_FILE = Path(__file__).with_name("personas.json")


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to sign in as. `purpose` is what this persona usually needs data for."""

    name: str
    title_zh: str
    title_en: str
    department: str
    roles: tuple[str, ...]
    regions: tuple[str, ...]
    organisations: tuple[str, ...]
    person: str | None
    purpose: str
    jurisdiction: str

    def principal(self, purpose: str | None = None) -> Principal:
        """Who the persona is once signed in, for this purpose or the usual one."""
        return Principal(
            subject=self.name,
            department=self.department,
            roles=frozenset(self.roles),
            purpose=purpose or self.purpose,
            jurisdiction=self.jurisdiction,
            regions=self.regions,
            organisations=self.organisations,
            person=self.person,
        )


def find_persona(name: str) -> Persona:
    """The persona of this name, or PersonaUnknown."""
    found = load_personas().get(name)
    if found is None:
        raise PersonaUnknown(hint="Personas: " + ", ".join(load_personas()))
    return found


@cache
def load_personas() -> Mapping[str, Persona]:
    """Every persona by name, in the file's order."""
    content = json.loads(PERSONAS_FILE.read_text(encoding="utf-8"))
    personas = [
        Persona(
            name=entry["name"],
            title_zh=entry["title_zh"],
            title_en=entry["title_en"],
            department=entry["department"],
            roles=tuple(entry["roles"]),
            regions=tuple(entry["regions"]),
            organisations=tuple(entry["organisations"]),
            person=entry["person"],
            purpose=entry["purpose"],
            jurisdiction=content["jurisdiction"],
        )
        for entry in content["personas"]
    ]
    return MappingProxyType({persona.name: persona for persona in personas})
