"""Every change of milestones and their templates, by subject.

Keywords only, `by=` says who; atomic; the city is locked first, of a template the programme, so that two changes at
once can neither close a circle of dependencies nor lay out twice. Records hold no words: reasons stand on promises and
moves.
"""
