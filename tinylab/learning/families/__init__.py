"""Kinds of networks, and of models that are none. Each module beside this one is a family; the folder is the menu.

A family has a TITLE, an INPUT_KIND ("raw", "features" or "both"), and `stride` where another saves work. One of
networks has `hidden`, which alone imports Keras. One that is simpler has the name of its BASELINE and `learn`, which
gives a `learning.simple.model.SimpleModel` and needs no worker. The user's own network has `input_kind(plan)` besides
and is built by learning/in_worker/own_network.py.
"""
