"""Identity numbers, their blind index, the key of that index, and the order of Chinese names."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinfold.demo.names import _HOMOPHONES
from kinfold.graph.person.id_number import (
    IdNumberFault,
    build_id_number,
    compute_check_digit,
    find_id_number_faults,
    normalise_id_number,
    read_sex,
)
from kinfold.graph.person.sort_key import read_sound, sort_key
from kinfold.privacy.blind_index import BlindIndex, KeyUnusable, load_or_create_key

TODAY = dt.date(2026, 9, 1)
DEMO = "370999"
# Published examples of the standard's arithmetic, the demo division in place of theirs where it is ours to choose.
PUBLISHED = ("34052419800101001X", "11010519491231002X", "440524188001010014", "513101198201130014")


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_examples_have_the_check_digit_that_we_compute(number: str) -> None:
    assert compute_check_digit(number[:17]) == number[17]


births = st.dates(min_value=dt.date(1900, 1, 1), max_value=TODAY)


@given(births, st.integers(0, 999))
def test_a_built_number_is_valid_and_tells_the_sex(birth: dt.date, sequence: int) -> None:
    number = build_id_number(DEMO, birth, sequence)
    assert find_id_number_faults(number, TODAY) == ()
    assert read_sex(number) == ("MALE" if sequence % 2 else "FEMALE")


@given(births, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(birth: dt.date, sequence: int, place: int, shift: int) -> None:
    number = build_id_number(DEMO, birth, sequence)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert find_id_number_faults(wrong, TODAY)


@given(births, st.integers(0, 999), st.integers(0, 15))
def test_two_digits_exchanged_are_always_noticed(birth: dt.date, sequence: int, place: int) -> None:
    number = build_id_number(DEMO, birth, sequence)
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (wrong == number) or find_id_number_faults(wrong, TODAY)


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ("", (IdNumberFault.LENGTH,)),
        ("370999160418001", (IdNumberFault.LENGTH,)),
        ("37099920160418001A", (IdNumberFault.CHARACTER,)),
        ("3709992016041800X1", (IdNumberFault.CHARACTER,)),
        ("37099920160230001" + compute_check_digit("37099920160230001"), (IdNumberFault.BIRTH_DATE,)),
        ("37099920260902001" + compute_check_digit("37099920260902001"), (IdNumberFault.BIRTH_DATE,)),
        ("37099918790101001" + compute_check_digit("37099918790101001"), (IdNumberFault.BIRTH_DATE,)),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(typed: str, faults: tuple[IdNumberFault, ...]) -> None:
    assert find_id_number_faults(typed, TODAY) == faults


def test_both_faults_of_a_number_are_named() -> None:
    body = "37099920160230001"
    wrong = "0" if compute_check_digit(body) != "0" else "1"
    assert find_id_number_faults(body + wrong, TODAY) == (IdNumberFault.BIRTH_DATE, IdNumberFault.CHECK_DIGIT)


def test_every_spelling_of_a_number_has_the_same_index() -> None:
    number = next(
        n for s in range(999) if (n := build_id_number(DEMO, dt.date(2016, 4, 18), s)).endswith("X")
    )
    wide = "".join(chr(ord("０") + int(d)) if d.isdigit() else "ｘ" for d in number)
    spellings = (number, number.lower(), wide, f" {number[:6]} {number[6:14]}-{number[14:]} ")
    index = BlindIndex(bytes(range(32)))
    assert {normalise_id_number(s) for s in spellings} == {number}
    assert {index.index(s) for s in spellings} == {index.index(number)}
    assert len(index.index(number)) == 16
    assert BlindIndex(bytes(32)).index(number) != index.index(number), "the key must matter"
    assert index.index(build_id_number(DEMO, dt.date(2016, 4, 19), 1)) != index.index(number)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(KeyUnusable):
        BlindIndex(bytes(length))


def test_the_key_is_made_once_with_mode_0600(tmp_path: Path) -> None:
    key = load_or_create_key(tmp_path, "blind-index")
    path = tmp_path / "keys" / "blind-index.key"
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert load_or_create_key(tmp_path, "blind-index") == key
    assert load_or_create_key(tmp_path, "other") != key
    assert sorted(p.name for p in path.parent.iterdir()) == ["blind-index.key", "other.key"]


def test_a_damaged_or_open_key_file_is_refused_and_kept(tmp_path: Path) -> None:
    load_or_create_key(tmp_path, "blind-index")
    path = tmp_path / "keys" / "blind-index.key"
    path.chmod(0o644)
    with pytest.raises(KeyUnusable):
        load_or_create_key(tmp_path, "blind-index")
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(KeyUnusable):
        load_or_create_key(tmp_path, "blind-index")
    assert path.read_bytes() == b"short"


def test_processes_that_begin_together_end_with_one_key(tmp_path: Path) -> None:
    # Each waits for a file, so that they meet at the same moment.
    program = (
        "import pathlib, sys, time\n"
        "from kinfold.privacy.blind_index import load_or_create_key\n"
        "root = pathlib.Path(sys.argv[1])\n"
        "print(flush=True)\n"
        "while not (root / 'go').exists(): pass\n"
        "print(load_or_create_key(root, 'blind-index').hex())\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    (tmp_path / "go").touch()
    keys = {process.communicate(timeout=60)[0] for process in started}
    assert len(keys) == 1
    assert keys == {(tmp_path / "keys" / "blind-index.key").read_bytes().hex() + "\n"}
    assert os.listdir(tmp_path / "keys") == ["blind-index.key"]


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("单建国", "shan4 jian4 guo2"), ("曾秀英", "zeng1 xiu4 ying1"), ("仇伟", "qiu2 wei3"),
        ("解军", "xie4 jun1"), ("区燕", "ou1 yan4"), ("查丽", "zha1 li4"), ("尉迟恭", "yu4 chi2 gong1"),
        ("万俟明", "mo4 qi2 ming2"), ("盖强", "ge3 qiang2"), ("任红", "ren2 hong2"), ("华罗", "hua4 luo2"),
        ("吕布", "lv3 bu4"), ("王单", "wang2 dan1"), ("张𬭎", "zhang1 hong2"), ("王子涵", "wang2 zi3 han2"),
    ],
)  # fmt: skip
def test_names_are_read_as_names(name: str, sound: str) -> None:
    assert sort_key(name) == f"{sound}  {name}"
    assert read_sound(sort_key(name)) == sound


def test_the_generators_homophones_sound_alike() -> None:
    for group in _HOMOPHONES:
        assert len({read_sound(sort_key(f"王{character}")) for character in group}) == 1, group


def test_the_keys_bytes_put_names_in_the_order_of_a_directory() -> None:
    wanted = ["安娜", "曾伟", "曾玮", "单丽", "张三", "张三丰", "张伞", "张伞伞", "张衫", "赵一"]
    # Tone before the next syllable: 三 sān, 伞 sǎn, 衫 shān; equal sound by code point.
    given_order = sorted(wanted, key=lambda name: sort_key(name).encode())
    assert given_order == [
        "安娜", "单丽", "曾伟", "曾玮", "张三", "张三丰", "张伞", "张伞伞", "张衫", "赵一"
    ]  # fmt: skip


@given(st.text(max_size=12))
def test_every_text_has_a_key_that_tells_it_apart(text: str) -> None:
    assert sort_key(text).endswith(f"  {text}")


def test_a_million_names_take_less_than_ten_seconds() -> None:
    surnames = "王张李刘孙赵陈徐杨于马高尹武阴汪雷单曾解"
    given_names = [
        a + b for a in "子梓涵浩宇轩欣怡诺伟磊娜建国秀英" for b in "军霞佳文静明红平杰勇丽志辰彤瑶慧"
    ]
    names = [surname + name for surname in surnames for name in given_names]
    began = time.perf_counter()
    done = 0
    while done < 1_000_000:
        for name in names:
            sort_key(name)
        done += len(names)
    assert time.perf_counter() - began < 10
