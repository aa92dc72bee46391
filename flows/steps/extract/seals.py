"""The seals of a container, printed beside a label of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.steps.extract.choose import Chosen, Result, evidence_of
from schemas.catalogue import Kind

_BETWEEN = re.compile(r"\s*[,;/+]\s*")


def add_seals(kind: Kind, chosen: Mapping[str, Chosen], result: Result) -> None:
    """Puts what the hidden field of the seals holds into the container, where there is one only."""
    for name, spec in kind.spec.fields.items():
        outcome = chosen.get(name)
        if spec.part_of != "containers" or not spec.hidden or outcome is None or outcome.best is None:
            continue
        containers = result.data.get("containers", [])
        if len(containers) != 1 or "seals" in containers[0]:
            continue
        best = outcome.best
        seals = [seal for seal in _BETWEEN.split(str(best.made.value)) if any(c.isdigit() for c in seal)]
        if not seals:
            continue
        containers[0]["seals"] = seals
        for i in range(len(seals)):
            result.evidence[f"/containers/0/seals/{i}"] = evidence_of(best.tokens, best.text, outcome.confidence)
