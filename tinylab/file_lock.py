"""The operating system's lock on an open file: it goes with its process, however that ends."""

from __future__ import annotations

import os
import sys

_FAR = 1 << 20  # Windows locks bytes; one behind the text leaves the text readable


def try_lock(descriptor: int) -> bool:
    """Take the lock without waiting; False where another open file has it, True where there are no such locks."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import errno
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN)
    return True
