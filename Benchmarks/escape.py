"""Writes JSON lines anew with every character of the text as \\uXXXX, whatever it is."""

import json
import sys

for line in sys.stdin:
    record = json.loads(line)
    text = record.pop("text")
    units = text.encode("utf-16-be", "surrogatepass").hex()
    escaped = "".join("\\u" + units[place : place + 4] for place in range(0, len(units), 4))
    start = json.dumps(record, ensure_ascii=False)[:-1]
    print(f'{start}{", " if record else ""}"text": "{escaped}"}}')
