"""Numbers that describe a window. Each module beside this one is a group of features; the folder is the menu.

A group has NAMES, a TITLE and `compute`; its C twin stands in firmware/nn/. A recipe names the groups it uses.
"""
