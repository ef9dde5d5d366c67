"""Referrals through the programming interface: prepared, read exactly as they will be sent, let go, answered, settled, taken back."""

from __future__ import annotations

# In this order: what is named by a word comes before what is named by a reference.
from openiru.stages.referral.api import acts, answering, lists
from openiru.stages.referral.api.door import router

__all__ = ["acts", "answering", "lists", "router"]
