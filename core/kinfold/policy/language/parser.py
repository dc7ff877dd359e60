"""The grammar: tokens in, a typed expression in negation normal form out.

    rule := or ;  or := and {"||" and} ; and := not {"&&" not} ; not := "!" not | atom
    atom := "(" rule ")" | true | false | function | value cmp value | value ["not"] "in" set | boolean value

Exactly one comparison per atom, types agree, no arithmetic, no patterns, no methods. What is outside is refused
at its place with what to write instead. Functions are in functions.py, the typing of operators in comparison.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kinfold.policy.errors import Place, PolicySyntaxError, PolicyTypeError, RuleTooLargeError
from kinfold.policy.ir import ALWAYS, NEVER, Compare, Expr, Literal, Op, ValueType, all_of, any_of, negate
from kinfold.policy.language.comparison import make_comparison, make_membership
from kinfold.policy.language.fault import Fault
from kinfold.policy.language.functions import BOOLEAN_FUNCTIONS, NUMBER_FUNCTIONS, Arguments, read_coalesce
from kinfold.policy.language.scope import Scope, Value, describe, make_literal
from kinfold.policy.language.tokens import Token, TokenKind, cut_tokens

MAX_DEPTH: Final = 32
MAX_ATOMS: Final = 128
_OPS: Final = {op.value for op in Op}
_LITERALS: Final = frozenset({TokenKind.STRING, TokenKind.INT, TokenKind.DECIMAL, TokenKind.DATE})


def parse_expression(text: str, scope: Scope, locate: Callable[[int], Place]) -> Expr:
    """Read one rule; a PolicyFileError (P402, P403, P404, P410) with its place when it is wrong.

    `locate` turns an offset into `text` into a place in the file.
    """
    try:
        return _Parser(cut_tokens(text), scope).rule()
    except Fault as fault:
        fault.raise_at(locate)


class _Parser:
    def __init__(self, tokens: list[Token], scope: Scope) -> None:
        self.tokens = tokens
        self.scope = scope
        self.position = 0
        self.depth = 0
        self.atoms = 0

    # reading ---------------------------------------------------------------------------------------------

    @property
    def here(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def sees(self, *signs: str) -> bool:
        return self.here.kind in (TokenKind.SIGN, TokenKind.NAME) and self.here.text in signs

    def skip(self, sign: str) -> bool:
        if self.sees(sign):
            self.position += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.skip(sign):
            raise self.surprise(f"`{sign}` belongs here.", f"Write `{sign}`.")

    def surprise(self, detail: str, hint: str) -> Fault:
        return Fault(self.here.offset, PolicySyntaxError, detail, hint)

    # the grammar -----------------------------------------------------------------------------------------

    def rule(self) -> Expr:
        found = self.any()
        if self.here.kind is not TokenKind.END:
            hint = "Join conditions with && or ||."
            if self.sees(*_OPS):
                hint = "A comparison has two sides; write a < b && b < c."
            raise self.surprise(f"`{self.here.text}` stands after the end of a condition.", hint)
        return found

    def any(self) -> Expr:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Fault(
                self.here.offset,
                RuleTooLargeError,
                f"Brackets go deeper than {MAX_DEPTH}.",
                "Split the rule.",
            )
        parts = [self.all()]
        while self.skip("||"):
            parts.append(self.all())
        self.depth -= 1
        return any_of(parts)

    def all(self) -> Expr:
        parts = [self.not_()]
        while self.skip("&&"):
            parts.append(self.not_())
        return all_of(parts)

    def not_(self) -> Expr:
        negated = False
        start = self.here.offset
        while self.skip("!"):
            negated = not negated
            start = self.here.offset
        is_bracketed = self.sees("(")
        found, is_comparison = self.atom()
        if negated and is_comparison and not is_bracketed:
            # Languages disagree on `!a == b`; readers do too.
            raise Fault(
                start,
                PolicySyntaxError,
                "`!` before a comparison can be read in two ways.",
                "Write the opposite comparison, or brackets: !(a == b).",
            )
        return negate(found) if negated else found

    def atom(self) -> tuple[Expr, bool]:
        """One atom, and whether it is a comparison."""
        self.atoms += 1
        if self.atoms > MAX_ATOMS:
            raise Fault(
                self.here.offset,
                RuleTooLargeError,
                f"A rule has at most {MAX_ATOMS} conditions.",
                "Split the rule.",
            )
        if self.skip("("):
            found = self.any()
            self.expect(")")
            if self.sees(*_OPS, "in", "not"):
                raise self.surprise(
                    "A condition in brackets is no value.", "Compare attributes and values only."
                )
            return found, False
        if self.sees("true", "false"):
            return (ALWAYS if self.take().text == "true" else NEVER), False
        if self.here.kind is TokenKind.NAME and self.tokens[self.position + 1].text == "(":
            name = self.here.text
            if name in BOOLEAN_FUNCTIONS:
                return self.boolean_function(), False
            if name in NUMBER_FUNCTIONS:
                return self.number_function(), True
        return self.value_atom()

    def boolean_function(self) -> Expr:
        token = self.take()
        arguments = self.arguments(token)
        if self.sees(*_OPS, "in"):
            raise self.surprise(
                f"{token.text} is a condition, not a value.", f"Write {token.text}(…) or !{token.text}(…)."
            )
        return BOOLEAN_FUNCTIONS[token.text](arguments)

    def number_function(self) -> Expr:
        token = self.take()
        arguments = self.arguments(token)
        hint = f"Write {token.text}(…) < 18, with a whole number on the right."
        if not self.sees(*_OPS):
            raise self.surprise(f"{token.text} is a number and must be compared.", hint)
        op = Op(self.take().text)
        if self.here.kind is not TokenKind.INT:
            raise Fault(self.here.offset, PolicyTypeError, "A whole number belongs here.", hint)
        number = self.take()
        return NUMBER_FUNCTIONS[token.text](arguments, op, int(number.text), number.offset)

    def value_atom(self) -> tuple[Expr, bool]:
        left = self.value()
        if self.sees(*_OPS):
            op = Op(self.take().text)
            return make_comparison(left, op, self.value()), True
        if self.sees("not"):
            self.take()
            self.expect("in")
            return make_membership(left, self.options(), negated=True), True
        if self.skip("in"):
            return make_membership(left, self.options(), negated=False), True
        if left.term.type is not ValueType.BOOL or isinstance(left.term, Literal):
            raise Fault(
                left.offset,
                PolicyTypeError,
                f"{describe(left.term)} alone is no condition.",
                "Compare it: ==, !=, <, <=, >, >=, in, or use a function.",
            )
        return Compare(Op.EQ, left.term, Literal(ValueType.BOOL, True)), False

    # values ----------------------------------------------------------------------------------------------

    def value(self) -> Value:
        token = self.here
        if token.kind in _LITERALS:
            self.take()
            return Value(make_literal(token.kind, token.text, token.offset), token.offset)
        if token.kind is TokenKind.NAME and token.text not in ("in", "not"):
            self.take()
            if self.sees("("):
                if token.text == "coalesce":
                    return read_coalesce(self.arguments(token))
                raise Fault(
                    token.offset,
                    PolicySyntaxError,
                    f"There is no function `{token.text}` that yields a value.",
                    f"Functions: {', '.join(sorted([*BOOLEAN_FUNCTIONS, *NUMBER_FUNCTIONS, 'coalesce']))}.",
                )
            if token.text in ("true", "false"):
                raise Fault(
                    token.offset, PolicyTypeError, "Nothing is compared with true or false.", "Write x or !x."
                )
            return self.scope.find_path(token.text, token.offset)
        shown = f"`{token.text}`" if token.text else "The end of the rule"
        hint = "A value is r.sub.…, r.obj.…, r.env.…, a string, a number or a date."
        if token.text == "not":
            hint = "Write ! for not."
        raise self.surprise(f"{shown} stands where a value belongs.", hint)

    def arguments(self, function: Token) -> Arguments:
        """The bracketed arguments of a function: values and lists of literals."""
        self.expect("(")
        values: list[Value | tuple[Value, ...]] = []
        while not self.sees(")"):
            if values:
                self.expect(",")
            values.append(self.argument())
        self.expect(")")
        return Arguments(function.text, function.offset, tuple(values), self.scope)

    def argument(self) -> Value | tuple[Value, ...]:
        if self.sees("["):
            return self.literal_list()
        if self.sees("true", "false"):  # only as the default of a coalesce
            token = self.take()
            return Value(Literal(ValueType.BOOL, token.text == "true"), token.offset)
        return self.value()

    def options(self) -> Value | tuple[Value, ...]:
        return self.literal_list() if self.sees("[") else self.value()

    def literal_list(self) -> tuple[Value, ...]:
        self.expect("[")
        found: list[Value] = []
        while not self.sees("]"):
            if found:
                self.expect(",")
            value = self.value()
            if not isinstance(value.term, Literal):
                raise Fault(
                    value.offset, PolicyTypeError, "A list holds literals only.", "Write the values out."
                )
            found.append(value)
        self.expect("]")
        return tuple(found)
