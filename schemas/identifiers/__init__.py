"""Numbers that carry their own proof: one module each, in python-stdnum's manner.

Every module has `compact(number)`, `validate(number)` (the compact number, or `InvalidIdentifier` saying what
is wrong), `is_valid(number)` and `format(number)`.
"""
