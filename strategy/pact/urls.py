"""Addresses of City Integration Pacts."""

from django.urls import include, path

from strategy.pact.views import articles, consulted, consulting, moving, pacts, public, signatories, signing, versions

_of_one_pact = [
    path("", pacts.pact, name="pact"),
    path("edit/", pacts.pact_edit, name="pact_edit"),
    path("take-over-actions/", pacts.pact_prefill, name="pact_prefill"),
    path("renew/", pacts.pact_renew, name="pact_renew"),
    path("articles/add/", articles.article_add, name="article_add"),
    path("articles/<int:article_pk>/", articles.article_edit, name="article_edit"),
    path("articles/<int:article_pk>/up/", articles.article_move, {"up": True}, name="article_up"),
    path("articles/<int:article_pk>/down/", articles.article_move, {"up": False}, name="article_down"),
    path("articles/<int:article_pk>/remove/", articles.article_remove, name="article_remove"),
    path("articles/<int:article_pk>/commitments/add/", articles.commitment_add, name="commitment_add"),
    path("commitments/<int:commitment_pk>/", articles.commitment_edit, name="commitment_edit"),
    path("commitments/<int:commitment_pk>/remove/", articles.commitment_remove, name="commitment_remove"),
    path("signatories/add/", signatories.signatory_add, name="signatory_add"),
    path("signatories/ask-again/", signatories.signature_ask, name="signature_ask"),
    path("signatories/<int:signatory_pk>/", signatories.signatory_edit, name="signatory_edit"),
    path("signatories/<int:signatory_pk>/up/", signatories.signatory_move, {"up": True}, name="signatory_up"),
    path("signatories/<int:signatory_pk>/down/", signatories.signatory_move, {"up": False}, name="signatory_down"),
    path("signatories/<int:signatory_pk>/remove/", signatories.signatory_remove, name="signatory_remove"),
    path("consultation/", consulting.consultation_open, name="consultation_open"),
    path("consultation/end/", consulting.consultation_end, name="consultation_end"),
    path("consultation/links/add/", consulting.consultation_link_add, name="consultation_link_add"),
    path(
        "consultation/links/<int:link_pk>/revoke/", consulting.consultation_link_revoke, name="consultation_link_revoke"
    ),
    path("comments/<int:comment_pk>/", consulting.comment_answer, name="comment_answer"),
    path("comments.xlsx", consulting.comments_export, name="comments_export"),
    path("adopt/", moving.pact_adopt, name="pact_adopt"),
    path("take-back/", moving.pact_take_back, name="pact_take_back"),
    path("in-force/", moving.pact_put_into_force, name="pact_put_into_force"),
    path("evaluate/", moving.pact_evaluate, name="pact_evaluate"),
    path("versions/<int:number>/", versions.pact_version, name="pact_version"),
    path("changes/", versions.pact_changes, name="pact_changes"),
]

urlpatterns = [
    path("strategy/<slug:slug>/pact/", pacts.pacts, name="pacts"),
    path("strategy/<slug:slug>/pact/start/", pacts.pact_start, name="pact_start"),
    path("strategy/<slug:slug>/pact/<int:pk>/", include(_of_one_pact)),
    path("pact/comments/<str:token>/", consulted.pact_consult, name="pact_consult"),
    path("pact/signature/<str:token>/", signing.pact_sign, name="pact_sign"),
    path("pact/<int:pk>/sign/", signing.pact_sign_own, name="pact_sign_own"),
    path("cities/<slug:slug>/pact/", public.pact_public, name="pact_public"),
    path("cities/<slug:slug>/pact/changes/", public.pact_public_changes, name="pact_public_changes"),
    path("cities/<slug:slug>/pact.json", public.pact_public_json, name="pact_public_json"),
]
