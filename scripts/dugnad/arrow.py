"""pyarrow without pandas, which it loads by itself to ask whether a list is a Series.

That takes half a second and 50 MB of each job. It asks once, and here it does not find it; what
needs pandas still imports it, and tables still become data frames.
"""

import sys
from contextlib import suppress

import pyarrow as pa


def leave_out_pandas() -> None:
    """Let pyarrow look for pandas now, and not find it; nothing is done where it is loaded."""
    if "pandas" in sys.modules:
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        with suppress(AttributeError, ImportError):
            pa.array([None])
        pa.array([0]).to_numpy()
    finally:
        del sys.modules["pandas"]
