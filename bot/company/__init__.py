"""Reads a company's folder (people, candidates, openings, calendars, plans) into values of `hiring.model`."""
