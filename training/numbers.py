"""Invented numbers with valid check characters: resident ID, credit code, bank card, telephone.

Sources: GB 11643 (resident ID, ISO 7064 MOD 11-2), GB 32100 (unified social credit code, MOD 31),
GB 11714 (organisation code, MOD 11), ISO/IEC 7812 (bank card, Luhn).
"""

import datetime as dt
from random import Random

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
MOBILE_PREFIXES = (
    "133",
    "135",
    "136",
    "138",
    "139",
    "150",
    "152",
    "158",
    "159",
    "166",
    "176",
    "180",
    "186",
    "189",
    "199",
)


def id_check_character(first17: str) -> str:
    """Return the 18th character of a resident ID number."""
    return ID_CHECKS[sum(int(d) * w for d, w in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def id_number(rng: Random, region: str, birth: dt.date, gender: str) -> str:
    """Make an ID number for a six-digit region code, a birth date and 男 or 女."""
    order = rng.randrange(2, 98) * 10 + rng.choice((1, 3, 5, 7, 9) if gender == "男" else (0, 2, 4, 6, 8))
    first17 = f"{region}{birth:%Y%m%d}{order:03d}"
    return first17 + id_check_character(first17)


def organisation_check_character(first8: str) -> str:
    """Return the ninth character of an organisation code."""
    rest = 11 - sum(int(c, 36) * w for c, w in zip(first8, ORG_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def uscc_check_character(first17: str) -> str:
    """Return the 18th character of a unified social credit code."""
    total = sum(USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first17))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def uscc(rng: Random, region: str) -> str:
    """Make the credit code of an enterprise (91…) registered in a six-digit region."""
    body = "MA" + "".join(rng.choice(USCC_ALPHABET) for _ in range(6))
    first17 = "91" + region + body + organisation_check_character(body)
    return first17 + uscc_check_character(first17)


def luhn_digit(body: str) -> str:
    """Return the check digit that completes a bank card number."""
    total = 0
    for i, c in enumerate(reversed(body)):
        digit = int(c) * (2 if i % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def bank_card(rng: Random) -> str:
    """Make a 19-digit bank card number."""
    body = rng.choice(("622202", "621700", "622848", "621661")) + digits(rng, 12)
    return body + luhn_digit(body)


def digits(rng: Random, count: int) -> str:
    """Return random decimal digits."""
    return "".join(str(rng.randrange(10)) for _ in range(count))


def mobile(rng: Random) -> str:
    """Make an 11-digit mobile number."""
    return rng.choice(MOBILE_PREFIXES) + digits(rng, 8)


def landline(rng: Random, area_code: str) -> str:
    """Make a landline number with area code, written with one hyphen."""
    length = 8 if len(area_code) == 3 or area_code in {"0755", "0731", "0571", "0512"} else 7
    return f"{area_code}-{rng.randrange(2, 9)}{digits(rng, length - 1)}"


def trading_account(rng: Random) -> str:
    """Make a trading account number in one of several house styles."""
    style = rng.randrange(5)
    if style == 0:
        return f"0{rng.randrange(10, 99)}00{digits(rng, 7)}"
    if style == 1:
        return f"{rng.choice(('SY', 'YS', 'PT', 'KH'))}{digits(rng, 8)}"
    if style == 2:
        return f"8{digits(rng, 9)}"
    if style == 3:
        return f"1{digits(rng, 14)}"
    return f"60{digits(rng, 6)}"
