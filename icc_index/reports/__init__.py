"""The assessment report: what it shows is gathered (data), told in chapters, and typeset (render)."""
