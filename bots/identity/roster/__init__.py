"""The roster: who is who, by Matrix id, as files (or a directory, by a plug-in) tell it. Pure but for reading files:
`register.Register` reads the sources again and gives the new `roster.Roster` with the ids whose tag changed.
"""
