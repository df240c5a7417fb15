"""What a homeserver's refusal means for an order: it is tried again, or it never will be."""

import json
from datetime import timedelta

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mautrix.errors import MatrixConnectionError

from bridge.gateway.homeserver import Refused, refusal
from bridge.gateway.outcome import Dead, Retry, of_failure
from bridge.gateway.transaction_id import transaction_id
from bridge.model import UserId
from tests.json_values import JSON


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413])
def test_a_refusal_of_the_homeserver_itself_is_final(status: int) -> None:
    assert of_failure(Refused(status, "M_FORBIDDEN", None)) == Dead(f"refused: {status} M_FORBIDDEN")


@pytest.mark.parametrize("status", [401, 408, 425, 429])
def test_what_passes_is_tried_again_when_the_homeserver_says(status: int) -> None:
    wait = timedelta(seconds=3)
    assert of_failure(Refused(status, "M_X", wait)) == Retry(f"{status} M_X", wait)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_homeserver_in_trouble_is_tried_again(status: int) -> None:
    answer = of_failure(Refused(status, "M_UNKNOWN", None))
    assert isinstance(answer, Retry) and answer.unreachable


@pytest.mark.parametrize("status", [403, 404, 413])
def test_a_proxys_refusal_kills_nothing(status: int) -> None:
    answer = of_failure(Refused(status, None, None))
    assert isinstance(answer, Retry) and answer.unreachable


@pytest.mark.parametrize("failure", [TimeoutError(), aiohttp.ClientError("said"), MatrixConnectionError("said")])
def test_a_homeserver_that_does_not_answer_is_tried_again_and_not_quoted(failure: Exception) -> None:
    answer = of_failure(failure)
    assert isinstance(answer, Retry) and answer.unreachable and "said" not in answer.reason


@given(st.integers(400, 599), st.binary(max_size=80))
def test_any_answer_has_an_outcome(status: int, body: bytes) -> None:
    assert isinstance(of_failure(refusal(status, body)), (Retry, Dead))


@given(JSON)
def test_any_wait_that_is_asked_for_is_a_time_of_at_most_an_hour(wait: object) -> None:
    refused = refusal(429, json.dumps({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": wait}).encode())
    assert refused.retry_after is None or timedelta() <= refused.retry_after <= timedelta(hours=1)


CAUSES = st.builds("{}#{}".format, st.text(max_size=20), st.integers(0, 50))
ORDERS = st.tuples(st.text(st.characters(exclude_characters="\x00"), max_size=20).map(UserId), CAUSES)


@given(ORDERS, ORDERS)
def test_two_orders_have_two_transaction_ids(one: tuple[UserId, str], other: tuple[UserId, str]) -> None:
    assert (transaction_id(*one) == transaction_id(*other)) == (one == other)


@given(st.text(max_size=10), st.integers(0, 20), st.text(max_size=10), st.integers(0, 20))
def test_a_cause_and_its_ordinal_are_told_apart_from_every_other(one: str, n: int, other: str, m: int) -> None:
    sender = UserId("@a:b")
    same = transaction_id(sender, f"{one}#{n}") == transaction_id(sender, f"{other}#{m}")
    assert same == ((one, n) == (other, m))


def test_a_transaction_id_can_stand_in_an_address() -> None:
    assert transaction_id(UserId("@a:b"), "mirror:x").replace("-", "").replace("_", "").isalnum()
