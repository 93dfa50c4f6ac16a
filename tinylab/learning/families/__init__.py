"""Kinds of networks. Each module beside this one is a family; the folder is the menu.

A family has a TITLE, an INPUT_KIND ("raw" or "features"), `layers_of` and `stride`. Only `layers_of` imports Keras.
"""
