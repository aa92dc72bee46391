"""What an amount printed beside the goods is for: freight, insurance, packing, a discount."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from schemas.datafile import Data, read_model

OTHER = "other"


class ChargeKinds(Data):
    """`charges.yaml`: beginnings of words by kind of charge."""

    kinds: dict[str, tuple[str, ...]]


def charge_kind(label: str) -> str:
    """The kind of a charge by its printed label, `other` when no word tells.

    >>> charge_kind("Sea freight Shanghai - Aktau"), charge_kind("Скидка 5%"), charge_kind("Bank fee")
    ('freight', 'discount', 'other')
    """
    text = " ".join(label.casefold().split())
    return next((kind for kind, words in _kinds().items() if any(word in text for word in words)), OTHER)


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    return dict(read_model(Path(__file__).with_suffix(".yaml"), ChargeKinds).kinds)
