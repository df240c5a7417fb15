"""The names of the algorithms that Setu speaks (Client-Server API, "Messaging Algorithms" and "Server-side key
backups").
"""

OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"
BACKUP = "m.megolm_backup.v1.curve25519-aes-sha2"
