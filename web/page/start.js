// Puts the texts on the page, and says there what could not be loaded. A classic script in old
// JavaScript, because it must also run where modules do not: from file:// and in old browsers. If it is
// missing itself, index.html says that the page has not started.

(function () {
  'use strict';

  /** A style or module that has not arrived by then is reported. */
  var TIMEOUT_MS = 15000;

  var page = document.documentElement;

  function element(id) {
    return document.getElementById(id);
  }

  function nameOf(url) {
    return url.replace(/[?#].*/, '').split('/').pop();
  }

  function whenParsed(action) {
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', action);
    else action();
  }

  /** @returns {string[]} the URLs of the page's modules */
  function modules() {
    return [].map.call(document.querySelectorAll('link[rel=modulepreload]'), function (link) {
      return link.href;
    });
  }

  /** Reloads the page and its files, past the caches, which may have wrong copies of them. */
  function reload() {
    var files = [].map.call(document.querySelectorAll('script[src]'), function (script) {
      return script.src;
    }).concat(modules(), new URL('page/style.css', document.baseURI).href);
    Promise.race([
      Promise.all(files.map(function (file) {
        return fetch(file, {cache: 'reload'}).catch(function () {});
      })),
      new Promise(function (late) {
        setTimeout(late, TIMEOUT_MS);
      }),
    ]).then(function () {
      location.reload();
    });
  }

  /**
   * Shows that the page does not work, with a button.
   * @param {string} message
   * @param {boolean} retriable the button is Try again, which loading.js waits for; else it is Reload
   */
  function fail(message, retriable) {
    whenParsed(function () {
      var retry = element('retry');
      page.dataset.state = 'error';
      element('problem').textContent = message;
      element('status').textContent = '';
      element('predict').disabled = true;
      retry.textContent = retriable ? texts.retry : texts.reload;
      retry.onclick = retriable ? null : reload;
      retry.hidden = location.protocol === 'file:';
    });
  }

  /** Resolves to whether a module arrives as JavaScript. */
  function isUsable(url) {
    return fetch(url).then(function (response) {
      return response.arrayBuffer().then(function () {
        return response.ok && /javascript/.test(response.headers.get('Content-Type'));
      });
    }).catch(function () {
      return false;
    });
  }

  /** Shows which modules could not be loaded: the browser says only that one could not. */
  function failWithModules() {
    var urls = modules();
    Promise.all(urls.map(isUsable)).then(function (usable) {
      var missing = urls.filter(function (_, i) {
        return !usable[i];
      }).map(nameOf);
      fail(texts.notLoaded(missing.sort().join(', ') || 'app.js'));
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

  /** Without its style the page works, but may be hard to use. */
  function checkStyle() {
    var link = document.querySelector('link[rel=stylesheet]');
    try {
      if (!link || link.sheet.cssRules.length > 0) return;
    } catch (error) {
      // It has not arrived, or is none.
    }
    var button = document.createElement('button');
    button.textContent = texts.reload;
    button.onclick = reload;
    element('unstyled').textContent = texts.unstyled + ' ';
    element('unstyled').appendChild(button);
    // While it is awaited, nothing is shown and no module runs.
    link.remove();
  }

  function checkArrivals() {
    whenParsed(checkStyle);
    var late = modules().filter(function (url) {
      return performance.getEntriesByName(url).length === 0;
    });
    if (page.dataset.state === 'loading' && late.length > 0)
      fail(texts.late(late.map(nameOf).join(', ')));
  }

  /** Calls `action` once with each element that has the attribute, and its value. */
  function forEachWith(attribute, action) {
    [].forEach.call(document.querySelectorAll('[' + attribute + ']'), function (element) {
      action(element, element.getAttribute(attribute));
      element.removeAttribute(attribute);
    });
  }

  /** Puts the texts into what there is of the page so far. */
  function fill() {
    if (element('unstarted')) element('unstarted').remove();
    forEachWith('data-text', function (element, key) {
      texts[key].split(/\[(.+?)\]/).forEach(function (part, i) {
        var isKey = i % 2 === 1;
        var node = isKey ? document.createElement('kbd') : document.createTextNode(part);
        if (isKey) node.textContent = part;
        element.appendChild(node);
      });
    });
    forEachWith('data-label', function (element, key) {
      element.setAttribute('aria-label', texts[key]);
    });
    forEachWith('data-title', function (element, key) {
      element.title = texts[key];
    });
  }

  if (!self.texts) {
    whenParsed(function () {
      element('unstarted').prepend('texts.js: could not be loaded. ');
      element('unstarted').querySelector('a').onclick = function (event) {
        event.preventDefault();
        reload();
      };
    });
    return;
  }
  // Whatever of the page has arrived is filled in before it is painted, so that nothing jumps.
  var filler = new MutationObserver(fill);
  filler.observe(document, {childList: true, subtree: true});
  fill();
  whenParsed(function () {
    fill();
    filler.disconnect();
  });
  if (location.protocol === 'file:') return fail(texts.openedAsFile);
  if (!('noModule' in document.createElement('script'))) return fail(texts.oldBrowser);

  // Capturing, because these events of elements do not bubble.
  addEventListener('error', function (event) {
    var target = event.target;
    if (target === window) {
      var file = event.filename && event.filename !== location.href ? nameOf(event.filename) : '';
      failWith(event.error, (file && file + ': ') + event.message);
    } else if (target.type === 'module') {
      failWithModules();
    }
  }, true);
  addEventListener('unhandledrejection', function (event) {
    failWith(event.reason, String(event.reason));
  });
  addEventListener('load', checkStyle);
  setTimeout(checkArrivals, TIMEOUT_MS);
})();
