"""The rule shapes: small functions that rules name in `check`. Importing this package registers them all."""

from __future__ import annotations

from schemas.rules.shapes import across, amounts, dates, dossier, numbers, parties, plates, presence, references, rows

LOADED = (across, amounts, dates, dossier, numbers, parties, plates, presence, references, rows)
