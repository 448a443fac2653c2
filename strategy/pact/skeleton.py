"""What a new pact begins with: a few articles in the city's language, to be made one's own."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext, pgettext

from cities.models import City
from strategy.plan.enums import Area


@dataclass(frozen=True)
class Draft:
    """An article to begin with. Commitments of an `area` stand in the article of that area."""

    title: str
    text: str
    area: str = ""


def title_for(city: City) -> str:
    with translation.override(city.language_of_mail):
        return gettext("City Integration Pact of %(city)s") % {"city": city.name}


def preamble_for(city: City) -> str:
    with translation.override(city.language_of_mail):
        return gettext(
            "We, who sign this pact, want everybody who lives in %(city)s to belong here, to be heard, and to be able "
            "to give the city what they can. We build on what the review of our policies and the talks with residents "
            "have shown."
        ) % {"city": city.name}


def sustainability_for(city: City) -> str:
    with translation.override(city.language_of_mail):
        return gettext(
            "The actions of this pact go on when the project that began them is over. The table says who carries each "
            "of them on, and who pays for it."
        )


def articles_for(city: City) -> list[Draft]:
    """Purpose, commitments by area, coordinating body, monitoring, how it lasts."""
    with translation.override(city.language_of_mail):
        return [
            Draft(
                pgettext("article of a pact", "Purpose"),
                gettext(
                    "This pact makes the actions of the City Integration Strategy last. It says what each of us "
                    "promises, who watches over it, and what happens when something does not go as planned."
                ),
            ),
            *(_of_area(area) for area in Area),
            Draft(
                pgettext("article of a pact", "Coordinating body"),
                gettext(
                    "A coordinating body of city staff, technical partners and experts leads the work. It meets at "
                    "least four times a year, and publishes what it decides."
                ),
            ),
            Draft(
                pgettext("article of a pact", "Monitoring"),
                gettext(
                    "Once a year the city tells in public which commitments were kept, what the measures of the "
                    "actions say, and what was learnt. The next round of the Intercultural Cities Index shows what "
                    "has changed."
                ),
            ),
            Draft(
                pgettext("article of a pact", "How this pact lasts"),
                gettext(
                    "The pact holds for everybody who signs it, whoever holds office. Who cannot keep a commitment "
                    "tells the coordinating body at once, so that another way can be found."
                ),
            ),
        ]


def _of_area(area: Area) -> Draft:
    return Draft(gettext("Commitments: %(area)s") % {"area": area.label}, area.explanation, area)


def article_of(city: City, area: Area) -> Draft:
    """The article of one area, for a pact that has none."""
    with translation.override(city.language_of_mail):
        return _of_area(area)
