"""The settings of the gate, under `bots.classification.gate`: who may ask, and what becomes of what is not judged."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bridge import config_rules as rules
from bridge.config import Part

Kind = Literal["marking", "portion", "credential", "data"]


class GateSettings(Part):
    """Without a file for tokens no antispam module is answered, and without a key nobody has a policy server in us."""

    token_file: Path | None = Field(
        None, description="The secret that homeservers' antispam tokens come from; `setu antispam` makes it."
    )
    kinds: tuple[Kind, ...] = Field(
        ("marking", "portion"), description="Kinds of findings that are refused: marking, portion, credential, data."
    )
    above: int = Field(1, ge=1, le=9, description="By how many levels above the room's ceiling a marking is refused.")
    when_away: Literal["open", "closed"] = Field(
        "open", description="Whether what cannot be judged is sent (open) or refused (closed)."
    )
    policy_key_file: Path | None = Field(
        None, description="The key that signs as a policy server (MSC4284); `setu policy` makes it."
    )
    policy_servers: dict[str, str] = Field(
        default_factory=dict,
        description="Homeservers that may ask the policy server: name to their Ed25519 key, base64.",
    )

    @property
    def answers(self) -> bool:
        """Whether anybody may ask."""
        return self.token_file is not None or self.policy_key_file is not None

    @field_validator("policy_servers")
    @classmethod
    def _servers_have_keys(cls, servers: dict[str, str]) -> dict[str, str]:
        rules.refuse(rules.keys_decode(servers, "/_matrix/key/v2/server"))
        return servers

    @model_validator(mode="after")
    def _asked_and_able(self) -> Self:
        if self.policy_servers and self.policy_key_file is None:
            what = "homeservers may ask, and there is no key to answer with"
            rules.refuse([(("policy_servers",), what, "name a policy_key_file")])
        return self
