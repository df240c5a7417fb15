"""Messages as officials write them in a room: short, in several languages, numbers and names among them, few that
carry a marking. Always the same ones, so that figures of two days can be compared.
"""

import random

_ORDINARY = (
    "Good morning, the review meeting is at {n} in room {n}.", "Please send the draft of the note by {n} pm today",
    "ok",
    "Noted, thanks. Will put up the file tomorrow.", "मंत्रालय की बैठक सोमवार को दस बजे होगी, कृपया समय पर आएं",
    "The culvert at km {n} needs repair before the rains", "Who holds the estimate for the bridge at km {n}?",
    "Let us discuss tomorrow with the Joint Secretary, he is back from leave",
    "https://example.gov.in/orders/{n}?page=2",
    "ठीक है, भेज दूंगा", "Sanction order no. {n}/2026 dated 3 May has been issued, copy is on the portal", "👍",
    "@ravi:mha.example can you check the file F.No. {n}/5/2024 and revert?", "lunch?", "Sure, give me {n} minutes",
    "The train leaves at {n}:30 from platform {n}, I will wait near the main gate",
    "நாளை கூட்டம் பத்து மணிக்கு நடைபெறும்",
    "Rs {n},000 has been released to the district for flood relief, UC awaited",
    "Kindly expedite.\nRegards\nAsha Verma",
    "The secretary is on leave till the {n}th, please route it through the deputy secretary",
    "secret santa list please",
    "Office order is uploaded. Restricted holiday on the {n}th may be availed with approval",
    "call me on the landline",
    "আগামীকাল বৈঠক দশটায়", "Kal subah {n} baje tak report bhej dena, sir ne bola hai", "అందరికీ ధన్యవాదాలు",
)  # fmt: skip
_TELLING = (
    "SECRET: the convoy leaves Leh at {n}", "My Aadhaar is 5489 3012 7651, pl update", "Is that confidential?",
    "CONFIDENTIAL\nThe list of {n} names is attached", "गोपनीय: सूची संलग्न है", "PAN BNZPM2501F for the claim",
    "the password is Tiger#{n}71x", "UTR 548930127651 for Rs {n},000", "call 98123 456{n}",
)  # fmt: skip
SHARE = 0.03
"""Of messages that the first stage passes on because of what they say."""


def messages(number: int = 5000) -> list[str]:
    """So many messages."""
    chance = random.Random(2026)
    return [
        chance.choice(_TELLING if chance.random() < SHARE else _ORDINARY).replace("{n}", str(chance.randint(10, 99)))
        for _ in range(number)
    ]
