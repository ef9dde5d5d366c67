"""One file out of a form, streamed to disk, gone again when the request ends, however it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict
from ninja import Schema
from ninja.errors import HttpError, ValidationError
from pydantic import ValidationError as Misfit

from openiru.core.errors import InputError
from openiru.foundation.operations.uploads import LARGEST

#: The end of a form is looked for in its last bytes.
_TAIL: Final = 1_024
_LONGEST_NAME: Final = 150
_NOT_IN_A_NAME: Final = re.compile(r"[/\\\x00]")

T = TypeVar("T", bound=Schema)


class _Stream:
    """What comes in, counted, with its last bytes: a form that was cut off looks whole to the parser."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._size = 0
        self.tail = b""

    def read(self, size: int | None = None, /) -> bytes:
        piece: bytes = self._request.read(size)
        self._size += len(piece)
        if self._size > LARGEST:
            raise RequestDataTooBig("the upload is too big")
        self.tail = (self.tail + piece)[-_TAIL:]
        return piece


@contextmanager
def uploaded(request: HttpRequest, shape: type[T]) -> Iterator[tuple[Path, T]]:
    """The file of a form, under its own name in a folder of its own, and the fields beside it.

    Raises HttpError 415 for what is no form, InputError for one that is broken or has not exactly one ``file``,
    RequestDataTooBig, and ValidationError for fields that do not fit.
    """
    fields, files = _received(request)
    try:
        given = files.getlist("file")
        if len(given) != 1 or len(files) != 1 or not isinstance(given[0], TemporaryUploadedFile):
            raise InputError("the form needs exactly one file, in the field file", where="file")
        form = _fitting(fields, shape)
        there = Path(given[0].temporary_file_path())
        with TemporaryDirectory(prefix="openiru-", dir=there.parent) as folder:
            yield there.rename(Path(folder) / _name(given[0])), form
    finally:
        _remove(files)


def _received(request: HttpRequest) -> tuple[dict[str, Any], MultiValueDict[str, UploadedFile[bytes]]]:
    if request.content_type != "multipart/form-data":
        raise HttpError(415, "a file comes as multipart/form-data")
    stream = _Stream(request)
    coming: Any = stream  # of a file the parser only reads
    try:
        parser = MultiPartParser(
            request.META, coming, [TemporaryFileUploadHandler(request)], request.encoding
        )
        fields, files = parser.parse()
    except RequestDataTooBig:
        raise
    except (MultiPartParserError, BadRequest, SuspiciousOperation, UnreadablePostError, ValueError) as error:
        raise InputError("the upload cannot be read as a form", hint="Send it again.") from error
    boundary = str(request.content_params["boundary"]) if request.content_params else ""
    if f"--{boundary}--".encode() not in stream.tail:
        _remove(files)
        raise InputError("the upload was cut off on its way", hint="Send it again.")
    return fields.dict(), files


def _remove(files: MultiValueDict[str, UploadedFile[bytes]]) -> None:
    for _, some in files.lists():
        for file in some:
            file.close()  # a temporary file is gone with that


def _fitting(fields: dict[str, Any], shape: type[T]) -> T:
    try:
        return shape.model_validate(fields)
    except Misfit as error:
        places = [
            {"loc": ("body", *one["loc"]), "msg": one["msg"], "type": one["type"]} for one in error.errors()
        ]
        raise ValidationError(places) from error


def _name(file: UploadedFile[bytes]) -> str:
    """The name of the file as its sender calls it, as far as a disk takes it: messages name it."""
    bare = _NOT_IN_A_NAME.sub("_", file.name or "").encode("utf-8", "replace")[-_LONGEST_NAME:]
    return bare.decode("utf-8", "ignore").lstrip(".") or "upload"


def described(shape: type[Schema]) -> dict[str, Any]:
    """How the interface describes a form with a file and these fields (``openapi_extra``)."""
    schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)  # the interface has them among its components
    schema["properties"] = {
        "file": {"type": "string", "contentMediaType": "application/octet-stream", "description": "The file."}
    } | schema["properties"]
    schema["required"] = ["file", *schema.get("required", [])]
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}
