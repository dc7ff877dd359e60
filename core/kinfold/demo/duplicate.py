"""The same person entered twice: by a school or a hospital, with a typing error, an equal sound, no number,
or a day swapped (F.2: 1.5 %).

In:  a person. Out: a thin second record — no household, no register — and its truth line.
"""

from __future__ import annotations

import datetime as dt

from kinfold.demo.draw import Draw, Table
from kinfold.demo.identifier import RowIds
from kinfold.demo.names import change_by_typo, change_to_homophone
from kinfold.demo.people import Someone
from kinfold.demo.truth import TruthFile

_ERRORS = Table((("TYPO", 30), ("HOMOPHONE", 25), ("MISSING_ID", 30), ("SWAPPED_DAY", 15)))


def enter_twice(person: Someone, draw: Draw, ids: RowIds, truth: TruthFile) -> Someone | None:
    """A second record of `person`; None when this person has no number that could be missing."""
    if person.id_number is None or person.died_on is not None:
        return None
    error = draw.pick(_ERRORS)
    copy = Someone(ids.new_id(), person.name, person.sex, person.birth, person.hukou_kind)
    if error == "TYPO":
        copy.name = change_by_typo(draw, person.name)
        copy.id_number = person.id_number
    elif error == "HOMOPHONE":
        homophone = change_to_homophone(draw, person.name)
        if homophone is None:
            error = "MISSING_ID"
        else:
            copy.name = homophone
    elif error == "SWAPPED_DAY":
        swapped = _swap_day(person.birth)
        if swapped is None:
            error = "MISSING_ID"
        else:
            copy.birth = swapped
    copy.phone = person.phone
    truth.plant("DUPLICATE_PERSON", "I5", person=person.id, duplicate=copy.id, error=error)
    return copy


def _swap_day(birth: dt.date) -> dt.date | None:
    """Month and day exchanged; None where that gives no other day."""
    if birth.day > 12 or birth.day == birth.month:
        return None
    return birth.replace(month=birth.day, day=birth.month)
