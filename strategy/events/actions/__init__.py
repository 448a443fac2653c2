"""Every change of a programme's events, by subject.

Keywords only, `by=` says who; atomic; the event is locked first, whatever of it changes. No record names a person who
took part: records are never deleted, and these people's data are.
"""

from strategy.events.actions.people import forget_expired

__all__ = ["forget_expired"]
