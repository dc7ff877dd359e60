"""The citizen identity number of GB 11643-1999: six digits division, eight birth date, three sequence, a check.

In:  text as people type it. Out: its normal form, what is wrong with it, or a number made from parts.
The first six digits say where the number was first given; residence is never derived from them.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

LENGTH = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_DIGITS = frozenset("0123456789")
_EARLIEST_BIRTH = dt.date(1880, 1, 1)
# Full-width digits and letters as Chinese input methods produce them; spaces and hyphens that people insert.
_NORMAL = {ord("０") + i: str(i) for i in range(10)} | {
    ord("Ｘ"): "X", ord("ｘ"): "X", ord("x"): "X", ord("×"): "X",
    ord(" "): None, ord("\u3000"): None, ord("-"): None, ord("\t"): None,
}  # fmt: skip


class IdNumberFault(StrEnum):
    """Why a number cannot be right. No fault carries a digit of it."""

    LENGTH = "not 18 characters"
    CHARACTER = "characters other than digits, or X elsewhere than at the end"
    BIRTH_DATE = "the birth date in it does not exist or lies outside 1880 to today"
    CHECK_DIGIT = "the check digit does not fit"


def normalise_id_number(text: str) -> str:
    """The one spelling that is stored and hashed: ASCII digits, upper-case X, no blanks."""
    return text.translate(_NORMAL)


def compute_check_digit(first_seventeen: str) -> str:
    """The 18th character for 17 ASCII digits. Raises ValueError for anything else."""
    if len(first_seventeen) != LENGTH - 1 or not _DIGITS.issuperset(first_seventeen):
        raise ValueError("seventeen digits are needed")
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def find_id_number_faults(text: str, today: dt.date) -> tuple[IdNumberFault, ...]:
    """Everything that is wrong with a number in any spelling; empty when it is valid.

    A 15-digit number of before 1999 counts as wrong length: it names no century.
    """
    number = normalise_id_number(text)
    if len(number) != LENGTH:
        return (IdNumberFault.LENGTH,)
    body, check = number[:-1], number[-1]
    if not _DIGITS.issuperset(body) or check not in _CHECK:
        return (IdNumberFault.CHARACTER,)
    faults = []
    born = read_birth_date(number)
    if born is None or not _EARLIEST_BIRTH <= born <= today:
        faults.append(IdNumberFault.BIRTH_DATE)
    if compute_check_digit(body) != check:
        faults.append(IdNumberFault.CHECK_DIGIT)
    return tuple(faults)


def read_birth_date(number: str) -> dt.date | None:
    """The birth date inside a normalised number, or None if no such day exists."""
    try:
        return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def read_sex(number: str) -> str:
    """`MALE` or `FEMALE`: the last digit of the sequence is odd for men."""
    return "MALE" if int(number[16]) % 2 else "FEMALE"


def build_id_number(division: str, birth_date: dt.date, sequence: int) -> str:
    """A valid number from six digits, a date and a sequence of 0…999 (odd: male, even: female)."""
    if len(division) != 6 or not _DIGITS.issuperset(division) or not 0 <= sequence <= 999:
        raise ValueError("six digits and a sequence of at most three are needed")
    body = f"{division}{birth_date:%Y%m%d}{sequence:03d}"
    return body + compute_check_digit(body)
