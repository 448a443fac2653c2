"""Who is responsible, accountable, consulted and informed: one owner, members only, two people at once."""

import pytest

from epi.errors import CannotBeDone
from strategy.models import Member, Responsibility
from strategy.plan import pilot_queries
from strategy.plan.actions import duties
from strategy.plan.enums import ActionState, Duty
from tests.factories import make_action, make_body, make_city, make_member
from tests.strategy.plan.conftest import address, leave

MATRIX = "/strategy/testville/responsibilities/"


def given(action):
    return {(row.member.name, row.duty) for row in action.responsibilities.all()}


def give(action, by, accountable, **others):
    named = {Duty(duty): members for duty, members in others.items()}
    duties.give_duties(action=action, base_version=action.version, accountable=accountable, others=named, by=by)


def test_duties_are_given_and_given_anew(action, members, coordinator, sign_in):
    anna, bernd, carla = members
    browser = sign_in(coordinator)
    form = {"accountable": anna.pk, "responsible": [bernd.pk], "informed": [carla.pk], "version": 0}
    answer = browser.post(address("action_duties", action), form)
    assert answer.url == f"{action.get_absolute_url()}#duties"
    assert given(action) == {
        ("Anna Muster", "accountable"),
        ("Bernd Muster", "responsible"),
        ("Carla Muster", "informed"),
    }
    form = {"accountable": bernd.pk, "consulted": [anna.pk], "version": 1}
    browser.post(address("action_duties", action), form)
    assert given(action) == {("Bernd Muster", "accountable"), ("Anna Muster", "consulted")}


def test_person_with_two_duties_is_told(action, members, coordinator, sign_in):
    form = {"accountable": members[0].pk, "responsible": [members[0].pk], "version": 0}
    answer = sign_in(coordinator).post(address("action_duties", action), form)
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"responsible": ["Anna Muster has two duties. Choose one for each person."]},
    )
    with pytest.raises(CannotBeDone, match="two duties"):
        give(action, coordinator, members[0], responsible=[members[0]])
    assert not Responsibility.objects.exists()


@pytest.mark.parametrize("field", ["accountable", "responsible"])
def test_member_who_left_between_page_and_submit_is_named(field, action, members, coordinator, sign_in):
    leave(members[0])
    answer = sign_in(coordinator).post(address("action_duties", action), {field: members[0].pk, "version": 0})
    sentence = "Anna Muster is no longer a member of the coordinating body."
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [sentence]})
    assert not Responsibility.objects.exists()


def test_action_names_who_left_even_after_the_form_was_read(action, members, coordinator):
    leave(members[0])
    with pytest.raises(CannotBeDone, match="Anna Muster is no longer a member"):
        give(action, coordinator, members[0])


@pytest.mark.parametrize("key", ["999999", "nobody"])
def test_who_was_never_a_member_cannot_be_chosen(key, action, members, coordinator, sign_in):
    answer = sign_in(coordinator).post(address("action_duties", action), {"accountable": key, "version": 0})
    assert answer.context["form"].errors == {
        "accountable": ["This person is no longer a member of the coordinating body."]
    }


def test_member_of_another_city_cannot_be_chosen_and_is_not_named(action, members, coordinator, sign_in):
    stranger = make_member(make_body(make_city("elsewhere"), coordinator), "Zoe Muster")
    answer = sign_in(coordinator).post(address("action_duties", action), {"accountable": stranger.pk, "version": 0})
    assert answer.status_code == 422
    assert "Zoe" not in answer.content.decode()
    with pytest.raises(CannotBeDone):
        give(action, coordinator, stranger)


def test_agreed_action_keeps_an_owner(at_state, coordinator, sign_in):
    action = at_state(ActionState.AGREED)
    answer = sign_in(coordinator).post(address("action_duties", action), {"accountable": "", "version": 0})
    assert answer.context["form"].non_field_errors() == [
        "Others rely on an agreed action, so somebody is accountable for it."
    ]
    assert given(action) == {("Anna Muster", "accountable")}


def test_form_of_an_action_whose_owner_left_asks_for_another(owned, members, coordinator, sign_in):
    leave(members[0])
    page = sign_in(coordinator).get(address("action_duties", owned))
    assert page.context["form"]["accountable"].value() is None
    assert page.context["lacking"] == ["Anna Muster is no longer a member of the coordinating body."]


def test_two_people_giving_duties_see_both(action, members, coordinator, partner, sign_in):
    anna, bernd, _carla = members
    give(action, partner, anna)
    browser = sign_in(coordinator)
    answer = browser.post(address("action_duties", action), {"accountable": bernd.pk, "version": 0})
    assert answer.status_code == 409
    assert answer.context["form"].differences == [
        ("Accountable: the owner", "Anna Muster", "Bernd Muster"),
    ]
    assert given(action) == {("Anna Muster", "accountable")}
    browser.post(address("action_duties", action), {"accountable": bernd.pk, "version": 1})
    assert given(action) == {("Bernd Muster", "accountable")}


# The matrix ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_matrix_costs_the_same(rows, objective, members, coordinator, sign_in, django_assert_num_queries):
    for number in range(rows):
        action = make_action(objective, f"Action {number}")
        for member, duty in zip(members[:rows], Duty, strict=False):
            Responsibility.objects.create(action=action, member=member, duty=duty)
    browser = sign_in(coordinator)
    browser.get(MATRIX)
    with django_assert_num_queries(8):
        page = browser.get(MATRIX)
    assert len(page.context["matrix"].rows) == rows


def test_matrix_shows_letters_and_words_and_flags_who_left(owned, members, coordinator, strategy, sign_in):
    give(owned, coordinator, members[0], consulted=[members[1]])
    leave(members[0])
    page = sign_in(coordinator).get(MATRIX)
    matrix = page.context["matrix"]
    assert [member.name for member in matrix.members] == ["Bernd Muster", "Carla Muster", "Anna Muster"]
    assert [row.cells for row in matrix.rows] == [[Duty.CONSULTED, None, Duty.ACCOUNTABLE]]
    assert matrix.without_owner == 1
    text = page.content.decode()
    assert "<strong>A</strong>" in text
    assert "has left" in text
    assert "1 action has nobody who is accountable and still a member." in text


def test_matrix_leaves_stopped_actions_out_and_members_who_left_without_a_duty(at_state, members, strategy):
    at_state(ActionState.STOPPED)
    leave(members[2])
    matrix = pilot_queries.matrix_of(strategy)
    assert (matrix.rows, [member.name for member in matrix.members]) == ([], ["Anna Muster", "Bernd Muster"])


def test_matrix_without_members_leads_to_the_body(action, coordinator, sign_in):
    assert "No member yet" in sign_in(coordinator).get(MATRIX).content.decode()


def test_forgotten_member_stays_without_a_name(owned, members, coordinator, sign_in):
    leave(members[0])
    Member.objects.filter(pk=members[0].pk).update(name="", email="", function="", forgotten_at="2022-01-01T00:00:00Z")
    assert "A former member" in sign_in(coordinator).get(owned.get_absolute_url()).content.decode()
