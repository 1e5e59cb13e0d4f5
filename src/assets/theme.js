// Runs before the first paint, so that neither the theme nor the contents flash.
(function () {
  'use strict';
  const html = document.documentElement;
  let theme = null;
  let contents = null;
  try {
    theme = localStorage.getItem('course-theme');
    contents = localStorage.getItem('course-contents');
  } catch (error) {
    // A browser that keeps nothing follows the system.
  }
  if (theme !== 'paper' && theme !== 'ink') {
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'ink' : 'paper';
  }
  html.classList.remove('paper');
  html.classList.add(theme, 'js');
  // On a phone the contents are a drawer, and a drawer starts closed.
  if (contents === 'closed' || !matchMedia('(min-width: 64rem)').matches) {
    html.classList.remove('contents-open');
  }
})();
