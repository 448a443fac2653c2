"""Every change of a launch event that is not one of all events: its plan, registrations, invitations.

Keywords only, `by=` says who, None for somebody from the public; atomic; the event is locked first, so that places are
never given twice. No record names a person who registered: records are never deleted, and these people's data are.
"""
