"""What the line items of a kind look like: the heads of their columns, and the words around the table.

`schemas/documents/line_columns.yaml` holds the columns and words that kinds share; `<kind>/lines.yaml`
names the columns the kind has, adds its own, and says which of them make a row and how they add up.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from schemas.datafile import Data, DataFileError, read_model

SHARED = Path(__file__).parent / "documents" / "line_columns.yaml"

ColumnType = Literal["ordinal", "text", "code", "country", "unit", "number", "money", "mass", "volume", "percent"]
Words = dict[str, tuple[str, ...]]
"""Printed words by language (`ru`, `en`, `sr-Latn`)."""

_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z][a-z]{3})?")


class ColumnSpec(Data):
    """One column: the type of its values and the heads it is printed under.

    `keep: false` marks what is read only to tell it from the others (tax rates, list prices).
    """

    type: ColumnType
    heads: Words = Field(default_factory=dict)
    keep: bool = True

    @field_validator("heads")
    @classmethod
    def _languages(cls, given: Words) -> Words:
        return _checked(given)


class ProductSpec(Data):
    """Columns of which the first two multiply to the third, row by row."""

    quantity: str
    unit_price: str
    amount: str
    less_percent: str = ""
    """The column of a discount in percent that comes off, where the table has one."""
    less: str = ""
    """The column of a discount in money that comes off."""


class TableWords(Data):
    """Words around a table of items: what ends it, what is carried over a page, what counts the items."""

    totals: Words
    total_words: tuple[str, ...] = ()
    """Words that may stand beside those of `totals` in a line of totals."""
    sum_words: tuple[str, ...]
    """Words by which a line says that its numbers are sums."""
    tax_words: tuple[str, ...]
    """Words by which a line says that its numbers are taxes, or include them."""
    package_words: tuple[str, ...] = ()
    """Words for one package: "Qty / ctn" is the number in each."""
    per_package: tuple[str, ...] = ()
    """Phrases that say the same of each package."""
    page_words: tuple[str, ...] = ()
    """All the words of a line that only numbers the page."""
    charges: Words = Field(default_factory=dict)
    """What is put on top of the goods or taken off them in a line of its own: freight, insurance, discounts."""
    carried: Words
    counts: Words
    other_heads: Words
    """Heads of tables that are not items: taxes, payments, allowances."""
    noise: tuple[str, ...] = ()
    """Words a head may hold beside its own: units, currencies, prepositions."""
    same: tuple[tuple[str, ...], ...] = ()
    """Groups of words that mean the same in a head, abbreviations among them."""

    @field_validator("totals", "charges", "carried", "counts", "other_heads")
    @classmethod
    def _languages(cls, given: Words) -> Words:
        return _checked(given)


class SharedLines(Data):
    """`line_columns.yaml`."""

    columns: dict[str, ColumnSpec]
    words: TableWords


class LinesFile(Data):
    """`<kind>/lines.yaml`."""

    into: str
    use: tuple[str, ...] = ()
    columns: dict[str, ColumnSpec] = Field(default_factory=dict)
    needs: tuple[tuple[str, ...], ...]
    anchors: tuple[str, ...]
    products: tuple[ProductSpec, ...] = ()
    sums: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    ends: Words = Field(default_factory=dict)
    one_row: bool = False

    @field_validator("ends")
    @classmethod
    def _languages(cls, given: Words) -> Words:
        return _checked(given)


class LinesSpec(Data):
    """All that reading the items of one kind needs; made by `lines_spec`."""

    into: str
    """The field of the document that takes the rows."""
    columns: dict[str, ColumnSpec]
    needs: tuple[tuple[str, ...], ...]
    """Of each group one column must stand in the head, or it is another table."""
    anchors: tuple[str, ...]
    """The columns whose numbers make a row."""
    products: tuple[ProductSpec, ...] = ()
    sums: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Column, and the fields of the document its sum may be."""
    words: TableWords
    ends: Words = Field(default_factory=dict)
    """What follows the table of this kind and is no part of it."""
    one_row: bool = False
    """The table is a box of a form: text in it without any number is a row too."""

    @cached_property
    def synonyms(self) -> dict[str, str]:
        """Folded word, and the word that stands for all of its meaning."""
        return {fold(word): fold(group[0]) for group in self.words.same for word in group}

    @cached_property
    def heads(self) -> dict[str, tuple[str, ...]]:
        """Head as `plain_words` gives it, without blanks, and the columns it may stand for."""
        found: dict[str, list[str]] = {}
        for name, column in self.columns.items():
            for phrases in column.heads.values():
                for phrase in phrases:
                    names = found.setdefault("".join(self.plain_words(phrase)), [])
                    if name not in names:
                        names.append(name)
        found.pop("", None)
        return {phrase: tuple(names) for phrase, names in found.items()}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every single word that occurs in a head, or beside one."""
        phrases = [p for column in self.columns.values() for words in column.heads.values() for p in words]
        return frozenset(word for phrase in phrases for word in self.plain_words(phrase)) | self.noise

    @cached_property
    def noise(self) -> frozenset[str]:
        return frozenset(word for phrase in self.words.noise for word in self.plain_words(phrase))

    def plain_words(self, text: str) -> list[str]:
        """The words of a text, folded, each by the word that stands for its meaning."""
        return [self.synonyms.get(word, word) for word in fold(text).split()]

    @cached_property
    def totals(self) -> frozenset[str]:
        return _compacted(self.words.totals)

    @cached_property
    def charges(self) -> frozenset[str]:
        return _compacted(self.words.charges)

    @cached_property
    def carried(self) -> frozenset[str]:
        return _compacted(self.words.carried)

    @cached_property
    def counts(self) -> frozenset[str]:
        return _compacted(self.words.counts)

    @cached_property
    def endings(self) -> frozenset[str]:
        return _compacted(self.ends)

    @cached_property
    def other_heads(self) -> frozenset[str]:
        phrases = [phrase for phrases in self.words.other_heads.values() for phrase in phrases]
        return frozenset("".join(self.plain_words(phrase)) for phrase in phrases)

    @cached_property
    def sum_words(self) -> frozenset[str]:
        return frozenset(word for phrase in self.words.sum_words for word in self.plain_words(phrase))

    @cached_property
    def page_words(self) -> frozenset[str]:
        return frozenset(word for phrase in self.words.page_words for word in fold(phrase).split())

    @cached_property
    def package_words(self) -> frozenset[str]:
        return frozenset(word for phrase in self.words.package_words for word in fold(phrase).split())

    @cached_property
    def per_package(self) -> frozenset[str]:
        return frozenset(fold(phrase) for phrase in self.words.per_package)

    @cached_property
    def tax_words(self) -> frozenset[str]:
        return frozenset(word for phrase in self.words.tax_words for word in self.plain_words(phrase))

    @cached_property
    def total_words(self) -> frozenset[str]:
        """Words that may stand in a line of totals."""
        phrases = [p for words in self.words.totals.values() for p in words]
        phrases += [p for words in self.words.carried.values() for p in words]
        phrases += [*self.words.total_words, *self.words.noise]
        for column in self.columns.values():
            if column.type in ("number", "money", "mass", "volume"):
                phrases += [p for words in column.heads.values() for p in words]
        return frozenset(word for phrase in phrases for word in fold(phrase).split())


@lru_cache(maxsize=32768)
def fold(text: str) -> str:
    """The words of a text without case, accents and signs: what heads are compared by.

    >>> fold("Кол-во, шт.")
    'кол во шт'
    """
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    letters = (" " if not c.isalnum() else c for c in decomposed if unicodedata.category(c) != "Mn")
    return " ".join("".join(letters).replace("ı", "i").split())


def compact(text: str) -> str:
    """The folded text without blanks.

    >>> compact("P.U. HT")
    'puht'
    """
    return fold(text).replace(" ", "")


@cache
def lines_spec(folder: Path) -> LinesSpec | None:
    """The line items of the kind in `folder`; None when it has no `lines.yaml`.

    `DataFileError` says what is wrong with the file.
    """
    path = folder / "lines.yaml"
    if not path.is_file():
        return None
    file, shared = read_model(path, LinesFile), read_model(SHARED, SharedLines)
    faults = [f"use: there is no shared column {name!r}" for name in file.use if name not in shared.columns]
    columns = {name: shared.columns[name] for name in file.use if name in shared.columns}
    for name, column in file.columns.items():
        columns[name] = _merged(columns[name], column) if name in columns else column
    faults += _unknown_columns(file, columns)
    if faults:
        raise DataFileError("\n".join(f"{path}: {fault}" for fault in faults))
    return LinesSpec(
        into=file.into,
        columns=columns,
        needs=file.needs,
        anchors=file.anchors,
        products=file.products,
        sums=file.sums,
        words=shared.words,
        ends=file.ends,
        one_row=file.one_row,
    )


def _merged(shared: ColumnSpec, own: ColumnSpec) -> ColumnSpec:
    heads = {
        language: (*shared.heads.get(language, ()), *own.heads.get(language, ()))
        for language in {**shared.heads, **own.heads}
    }
    return ColumnSpec(type=own.type, heads=heads, keep=own.keep)


def _unknown_columns(file: LinesFile, columns: dict[str, ColumnSpec]) -> list[str]:
    named: list[tuple[str, str]] = [("anchors", name) for name in file.anchors]
    named += [("needs", name) for group in file.needs for name in group]
    named += [("sums", name) for name in file.sums]
    for product in file.products:
        named += [("products", name) for name in product.model_dump().values() if name]
    allowed = ", ".join(columns)
    return [f"{key}: there is no column {n!r}; columns: {allowed}" for key, n in named if n not in columns]


def _checked(given: Words) -> Words:
    for language in given:
        if not _LANGUAGE.fullmatch(language):
            raise ValueError(f"{language!r} is not a language such as ru, en or sr-Latn")
    return given


def _compacted(words: Words) -> frozenset[str]:
    return frozenset(compact(phrase) for phrases in words.values() for phrase in phrases)
