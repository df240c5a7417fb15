"""Where the gate answers."""

ANTISPAM = "/_setu/classification/antispam"
"""Behind which the antispam module puts the name of its callback."""

CALLBACK = "check_event_for_spam"

SIGN = "/_matrix/policy/v1/sign"
UNSTABLE = "/_matrix/policy/unstable/org.matrix.msc4284"
