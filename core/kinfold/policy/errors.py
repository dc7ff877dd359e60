"""What can be wrong with a policy file: code, place and what to write instead.

In:  a place (file, line, column) and one sentence. Out: an error that names both. The text of a rule may be
quoted; a value of a person cannot occur, because rules are written before any data is read.
"""

from __future__ import annotations

from dataclasses import dataclass

from kinfold.errors import PolicyError


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a policy file; line and column count from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class PolicyFileError(PolicyError):
    """A policy file is refused; nothing of it takes effect."""

    code = "P400"
    status = 422
    message = "A policy file is wrong; the rules in force stay as they are."
    message_zh = "策略文件有误，现行规则保持不变。"
    hint = "Run `kinfold policy check`: it names file, line and column."

    def __init__(self, place: Place, detail: str, *, hint: str = "") -> None:
        self.place = place
        self.reason = detail
        super().__init__(f"{place}: {detail}", hint=hint)


class PolicyFormError(PolicyFileError):
    code = "P401"
    message = "The file does not have the form of a policy file."
    message_zh = "策略文件格式有误。"
    hint = "A file holds kind, owner, rules and tests; every key is listed in the policy reference."


class PolicySyntaxError(PolicyFileError):
    code = "P402"
    message = "A rule's expression cannot be read."
    message_zh = "规则表达式无法识别。"
    hint = "Write comparisons and the listed functions, joined with &&, || and !."


class PolicyNameError(PolicyFileError):
    code = "P403"
    message = "A rule names something that does not exist."
    message_zh = "规则引用了不存在的名称。"
    hint = "See `policies/schema.yaml` for subjects and purposes, and the catalog for attributes."


class PolicyTypeError(PolicyFileError):
    code = "P404"
    message = "The types in a rule do not fit together."
    message_zh = "规则中的类型不匹配。"
    hint = "Compare a value with a value of its own type."


class UnknownDenyError(PolicyFileError):
    code = "P405"
    message = "A deny rule can be unknown, and would then hide rows from everybody."
    message_zh = "拒绝规则的结果可能为未知，会对所有人隐藏数据。"
    hint = "Guard it: `!isNull(x) && …`, `isNull(x) || …`, or `coalesce(x, value)`."


class PolicyOwnershipError(PolicyFileError):
    code = "P406"
    message = "A policy file speaks for somebody else."
    message_zh = "策略文件超出了所属部门的范围。"
    hint = "A department's file is owned by that department; a plugin writes rules for its own kinds only."


class UnknownObligationError(PolicyFileError):
    code = "P407"
    message = "A rule carries an obligation that the platform cannot keep."
    message_zh = "规则包含平台无法履行的义务。"
    hint = "Known: log_access, require_reason, max_rows, watermark, no_export, notify_guardian."


class DuplicateRuleError(PolicyFileError):
    code = "P408"
    message = "Two rules have the same id."
    message_zh = "规则编号重复。"
    hint = "Give each rule an id of its own; the audit record names rules by it."


class PolicySchemaError(PolicyFileError):
    code = "P409"
    message = "The policy schema is wrong."
    message_zh = "策略模式文件有误。"
    hint = "See the comments in `policies/schema.yaml`."


class RuleTooLargeError(PolicyFileError):
    code = "P410"
    message = "A rule is too large to be reviewed."
    message_zh = "规则过大。"
    hint = "Split it into several rules."
