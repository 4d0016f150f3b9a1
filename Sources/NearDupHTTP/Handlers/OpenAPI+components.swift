extension OpenAPI {
    /// What paths refer to: answers, bodies and schemas that several have.
    static let components = #"""
        "components": {
         "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "Only where the service has tokens."}},
         "parameters": {
          "id": {"name": "id", "in": "query", "description": "The document's id.", "schema": {"type": "string"}},
          "url": {"name": "url", "in": "query", "description": "Where it was found.", "schema": {"type": "string"}},
          "date": {"name": "date", "in": "query", "description": "When.", "schema": {"type": "string"}}
         },
         "requestBodies": {
          "Documents": {
           "required": true,
           "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Document"}},
            "text/plain": {"schema": {"type": "string"}},
            "text/html": {"schema": {"type": "string"}},
            "application/x-ndjson": {
             "schema": {
              "type": "string",
              "description": "A document a line, each a JSON object; the answers come a line each, in order, while lines are still sent."
             }
            }
           }
          }
         },
         "responses": {
          "BadRequest": {
           "description": "A parameter or the body can't be read.",
           "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "Unauthorized": {
           "description": "A token is needed.",
           "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "Forbidden": {
           "description": "The token allows less, or the request comes from another site's page.",
           "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "TooSlow": {
           "description": "The body did not come in time.",
           "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "TooLarge": {
           "description": "The body is too large.",
           "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "UnreadType": {
           "description": "The body's type or coding is not read; the detail names the right option of curl.",
           "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "NoDocument": {
           "description": "The body holds no document.",
           "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "TooManyBatches": {
           "description": "Too many batches.",
           "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
           "headers": {"Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer"}}}
          },
          "IndexFailed": {
           "description": "The index can't be searched.",
           "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
          },
          "Busy": {
           "description": "Busy, or stopping.",
           "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
           "headers": {"Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer"}}}
          }
         },
         "schemas": {
          "Document": {
           "type": "object",
           "required": ["text"],
           "properties": {
            "id": {"type": ["string", "number"]},
            "text": {"type": "string"},
            "url": {"type": "string"},
            "date": {"type": "string"}
           },
           "description": "Other fields are passed over. To be added it needs an id."
          },
          "Answer": {
           "type": "object",
           "required": ["id", "source", "verdict", "matches"],
           "properties": {
            "id": {"type": "string"},
            "source": {"type": "string"},
            "url": {"type": "string"},
            "verdict": {
             "type": "string",
             "enum": ["exact", "near", "revised", "contained", "contains", "overlaps", "unique", "empty", "boilerplate"]
            },
            "matches": {"type": "array", "items": {"$ref": "#/components/schemas/Match"}},
            "omitted": {"type": "integer", "description": "Matches that the limit left out."}
           }
          },
          "Match": {
           "type": "object",
           "required": ["id", "relation", "jaccard", "containment", "coverage"],
           "properties": {
            "id": {"type": "string"},
            "url": {"type": "string"},
            "date": {"type": "string"},
            "relation": {"type": "string", "enum": ["exact", "near", "revised", "contained", "contains", "overlaps"]},
            "jaccard": {"type": "number"},
            "containment": {"type": "number"},
            "coverage": {"type": "number"},
            "jaccard_error": {"type": "number"},
            "containment_error": {"type": "number"},
            "coverage_error": {"type": "number"},
            "shared_fingerprints": {"type": "integer"},
            "whole": {
             "type": "object",
             "description": "Where boilerplate was learned and left out of account: the shares of the whole texts.",
             "properties": {"containment": {"type": "number"}, "coverage": {"type": "number"}}
            },
            "passages": {"type": "array", "items": {"$ref": "#/components/schemas/Passage"}}
           }
          },
          "Passage": {
           "type": "object",
           "required": ["start", "end", "indexed_start", "indexed_end"],
           "description": "In tokens; byte_start and byte_end count in the UTF-8 of the incoming text.",
           "properties": {
            "start": {"type": "integer"},
            "end": {"type": "integer"},
            "indexed_start": {"type": "integer"},
            "indexed_end": {"type": "integer"},
            "byte_start": {"type": "integer"},
            "byte_end": {"type": "integer"}
           }
          },
          "Outcome": {
           "type": "object",
           "required": ["id", "outcome"],
           "properties": {
            "id": {"type": "string"},
            "outcome": {"type": "string", "enum": ["added", "replaced", "unchanged", "empty", "boilerplate", "duplicate"]},
            "source": {"type": "string"},
            "url": {"type": "string"},
            "verdict": {"type": "string"},
            "matches": {"type": "array", "items": {"$ref": "#/components/schemas/Match"}}
           }
          },
          "IndexedDocument": {
           "type": "object",
           "required": ["id", "fingerprints"],
           "properties": {
            "id": {"type": "string"},
            "url": {"type": "string"},
            "date": {"type": "string"},
            "fingerprints": {"type": "integer"}
           }
          },
          "Stats": {
           "type": "object",
           "required": [
            "documents",
            "documents_in_log",
            "dead_documents",
            "fingerprints",
            "shards",
            "bytes",
            "commits",
            "checks",
            "changes",
            "uptime_seconds",
            "parameters"
           ],
           "properties": {
            "documents": {"type": "integer"},
            "documents_in_log": {"type": "integer"},
            "dead_documents": {"type": "integer"},
            "fingerprints": {"type": "integer"},
            "shards": {"type": "integer"},
            "bytes": {"type": "integer"},
            "commits": {"type": "integer"},
            "checks": {"type": "integer"},
            "changes": {"type": "integer"},
            "uptime_seconds": {"type": "integer"},
            "parameters": {"$ref": "#/components/schemas/Parameters"}
           }
          },
          "Parameters": {
           "type": "object",
           "description": "What the index was made with.",
           "properties": {
            "hash_version": {"type": "integer"},
            "unicode_version": {"type": "string"},
            "seed": {"type": "string"},
            "shingle_tokens": {"type": "integer"},
            "window": {"type": "integer"},
            "signature_values": {"type": "integer"},
            "signature_bits": {"type": "integer"},
            "bands": {"type": "integer"},
            "rows": {"type": "integer"},
            "near_threshold": {"type": "number"},
            "recall_goal": {"type": "number"},
            "minimum_tokens": {"type": "integer"}
           }
          },
          "Problem": {
           "type": "object",
           "required": ["type", "title", "status", "code", "detail"],
           "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "For programs."},
            "detail": {"type": "string", "description": "What was expected, what was found, what to do."}
           }
          }
         }
        }
        """#
}
