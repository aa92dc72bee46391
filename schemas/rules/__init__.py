"""The rules in force on a day, each with its legal basis and its cases.

`model` types a rule, `loader` reads the files, `shapes` are the reusable functions rules name in `check`.
"""
