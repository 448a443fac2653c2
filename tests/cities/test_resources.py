"""Registers in and out: natural keys, every fault with its row, nothing half written, no formulas."""

import pytest
import tablib
from django.utils.translation import override

from cities.enums import Role
from cities.models import City, Membership, Organisation, ProfileFigure, Programme
from cities.resources import (
    BadRegister,
    CityResource,
    MembershipResource,
    OrganisationResource,
    ProfileFigureResource,
    ProgrammeResource,
    load,
)
from epi.models import Event
from tests.factories import make_city, make_user

FIGURES = "city,kind,year,value,is_approximate,definition,source_url\n"


@pytest.fixture
def register(tmp_path):
    """`register(CityResource, "slug,name...")`: load a CSV file with this content."""

    def register(resource, content):
        path = tmp_path / "register.csv"
        path.write_text(content)
        return load(resource, path)

    return register


@pytest.mark.django_db
def test_rows_are_found_again_by_their_natural_key(register):
    content = "slug,name,country,language\nriga,Riga,LV,lv\nlublin,Lublin,PL,pl\n"
    assert str(register(CityResource, content)) == "2 new, 0 changed, 0 as they were"
    assert str(register(CityResource, content.replace("Riga", "Rīga"))) == "0 new, 1 changed, 1 as they were"
    assert City.objects.get(slug="riga").name == "Rīga"


@pytest.mark.django_db
def test_figure_without_a_year_is_found_again(register):
    make_city("riga")
    row = "riga,population,,600000,1,Population,https://example.org\n"
    register(ProfileFigureResource, FIGURES + row)
    assert str(register(ProfileFigureResource, FIGURES + row)) == "0 new, 0 changed, 1 as they were"
    assert ProfileFigure.objects.count() == 1


@pytest.mark.django_db
def test_every_fault_is_told_and_nothing_is_written(register):
    make_city("riga")
    rows = [
        "riga,population,2020,600000,0,Population,https://example.org",
        "atlantis,population,2020,1,0,Population,https://example.org",
        "riga,foreign_born_share,2020,140,0,Born abroad,https://example.org",
        "riga,population,2021,-5,0,Population,no address",
        "riga,population,lately,5,0,Population,https://example.org",
    ]
    with pytest.raises(BadRegister) as caught:
        register(ProfileFigureResource, FIGURES + "\n".join(rows))
    assert caught.value.faults == [
        "register.csv, row 3: There is no city 'atlantis'.",
        "register.csv, row 4: Constraint “a_share_is_at_most_100” is violated.",
        "register.csv, row 5: value: Ensure this value is greater than or equal to 0.",
        "register.csv, row 5: source_url: Enter a valid URL.",
        "register.csv, row 6: 'lately' is not a number of this kind.",
    ]
    assert not ProfileFigure.objects.exists()


@pytest.mark.django_db
def test_numbers_have_a_point_in_every_language(register):
    make_city("riga")
    register(ProfileFigureResource, f"{FIGURES}riga,foreign_born_share,2020,13.4,0,Born abroad,https://example.org\n")
    with override("pl"):
        exported = ProfileFigureResource().export()
        result = ProfileFigureResource().import_data(exported, raise_errors=True)
    assert (exported["value"], result.totals["skip"]) == (["13.40"], 1)


@pytest.mark.django_db
def test_missing_key_column_is_told(register):
    with pytest.raises(BadRegister, match="slug"):
        register(CityResource, "name,country\nRiga,LV\n")
    assert not City.objects.exists()


@pytest.mark.django_db
def test_programme_names_its_cities_and_partners(register):
    make_city("riga")
    Organisation.objects.create(name="Creative Ideas", kind="technical_partner", country="LV")
    header = "slug,name,description,starts_on,ends_on,cities,partners\n"
    register(ProgrammeResource, f"{header}epi,EPI,,2020-01-01,2022-06-30,riga,Creative Ideas\n")
    programme = Programme.objects.get()
    assert [city.slug for city in programme.cities.all()] == ["riga"]
    assert [partner.name for partner in programme.partners.all()] == ["Creative Ideas"]
    with pytest.raises(BadRegister, match=r"row 2: There is no city 'atlantis', 'ys'\."):
        register(ProgrammeResource, f"{header}epi,EPI,,2020-01-01,2022-06-30,riga|ys|atlantis,\n")
    assert programme.cities.count() == 1


@pytest.mark.django_db
def test_new_memberships_are_recorded_with_who_imported_them(admin):
    make_user("ana", Role.VIEWER, make_city("riga"))
    data = tablib.Dataset(
        ["ana@example.org", "viewer", "riga", "", ""],
        ["ana@example.org", "lead", "riga", "", ""],
        headers=["user", "role", "city", "programme", "organisation"],
    )
    result = MembershipResource().import_data(data, user=admin, raise_errors=True)
    assert (result.totals["skip"], result.totals["new"]) == (1, 1)
    assert Membership.objects.count() == 2
    event = Event.objects.get(kind="membership.started")
    assert (event.by, event.subject_label, event.detail) == (admin, "Ana", {"role": "lead", "city": "riga"})


@pytest.mark.django_db
def test_preview_of_an_import_writes_nothing(admin):
    make_user("ana", Role.VIEWER, make_city("riga"))
    data = tablib.Dataset(["ana@example.org", "lead", "riga", ""], headers=["user", "role", "city", "programme"])
    result = MembershipResource().import_data(data, user=admin, dry_run=True, raise_errors=True)
    assert result.totals["new"] == 1
    assert Membership.objects.count() == 1
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_what_is_exported_runs_no_formula_and_is_imported_as_it_was():
    Organisation.objects.create(name="=cmd|' /C calc'!A0", kind="other", country="PL")
    exported = OrganisationResource().export()
    assert exported["name"] == ["'=cmd|' /C calc'!A0"]
    result = OrganisationResource().import_data(exported, raise_errors=True)
    assert result.totals["skip"] == 1
    assert Organisation.objects.get().name == "=cmd|' /C calc'!A0"
