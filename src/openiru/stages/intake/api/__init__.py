"""Addresses, contributions, imports and items through the programming interface."""

from __future__ import annotations

from ninja import Router

from openiru.stages.intake.api.addresses import router as addresses
from openiru.stages.intake.api.imports import router as imports
from openiru.stages.intake.api.items import router as items

router = Router()
for part in (addresses, imports, items):
    router.add_router("", part)
