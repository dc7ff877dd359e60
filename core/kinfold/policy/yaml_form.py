"""YAML with places: every key and value knows its line and column.

In:  the text of a file. Out: nodes, and readers that turn a node into a mapping, list, text, number or date, or
raise PolicyFormError at its place. Unknown, missing and doubled keys are errors; so are aliases, which would
let a reader of the file see something else than its text says.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

import yaml

from kinfold.policy.errors import Place, PolicyFormError

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 16
_TAG_HINT: Final = "Put a rule that begins with ! in double quotes."
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlFile:
    """One file: its nodes and where they stand."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._line_starts: list[int] = [0]
        for position, sign in enumerate(text):
            if sign == "\n":
                self._line_starts.append(position + 1)

    def read(self) -> yaml.Node:
        """The root node; PolicyFormError when this is no YAML, is empty, too long or has aliases."""
        if len(self.text.encode()) > MAX_BYTES:
            raise PolicyFormError(Place(self.path, 1, 1), f"The file is longer than {MAX_BYTES} bytes.")
        try:
            depth = 0
            for event in yaml.parse(self.text, Loader=_LOADER):
                depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(
                    event, yaml.CollectionEndEvent
                )
                self._check_event(event, depth)
            root = yaml.compose(self.text, Loader=_LOADER)
        except yaml.MarkedYAMLError as wrong:
            mark = wrong.problem_mark
            place = Place(self.path, mark.line + 1, mark.column + 1) if mark else Place(self.path, 1, 1)
            line = "".join(self.text.split("\n")[mark.line : mark.line + 1]) if mark else ""
            hint = _TAG_HINT if ": !" in line else ""
            raise PolicyFormError(place, f"This is no YAML: {wrong.problem}.", hint=hint) from None
        except yaml.YAMLError:
            raise PolicyFormError(Place(self.path, 1, 1), "This is no YAML.") from None
        if root is None:
            raise PolicyFormError(Place(self.path, 1, 1), "The file is empty.")
        return root

    def _check_event(self, event: yaml.Event, depth: int) -> None:
        mark = event.start_mark
        place = Place(self.path, mark.line + 1, mark.column + 1) if mark else Place(self.path, 1, 1)
        if depth > MAX_DEPTH:  # before the tree is built, which would recurse
            raise PolicyFormError(place, f"Lists and mappings go deeper than {MAX_DEPTH}.")
        if isinstance(event, yaml.AliasEvent):
            raise PolicyFormError(place, "An alias (*) is not allowed.", hint="Write the value out.")
        if getattr(event, "tag", None) is not None:
            # `when: !r.obj.x …` would lose its negation without a word.
            raise PolicyFormError(place, "YAML reads a leading ! as a tag.", hint=_TAG_HINT)

    def place(self, node: yaml.Node) -> Place:
        return Place(self.path, node.start_mark.line + 1, node.start_mark.column + 1)

    def place_in(self, node: yaml.ScalarNode, offset: int) -> Place:
        """The place of the character at `offset` of a scalar's value, in whatever YAML style it is written.

        Folding changes only white space, so the n-th visible character of the value is the n-th visible one
        of the source.
        """
        seen = sum(1 for sign in node.value[:offset] if not sign.isspace())
        mark = node.start_mark
        position = self._line_starts[mark.line] + mark.column
        if node.style in ("|", ">"):
            position = self.text.index("\n", position) + 1
        elif node.style in ("'", '"'):
            position += 1
        while position < len(self.text):
            sign = self.text[position]
            if not sign.isspace():
                if seen == 0:
                    break
                seen -= 1
                is_pair = (node.style == "'" and sign == "'") or (node.style == '"' and sign == "\\")
                position += is_pair
            position += 1
        line = sum(1 for start in self._line_starts if start <= position)
        return Place(self.path, line, position - self._line_starts[line - 1] + 1)

    def mapping(
        self, node: yaml.Node, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, yaml.Node]:
        """A mapping with exactly the keys that are named."""
        found = self.open_mapping(node)
        allowed = [*required, *optional]
        for key in found:
            if key not in allowed:
                place = self._key_place(node, key)
                raise PolicyFormError(
                    place, f"Unknown key `{key}`.", hint=f"Known here: {', '.join(sorted(allowed))}."
                )
        for key in required:
            if key not in found:
                raise PolicyFormError(self.place(node), f"The key `{key}` is missing.", hint=f"Add `{key}:`.")
        return found

    def open_mapping(self, node: yaml.Node) -> dict[str, yaml.Node]:
        """A mapping with keys of the author's choice; each at most once."""
        if not isinstance(node, yaml.MappingNode):
            raise PolicyFormError(self.place(node), "A mapping (key: value) belongs here.")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise PolicyFormError(self.place(key), "A key is one word.")
            if key.value in found:
                raise PolicyFormError(self.place(key), f"The key `{key.value}` stands here twice.")
            found[key.value] = value
        return found

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise PolicyFormError(
                self.place(node), "A list belongs here.", hint="Write [a, b] or lines with `- `."
            )
        return list(node.value)

    def string(self, node: yaml.Node) -> str:
        """Any scalar as it is written; never empty."""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise PolicyFormError(self.place(node), "A text belongs here.")
        return str(node.value)

    def strings(self, node: yaml.Node) -> list[tuple[str, Place]]:
        """A list of words, each with its place; none twice."""
        found: list[tuple[str, Place]] = []
        for item in self.items(node):
            word = self.string(item)
            if any(word == other for other, _ in found):
                raise PolicyFormError(self.place(item), f"`{word}` stands here twice.")
            found.append((word, self.place(item)))
        return found

    def integer(self, node: yaml.Node) -> int:
        text = self.string(node)
        if not (text.isascii() and text.isdigit()):
            raise PolicyFormError(self.place(node), "A whole number belongs here.")
        return int(text)

    def date(self, node: yaml.Node) -> date:
        try:
            return date.fromisoformat(self.string(node))
        except ValueError:
            raise PolicyFormError(
                self.place(node), "A date belongs here.", hint="Write it as 2027-06-30."
            ) from None

    def plain(self, node: yaml.Node) -> Any:
        """A value of a test: text, number, boolean, date, null, or a list of those."""
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item) for item in node.value]
        if not isinstance(node, yaml.ScalarNode):
            raise PolicyFormError(self.place(node), "A value or a list of values belongs here.")
        match node.tag.rsplit(":", 1)[-1]:
            case "null":
                return None
            case "bool":
                return node.value.lower() in ("true", "yes", "on")
            case "int" if node.value.lstrip("-").isdigit():
                return int(node.value)
            case "float":
                return float(node.value)
            case "timestamp" if len(node.value) == len("2027-06-30"):
                return self.date(node)
            case _:
                return node.value

    def _key_place(self, node: yaml.Node, name: str) -> Place:
        return next(self.place(key) for key, _ in node.value if key.value == name)
