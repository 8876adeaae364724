"""Cards and forms with how each platform draws them, compared whole.

cards/*.py      one CARD or FORM each                  sample.py     the charter they quote
expected/       what each platform makes of them       renderers.py  which platforms there are
make.py         writes `expected/` anew: `python -m tests.golden.make`, then read the diff
strategies.py   any card at all, for property tests    hostile.py    words that mean harm
"""
