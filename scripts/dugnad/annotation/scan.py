"""The rows of a whole genome's GFF3 that lie on wanted genes, found without reading each in Python.

pyarrow's CSV reader splits the rows in two passes, of the genes first. A row that touches the span
of a wanted gene is given; so every part comes with its transcript, and that with its gene.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from dugnad.annotation.transcript import Interval, merged
from dugnad.arrow import leave_out_pandas

leave_out_pandas()

BLOCK = 4 << 20  # bytes read at a time
COLUMNS = ("chrom", "source", "kind", "start", "end", "score", "strand", "phase", "words")

Keep = Callable[[str, int, int, bytes], bool]
"""Of a gene's contig, span (0-based) and attributes, whether it is wanted."""


class OddFileError(Exception):
    """A file with rows that this reader does not take; another must say what is amiss."""


def rows_of_genes(path: Path, keep: Keep) -> Iterator[list[bytes]]:
    """The nine columns of each row that touches a wanted gene.

    Raises OddFileError, at once or later, where a row is malformed or sequence follows.
    """
    spans: dict[str, list[Interval]] = {}
    for batch in _batches(path):
        genes = batch.filter(pc.ends_with(batch["kind"], "gene"))
        for row in genes.select(["chrom", "start", "end", "words"]).to_pylist():
            chrom, start, end = row["chrom"].decode(), row["start"] - 1, row["end"]
            if keep(chrom, start, end, row["words"]):
                spans.setdefault(chrom, []).append((start, end))
    wanted = {chrom.encode(): np.array(merged(own, 0)) for chrom, own in spans.items()}
    for batch in _batches(path):
        found = batch.filter(pa.array(_touching(batch, wanted)))
        columns = [found[name].to_pylist() for name in COLUMNS]
        for row in zip(*columns, strict=True):
            yield [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]


def _touching(
    batch: pa.RecordBatch, wanted: dict[bytes, npt.NDArray[np.int64]]
) -> npt.NDArray[np.bool_]:
    """Which rows touch one of the spans, which are apart and in order, of their contig."""
    names = batch["chrom"].dictionary_encode()
    codes = names.indices.to_numpy()
    start, end = batch["start"].to_numpy() - 1, batch["end"].to_numpy()
    found = np.zeros(batch.num_rows, dtype=bool)
    for code, name in enumerate(names.dictionary.to_pylist()):
        if (spans := wanted.get(name)) is None:
            continue
        here = codes == code
        last = np.searchsorted(spans[:, 0], end[here], side="left") - 1
        found[here] = (last >= 0) & (spans[np.maximum(last, 0), 1] > start[here])
    return found


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    odd: list[str] = []

    def seen(row: csv.InvalidRow) -> str:
        if not row.text.startswith("#") or row.text.startswith("##FASTA"):
            odd.append(row.text[:80])
        return "skip"

    whole = {"start": pa.int64(), "end": pa.int64()}
    types = {name: whole.get(name, pa.binary()) for name in COLUMNS}
    try:
        reader = csv.open_csv(
            path,
            read_options=csv.ReadOptions(column_names=COLUMNS, block_size=BLOCK),
            parse_options=csv.ParseOptions(
                delimiter="\t", quote_char=False, invalid_row_handler=seen
            ),
            convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=False),
        )
        for batch in reader:
            if odd:
                raise OddFileError(odd[0])
            yield batch
    except (pa.ArrowInvalid, OSError) as error:
        raise OddFileError(str(error)) from error
    if odd:
        raise OddFileError(odd[0])
