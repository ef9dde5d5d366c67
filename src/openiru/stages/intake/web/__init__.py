"""The pages of intake: contribute, import, items, copies, holds, rounds, lists, shorteners."""

from __future__ import annotations

from django.urls import path

from openiru.stages.intake.web import contribute, holds, imports, items, rounds, shorteners, wizard

_O = "o/<slug:operation>/"

urlpatterns = [
    path(_O + "contribute", contribute.contribute, name="intake-contribute"),
    path(_O + "contribute/parse", contribute.parsed, name="intake-parse"),
    path(_O + "imports", imports.history, name="intake-imports"),
    path(_O + "imports/new", wizard.wizard, name="intake-wizard"),
    path(_O + "imports/try", wizard.tried, name="intake-try"),
    path(_O + "imports/problems", wizard.problems, name="intake-problems"),
    path(_O + "imports/take", wizard.taken, name="intake-take"),
    path(_O + "imports/<uuid:import_id>", imports.one, name="intake-import"),
    path(_O + "imports/<uuid:import_id>/refused.csv", imports.refused, name="intake-refused"),
    path(_O + "imports/<uuid:import_id>/undo", imports.undo, name="intake-undo"),
    path(_O + "items", items.items, name="intake-items"),
    path(_O + "items/<uuid:item>/marking", items.marking, name="intake-marking"),
    path(_O + "items/<uuid:item>/override", holds.passing, name="intake-override"),
    path(_O + "copies", items.copies, name="intake-copies"),
    path(_O + "copies/contents", items.works, name="intake-works"),
    path(_O + "copies/contents/<str:digest>", items.work, name="intake-work"),
    path(_O + "holds", holds.holds, name="intake-holds"),
    path(_O + "holds/new", holds.place, name="intake-hold-new"),
    path(_O + "holds/<uuid:hold>/release", holds.release, name="intake-hold-release"),
    path(_O + "rounds", rounds.rounds, name="intake-rounds"),
    path(_O + "rounds/open", rounds.opening, name="intake-round-open"),
    path(_O + "rounds/<uuid:round_id>", rounds.one, name="intake-round"),
    path(_O + "rounds/<uuid:round_id>/answer", rounds.answering, name="intake-round-answer"),
    path(_O + "rounds/<uuid:round_id>/close", rounds.closing, name="intake-round-close"),
    path(_O + "lists", rounds.lists, name="intake-lists"),
    path(_O + "lists/export", rounds.export, name="intake-list-export"),
    path(_O + "lists/enter", rounds.entering, name="intake-list-enter"),
    path(_O + "lists/return", rounds.returning, name="intake-list-return"),
    path(_O + "shorteners", shorteners.shorteners, name="intake-shorteners"),
    path(_O + "shorteners/follow", shorteners.follow, name="intake-follow"),
]
