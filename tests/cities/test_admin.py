"""Administration of people and places: e-mail addresses, roles with their record, import with preview."""

import re

import pytest
from django.contrib import admin as django_admin
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cities.enums import Role
from cities.models import City, Membership, Organisation, User
from epi import audit
from epi.models import Event, Job
from tests.factories import make_city, make_user

PASSWORD = "correct horse battery"
INLINE = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}


@pytest.fixture
def administration(sign_in, admin):
    return sign_in(admin)


def test_person_is_added_by_e_mail_in_lower_case(administration):
    data = {
        "email": "Ana@Example.org",
        "name": "Ana",
        "language": "pl",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **INLINE,
    }
    assert administration.post(reverse("admin:cities_user_add"), data).status_code == 302
    ana = User.objects.get(name="Ana")
    assert (ana.email, ana.check_password(PASSWORD), ana.is_staff) == ("ana@example.org", True, False)


def test_address_of_somebody_else_is_refused_however_it_is_typed(administration, lead):
    data = {"email": "LEAD@example.org", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    response = administration.post(reverse("admin:cities_user_add"), {**data, **INLINE})
    assert "already exists" in response.content.decode()


def test_person_is_changed(administration, lead):
    data = {"email": "Boss@example.org", "name": "Boss", "is_active": "on", **INLINE}
    assert administration.post(reverse("admin:cities_user_change", args=[lead.pk]), data).status_code == 302
    lead.refresh_from_db()
    assert (lead.email, lead.name, lead.is_active) == ("boss@example.org", "Boss", True)


def test_role_given_and_ended_beside_a_person_is_recorded(administration, admin, viewer, city):
    first = viewer.memberships.get()
    data = {
        "email": viewer.email,
        "name": viewer.name,
        "is_active": "on",
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": first.pk,
        "memberships-0-user": viewer.pk,
        "memberships-0-DELETE": "on",
        "memberships-1-user": viewer.pk,
        "memberships-1-role": "coordinator",
        "memberships-1-city": city.pk,
    }
    assert administration.post(reverse("admin:cities_user_change", args=[viewer.pk]), data).status_code == 302
    assert viewer.memberships.get().role == Role.COORDINATOR
    events = Event.objects.order_by("pk").values_list("kind", "by", "detail__role", "detail__city")
    assert list(events) == [
        ("membership.ended", admin.pk, "viewer", "testville"),
        ("membership.started", admin.pk, "coordinator", "testville"),
    ]


def test_membership_added_and_deleted_by_itself_is_recorded(administration, admin, viewer, city):
    data = {"user": viewer.pk, "role": "lead", "city": city.pk}
    assert administration.post(reverse("admin:cities_membership_add"), data).status_code == 302
    added = Membership.objects.get(role=Role.LEAD)
    administration.post(reverse("admin:cities_membership_delete", args=[added.pk]), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [viewer.memberships.get().pk], "post": "yes"}
    administration.post(reverse("admin:cities_membership_changelist"), chosen)
    assert not Membership.objects.exists()
    events = Event.objects.order_by("pk").values_list("kind", "detail__role")
    assert list(events) == [
        ("membership.started", "lead"),
        ("membership.ended", "lead"),
        ("membership.ended", "viewer"),
    ]


def test_membership_that_stands_where_it_does_not_belong_is_refused(administration, viewer, city):
    administration.post(reverse("admin:cities_membership_add"), {"user": viewer.pk, "role": "expert", "city": city.pk})
    assert Membership.objects.count() == 1


def test_import_is_previewed_then_written(administration):
    file = SimpleUploadedFile("organisations.csv", b"name,kind,country,is_network_coordinator\nPATRIR,other,RO,1\n")
    preview = administration.post(
        reverse("admin:cities_organisation_import"), {"import_file": file, "format": "0", "resource": ""}
    )
    assert not Organisation.objects.exists()
    fields = dict(re.findall(r'name="(import_file_name|original_file_name)" value="([^"]+)"', preview.content.decode()))
    administration.post(reverse("admin:cities_organisation_process_import"), {**fields, "format": "0", "resource": ""})
    assert Organisation.objects.get().name == "PATRIR"


def test_groups_are_not_offered():
    assert not django_admin.site.is_registered(Group)


@pytest.mark.parametrize(
    ("page", "queries"),
    [
        ("cities_user", 6),
        ("cities_membership", 5),
        ("cities_city", 6),
        ("cities_profilefigure", 5),
        ("cities_organisation", 6),
        ("cities_programme", 5),
        ("cities_programmestep", 5),
        ("epi_event", 6),
        ("epi_job", 6),
    ],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_any_length(administration, admin, page, queries, rows, django_assert_num_queries):
    for number in range(rows):
        city = make_city(f"city-{number}")
        make_user(f"user-{number}", Role.LEAD, city)
        city.figures.create(kind="population", year=2020, value=1, definition="x", source_url="https://example.org")
        Organisation.objects.create(name=f"Organisation {number}", kind="other", country="PL")
        programme = city.programmes.create(name="P", slug=f"p-{number}", starts_on="2020-01-01", ends_on="2020-01-02")
        programme.steps.create(position=1, name="Step", starts_on="2020-01-01", ends_on="2020-01-02")
        audit.record("city.made", city, by=admin)
        Job.objects.create(kind="epi.mail.deliver")
    with django_assert_num_queries(queries):
        response = administration.get(reverse(f"admin:{page}_changelist"))
    assert response.status_code == 200


@pytest.mark.parametrize("page", ["epi_event", "epi_job"])
def test_record_is_only_read(administration, admin, page):
    event = audit.record("city.made", make_city(), by=admin)
    job = Job.objects.create(kind="epi.mail.deliver", payload={"text": "https://example.org/secret-link"})
    pk = event.pk if page == "epi_event" else job.pk
    response = administration.get(reverse(f"admin:{page}_change", args=[pk]))
    assert response.status_code == 200
    assert "secret-link" not in response.content.decode()
    assert administration.post(reverse(f"admin:{page}_change", args=[pk]), {"comment": "x"}).status_code == 403
    assert administration.get(reverse(f"admin:{page}_add")).status_code == 403
    assert administration.post(reverse(f"admin:{page}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_administration_signs_in_as_everywhere_else(sign_in):
    response = sign_in(None).get("/administration/login/")
    assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", ["city", "programme", "organisation", "membership", "profilefigure", "programmestep"])
def test_every_register_has_its_import_and_its_export_page(administration, page):
    assert administration.get(reverse(f"admin:cities_{page}_import")).status_code == 200
    assert administration.get(reverse(f"admin:cities_{page}_export")).status_code == 200


def test_city_with_its_figures_is_changed_in_one_place(administration, city):
    data = {
        "name": "Testville",
        "slug": "testville",
        "country": "PL",
        "language": "pl",
        "figures-TOTAL_FORMS": "1",
        "figures-INITIAL_FORMS": "0",
        "figures-0-kind": "population",
        "figures-0-value": "340000",
        "figures-0-definition": "Population",
        "figures-0-source_url": "https://example.org",
    }
    assert administration.post(reverse("admin:cities_city_change", args=[city.pk]), data).status_code == 302
    assert City.objects.get().figures.get().value == 340_000
