"""What an administrator does beside Setu: reads `setu status --json`, changes the settings file, asks the database."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from ruamel.yaml import YAML

from bridge.lab.site import Site
from bridge.lab.synapse import Synapse


async def status(site: Site) -> Mapping[str, Any]:
    """What `setu status --json` says now."""
    told: Mapping[str, Any] = json.loads(await site.setu.call("status", str(site.setu.settings_file), "--json"))
    return told


async def link_status(site: Site, name: str) -> Mapping[str, Any]:
    """What it says of one link."""
    links = {link["name"]: link for link in (await status(site))["links"]}
    found: Mapping[str, Any] = links[name]
    return found


async def alarms(site: Site) -> dict[str, str]:
    """The open alarms, by cause."""
    return {alarm["cause"]: alarm["what"] for alarm in (await status(site))["alarms"]}


def settings(site: Site) -> dict[str, Any]:
    """The settings file, read."""
    read: dict[str, Any] = YAML(typ="safe").load(site.setu.settings_file)
    return read


def change(site: Site, **changed: object) -> None:
    """Gives sections of the settings file other contents."""
    site.setu.write({**settings(site), **changed})


async def ask(site: Site, question: str, *given: object) -> Sequence[Any]:
    """The first column of what Setu's database answers."""
    connection = await asyncpg.connect(settings(site)["database"]["url"])
    try:
        return [row[0] for row in await connection.fetch(question, *given)]
    finally:
        await connection.close()


async def reconfigure(synapse: Synapse, **changed: object) -> dict[str, Any]:
    """Gives keys of a homeserver's own settings other values, and restarts it; gives the values that they had."""
    file, yaml = synapse._folder / "homeserver.yaml", YAML(typ="safe", pure=True)
    before: dict[str, Any] = yaml.load(file)
    yaml.dump({**before, **changed}, file)
    await synapse.restart()
    return {key: before[key] for key in changed}


def registrations(synapse: Synapse) -> list[str]:
    """The files of the application services that a homeserver knows."""
    known: list[str] = YAML(typ="safe", pure=True).load(synapse._folder / "homeserver.yaml")["app_service_config_files"]
    return known
