// Puts the texts on the page, and says there what could not be loaded. A classic script in old
// JavaScript, because it must also run where modules do not: from file:// and in old browsers. Without it,
// or without the texts, index.html says that the page has not started.

(function () {
  'use strict';

  /** A module that has not arrived by then is reported. */
  var TIMEOUT_MS = 15000;

  var page = document.documentElement;

  function element(id) {
    return document.getElementById(id);
  }

  function nameOf(url) {
    return url.replace(/[?#].*/, '').split('/').pop();
  }

  /** @returns {string[]} the URLs of the page's modules */
  function modules() {
    return [].map.call(document.querySelectorAll('link[rel=modulepreload]'), function (link) {
      return link.href;
    });
  }

  function reloadPage() {
    location.reload();
  }

  /** Reloads the page, and its modules past the caches, which may have wrong copies of them. */
  function reload() {
    Promise.all(modules().map(function (url) {
      return fetch(url, {cache: 'reload'}).catch(function () {});
    })).then(reloadPage);
    setTimeout(reloadPage, TIMEOUT_MS);
  }

  /**
   * Shows that the page does not work, with a button.
   * @param {string} message
   * @param {boolean} retriable the button is Try again, which loading.js waits for; else it is Reload
   */
  function fail(message, retriable) {
    var retry = element('retry');
    page.dataset.state = 'error';
    element('problem').textContent = message;
    element('status').textContent = '';
    element('predict').disabled = true;
    retry.textContent = retriable ? texts.retry : texts.reload;
    retry.onclick = retriable ? null : reload;
    retry.hidden = location.protocol === 'file:';
  }

  /** Shows which modules could not be loaded: the browser says only that one could not. */
  function failWithModules() {
    // Electron lets modules be loaded from files, browsers do not.
    if (location.protocol === 'file:') return fail(texts.openedAsFile);
    if (self.origin === 'null') return fail(texts.sandboxed);
    var missing = [], isBuilt = true;
    // The build makes assets.js: without it, these are the sources.
    var checks = modules().map(function (url) {
      return fetch(url).then(function (response) {
        if (!response.ok || !/javascript/.test(response.headers.get('Content-Type'))) throw response;
        return response.arrayBuffer();
      }).catch(function () {
        missing.push(nameOf(url));
      });
    });
    checks.push(fetch('assets.js').then(function (response) {
      isBuilt = response.status !== 404;
    }).catch(function () {}));
    Promise.all(checks).then(function () {
      fail(isBuilt ? texts.notLoaded(missing.sort().join(', ') || 'app.js') : texts.notBuilt);
    });
  }

  /**
   * Only the recogniser's own errors are shown once the page has loaded: others may come from a
   * browser extension.
   */
  function failWith(error, message) {
    if (error && error.name === 'NumeralError') fail(error.message, error.retriable);
    else if (page.dataset.state === 'loading') fail(texts.notStarted(message));
  }

  function checkArrivals() {
    var late = modules().filter(function (url) {
      return performance.getEntriesByName(url).length === 0;
    });
    if (page.dataset.state === 'loading' && late.length > 0)
      fail(texts.notLoaded(late.map(nameOf).join(', ')));
  }

  /** Calls `action` once with each element that has the attribute, and the text that it names. */
  function forEachWith(attribute, action) {
    [].forEach.call(document.querySelectorAll('[' + attribute + ']'), function (element) {
      action(element, texts[element.getAttribute(attribute)]);
      element.removeAttribute(attribute);
    });
  }

  /** Puts the texts into what there is of the page so far. */
  function fill() {
    if (element('unstarted')) element('unstarted').remove();
    forEachWith('data-text', function (element, text) {
      element.innerHTML = text.replace(/\[(.+?)\]/g, '<kbd>$1</kbd>');
    });
    forEachWith('data-label', function (element, text) {
      element.setAttribute('aria-label', text);
    });
    forEachWith('data-title', function (element, text) {
      element.title = text;
    });
  }

  if (!self.texts) return;
  var hindrance = 'noModule' in document.createElement('script') ? '' : texts.oldBrowser;
  if (document.readyState === 'loading') {
    // Whatever of the page has arrived is filled in before it is painted, so that nothing jumps.
    var filler = new MutationObserver(fill);
    filler.observe(document, {childList: true, subtree: true});
    document.addEventListener('DOMContentLoaded', function () {
      fill();
      filler.disconnect();
      if (hindrance) fail(hindrance);
    });
  } else {
    fill();
  }
  if (hindrance) return;

  // Capturing, because the error of a script element does not bubble.
  addEventListener('error', function (event) {
    if (event.target === window) {
      var file = event.filename && event.filename !== location.href ? nameOf(event.filename) : '';
      failWith(event.error, (file && file + ': ') + event.message);
    } else if (event.target.type === 'module') {
      failWithModules();
    }
  }, true);
  addEventListener('unhandledrejection', function (event) {
    failWith(event.reason, String(event.reason));
  });
  setTimeout(checkArrivals, TIMEOUT_MS);
})();
