"""What a dossier needs to be complete: profiles by procedure and corridor, as data.

Each `<name>.yaml` says which kinds of paper are needed and why, and which papers tell that it applies.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

from pydantic import Field

from schemas.datafile import Data, DataFileError, read_model
from schemas.record import Missing
from schemas.rules.model import Texts

_HERE = Path(__file__).parent
DEFAULT = "road-import"


class Need(Data):
    """One paper a dossier needs: its kind, kinds that do as well, and why."""

    kind: str
    or_kinds: tuple[str, ...] = ()
    why: Texts


class Profile(Data):
    """`<name>.yaml`: the papers needed, and the kinds whose presence tells that this profile applies."""

    name: str = ""
    says: Texts
    told_by: tuple[str, ...] = ()
    needs: tuple[Need, ...] = Field(min_length=1)

    def missing(self, kinds: Collection[str], language: str = "en") -> tuple[Missing, ...]:
        """The papers a dossier of these kinds still lacks, each with the reason."""
        return tuple(
            Missing(kind=need.kind, why=need.why.on(language))
            for need in self.needs
            if not {need.kind, *need.or_kinds} & set(kinds)
        )

    def is_complete(self, kinds: Collection[str]) -> bool:
        """Whether a dossier of these kinds has all it needs."""
        return not self.missing(kinds)


@cache
def profiles(folder: Path = _HERE) -> dict[str, Profile]:
    """Every profile by name; `DataFileError` names file and fault."""
    found = {p.stem: read_model(p, Profile).model_copy(update={"name": p.stem}) for p in sorted(folder.glob("*.yaml"))}
    if DEFAULT not in found:
        raise DataFileError(f"{folder}: the profile {DEFAULT!r} is missing; dossiers are checked by it by default")
    return found


def choose(name: str | None, kinds: Collection[str]) -> Profile:
    """The profile named, else the one the papers tell of, else road import.

    Raises `KeyError` naming the profiles there are when `name` is not one of them.
    """
    known = profiles()
    if name:
        if name not in known:
            raise KeyError(f"no profile {name!r}; there are: {', '.join(sorted(known))}")
        return known[name]
    told = [p for p in known.values() if p.name != DEFAULT and set(p.told_by) & set(kinds)]
    return told[0] if len(told) == 1 and not set(known[DEFAULT].told_by) & set(kinds) else known[DEFAULT]
