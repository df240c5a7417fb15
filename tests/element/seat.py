"""How a test asks for a person at Element (the fixture `element`)."""

from typing import Protocol

from tests.element.client import ElementClient


class Element(Protocol):
    """Sits a person down at a new device."""

    async def __call__(self, url: str, user_id: str, password: str, *, cross_sign: bool = True) -> ElementClient: ...
