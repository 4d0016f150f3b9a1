extension Page {
    /// What it does.
    ///
    /// Text from outside is only ever set as text, never as markup.
    static let script = #"""
        'use strict';
        const at = (id) => document.getElementById(id);
        const form = at('form'), text = at('text'), file = at('file'), token = at('token'), check = at('check');
        let type = 'text/plain';
        let latest = 0;

        try { token.value = sessionStorage.getItem('token') || ''; } catch { /* no storage: typed each time */ }

        function headers(more = {}) {
          const given = token.value.trim();
          return given ? { ...more, authorization: `Bearer ${given}` } : more;
        }

        function element(name, content, className) {
          const made = document.createElement(name);
          if (content !== undefined) made.textContent = content;
          if (className) made.className = className;
          return made;
        }

        const number = new Intl.NumberFormat('en');
        const figure = (value, error) => value.toFixed(2) + (error ? `±${error.toFixed(2)}` : '');

        function size(bytes) {
          const units = ['B', 'kB', 'MB', 'GB', 'TB'];
          let unit = 0;
          while (bytes >= 1000 && unit < units.length - 1) { bytes /= 1000; unit += 1; }
          return `${unit === 0 ? bytes : bytes.toFixed(1)} ${units[unit]}`;
        }

        // The index: what it holds, and how fast it is being used, from one look to the next.
        let before = null;
        async function look() {
          try {
            const response = await fetch('/v1/stats', { headers: headers() });
            if (response.status === 401) { at('index').textContent = 'the service asks for a token'; at('access').open = true; return; }
            if (!response.ok) throw new Error(`status ${response.status}`);
            const now = await response.json();
            now.time = performance.now();
            const parts = [
              `${number.format(now.documents)} documents`,
              `${number.format(now.shards)} ${now.shards === 1 ? 'shard' : 'shards'}`,
              size(now.bytes),
            ];
            if (before && now.time > before.time) {
              const rate = (name) => Math.max(0, (now[name] - before[name]) * 1000 / (now.time - before.time));
              parts.push(`${number.format(Math.round(rate('checks')))} checks/s`);
              parts.push(`${number.format(Math.round(rate('changes')))} changes/s`);
            }
            before = now;
            at('index').textContent = parts.join(' · ');
          } catch (error) {
            at('index').textContent = 'the service does not answer';
          }
        }

        function verdict(word, rest, className) {
          const line = at('verdict');
          line.className = `verdict ${className}`;
          line.replaceChildren(element('b', word), rest ? `: ${rest}` : '');
        }

        function describe(match) {
          const item = element('li');
          const title = element('div');
          title.append(element('span', match.relation, 'relation'), ' ');
          const isLink = /^https?:\/\//i.test(match.url || '');
          const name = isLink ? element('a', match.id) : element('span', match.id);
          if (isLink) { name.href = match.url; name.rel = 'noopener noreferrer nofollow'; name.target = '_blank'; }
          title.append(name);
          const figures = element('div', undefined, 'figures');
          figures.append(
            element('span', `Jaccard ${figure(match.jaccard, match.jaccard_error)}`),
            element('span', `containment ${figure(match.containment, match.containment_error)}`),
            element('span', `coverage ${figure(match.coverage, match.coverage_error)}`),
          );
          if (match.date) figures.append(element('span', match.date));
          item.append(title);
          if (match.url && match.url !== match.id) item.append(element('div', match.url, 'hint'));
          item.append(figures);
          return item;
        }

        // Passages come in bytes of UTF-8, and overlap between matches.
        function mark(source, matches) {
          const bytes = new TextEncoder().encode(source);
          const runs = matches.flatMap((match) => match.passages || [])
            .filter((passage) => passage.byte_end > passage.byte_start)
            .map((passage) => [passage.byte_start, passage.byte_end])
            .sort((a, b) => a[0] - b[0]);
          const decoder = new TextDecoder();
          const shown = at('shown');
          shown.replaceChildren();
          let end = 0;
          for (const [from, to] of runs) {
            if (to <= end) continue;
            const start = Math.max(from, end);
            shown.append(decoder.decode(bytes.subarray(end, start)));
            shown.append(element('mark', decoder.decode(bytes.subarray(start, to))));
            end = to;
          }
          shown.append(decoder.decode(bytes.subarray(end)));
          shown.hidden = at('shown-title').hidden = runs.length === 0;
        }

        function show(answer, source) {
          const matches = answer.matches || [];
          const first = matches[0];
          const isFound = matches.length > 0;
          verdict(answer.verdict, isFound ? first.id : '', isFound ? 'found' : answer.verdict);
          const count = matches.length + (answer.omitted || 0);
          at('note').textContent = answer.verdict === 'empty'
            ? 'There is no word in it, or fewer than the index takes.'
            : answer.verdict === 'boilerplate'
              ? 'It has nothing but what the index learned to be boilerplate.'
              : isFound
              ? `${number.format(count)} ${count === 1 ? 'match' : 'matches'}`
                + (answer.omitted ? `, the first ${matches.length} of them here` : '')
              : 'The index has nothing like it.';
          at('matches').replaceChildren(...matches.map(describe));
          if (source === null) {
            at('shown').hidden = at('shown-title').hidden = true;
            if (isFound && type === 'text/html') {
              at('note').textContent += '; passages are marked in plain text and JSON only';
            }
          } else {
            mark(source, matches);
          }
        }

        function fail(message) {
          verdict('not checked', message, 'failed');
          at('note').textContent = '';
          at('matches').replaceChildren();
          at('shown').hidden = at('shown-title').hidden = true;
        }

        // The text that byte offsets count in; null where the service makes it.
        function sourceOf(content) {
          if (type === 'text/html') return null;
          if (type !== 'application/json') return content;
          try {
            const object = JSON.parse(content);
            return typeof object.text === 'string' ? object.text : null;
          } catch { return null; }
        }

        async function ask() {
          const content = text.value;
          const mine = ++latest;
          check.disabled = true;
          try {
            const response = await fetch('/v1/check?explain=true&limit=100', {
              method: 'POST', headers: headers({ 'content-type': type }), body: content,
            });
            const answer = await response.json();
            if (mine !== latest) return;
            if (response.status === 401 || response.status === 403) at('access').open = true;
            if (!response.ok) fail(answer.detail || answer.title); else show(answer, sourceOf(content));
            at('result').focus();
            if (response.ok && matchMedia('(max-width: 52rem)').matches) at('result').scrollIntoView();
          } catch (error) {
            if (mine === latest) fail('the service does not answer');
          } finally {
            if (mine === latest) check.disabled = false;
          }
        }

        async function take(chosen) {
          if (!chosen) return;
          const name = chosen.name.toLowerCase();
          const content = await chosen.text();
          type = /\.html?$/.test(name) || chosen.type === 'text/html' ? 'text/html'
            : /\.json$/.test(name) || chosen.type === 'application/json' ? 'application/json' : 'text/plain';
          text.value = content;
          at('file-label').title = chosen.name;
          ask();
        }

        form.addEventListener('submit', (event) => { event.preventDefault(); ask(); });
        text.addEventListener('input', (event) => { if (event.inputType === 'insertFromPaste' || !text.value) type = 'text/plain'; });
        text.addEventListener('keydown', (event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); ask(); }
        });
        file.addEventListener('change', () => { take(file.files[0]); file.value = ''; });
        at('clear').addEventListener('click', () => {
          latest += 1; type = 'text/plain'; text.value = ''; check.disabled = false;
          verdict('', '', ''); at('verdict').textContent = 'Nothing checked yet.';
          at('note').textContent = ''; at('matches').replaceChildren();
          at('shown').hidden = at('shown-title').hidden = true;
          text.focus();
        });
        token.addEventListener('change', () => {
          try { sessionStorage.setItem('token', token.value.trim()); } catch { /* no storage: typed each time */ }
          look();
        });
        for (const name of ['dragenter', 'dragover']) {
          document.addEventListener(name, (event) => { event.preventDefault(); form.classList.add('dropping'); });
        }
        document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) form.classList.remove('dropping'); });
        document.addEventListener('drop', (event) => {
          event.preventDefault();
          form.classList.remove('dropping');
          take(event.dataTransfer.files[0]);
        });
        look();
        setInterval(() => { if (!document.hidden) look(); }, 2000);

        """#
}
