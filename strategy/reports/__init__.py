"""The chapters of the assessment report on stakeholders: what they tell is gathered (data), and told (chapters)."""
