"""One entry of `rules:` in a policy file: YAML in, a checked Rule out.

In:  a node, the scope of the file's kind, who owns the file and who brought it. Out: a Rule, or the first
PolicyFileError in it, at its place. Nothing is guessed: every word is on a closed list or is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import yaml

from kinfold.policy.attributes import VALUE_TYPES
from kinfold.policy.errors import (
    Place,
    PolicyFormError,
    PolicyNameError,
    PolicyOwnershipError,
    PolicyTypeError,
    RuleTooLargeError,
    UnknownDenyError,
    UnknownObligationError,
)
from kinfold.policy.ir import Expr
from kinfold.policy.language import Scope, find_unknown, parse_expression
from kinfold.policy.mask import MASKS
from kinfold.policy.rule import OBLIGATIONS, Effect, Obligation, Rule
from kinfold.policy.yaml_form import YamlFile


class RuleReader:
    """One entry of `rules:`."""

    def __init__(self, file: YamlFile, origin: str, scope: Scope, owner: str) -> None:
        self.file = file
        self.origin = origin
        self.scope = scope
        self.owner = owner

    def read(self, node: yaml.Node) -> Rule:
        file = self.file
        found = file.mapping(
            node,
            ["id", "effect", "act", "when", "because", "legal_basis", "review_by"],
            ["purpose", "fields", "obligations"],
        )
        effect = self.read_effect(found["effect"])
        acts = self.names(found["act"], "act", self.scope.schema.acts)
        because = file.mapping(found["because"], ["zh", "en"])
        fields = self.read_fields(node, found, effect, acts)
        return Rule(
            id=self.read_id(found["id"]),
            effect=effect,
            kind=self.scope.kind,
            acts=tuple(sorted(acts)),
            purposes=self.read_purposes(node, found, effect),
            when=self.read_condition(found["when"], effect),
            read=fields[0],
            masks=fields[1],
            write=fields[2],
            obligations=self.read_obligations(found),
            because_zh=file.string(because["zh"]),
            because_en=file.string(because["en"]),
            legal_basis=file.string(found["legal_basis"]),
            review_by=file.date(found["review_by"]),
            owner=self.owner,
            origin=self.origin,
            place=file.place(node),
        )

    def names(self, node: yaml.Node, what: str, known: Collection[str]) -> tuple[str, ...]:
        """A list of known words that is not empty."""
        found = self.file.strings(node)
        if not found:
            raise PolicyFormError(self.file.place(node), f"At least one {what} belongs here.")
        for word, place in found:
            if word not in known:
                raise unknown_name(place, what, word, known)
        return tuple(word for word, _ in found)

    def read_id(self, node: yaml.Node) -> str:
        text = self.file.string(node)
        if not text.isascii() or not text.replace(".", "").replace("-", "").replace("_", "").isalnum():
            raise PolicyFormError(
                self.file.place(node), "An id consists of ASCII letters, digits, dots and hyphens."
            )
        return text

    def read_effect(self, node: yaml.Node) -> Effect:
        word = self.file.string(node)
        if word not in (Effect.ALLOW, Effect.DENY):
            raise unknown_name(self.file.place(node), "effect", word, [Effect.ALLOW, Effect.DENY])
        return Effect(word)

    def read_purposes(
        self, node: yaml.Node, found: Mapping[str, yaml.Node], effect: Effect
    ) -> tuple[str, ...] | None:
        if "purpose" not in found:
            if effect is Effect.ALLOW:
                raise PolicyFormError(
                    self.file.place(node),
                    "The key `purpose` is missing.",
                    hint="An allow rule says what the data is for.",
                )
            return None
        schema = self.scope.schema
        words = self.names(found["purpose"], "purpose", schema.purposes)
        return tuple(sorted({below for word in words for below in schema.expand_purpose(word)}))

    def read_condition(self, node: yaml.Node, effect: Effect) -> Expr:
        text = self.file.string(node)
        if not isinstance(node, yaml.ScalarNode):  # `string` has refused it; said again for the types
            raise PolicyFormError(self.file.place(node), "A text belongs here.")
        scalar = node
        expr = parse_expression(text, self.scope, lambda offset: self.file.place_in(scalar, offset))
        if effect is Effect.DENY:
            self.check_deny(expr, text, scalar)
        return expr

    def check_deny(self, expr: Expr, text: str, node: yaml.ScalarNode) -> None:
        try:
            gap = find_unknown(expr)
        except ValueError as wrong:
            raise RuleTooLargeError(self.file.place(node), f"The deny rule reads {wrong}.") from None
        if gap is not None:
            offset = max(text.find(f".{gap.name}"), 0)
            start = text.rfind("r.", 0, offset) if offset else 0
            raise UnknownDenyError(
                self.file.place_in(node, max(start, 0)),
                f"The rule is unknown where `{gap.name}` is missing.",
                hint=f"Guard it: `!isNull(x) && …`, `isNull(x) || …` or `coalesce(x, value)` for `{gap.name}`.",
            )

    def read_fields(
        self, node: yaml.Node, found: Mapping[str, yaml.Node], effect: Effect, acts: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], tuple[str, ...]]:
        if "fields" not in found:
            return (), (), ()
        place = self.file.place(found["fields"])
        if effect is Effect.DENY:
            raise PolicyFormError(
                place, "A deny rule removes rows, not fields.", hint="Leave the field out of the allow rules."
            )
        groups = self.file.mapping(found["fields"], [], ["read", "mask", "write"])
        if groups.keys() & {"read", "mask"} and not {"read", "export", "aggregate"} & set(acts):
            raise PolicyFormError(place, "`read` and `mask` need the act `read`, `export` or `aggregate`.")
        if "write" in groups and not {"create", "update"} & set(acts):
            raise PolicyFormError(place, "`write` needs the act `create` or `update`.")
        read = self.attributes(groups["read"]) if "read" in groups else ()
        masks = self.read_masks(groups["mask"]) if "mask" in groups else ()
        write = self.attributes(groups["write"]) if "write" in groups else ()
        for attribute, _ in masks:
            if attribute in read:
                raise PolicyFormError(place, f"`{attribute}` is both readable and masked.")
        return read, masks, write

    def attributes(self, node: yaml.Node) -> tuple[str, ...]:
        if isinstance(node, yaml.ScalarNode):
            raise PolicyFormError(
                self.file.place(node),
                "Fields are listed one by one.",
                hint="Write [a, b]; there is no word for all.",
            )
        words = self.file.strings(node)
        for word, place in words:
            if word not in self.scope.attributes:
                raise unknown_name(place, "attribute", word, self.scope.attributes)
            self.check_owner(word, place)
        return tuple(sorted(word for word, _ in words))

    def check_owner(self, attribute: str, place: Place) -> None:
        """What a plugin added to a kind of another is granted by its own department only."""
        field = self.scope.attributes[attribute]
        if field.added_by is not None and field.owner != self.owner:
            raise PolicyOwnershipError(
                place,
                f"`{attribute}` belongs to `{field.owner}`; this file speaks for `{self.owner}`.",
                hint=f"Write the rule into a file of `{field.owner}`.",
            )

    def read_masks(self, node: yaml.Node) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = []
        for attribute, value in self.file.open_mapping(node).items():
            place = self.file.place(value)
            if attribute not in self.scope.attributes:
                raise unknown_name(place, "attribute", attribute, self.scope.attributes)
            self.check_owner(attribute, place)
            name = self.file.string(value)
            if name not in MASKS:
                raise unknown_name(place, "mask", name, MASKS)
            field = self.scope.attributes[attribute]
            if field.batch is not None:
                raise PolicyTypeError(
                    place,
                    f"`{attribute}` is computed in Python; no mask fits it.",
                    hint="Masks are SQL: allow the field or leave it out.",
                )
            if field.is_list or VALUE_TYPES[field.scalar] not in MASKS[name].takes:
                takes = ", ".join(sorted(MASKS[name].takes))
                raise PolicyTypeError(
                    place, f"The mask `{name}` does not fit `{attribute}`.", hint=f"It takes: {takes}."
                )
            found.append((attribute, name))
        return tuple(sorted(found))

    def read_obligations(self, found: Mapping[str, yaml.Node]) -> tuple[Obligation, ...]:
        if "obligations" not in found:
            return ()
        return tuple(sorted({self.read_obligation(node) for node in self.file.items(found["obligations"])}))

    def read_obligation(self, node: yaml.Node) -> Obligation:
        place = self.file.place(node)
        if isinstance(node, yaml.MappingNode):
            found = self.file.open_mapping(node)
            name = next(iter(found), "")
            value: int | None = (
                self.file.integer(found[name]) if len(found) == 1 and name in OBLIGATIONS else None
            )
        else:
            name, value = self.file.string(node), None
        if name not in OBLIGATIONS:
            raise UnknownObligationError(place, f"`{name}` is not known.")
        if OBLIGATIONS[name] != (value is not None):
            raise UnknownObligationError(
                place,
                f"`{name}` takes {'a number' if OBLIGATIONS[name] else 'no number'}.",
                hint="Write max_rows: 500.",
            )
        return Obligation(name, value)


def unknown_name(place: Place, what: str, word: str, known: Iterable[str]) -> PolicyNameError:
    """The error for a word that is not on a closed list."""
    return PolicyNameError(place, f"There is no {what} `{word}`.", hint=f"Known: {', '.join(sorted(known))}.")
