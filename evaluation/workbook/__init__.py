"""The evaluation workbook (contract, "Workbook"): its tables, reading, importing and exporting."""
