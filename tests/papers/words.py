"""Label wordings: one of several for each label of a paper, the same one throughout that paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

LANGUAGES = ("ru", "kk", "en", "zh", "tr", "sr", "sr-Cyrl", "de", "fr", "ru/en", "zh/en")

_DIGRAPHS = {"lj": "љ", "nj": "њ", "dž": "џ", "Lj": "Љ", "Nj": "Њ", "LJ": "Љ", "NJ": "Њ", "Dž": "Џ"}
_LETTERS = dict(
    zip(
        "abvgdđežzijklmnoprstćufhcčšABVGDĐEŽZIJKLMNOPRSTĆUFHCČŠ",
        "абвгдђежзијклмнопрстћуфхцчшАБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШ",
        strict=True,
    )
)


def to_serbian_cyrillic(text: str) -> str:
    """Serbian Latin letters in Cyrillic, letter by letter; other signs stay."""
    for latin, cyrillic in _DIGRAPHS.items():
        text = text.replace(latin, cyrillic)
    return "".join(_LETTERS.get(char, char) for char in text)


_STAYS_LATIN = ("tax_", "email")


@cache
def wordings(language: str) -> dict[str, tuple[str, ...]]:
    """Every label of one language with its wordings, from `wordings/<language>.txt`."""
    if language == "sr-Cyrl":
        return {
            key: tuple(text if key.startswith(_STAYS_LATIN) else _in_cyrillic(text) for text in texts)
            for key, texts in wordings("sr").items()
        }
    path = Path(__file__).parent / "wordings" / f"{language}.txt"
    pairs = (line.split(" = ", 1) for line in path.read_text("utf-8").splitlines() if line.strip())
    return {key: tuple(text.strip() for text in texts.split("|")) for key, texts in pairs}


def _in_cyrillic(text: str) -> str:
    kept = {"{n}": "\x01", "{m}": "\x02", "{k}": "\x03"}
    for mark, sign in kept.items():
        text = text.replace(mark, sign)
    text = to_serbian_cyrillic(text)
    for mark, sign in kept.items():
        text = text.replace(sign, mark)
    return text


class Words:
    """The words of one paper. `language` may be two, as `ru/en`: labels then carry both."""

    def __init__(self, language: str, rng: Random) -> None:
        self.languages = language.split("/")
        self._picks: dict[str, list[str]] = {}
        for key in wordings(self.languages[0]):
            self._picks[key] = [rng.choice(wordings(one)[key]) for one in self.languages]

    @property
    def main(self) -> str:
        return self.languages[0]

    def label(self, key: str, joint: str = " / ") -> str:
        """The label as this paper prints it."""
        picks = self._picks[key]
        return joint.join(dict.fromkeys(picks))

    def one(self, key: str) -> str:
        """The label in the paper's first language only."""
        return self._picks[key][0]
