"""The service's job done Python's usual way: gaoya's MinHash index behind FastAPI and uvicorn.

usage: DOCUMENTS=FILE.jsonl uvicorn gaoya_service:app

`/check` takes a JSON document, `/check_lines` a document a line.
"""

import json
import os

from fastapi import FastAPI, Request, Response
from gaoya.minhash import MinHashStringIndex

app = FastAPI()
# As Benchmarks/peers has it: bands chosen by gaoya for the threshold of `near`.
index = MinHashStringIndex(
    hash_size=32, jaccard_threshold=0.8, num_bands=None, band_size=None, num_hashes=128, analyzer="word",
    lowercase=True, ngram_range=(5, 5), id_container="vec",
)
names = []
with open(os.environ["DOCUMENTS"], encoding="utf-8") as lines:
    for number, line in enumerate(lines):
        document = json.loads(line)
        names.append(str(document.get("id", number)))
        index.insert_document(number, document["text"])


def answer(document):
    matches = [{"id": names[number]} for number in index.query(document["text"])]
    return {"id": document.get("id"), "verdict": "near" if matches else "unique", "matches": matches}


@app.post("/check")
async def check(request: Request):
    return answer(json.loads(await request.body()))


@app.post("/check_lines")
async def check_lines(request: Request):
    lines = (await request.body()).split(b"\n")
    answers = [json.dumps(answer(json.loads(line))) for line in lines if line]
    return Response("\n".join(answers) + "\n", media_type="application/x-ndjson")
