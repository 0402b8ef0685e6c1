"""Colours that colour-blind readers tell apart (Okabe and Ito 2008), and what they stand for."""

from typing import Final

from dugnad.record_copy_number import CopyCall

BLUE: Final = "#0072b2"
SKY: Final = "#56b4e9"
GREEN: Final = "#009e73"
ORANGE: Final = "#e69f00"
VERMILION: Final = "#d55e00"
PURPLE: Final = "#cc79a7"

INK: Final = "#16222e"
SOFT: Final = "#55636f"
LINE: Final = "#d9e0e6"
PALE: Final = "#eef1f4"
# neighbouring chromosomes
ODD: Final = "#5b6b78"
EVEN: Final = "#9aa7b2"

OF_CALL: Final[dict[CopyCall, str]] = {
    "amplification": VERMILION,
    "gain": ORANGE,
    "neutral": INK,
    "loss": SKY,
    "homozygous_deletion": BLUE,
    "not_assessable": EVEN,
}

# the six substitutions as COSMIC draws them
OF_SUBSTITUTION: Final = {
    "C>A": "#03bcee",
    "C>G": "#010101",
    "C>T": "#e32926",
    "T>A": "#cac9c9",
    "T>C": "#a1ce63",
    "T>G": "#ebc6c4",
}
