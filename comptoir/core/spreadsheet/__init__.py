"""Spreadsheets as people and programs make them: their rows (`cells`), the sheets of a workbook
(`book`), which is opened in a process of its own (`unpack`)."""
