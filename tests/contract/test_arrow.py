"""Tables are read and written without pandas, and what needs pandas still has it."""

import subprocess
import sys

SCRIPT = """
import sys
import dugnad.tables
import pyarrow as pa
table = pa.Table.from_pylist([{"a": 1, "b": ["x"]}, {"a": None, "b": None}])
table["a"].fill_null(0).to_numpy()
assert "pandas" not in sys.modules
frame = table.to_pandas()
import pandas
assert frame["a"].isna().tolist() == [False, True]
assert pa.Table.from_pandas(pandas.DataFrame({"x": [1.0, None]}))["x"].null_count == 1
"""


def test_pandas_is_loaded_by_those_who_need_it() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)
