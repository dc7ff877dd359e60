"""T-02: what the draft of GraphQL over HTTP and RFC 9110 ask beyond the audit suite. One case, one sentence.

In:  a running server. Out: exact statuses, and the header that each of them has to come with.
"""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from zoneinfo import ZoneInfo

import pytest
from kinfold.testing.server import RunningKinfold
from wire import NEW, OLD, TYPENAME, Wire, read_answer

SCHOOL = "School:370983:0190a000-0000-7000-8000-000000000001"
CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
ABSENCE = "mutation A($input: RegisterAbsenceInput!) { registerAbsence(input: $input) { absences { id } } }"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_is_405_and_told_which_one_there_is(wire: Wire, method: str) -> None:
    heard = wire.send(b"", method=method)
    assert (heard.status, heard.headers["allow"]) == (405, "POST")
    assert heard.content == b"" if method == "HEAD" else heard.code == "T105"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, OLD),
        ("*/*", OLD),
        ("application/json", OLD),
        ("APPLICATION/JSON", OLD),
        (NEW, NEW),
        (f"{NEW}, application/json", NEW),
        (f"application/json, {NEW}", NEW),
        (f"{NEW};q=0.4, application/json;q=0.5", OLD),
        (f"{NEW};q=0, application/json", OLD),
        (f"text/html, {NEW};q=0.1", NEW),
        (f"{NEW}; charset=utf-8, application/json;q=0.9", NEW),
        ("application/json;q=0, */*", NEW),
        (f"{NEW};q=0.2, */*;q=0.1", NEW),
    ],
)
def test_the_media_type_is_the_one_that_is_liked_best(wire: Wire, accept: str | None, media: str) -> None:
    heard = wire.send(headers={"accept": accept} if accept else {})
    assert (heard.status, heard.media) == (200, f"{media}; charset=utf-8")


@pytest.mark.parametrize(
    "accept", ["text/html", f"{NEW};q=0, {OLD};q=0", f"{NEW};q=0", "text/*", f"{NEW};q=high"]
)
def test_no_acceptable_media_type_is_406(wire: Wire, accept: str) -> None:
    heard = wire.send(headers={"accept": accept})
    assert (heard.status, heard.code) == (406, "T106")


@pytest.mark.parametrize(
    "content_type",
    [None, "", "application/graphql", "application/jsonp", "text/json", "application/json; charset=utf-16"],
)
def test_another_content_type_is_415_and_told_which_one_is_taken(
    wire: Wire, content_type: str | None
) -> None:
    heard = wire.send(headers={} if content_type is None else {"content-type": content_type}, json_type=False)
    assert (heard.status, heard.code, heard.headers["accept"]) == (415, "T101", OLD)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", 'application/json; charset="UTF-8"', "application/json;v=1"],
)
def test_json_is_taken_however_it_is_written(wire: Wire, content_type: str) -> None:
    assert wire.send(headers={"content-type": content_type}).status == 200


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br", "gzip, identity"])
def test_a_compressed_request_is_415_and_told_that_none_is_taken(wire: Wire, coding: str) -> None:
    heard = wire.send(headers={"content-encoding": coding})
    assert (heard.status, heard.code, heard.headers["accept-encoding"]) == (415, "T116", "identity")


def test_a_body_declared_too_large_is_413_before_it_is_sent(wire: Wire) -> None:
    with wire.open_line() as line:
        line.sendall(wire.head(length=64 * 1024 + 1))
        started = time.perf_counter()
        heard = read_answer(line)
        assert (heard.status, heard.code) == (413, "T102")
        assert time.perf_counter() - started < 1
    largest = TYPENAME + b" " * (64 * 1024 - len(TYPENAME))
    assert wire.send(largest).status == 200


def test_a_body_without_length_is_413_as_soon_as_it_is_too_large(wire: Wire) -> None:
    with wire.open_line() as line:
        line.sendall(wire.head([("transfer-encoding", "chunked")]))
        for _ in range(5):
            line.sendall(b"4000\r\n" + b" " * 0x4000 + b"\r\n")
        heard = read_answer(line)  # the last chunk was never sent
    assert (heard.status, heard.code) == (413, "T102")


def test_a_body_in_pieces_is_put_together(wire: Wire) -> None:
    with wire.open_line() as line:
        line.sendall(wire.head(length=len(TYPENAME)))
        for byte in TYPENAME[:-1]:
            line.sendall(bytes([byte]))
        time.sleep(0.1)
        line.sendall(TYPENAME[-1:])
        assert read_answer(line).status == 200


def test_a_body_that_never_ends_is_408_and_the_line_is_closed(wire: Wire) -> None:
    with wire.open_line() as line:
        started = time.perf_counter()
        line.sendall(wire.head(length=100) + b'{"query":')
        heard = read_answer(line)
        assert 4.5 < time.perf_counter() - started < 6
        assert (heard.status, heard.code, heard.headers["connection"]) == (408, "T111", "close")
        assert line.recv(1) == b""


@pytest.mark.parametrize(
    ("request_body", "code"),
    [
        ({"query": "{"}, "D101"),
        ({"query": "{ nobodyAskedForThis }"}, "D102"),
        ({"query": "query A { __typename } query B { __typename }"}, "D104"),
        ({"query": "query Q($id: ID!) { child(id: $id) { id } }"}, "D105"),
        ({"query": '{ region(code: "37x") { name } }'}, "Q105"),
    ],
)
def test_a_wrong_document_is_400_in_the_newer_media_type_and_200_in_the_older(
    wire: Wire, request_body: dict[str, str], code: str
) -> None:
    body = json.dumps(request_body).encode()
    newer, older = (wire.send(body, {"accept": media}) for media in (NEW, OLD))
    assert (newer.status, older.status) == (400, 200)
    assert newer.code == older.code
    assert newer.code == code
    assert "data" not in newer.body
    assert "data" not in older.body


@pytest.mark.parametrize("media", [NEW, OLD])
def test_who_may_not_ask_is_refused_by_status_in_both_media_types(wire: Wire, media: str) -> None:
    nobody = wire.send(headers={"accept": media}, signed_in=False)
    assert (nobody.status, nobody.headers["www-authenticate"]) == (401, "Bearer")
    curious = wire.send(headers={"accept": media, "purpose": "curiosity"})
    assert curious.status == 403


def test_another_change_under_a_used_key_is_422(spare: RunningKinfold) -> None:
    school, key = spare.as_("school", "education.attendance"), uuid.uuid4()
    pupils = [{"childId": CHILD, "reason": "ILLNESS"}]
    today = dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()
    given = {"schoolId": SCHOOL, "absentOn": today.isoformat(), "pupils": pupils}
    first = school.change(ABSENCE, {"input": given}, key)
    assert (first.status, len(first.data["registerAbsence"]["absences"])) == (200, 1)
    assert school.change(ABSENCE, {"input": given}, key).body == first.body
    other = {**given, "absentOn": (today - dt.timedelta(days=1)).isoformat()}
    assert school.change(ABSENCE, {"input": other}, key).status == 422


def test_hidden_cells_are_no_errors_and_the_answer_is_whole(server: RunningKinfold) -> None:
    query = "query Q($id: ID!) { child(id: $id) { name household { address } } }"
    answer = server.as_("school").ask(query, {"id": CHILD})
    assert answer.status == 200  # not 294: nothing went wrong
    assert answer.redactions
    assert "errors" not in answer.body


def test_nobody_may_keep_an_answer(wire: Wire) -> None:
    for heard in (wire.send(), wire.send(b"{"), wire.send(method="PUT")):
        assert heard.headers["cache-control"] == "no-store"
        assert heard.headers["vary"] == "accept, accept-encoding"
        assert heard.headers["x-content-type-options"] == "nosniff"
        assert heard.headers["x-trace-id"]


def test_a_read_has_no_entity_tag_and_a_condition_changes_nothing(wire: Wire) -> None:
    body = json.dumps({"query": "{ children(first: 3) { nodes { id name } } }"}).encode()
    plain = wire.send(body)
    assert "etag" not in plain.headers
    for condition in ("*", '"anything"', f'"{uuid.uuid4()}", W/"x"'):
        asked = wire.send(body, {"if-none-match": condition})
        assert (asked.status, asked.content) == (200, plain.content)
