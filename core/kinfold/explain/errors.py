"""Why an explanation is refused."""

from __future__ import annotations

from kinfold.errors import PolicyError


class ExplainRefused(PolicyError):
    """Explanations are for those who develop the platform: they show rules, SQL and plans."""

    code = "P304"
    message = "Explanations are given for the purpose `development` only."
    message_zh = "仅限系统开发目的使用解释功能。"
    hint = (
        "Leave extensions.explain out, or ask with the header `Purpose: development` if your role holds it."
    )


class ViewpointUnknown(PolicyError):
    """The class of callers to explain for cannot exist: its parts do not fit together."""

    code = "P305"
    status = 400
    message = "There can be no caller of this class."
    message_zh = "不存在这类请求主体。"
    hint = "Take department, roles and purpose from policies/schema.yaml; the roles must hold the purpose."
