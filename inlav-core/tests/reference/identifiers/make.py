"""Reference values of inlav's identifiers. See README.md; run by install.sh."""

import csv
import datetime
import random

import phonenumbers
from codicefiscale import codicefiscale
from codicefiscale.data import get_countries_data, get_municipalities_data
from mrz.checker.td1 import TD1CodeChecker
from mrz.checker.td3 import TD3CodeChecker
from mrz.generator.td1 import TD1CodeGenerator
from mrz.generator.td3 import TD3CodeGenerator
from stdnum import luhn
from stdnum.it import codicefiscale as stdnum_codes

draw = random.Random(20250401)


def write(name, heading, rows):
    with open(name, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(heading)
        out.writerows(rows)


# -- Persons of nobody.

HEADS = ["Prova", "Inven", "Fal", "O", "Ae", "Bo", "Xu", "Ny", "Qu", "D'", "De ", "El-", "Ø", "Ä", "Šk", "Ł", "Þ", "Ça"]
TAILS = ["falso", "tata", "ù", "i", "ek", "ński", "đić", "ström", "ü", "mann", "o", "aïa", "yj", "kh", "ção", "ñez", "'", "æ"]
GIVEN = ["Vettore", "Aiea", "Gianfranco", "Ng", "Io", "Li Na", "Maria-José", "Noël", "Ève", "Oleksandra Ivanivna", "Y",
         "Mbaye", "Łucja", "Ahmed Ould", "Zoë", "Søren", "Ugo", "Ásta", "Nguyễn Thị", "Ayşe", "Chukwuemeka", "Ana"]


def family():
    return (draw.choice(HEADS) + draw.choice(TAILS)).strip()


def day():
    return datetime.date(1930, 1, 1) + datetime.timedelta(days=draw.randrange(365 * 78))


def always_there(places):
    return sorted({p["code"] for p in places if p["active"] and not p["date_deleted"] and len(p["code"]) == 4})


STATES = sorted({state["code"] for state in get_countries_data()})
TOWNS = always_there(get_municipalities_data())


def encode(place):
    """A person born there, or None if the place was not there at the time."""
    who = [family(), draw.choice(GIVEN), draw.choice("FM"), day()]
    try:
        code = codicefiscale.encode(who[0], who[1], who[2], who[3].isoformat(), place)
    except ValueError:
        return None
    assert stdnum_codes.is_valid(code), code
    return [*who, place, code]


def tries(place, count):
    found = []
    for _ in range(60):
        if len(found) < count and (row := encode(place)):
            found.append(row)
    return found


codes = []
for state in STATES:
    codes += tries(state, 2)
for town in draw.sample(TOWNS, 250):
    codes += tries(town, 1)
write("codes.csv", ["family_name", "given_name", "sex", "birth", "place", "code"], codes)

write(
    "omocodia.csv",
    ["code", "form"],
    [[row[5], form] for row in draw.sample(codes, 5) for form in codicefiscale.decode(row[5])["omocodes"]],
)

# -- Codes with mistakes. The place stays, because municipalities are not looked up.

CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
mistyped = []
for row in codes:
    code = list(row[5])
    for _ in range(draw.choice([1, 1, 2])):
        at = draw.choice([0, 3, 5, 6, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10, 15])
        code[at] = draw.choice(CHARACTERS)
    code = "".join(code)
    if draw.random() < 0.5:
        code = code[:15] + codicefiscale.encode_cin(code)
    valid = stdnum_codes.is_valid(code) and codicefiscale.is_valid(code)
    mistyped.append([code, "yes" if valid else "no"])
for place in ["Z000", "Z099", "Z162", "Z199", "Z260", "Z405", "Z534", "Z700", "Z736", "Z999"]:
    body = f"PRVVTR04P68{place}"
    code = body + codicefiscale.encode_cin(body)
    mistyped.append([code, "yes" if codicefiscale.is_valid(code) else "no"])
write("mistyped.csv", ["code", "valid"], mistyped)

provisional = []
for _ in range(150):
    ten = f"{draw.randrange(10**9, 10**10)}"
    right = ten + luhn.calc_check_digit(ten)
    wrong = f"{int(right) + draw.randrange(1, 10**4):011}"[-11:]
    provisional += [[number, "yes" if luhn.is_valid(number) else "no"] for number in (right, wrong)]
write("provisional.csv", ["code", "valid"], provisional)

states = {}
for state in get_countries_data():
    states.setdefault(state["code"], set()).update(state["name_slugs"])
write("states.csv", ["code", "names"], [[code, "|".join(sorted(names))] for code, names in sorted(states.items())])

# -- Machine-readable zones. D<< is Germany there.

ISSUERS = {"PAK": "PAK", "BGD": "BGD", "MAR": "MAR", "UKR": "UKR", "D": "DEU", "GBR": "GBR", "ITA": "ITA", "SEN": "SEN"}


def document_number():
    letters = "".join(draw.choice("ABCDEFGHJKLMNPRSTVWXYZ") for _ in range(draw.randrange(3)))
    return letters + "".join(draw.choice("0123456789") for _ in range(draw.randrange(6, 8)))


def short(date):
    return date.strftime("%y%m%d")


def changed(zone, places):
    at = draw.choice(places)
    return zone[:at] + draw.choice([c for c in "0123456789" if c != zone[at]]) + zone[at + 1:]


def zone_of(kind):
    issuer = draw.choice(list(ISSUERS))
    number, birth, expiry = document_number(), short(day()), f"{draw.randrange(26, 34)}0{draw.randrange(1, 10)}15"
    optional = draw.choice(["", "", f"{draw.randrange(10**6)}"])
    sex, nation = draw.choice("FM"), draw.choice(list(ISSUERS))
    if kind == "passport":
        made = TD3CodeGenerator("P", issuer, "Provafalso", "Vettore", number, nation, birth, sex, expiry, optional)
        places = [*range(45 + 13, 45 + 20), *range(45 + 21, 45 + 28), 45 + 9, 45 + 43]
    else:
        issuer = "ITA"
        made = TD1CodeGenerator(
            "I", issuer, number, birth, sex, expiry, nation, "Provafalso", "Vettore", optional, "")
        places = [14, *range(31, 31 + 7), *range(31 + 8, 31 + 15), 31 + 29]
    return str(made), ISSUERS[issuer], number, places


def hashes_fit(kind, zone):
    check = (TD3CodeChecker if kind == "passport" else TD1CodeChecker)(zone)
    fit = [check.document_number_hash, check.birth_date_hash, check.expiry_date_hash, check.final_hash]
    return all(fit + ([check.optional_data_hash] if kind == "passport" else []))


zones = []
for kind in ("passport", "card"):
    for _ in range(150):
        zone, issuer, number, places = zone_of(kind)
        for text in (zone, changed(zone, places)):
            fits = "yes" if hashes_fit(kind, text) else "no"
            zones.append([kind, text.replace("\n", "|"), issuer, number, fits])
write("zones.csv", ["kind", "zone", "issuer", "number", "valid"], zones)

# -- Telephone numbers.

COUNTRIES = ["IT", "IT", "IT", "BD", "PK", "IN", "MA", "SN", "NG", "UA", "AL", "RO", "EG", "PE", "CN", "GB", "DE", "TN",
             "BR", "GH", "PH", "LK", "MD", "GE", "FR", "ES", "CI", "ML", "GM", "US"]
KINDS = [phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE]
FORMATS = phonenumbers.PhoneNumberFormat


def typed(number, country):
    international = phonenumbers.format_number(number, FORMATS.INTERNATIONAL)
    ways = [
        international,
        phonenumbers.format_number(number, FORMATS.E164),
        "00" + international[1:],
        international.replace(" ", "-"),
        international.replace(" ", "."),
        "(" + international.replace(" ", ") ", 1),
        phonenumbers.format_number(number, FORMATS.NATIONAL),
    ]
    if country == "IT":
        ways += [phonenumbers.format_number(number, FORMATS.NATIONAL).replace(" ", "/", 1)] * 2
        ways.append(international[1:])
    return draw.choice(ways)


def e164(text):
    try:
        number = phonenumbers.parse(text, "IT")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, FORMATS.E164) if phonenumbers.is_valid_number(number) else ""


phones = {}
for _ in range(900):
    country = draw.choice(COUNTRIES)
    number = phonenumbers.example_number_for_type(country, draw.choice(KINDS))
    places = draw.choice([10, 100, 1000])
    number.national_number += draw.randrange(places) - number.national_number % places
    text = typed(number, country)
    phones[text] = e164(text)
for _ in range(200):
    text = "".join(draw.choice("0123456789") for _ in range(draw.randrange(4, 14)))
    text = draw.choice(["", "+", "3"]) + text
    phones[text] = e164(text)
# By country: a library that reads a country's plan when it needs it reads each once.
write("phones.csv", ["text", "e164"], sorted(phones.items(), key=lambda pair: (pair[1], pair[0])))
