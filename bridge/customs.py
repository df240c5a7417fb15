"""How ghosts and bots are called at one installation: what the settings say, in the form in which the mirror asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter

from bridge.config import Settings
from bridge.ghosts import ghost_id, is_ghost, person_of
from bridge.model import HomeserverName, UserId, server_of, user_id
from bridge.origin import Origin


@dataclass(frozen=True)
class Customs:
    """Names and namespaces, fixed while Setu runs."""

    bot: str
    """The local part of the bot that makes and joins rooms."""
    bots: frozenset[str]
    """The local parts of all bots, that one included."""
    prefix: str
    """What the local part of each ghost begins with."""
    template: str
    organisations: Mapping[str, str]
    """What people call each organisation, by server name."""
    direct_chats: bool = True
    """Whether a person may call one of another homeserver into a direct chat."""

    @classmethod
    def of(cls, settings: Settings, bots: Iterable[str]) -> "Customs":
        """As an installation's settings say; `bots` are the local parts of the installed bots."""
        mirror = settings.mirror
        organisations = {homeserver.server_name: homeserver.name for homeserver in settings.homeservers}
        names = frozenset({mirror.bot, *bots})
        return cls(mirror.bot, names, mirror.ghost_prefix, mirror.ghost_name, organisations, mirror.direct_chats)

    def is_ghost(self, user_id: UserId, homeserver: HomeserverName) -> bool:
        return is_ghost(self.prefix, user_id, homeserver)

    def bot_on(self, homeserver: HomeserverName) -> UserId:
        return UserId(f"@{self.bot}:{homeserver}")

    def ours(self, user_id: UserId, homeserver: HomeserverName) -> bool:
        """Whether an account is one of ours on that homeserver, as which nobody else can speak."""
        localpart, _, server = user_id[1:].partition(":")
        return is_ghost(self.prefix, user_id, homeserver) or (server == homeserver and localpart in self.bots)

    def of_setu(self, user_id: UserId) -> bool:
        """Whether an account is one of ours on its own homeserver, wherever it is seen."""
        server = HomeserverName(server_of(user_id))
        return server in self.organisations and self.ours(user_id, server)

    def organisation(self, user_id: UserId) -> str:
        """What people call a user's organisation."""
        return self.called(server_of(user_id))

    def called(self, server: str) -> str:
        """What people call the organisation of a homeserver; the server's name where nobody said."""
        return self.organisations.get(server, server)

    def ghost_of(self, person: UserId, homeserver: HomeserverName) -> UserId:
        return ghost_id(self.prefix, person, homeserver)

    def stranger(self, ghost: UserId) -> UserId | None:
        """Whose ghost has this id, where nobody has met it yet; None where the id does not tell, or it is a bot's."""
        person = user_id(person_of(self.prefix, ghost))
        return person if person is not None and not self.ours(person, HomeserverName(server_of(person))) else None

    def across(self, user_id: UserId, source: HomeserverName, target: HomeserverName) -> UserId:
        """The id by which a user of the source's is known on the target: their own at home, a ghost's elsewhere."""
        person = (person_of(self.prefix, user_id) if is_ghost(self.prefix, user_id, source) else None) or user_id
        if server_of(person) == target or person == self.bot_on(source):
            return person if person != self.bot_on(source) else self.bot_on(target)
        return self.ghost_of(person, target)

    def ghost_name(self, origin: Origin) -> str:
        """The display name of a person's ghost."""
        words = {
            "name": origin.name,
            "designation": origin.designation,
            "department": origin.organisation,
            "user_id": origin.sender,
        }
        return filled(self.template, words)


def filled(template: str, words: Mapping[str, str]) -> str:
    """A template with its placeholders filled. One that has nothing to say takes the sign that follows it along, and
    brackets that stood around it: `{name} · {designation}, {department}` becomes `Ravi Kumar · Home Affairs`.
    """
    text, kept = "", ""
    for literal, placeholder, _, _ in Formatter().parse(template):
        if kept.endswith("("):
            kept, literal = kept[:-1].rstrip(), literal.removeprefix(")")
        word = words[placeholder] if placeholder is not None else ""
        sign = kept or literal
        if word or placeholder is None:
            text, kept = text + (sign if word or not kept else "") + word, ""
        else:
            kept = sign
    return text.strip()
