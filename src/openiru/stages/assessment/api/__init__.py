"""Assessment through the programming interface: verdicts, and the route for more than one piece of content."""

from __future__ import annotations

from ninja import Router

from openiru.stages.assessment.api.verdicts import router as verdicts
from openiru.stages.assessment.api.wide import router as wide

router = Router(tags=["Assessment"])
for part in (verdicts, wide):
    router.add_router("", part)
