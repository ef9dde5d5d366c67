"""One family of errors. Each says where, what was and was not saved, and what to do next.

OpenIruError                    code OIRU-0000
├── UsageError                  OIRU-1xxx  the request itself is wrong (exit code 2)
├── SettingError                OIRU-15xx  a setting of the environment is wrong (exit code 2)
├── RefusedError                OIRU-2xxx  a rule of the trade or the law forbids it
│   ├── LifecycleError          OIRU-21xx  that step does not exist from that state
│   ├── TwoPersonError          OIRU-22xx  two different people are needed
│   ├── HeldError               OIRU-23xx  a deconfliction hold stands
│   ├── ExtentError             OIRU-24xx  the address covers more than one piece of content
│   ├── MarkingError            OIRU-25xx  TLP, PAP or the contributor's own restriction forbids it
│   └── PermissionDeniedError   OIRU-26xx  this person may not do that
├── NotFoundError               OIRU-3xxx  there is no such thing, or it is not visible from here
├── ConflictError               OIRU-35xx  the same request with another body; a lost race
├── InputError                  OIRU-4xxx  a file or a row cannot be read; carries the place
├── OutsideError                OIRU-5xxx  a server, provider or program outside did not do its part
└── IntegrityError              OIRU-6xxx  the ledger and the tables disagree
"""

from __future__ import annotations


class OpenIruError(Exception):
    """Root of the family.

    ``code`` is stable and documented in docs/reference/errors.md. ``saved`` says what was and was not
    saved; ``hint`` says what to do next; ``where`` names the place (file, row, setting, address).
    """

    code = "OIRU-0000"
    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        where: str = "",
        saved: str = "Nothing was saved.",
        hint: str = "",
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.saved = saved
        self.hint = hint
        if code is not None:
            self.code = code

    def as_dict(self) -> dict[str, str]:
        """The shape of the error in ``--json`` and, later, in problem documents."""
        return {
            "code": self.code,
            "message": self.message,
            "where": self.where,
            "saved": self.saved,
            "hint": self.hint,
        }


class UsageError(OpenIruError):
    """The request itself is wrong."""

    code = "OIRU-1000"
    exit_code = 2


class SettingError(OpenIruError):
    """A setting of the environment is wrong or missing."""

    code = "OIRU-1500"
    exit_code = 2


class RefusedError(OpenIruError):
    """A rule of the trade or of the law forbids it."""

    code = "OIRU-2000"


class LifecycleError(RefusedError):
    """That step does not exist from that state."""

    code = "OIRU-2100"


class TwoPersonError(RefusedError):
    """Two different people are needed."""

    code = "OIRU-2200"


class HeldError(RefusedError):
    """A deconfliction hold stands."""

    code = "OIRU-2300"


class ExtentError(RefusedError):
    """The address covers more than one piece of content."""

    code = "OIRU-2400"


class MarkingError(RefusedError):
    """TLP, PAP or the contributor's own restriction forbids it."""

    code = "OIRU-2500"


class PermissionDeniedError(RefusedError):
    """The acting person may not do that."""

    code = "OIRU-2600"


class NotFoundError(OpenIruError):
    """There is no such thing, or it is not visible from here."""

    code = "OIRU-3000"


class ConflictError(OpenIruError):
    """The same request id with another body, or a lost race."""

    code = "OIRU-3500"


class InputError(OpenIruError):
    """A file or a row cannot be read."""

    code = "OIRU-4000"


class OutsideError(OpenIruError):
    """Somebody or something outside did not do its part."""

    code = "OIRU-5000"


class IntegrityError(OpenIruError):
    """The ledger and the tables disagree."""

    code = "OIRU-6000"
