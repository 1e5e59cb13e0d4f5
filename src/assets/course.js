// What a page can do: theme, contents, search, copying, quizzes, tips, printing. No server, no network, no library but
// highlight.js (mdBook's) and MiniSearch (loaded when the search is first opened).
(function () {
  'use strict';

  const html = document.documentElement;
  const root = html.dataset.root || '';
  const page = document.getElementById('page');
  const announcer = document.getElementById('announcer');

  const all = (selector, scope) => Array.from((scope || document).querySelectorAll(selector));

  /** Makes an element: `make('a', {href: '#x', class: 'y'}, 'text', child)`. Text stays text, never markup. */
  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  }

  function keep(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch (error) {
      // A browser that keeps nothing still reads.
    }
  }

  function kept(key) {
    try {
      return localStorage.getItem(key);
    } catch (error) {
      return null;
    }
  }

  function announce(text) {
    announcer.textContent = '';
    // A live region speaks on change, so the same words twice need a gap between them.
    setTimeout(() => {
      announcer.textContent = text;
    }, 60);
  }

  // ---- Theme ----

  const themeToggle = document.getElementById('theme-toggle');

  function setTheme(theme) {
    html.classList.remove('paper', 'ink');
    html.classList.add(theme);
    themeToggle.setAttribute('aria-pressed', String(theme === 'ink'));
    themeToggle.title = theme === 'ink' ? 'Switch to paper' : 'Switch to ink';
  }

  setTheme(html.classList.contains('ink') ? 'ink' : 'paper');
  themeToggle.addEventListener('click', () => {
    const theme = html.classList.contains('ink') ? 'paper' : 'ink';
    keep('course-theme', theme);
    setTheme(theme);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
    if (!kept('course-theme')) {
      setTheme(event.matches ? 'ink' : 'paper');
    }
  });
  window.addEventListener('storage', (event) => {
    if (event.key === 'course-theme' && (event.newValue === 'ink' || event.newValue === 'paper')) {
      setTheme(event.newValue);
    }
  });

  // ---- Contents ----

  const contents = document.getElementById('contents');
  const contentsToggle = document.getElementById('contents-toggle');
  const wide = matchMedia('(min-width: 64rem)');

  function setContents(open) {
    html.classList.toggle('contents-open', open);
    contentsToggle.setAttribute('aria-expanded', String(open));
    // Behind an open drawer the page is out of reach for Tab as well.
    document.querySelector('.sheet').inert = open && !wide.matches;
  }

  setContents(html.classList.contains('contents-open'));
  contentsToggle.addEventListener('click', () => {
    const open = !html.classList.contains('contents-open');
    setContents(open);
    if (wide.matches) {
      keep('course-contents', open ? 'open' : 'closed');
    } else if (open) {
      contents.focus();
    }
  });
  document.getElementById('veil').addEventListener('click', () => setContents(false));
  wide.addEventListener('change', () => setContents(wide.matches && kept('course-contents') !== 'closed'));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !wide.matches && html.classList.contains('contents-open') && !search.open) {
      setContents(false);
      contentsToggle.focus();
    }
  });
  contents.addEventListener('click', (event) => {
    if (event.target.closest('a') && !wide.matches) {
      setContents(false);
    }
  });

  const links = all('.chapter-link-wrapper > a', contents);
  if (root) {
    for (const link of links) {
      link.setAttribute('href', root + link.getAttribute('href'));
    }
  }
  const file = (path) => path.replace(/\/$/, '/index.html').replace(/\.html$/, '');
  const here = file(location.pathname);
  // index.html is a second copy of the first page.
  const current = links.find((link) => file(link.pathname) === here) || (here.endsWith('/index') && !root ? links[0] : null);
  if (current) {
    current.setAttribute('aria-current', 'page');
    listSections(current);
    if (wide.matches) {
      // Only the list scrolls: the page must not jump.
      const top = current.getBoundingClientRect().top - contents.getBoundingClientRect().top;
      contents.scrollTop += Math.max(0, top - contents.clientHeight / 3);
    }
  }

  /** Lists the page's sections under its entry, and marks the one being read. */
  function listSections(entry) {
    const heads = all('main h2[id], main section[id] > h2').map((head) => ({
      head,
      id: head.id || head.parentElement.id,
    }));
    if (heads.length < 2) {
      return;
    }
    const list = make('ol', { class: 'on-this-page' });
    const entries = heads.map(({ head, id }) => {
      const words = head.cloneNode(true);
      all('.katex-html, .claim, .side', words).forEach((element) => element.remove());
      const link = make('a', { href: '#' + id }, words.textContent.trim());
      list.append(make('li', {}, link));
      return { head, link };
    });
    entry.parentElement.after(list);

    let waiting = false;
    function mark() {
      waiting = false;
      let reading = null;
      for (const entry of entries) {
        if (entry.head.getBoundingClientRect().top < innerHeight * 0.3) {
          reading = entry;
        }
      }
      for (const entry of entries) {
        if (entry === reading) {
          entry.link.setAttribute('aria-current', 'location');
        } else {
          entry.link.removeAttribute('aria-current');
        }
      }
    }
    addEventListener('scroll', () => {
      if (!waiting) {
        waiting = true;
        requestAnimationFrame(mark);
      }
    }, { passive: true });
    mark();
  }

  // ---- A formula keeps its comma ----

  // Browsers may break a line between a formula and what is written against it; a wrapper forbids that.
  for (const formula of all('main .katex')) {
    if (formula.closest('.katex-display')) {
      continue;
    }
    const next = formula.nextSibling;
    const before = formula.previousSibling;
    const tail = next && next.nodeType === Node.TEXT_NODE ? next.data.match(/^[^\s\u2013\u2014]{0,12}/)[0].length : 0;
    const mark = next && next.nodeType === Node.ELEMENT_NODE && next.matches('.claim, .side') ? next : null;
    const head = before && before.nodeType === Node.TEXT_NODE ? before.data.match(/[(\[\u201c\u2018]*$/)[0].length : 0;
    if (tail + head === 0 && !mark) {
      continue;
    }
    const tie = make('span', { class: 'tie' });
    formula.before(tie);
    if (head > 0) {
      tie.append(before.splitText(before.length - head));
    }
    tie.append(formula);
    // The formula's own places to break stay.
    all('.base', formula).slice(1).forEach((base) => base.before(make('wbr')));
    if (tail > 0) {
      next.splitText(tail);
      tie.append(next);
    } else if (mark) {
      tie.append(mark);
    }
  }

  // ---- Code: colors, copying, scrolling ----

  if (window.hljs) {
    hljs.configure({ languages: [] });
  }

  function color(code) {
    if (!window.hljs || code.dataset.colored || !/\blanguage-(?!text\b|plaintext\b)/.test(code.className)) {
      return;
    }
    code.dataset.colored = 'yes';
    hljs.highlightBlock(code);
  }

  /** The whole file of a listing, which stands under its first fragment. */
  function wholeOf(listing) {
    const file = listing.querySelector('.listing-file');
    const first = file && all('figure.listing').find((other) => {
      const name = other.querySelector('.listing-file');
      return name && name.textContent === file.textContent && other.querySelector('.listing-source');
    });
    return listing.querySelector('.listing-source') || (first && first.querySelector('.listing-source')) || null;
  }

  /** What the copy button of a block gives: the whole listing where there is one. */
  function source(block) {
    const code = (block.matches('.listing') && wholeOf(block)) || block.querySelector('pre code') || block.querySelector('pre');
    return code.textContent;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      // Pages from file: may be denied the clipboard; an old way remains.
    }
    const area = make('textarea', { class: 'visually-hidden', 'aria-hidden': 'true', tabindex: '-1' });
    area.value = text;
    document.body.append(area);
    const focus = document.activeElement;
    area.select();
    let done = false;
    try {
      done = document.execCommand('copy');
    } catch (error) {
      done = false;
    }
    area.remove();
    if (focus) {
      focus.focus({ preventScroll: true });
    }
    return done;
  }

  function copyButton(text, name) {
    const button = make('button', { type: 'button', class: 'copy', 'aria-label': name }, 'Copy');
    let timer = 0;
    button.addEventListener('click', async () => {
      const done = await copy(text());
      button.textContent = done ? 'Copied' : 'Failed';
      button.setAttribute('aria-label', button.textContent);
      button.classList.toggle('copied', done);
      announce(done ? 'Copied' : 'The browser did not allow copying');
      clearTimeout(timer);
      timer = setTimeout(() => {
        button.textContent = 'Copy';
        button.setAttribute('aria-label', name);
        button.classList.remove('copied');
      }, 2000);
    });
    return button;
  }

  for (const listing of all('figure.listing')) {
    const label = listing.querySelector('.listing-label');
    const whole = wholeOf(listing);
    const name = 'Copy ' + (whole ? 'the whole of ' : '') + (label ? label.textContent.replace(/, continued$/, '') : 'the listing');
    // On paper a short listing keeps together; a long one may run over the page.
    listing.classList.toggle('long', listing.querySelector('pre').textContent.split('\n').length > 24);
    listing.querySelector('.listing-head').append(copyButton(() => source(listing), name));
  }
  for (const output of all('figure.output')) {
    const command = output.querySelector('figcaption code');
    if (command) {
      // Of an output it is the command that a reader wants.
      output.querySelector('figcaption').append(copyButton(() => command.textContent, 'Copy the command'));
    }
  }
  for (const pre of all('main pre')) {
    if (pre.closest('figure, .claims') || !pre.querySelector('code')) {
      continue;
    }
    const frame = make('div', { class: 'snippet' });
    pre.before(frame);
    frame.append(pre, copyButton(() => source(frame), 'Copy the code'));
  }

  for (const code of all('main pre > code')) {
    const folded = code.closest('details:not([open])');
    if (folded) {
      folded.addEventListener('toggle', () => color(code), { once: true });
    } else {
      color(code);
    }
  }

  /** What is wider than its frame scrolls inside it, and then the keyboard must reach it. */
  const frames = all('main :is(pre, .katex-display, .table-wrapper, .figure-body)');

  function nameOf(frame) {
    const figure = frame.closest('figure, section, aside');
    const label = figure && figure.querySelector('.figure-label, .listing-label, .exercise-label');
    const kind = frame.matches('.katex-display') ? 'Formula' : frame.matches('.table-wrapper') ? 'Table' : frame.matches('.figure-body') ? 'Drawing' : frame.closest('.output') ? 'Output' : 'Code';
    return label ? kind + ' of ' + label.textContent.trim().toLowerCase() : kind;
  }

  function measure(frame) {
    const over = frame.scrollWidth > frame.clientWidth + 3 || (frame.scrollHeight > frame.clientHeight + 1 && getComputedStyle(frame).overflowY === 'auto');
    if (over && !frame.hasAttribute('tabindex')) {
      frame.tabIndex = 0;
      // A group and no region: dozens of landmarks would bury the page's own.
      frame.setAttribute('role', 'group');
      frame.setAttribute('aria-label', nameOf(frame) + ', scrolls');
    } else if (!over && frame.hasAttribute('tabindex')) {
      frame.removeAttribute('tabindex');
      frame.removeAttribute('role');
      frame.removeAttribute('aria-label');
    }
  }

  if ('ResizeObserver' in window) {
    const observer = new ResizeObserver((entries) => entries.forEach((entry) => measure(entry.target)));
    frames.forEach((frame) => observer.observe(frame));
  } else {
    frames.forEach(measure);
  }

  // ---- Quiz ----

  for (const form of all('form[data-question]')) {
    const verdict = form.querySelector('.verdict');
    const choices = all('.choice', form).map((choice) => {
      const reason = choice.querySelector('.reason');
      const input = choice.querySelector('input');
      if (!reason.id) {
        reason.id = input.id + '-reason';
      }
      return { input, reason, correct: reason.dataset.correct === 'true' };
    });

    const reset = () => {
      verdict.textContent = '';
      verdict.classList.remove('is-right', 'is-wrong');
      for (const { input, reason } of choices) {
        reason.hidden = true;
        input.removeAttribute('aria-describedby');
      }
    };

    const say = (text, right, aloud) => {
      verdict.classList.toggle('is-right', right);
      verdict.classList.toggle('is-wrong', !right);
      verdict.textContent = text;
      if (aloud) {
        // The eye finds the reason under the answer; the ear gets it with the verdict.
        verdict.append(make('span', { class: 'visually-hidden' }, ' ' + aloud));
      }
    };

    // The page comes with every reason in it, for readers without scripts.
    reset();
    form.dataset.ready = 'yes';
    form.addEventListener('change', reset);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      reset();
      const chosen = choices.filter((choice) => choice.input.checked);
      if (chosen.length === 0) {
        say('Choose an answer first.', false);
        return;
      }
      for (const { input, reason } of chosen) {
        reason.hidden = false;
        input.setAttribute('aria-describedby', reason.id);
      }
      const reasons = chosen.map((choice) => choice.reason.textContent.trim()).join(' ');
      const mistakes = chosen.filter((choice) => !choice.correct).length;
      const missing = choices.filter((choice) => choice.correct && !choice.input.checked).length;
      if (mistakes > 0) {
        say('Not quite.', false, reasons);
      } else if (missing > 0) {
        say('Right so far, but not all of it.', false, reasons);
      } else {
        say('Right.', true, reasons);
      }
    });
  }

  // ---- Tips: what a mark means, on hover and on focus ----

  const tip = make('div', { class: 'tip', role: 'tooltip', id: 'tip', hidden: '' });
  page.append(tip);
  let tipped = null;

  function showTip(mark) {
    hideTip();
    const text = mark.getAttribute('title');
    if (!text) {
      return;
    }
    tipped = mark;
    // The browser's own tip would stand beside ours.
    mark.dataset.title = text;
    mark.removeAttribute('title');
    tip.textContent = text;
    tip.hidden = false;
    mark.setAttribute('aria-describedby', 'tip');
    const box = mark.getBoundingClientRect();
    const width = tip.offsetWidth;
    const left = Math.min(Math.max(16, box.left + box.width / 2 - width / 2), html.clientWidth - width - 16);
    const above = box.top - tip.offsetHeight - 8;
    tip.style.left = left + scrollX + 'px';
    tip.style.top = (above > 60 ? above : box.bottom + 8) + scrollY + 'px';
  }

  function hideTip() {
    if (!tipped) {
      return;
    }
    tipped.setAttribute('title', tipped.dataset.title);
    delete tipped.dataset.title;
    tipped.removeAttribute('aria-describedby');
    tipped = null;
    tip.hidden = true;
  }

  for (const mark of all('main :is(a.claim, a.term, a.cite, .num)')) {
    mark.addEventListener('mouseenter', () => showTip(mark));
    mark.addEventListener('mouseleave', hideTip);
    mark.addEventListener('focus', () => showTip(mark));
    mark.addEventListener('blur', hideTip);
  }
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      hideTip();
    }
  });

  // A link to something folded unfolds it.
  function unfold() {
    let target = null;
    try {
      target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch (error) {
      return;
    }
    if (!target) {
      return;
    }
    const inside = target.matches('.claims li') ? target.querySelector('details') : null;
    for (const details of [inside, target.closest('details')]) {
      if (details && !details.open) {
        details.open = true;
        target.scrollIntoView();
      }
    }
  }
  addEventListener('hashchange', unfold);
  unfold();

  // ---- Printing unfolds everything, and folds it again ----

  let folded = [];
  addEventListener('beforeprint', () => {
    all('main pre > code').forEach(color);
    folded = all('main details:not([open])');
    folded.forEach((details) => {
      details.open = true;
    });
  });
  addEventListener('afterprint', () => {
    folded.forEach((details) => {
      details.open = false;
    });
    folded = [];
  });

  // ---- Search ----

  const search = document.getElementById('search');
  const field = document.getElementById('search-input');
  const results = document.getElementById('search-results');
  const count = document.getElementById('search-count');
  const shown = 12;
  let index = null;
  let loading = null;

  function load(path) {
    return new Promise((resolve, reject) => {
      const script = make('script', { src: root + path });
      script.addEventListener('load', resolve);
      script.addEventListener('error', () => reject(new Error(path)));
      document.head.append(script);
    });
  }

  const plain = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();

  function openIndex() {
    loading = loading || Promise.all([load('assets/vendor/minisearch.min.js'), load('generated/search-index.js')]).then(() => {
      index = new MiniSearch({
        fields: ['title', 'chapter', 'text'],
        storeFields: ['page', 'anchor', 'chapter', 'title', 'text'],
        processTerm: (term) => plain(term) || null,
        searchOptions: {
          boost: { title: 4, chapter: 2 },
          prefix: (term) => term.length > 1,
          fuzzy: (term) => (term.length > 4 ? 0.2 : false),
          weights: { prefix: 0.5, fuzzy: 0.2 },
          // Lists name everybody; a reader who looks for a name wants the pages that tell about it.
          boostDocument: (id, term, stored) => (/^(bibliography|glossary|notation)\./.test(stored.page) ? 0.3 : 1),
        },
      });
      index.addAll(window.COURSE_SEARCH.map((section, id) => Object.assign({ id }, section)));
    });
    return loading;
  }

  function openSearch() {
    if (search.open) {
      return;
    }
    if (!wide.matches) {
      setContents(false);
    }
    search.showModal();
    field.focus();
    field.select();
    openIndex().then(find, () => {
      loading = null;
      count.textContent = 'The search index is missing. Run cargo xtask book.';
    });
  }

  /** The part of a text around its first hit, with every hit marked. */
  function excerpt(text, terms, length) {
    const low = plain(text);
    // Where taking the accents off changed the length, positions don't carry over; then nothing is marked.
    const hits = low.length === text.length ? terms : [];
    const first = hits.map((term) => low.search(new RegExp('(?<![\\p{L}\\p{N}])' + escape(term), 'u'))).filter((at) => at >= 0);
    let start = first.length ? Math.max(0, Math.min(...first) - 60) : 0;
    if (start > 0) {
      start = text.indexOf(' ', start) + 1;
    }
    let end = Math.min(text.length, start + length);
    if (end < text.length) {
      end = Math.max(start + 1, text.lastIndexOf(' ', end));
    }
    const part = text.slice(start, end);
    const nodes = start > 0 ? ['… '] : [];
    if (hits.length) {
      const pattern = new RegExp('(?<![\\p{L}\\p{N}])(?:' + hits.map(escape).join('|') + ')[\\p{L}\\p{N}]*', 'giu');
      let last = 0;
      for (const match of plain(part).matchAll(pattern)) {
        nodes.push(part.slice(last, match.index), make('mark', {}, part.slice(match.index, match.index + match[0].length)));
        last = match.index + match[0].length;
      }
      nodes.push(part.slice(last));
    } else {
      nodes.push(part);
    }
    if (end < text.length) {
      nodes.push(' …');
    }
    return nodes;
  }

  const escape = (term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

  function find() {
    if (!index) {
      return;
    }
    const query = field.value.trim();
    results.replaceChildren();
    if (!query) {
      count.textContent = '';
      return;
    }
    let found = index.search(query, { combineWith: 'AND' });
    if (found.length === 0) {
      found = index.search(query);
    }
    count.textContent = found.length === 0
      ? 'Nothing found for “' + query + '”.'
      : found.length + (found.length === 1 ? ' section' : ' sections') + (found.length > shown ? ', the best ' + shown + ' shown' : '');
    for (const hit of found.slice(0, shown)) {
      const terms = [...new Set(hit.terms.concat(hit.queryTerms))];
      const link = make('a', { href: root + hit.page + (hit.anchor ? '#' + hit.anchor : '') },
        make('span', { class: 'search-title' }, ...excerpt(hit.title, terms, 200)),
        make('span', { class: 'search-chapter' }, hit.chapter),
        make('span', { class: 'search-text' }, ...excerpt(hit.text, terms, 170)));
      results.append(make('li', {}, link));
    }
  }

  document.getElementById('search-open').addEventListener('click', openSearch);
  document.getElementById('search-close').addEventListener('click', () => search.close());
  field.addEventListener('input', find);
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]');
    if ((event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) || (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      openSearch();
    }
  });
  search.addEventListener('keydown', (event) => {
    const hits = all('a', results);
    const at = hits.indexOf(document.activeElement);
    if (event.key === 'Escape') {
      // A search field would keep the first Escape for itself, to clear its text.
      event.preventDefault();
      search.close();
    } else if (event.key === 'ArrowDown' && hits.length) {
      event.preventDefault();
      hits[Math.min(at + 1, hits.length - 1)].focus();
    } else if (event.key === 'ArrowUp' && at >= 0) {
      event.preventDefault();
      (hits[at - 1] || field).focus();
    } else if (event.key === 'Enter' && event.target === field && hits.length) {
      event.preventDefault();
      hits[0].click();
    } else if (at >= 0 && (event.key === 'Backspace' || (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey))) {
      field.focus();
    }
  });
  search.addEventListener('click', (event) => {
    // A click beside the dialog, or on a result, which may be on this page.
    if (event.target === search || event.target.closest('.search-results a')) {
      search.close();
    }
  });
})();
