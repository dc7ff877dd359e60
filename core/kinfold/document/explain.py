"""The request for an explanation: `extensions.explain` of a request's body.

In:  the `extensions` of a request. Out: an Explain, or None when none is asked for.
Never: says whether the caller may have one (explain/viewpoint.py).

    "explain": true                        what would be done for me
    "explain": {"as": {"department": "civil_affairs", "roles": ["town_specialist"],
                       "purpose": "child_protection", "regions": ["370983109"]}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kinfold.errors import DocumentError

MAX_NAMES: Final = 64
_NEEDED: Final = frozenset({"department", "roles", "purpose"})
_KNOWN: Final = _NEEDED | {"regions"}


class ExplainWrong(DocumentError):
    """`extensions.explain` has another form than it should; the detail says where."""

    code = "D120"
    message = "The request for an explanation is malformed."
    message_zh = "解释请求格式有误。"
    hint = 'Write "explain": true, or {"as": {"department": "…", "roles": ["…"], "purpose": "…", "regions": ["…"]}}.'


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """The class of callers to explain for. `regions` (division codes) decide the form of "lies within" only."""

    department: str
    roles: tuple[str, ...]
    purpose: str
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explain:
    """Explain the document instead of answering it; `viewpoint` None: for the caller's own class."""

    viewpoint: Viewpoint | None = None


def read_explain(extensions: Mapping[str, Any] | None) -> Explain | None:
    """What the extensions ask for; ExplainWrong when that is unclear."""
    asked = (extensions or {}).get("explain")
    if asked is None or asked is False:
        return None
    if asked is True:
        return Explain()
    if not isinstance(asked, dict) or set(asked) != {"as"}:
        raise ExplainWrong
    return Explain(_read_viewpoint(asked["as"]))


def _read_viewpoint(found: Any) -> Viewpoint:
    if not isinstance(found, dict) or not set(found) <= _KNOWN or not set(found) >= _NEEDED:
        raise ExplainWrong("`as` holds department, roles, purpose and perhaps regions.")
    return Viewpoint(
        department=_text(found, "department"),
        roles=_texts(found, "roles"),
        purpose=_text(found, "purpose"),
        regions=_texts(found, "regions") if "regions" in found else (),
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    if not isinstance(found[name], str):
        raise ExplainWrong(f"`{name}` is a text.")
    return str(found[name])


def _texts(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = found[name]
    if (
        not isinstance(values, list)
        or len(values) > MAX_NAMES
        or not all(isinstance(one, str) for one in values)
    ):
        raise ExplainWrong(f"`{name}` is a list of at most {MAX_NAMES} texts.")
    return tuple(values)
