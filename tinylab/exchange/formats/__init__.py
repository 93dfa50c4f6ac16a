"""File formats. Each module beside this one is a format; the folder is the menu.

A format has a TITLE, ENDINGS, `sniff` (how sure it is of a file, 0 to 100) and `read`, where it can be read, and
`write`, where it can be written. Whatever a file holds, nothing of it is ever run.
"""
