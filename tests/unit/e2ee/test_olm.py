"""Two devices talk through Olm; what a stranger sends instead is unreadable, costs no key and spoils no session."""

import pytest
import vodozemac
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.e2ee import unpadded
from bridge.e2ee.libolm import NORMAL, PRE_KEY, Account, OlmSession
from bridge.e2ee.unreadable import Unreadable, Why
from tests.json_values import TEXTS
from tests.unit.e2ee.phones import ASHA, RAVI, Phone, introduced

BASE64 = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", max_size=300).filter(
    lambda text: len(text) != 43  # a key
)

RAVIS, ASHAS = Phone.of(RAVI), Phone.of(ASHA)
HIS = introduced(RAVIS, ASHAS)
FIRST = HIS.encrypt("namaste")[1]
HERS = ASHAS.account.receive(RAVIS.account.curve25519, FIRST)
HERS.decrypt(PRE_KEY, FIRST)


def test_ravi_and_asha_talk_and_both_sessions_survive_being_stored() -> None:
    ravi, asha = Phone.of(RAVI), Phone.of(ASHA)
    his = introduced(ravi, asha)
    kind, body = his.encrypt("नमस्ते")
    hers = asha.account.receive(ravi.account.curve25519, body)
    assert (kind, hers.decrypt(kind, body), his.id) == (PRE_KEY, "नमस्ते", hers.id)

    his, hers = OlmSession.opened(his.pickled()), OlmSession.opened(hers.pickled())
    kind, body = hers.encrypt("Good morning")
    assert (kind, his.decrypt(kind, body)) == (NORMAL, "Good morning")


def test_a_device_of_another_library_and_ours_talk_both_ways() -> None:
    ravi, theirs = Phone.of(RAVI), vodozemac.Account()
    theirs.generate_one_time_keys(1)
    [one_time_key] = theirs.one_time_keys.values()
    his = ravi.account.reach(theirs.curve25519_key.to_base64(), one_time_key.to_base64())
    message = vodozemac.PreKeyMessage.from_base64(his.encrypt("namaste")[1])
    key = vodozemac.Curve25519PublicKey.from_base64(ravi.account.curve25519)
    session, plain = theirs.create_inbound_session(key, message)
    assert plain == b"namaste"
    kind, raw = session.encrypt("तथास्तु".encode()).to_parts()
    assert his.decrypt(kind, unpadded.encode(raw)) == "तथास्तु"


def test_a_session_that_another_library_began_is_read() -> None:
    ravi, theirs = Phone.of(RAVI), vodozemac.Account()
    ravi.account.make_one_time_keys(1)
    [one_time_key] = map(vodozemac.Curve25519PublicKey.from_base64, ravi.account.unpublished().values())
    key = vodozemac.Curve25519PublicKey.from_base64(ravi.account.curve25519)
    kind, raw = theirs.create_outbound_session(key, one_time_key).encrypt(b"namaste").to_parts()
    session = ravi.account.receive(theirs.curve25519_key.to_base64(), unpadded.encode(raw))
    assert session.decrypt(kind, unpadded.encode(raw)) == "namaste"


def test_what_is_no_text_is_damaged() -> None:
    ravi, theirs = Phone.of(RAVI), vodozemac.Account()
    ravi.account.make_one_time_keys(1)
    [one_time_key] = map(vodozemac.Curve25519PublicKey.from_base64, ravi.account.unpublished().values())
    key = vodozemac.Curve25519PublicKey.from_base64(ravi.account.curve25519)
    session = theirs.create_outbound_session(key, one_time_key)
    first, second = (unpadded.encode(session.encrypt(text).to_parts()[1]) for text in (b"namaste", b"\xff\xfe"))
    with pytest.raises(Unreadable):
        ravi.account.receive(theirs.curve25519_key.to_base64(), first).decrypt(PRE_KEY, second)


def test_a_one_time_key_reads_one_session_and_is_gone() -> None:
    ravi, asha = Phone.of(RAVI), Phone.of(ASHA)
    body = introduced(ravi, asha).encrypt("namaste")[1]
    asha.account.receive(ravi.account.curve25519, body)
    with pytest.raises(Unreadable) as refused:
        asha.account.receive(ravi.account.curve25519, body)
    assert refused.value.code == Why.NO_KEY


def test_a_damaged_first_message_uses_up_no_key() -> None:
    ravi, asha = Phone.of(RAVI), Phone.of(ASHA)
    body = introduced(ravi, asha).encrypt("namaste")[1]
    damaged = body[:-4] + ("AAAA" if body[-4:] != "AAAA" else "BBBB")
    with pytest.raises(Unreadable):
        asha.account.receive(ravi.account.curve25519, damaged)
    with pytest.raises(Unreadable):  # under another's name
        asha.account.receive(Account.new().curve25519, body)
    assert asha.account.receive(ravi.account.curve25519, body).decrypt(PRE_KEY, body) == "namaste"


def test_a_fallback_key_reads_many_sessions_and_the_one_before_it_still_does() -> None:
    asha = Phone.of(ASHA).account
    asha.make_fallback_key()
    [first] = asha.unpublished_fallback().values()
    asha.mark_published()
    assert not asha.unpublished_fallback()
    asha.make_fallback_key()
    [second] = asha.unpublished_fallback().values()
    for key in (first, second, second):
        ravi = Account.new()
        body = ravi.reach(asha.curve25519, key).encrypt("namaste")[1]
        assert asha.receive(ravi.curve25519, body).decrypt(PRE_KEY, body) == "namaste"


def test_an_account_remembers_its_keys_and_which_of_them_are_published() -> None:
    account = Account.new()
    account.make_one_time_keys(3)
    again = Account.opened(account.pickled())
    assert (again.ed25519, again.curve25519) == (account.ed25519, account.curve25519)
    assert again.unpublished() == account.unpublished() and len(again.unpublished()) == 3
    again.mark_published()
    assert not Account.opened(again.pickled()).unpublished()


def test_a_session_knows_its_own_first_message_and_no_other() -> None:
    ravi, asha = Phone.of(RAVI), Phone.of(ASHA)
    his, other = introduced(ravi, asha), introduced(ravi, asha)
    body = his.encrypt("namaste")[1]
    hers = asha.account.receive(ravi.account.curve25519, body)
    assert hers.matches(ravi.account.curve25519, his.encrypt("again")[1])
    assert not hers.matches(ravi.account.curve25519, other.encrypt("namaste")[1])
    assert not hers.matches(Account.new().curve25519, body)


@example("नमस्ते " + "x" * 24, PRE_KEY, "नमस्ते " + "x" * 24)  # 43 bytes, as a key has letters
@given(BASE64 | TEXTS, st.integers(-1, 2), BASE64 | TEXTS)
def test_whatever_comes_instead_of_a_message_is_unreadable(body: str, kind: int, key: str) -> None:
    assert not HERS.matches(key, body)
    for attempt in (
        lambda: HERS.decrypt(kind, body),
        lambda: ASHAS.account.receive(key, body),
        lambda: ASHAS.account.receive(RAVIS.account.curve25519, body),
        lambda: ASHAS.account.reach(key, body),
        lambda: OlmSession.opened(body.encode("utf-8", "surrogatepass")),
        lambda: Account.opened(body.encode("utf-8", "surrogatepass")),
    ):
        with pytest.raises(Unreadable) as refused:
            attempt()
        assert refused.value.code in (Why.DAMAGED, Why.NO_KEY)


@given(st.data())
def test_a_message_with_one_letter_changed_is_unreadable_and_the_session_reads_on(data: st.DataObject) -> None:
    kind, body = HIS.encrypt("namaste")
    place = data.draw(st.integers(0, len(body) - 1))
    changed = body[:place] + ("A" if body[place] != "A" else "B") + body[place + 1 :]
    try:
        assert HERS.decrypt(kind, changed) == "namaste"  # the letter held no bit that counts
    except Unreadable:
        assert HERS.decrypt(kind, body) == "namaste"
