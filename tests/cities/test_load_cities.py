"""The cities, partners, figures and programme that the platform comes with."""

import io
import shutil

import pytest
from django.core.management import CommandError, call_command

from cities.management.commands import load_cities
from cities.models import City, Organisation, ProfileFigure, Programme, ProgrammeStep

MODELS = [City, Organisation, ProfileFigure, Programme, ProgrammeStep]


def load(**options):
    out = io.StringIO()
    call_command("load_cities", stdout=out, **options)
    return out.getvalue()


def everything():
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A copy of the files, to spoil."""
    folder = shutil.copytree(load_cities.DATA, tmp_path / "data")
    monkeypatch.setattr(load_cities, "DATA", folder)
    return folder


@pytest.mark.django_db
def test_seven_cities_six_partners_and_the_programme_are_there():
    load()
    programme = Programme.objects.get(slug="epi-2020-2022")
    assert list(City.objects.order_by("slug").values_list("slug", "country", "language", "is_sample")) == [
        ("cartagena", "ES", "es", False),
        ("cluj-napoca", "RO", "ro", False),
        ("dietzenbach", "DE", "de", False),
        ("linkoping", "SE", "sv", False),
        ("lublin", "PL", "pl", False),
        ("ravenna", "IT", "it", False),
        ("riga", "LV", "lv", False),
    ]
    assert Organisation.objects.get(is_network_coordinator=True).name == "PATRIR"
    assert (programme.cities.count(), programme.partners.count(), programme.steps.count()) == (7, 6, 6)
    assert str(programme.steps.first().starts_on) == "2020-02-04"


@pytest.mark.django_db
def test_figures_carry_definition_source_and_year():
    load()
    assert ProfileFigure.objects.count() == 10
    population = ProfileFigure.objects.get(city__slug="lublin", kind="population")
    assert (population.value, population.year, population.is_approximate) == (340_000, 2020, True)
    assert ProfileFigure.objects.get(city__slug="lublin", kind="foreign_residents").year is None
    assert not ProfileFigure.objects.filter(source_url="").exists()
    assert not ProfileFigure.objects.filter(definition="").exists()


@pytest.mark.django_db
def test_loading_again_changes_nothing():
    load()
    before = everything()
    assert load() == "The cities are there already; --update brings them to what the files say.\n"
    assert load(update=True).splitlines() == [
        "cities.csv: 0 new, 0 changed, 7 as they were.",
        "organisations.csv: 0 new, 0 changed, 6 as they were.",
        "figures.csv: 0 new, 0 changed, 10 as they were.",
        "programmes.csv: 0 new, 0 changed, 1 as they were.",
        "programme_steps.csv: 0 new, 0 changed, 6 as they were.",
    ]
    assert everything() == before


@pytest.mark.django_db
def test_what_people_have_changed_stays_unless_an_update_is_asked_for():
    load()
    City.objects.filter(slug="riga").update(name="Rīga", website="https://example.org")
    load(verbosity=0)
    assert City.objects.get(slug="riga").name == "Rīga"
    load(update=True)
    riga = City.objects.get(slug="riga")
    assert (riga.name, riga.website) == ("Riga", "https://example.org")  # the file says nothing of web sites


@pytest.mark.django_db
def test_fault_is_told_with_file_and_row_and_nothing_is_written(data):
    path = data / "figures.csv"
    path.write_text(path.read_text().replace("lublin,population,2020,340000", "lublin,people,2020,many"))
    err = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("load_cities", stderr=err, stdout=io.StringIO())
    assert caught.value.returncode == 2
    assert err.getvalue().splitlines() == [
        "figures.csv, row 9: value: 'many' is not a number of this kind.",
        "figures.csv, row 9: kind: Value 'people' is not a valid choice.",
    ]
    assert everything() == [[], [], [], [], []]
