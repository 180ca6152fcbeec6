"""The words of pages, events and e-mail in English and Chinese: one catalogue (`en.toml`, `zh.toml`) each.

`words` reads a catalogue and chooses the one that a browser asks for.
"""
