from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.adapters.mailbox import incoming_mails as mails

from openiru.adapters.mailbox.folders import FilesMailbox, MaildirMailbox
from openiru.core.errors import ConflictError, NotFoundError, SettingError
from openiru.ports.mailbox import Answer, Bounce, Unreadable


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.a").write_bytes(mails.dsn())
    (tmp_path / "new" / "2.b").write_bytes(mails.ANSWER)
    return tmp_path


def test_mails_are_given_in_order_until_they_are_settled(maildir: Path) -> None:
    box = MaildirMailbox.build({"directory": str(maildir)})
    assert box.usable() == ""
    assert [(place, type(read)) for place, read in box.unread()] == [("1.a", Bounce), ("2.b", Answer)]
    box.settle("1.a")
    assert [place for place, _ in box.unread()] == ["2.b"]
    assert (maildir / "cur" / "1.a:2,S").read_bytes() == mails.dsn()


def test_saved_mails_are_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "answer.eml").write_bytes(mails.ANSWER)
    (tmp_path / "notes.txt").write_text("no mail")
    box = FilesMailbox.build({"directory": str(tmp_path)})
    assert [place for place, _ in box.unread()] == ["answer.eml"]
    box.settle("answer.eml")
    assert list(box.unread()) == []
    assert (tmp_path / "settled" / "answer.eml").is_file()


def test_links_folders_and_pipes_are_not_followed(maildir: Path) -> None:
    secret = maildir / "secret"
    secret.write_text("From: a@b.example\n\nsecret")
    (maildir / "new" / "0.link").symlink_to(secret)
    (maildir / "new" / "0.folder").mkdir()
    os.mkfifo(maildir / "new" / "0.pipe")
    assert [place for place, _ in MaildirMailbox(maildir).unread()] == ["1.a", "2.b"]


def test_a_mail_too_large_is_named_and_not_taken_into_memory(maildir: Path) -> None:
    with (maildir / "new" / "0.huge").open("wb") as file:
        file.truncate(1 << 36)
    (_, read), *_ = MaildirMailbox(maildir).unread()
    assert isinstance(read, Unreadable)
    assert "larger" in read.reason


@pytest.mark.parametrize("place", ["", ".", "..", "../secret", "/etc/hostname", "new/1.a", "absent", "a\0b"])
def test_only_a_mail_of_the_mailbox_can_be_settled(maildir: Path, place: str) -> None:
    with pytest.raises(NotFoundError):
        MaildirMailbox(maildir).settle(place)


def test_settling_never_overwrites_another_mail_and_mends_a_half_done_move(maildir: Path) -> None:
    box = MaildirMailbox(maildir)
    (maildir / "cur" / "1.a:2,S").write_bytes(b"another")
    with pytest.raises(ConflictError):
        box.settle("1.a")
    assert (maildir / "cur" / "1.a:2,S").read_bytes() == b"another"
    os.link(maildir / "new" / "2.b", maildir / "cur" / "2.b:2,S")
    box.settle("2.b")
    assert [place for place, _ in box.unread()] == ["1.a"]


def test_a_mailbox_without_a_directory_says_what_to_set(tmp_path: Path) -> None:
    assert MaildirMailbox.build({}).usable() == "set directory"
    assert "set directory" in MaildirMailbox(tmp_path / "absent").usable()
    with pytest.raises(SettingError):
        list(MaildirMailbox.build({}).unread())
