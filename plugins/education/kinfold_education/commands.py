"""The mutation `registerAbsence`: a school's list of who was missing on a day, all of it or nothing (E3, E4).

In:  a school, a day, pupils with reasons. Out: the absences; an event for the day, and one more when a pupil has
been missing without explanation for the third school day in a row — the first sign of dropping out.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Set
from typing import Any

from kinfold.plugin_api import (
    CommandContext,
    CommandResult,
    InputField,
    MutationSpec,
    PayloadField,
    Scalar,
    UserError,
)

LONGEST_BACK = 30  # days
LONG_ABSENCE = 3  # school days in a row
MOST_PUPILS = 500
_SATURDAY = 5
_DAY = dt.timedelta(days=1)

_FUTURE = UserError("FUTURE", "absentOn", "缺勤日期不能晚于今天。", "The day lies in the future.")
_TOO_OLD = UserError(
    "TOO_OLD",
    "absentOn",
    f"只能登记近{LONGEST_BACK}天的缺勤。",
    f"Absences of the last {LONGEST_BACK} days only.",
)
_NOBODY = UserError("EMPTY", "pupils", "请至少填写一名学生。", "Name at least one pupil.")


async def register_absence(context: CommandContext, values: Mapping[str, Any]) -> CommandResult:
    """Write one absence for each pupil, or say which entries to mend."""
    # Locked until the end: two lists of one school come one after the other, and the second sees the first.
    school = await context.demand("education.School", values["schoolId"])
    day: dt.date = values["absentOn"]
    pupils: list[Mapping[str, Any]] = values["pupils"]
    problems = _check_day(day, context.today) + (() if pupils else (_NOBODY,))
    if problems:
        return CommandResult(user_errors=problems)
    ids = [pupil["childId"] for pupil in pupils]
    enrolments = await context.find(
        "education.Enrolment", school_id=school["id"], child_id=ids, status="ENROLLED"
    )
    regions = {row["child_id"]: row["region_code"] for row in enrolments if _holds(row, context.today)}
    visible = {row["id"] for row in await context.find("core.Person", id=ids)}
    absent = await context.read_facts("education.Absence", child_id=ids)
    problems = _check_pupils(
        ids, regions.keys() & visible, {r["child_id"] for r in absent if r["absent_on"] == day}
    )
    if problems:
        return CommandResult(user_errors=problems)
    made = await context.insert_many(
        "education.Absence",
        [
            {
                "child_id": pupil["childId"],
                "school_id": school["id"],
                "absent_on": day,
                "reason": pupil["reason"],
                "note": pupil["note"],
                "region_code": regions[pupil["childId"]],
            }
            for pupil in pupils
        ],
    )
    context.emit("education.absence", ids, ["child_id", "school_id", "absent_on", "reason"])
    for pupil in pupils:
        context.record("E3", "education.absence", pupil["childId"])
        if pupil["reason"] == "UNEXPLAINED":
            earlier = {
                r["absent_on"]
                for r in absent
                if r["child_id"] == pupil["childId"] and r["reason"] == "UNEXPLAINED"
            }
            if becomes_long(earlier, day):
                context.emit("education.absence_long", [pupil["childId"]])
                context.record("E4", "education.absence_long", pupil["childId"])
    return CommandResult({"absences": made})


def becomes_long(earlier: Set[dt.date], day: dt.date) -> bool:
    """Does `day` complete a run of three school days that no earlier run already had?

    School days are Monday to Friday, and any day for which an absence is registered: schools make up for
    holidays on weekends. Holidays themselves are not known here and break a run.
    """
    before, after = _count_run(earlier, day, -_DAY), _count_run(earlier, day, _DAY)
    return before + 1 + after >= LONG_ABSENCE and before < LONG_ABSENCE and after < LONG_ABSENCE


def _count_run(days: Set[dt.date], start: dt.date, step: dt.timedelta) -> int:
    """Absences in a row next to `start`, in one direction; free weekends are skipped."""
    count, day = 0, start + step
    while day in days or day.weekday() >= _SATURDAY:
        count += day in days
        day += step
    return count


def _holds(row: Mapping[str, Any], day: dt.date) -> bool:
    return bool(row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] > day))


def _check_day(day: dt.date, today: dt.date) -> tuple[UserError, ...]:
    if day > today:
        return (_FUTURE,)
    return (_TOO_OLD,) if (today - day).days > LONGEST_BACK else ()


def _check_pupils(
    ids: list[uuid.UUID], known: Set[uuid.UUID], registered: Set[uuid.UUID]
) -> tuple[UserError, ...]:
    """Every entry that is wrong, by its index. Hidden, unknown and not enrolled are one answer."""
    found: list[UserError] = []
    for index, one in enumerate(ids):
        field = f"pupils.{index}.childId"
        if one in ids[:index]:
            found.append(
                UserError("TWICE", field, "该学生重复填写。", "This pupil stands in the list twice.")
            )
        elif one not in known:
            found.append(
                UserError("NOT_A_PUPIL", field, "不是本校在读学生。", "This is no pupil of the school today.")
            )
        elif one in registered:
            found.append(
                UserError("REGISTERED", field, "该学生当日缺勤已登记。", "Registered for that day already.")
            )
    return tuple(found)


REGISTER_ABSENCE = MutationSpec(
    name="registerAbsence",
    inputs=(
        InputField("schoolId", Scalar.ID, refers_to="School", zh="学校", en="School"),
        InputField("absentOn", Scalar.DATE, zh="缺勤日期", en="Day, within the last 30"),
        InputField(
            "pupils",
            is_list=True,
            max_length=MOST_PUPILS,
            zh="缺勤学生（至多500名）",
            en="Pupils who were missing, at most 500",
            of=(
                InputField("childId", Scalar.ID, refers_to="Child", zh="学生", en="Pupil"),
                InputField("reason", Scalar.ENUM, enum="AbsenceReason", zh="原因", en="Reason"),
                InputField("note", required=False, max_length=500, zh="备注", en="Note"),
            ),
        ),
    ),
    payload=(PayloadField("absences", "Absence", is_list=True, zh="缺勤", en="The absences"),),
    handler=register_absence,
    owner="education",
    zh="登记缺勤",
    en="Register absences",
    clause="E3",
    needs=(("education.Absence", "create"),),
    facts=("education.Absence",),
)

MUTATIONS = (REGISTER_ABSENCE,)
