"""The organisation's own mail server as an exact setting, and how privately it must be spoken to."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from openiru.core.errors import SettingError
from openiru.egress import mail_headers as headers
from openiru.egress.mail_wire import is_loopback

_MAX_SECRET: Final = 4096


class Tls(StrEnum):
    """How the conversation is kept private."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"  # this machine only


@dataclass(frozen=True, slots=True)
class MailServer:
    """The organisation's own mail server: an exact host and port, and how to speak to it.

    Times are in seconds. Raises :class:`SettingError` when the settings contradict each other or the rules.
    """

    host: str
    port: int
    tls: Tls = Tls.STARTTLS
    ehlo_name: str = "localhost"
    user: str = ""
    password_file: str = ""
    ca_file: str = ""
    loopback_only: bool = False
    step_seconds: float = 60.0
    total_seconds: float = 300.0
    final_seconds: float = (
        600.0  # RFC 5321 §4.5.3.2.6: a short wait here makes doubt where there need be none
    )

    def __post_init__(self) -> None:
        if not (headers.HOST.fullmatch(self.host) or is_loopback(self.host)):
            raise SettingError(f"{headers.clean(self.host)[:80]!r} is not a host name", where="smtp_host")
        if not 0 < self.port < 1 << 16:
            raise SettingError(f"{self.port} is not a port", where="smtp_port")
        if headers.HOST.fullmatch(self.ehlo_name) is None:
            raise SettingError("the name to greet with is not a host name", where="smtp_ehlo")
        if (self.loopback_only or self.tls is Tls.NONE) and not is_loopback(self.host):
            raise SettingError(
                f"the mail server {self.host} must be on this machine",
                where="smtp_host",
                hint="Demo and exercise send to 127.0.0.1 only, and so does every server without TLS.",
            )
        if bool(self.user) != bool(self.password_file):
            raise SettingError("user and password file go together", where="smtp_user, smtp_password_file")
        if min(self.step_seconds, self.total_seconds, self.final_seconds) <= 0:
            raise SettingError("a time-out must be above nought seconds", where="smtp_timeout")

    def password(self) -> str:
        """The first line of the password file; never kept, never logged."""
        if not self.password_file:
            return ""
        try:
            with Path(self.password_file).open(encoding="utf-8") as file:
                secret = file.read(_MAX_SECRET).partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError):
            # "from None": the bytes of the file stand in a UnicodeDecodeError.
            raise SettingError("the password file cannot be read", where="smtp_password_file") from None
        if not secret or "\0" in secret:
            raise SettingError("the password file holds no password", where="smtp_password_file")
        return secret

    def context(self) -> ssl.SSLContext:
        """TLS 1.2 or later, certificate and name checked; there is no switch to leave that out."""
        try:
            context = ssl.create_default_context(cafile=self.ca_file or None)
        except (OSError, ssl.SSLError):
            raise SettingError(
                "the file of trusted certificates cannot be read", where="smtp_ca_file"
            ) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context
