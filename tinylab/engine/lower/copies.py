"""Kernel calls that move bytes: from one buffer to another, within one, or into a block of a larger one."""

from __future__ import annotations

from tinylab.engine.program import IN_PLACE, Buffers, Kernel, KernelCall, Struct

COPY = Kernel("tl_copy", "tl_elementwise.h")
SLIDE = Kernel("tl_slide", "tl_elementwise.h")
BLOCK = Kernel("tl_copy_blocks", "tl_copy_blocks.h")


def copy(name: str, buffers: Buffers, length: int, target_offset: int = 0) -> KernelCall:
    """The same bytes in another buffer."""
    constants = Struct({"length": length})
    return KernelCall(
        name, COPY, buffers.sources, buffers.target, constants, overlap=IN_PLACE, target_offset=target_offset
    )


def slide(buffer: int, kept: int, by: int) -> KernelCall:
    """The `kept` bytes that stand `by` bytes behind a buffer's start move to its start."""
    return KernelCall("slide", SLIDE, (), buffer, Struct({"kept": kept, "by": by}))


def copy_block(
    name: str,
    buffers: Buffers,
    sizes: tuple[int, int, int],
    strides: tuple[int, int],
    at: int,
    fill: tuple[int, int] = (0, 0),
) -> KernelCall:
    """A block of `sizes` (outer, inner, width) copied into a larger one with `strides` (outer, inner).

    It begins at byte `at` of the target, of which the first `fill[0]` bytes are set to `fill[1]` before.
    """
    names = ("outer", "inner", "width", "outer_stride", "inner_stride", "at", "fill", "value")
    members = dict(zip(names, (*sizes, *strides, at, *fill), strict=True))
    return KernelCall(name, BLOCK, buffers.sources, buffers.target, Struct(members))
