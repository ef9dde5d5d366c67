"""A ledger export, and the program of one file that checks it."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openiru.core.evidence import export, verify_export
from openiru.core.evidence.checkpoint import Checkpoint, PublicKey, sign_note
from openiru.core.evidence.jcs import jcs
from openiru.core.evidence.leaf import Leaf, commit, make_leaf
from openiru.core.evidence.tree import Frontier, root_of
from openiru.core.vocabulary import Environment

ORIGIN = "demo.invalid/ledger"
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = PublicKey(ORIGIN, SECRET.public_key().public_bytes_raw())
START = datetime(2026, 1, 2, tzinfo=UTC)
SIZES = (0, 1, 7, 19, 40)


def salt(number: int) -> bytes:
    return number.to_bytes(32, "big")


def event(number: int, environment: Environment = Environment.DEMO) -> Leaf:
    return make_leaf(
        type="intake.contributed",
        environment=environment,
        occurred_at=START + timedelta(minutes=number),
        recorded_at=START + timedelta(seconds=number),
        actor="p-1",
        subject=f"item-{number}",
        commitment=commit(salt(number), {"number": number}),
        rows={f"intake_contribution:{number}": f"{number:064x}"},
    )


def checkpoint(leaves: list[Leaf], *, origin: str = ORIGIN) -> bytes:
    text = Checkpoint(origin, len(leaves), root_of(leaf.hash for leaf in leaves), START).text()
    return sign_note(text, KEY, SECRET.sign(text.encode())).to_bytes()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of 42 leaves, five checkpoints and three openings."""
    place = tmp_path_factory.mktemp("export")
    leaves = [event(number) for number in range(42)]
    openings = [export.Opening(number, salt(number), jcs({"number": number})) for number in (0, 5, 41)]
    write = {
        export.ABOUT: [export.about(origin=ORIGIN, environment=Environment.DEMO, size=42, key=str(KEY))],
        export.LEAVES: export.leaf_lines(leaf.body for leaf in leaves),
        export.CHECKPOINTS: export.checkpoint_parts(checkpoint(leaves[:size]) for size in SIZES),
        export.OPENINGS: export.opening_lines(openings),
    }
    for name, parts in write.items():
        (place / name).write_bytes(b"".join(parts))
    shutil.copy(verify_export.__file__, place / export.VERIFIER)
    return place


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "export")
    return tmp_path / "export"


def test_a_sound_export_holds_with_everything_checked(sound: Path) -> None:
    result = verify_export.check(sound, str(KEY))
    assert (result.broken, result.unchecked, result.exit_code) == ([], [], 0)
    assert (result.leaves, result.checkpoints, result.signed, result.opened, result.covered) == (
        42,
        5,
        5,
        3,
        40,
    )
    frontier = Frontier()
    frontier.extend(event(number).hash for number in range(42))
    assert result.root == frontier.root().hex()


def test_it_runs_alone_without_the_rest_of_the_house(sound: Path) -> None:
    ran = subprocess.run(  # noqa: S603 - our own interpreter and our own file
        [sys.executable, "-I", "-S", str(sound / export.VERIFIER), str(sound), "--key", str(KEY)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 3, ran.stderr
    assert "42 leaves, none changed" in ran.stdout
    assert "signatures not checked: the package cryptography is not installed" in ran.stdout
    assert "that what people recorded was true" in ran.stdout


def test_it_says_when_the_key_came_from_the_export_itself(sound: Path) -> None:
    result = verify_export.check(sound)
    assert result.signed == 5
    assert result.exit_code == 3
    assert "taken from the export itself" in verify_export.in_words(result)


def test_its_answer_can_be_read_by_a_program(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = verify_export.main([str(sound), "--key", str(KEY), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["exit_code"], answer["leaves"], answer["broken"]) == (0, 0, 42, [])


def test_wrong_usage_is_told_apart_from_a_broken_export(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        verify_export.main([])
    assert stopped.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_directory_that_is_no_export_is_an_answer_and_not_a_crash(tmp_path: Path) -> None:
    assert verify_export.check(tmp_path).exit_code == 1


def test_a_log_signed_with_another_key_is_found_out(sound: Path) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    result = verify_export.check(sound, str(PublicKey(ORIGIN, other)))
    assert result.broken[0] == f"checkpoint 1: {ORIGIN} has not signed it"


def test_a_history_rewritten_as_a_whole_is_found_out_by_the_checkpoints(copy: Path) -> None:
    bodies = [event(number if number != 3 else 99).body for number in range(42)]
    (copy / export.LEAVES).write_bytes(b"".join(export.leaf_lines(bodies)))
    result = verify_export.check(copy, str(KEY))
    assert [text for text in result.broken if text.startswith("checkpoint")] == [
        f"checkpoint {number}: the first {size} leaves do not give its root"
        for number, size in enumerate(SIZES, 1)
        if size > 3
    ]


def test_a_leaf_of_an_exercise_in_a_demo_log_is_found_out(copy: Path) -> None:
    leaves = [
        event(number, Environment.EXERCISE if number == 2 else Environment.DEMO) for number in range(42)
    ]
    (copy / export.LEAVES).write_bytes(b"".join(export.leaf_lines(leaf.body for leaf in leaves)))
    (copy / export.CHECKPOINTS).write_bytes(b"".join(export.checkpoint_parts([checkpoint(leaves)])))
    assert verify_export.check(copy, str(KEY)).broken == [
        "leaf 2: it comes from an instance of another kind ('exercise')",
        "checkpoint 1: the first 42 leaves do not give its root",
    ]


def test_a_log_that_shrinks_or_is_of_somebody_else_is_found_out(copy: Path) -> None:
    leaves = [event(number) for number in range(42)]
    notes = [
        checkpoint(leaves[:9]),
        checkpoint(leaves[:4]),
        checkpoint(leaves, origin="other.invalid/ledger"),
    ]
    (copy / export.CHECKPOINTS).write_bytes(b"".join(export.checkpoint_parts(notes)))
    said = " ".join(verify_export.check(copy, str(KEY)).broken)
    assert "checkpoint 2: it is smaller than the one before" in said
    assert "checkpoint 3: it is of another log" in said


def test_the_last_leaves_of_a_log_cannot_be_cut_off(copy: Path) -> None:
    lines = (copy / export.LEAVES).read_bytes().splitlines(keepends=True)
    (copy / export.LEAVES).write_bytes(b"".join(lines[:30]))
    said = " ".join(verify_export.check(copy, str(KEY)).broken)
    assert "30 leaves, but about.json says 42" in said
    assert "it covers 40 leaves, the export has only 30" in said


def test_a_payload_that_was_not_the_recorded_one_is_found_out(copy: Path) -> None:
    forged = export.Opening(5, salt(5), jcs({"number": 6}))
    (copy / export.OPENINGS).write_bytes(b"".join(export.opening_lines([forged])))
    assert verify_export.check(copy, str(KEY)).broken == [
        "openings.jsonl, line 1: the payload is not what leaf 5 committed to"
    ]


def test_text_from_outside_does_not_reach_the_terminal_raw(copy: Path) -> None:
    text = Checkpoint("x\u202e\u009b2J", 0, root_of([]), START).text()
    note = sign_note(text, KEY, SECRET.sign(text.encode())).to_bytes()
    (copy / export.CHECKPOINTS).write_bytes(b"".join(export.checkpoint_parts([note])))
    words = verify_export.in_words(verify_export.check(copy, str(KEY)))
    assert "of another log" in words
    assert all(sign.isprintable() or sign == "\n" for sign in words)


Edit = Callable[[bytes, random.Random], bytes]


def flip(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def delete(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def insert(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return b"".join(lines)


def swap(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = rng.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def undetected(place: Path, rounds: int) -> Iterator[str]:
    """Changes of leaves and checkpoints that were not found out (there should be none)."""
    rng = random.Random(2)  # noqa: S311 - a sample, not a secret
    edits: tuple[Edit, ...] = (flip, delete, insert, swap)
    for round_ in range(rounds):
        name = rng.choice([export.LEAVES, export.CHECKPOINTS])
        edit = edits[round_ % 4]
        whole = (place / name).read_bytes()
        changed = edit(whole, rng)
        if changed == whole:
            continue
        (place / name).write_bytes(changed)
        if not verify_export.check(place, str(KEY)).broken:
            yield f"{edit.__name__} in {name}, round {round_}"
        (place / name).write_bytes(whole)


def test_every_change_of_a_seeded_sample_is_found_out(copy: Path) -> None:
    assert list(undetected(copy, 240)) == []


def test_a_signature_line_repeated_is_found_out(copy: Path) -> None:
    lines = (copy / export.CHECKPOINTS).read_bytes().splitlines(keepends=True)
    (copy / export.CHECKPOINTS).write_bytes(b"".join([*lines, lines[-1]]))
    assert verify_export.check(copy, str(KEY)).broken == ["checkpoint 5: a signature line stands there twice"]


@pytest.mark.campaign
def test_every_line_of_the_checkpoints_deleted_doubled_or_exchanged_is_found_out(copy: Path) -> None:
    whole = (copy / export.CHECKPOINTS).read_bytes()
    lines = whole.splitlines(keepends=True)
    count = len(lines)
    changes = [lines[:at] + lines[at + 1 :] for at in range(count)]
    changes += [[*lines[:at], line, *lines[at:]] for at in range(count + 1) for line in lines]
    for one in range(count):
        for other in range(one + 1, count):
            swapped = list(lines)
            swapped[one], swapped[other] = lines[other], lines[one]
            changes.append(swapped)
    missed = []
    for change in changes:
        (copy / export.CHECKPOINTS).write_bytes(b"".join(change))
        if change != lines and not verify_export.check(copy, str(KEY)).broken:
            missed.append(change)
    assert len(changes) > 1_500
    assert missed == []


@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_every_one_of_30_000_changes_is_found_out(copy: Path) -> None:
    assert list(undetected(copy, 30_000)) == []
