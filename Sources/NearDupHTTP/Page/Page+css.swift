extension Page {
    /// Its looks, in light and dark.
    static let css = #"""
        :root {
          color-scheme: light dark;
          --ground: #fbfaf7; --panel: #ffffff; --ink: #1d1f21; --faint: #5b6168; --line: #d5d2ca;
          --accent: #0b5c6b; --on-accent: #ffffff; --mark: #ffe08a; --mark-ink: #2b2100;
          --found: #8a3b00; --unique: #1d6b3a;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #16181a; --panel: #1f2225; --ink: #e8e6e1; --faint: #a5abb2; --line: #3a3e43;
            --accent: #7cc7d6; --on-accent: #0c2328; --mark: #6b5200; --mark-ink: #fff3cf;
            --found: #f0a869; --unique: #7fd39b;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 1rem; top: .5rem; background: var(--panel); padding: .5rem; z-index: 1; }
        header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
        header { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: baseline; padding-top: 1rem; }
        h1 { font-size: 1.4rem; margin: 0; }
        h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
        h3 { font-size: 1rem; margin: 1rem 0 .5rem; }
        header p { margin: 0; color: var(--faint); font-variant-numeric: tabular-nums; }
        main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem; padding-top: 1rem; }
        @media (max-width: 52rem) { main { grid-template-columns: minmax(0, 1fr); } }
        form, section { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
        section:focus { outline: none; }
        label { display: block; color: var(--faint); margin-bottom: .25rem; }
        textarea, input[type=password] {
          width: 100%; font: inherit; color: inherit; background: var(--ground);
          border: 1px solid var(--faint); border-radius: .35rem; padding: .5rem;
        }
        textarea { resize: vertical; min-height: 10rem; }
        .dropping textarea { outline: 3px dashed var(--accent); }
        .row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .75rem 0; }
        button, .button {
          font: inherit; margin: 0; padding: .5rem 1rem; min-height: 2.75rem; border-radius: .35rem; cursor: pointer;
          border: 1px solid var(--accent); background: transparent; color: var(--accent);
          display: inline-flex; align-items: center;
        }
        #check { background: var(--accent); color: var(--on-accent); font-weight: 600; }
        button[disabled] { opacity: .6; cursor: progress; }
        .button input { position: absolute; width: 1px; height: 1px; opacity: 0; }
        button:focus-visible, .button:focus-within, textarea:focus-visible, input:focus-visible, a:focus-visible,
        summary:focus-visible, .shown:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        .hint { color: var(--faint); font-size: .875rem; }
        .verdict { font-size: 1.25rem; margin: 0; overflow-wrap: anywhere; }
        .verdict b { text-transform: capitalize; }
        .verdict.found b, .failed { color: var(--found); }
        .verdict.unique b { color: var(--unique); }
        #note { color: var(--faint); margin: .25rem 0 0; }
        #matches { padding: 0; margin: .75rem 0 0; list-style: none; }
        #matches li { border-top: 1px solid var(--line); padding: .6rem 0; overflow-wrap: anywhere; }
        .figures { display: flex; flex-wrap: wrap; gap: 0 1rem; color: var(--faint); font-variant-numeric: tabular-nums; }
        .relation { font-weight: 600; color: var(--found); }
        .shown {
          white-space: pre-wrap; overflow-wrap: anywhere; max-height: 28rem; overflow: auto; background: var(--ground);
          border: 1px solid var(--line); border-radius: .35rem; padding: .75rem;
        }
        mark { background: var(--mark); color: var(--mark-ink); border-radius: .15rem; }
        a { color: var(--accent); }
        footer { color: var(--faint); font-size: .875rem; padding-bottom: 2rem; }

        """#
}
