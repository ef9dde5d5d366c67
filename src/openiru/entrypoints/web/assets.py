"""What a browser loads beside the pages: collected under names that change with the content, served by the program itself.

Sources: ``static`` of this room (ours, and what tools/assets put into ``static/vendor``) and of the libraries. They are collected into
the data directory when a server starts, once for each state of the sources: an installed package needs no step of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, cast

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import Storage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped] # it has no types
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

from openiru.core.errors import SettingError

#: Never served: maps of sources, what says how the vendor files were made, and libraries whose scripts no page of ours names.
LEFT_OUT: Final = ["*.map", ".*", "*.md", "django_htmx"]
#: One of the files without which no page looks like one.
NEEDED: Final = "vendor/tabler.min.css"


class Hashed(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # see above
    """Names with the digest of the content in them; imports between modules and pictures of style sheets are renamed too."""

    support_js_module_import_aggregation = True
    collecting = False

    def read_manifest(self) -> str | None:
        """The names; collected first when they are those of other sources."""
        if not self.collecting:
            collect()
        manifest: str | None = super().read_manifest()
        return manifest


class _Collector(Hashed):
    collecting = True


class Static(WhiteNoiseMiddleware):  # type: ignore[misc]
    """The middleware that serves them, far-future cached where the name changes with the content."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        collect()
        super().__init__(get_response)


def collect() -> bool:
    """Bring STATIC_ROOT up to date; False when it was. SettingError when the vendor files were never built."""
    root = Path(str(settings.STATIC_ROOT))
    found = {name: (storage, path) for name, storage, path in _sources()}
    if NEEDED not in found:
        raise SettingError(
            "the style sheets and scripts of the desk are not there",
            where="static/vendor",
            hint="Run: make setup",
        )
    root.mkdir(parents=True, exist_ok=True)
    with (root.parent / ".static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, state = root / ".made-from", _state(found)
        if stamp.exists() and stamp.read_text(encoding="ascii") == state:
            return False
        _bring(found)
        stamp.write_text(state, encoding="ascii")
    return True


def _sources() -> Iterator[tuple[str, Storage, str]]:
    """(name, where from, path there) of each file; the first finder that knows a name has it."""
    seen: set[str] = set()
    for finder in get_finders():
        for path, storage in finder.list(LEFT_OUT):
            prefix = getattr(storage, "prefix", None)
            name = f"{prefix}/{path}" if prefix else path
            if name not in seen:
                seen.add(name)
                yield name, storage, path


def _state(found: dict[str, tuple[Storage, str]]) -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name, (storage, path) in sorted(found.items()):
        about = Path(storage.path(path)).stat()
        digest.update(f"{name}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _bring(found: dict[str, tuple[Storage, str]]) -> None:
    target = _Collector()
    for name, (storage, path) in found.items():
        target.delete(name)
        with storage.open(path) as source:
            target.save(name, source)
    processed = cast("Iterator[Any]", target.post_process({name: (target, name) for name in found}))
    for name, _, done in processed:
        if isinstance(done, Exception):
            raise SettingError(f"the file {name} cannot be served", where=name, hint=str(done)) from done
