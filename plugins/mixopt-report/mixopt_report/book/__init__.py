"""The sheets of the workbook ``plan.xlsx``."""
