"""Deconfliction through the programming interface: holds, lists out and back, rounds."""

from __future__ import annotations

from ninja import Router

from openiru.stages.intake.deconfliction_api.holds import router as holds
from openiru.stages.intake.deconfliction_api.lists import router as lists
from openiru.stages.intake.deconfliction_api.rounds import router as rounds

router = Router(tags=["Deconfliction"])
for part in (holds, lists, rounds):
    router.add_router("", part)
