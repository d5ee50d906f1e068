"""Workbooks that Rust has no writer for: .xls, and days counted from 1904.

    pip install xlwt openpyxl
    python inlav-pseudo/tests/corpus/workbooks.py inlav-pseudo/tests/corpus/workbooks

Every one has the sheet "Servizi" with a title, headings, the same two services on 9 June 2024 and
a total; the day of the second service is a bare number where days count from 1904. In merged.xls
the days of both services are one merged cell.
"""

import datetime
import pathlib
import sys

import openpyxl
import openpyxl.utils.datetime
import xlwt

HEADINGS = ["ID servizio", "ID caso", "Tipo di servizio", "Data", "Ore", "Esito"]
DAY = datetime.date(2024, 6, 9)


def rows(second_day):
    return [
        ["0017", 10, "COLLOQUIO", DAY, 1.5, "SVOLTO"],
        ["0018", 10, "COLLOQUIO", second_day, 2, "SVOLTO"],
    ]


def xls(path, since_1904=False, merged=False):
    workbook = xlwt.Workbook()
    workbook.dates_1904 = since_1904
    sheet = workbook.add_sheet("Servizi")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    sheet.write(0, 0, "Elenco al 30 giugno 2025")
    for column, heading in enumerate(HEADINGS):
        sheet.write(2, column, heading)
    for row, cells in enumerate(rows(DAY), start=3):
        for column, cell in enumerate(cells):
            if isinstance(cell, datetime.date):
                # xlwt writes the 1900 number whatever the workbook says.
                number = (cell - datetime.date(1899, 12, 30)).days - (1462 if since_1904 else 0)
                is_bare = since_1904 and row == 4
                if not (merged and row == 4):
                    sheet.write(row, column, number, xlwt.Style.default_style if is_bare else day)
            else:
                sheet.write(row, column, cell)
    if merged:
        sheet.merge(3, 4, 3, 3)
    sheet.write(5, 0, "Totale")
    sheet.write(5, 4, 3.5)
    workbook.save(path)


def xlsx_since_1904(path):
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = workbook.active
    sheet.title = "Servizi"
    sheet.append(["Elenco al 30 giugno 2025"])
    sheet.append([])
    sheet.append(HEADINGS)
    for cells in rows((DAY - datetime.date(1904, 1, 1)).days):
        sheet.append(cells)
    sheet.append(["Totale", None, None, None, 3.5])
    workbook.save(path)


folder = pathlib.Path(sys.argv[1])
xls(str(folder / "since-1900.xls"))
xls(str(folder / "since-1904.xls"), since_1904=True)
xls(str(folder / "merged.xls"), merged=True)
xlsx_since_1904(folder / "since-1904.xlsx")
