"""What looks like a person is refused before it reaches a file name, a log or a report."""

import re

# a Norwegian national identity number: date of birth, individual number, two check digits
_ELEVEN_DIGITS = re.compile(r"(?<!\d)(\d{6})[ .-]?(\d{5})(?!\d)")
_DATE = re.compile(r"(?:19|20)\d\d-\d\d?-\d\d?|\d\d?[./]\d\d?[./](?:19|20)\d\d")
# the weights of the two check digits (Skatteetaten, control digits of the fødselsnummer)
_WEIGHTS = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
_PERSONAL_COLUMNS = re.compile(
    r"name|navn|surname|etternavn|fornavn|birth|f[oø]dt|f[oø]dsel|dob|address|adresse|"
    r"phone|telefon|e-?mail|epost|personnummer|national_?id|ssn|fnr|pid",
    re.IGNORECASE,
)


def _is_identity_number(digits: str) -> bool:
    day, month = int(digits[:2]), int(digits[2:4])
    # D numbers add 40 to the day; H numbers add 40, synthetic ones 65 or 80 to the month
    day -= 40 if day > 40 else 0
    month -= next((shift for shift in (80, 65, 40) if month > shift), 0)
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return False
    return all(
        sum(w * int(d) for w, d in zip(weights, digits, strict=False)) % 11 == 0
        for weights in _WEIGHTS
    )


def has_identity_number(text: str) -> bool:
    """Whether the text holds an 11-digit Norwegian identity number with right check digits."""
    return any(_is_identity_number(a + b) for a, b in _ELEVEN_DIGITS.findall(text))


def has_date(text: str) -> bool:
    """Whether the text is a calendar date, as a date of birth would be written."""
    return _DATE.fullmatch(text.strip()) is not None


def is_personal_column(name: str) -> bool:
    """Whether a column name asks for what identifies a person."""
    return _PERSONAL_COLUMNS.fullmatch(name.strip()) is not None or any(
        _PERSONAL_COLUMNS.fullmatch(part) for part in re.split(r"[_\s-]", name.strip())
    )


def mask(text: str) -> str:
    """The text with identity numbers masked, fit for a message."""

    def hide(match: re.Match[str]) -> str:
        return "***********" if _is_identity_number(match[1] + match[2]) else match[0]

    return _ELEVEN_DIGITS.sub(hide, text)
