"""Company names across alphabets, legal forms, quotes and spellings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.rules.names import Likeness, compare, fold

SAME = [
    ("ТОО «Шығыс Транс»", "Shygys Trans LLP"),
    ("ТОО «Шығыс Транс»", "«Шығыс Транс» ЖШС"),
    ('ООО "Альфа-Трейд"', "Alfa Trade LLC"),
    ("ТОО «Караван Логистик»", "KARAVAN LOGISTICS LLP"),
    ("Товарищество с ограниченной ответственностью «Караван»", "ТОО Караван"),
    ("Müller Maschinenbau GmbH", "MULLER MASCHINENBAU GmbH"),
    ("Anadolu Makine San. ve Tic. Ltd. Şti.", "ANADOLU MAKINE SANAYI VE TICARET LIMITED ŞIRKETI"),
    ("Београд Експорт д.о.о.", "Beograd Eksport d.o.o."),
    ("乌鲁木齐丝路贸易有限公司 / Urumqi Silk Road Trading Co., Ltd.", "Urumqi Silk Road Trading Co Ltd"),
    ("Orion Group", "Orion Group SRL"),
    ("Uydurma Tekstil Sanayi ve Ticaret A.Ş.", "Уйдурма Текстиль Санайи ве Тиджарет А.Ш."),
]
DIFFERENT = [
    ("ТОО Алматы Импорт", "ТОО Астана Импорт"),
    ("Almaty Import LLP", "Batys Logistika LLP"),
    ("上海东方贸易有限公司", "北京机械股份有限公司"),
]
DOUBT = [
    ("ИП Иванов", "ООО Иванов"),
    ("Alfa", "Alfa Trade"),
    ("Trans Service 1", "Trans Service 2"),
    ("乌鲁木齐丝路贸易有限公司", "Urumqi Silk Road Trading Co., Ltd."),
    ("Kazakh Agro Export LLP", "Kazakh Agro Import LLP"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_company_are_the_same(one: str, other: str) -> None:
    assert compare(one, other) is Likeness.SAME, (fold(one), fold(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_clearly_different_companies_are_different(one: str, other: str) -> None:
    assert compare(one, other) is Likeness.DIFFERENT, (fold(one), fold(other))


@pytest.mark.parametrize(("one", "other"), DOUBT)
def test_what_only_a_person_can_tell_is_a_doubt(one: str, other: str) -> None:
    assert compare(one, other) is Likeness.DOUBT, (fold(one), fold(other))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=40), st.text(max_size=40))
def test_comparing_is_symmetric_and_never_fails(one: str, other: str) -> None:
    assert compare(one, other) is compare(other, one)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text("abcdefghij АБВГДЕЖ", min_size=4, max_size=30).filter(lambda t: len(t.split()) > 0))
def test_a_name_is_the_same_as_itself_in_other_case_and_quotes(name: str) -> None:
    assert compare(name, f"«{name.upper()}»") is Likeness.SAME
