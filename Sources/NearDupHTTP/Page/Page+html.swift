extension Page {
    /// The page: two columns on a wide screen, one below the other on a phone.
    static let html = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>neardup</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/page.css">
        <script src="/page.js" defer></script>
        </head>
        <body>
        <a class="skip" href="#text">Skip to the text</a>
        <header>
        <h1>neardup</h1>
        <p id="index" role="status">…</p>
        </header>
        <main>
        <form id="form" aria-labelledby="incoming-title">
        <h2 id="incoming-title">Incoming text</h2>
        <label for="text">Paste a text, or choose or drop a file (text, HTML, or JSON with a field “text”)</label>
        <textarea id="text" rows="14" spellcheck="false" placeholder="Paste here"></textarea>
        <div class="row">
        <button id="check" type="submit">Check</button>
        <label class="button" id="file-label"><input id="file" type="file"
        accept=".txt,.html,.htm,.json,.md,text/*,application/json">Choose a file</label>
        <button id="clear" type="button">Clear</button>
        <span class="hint">Ctrl+Enter checks</span>
        </div>
        <details id="access">
        <summary>Access token</summary>
        <label for="token">Needed only where the service has tokens; kept until this tab is closed</label>
        <input id="token" type="password" autocomplete="off" spellcheck="false">
        </details>
        </form>
        <section id="result" aria-live="polite" aria-labelledby="answer-title" tabindex="-1">
        <h2 id="answer-title">Answer</h2>
        <p id="verdict" class="verdict">Nothing checked yet.</p>
        <p id="note"></p>
        <ol id="matches"></ol>
        <h3 id="shown-title" hidden>The incoming text, shared passages marked</h3>
        <div id="shown" class="shown" tabindex="0" role="region" aria-labelledby="shown-title" hidden></div>
        </section>
        </main>
        <footer>
        <p>Relations, the first that holds: <b>exact</b> (the same words), <b>near</b> (a few words differ),
        <b>revised</b> (an edited version), <b>contained</b> (the incoming text lies in the indexed one),
        <b>contains</b> (the reverse). Figures are estimates, ± one standard error.</p>
        <p><a href="/openapi.json">OpenAPI</a> · <a href="/v1/stats">stats</a> · <a href="/metrics">metrics</a></p>
        </footer>
        </body>
        </html>

        """#
}
