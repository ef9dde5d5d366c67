"""Files that pages take: streamed to disk under a bound, by Django's own reading of forms (settings.FILE_UPLOAD_HANDLERS)."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

#: Bytes of a whole upload, form included, of somebody who is signed in, and of anybody else.
LARGEST: Final = 512 * 1024 * 1024
LARGEST_OF_STRANGERS: Final = 1024 * 1024


class Bounded(TemporaryFileUploadHandler):
    """Every file goes to disk, none into memory, and nothing of an upload that is too big is read."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django calls it so
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Called by Django before the first byte. Raises RequestDataTooBig."""
        del input_data, META, boundary, encoding
        known = getattr(self.request, "auth", None) is not None
        if content_length > (LARGEST if known else LARGEST_OF_STRANGERS):
            raise RequestDataTooBig("the upload is too big")
