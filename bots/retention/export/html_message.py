"""One message of a page: what it answers, what it says now, what it said before, its files, reactions, and by whom and
why it was deleted. What was deleted or revised is shown as such and stays readable: it is the record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from bots.retention.export import html_clean, html_files, html_words
from bots.retention.export.html_clean import text
from bots.retention.export.plain import key_of, revised, text_of
from bots.retention.export.said import Said, Sayings

QUOTED = 160
"""Characters of what is answered."""

MOST_REACTIONS = 500


@dataclass(frozen=True)
class Around:
    """What stands with a message."""

    revisions: Sequence[Said]
    reactions: Sequence[Said]
    deletions: Sequence[Said]


@dataclass(frozen=True)
class Messages:
    """Renders the messages of one room."""

    sayings: Sayings
    zone: tzinfo
    up: str
    """The way from the page to the top of the export, such as `../../`."""

    def html(self, said: Said, named: bool) -> str:
        """A message; `named` unless who says it stands above it already."""
        shown, around = self._latest_telling(said), self._around(said)
        kinds = "message" + (" deleted" if around.deletions else "") + ("" if named else " goes-on")
        who = f'<div class="who">{self._who(shown)}</div>' if named else ""
        parts = "".join(self._parts(said, shown, around))
        late = '<span class="late">recorded late</span>' if said.header["late"] else ""
        when = f'<a class="when" href="#r{said.item.room_seq}">{html_words.clock(said.at(self.zone))}</a>'
        return f'<article class="{kinds}" id="r{said.item.room_seq}">{when}<div>{who}{parts}{late}</div></article>\n'

    def _parts(self, said: Said, shown: Said, around: Around) -> Iterator[str]:
        yield from self._deleted(around.deletions)
        if shown.event is None or (shown.unreadable and shown.event.type == "m.room.encrypted"):
            yield f'<p class="unread">This cannot be read: {text(shown.unreadable)}.</p>'
        else:
            yield self._answers(said, shown.event.content)
            own = [one for one in around.revisions if one.item.sender == said.item.sender and one.event is not None]
            standing = [one for one in own if not self._is_deleted(one)]
            yield self._body(standing[-1] if standing else shown)
            yield html_files.files([file for one in (shown, *own) for file in one.files], self.up)
            if own:
                yield self._revisions([shown, *own])
            for one in around.revisions:
                if one not in own:
                    yield self._other_edit(one)
        yield self._reactions(around.reactions)

    def _who(self, said: Said) -> str:
        return html_words.person(self.sayings.name(said), said.item.sender, said.tag, said.known)

    def _body(self, said: Said) -> str:
        assert said.event is not None
        content = revised(said.event.content)
        if said.files and content.get("filename", content.get("body")) in [file["name"] for file in said.files]:
            caption = (
                content.get("body") if "filename" in content and content["filename"] != content.get("body") else None
            )
            return f'<div class="body" dir="auto">{text(caption)}</div>' if caption else ""
        kind = content.get("msgtype")
        emote = f"* {html_words.name(self.sayings.name(said))} " if kind == "m.emote" else ""
        notice = " notice" if kind == "m.notice" else ""
        return f'<div class="body{notice}" dir="auto">{emote}{html_clean.said(content)}</div>'

    def _answers(self, said: Said, content: Mapping[str, Any]) -> str:
        relation = content.get("m.relates_to")
        relation = relation if isinstance(relation, dict) else {}
        reply = relation.get("m.in_reply_to")
        named = reply.get("event_id") if isinstance(reply, dict) and not relation.get("is_falling_back") else None
        thread = '<span class="late">in a thread</span>' if relation.get("rel_type") == "m.thread" else ""
        if not isinstance(named, str):
            return thread
        target = self.sayings.event(said.item.room, named)
        if target is None:
            return f'{thread}<blockquote class="answered">A message that is not in this export</blockquote>'
        telling = self._latest_telling(target)
        words = " ".join(text_of(telling.event).split()) or telling.unreadable or "…"
        cut = f"{words[:QUOTED]}…" if len(words) > QUOTED else words
        quoted = f"<b>{html_words.name(self.sayings.name(target))}</b> <span dir=auto>{text(cut)}</span>"
        if (place := self.sayings.place(target.item)) is not None:
            quoted = f'<a href="{self.up}{place}">{quoted}</a>'
        return f'{thread}<blockquote class="answered">{quoted}</blockquote>'

    def _revisions(self, all_of: Sequence[Said]) -> str:
        lines = "".join(
            f'<li><span class="id">{html_words.moment(one.at(self.zone))}</span>{self._mark(one)}'
            f'<div dir="auto">{html_clean.said(revised(one.event.content)) if one.event is not None else ""}</div></li>'
            for one in all_of
        )
        times = "once" if len(all_of) == 2 else f"{len(all_of) - 1} times"
        return f"<details><summary>Edited {times}: show all {len(all_of)} versions</summary><ol>{lines}</ol></details>"

    def _mark(self, one: Said) -> str:
        return (
            ' <span class="unread">this version was deleted</span>'
            if one.item.relation == "m.replace" and self._is_deleted(one)
            else ""
        )

    def _is_deleted(self, one: Said) -> bool:
        return bool(self.sayings.deletion(one.item.room, one.item.event_id))

    def _other_edit(self, one: Said) -> str:
        """One that cannot be read, or by somebody else: no client shows it."""
        if one.event is None or one.unreadable:
            return f'<p class="unread">An edit of it cannot be read: {text(one.unreadable)}.</p>'
        by = html_words.name(self.sayings.name(one))
        return (
            f"<details><summary>{by} sent an edit of it, which does not count</summary>"
            f'<div dir="auto">{html_clean.said(revised(one.event.content))}</div></details>'
        )

    def _deleted(self, deletions: Sequence[Said]) -> Iterator[str]:
        for one in deletions:
            told = self.sayings.deletion(one.item.room, one.item.relates_to or "")
            who = told.get("person") or one.item.sender
            by = self.sayings.called(one.item.room, str(who), one.item.said_at)
            cause = html_words.CAUSES.get(str(told.get("cause")))
            reason = one.event.text("reason") if one.event is not None else None
            yield (
                f'<p class="deletion"><b>Deleted</b> by {html_words.name(by)}, {html_words.moment(one.at(self.zone))}'
                f"{f': {cause}' if cause else ''}"
                f"{f'. Reason: <bdi>{text(reason)}</bdi>' if reason else ''}. It stays on record:</p>"
            )

    def _reactions(self, reactions: Sequence[Said]) -> str:
        by_key: dict[str, list[str]] = {}
        for one in reactions[:MOST_REACTIONS]:
            key = key_of(one.event) if one.event is not None else None
            name = html_words.name(self.sayings.name(one))
            by_key.setdefault(key or "?", []).append(f"<s>{name}</s>" if self._is_deleted(one) else name)
        chips = "".join(
            f'<li><span class="key">{text(key)}</span> {", ".join(who)}</li>' for key, who in by_key.items()
        )
        return f'<ul class="reactions">{chips}</ul>' if chips else ""

    def _around(self, said: Said) -> Around:
        given = (said.item.room, said.item.event_id)
        found = self.sayings.of(
            "room = ? and relates_to = ? and relation in ('m.replace', 'm.annotation', 'redacts')"
            " and cites is null order by said_at, room_seq",
            given, "record_relates",
        )  # fmt: skip
        told = [self._latest_telling(one) for one in found]
        of = {kind: [one for one, item in zip(told, found, strict=True) if item.item.relation == kind]
              for kind in ("m.replace", "m.annotation", "redacts")}  # fmt: skip
        return Around(of["m.replace"], of["m.annotation"], of["redacts"])

    def _latest_telling(self, said: Said) -> Said:
        """What tells what it says: a later record, where it could be read late or held a deleted message's text."""
        later = self.sayings.of(
            "room = ? and cites = ? and source in ('decrypted', 'messages') order by room_seq desc limit 1",
            (said.item.room, said.item.pos),
            "record_cites",
        )
        return later[0] if later else said
