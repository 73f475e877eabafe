"""How recordings are erased, what is noted of it for ever, and how that is done again."""
