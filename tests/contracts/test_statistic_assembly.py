"""What a plugin may declare as a statistic, and what stops the assembly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kinfold.assembly import AssemblyError, assemble
from kinfold.catalog.statistic import MAX_DIMENSIONS
from kinfold.plugin_api import Dimension, PluginInfo, StatisticMeasure, StatisticSpec, hookimpl

GRADE = Dimension("GRADE", "年级", "Grade", ("grade",), attribute="grade")
SPEC = StatisticSpec("pupils", "Enrolment", "学生", "Pupils", "education", dimensions=(GRADE,))


def assembled(spec: StatisticSpec) -> object:
    class Plugin:
        @hookimpl
        def plugin_info(self) -> PluginInfo:
            return PluginInfo("plain", "1.0", "1.0", "education", "示例", "Sample")

        @hookimpl
        def statistics(self) -> list[StatisticSpec]:
            return [spec]

    return assemble({"plain": Plugin()}).catalog.statistics[spec.name]


def test_a_sound_statistic_is_accepted() -> None:
    assert assembled(SPEC) == SPEC


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        (replace(SPEC, name="children"), "already"),
        (replace(SPEC, type="Region"), "responsible division"),
        (replace(SPEC, type="Nothing"), "responsible division"),
        (replace(SPEC, suppressed_below=4), "below 5"),
        (replace(SPEC, dimensions=()), "no dimension"),
        (replace(SPEC, dimensions=(GRADE,) * (MAX_DIMENSIONS + 1)), "more than"),
        (replace(SPEC, dimensions=(GRADE, GRADE)), "one name"),
        (replace(SPEC, dimensions=(replace(GRADE, name="REGION"),)), "member"),
        (replace(SPEC, dimensions=(replace(GRADE, name="grade"),)), "member"),
        (replace(SPEC, dimensions=(replace(GRADE, attributes=()),)), "right"),
        (replace(SPEC, dimensions=(replace(GRADE, attribute="colour"),)), "colour"),
        (replace(SPEC, dimensions=(replace(GRADE, expression="1"),)), "or from an expression"),
        (replace(SPEC, dimensions=(replace(GRADE, relation="nowhere"),)), "nowhere"),
        (replace(SPEC, dimensions=(replace(GRADE, values={"1年级": ("一", "1")}),)), "GraphQL name"),
        (replace(SPEC, dimensions=(replace(GRADE, absent="NONE"),)), "NONE"),
        (replace(SPEC, dimensions=(replace(GRADE, ages=(0, 6)),)), "band"),
        (replace(SPEC, measures=(StatisticMeasure("days", "天", "Days", ("colour",), "1"),)), "colour"),
    ],
)
def test_what_stops_the_assembly(spec: StatisticSpec, word: str) -> None:
    with pytest.raises(AssemblyError) as refused:
        assembled(spec)
    assert word in str(refused.value)
    assert spec.name in str(refused.value)
