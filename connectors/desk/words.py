"""The words of the review desk in the language of its people, from `words.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("en", "ru", "kk")


class Words:
    """The desk's words in one language.

    >>> Words("en")("page")
    'Page'
    >>> Words("ru")("reject", paper="CMR 7")
    'Отклонить документ CMR 7'
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._table = _tables()[language]

    def __call__(self, word: str, **filled: object) -> str:
        """The word in this language with its names filled in; `KeyError` for a word that is not in the file."""
        return self._table[word].format(**filled)

    def of_state(self, state: str) -> str:
        """A dossier's state in words; a state the file does not know stays as it is."""
        return self._table.get(f"state_{state}", state)


@cache
def _tables() -> dict[str, dict[str, str]]:
    loader = yaml.BaseLoader  # every scalar is text, so no word turns into a number or a truth value
    entries = yaml.load(Path(__file__).with_name("words.yaml").read_text("utf-8"), loader)
    return {language: {word: texts[language] for word, texts in entries.items()} for language in LANGUAGES}
