"""The index: editions of the questionnaire, assessments, answers, verdicts, results, reports."""

from icc_index.models.answer import Answer, AnswerRevision, Clarification, Evidence, Verdict
from icc_index.models.assessment import Assessment, Commentary, ExpertAssignment, IndicatorAssignment
from icc_index.models.edition import Edition, EditionText, Indicator, Question
from icc_index.models.report import Report
from icc_index.models.research import ResearchArea, ResearchSource
from icc_index.models.result import Benchmark, PublishedScore, Result, Score
from icc_index.models.trend import TrendReport

__all__ = [
    "Answer",
    "AnswerRevision",
    "Assessment",
    "Benchmark",
    "Clarification",
    "Commentary",
    "Edition",
    "EditionText",
    "Evidence",
    "ExpertAssignment",
    "Indicator",
    "IndicatorAssignment",
    "PublishedScore",
    "Question",
    "Report",
    "ResearchArea",
    "ResearchSource",
    "Result",
    "Score",
    "TrendReport",
    "Verdict",
]
