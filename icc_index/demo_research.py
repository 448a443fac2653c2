"""Sample entries for the register of policies and data sources of each demo city: made up, and labelled so."""

from cities.models import City, User
from icc_index.actions import research
from icc_index.actions.research import Entry
from icc_index.enums import Level, SourceKind
from icc_index.models import ResearchSource


def fill(city: City, by: User) -> None:
    """Put the sample entries on an empty register. Safe to repeat."""
    if not ResearchSource.objects.filter(city=city).exists():
        for entry in _entries(city):
            research.add(city=city, entry=entry, by=by, is_sample=True)


def _entries(city: City) -> list[Entry]:
    address = f"https://example.org/{city.slug}"
    return [
        Entry(
            kind=SourceKind.POLICY,
            level=Level.LOCAL,
            title=f"Integration plan of {city.name}, 2019 to 2023",
            publisher="City council",
            year=2019,
            summary="Sample: sets out language courses in the districts, a council of residents and a yearly report.",
            url=f"{address}/integration-plan",
            language=city.language,
            indicators=["commitment", "language", "participation"],
        ),
        Entry(
            kind=SourceKind.POLICY,
            level=Level.REGIONAL,
            title="Regional programme for schools with newcomers",
            publisher="Regional authority",
            year=2018,
            summary="Sample: pays for assistants who speak the languages of newly arrived pupils.",
            url=f"{address}/schools",
            language=city.language,
            indicators=["education"],
        ),
        Entry(
            kind=SourceKind.POLICY,
            level=Level.NATIONAL,
            title="Act on equal treatment",
            publisher="Parliament",
            year=2010,
            summary="Sample: forbids discrimination at work and in services, and names the body that hears complaints.",
            language=city.language,
            indicators=["anti_discrimination", "business_labour_market"],
        ),
        Entry(
            kind=SourceKind.DATA,
            level=Level.LOCAL,
            title=f"Residents of {city.name} by country of birth",
            publisher="Statistical office",
            year=2020,
            summary="Sample: by district, age and length of stay; every quarter.",
            url=f"{address}/residents",
            language=city.language,
            indicators=["neighbourhoods", "welcoming_newcomers"],
        ),
    ]
