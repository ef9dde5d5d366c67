"""Letters to a provider's mailbox, through the organisation's own mail server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from openiru.adapters.channels.compose import environment, wire_bytes
from openiru.core.errors import OpenIruError, SettingError
from openiru.core.vocabulary import Environment
from openiru.egress.mail import Envelope, deliver
from openiru.egress.mail_headers import address
from openiru.egress.mail_settings import MailServer, Tls
from openiru.ports.channel import Channel, Letter, Receipt

_REQUIRED = ("smtp_host", "smtp_port", "sender_address")


class EmailChannel(Channel):
    """One letter, one recipient, one try.

    The settings (docs/howto/mail.md) are those of :meth:`build`. In demo and exercise the server must be on
    this machine.
    """

    name: ClassVar[str] = "email"
    title: ClassVar[str] = "E-mail"
    reaches_provider: ClassVar[bool] = True

    def __init__(self, server: MailServer | None, sender_address: str, *, missing: str = "") -> None:
        self._server = server
        self._sender_address = sender_address
        self._missing = missing

    @classmethod
    def build(cls, config: Mapping[str, str]) -> Self:
        """From the settings.

        Needed: ``environment``, ``smtp_host``, ``smtp_port``, ``sender_address``. If wanted: ``smtp_tls``
        (starttls, implicit, none), ``smtp_user``, ``smtp_password_file``, ``smtp_ca_file``, ``smtp_ehlo``,
        ``smtp_timeout`` (seconds for one step), ``smtp_deadline`` (seconds for the final answer).

        Missing settings make the channel unusable and are named by :meth:`usable`; wrong ones raise
        :class:`SettingError` at once.
        """
        kind = environment(config)
        missing = [key for key in _REQUIRED if not config.get(key)]
        if missing:
            return cls(None, "", missing=f"set {', '.join(missing)}")
        sender = address(config["sender_address"], "sender_address")
        server = MailServer(
            host=config["smtp_host"],
            port=int(_number(config, "smtp_port", 0)),
            tls=_tls(config),
            ehlo_name=config.get("smtp_ehlo") or sender.rpartition("@")[2],
            user=config.get("smtp_user", ""),
            password_file=config.get("smtp_password_file", ""),
            ca_file=config.get("smtp_ca_file", ""),
            loopback_only=kind is not Environment.LIVE,
            step_seconds=_number(config, "smtp_timeout", 60.0),
            final_seconds=_number(config, "smtp_deadline", 600.0),
        )
        return cls(server, sender)

    def usable(self) -> str:
        """Empty, or which setting is missing or which file cannot be read. It opens no connection."""
        if self._server is None:
            return self._missing
        try:
            self._server.password()
            if self._server.tls is not Tls.NONE or self._server.ca_file:
                self._server.context()
        except OpenIruError as error:
            return f"{error.message}: set {error.where}"
        return ""

    def send(self, letter: Letter) -> Receipt:
        """One try. Raises only for a letter that cannot be a mail, or settings that cannot be used."""
        if self._server is None:
            raise SettingError(f"e-mail is not set up: {self._missing}", where="smtp_host")
        message = wire_bytes(letter, self._sender_address)
        envelope = Envelope(self._sender_address, letter.recipient, letter.message_id)
        delivery = deliver(self._server, envelope, message)
        return Receipt(delivery.state, delivery.detail, delivery.remote_id)


def _tls(config: Mapping[str, str]) -> Tls:
    value = config.get("smtp_tls") or Tls.STARTTLS
    try:
        return Tls(value)
    except ValueError:
        raise SettingError("smtp_tls is one of starttls, implicit, none", where="smtp_tls") from None


def _number(config: Mapping[str, str], key: str, default: float) -> float:
    try:
        return float(config.get(key) or default)
    except ValueError:
        raise SettingError(f"{key} is not a number", where=key) from None
