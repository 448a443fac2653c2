"""Words that other apps use too: roles and what each may do, in one table (docs/permissions.md is made from it)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    LEAD = "lead", _("Lead")
    CONTRIBUTOR = "contributor", _("Contributor")
    COORDINATOR = "coordinator", _("Coordinator")
    VIEWER = "viewer", _("Viewer")
    PARTNER = "partner", _("Technical partner")
    EXPERT = "expert", _("Expert of the Council of Europe")
    NETWORK_COORDINATOR = "network_coordinator", _("Network coordinator")

    @property
    def explanation(self) -> str:
        """One sentence for the person who chooses the role."""
        return str(EXPLANATIONS[self])


EXPLANATIONS = {
    Role.LEAD: _("Answers everything, assigns indicators, invites people, submits, replies to the experts, publishes."),
    Role.CONTRIBUTOR: _("Answers the indicators assigned to them and reads the rest."),
    Role.COORDINATOR: _("Runs engagement, strategy and pact; reads the assessment."),
    Role.VIEWER: _("Reads."),
    Role.PARTNER: _(
        "A technical partner of the city: reads all of it, runs engagement and strategy, never submits or publishes."
    ),
    Role.EXPERT: _("Validates the assessments assigned to them."),
    Role.NETWORK_COORDINATOR: _(
        "Sees the progress of every city of a programme, runs its events and milestones; no drafts, no verdicts."
    ),
}
CITY_ROLES = (Role.LEAD, Role.CONTRIBUTOR, Role.COORDINATOR, Role.VIEWER, Role.PARTNER)


class Permission(models.TextChoices):
    READ_ASSESSMENT = "read_assessment", _("Read the assessment")
    START_ASSESSMENT = "start_assessment", _("Start an assessment")
    ANSWER_ALL = "answer_all", _("Answer every indicator")
    ANSWER_ASSIGNED = "answer_assigned", _("Answer the indicators assigned")
    ASSIGN_INDICATORS = "assign_indicators", _("Assign indicators")
    SUBMIT = "submit", _("Submit, and reply to the experts")
    PUBLISH = "publish", _("Publish and withdraw the result")
    MANAGE_PEOPLE = "manage_people", _("Invite and remove people")
    VALIDATE = "validate", _("Give verdicts, ask, validate")
    EDIT_RESEARCH = "edit_research", _("Keep the register of policies and data sources")
    READ_ENGAGEMENT = "read_engagement", _("Read about stakeholders' organisations, sessions and findings")
    SEE_CONTACTS = "see_contacts", _("See the persons behind the organisations")
    RUN_ENGAGEMENT = "run_engagement", _("Keep stakeholders, run sessions, write findings")
    CHOOSE_AREAS = "choose_areas", _("Choose the areas of the strategy")
    DO_TASKS = "do_tasks", _("Tick off what the city took home from an event")
    READ_STRATEGY = "read_strategy", _("Read the strategy, its coordinating body, pact and milestones, also as drafts")
    RUN_STRATEGY = "run_strategy", _("Write strategy and pact, run the coordinating body, launch event and milestones")
    DECIDE_STRATEGY = "decide_strategy", _("Publish the strategy and the launch event, move the pact on")
    FOLLOW_PROGRAMME = "follow_programme", _("Follow the progress of a programme's cities")
    RUN_PROGRAMME = "run_programme", _("Run the events and milestones of a programme, remind its cities")


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.LEAD: frozenset(
        {
            Permission.READ_ASSESSMENT,
            Permission.START_ASSESSMENT,
            Permission.ANSWER_ALL,
            Permission.ASSIGN_INDICATORS,
            Permission.SUBMIT,
            Permission.PUBLISH,
            Permission.MANAGE_PEOPLE,
            Permission.EDIT_RESEARCH,
            Permission.READ_ENGAGEMENT,
            Permission.SEE_CONTACTS,
            Permission.CHOOSE_AREAS,
            Permission.DO_TASKS,
            Permission.READ_STRATEGY,
            Permission.DECIDE_STRATEGY,
        }
    ),
    Role.CONTRIBUTOR: frozenset(
        {
            Permission.READ_ASSESSMENT,
            Permission.ANSWER_ASSIGNED,
            Permission.EDIT_RESEARCH,
            Permission.READ_ENGAGEMENT,
            Permission.READ_STRATEGY,
        }
    ),
    Role.COORDINATOR: frozenset(
        {
            Permission.READ_ASSESSMENT,
            Permission.EDIT_RESEARCH,
            Permission.READ_ENGAGEMENT,
            Permission.SEE_CONTACTS,
            Permission.RUN_ENGAGEMENT,
            Permission.CHOOSE_AREAS,
            Permission.DO_TASKS,
            Permission.READ_STRATEGY,
            Permission.RUN_STRATEGY,
            Permission.DECIDE_STRATEGY,
        }
    ),
    Role.VIEWER: frozenset({Permission.READ_ASSESSMENT, Permission.READ_ENGAGEMENT, Permission.READ_STRATEGY}),
    Role.PARTNER: frozenset(
        {
            Permission.READ_ASSESSMENT,
            Permission.EDIT_RESEARCH,
            Permission.READ_ENGAGEMENT,
            Permission.SEE_CONTACTS,
            Permission.RUN_ENGAGEMENT,
            Permission.READ_STRATEGY,
            Permission.RUN_STRATEGY,
        }
    ),
    Role.EXPERT: frozenset({Permission.READ_ASSESSMENT, Permission.VALIDATE}),
    Role.NETWORK_COORDINATOR: frozenset({Permission.FOLLOW_PROGRAMME, Permission.RUN_PROGRAMME}),
}


def roles_with(permission: Permission) -> list[Role]:
    """The roles that carry `permission`, in the order of the table."""
    return [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]


class OrganisationKind(models.TextChoices):
    TECHNICAL_PARTNER = "technical_partner", _("Technical partner")
    AUTHORITY = "authority", _("Public authority")
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    OTHER = "other", pgettext_lazy("kind of organisation", "Other")


class FigureKind(models.TextChoices):
    """What a profile figure counts. The exact definition used stands beside each figure."""

    POPULATION = "population", _("Population")
    FOREIGN_RESIDENTS = "foreign_residents", _("Foreign residents")
    FOREIGN_RESIDENTS_SHARE = "foreign_residents_share", _("Foreign residents, share")
    FOREIGN_NATIONALS_SHARE = "foreign_nationals_share", _("Foreign nationals, share")
    FOREIGN_BORN_SHARE = "foreign_born_share", _("Born abroad, share")
    MIGRATION_BACKGROUND_SHARE = "migration_background_share", _("Migration background, share")
    SECOND_GENERATION_SHARE = "second_generation_share", _("Second generation, share")
    MAJORITY_SHARE = "majority_share", _("Majority group, share")
    LARGEST_MINORITY_SHARE = "largest_minority_share", _("Largest minority group, share")
    UNDER_18_SHARE = "under_18_share", _("Under 18 years, share")
    INTERNATIONAL_STUDENTS_SHARE = "international_students_share", _("International students, share of students")
    GDP_PER_HEAD = "gdp_per_head", _("GDP per head")

    @property
    def unit(self) -> str:
        if self.value.endswith("_share"):
            return "%"
        return "EUR" if self is FigureKind.GDP_PER_HEAD else ""
