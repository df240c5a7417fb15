"""`setu records hold add|list|release`: what officers do with holds at a terminal. Who acts is the account under which
the command runs, in the name of the Matrix id that `--as` gives; both are kept, and neither may let a hold go twice.
"""

import json
import os
import pwd
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime

from bots.retention.holds import shown
from bots.retention.holds.asked import LONGEST, BadHold, fields
from bots.retention.holds.desk import Desk
from bots.retention.holds.hold import Hold, Officer
from bots.retention.holds.release import Refused
from bots.retention.settings import RetentionSettings
from bridge import ground, languages
from bridge.config import Settings
from bridge.ground import Ground
from bridge.model import user_id
from bridge.plugin import Bot, names_config
from bridge.saying import Saying
from bridge.store.database import Connection
from bridge.voice import Voice


def arguments(parser: ArgumentParser) -> None:
    """What follows `setu records hold`."""
    commands = parser.add_subparsers(required=True, dest="deed", metavar="COMMAND")
    add = commands.add_parser("add", help="hold what fits all that is given, past and future")
    add.add_argument("--matter", required=True, help="what it is about; this is sealed")
    add.add_argument("--authority", required=True, help="who ordered it, such as a court; sealed")
    add.add_argument("--person", action="append", default=[], help="who wrote it, a Matrix id; may be given again")
    add.add_argument("--room", action="append", default=[], help="where, a room id; may be given again")
    add.add_argument("--words", help='any of these words, "phrases" and begin*; sealed')
    add.add_argument("--from", dest="since", help="not before this day, such as 2026-01-31")
    add.add_argument("--to", dest="until", help="not after this day")
    add.add_argument("--organisation", metavar="SERVER", help="only what its homeserver saw; without it, everything")
    release = commands.add_parser("release", help="let a hold go; a second officer must do the same")
    release.add_argument("--hold", type=_number, required=True, metavar="N")
    release.add_argument("--take-back", action="store_true", help="keep it after all")
    for deed in (add, release):
        deed.add_argument("--reason", required=True, type=_words, help="why; this is kept, sealed")
        deed.add_argument("--as", dest="person_of", required=True, type=_person, help="your Matrix id; this is kept")
    listing = commands.add_parser("list", help="all holds, and how they stand")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    for deed in (add, release, listing):
        names_config(deed)


def _number(given: str) -> int:
    if not given.isdecimal() or not 0 < int(given) < 2**31:
        raise ArgumentTypeError("give the number of a hold, as `list` tells it")
    return int(given)


def _words(given: str) -> str:
    if not 0 < len(given.strip()) <= LONGEST:
        raise ArgumentTypeError(f"say why, in 1 to {LONGEST} characters")
    return given.strip()


def _person(given: str) -> str:
    if (person := user_id(given)) is None:
        raise ArgumentTypeError("give your Matrix id, such as @asha:nic.example")
    return person


async def run(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    """Does it; 1 where it cannot be done. Raises as `bridge.ground.opened`."""
    async with ground.opened(settings, bots) as stood, stood.pool.acquire() as connection, connection.transaction():
        asking = _Asking(settings, bots, given, stood, connection)
        match given.deed:
            case "add":
                return await asking.add()
            case "release":
                return await asking.release()
            case _:
                return await asking.list()


class _Asking:
    """One command, in its transaction."""

    def __init__(
        self, settings: Settings, bots: Sequence[Bot], given: Namespace, stood: Ground, connection: Connection
    ) -> None:
        own = RetentionSettings.model_validate(settings.bots.get("retention", {}))
        self._given, self._connection, self._zone = given, connection, own.search.tz
        self._hub, self._known = settings.hub.server_name, [one.server_name for one in settings.homeservers]
        self._desk = Desk(stood.keyring, self._hub, own.hold.cooling_off, lambda: datetime.now(UTC))
        self._voice = Voice(ground.catalogues(bots), languages.ENGLISH)

    async def add(self) -> int:
        given = self._given
        organisation = given.organisation or self._hub
        if organisation not in self._known:
            print(f"--organisation: {organisation} is none of {', '.join(self._known)}", file=sys.stderr)
            return 1
        texts = {
            "matter": given.matter, "authority": given.authority, "reason": given.reason,
            "persons": " ".join(given.person) or None, "rooms": " ".join(given.room) or None, "words": given.words,
            "from": given.since, "to": given.until,
        }  # fmt: skip
        try:
            asked = fields({key: text for key, text in texts.items() if text is not None}, self._zone)
        except BadHold as error:
            return self._refused(error.what)
        number = await self._desk.add(self._connection, organisation, _officer(given.person_of), asked)
        self._say(Saying.of("records-hold-added", hold=number))
        return 0

    async def release(self) -> int:
        given = self._given
        do = self._desk.take_back if given.take_back else self._desk.release
        done = await do(self._connection, given.hold, _officer(given.person_of), given.reason)
        if isinstance(done, Refused):
            return self._refused(done.why)
        self._say(shown.done(given.hold, done, self._zone))
        return 0

    async def list(self) -> int:
        for hold in await self._desk.list(self._connection, _officer(None), self._hub):
            if self._given.json:
                print(_json(hold, self._desk.clock()))
            else:
                told = [shown.order(hold, self._zone, None), *shown.criteria(hold.criteria, self._zone, None)]
                for one in (*told, shown.standing(hold, self._desk.clock(), self._zone)):
                    self._say(one)
                print()
        return 0

    def _say(self, what: Saying) -> None:
        print(self._voice.words(what))

    def _refused(self, why: Saying) -> int:
        print(self._voice.words(why), file=sys.stderr)
        return 1


def _officer(person: str | None) -> Officer:
    # Not from the environment, where anybody may write any name.
    uid = os.getuid()
    try:
        account = pwd.getpwuid(uid).pw_name
    except KeyError:
        account = str(uid)
    return Officer(account, person or account)


def _json(hold: Hold, now: datetime) -> str:
    given, order = hold.criteria, hold.order
    acts = [
        {"act": act.deed, "at": act.at.isoformat(), "by": act.officer.name, "reason": act.reason,
         "ends_at": act.ends_at.isoformat() if act.ends_at is not None else None}
        for act in hold.acts
    ]  # fmt: skip
    return json.dumps(
        {"hold": hold.number, "organisation": hold.organisation, "everywhere": hold.everywhere,
         "at": hold.at.isoformat(), "by": hold.officer.name, "standing": hold.standing(now),
         "matter": order.matter, "authority": order.authority, "reason": order.reason, "persons": list(given.people),
         "rooms": list(given.rooms), "words": list(given.words),
         "since": given.since.isoformat() if given.since is not None else None,
         "until": given.until.isoformat() if given.until is not None else None, "acts": acts}
    )  # fmt: skip
