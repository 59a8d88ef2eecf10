"""Typing at the station: doubtful characters, boxes drawn and read, what was read on a page."""
