"""The pages of figures: the operations room, statistics, statements, oversight."""

from __future__ import annotations

from django.urls import path

from openiru.stages.impact.web import oversight, room, statements, statistics

_HERE = "o/<slug:operation>"
urlpatterns = [
    path(f"{_HERE}/room", room.room, name="room"),
    path(f"{_HERE}/room.json", room.room_json, name="room-json"),
    path(f"{_HERE}/room/rows", room.room_rows, name="room-rows"),
    path(f"{_HERE}/statistics", statistics.statistics, name="statistics"),
    path(f"{_HERE}/statistics/report.<slug:form>", statistics.statistics_file, name="statistics-file"),
    path(f"{_HERE}/statements", statements.statements, name="statements"),
    path(f"{_HERE}/statements/<uuid:release>", statements.statement, name="statement"),
    path(f"{_HERE}/oversight", oversight.events, name="oversight"),
    path(f"{_HERE}/oversight/sample", oversight.sample, name="sample"),
    path(f"{_HERE}/oversight/recommendations", oversight.recommendations, name="recommendations"),
    path("statements/", statements.public_statements, name="public-statements"),
    path("statements/<int:number>", statements.public_statement, name="public-statement"),
]
