"""The looks themselves: control pair first, then the items of a platform, politely, outside any transaction."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from openiru.core.verification.observation import Observation
from openiru.core.verification.outcome import Decision, control_holds, decide, judge_batch
from openiru.engines.addresses import AddressError, try_canonicalise
from openiru.engines.probes import Specs, built_in, gather, parse_specs, probe_url, sibling_url
from openiru.ports.looker import Looker
from openiru.settings import CONFIG

AT_ONCE = 16  # looks in flight
PER_HOST = 4  # of them at one host: polite before fast


@dataclass(frozen=True, slots=True)
class Target:
    """Something to look at. ``platform`` is the slug of the directory."""

    item: UUID
    key: str
    url: str
    platform: str


@dataclass(frozen=True, slots=True)
class Look:
    """One judged look."""

    target: Target
    seen: Observation
    decision: Decision


@dataclass(frozen=True, slots=True)
class Control:
    """How the control pair of a platform was read; ``None`` decisions: the platform has no pair."""

    platform: str
    alive: Decision
    dead: Decision

    @property
    def sound(self) -> bool:
        """Whether the platform is still read rightly."""
        return control_holds(self.alive, self.dead)


def probe_specs() -> Specs:
    """The built-in probe specs and those of the organisation."""
    if not CONFIG.probe_specs:
        return built_in()
    path = Path(CONFIG.probe_specs)
    return built_in().with_more(parse_specs(path.read_text(encoding="utf-8"), str(path)))


class Round:
    """One round of looks with one looker: looks are shared out over threads, at most PER_HOST at one host."""

    def __init__(self, hand: Looker, specs: Specs, seed: str) -> None:
        self._hand = hand
        self._asks = hand.look
        self._specs = specs
        self._seed = seed
        self._gates: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(PER_HOST))
        self._lock = threading.Lock()

    def looks(
        self, targets: Sequence[Target], pairs: Mapping[str, tuple[str, str]]
    ) -> tuple[list[Look], list[Control]]:
        """Look at everything; ``pairs``: platform -> (known alive, known dead)."""
        by_platform: dict[str, list[Target]] = defaultdict(list)
        for target in targets:
            by_platform[target.platform].append(target)
        with self._hand.round() as kept, ThreadPoolExecutor(AT_ONCE, thread_name_prefix="look") as pool:
            self._asks = kept.look
            controls = dict(
                zip(
                    by_platform,
                    pool.map(lambda name: self._control(name, pairs.get(name)), by_platform),
                    strict=True,
                )
            )
            # One of each platform in turn: else all threads would wait at the gate of one host.
            turns = zip_longest(*by_platform.values())
            jobs = [(target, controls[target.platform]) for turn in turns for target in turn if target]
            seen = list(pool.map(lambda job: self._look(job[0], job[1]), jobs))
        judged = self._judge(by_platform, seen, controls)
        return judged, [control[0] for control in controls.values() if control is not None]

    def _judge(
        self,
        by_platform: Mapping[str, Sequence[Target]],
        seen: Iterable[Look],
        controls: Mapping[str, tuple[Control, Observation] | None],
    ) -> list[Look]:
        looks: dict[str, list[Look]] = defaultdict(list)
        for look in seen:
            looks[look.target.platform].append(look)
        judged: list[Look] = []
        for name in by_platform:
            found = controls[name]
            decisions = [look.decision for look in looks[name]]
            if found is not None:
                decisions = judge_batch(decisions, alive=found[0].alive, dead=found[0].dead)
            judged += [
                Look(one.target, one.seen, new) for one, new in zip(looks[name], decisions, strict=True)
            ]
        return judged

    def _control(self, platform: str, pair: tuple[str, str] | None) -> tuple[Control, Observation] | None:
        pair = pair or self._built_in_pair(platform)
        if pair is None:
            return None
        alive = self._ask(pair[0])
        decisions = [
            self._decide(url, seen, alive) for url, seen in ((pair[0], alive), (pair[1], self._ask(pair[1])))
        ]
        return Control(platform, decisions[0], decisions[1]), alive

    def _built_in_pair(self, platform: str) -> tuple[str, str] | None:
        return next((spec.control for spec in self._specs if spec.name == platform and spec.control), None)

    def _look(self, target: Target, control: tuple[Control, Observation] | None) -> Look:
        seen = self._ask(target.url)
        alive = control[1] if control is not None else None
        return Look(target, seen, self._decide(target.url, seen, alive, target.key))

    def _decide(self, url: str, seen: Observation, alive: Observation | None, key: str = "") -> Decision:
        host = urlsplit(url).hostname or ""
        judge = partial(gather, seen, self._specs, host, same_key=_same_key(key, seen), control=alive)
        decision = decide(judge())
        if decision.wants_sibling:
            decision = decide(judge(sibling=self._ask(sibling_url(seen.url, self._seed + url))))
        return decision

    def _ask(self, url: str) -> Observation:
        host = (urlsplit(url).hostname or "").lower()
        with self._lock:
            gate = self._gates[host]
        with gate:
            return self._asks(probe_url(url, self._specs.for_host(host)))


def _same_key(key: str, seen: Observation) -> bool | None:
    """Whether the final address is the same place; None when it was not redirected or cannot be told."""
    if not key or not seen.final_url or seen.final_url == seen.url:
        return None
    final = try_canonicalise(seen.final_url)
    return None if isinstance(final, AddressError) else final.key == key
