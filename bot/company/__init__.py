"""Reads a company's folder (people, candidates, openings, calendars, plans) into values of `hiring.model`."""

from bot.company.faults import Fault
from bot.company.folder import Company, read_company, schemas
from bot.company.report import print_faults, print_summary

__all__ = ["Company", "Fault", "print_faults", "print_summary", "read_company", "schemas"]
