"""Explore while it works, after a fault, and its four views."""

from __future__ import annotations

import os
import signal

import numpy as np

from tinylab.ui.pages.explore.page import VIEWS, ExplorePage
from tinylab.ui.tools.camera import Camera
from tinylab.workflow.explore.picture import Layout


def explore_page(camera: Camera) -> ExplorePage:
    """The page, when nothing is looked at in a thread."""
    camera.window.show_page("Explore")
    camera.until(lambda: explored(camera))
    page = camera.window.page("Explore")
    assert isinstance(page, ExplorePage)
    return page


def explored(camera: Camera) -> bool:
    """Whether nothing is looked at in a thread."""
    explore = camera.session.explore
    working = (explore.feature_map.task, explore.proposals.task)
    return not any((explore.checks.busy, explore.take_views.busy, *working))


def explore_busy(camera: Camera) -> None:
    """The map while t-SNE works on it, in the worker."""
    page = explore_page(camera)
    _begin_tsne(camera)
    camera.both_sizes("explore-busy", settle=False)
    page.map.cancel.click()
    _to_pca(camera)


def explore_error(camera: Camera) -> None:
    """The map when the worker is ended from outside while it works."""
    explore_page(camera)
    _begin_tsne(camera)
    process_id = camera.session.worker.process_id
    if process_id is not None:
        os.kill(process_id, signal.SIGTERM)
    camera.until(lambda: explored(camera))
    camera.both_sizes("explore-error")
    _to_pca(camera)


def _begin_tsne(camera: Camera) -> None:
    feature_map = camera.session.explore.feature_map
    feature_map.set_layout(Layout.TSNE)
    camera.until(lambda: feature_map.task is None or feature_map.task.detail.startswith("arranging"))


def _to_pca(camera: Camera) -> None:
    camera.session.explore.feature_map.set_layout(Layout.PCA)
    camera.until(lambda: explored(camera))


def explore_layouts(camera: Camera) -> None:
    """By what the last layer of the trained network sees, and by features with points that were caught."""
    page, feature_map = explore_page(camera), camera.session.explore.feature_map
    feature_map.set_layout(Layout.LAYER)
    camera.until(lambda: explored(camera))
    camera.picture("explore-layer")
    feature_map.set_layout(Layout.PCA)
    camera.until(lambda: explored(camera))
    points = page.map.plot.points
    page.map.choose(int(points[:, 0].argmax()))
    page.map.catch(np.argsort(points[:, 1])[-24:].tolist())
    camera.both_sizes("explore-lasso")
    page.map.catch([])


def explore_views(camera: Camera) -> None:
    """The map, takes, proposals and split, and the three kinds of pictures of takes."""
    page = explore_page(camera)
    for number, name in enumerate(VIEWS):
        page.show_view(number)
        camera.until(lambda: explored(camera))
        camera.both_sizes(f"explore-{name}")
        if name == "takes":
            for kind, shown in ((1, "fingerprint"), (2, "numbers")):
                page.takes.show_kind(kind)
                camera.both_sizes(f"explore-{shown}")
            page.takes.show_kind(0)
    page.show_view(0)
