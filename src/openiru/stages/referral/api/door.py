"""The one router of this room: what has one path stands on one router, whatever is done there."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Referrals"])
