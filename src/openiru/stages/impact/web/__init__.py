"""The pages of figures: the operations room, statistics, statements, oversight of the figures."""

from __future__ import annotations

from django.urls import path

from openiru.stages.impact.web import room

urlpatterns = [
    path("o/<slug:operation>/room", room.room, name="room"),
    path("o/<slug:operation>/room.json", room.room_json, name="room-json"),
    path("o/<slug:operation>/room/rows", room.room_rows, name="room-rows"),
]
