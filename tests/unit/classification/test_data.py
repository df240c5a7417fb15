"""Numbers, addresses and keys: found where they are real and said to be so, left alone where they are masked, printed
everywhere, or something else."""

import json
import random

import pytest

from bots.classification import checks
from bots.classification.engine import Engine

AADHAAR, CARD = "5489 3012 7651", "4539 5787 6362 1486"


def types(engine: Engine, text: str) -> list[str]:
    return [finding.type for finding in engine.judge_text(text).findings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"My Aadhaar is {AADHAAR}", "AADHAAR"),
        ("आधार संख्या ५४८९ ३०१२ ७६५१", "AADHAAR"),
        ("ஆதார் ௫௪௮௯ ௩௦௧௨ ௭௬௫௧", "AADHAAR"),
        ("uid:548930127651", "AADHAAR"),
        ("VID 9124567890123452", "AADHAAR_VID"),
        ("PAN BNZPM2501F", "PAN"),
        ("GSTIN 29BNZPM2501F1ZQ", "GSTIN"),
        ("Voter ID: WKH1186253", "EPIC"),
        ("passport K4739216", "PASSPORT"),
        ("DL KA05 20110023456", "DRIVING_LICENCE"),
        ("pay ravi.kumar77@oksbi", "UPI"),
        ("A/c 30123456789, IFSC SBIN0001234", "BANK_ACCOUNT"),
        (f"card {CARD}", "CARD"),
        ("call me on 98123 45670", "PHONE"),
        ("NI number JG103759A", "NINO"),
        ("NHS number 450 557 7112", "NHS"),
        ("camp at 34.15256, 77.57705", "COORDINATES"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "PRIVATE_KEY"),
        ("AKIA5FQX2RTWV7KLMN3P", "TOKEN"),
        ("the password is Tiger#4471", "PASSWORD"),
        ("send the draft reply to ravi.kumar@gmail.com", "FOREIGN_MAIL"),
    ],
)
def test_data_is_found(engine: Engine, text: str, found: str) -> None:
    assert types(engine, text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "My Aadhaar is XXXX XXXX 7651", "My Aadhaar is 5489 3012 7652", f"UTR {AADHAAR} of the Aadhaar seeding",
        "call +91 548930127651 for aadhaar", "548930127651", "e.g. Aadhaar 5489 3012 7651",
        f"aadhaar {AADHAAR} 1234 5678",
        "card 4111 1111 1111 1111", "card XXXX XXXX XXXX 1486", "order no. 4539578763621486", "PAN ABCDE1234F",
        "PAN XXXXX2501F", "22AAAAA0000A1Z5", "Mobile: 9876543210", "9812345670", "A/c 30123456789",
        "passport of India",
        "password: ********", "the password is wrong", "your password must be changed", "ravi@nic.in", "a@gov.in",
        "draft to ravi@nic.in please", "happy birthday ravi.kumar@gmail.com", "-----BEGIN PUBLIC KEY-----",
        "34.15, 77.57",
        "AKIAIOSFODNN7EXAMPLE", "Rs 4539578763621486",
    ],
)  # fmt: skip
def test_what_only_looks_like_data_is_none(engine: Engine, text: str) -> None:
    assert types(engine, text) == []


def test_a_gstin_is_told_once_though_it_holds_a_pan(engine: Engine) -> None:
    assert types(engine, "GSTIN 29BNZPM2501F1ZQ, PAN as in it") == ["GSTIN"]


def test_no_verdict_ever_holds_the_value(engine: Engine) -> None:
    values = [AADHAAR, CARD, "BNZPM2501F", "Tiger#4471", "ravi.kumar77@oksbi"]
    verdict = engine.judge_text("aadhaar {} card {} PAN {} pwd: {} pay {}".format(*values))
    assert len(verdict.findings) == 5
    told = json.dumps(verdict.told()) + repr(verdict)
    assert not any(form in told for value in values for form in (value, value.lower(), value.replace(" ", "")))


def test_a_key_is_a_credential_and_a_number_is_data(engine: Engine) -> None:
    assert engine.judge_text("the password is Tiger#4471").kind == "credential"
    assert engine.judge_text(f"aadhaar {AADHAAR}").kind == "data"


def test_check_digits_catch_every_single_slip() -> None:
    chance = random.Random(7)
    for check, length in ((checks.verhoeff, 12), (checks.luhn, 16), (checks.nhs, 10)):
        for number in valid(check, length, chance):
            place = chance.randrange(length)
            wrong = chance.choice([digit for digit in "0123456789" if digit != number[place]])
            assert not check(number[:place] + wrong + number[place + 1 :])


def test_verhoeff_catches_neighbours_that_changed_places() -> None:
    chance = random.Random(8)
    for number in valid(checks.verhoeff, 12, chance):
        for place in range(11):
            swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            assert swapped == number or not checks.verhoeff(swapped)


def valid(check: object, length: int, chance: random.Random) -> list[str]:
    assert callable(check)
    found: list[str] = []
    while len(found) < 40:
        number = "".join(chance.choice("123456789") for _ in range(length))
        found += [number] if check(number) else []
    return found


def test_known_numbers_pass() -> None:
    assert checks.luhn("4111111111111111") and checks.luhn("378282246310005")
    assert checks.verhoeff("2363") and checks.nhs("9434765919")
    assert checks.gstin("27aapfu0939f1zv") and not checks.gstin("27aapfu0939f1zw")
