"""Text masks: canonical forms that keep layout roughly and tell neither characters nor length."""

SHORT, MIDDLE, LONG, LONGEST = 2, 4, 8, 16  # code points of a masked word
UP_TO_MIDDLE, UP_TO_LONG = 5, 11  # halfway on a scale of ratios: widths even out over a line
INPUT_MASK = "x" * LONG  # every non-empty value of a field
_TABLE_WORDS = 256  # word lengths looked up instead of compared


def _run(length: int) -> str:
    if length <= SHORT:
        return "x" * SHORT
    if length <= UP_TO_MIDDLE:
        return "x" * MIDDLE
    return "x" * (LONG if length <= UP_TO_LONG else LONGEST)


_RUNS = tuple(_run(length) for length in range(_TABLE_WORDS))
_run_of = _RUNS.__getitem__


def mask_text(text: str) -> str:
    """Return `text` with each word as a run of x and each separator as one space.

    Lines are kept. Idempotent: mask_text(mask_text(t)) == mask_text(t).
    Args: text: untrusted; words are separated as str.split() does.
    """
    if "\r" in text:
        text = text.replace("\r", "")
    if "\n" in text:
        return "\n".join([_mask_line(line) for line in text.split("\n")])
    return _mask_line(text)


def _mask_line(line: str) -> str:
    words = line.split()
    if not words:
        return " " if line else ""
    try:
        masked = " ".join(map(_run_of, map(len, words)))
    except IndexError:
        masked = " ".join([_run(len(word)) for word in words])
    if line[0].isspace():
        masked = " " + masked
    return masked + " " if line[-1].isspace() else masked


def mask_input(value: str) -> str:
    """Return the one mask of a field's value; an empty field stays empty."""
    return INPUT_MASK if value else ""
