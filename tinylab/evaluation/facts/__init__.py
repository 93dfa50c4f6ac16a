"""Facts of a project: named, typed numbers that advice, lessons and learning read. Each module beside this is a group.

A module with FACTS, a tuple of Definition, belongs to the table; the folder's listing is the menu.
"""
