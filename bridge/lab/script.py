"""What is said in the scenario `talk`: English and Hindi, with markup and without, short bursts and single lines."""

from typing import Final

from bridge.lab.words import Turn, Words

DEPARTMENT: Final = "department"
HUB: Final = "hub"

TURNS = (
    Turn(
        DEPARTMENT,
        0,
        (
            Words("Good morning. The culvert at km 42 of the Tezpur road gave way after last night's rain."),
            Words("सुबह से रास्ता बंद है; काफ़िला कैंप में रुका है।"),
        ),
    ),
    Turn(HUB, 0, (Words("Noted. Who holds the estimate for the repair?"),)),
    Turn(
        DEPARTMENT,
        1,
        (
            Words(
                "The estimate is ₹ 48.6 lakh; sanction pending since 3 October.",
                "The estimate is <strong>₹ 48.6 lakh</strong>; sanction <em>pending</em> since 3 October.",
            ),
        ),
    ),
    Turn(
        HUB,
        1,
        (
            Words(
                "स्वीकृति आज ही जारी होगी। कृपया पुल 117/2 की रिपोर्ट भेजें।",
                "<strong>स्वीकृति आज ही जारी होगी।</strong> कृपया पुल 117/2 की रिपोर्ट भेजें।",
            ),
            Words("Please mark a copy to the Joint Secretary."),
        ),
    ),
    Turn(
        DEPARTMENT,
        0,
        (
            Words("The report comes in three parts."),
            Words("Part 1: two spans are sound, the third is scoured at the base."),
            Words("भाग २: बेली पुल कल शाम तक लग सकता है।"),
            Words("Part 3: light vehicles from Friday <if the river falls & stays down>."),
        ),
    ),
    Turn(HUB, 0, (Words("धन्यवाद। Please go ahead; the order follows by noon."),)),
    Turn(DEPARTMENT, 1, (Words("Acknowledged. Work begins at 14:00."),)),
)
"""The last turns alternate, so that a copy that wrongly came back would stand before the last words."""
