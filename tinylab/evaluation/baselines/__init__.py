"""Simple learners that a network has to be better than. Each module beside this one is one; the folder is the menu.

A baseline has a NAME, a TITLE, an ORDER (the simpler, the smaller) and `fit(numbers, classes, task)`, which gives a
`tinylab.evaluation.baseline.Fitted`. scikit-learn is imported where it is needed, as it is slow to import.
"""
