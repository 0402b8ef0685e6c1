"""What looks like a person is seen, and what does not is let through."""

import pytest

from dugnad.privacy import has_date, has_identity_number, is_personal_column, mask


def with_check_digits(nine: str) -> str | None:
    """An identity number's two check digits, by Skatteetaten's rule; None where there are none."""
    first = (
        11 - sum(w * int(d) for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), nine, strict=True)) % 11
    )
    first = 0 if first == 11 else first
    if first == 10:
        return None
    ten = f"{nine}{first}"
    second = (
        11 - sum(w * int(d) for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), ten, strict=True)) % 11
    )
    second = 0 if second == 11 else second
    return None if second == 10 else f"{ten}{second}"


# day, month and year as an ordinary, a D, an H and two synthetic kinds of number write them
KINDS = {
    "ordinary": "150361",
    "D": "550361",
    "H": "154361",
    "month+65": "156861",
    "month+80": "158361",
}


@pytest.mark.parametrize("start", KINDS.values(), ids=KINDS)
def test_identity_numbers_are_found(start: str) -> None:
    numbers = [n for n in (with_check_digits(f"{start}{i:03}") for i in range(1000)) if n]
    assert len(numbers) > 700
    for number in numbers:
        assert has_identity_number(number)
        assert has_identity_number(f"/data/{number[:6]} {number[6:]}_R1.fastq.gz")
        assert number not in mask(f"got {number}!")
        wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
        assert not has_identity_number(wrong)
        assert mask(wrong) == wrong


@pytest.mark.parametrize("text", ["", "12345678901234", "IPX0001-D01-P11-A12", "99999999999"])
def test_other_numbers_are_not(text: str) -> None:
    assert not has_identity_number(text)


@pytest.mark.parametrize("text", ["1961-03-05", "5.3.1961", "05/03/1961", " 2001-1-1 "])
def test_dates(text: str) -> None:
    assert has_date(text)


@pytest.mark.parametrize("text", ["run-2024-01-02", "1.5", "0.40", "LUAD"])
def test_not_dates(text: str) -> None:
    assert not has_date(text)


@pytest.mark.parametrize("name", ["name", "Patient_Name", "navn", "fnr", "date_of_birth", "E-mail"])
def test_personal_columns(name: str) -> None:
    assert is_personal_column(name)


@pytest.mark.parametrize("name", ["sample", "case", "tumour_type", "panel", "rename"])
def test_impersonal_columns(name: str) -> None:
    assert not is_personal_column(name)
