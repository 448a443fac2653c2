"""Who: people and their roles, cities and their profile, organisations, programmes."""

from cities.models.people import Invitation, Membership, User
from cities.models.places import City, Organisation, ProfileFigure, Programme, ProgrammeStep

__all__ = [
    "City",
    "Invitation",
    "Membership",
    "Organisation",
    "ProfileFigure",
    "Programme",
    "ProgrammeStep",
    "User",
]
