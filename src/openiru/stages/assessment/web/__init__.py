"""The pages of assessment: queue, one item, disagreements, wide proposals, other languages, alarms, one's own day."""

from __future__ import annotations

from django.urls import path

from openiru.stages.assessment.web import alarms, bulk, item, languages, lists, queue

_O = "o/<slug:operation>/"
_ITEM = _O + "assess/<uuid:item>"

urlpatterns = [
    path(_O + "queue", queue.queue, name="assessment-queue"),
    path(_O + "queue/news", queue.news, name="assessment-news"),
    path(_O + "queue/next", queue.following, name="assessment-next"),
    path(_O + "queue/searches", queue.save, name="assessment-search"),
    path(_O + "queue/searches/<uuid:search>/end", queue.end, name="assessment-search-end"),
    path(_O + "queue/many", bulk.many, name="assessment-many"),
    path(_O + "queue/many/<uuid:batch>/undo", bulk.undo, name="assessment-undo"),
    path(_ITEM, item.assess_item, name="assessment-item"),
    path(_ITEM + "/claim", item.claim_item, name="assessment-claim"),
    path(_ITEM + "/back", item.back, name="assessment-back"),
    path(_ITEM + "/language", item.ask, name="assessment-ask"),
    path(_ITEM + "/alarm/<slug:kind>", alarms.alarm, name="assessment-alarm"),
    path(_O + "alarms", alarms.alarms, name="assessment-alarms"),
    path(_O + "alarms/<uuid:which>/hand-over", alarms.handing, name="assessment-hand-over"),
    path(_O + "disagreements", lists.disagreements, name="assessment-disagreements"),
    path(_O + "wide", lists.wide, name="assessment-wide"),
    path(_O + "wide/new", lists.propose, name="assessment-wide-new"),
    path(_O + "own-day", lists.own, name="assessment-own"),
    path(_O + "languages", languages.languages, name="assessment-languages"),
    path(_O + "languages/<uuid:which>", languages.one, name="assessment-language"),
    path(_O + "languages/<uuid:which>/take", languages.take, name="assessment-language-take"),
    path(_O + "languages/<uuid:which>/give-up", languages.give_up, name="assessment-language-give-up"),
]
