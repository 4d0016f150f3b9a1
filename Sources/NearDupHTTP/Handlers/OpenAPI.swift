/// What the service understands, as OpenAPI describes it.
package enum OpenAPI {
    /// The document, in JSON.
    package static let document = #"""
        {
         "openapi": "3.1.0",
         "info": {
          "title": "neardup",
          "version": "1",
          "description": "Finds near-duplicate documents: of each that comes in, whether the index has it already, and how the two relate."
         },
         "servers": [{"url": "/"}],
         "security": [{}, {"token": []}],
         "paths": {
          "/v1/check": {
           "post": {
            "operationId": "check",
            "summary": "Says which indexed documents a document relates to.",
            "parameters": [
             {
              "name": "explain",
              "in": "query",
              "description": "Whether matches carry standard errors and shared passages.",
              "schema": {"type": "boolean", "default": false},
              "allowEmptyValue": true
             },
             {
              "name": "limit",
              "in": "query",
              "description": "The most matches told of a document.",
              "schema": {"type": "integer", "minimum": 0}
             },
             {"$ref": "#/components/parameters/id"},
             {"$ref": "#/components/parameters/url"},
             {"$ref": "#/components/parameters/date"}
            ],
            "requestBody": {"$ref": "#/components/requestBodies/Documents"},
            "responses": {
             "200": {
              "description": "The answer; for application/x-ndjson one a line, and in the place of a line that holds no document an error.",
              "content": {
               "application/json": {"schema": {"$ref": "#/components/schemas/Answer"}},
               "application/x-ndjson": {"schema": {"type": "string"}}
              }
             },
             "400": {"$ref": "#/components/responses/BadRequest"},
             "401": {"$ref": "#/components/responses/Unauthorized"},
             "403": {"$ref": "#/components/responses/Forbidden"},
             "408": {"$ref": "#/components/responses/TooSlow"},
             "413": {"$ref": "#/components/responses/TooLarge"},
             "415": {"$ref": "#/components/responses/UnreadType"},
             "422": {"$ref": "#/components/responses/NoDocument"},
             "429": {"$ref": "#/components/responses/TooManyBatches"},
             "500": {"$ref": "#/components/responses/IndexFailed"},
             "503": {"$ref": "#/components/responses/Busy"}
            }
           }
          },
          "/v1/documents": {
           "post": {
            "operationId": "add",
            "summary": "Adds documents; when it answers, they are on disk.",
            "parameters": [
             {
              "name": "if",
              "in": "query",
              "description": "Adds a document only if it is unique: both in one step.",
              "schema": {"type": "string", "enum": ["unique"]}
             },
             {"$ref": "#/components/parameters/id"},
             {"$ref": "#/components/parameters/url"},
             {"$ref": "#/components/parameters/date"}
            ],
            "requestBody": {"$ref": "#/components/requestBodies/Documents"},
            "responses": {
             "201": {
              "description": "Added.",
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Outcome"}}}
             },
             "200": {
              "description": "Not added: a duplicate (with its matches), or unchanged; or added in the place of an older one of its id. For application/x-ndjson an outcome a line.",
              "content": {
               "application/json": {"schema": {"$ref": "#/components/schemas/Outcome"}},
               "application/x-ndjson": {"schema": {"type": "string"}}
              }
             },
             "400": {"$ref": "#/components/responses/BadRequest"},
             "401": {"$ref": "#/components/responses/Unauthorized"},
             "403": {"$ref": "#/components/responses/Forbidden"},
             "408": {"$ref": "#/components/responses/TooSlow"},
             "413": {"$ref": "#/components/responses/TooLarge"},
             "415": {"$ref": "#/components/responses/UnreadType"},
             "422": {"$ref": "#/components/responses/NoDocument"},
             "429": {"$ref": "#/components/responses/TooManyBatches"},
             "500": {"$ref": "#/components/responses/IndexFailed"},
             "503": {"$ref": "#/components/responses/Busy"}
            }
           },
           "get": {
            "operationId": "get",
            "summary": "Says what is known of a document.",
            "parameters": [
             {
              "name": "id",
              "in": "query",
              "description": "The document's id.",
              "schema": {"type": "string"},
              "required": true
             }
            ],
            "responses": {
             "200": {
              "description": "What is known.",
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/IndexedDocument"}}}
             },
             "404": {
              "description": "There is no document of this id.",
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
             },
             "400": {"$ref": "#/components/responses/BadRequest"},
             "401": {"$ref": "#/components/responses/Unauthorized"},
             "403": {"$ref": "#/components/responses/Forbidden"},
             "500": {"$ref": "#/components/responses/IndexFailed"},
             "503": {"$ref": "#/components/responses/Busy"}
            }
           },
           "delete": {
            "operationId": "remove",
            "summary": "Removes documents; when it answers, that is on disk.",
            "parameters": [
             {
              "name": "id",
              "in": "query",
              "required": true,
              "description": "The ids; the parameter may be repeated.",
              "schema": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1000},
              "style": "form",
              "explode": true
             }
            ],
            "responses": {
             "200": {
              "description": "Removed.",
              "content": {
               "application/json": {
                "schema": {
                 "type": "object",
                 "required": ["removed", "not_found"],
                 "properties": {"removed": {"type": "integer"}, "not_found": {"type": "integer"}}
                }
               }
              }
             },
             "404": {
              "description": "There is no document of these ids.",
              "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
             },
             "400": {"$ref": "#/components/responses/BadRequest"},
             "401": {"$ref": "#/components/responses/Unauthorized"},
             "403": {"$ref": "#/components/responses/Forbidden"},
             "500": {"$ref": "#/components/responses/IndexFailed"},
             "503": {"$ref": "#/components/responses/Busy"}
            }
           }
          },
          "/v1/stats": {
           "get": {
            "operationId": "stats",
            "summary": "Says what the index holds.",
            "responses": {
             "200": {
              "description": "What it holds.",
              "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Stats"}}}
             },
             "400": {"$ref": "#/components/responses/BadRequest"},
             "401": {"$ref": "#/components/responses/Unauthorized"},
             "403": {"$ref": "#/components/responses/Forbidden"},
             "500": {"$ref": "#/components/responses/IndexFailed"},
             "503": {"$ref": "#/components/responses/Busy"}
            }
           }
          },
          "/metrics": {
           "get": {
            "operationId": "metrics",
            "summary": "Figures for Prometheus.",
            "responses": {
             "200": {"description": "Text format 0.0.4.", "content": {"text/plain": {"schema": {"type": "string"}}}},
             "401": {"$ref": "#/components/responses/Unauthorized"},
             "403": {"$ref": "#/components/responses/Forbidden"},
             "503": {"$ref": "#/components/responses/Busy"}
            }
           }
          },
          "/healthz": {
           "get": {
            "operationId": "health",
            "summary": "Whether the process answers.",
            "security": [{}],
            "responses": {"200": {"description": "It does.", "content": {"text/plain": {"schema": {"type": "string"}}}}}
           }
          },
          "/readyz": {
           "get": {
            "operationId": "readiness",
            "summary": "Whether requests should be sent here.",
            "security": [{}],
            "responses": {
             "200": {"description": "They should.", "content": {"text/plain": {"schema": {"type": "string"}}}},
             "503": {"$ref": "#/components/responses/Busy"}
            }
           }
          },
          "/openapi.json": {
           "get": {
            "operationId": "description",
            "summary": "This document.",
            "security": [{}],
            "responses": {
             "200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}},
             "403": {"$ref": "#/components/responses/Forbidden"},
             "503": {"$ref": "#/components/responses/Busy"}
            }
           }
          },
          "/": {
           "get": {
            "operationId": "page",
            "summary": "A page to check texts on.",
            "security": [{}],
            "responses": {
             "200": {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}},
             "403": {"$ref": "#/components/responses/Forbidden"}
            }
           }
          }
         },
         \#(components)
        }

        """#
}
