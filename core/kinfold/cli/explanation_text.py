"""An explanation as text: `extensions.explain` of an answer becomes pages that a person reads.

In:  the JSON object. Out: text. Never: decides anything; `--json` gives the object itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

_STAGES: Final = ("plan", "authorize", "compile", "prepare", "planning")
WIDTH: Final = 160
_CONDITIONS: Final = (
    "Index Cond", "Recheck Cond", "Filter", "Join Filter", "Hash Cond", "One-Time Filter", "Sort Key", "Presorted Key",
)  # fmt: skip


def describe_explanation(explained: dict[str, Any]) -> str:
    """The whole explanation."""
    viewed = explained["as"]
    regions = ", ".join(viewed["regions"]) or "no division"
    lines = [
        f"{explained['operation']}",
        f"as {viewed['department']} ({', '.join(viewed['roles'])}) for {viewed['purpose']} in {regions}",
        f"policy {explained['policyVersion'][:16]}",
        f"parse and validate {explained['timings']['parseAndValidate']} ms",
    ]
    if not explained["statements"]:
        lines += ["", "No statement: the schema itself answers."]
    for statement in explained["statements"]:
        lines += ["", *_statement(statement)]
    return "\n".join(lines)


def _statement(statement: dict[str, Any]) -> Iterator[str]:
    if statement["field"] is not None:
        yield f"=== payload of {statement['field']} (the command itself is not run)"
    yield " · ".join(f"{stage} {statement['timings'][stage]} ms" for stage in _STAGES)
    yield from ("", "--- nodes")
    for node in statement["nodes"]:
        yield from _node(node)
    yield from ("", "--- SQL", *statement["sql"].splitlines())
    yield from ("", "--- placeholders")
    for bind in statement["binds"]:
        yield f"${bind['place']:<3} {bind['type']:<12} {bind['from']}"
    yield from ("", f"--- plan of {statement['postgres']['server']}, for any values")
    yield from _plan(statement["postgres"]["plan"], 0)


def _node(node: dict[str, Any]) -> Iterator[str]:
    kind = f": {node['type']}" + (f" ({node['kind']})" if "kind" in node else "") if "type" in node else ""
    yield f"{node['path']}  {node['step']}{kind}"
    if "rules" in node:
        yield f"    rules   {', '.join(node['rules']) or 'none'}"
        yield f"    row     {node['row']['policy']}"
        if len(node["row"]["sql"]) <= WIDTH:  # longer ones stand in the statement, and in --json
            yield f"    as SQL  {node['row']['sql']}"
    if "condition" in node:
        yield f"    type    {node['condition']}"
    if "edge" in node:
        yield f"    edge    {_shown(node['edge'])}"
    if "asOf" in node:
        yield f"    as of   {', '.join(f'{name} {value}' for name, value in node['asOf'].items())}"
    if "by" in node:
        yield f"    by      {', '.join(node['by'])}"
    for fact in node.get("facts", ()):
        yield f"    fact    {fact['source']}: {fact['type']} where {fact['row']['policy']}"
    for name, value in node.get("list", {}).items():
        yield f"    {name:<7} {', '.join(value) if isinstance(value, list) else value}"
    if "parts" in node:
        yield f"    parts   {', '.join(node['parts'])}"
    for field in node.get("fields", ()):
        yield f"    {field['key']:<20} {_shown(field)}"


def _shown(decision: dict[str, Any]) -> str:
    if decision["shown"] != "conditional":
        return str(decision["shown"])
    cases = [
        f"{case['shown']} where {case['where']['policy']}"
        if "where" in case and case["where"]["policy"] != "true"
        else str(case["shown"])
        for case in decision["cases"]
    ]
    return ", else ".join(cases)


def _plan(plan: dict[str, Any], depth: int) -> Iterator[str]:
    """One step of PostgreSQL's plan with its conditions, then the steps below it."""
    head = "  " * depth + ("-> " if depth else "")
    name = f"{plan['Subplan Name']}: " if "Subplan Name" in plan else ""
    place = f" on {plan['Relation Name']} {plan.get('Alias', '')}".rstrip() if "Relation Name" in plan else ""
    index = f" using {plan['Index Name']}" if "Index Name" in plan else ""
    cost = f"cost {plan['Startup Cost']}..{plan['Total Cost']}, rows {plan['Plan Rows']}"
    yield f"{head}{name}{plan['Node Type']}{index}{place}  ({cost})"
    for condition in _CONDITIONS:
        if condition in plan:
            value = plan[condition]
            yield (
                "  " * depth + f"     {condition}: {', '.join(value) if isinstance(value, list) else value}"
            )
    for below in plan.get("Plans", ()):
        yield from _plan(below, depth + 1)
