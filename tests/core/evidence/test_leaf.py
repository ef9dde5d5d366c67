"""What one event leaves in the log."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.core.errors import InputError, IntegrityError
from openiru.core.events import EventType
from openiru.core.evidence.jcs import Json, jcs
from openiru.core.evidence.leaf import (
    Events,
    Leaf,
    commit,
    commit_texts,
    leaf_hash,
    make_leaf,
    make_leaves,
    members,
    opens,
    parse_rfc3339,
    read_leaf,
    rfc3339,
)
from openiru.core.vocabulary import Environment

NOON = datetime(2026, 1, 2, 12, 0, 0, 7, tzinfo=UTC)
SALT = bytes(range(32))
PAYLOAD: Json = {"items": 3, "reason": "izmišljeno"}
PARTS: dict[str, Any] = {
    "type": EventType.CONTRIBUTED,
    "environment": Environment.DEMO,
    "occurred_at": NOON,
    "recorded_at": NOON + timedelta(seconds=1),
    "actor": "p-7f3a",
    "subject": "0193a3b2-0000-7000-8000-000000000001",
    "commitment": commit(SALT, PAYLOAD),
    "rows": {"intake_contribution:b": "b" * 64, "intake_contribution:a": "a" * 64},
}

tokens = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,40}", fullmatch=True)
rows = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_.]{0,10}:[A-Za-z0-9][A-Za-z0-9_.:,-]{0,20}", fullmatch=True),
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    max_size=5,
)
moments = st.datetimes(
    min_value=datetime(1000, 1, 3),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001 - as above
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(-timedelta(minutes=90))]),
)


def leaf(**changes: object) -> Leaf:
    return make_leaf(**{**PARTS, **changes})


def test_the_body_is_the_canonical_json_of_the_nine_members() -> None:
    assert leaf().body == jcs(
        {
            "v": 1,
            "type": "intake.contributed",
            "environment": "demo",
            "occurred_at": "2026-01-02T12:00:00.000007Z",
            "recorded_at": "2026-01-02T12:00:01.000007Z",
            "actor": "p-7f3a",
            "subject": "0193a3b2-0000-7000-8000-000000000001",
            "payload": commit(SALT, PAYLOAD),
            "rows": {"intake_contribution:a": "a" * 64, "intake_contribution:b": "b" * 64},
        }
    )


def test_the_hash_is_that_of_a_leaf_of_rfc_6962() -> None:
    made = leaf()
    assert made.hash == sha256(b"\x00" + made.body).digest() == leaf_hash(made.body)


@settings(deadline=None)
@given(st.sampled_from(EventType), st.sampled_from(Environment), moments, moments, tokens, tokens, rows)
def test_the_text_put_together_by_hand_is_the_canonical_one(
    kind: EventType,
    environment: Environment,
    at: datetime,
    then: datetime,
    actor: str,
    subject: str,
    named: dict[str, str],
) -> None:
    made = leaf(
        type=kind,
        environment=environment,
        occurred_at=at,
        recorded_at=then,
        actor=actor,
        subject=subject,
        rows=named,
    )
    assert made.body == jcs(
        {
            "v": 1,
            "type": kind,
            "environment": environment,
            "occurred_at": rfc3339(at),
            "recorded_at": rfc3339(then),
            "actor": actor,
            "subject": subject,
            "payload": PARTS["commitment"],
            "rows": named,
        }
    )
    record = read_leaf(made.body)
    assert (record.type, record.environment, record.occurred_at, record.recorded_at) == (
        kind,
        environment,
        at,
        then,
    )
    assert (record.actor, record.subject, record.rows) == (actor, subject, named)


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": "Ana Anić"},
        {"actor": "ana@example.org"},
        {"actor": ""},
        {"subject": "https://example.org/x"},
        {"subject": 'x","v":2'},
        {"subject": "x\n"},
        {"rows": {"item:1": "short"}},
        {"rows": {"item:1": "A" * 64}},
        {"rows": {"https://example.org/": "a" * 64}},
        {"rows": {"item:1": "a" * 64, "Item:2": "a" * 64}},
        {"commitment": "the payload itself"},
        {"type": "contributed"},
        {"occurred_at": datetime(2026, 1, 2)},  # noqa: DTZ001 - a time without a zone is what is refused
    ],
    ids=repr,
)
def test_what_could_carry_a_name_an_address_or_a_forged_member_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        leaf(**changes)


def test_an_environment_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="staging"):
        leaf(environment="staging")


def test_the_payload_opens_the_leaf_only_with_its_own_salt() -> None:
    record = read_leaf(leaf().body)
    assert opens(record, SALT, PAYLOAD)
    assert not opens(record, bytes(32), PAYLOAD)
    assert not opens(record, SALT, {"items": 4, "reason": "izmišljeno"})


@given(st.lists(st.tuples(st.binary(min_size=32, max_size=32), st.text(max_size=200)), max_size=4))
def test_the_commitments_of_a_batch_are_hmacs(events: list[tuple[bytes, str]]) -> None:
    found = commit_texts([salt for salt, _ in events], [text for _, text in events])
    assert found == [hmac.new(salt, text.encode(), "sha256").hexdigest() for salt, text in events]


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(InputError):
        commit_texts([bytes(32), bytes(31)], ["{}", "{}"])
    with pytest.raises(InputError, match="32 bytes"):
        commit(b"short", PAYLOAD)


@settings(deadline=None)
@given(moments)
def test_one_moment_has_one_spelling_and_comes_back(moment: datetime) -> None:
    assert parse_rfc3339(rfc3339(moment)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02T12:00:00Z",
        "2026-01-02T12:00:00.1Z",
        "2026-01-02T12:00:00.000000+00:00",
        "2026-1-2T12:00:00.000000Z",
        "2026-02-30T12:00:00.000000Z",
        "2026-01-02T24:00:00.000000Z",
        "2026-01-02T12:00:60.000000Z",
        "\u0662026-01-02T12:00:00.000000Z",
        "",
    ],
)
def test_other_spellings_of_a_time_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_rfc3339(text)


@pytest.mark.parametrize(
    "edit",
    [
        lambda body: body.replace(b'"v":1', b'"v":2'),
        lambda body: body.replace(b'"v":1', b'"v":true'),
        lambda body: body.replace(b'"demo"', b'"staging"'),
        lambda body: body.replace(b'"demo"', b"[]"),
        lambda body: body.replace(b'"actor":"p-7f3a"', b'"actor":7'),
        lambda body: body.replace(b'"actor"', b'"Actor"'),
        lambda body: body.replace(b".000007Z", b"Z"),
        lambda body: body + b" ",
        lambda body: body[:-1],
        lambda _: b"[]",
        lambda _: b"\xff",
        lambda body: body[: body.index(b'"rows"')] + b'"rows":[],"subject":"x","type":"a.b","v":1}',
    ],
)
def test_a_body_that_is_not_a_leaf_is_named_and_not_read(edit: Any) -> None:
    with pytest.raises(IntegrityError) as caught:
        read_leaf(edit(leaf().body), where="leaf 12")
    assert caught.value.where == "leaf 12"


@given(
    st.lists(st.tuples(tokens, rows, st.sampled_from(list(EventType))), max_size=4), moments, moments, tokens
)
def test_a_batch_of_leaves_is_the_leaves_one_by_one(
    events: list[tuple[str, dict[str, str], EventType]], business: datetime, wall: datetime, actor: str
) -> None:
    shared: dict[str, Any] = {
        "environment": Environment.DEMO,
        "occurred_at": business,
        "recorded_at": wall,
        "actor": actor,
    }
    batch = make_leaves(
        Events(
            [kind.value for _, _, kind in events],
            [subject for subject, _, _ in events],
            [PARTS["commitment"]] * len(events),
            [members(named) for _, named, _ in events],
        ),
        **shared,
    )
    alone = [
        make_leaf(type=kind.value, subject=subject, commitment=PARTS["commitment"], rows=named, **shared)
        for subject, named, kind in events
    ]
    assert batch.bodies == [one.body.decode() for one in alone]
    assert batch.hashes == [one.hash.hex() for one in alone]


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("subject", "a name with spaces"),
        ("subject", "two\nlines"),
        ("subject", "a line\n"),
        ("subject", ""),
        ("commitment", "f" * 64 + "\n" + "f" * 64),
        ("commitment", "f" * 63),
        ("type", "Not.a type"),
        ("rows", {"A:1": "a" * 64}),
        ("rows", {"a:1": "A" * 64}),
        ("rows", {'a:1":"' + "a" * 64 + '","b:2': "b" * 64}),
    ],
)
def test_a_batch_refuses_what_one_leaf_refuses(part: str, wrong: object) -> None:
    parts = {name: PARTS[name] for name in ("type", "subject", "commitment", "rows")} | {part: wrong}
    shared = {name: PARTS[name] for name in ("environment", "occurred_at", "recorded_at", "actor")}
    with pytest.raises(InputError):
        make_leaves(
            Events([parts["type"]], [parts["subject"]], [parts["commitment"]], [members(parts["rows"])]),
            **shared,
        )
    with pytest.raises(InputError):
        make_leaf(**parts, **shared)
