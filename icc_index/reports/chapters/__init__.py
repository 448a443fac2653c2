"""The chapters of the assessment report. Each takes a ReportInput and gives a Chapter, or None to be left out.

settings.EPI_REPORT_CHAPTERS lists them, with those of other apps. Templates stand in templates/icc_index/report/.
"""

from icc_index.reports.chapters.advice import recommendations
from icc_index.reports.chapters.areas import indicators
from icc_index.reports.chapters.city import city_overview
from icc_index.reports.chapters.every_answer import annex
from icc_index.reports.chapters.opening import introduction, method
from icc_index.reports.chapters.overall import overall_results
from icc_index.reports.chapters.policies import policy_context

__all__ = [
    "annex",
    "city_overview",
    "indicators",
    "introduction",
    "method",
    "overall_results",
    "policy_context",
    "recommendations",
]
