"""What stands around a name and is no part of it: titles before and after, and a post behind a separator. The words for
posts are those of the roster itself.
"""

import re
from collections.abc import Collection, Iterator

from bots.identity.lookalikes.words import Words, plain, words

_Titles = tuple[Collection[str], ...]


def _folded(titles: str) -> frozenset[str]:
    return frozenset(plain(word) for title in titles.split() for word in words(title))


_ALWAYS = _folded(
    """
    Mr Mrs Ms Miss Mx Dr Prof Professor Shri Shree Shrimati Smt Sushri Hon Honble Honourable Justice Adv Advocate
    Capt Captain Col Colonel Lt Maj Gen Brig Cmdr Wg Cdr Thiru Tmt Selvi Janab IAS IPS IFS IRS IFoS IRTS IRPS IES
    ISS ITS IAAS IDAS IIS Retd PhD
    श्री श्रीमती श्रीमान सुश्री डॉ डॉक्टर प्रो माननीय न्यायमूर्ति आईएएस आईपीएस திரு திருமதி శ్రీ శ్రీమతి ಶ್ರೀ ಶ್ರೀಮತಿ ശ്രീ ശ്രീമതി শ্রী শ্রীমতী
    શ્રી શ્રીમતી ਸ਼੍ਰੀ ਸ਼੍ਰੀਮਤੀ ଶ୍ରୀ
    """
)
"""Titles that are never names."""

_BEFORE = _folded("Sri Sh Km Kum Kumari Pandit Pt Sardar Sardarni Swami Baba Er Sir Sahibzada कुमारी पंडित सरदार स्वामी")
_AFTER = _folded("Sir Madam Sahib Saheb Sahiba Ji Garu Avargal जी साहब साहिबा महोदय महोदया")
"""Titles on one side of a name that are names on the other: Pandit Ravi Rao is Ravi Rao, Ravi Rao Pandit is not."""

POSTS = _folded(
    """
    Director Secretary Joint Under Deputy Additional Addl Chief Principal Special Assistant Asst Minister Collector
    Commissioner Magistrate Inspector Superintendent Section Registrar Advisor Adviser Chairman Chairperson President
    Vice Governor Ambassador Officer Office Official Verified Govt Government India of the
    सचिव संयुक्त उप अवर निदेशक मंत्री अधिकारी आयुक्त अध्यक्ष कार्यालय भारत सरकार
    """
)
"""Words of posts anywhere, beside those of the roster."""

_PARTED = re.compile(r"\s[-~*]+\s|-\s|\s-|[|/:@·•,;()\[\]{}<>«»‹›–—―‖¦।॥]")
MOST_PARTS = 6


def bare(name: Words) -> Words:
    """A name without the titles that are never names; the name itself where nothing would be left."""
    return _stripped(name, (_ALWAYS,), (_ALWAYS,)) or name


def readings(text: str, posts: Collection[str]) -> Iterator[Words]:
    """What the name in a text may be, the likeliest first.

    Args:
        text: what somebody calls themselves; all of it can be seen.
        posts: POSTS and the words of the roster's own posts, but for words of names.
    """
    parts = [part for piece in _PARTED.split(text)[:MOST_PARTS] if (part := words(piece))]
    yield from _of(words(text), posts)
    alone = len(parts) > 1 and not any(_without_titles(part, posts) for part in parts[1:])
    for number, part in enumerate(parts if len(parts) > 1 else ()):
        # One word alone is a whole name only before a post: neither "Verma, Asha" nor "Ravi (Asha)" is an Asha.
        yield from (name for name in _of(part, posts) if len(name) > 1 or (number == 0 and alone))


def _of(some: Words, posts: Collection[str]) -> Iterator[Words]:
    yield some
    yield bare(some)
    if len(short := _without_titles(some, posts)) > 1:
        yield short


def _without_titles(some: Words, posts: Collection[str]) -> Words:
    return _stripped(some, (_ALWAYS, _BEFORE, posts), (_ALWAYS, _AFTER, posts))


def _stripped(some: Words, before: _Titles, after: _Titles) -> Words:
    start, end = 0, len(some)
    while start < end and any(plain(some[start]) in titles for titles in before):
        start += 1
    while start < end and any(plain(some[end - 1]) in titles for titles in after):
        end -= 1
    return some[start:end]
