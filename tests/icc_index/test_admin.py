"""Administration of the index: read-only where nobody may write, answers to export, lists that cost the same."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from epi.models import Event
from icc_index.models import PublishedScore
from tests.factories import make_city, save, start

READ_ONLY = ["icc_index_assessment", "icc_index_edition"]


@pytest.fixture
def administration(sign_in, admin):
    return sign_in(admin)


@pytest.mark.parametrize("page", READ_ONLY)
def test_nothing_of_it_can_be_written(administration, assessment, page):
    pk = assessment.pk if page == "icc_index_assessment" else assessment.edition_id
    assert administration.get(reverse(f"admin:{page}_changelist")).status_code == 200
    assert administration.get(reverse(f"admin:{page}_change", args=[pk])).status_code == 200
    assert administration.post(reverse(f"admin:{page}_change", args=[pk]), {"status": "validated"}).status_code == 403
    assert administration.get(reverse(f"admin:{page}_add")).status_code == 403
    assert administration.post(reverse(f"admin:{page}_delete", args=[pk]), {"post": "yes"}).status_code == 403
    assessment.refresh_from_db()
    assert assessment.status == "draft"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_answers_of_chosen_assessments_are_exported_and_that_is_recorded(administration, admin, assessment, lead, kind):
    save(assessment, lead, COM1="yes", explanation="=1+1")
    other = start(make_city("elsewhere"), assessment.edition, admin)
    chosen = {"action": f"export_answers_as_{kind}", "_selected_action": [assessment.pk]}
    response = administration.post(reverse("admin:icc_index_assessment_changelist"), chosen)
    assert response["Content-Disposition"] == f'attachment; filename="answers.{kind}"'
    if kind == "xlsx":
        rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
        assert (len(rows), rows[1][0], rows[1][6]) == (86, "testville", "'=1+1")
    else:
        lines = response.content.decode().splitlines()
        assert (len(lines), lines[1]) == (86, "testville,2021,icc-2019,commitment,COM1,yes,'=1+1,,,")
    event = Event.objects.get(kind="assessment.exported")
    assert (event.by, event.subject_id) == (admin, str(assessment.pk))
    assert event.subject_id != str(other.pk)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_assessments_costs_the_same_for_any_length(
    administration, admin, assessment, rows, django_assert_num_queries
):
    for number in range(1, rows):
        start(make_city(f"city-{number}"), assessment.edition, admin)
    administration.get(reverse("admin:icc_index_assessment_changelist"))  # content types are read once a process
    with django_assert_num_queries(7):
        response = administration.get(reverse("admin:icc_index_assessment_changelist"))
    assert response.content.decode().count("action-select") >= rows


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_published_scores_costs_the_same_for_any_length(administration, city, rows, django_assert_num_queries):
    for number in range(rows):
        PublishedScore.objects.create(
            city=make_city(f"city-{number}"), year=2020, subject="core_index", score=50, source_url="https://coe.int"
        )
    with django_assert_num_queries(7):
        administration.get(reverse("admin:icc_index_publishedscore_changelist"))


def test_people_without_the_administration_are_kept_out(sign_in, lead):
    page = reverse("admin:icc_index_assessment_changelist")
    assert sign_in(lead).get(page, follow=True).status_code == 403
    assert sign_in(None).get(page)["Location"] == f"/accounts/login/?next={page}"
