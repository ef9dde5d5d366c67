"""Django's sessions, with the difference that the database does not hold what is in the cookie.

Who reads the table, a copy or a backup of it cannot put anybody's cookie together from it.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends import db

#: Bytes of the digest: its hex is as long as the column.
SIZE = 20


def kept(key: str) -> str:
    """What the database calls the session whose cookie is ``key``."""
    return hashlib.blake2b(key.encode(), digest_size=SIZE, person=b"openiru cookie").hexdigest()


class SessionStore(db.SessionStore):
    """Sessions by the digest of their key."""

    def _get_session_from_db(self) -> Any:
        row = db.SessionStore(kept(self.session_key or ""))._get_session_from_db()  # type: ignore[attr-defined] # noqa: SLF001 - the parent's own step
        if row is None:
            self._session_key = None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row to be written."""
        row = super().create_model_instance(data)
        row.session_key = kept(row.session_key)
        return row

    def exists(self, session_key: str) -> bool:
        """Whether there is a session with this key."""
        return super().exists(kept(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Forget a session, this one unless another is named."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(kept(key))
