"""The property on which everything rests: Casbin, the closure and SQL decide alike, on every row.

At least 200,000 decisions over generated rule sets in one run, nulls everywhere, both forms of `rel`, birthdays
and leap days; counted and asserted.
"""

from __future__ import annotations

from datetime import date

import agreement
import grammar
import pytest
import world
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kinfold.policy.bundle import Bundle
from kinfold.policy.rule import Rule
from kinfold.sql.territory import Reach

WANTED = 200_000
EXAMPLES = 500


@pytest.mark.slow
@pytest.mark.spec("F5", "A rule decides alike in Casbin, in Python and in SQL")
def test_three_evaluators_agree_on_generated_rules(database) -> None:
    total = agreement.Report()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(
        rules=grammar.rule_sets(),
        today=st.sampled_from(world.TODAYS),
        callers=st.lists(st.sampled_from(world.PRINCIPALS), min_size=3, max_size=3, unique=True),
    )
    def run(rules: list[Rule], today: date, callers: list) -> None:
        report = database.run(
            agreement.check_agreement(
                database.connection,
                world.CATALOG,
                Bundle(rules),
                kind="test.Person",
                act="read",
                principals=callers,
                today=today,
                model_text=world.MODEL_TEXT,
                rows=database.rows,
                relations=database.walker.read,
            )
        )
        assert not report.disagreements, report.disagreements[0]
        total.decisions += report.decisions
        total.allowed += report.allowed
        for shape, count in report.shapes.items():
            total.shapes[shape] += count
        total.reaches.update(report.reaches)

    run()
    print(f"decisions {total.decisions}, allowed {total.allowed}, by shape {total.shapes}")
    assert total.decisions >= WANTED
    # Neither side may win by deciding nothing: both answers and all shapes occur in mass.
    assert 0.05 < total.allowed / total.decisions < 0.8
    assert total.shapes["residual"] > total.decisions / 3
    assert total.shapes["always"] > 0
    assert total.shapes["never"] > 0
    assert min(total.reaches[reach] for reach in (*Reach, None)) > 0
