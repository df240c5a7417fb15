"""`setu classify`: judges a text, a file, or one JSON object a line, as the bot does, and prints a line of JSON for
each. It needs no configuration, database or network.
"""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bridge.plugin import Tool

TEXTS = ("text", "scheme", "ceiling", "filename", "formatted_body")
"""What one line of `--jsonl` may hold."""


class Misunderstood(ValueError):
    """What was given cannot be judged; its text says why."""


def _arguments(parser: ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("text", nargs="?", help="the text; without it, standard input is read as one text")
    what.add_argument("--file", type=Path, help="a file: Office, OpenDocument, PDF, text, CSV, e-mail, zip, image")
    what.add_argument("--jsonl", action="store_true", help='one {"text": …} a line on standard input')
    parser.add_argument("--explain", action="store_true", help="say in words why, and what was dismissed")
    parser.add_argument("--scheme", default="IN", help="the scheme of a level that names none (%(default)s)")
    parser.add_argument("--ceiling", help="tell by how many levels it is above this one, such as IN:RESTRICTED")
    parser.add_argument("--schemes", type=Path, action="append", default=[], help="a folder of schemes of your own")


def _run(given: Namespace) -> int:
    from bots.classification.ceiling import UnknownLevel

    try:
        desk = _Desk(given)
        if given.jsonl:
            return desk.lines()
        desk.one()
    except (Misunderstood, UnknownLevel, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


@dataclass(frozen=True)
class _Desk:
    given: Namespace

    @cached_property
    def engine(self) -> Any:
        # It takes a third of a second to load, which no other command needs.
        from bots.classification import load

        return load.load(self.given.schemes, home=self.given.scheme)

    def one(self) -> None:
        if self.given.file is not None:
            from bots.classification.files import shop
            from bridge.documents.limits import LIMITS

            with self.given.file.open("rb") as file:
                data = file.read(LIMITS.size + 1)
            judging = shop.judged_once(self.given.file.name, data, self.given.schemes, self.given.scheme)
            verdict = asyncio.run(judging)
        else:
            self._known(self.given.scheme)
            text = sys.stdin.buffer.read().decode("utf-8", "replace") if self.given.text is None else self.given.text
            verdict = self.engine.judge_text(text)
        print(json.dumps(self._told(verdict, self.given.ceiling, self.given.scheme)))
        for sentence in self._words(verdict):
            print(sentence)

    def lines(self) -> int:
        """Each line by itself: one that cannot be judged gets a line that says so, and is no verdict."""
        status = 0
        for line in sys.stdin.buffer:
            try:
                told = self._line(line)
            except ValueError as error:
                told, status = {"error": str(error)}, 1
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
        return status

    def _line(self, line: bytes) -> Mapping[str, Any]:
        try:
            asked = json.loads(line)
        except (ValueError, RecursionError):
            raise Misunderstood("this line is not JSON") from None
        if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
            raise Misunderstood('this line is no object with a "text"')
        if unknown := [key for key in asked if key not in TEXTS]:
            raise Misunderstood(f"unknown key {unknown[0][:40]!a}; the keys are: {', '.join(TEXTS)}")
        if wrong := [key for key in asked if not isinstance(asked[key], str | None)]:
            raise Misunderstood(f"{wrong[0]} is not a text")
        scheme = self._known(asked.get("scheme") or self.given.scheme)
        verdict = self.engine.judge(_segments(asked), scheme)
        told = self._told(verdict, asked.get("ceiling") or self.given.ceiling, scheme)
        return {**told, "explained": list(self._words(verdict))} if self.given.explain else told

    def _known(self, scheme: str) -> str:
        known = [known.scheme for known in self.engine.grammar.schemes]
        if scheme not in known:
            raise Misunderstood(f"there is no scheme {scheme[:40]!a}; there are: {', '.join(known)}")
        return scheme

    def _told(self, verdict: Any, ceiling: str | None, scheme: str) -> dict[str, Any]:
        from bots.classification.ceiling import above, level

        told = dict(verdict.told())
        if ceiling is not None:
            top = level(self.engine.grammar, ceiling, scheme)
            told |= {"ceiling": str(top), "above": above(self.engine.grammar, verdict, top)}
        return told

    def _words(self, verdict: Any) -> Iterator[str]:
        from bots.classification.explain import explained

        if self.given.explain:
            yield from explained(verdict, self.engine.grammar)


def _segments(asked: Mapping[str, Any]) -> Iterator[Any]:
    from bridge.documents import markup
    from bridge.documents.segment import Segment

    yield Segment("body", asked["text"])
    if asked.get("filename"):
        yield Segment("file_name", asked["filename"])
    if asked.get("formatted_body"):
        yield from markup.segments(asked["formatted_body"], "formatted_body")


console = Tool("classify", "tell whether a text or file carries a marking or exposes data", _arguments, _run)
