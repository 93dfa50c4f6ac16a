"""Kinds of networks. Each module beside this one is a family; the folder is the menu.

A family has a TITLE, an INPUT_KIND ("raw", "features" or "both"), `hidden` and `stride`. Only `hidden` imports Keras.
"""
