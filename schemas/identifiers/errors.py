"""What a number can be accused of."""

from __future__ import annotations


class InvalidIdentifier(ValueError):
    """The number cannot be right. The message says which part, what was expected, and what stands there."""


class WrongForm(InvalidIdentifier):
    """The number does not have the length or the characters of its kind."""


class WrongCheckDigit(InvalidIdentifier):
    """The number has the right form, and its check digit contradicts the rest."""
