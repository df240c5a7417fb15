"""The names of the roster, found by what they look like. Names that might read alike lie under one key; each that is
found is then compared as a reader would, so that different names are never taken for one.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime

from bots.identity.lookalikes import indian
from bots.identity.lookalikes.resemblance import How, Resemblance
from bots.identity.lookalikes.shown import Shown
from bots.identity.lookalikes.skeleton import styled
from bots.identity.lookalikes.titles import POSTS, bare, readings
from bots.identity.lookalikes.words import Words, key, plain, read_alike, words
from bots.identity.roster.person import Person
from bots.identity.roster.roster import Roster
from bots.identity.roster.unseen import named
from bridge.model import UserId

_Pairs = list[tuple[str, str]]


class Lookalikes:
    """An index over a roster; `follow` takes it to the next one."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._found: dict[int, UserId | tuple[UserId, ...]] = {}
        self._words: Counter[str] = Counter()
        """The words of all names: what is a name of somebody is no misspelt other one."""
        self._add(roster)
        self._posts = self._words_of_posts()

    def follow(self, roster: Roster, changed: Collection[UserId]) -> None:
        """Takes over the next roster; `changed` are the ids in which it differs."""
        before, after = self._roster.people, roster.people
        self._remove(before[user_id] for user_id in changed if user_id in before)
        self._add(after[user_id] for user_id in changed if user_id in after)
        self._roster = roster
        if changed:
            self._posts = self._words_of_posts()

    def resembling(
        self, display_name: str, user_id: UserId, on: date | datetime | None = None
    ) -> Sequence[Resemblance]:
        """The people of the roster whose name this reads as, where that may mislead; empty for ordinary names.

        Somebody who is on the roster by the same name, and the same human's other account, mislead nobody.

        Args:
            display_name: what somebody calls themselves, without what Setu adds to it.
            user_id: who that is.
            on: with it only people count whose validity this day lies in.
        """
        shown, found = Shown.of(display_name), dict[UserId, Resemblance]()
        for text in shown.texts:
            for reading in dict.fromkeys(readings(text, self._posts)):
                for person, name in self._candidates(reading, user_id, on):
                    if person.user_id not in found and (pairs := self._alike(reading, name)):
                        found[person.user_id] = _resemblance(person, shown, text, reading, pairs)
        return list(found.values())

    def _candidates(
        self, reading: Words, user_id: UserId, on: date | datetime | None
    ) -> Iterator[tuple[Person, Words]]:
        own = self._person(user_id, on)
        for other in _several(self._found.get(key(reading), ())) if reading else ():
            person = self._person(other, on)
            if person is not None and other != user_id and not _known_as(own, person):
                yield person, _name(person)

    def _person(self, user_id: UserId, on: date | datetime | None) -> Person | None:
        return self._roster.people.get(user_id) if on is None else self._roster.of(user_id, on)

    def _alike(self, reading: Words, name: Words) -> _Pairs | None:
        pairs = read_alike(reading, name)
        others = [shown for shown, word in pairs or () if plain(shown) != plain(word)]
        return None if any(self._words[plain(shown)] for shown in others) else pairs

    def _add(self, people: Iterable[Person]) -> None:
        for person in people:
            name = _name(person)
            self._words.update(map(plain, name))
            place = key(name)
            there = self._found.get(place)
            self._found[place] = person.user_id if there is None else (*_several(there), person.user_id)

    def _remove(self, people: Iterable[Person]) -> None:
        for person in people:
            name = _name(person)
            self._words.subtract(map(plain, name))
            left = tuple(one for one in _several(self._found.pop(key(name))) if one != person.user_id)
            if left:
                self._found[key(name)] = left if len(left) > 1 else left[0]

    def _words_of_posts(self) -> frozenset[str]:
        texts = {text for person in self._roster for text in (person.designation, person.organisation, person.office)}
        posts = {plain(word) for text in texts for word in words(text)}
        return POSTS | {word for word in posts if not self._words[word]}


def _several(found: UserId | tuple[UserId, ...]) -> tuple[UserId, ...]:
    return found if isinstance(found, tuple) else (found,)


def _name(person: Person) -> Words:
    return bare(words(person.name))


def _known_as(own: Person | None, person: Person) -> bool:
    """Whether the one who bears the name bears it by right: both are on the roster by the same name."""
    return own is not None and (own.is_same_human(person) or sorted(_plain(own)) == sorted(_plain(person)))


def _plain(person: Person) -> list[str]:
    return [plain(word) for word in _name(person)]


def _resemblance(person: Person, shown: Shown, text: str, reading: Words, pairs: _Pairs) -> Resemblance:
    if shown.hidden:
        return Resemblance(person.user_id, How.INVISIBLE, shown.hidden)
    if odd := tuple(dict.fromkeys(_odd(shown.text, text, person.name, pairs))):
        return Resemblance(person.user_id, How.CONFUSABLE, odd)
    more = [word for word in words(shown.text.replace("|", " ")) if plain(word) not in map(plain, reading)]
    if more:
        return Resemblance(person.user_id, How.TITLE, tuple(more))
    return Resemblance(person.user_id, How.SAME_NAME, reading)


def _odd(shown: str, text: str, name: str, pairs: _Pairs) -> Sequence[str]:
    """What in a name is not as people write it: characters, or else the words that they are in."""
    usual = name.casefold()
    signs = [sign for sign in shown if _is_foreign(sign) and sign.casefold() not in usual]
    if len(text) == len(shown):
        signs += [sign for sign, letter in zip(shown, text, strict=True) if sign != letter]
    return [named(sign) for sign in signs] or [word for word, other in pairs if plain(word) != plain(other)]


def _is_foreign(sign: str) -> bool:
    """Whether it is a letter or a mark, of any style, that is neither English nor Indian."""
    if sign.isascii() or indian.block(sign) is not None:
        return False
    letters = any(map(str.isalnum, unicodedata.normalize("NFKD", sign)))
    return letters or ord(sign) in styled() or unicodedata.category(sign).startswith("M")
