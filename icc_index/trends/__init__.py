"""Common trends: what the validated results of several cities have in common, and what of it a reader may be told.

`figures` computes and `sets` decides what may be shown, both without database; `reading` fetches what a reader may see;
`words` tells it for page and PDF, `sheet` for spreadsheets. The two privacy rules stand in docs/adr/ (common trends).
"""
