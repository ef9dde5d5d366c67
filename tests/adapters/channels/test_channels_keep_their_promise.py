"""Both channels against the contract of the port, their settings, and what makes them safe."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from tests.egress.mail_servers import Inbox, honest

from openiru.adapters.channels.email import EmailChannel
from openiru.adapters.channels.transcript import TranscriptChannel
from openiru.core.errors import ConflictError, RefusedError, SettingError
from openiru.core.vocabulary import DeliveryState
from openiru.ports.channel import Attachment, Channel
from openiru.ports.testkit.channel import ChannelContract, example_letter


def _mail_config(port: int, **more: str) -> dict[str, str]:
    return {
        "environment": "demo",
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port),
        "smtp_tls": "none",
        "smtp_timeout": "5",
        "sender_address": "outbox@unit.example",
        **more,
    }


class TestEmailHoldsTheContract(ChannelContract):
    inbox: Inbox
    port: int

    @pytest.fixture(autouse=True)
    def far_end(self) -> Iterator[None]:
        self.inbox = Inbox()
        with honest(self.inbox) as self.port:
            yield

    def working(self) -> Channel:
        return EmailChannel.build(_mail_config(self.port))

    def broken(self) -> Channel:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            return EmailChannel.build(_mail_config(int(closed.getsockname()[1])))

    def arrived(self) -> list[bytes]:
        return [content for _, _, content in self.inbox.mails]


class TestTranscriptHoldsTheContract(ChannelContract):
    folder: Path

    @pytest.fixture(autouse=True)
    def far_end(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "out"

    def working(self) -> Channel:
        return TranscriptChannel.build({"environment": "exercise", "directory": str(self.folder)})

    def broken(self) -> Channel:
        self.folder.with_name("file").write_text("a file, not a folder")
        return TranscriptChannel.build(
            {"environment": "demo", "directory": str(self.folder.with_name("file") / "out")}
        )

    def arrived(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.folder.glob("*.eml"))]


def _transcript(folder: Path) -> TranscriptChannel:
    return TranscriptChannel.build(
        {"environment": "demo", "directory": str(folder), "sender_address": "outbox@unit.example"}
    )


def test_a_transcript_is_byte_for_byte_what_the_mail_is(tmp_path: Path) -> None:
    inbox = Inbox()
    with honest(inbox) as port:
        EmailChannel.build(_mail_config(port)).send(example_letter())
    _transcript(tmp_path).send(example_letter())
    assert [content for _, _, content in inbox.mails] == [next(tmp_path.glob("*.eml")).read_bytes()]


def test_the_visible_sender_is_the_unit_and_bounces_go_to_the_mailbox() -> None:
    inbox = Inbox()
    with honest(inbox) as port:
        EmailChannel.build(_mail_config(port)).send(replace(example_letter(), reply_to="desk@unit.example"))
    ((envelope_sender, recipients, content),) = inbox.mails
    read = BytesParser(policy=policy.compat32).parsebytes(content)
    assert (envelope_sender, recipients) == ("outbox@unit.example", ["abuse@provider.example"])
    assert read["From"] == "Example Unit <referrals@unit.example>"
    assert (read["Sender"], read["Reply-To"]) == ("<outbox@unit.example>", "<desk@unit.example>")
    assert (read["X-OpenIRU-Reference"], read["In-Reply-To"]) == (
        "REF-2026-0001",
        "<earlier.1@provider.example>",
    )


def test_a_transcript_written_twice_is_one_and_other_bytes_do_not_overwrite_it(tmp_path: Path) -> None:
    channel = _transcript(tmp_path)
    first = channel.send(example_letter())
    assert channel.send(example_letter()) == first
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ConflictError):
        channel.send(replace(example_letter(), text="other words"))
    with pytest.raises(ConflictError):
        channel.send(
            replace(example_letter(), attachments=(Attachment("items.json", "application/json", b"{}"),))
        )
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert len(before) == 2


def test_eight_writers_of_one_transcript_leave_one_whole_file(tmp_path: Path) -> None:
    channel = _transcript(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        states = [one.state for one in pool.map(lambda _: channel.send(example_letter()), range(32))]
    assert set(states) == {DeliveryState.TRANSCRIBED}
    assert len(list(tmp_path.glob("*.eml"))) == 1
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("reference", ["../../escape", "/etc/passwd", "..", "", "a\0b", "CON", "ü" * 300])
def test_a_transcript_never_leaves_its_folder(tmp_path: Path, reference: str) -> None:
    inside = tmp_path / "deep" / "out"
    letter = replace(
        example_letter(), reference=reference, attachments=(Attachment("../../x.csv", "text/csv", b"1"),)
    )
    assert _transcript(inside).send(letter).state is DeliveryState.TRANSCRIBED
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert all(inside in path.parents and path.name.isascii() for path in files)


def test_a_disk_that_fills_up_leaves_no_message_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    receipt = _transcript(tmp_path).send(example_letter())
    assert receipt.state is DeliveryState.DEFERRED
    assert "No space left" in receipt.detail
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", ["demo", "exercise"])
@pytest.mark.parametrize(
    "host", ["mail.example", "192.0.2.7", "localhost.example", "127.0.0.1.example", "203.0.113.1"]
)
def test_demo_and_exercise_send_to_this_machine_only(kind: str, host: str) -> None:
    with pytest.raises(SettingError, match="this machine"):
        EmailChannel.build(_mail_config(25, environment=kind, smtp_host=host, smtp_tls="starttls"))


def test_live_sends_without_tls_to_this_machine_only() -> None:
    assert EmailChannel.build(_mail_config(25, environment="live")).usable() == ""
    assert (
        EmailChannel.build(
            _mail_config(587, environment="live", smtp_host="mail.example", smtp_tls="starttls")
        ).usable()
        == ""
    )
    with pytest.raises(SettingError, match="this machine"):
        EmailChannel.build(_mail_config(25, environment="live", smtp_host="mail.example"))


@pytest.mark.parametrize(
    "bad",
    [
        {"environment": ""},
        {"environment": "prod"},
        {"smtp_port": "x"},
        {"smtp_tls": "maybe"},
        {"smtp_timeout": "soon"},
        {"smtp_user": "u"},
    ],
)
def test_wrong_settings_are_refused_at_once(bad: Mapping[str, str]) -> None:
    with pytest.raises(SettingError):
        EmailChannel.build(_mail_config(25, **bad))


@pytest.mark.parametrize("key", ["smtp_host", "smtp_port", "sender_address"])
def test_a_missing_setting_is_named_and_nothing_is_tried(key: str) -> None:
    channel = EmailChannel.build(_mail_config(25, **{key: ""}))
    assert key in channel.usable()
    with pytest.raises(SettingError, match=key):
        channel.send(example_letter())


def test_files_that_cannot_be_read_make_the_channel_unusable(tmp_path: Path) -> None:
    absent = str(tmp_path / "absent")
    assert (
        "smtp_password_file"
        in EmailChannel.build(_mail_config(25, smtp_user="u", smtp_password_file=absent)).usable()
    )
    assert "smtp_ca_file" in EmailChannel.build(_mail_config(25, smtp_ca_file=absent)).usable()


def test_a_transcript_without_a_directory_is_unusable_and_says_so(tmp_path: Path) -> None:
    nowhere = TranscriptChannel.build({"environment": "demo"})
    assert nowhere.usable() == "set directory"
    with pytest.raises(SettingError):
        nowhere.send(example_letter())
    (tmp_path / "file").write_text("x")
    assert "cannot be written" in _transcript(tmp_path / "file" / "out").usable()


def test_a_letter_that_forges_a_header_is_refused_before_anything_is_sent() -> None:
    inbox = Inbox()
    with honest(inbox) as port, pytest.raises(RefusedError):
        EmailChannel.build(_mail_config(port)).send(
            replace(example_letter(), subject="=?utf-8?q?a=0D=0ABcc:_x?=")
        )
    assert inbox.mails == []
