"""What comes again by itself."""

from collections.abc import Generator
from contextlib import contextmanager

from dodam.platform.work import CannotBeDone, TryLater


@contextmanager
def recurring() -> Generator[None]:
    """Never held: while a store refuses us, as after a wrong setting, letters would pile up.

    Its task stays where it is and keeps others like it from being added; that its lane does not
    get through is told of by the watch.
    """
    try:
        yield
    except CannotBeDone as refusal:
        raise TryLater(refusal.reason) from refusal
