"""Somebody who calls themselves as an official is called is noticed, however they write it."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from bots.identity.lookalikes.index import Lookalikes
from bots.identity.lookalikes.resemblance import How
from bots.identity.roster.person import Person
from bridge.model import UserId
from tests.unit.identity.rosters import ASHA, FARID, RAVI, STRANGER, of_names, of_people

OFFICIALS = of_names(
    "Asha Verma", "Ila Rao", "ANIL KUMAR", "Vikram Singh", "रम्या खान", "आशा वर्मा", "R K Singh",
    "Dr Lata Das", "Arnav Gupta", "കരൺ രാജൻ", "Farid", "Brian D'Souza", "चाँद पंत", "Asha Pandit",
    "Mary Ann Roy", "Ahmed İlhan",
)  # fmt: skip
LOOKALIKES = Lookalikes(OFFICIALS)


def several(written: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Each way in which a name is written, beside the name."""
    return [(shown, name) for name, ways in written.items() for shown in ways]


def seen(shown: str) -> list[tuple[str, How]]:
    """Whose name a stranger's reads as, and how."""
    found = LOOKALIKES.resembling(shown, STRANGER)
    return [(OFFICIALS.people[one.person].name, one.how) for one in found]


THE_SAME = {
    "Asha Verma": [
        "Asha Verma", "ASHA  VERMA", "asha.verma", "Verma, Asha", "Verma Asha", "AshaVerma",
        "A s h a V e r m a", "asha_verma", "Asha-Verma", "Asha Verma ✅", "Asha Verma 2",
    ],
    "ANIL KUMAR": ["anil kumar"],
    "R K Singh": ["RK Singh", "R. K. Singh", "Singh R K"],
    "Brian D'Souza": ["Brian DSouza", "Brian D’Souza"],
    "Mary Ann Roy": ["Maryann Roy"],
    "रम्या खान": ["रम्या ख़ान"],
    "आशा वर्मा": ["अाशा वर्मा"],
    "चाँद पंत": ["चांद पन्त"],
    "കരൺ രാജൻ": ["കരണ്\u200d രാജൻ"],
    "Farid": ["Farid"],
}  # fmt: skip


@pytest.mark.parametrize(("shown", "name"), several(THE_SAME))
def test_the_same_name_is_the_same_however_it_is_set(shown: str, name: str) -> None:
    assert seen(shown) == [(name, How.SAME_NAME)]


CONFUSABLE = {
    "Asha Verma": [
        "Аsha Verma", "АЅНА VЕRМА", "Asha Verrna", "4sha V3rma", "@sha Verma", "Ａｓｈａ Ｖｅｒｍａ",
        "𝐀𝐬𝐡𝐚 𝑽𝒆𝒓𝒎𝒂", "ᴀꜱʜᴀ ᴠᴇʀᴍᴀ", "🅰sha Verma", "Áshā Vérma", "A̷s̷h̷a̷ Verma", "Ⓐsha Verma",
        "АshaVerma",
    ],
    "Ila Rao": ["lla Rao", "1la Rao", "lLA RAO"],
    "ANIL KUMAR": ["ANlL KUMAR", "Ani1 Kumar", "AN1L KUMAR"],
    "Vikram Singh": ["V1kram Singh"],
    "Arnav Gupta": ["Amav Gupta"],
}  # fmt: skip


@pytest.mark.parametrize(("shown", "name"), several(CONFUSABLE))
def test_characters_that_look_alike_are_noticed(shown: str, name: str) -> None:
    assert seen(shown) == [(name, How.CONFUSABLE)]


@pytest.mark.parametrize(
    "shown",
    [
        "Asha\u200b Verma", "A\u00adsha Verma", "Asha\ufe0f Verma", "As\U000e0068ha Verma",
        "Asha\u3164 Verma", "Asha Verma\u202c", "\u202eamreV ahsA", "\u2066Asha Verma\u2069",
        "Asha\u2060Verma", "As\u200dha Verma",
    ],
)  # fmt: skip
def test_what_nobody_sees_is_noticed(shown: str) -> None:
    assert seen(shown) == [("Asha Verma", How.INVISIBLE)]


TITLED = {
    "Asha Verma": [
        "Shri Asha Verma", "Smt. Asha Verma", "Dr. Asha Verma, IAS", "Hon'ble Asha Verma",
        "Asha Verma ji", "Kumari Asha Verma", "Asha Verma (Joint Secretary) · NIC",
        "Asha Verma - Home", "Asha Verma/JS", "Asha Verma | Roads", "Joint Secretary Asha Verma",
        "NIC: Asha Verma", "Office of Asha Verma",
    ],
    "Farid": ["Farid (Director)"],
    "आशा वर्मा": ["श्री आशा वर्मा", "आशा वर्मा (संयुक्त सचिव)"],
    "Dr Lata Das": ["Lata Das, IAS"],
}  # fmt: skip


@pytest.mark.parametrize(("shown", "name"), several(TITLED))
def test_a_name_with_a_title_is_the_name(shown: str, name: str) -> None:
    assert seen(shown) == [(name, How.TITLE)]


@pytest.mark.parametrize(
    "shown",
    [
        "Asha Varma", "Usha Verma", "Asha", "Verma", "Asha Vermaa", "Lla Rao", "Nila Rao",
        "Asha Swami", "K R Singh", "R Singh", "R K Sinha", "रन्या खान", "आशा शर्मा", "Vikas Singh",
        "Arav Gupta", "Maryan Roy", "Ravi (Asha)", "Farid Khan", "Lata Dass", "Anil Kumari",
        "Asha Verma's brother Ravi", "കരാൺ രാജൻ", "Ari1 Kumar", "Verma, Farida",
    ],
)  # fmt: skip
def test_another_name_is_another_name(shown: str) -> None:
    assert seen(shown) == []


@pytest.mark.parametrize(
    ("name", "other"),
    [("கரன்", "கான்"), ("ഹരി", "ഹരീ"), ("ਆਸ਼ਾ ਸਿੰਘ", "ਆਸਾ ਸਿੰਘ"), ("रम्या राव", "रन्या राव"), ("മണി", "മണീ")],
)
def test_what_tr39_takes_for_one_within_an_indian_script_are_two_names(name: str, other: str) -> None:
    assert Lookalikes(of_names(name)).resembling(other, STRANGER) == []
    assert Lookalikes(of_names(name)).resembling(name, STRANGER)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Tara K Rao", "Tarak Rao"), ("Anish M Das", "Manish Das"), ("Mala Roy", "Maia Roy"),
        ("R K Rao", "K R Rao"), ("Neil Roy", "Nell Roy"), ("Karan Rao", "Karna Rao"), ("Anil Sud", "Nila Sud"),
        ("Maia Roy", "MalaRoy"), ("Mala Sen", "MAIA SEN"), ("Ravi Rao", "Ravi Rao Pandit"), ("Farid", "Khan, Farid"),
        ("Farid", "Ravi (Farid)"),
    ],
)  # fmt: skip
def test_names_that_nearly_are_one_are_two(name: str, other: str) -> None:
    assert Lookalikes(of_names(name)).resembling(other, STRANGER) == []
    assert Lookalikes(of_names(other)).resembling(name, STRANGER) == []


def test_the_evidence_names_what_did_it() -> None:
    for shown, evidence in (
        ("Аsha Verma", ("U+0410 CYRILLIC CAPITAL LETTER A",)),
        ("Asha\u200b Verma", ("U+200B ZERO WIDTH SPACE",)),
        ("Asha Verrna", ("Verrna",)),
        ("Dr. Asha Verma, IAS", ("Dr", "IAS")),
        ("Verma, Asha", ("Verma", "Asha")),
    ):
        assert [one.evidence for one in LOOKALIKES.resembling(shown, STRANGER)] == [evidence]


def test_a_person_under_their_own_id_is_no_alarm() -> None:
    person = next(iter(OFFICIALS))
    assert LOOKALIKES.resembling(f"Dr {person.name}", person.user_id) == []
    assert LOOKALIKES.resembling(person.name, UserId(person.user_id.upper()))


def test_people_who_really_have_one_name_are_no_alarm_when_both_are_rostered() -> None:
    namesakes = [Person(ASHA, "Asha Verma", "Director", "NIC"), Person(RAVI, "VERMA Asha", "Under Secretary", "Home")]
    lookalikes = Lookalikes(of_people([*namesakes, Person(FARID, "Farid Khan")]))
    assert lookalikes.resembling("Asha Verma", RAVI) == []
    assert {one.person for one in lookalikes.resembling("Asha Verma", STRANGER)} == {ASHA, RAVI}
    assert {one.person for one in lookalikes.resembling("Asha Verma", FARID)} == {ASHA, RAVI}


def test_the_other_account_of_one_human_is_no_alarm() -> None:
    both = [Person(one, "Asha Verma", "Director", "NIC", "Delhi") for one in (ASHA, RAVI)]
    assert Lookalikes(of_people(both)).resembling("Dr Asha Verma", RAVI) == []


def test_who_no_longer_counts_is_neither_resembled_nor_excused() -> None:
    past = Person(ASHA, "Asha Verma", valid_until=date(2026, 1, 31))
    lookalikes = Lookalikes(of_people([past, Person(RAVI, "Asha Verma", "Director")]))
    assert [one.person for one in lookalikes.resembling("Asha Verma", STRANGER, date(2026, 2, 1))] == [RAVI]
    assert [one.person for one in lookalikes.resembling("Asha Verma", ASHA, date(2026, 2, 1))] == [RAVI]
    assert lookalikes.resembling("Asha Verma", ASHA, date(2026, 1, 31)) == []


def test_an_ordinary_name_is_not_taken_for_one_that_looks_like_it() -> None:
    assert [one.how for one in Lookalikes(of_names("Arnaya Rao")).resembling("Amaya Rao", STRANGER)] == [How.CONFUSABLE]
    assert Lookalikes(of_names("Arnaya Rao", "Amaya Das")).resembling("Amaya Rao", STRANGER) == []


def test_words_of_posts_are_those_of_the_roster() -> None:
    roster = of_names("Asha Verma", designation="Nodal Kanungo", organisation="Jal Shakti")
    assert [one.how for one in Lookalikes(roster).resembling("Kanungo Asha Verma", STRANGER)] == [How.TITLE]
    assert LOOKALIKES.resembling("Kanungo Asha Verma", STRANGER) == []
    named = of_people([*roster, Person(RAVI, "Ravi Kanungo")])
    assert Lookalikes(named).resembling("Kanungo Asha Verma", STRANGER) == []
