// Puts the texts on the page, starts it, and says there what is wrong whenever something is. A classic
// script, because it must also run where modules do not: from file:// and in old browsers. Everything
// else may simply throw. texts.js says it where this file itself is missing.

(function () {
  'use strict';
  self.started = true;

  /** Where nothing arrives for so long, that is said. */
  var PATIENCE_MS = 15000;

  var page = document.documentElement;

  /** What Try again does, if it is for this file to do it. */
  var again = null;
  /** The timer for the next module, while one is to arrive. */
  var deadline = 0;
  /** Whether it is said that one does not arrive. */
  var isLate = false;

  function element(id) {
    return document.getElementById(id);
  }

  function nameOf(url) {
    return new URL(url).pathname.split('/').pop();
  }

  /** At first there is no page yet to say something on. */
  function whenParsed(action) {
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', action);
    else action();
  }

  /** @param {boolean} retriable @param {function()} [retry] if nobody else does */
  function fail(message, retriable, retry) {
    whenParsed(function () {
      page.dataset.state = 'error';
      element('problem').textContent = message;
      element('retry').hidden = !retriable;
      element('status').textContent = '';
      element('predict').disabled = true;
      again = retry;
    });
  }

  /** The page as it was before a failure. */
  function goOn() {
    again = null;
    element('retry').hidden = true;
    element('problem').textContent = '';
    if (self.texts) element('status').textContent = texts.loading;
    page.dataset.state = 'loading';
  }

  // While the page loads, any error keeps it from working. Later on only the recogniser's own
  // errors are for the page to show; others may come from a browser extension.
  function failWith(error, text) {
    var ours = error && error.name === 'NumeralError';
    if (ours) fail(error.message, error.retriable);
    // Browsers keep a module that is wrong: only another page can have it anew.
    else if (page.dataset.state === 'loading') fail(texts.notStarted(text), true, reload);
  }

  // Calls `action` with each element that has the attribute, and its value, once.
  function forEachWith(attribute, action) {
    var elements = document.querySelectorAll('[' + attribute + ']');
    for (var i = 0; i < elements.length; ++i) {
      action(elements[i], elements[i].getAttribute(attribute));
      elements[i].removeAttribute(attribute);
    }
  }

  function fill() {
    if (element('unstarted')) element('unstarted').remove();
    forEachWith('data-text', function (element, key) {
      texts[key].split(/\[(.+?)\]/).forEach(function (part, i) {
        var text = document.createTextNode(part);
        var isKey = i % 2 === 1;
        element.appendChild(isKey ? document.createElement('kbd') : text);
        if (isKey) element.lastChild.appendChild(text);
      });
    });
    forEachWith('data-label', function (element, key) {
      element.setAttribute('aria-label', texts[key]);
    });
  }

  function insertScript(file, type, onload, onerror) {
    var script = document.createElement('script');
    if (type) script.type = type;
    script.src = file;
    script.onload = onload;
    script.onerror = onerror;
    document.head.appendChild(script);
  }

  /** The promise, or a failure where it takes too long. */
  function inTime(promise) {
    return Promise.race([promise, new Promise(function (_, reject) {
      setTimeout(reject, PATIENCE_MS, texts.late);
    })]);
  }

  /**
   * Asks for a file past the caches, which have the right one again thereby.
   * @returns {Promise<string>} what is wrong with it; nothing if nothing is
   */
  function problemOf(url, type) {
    return inTime(fetch(url, {cache: 'reload'})).then(function (response) {
      var sent = (response.headers.get('Content-Type') || '').split(';')[0];
      if (!response.ok) return texts.answered(response.status);
      if (sent.slice(-type.length) !== type) return texts.wrongType(sent || '?', type);
      return inTime(response.arrayBuffer()).then(function () {
        return '';
      });
    }).catch(function (reason) {
      return reason === texts.late ? reason : texts.unreachable;
    });
  }

  /** What is wrong with the page's modules, in lines that name each; nothing if nothing is. */
  function problemOfModules() {
    var urls = modules();
    return Promise.all(urls.map(function (url) {
      return problemOf(url, 'javascript');
    })).then(function (problems) {
      return problems.filter(function (problem, i) {
        return problem && problems.indexOf(problem) === i;
      }).map(function (problem) {
        var names = urls.filter(function (_, i) {
          return problems[i] === problem;
        }).map(nameOf);
        return names.join(', ') + ': ' + problem;
      }).join(' ');
    });
  }

  function modules() {
    return [].map.call(document.querySelectorAll('link[rel=modulepreload]'), function (link) {
      return link.href;
    });
  }

  /** Runs the page's modules; `onerror` where they, or one that they import, do not arrive. */
  function insertModules(onerror) {
    waitForNext();
    insertScript('app.js', 'module', function () {
      clearTimeout(deadline);
      deadline = 0;
      if (isLate) goOn();
      isLate = false;
      // One that is cut off in between its statements has no fault that a browser would see.
      if (!page.dataset.isBegun) failWith(null, 'app.js: it is damaged');
    }, function () {
      clearTimeout(deadline);
      deadline = 0;
      onerror();
    });
  }

  /** Says what is wrong with the modules, or else does something. `again`: what Try again does. */
  function check(otherwise, again) {
    problemOfModules().then(function (problem) {
      if (problem) fail(problem, true, again);
      else otherwise();
    });
  }

  /** Runs the modules. Where they fail once only, a person need not know. */
  function start() {
    insertModules(function () {
      check(function () {
        insertModules(function () {
          fail(texts.notLoaded('app.js'), true, retry);
        });
      }, retry);
    });
  }

  /**
   * Runs the modules again. Browsers from before July 2026, when that was changed in the standard,
   * keep also that a module has failed; then it takes another page. Nothing was drawn yet.
   */
  function retry() {
    check(function () {
      insertModules(reload);
    }, retry);
  }

  /** Loads the page anew, once that can help: all its files are right again, in the caches too. */
  function reload() {
    check(function () {
      location.reload();
    }, reload);
  }

  /** Says it where no other module arrives in time. One may still do so: then the page goes on. */
  function waitForNext() {
    clearTimeout(deadline);
    deadline = setTimeout(function () {
      var missing = modules().filter(function (url) {
        return performance.getEntriesByName(url).length === 0;
      });
      isLate = true;
      fail((missing.map(nameOf).join(', ') || 'app.js') + ': ' + texts.late, true, function wait() {
        check(function () {
          if (isLate) location.reload();
        }, wait);
      });
    }, PATIENCE_MS);
  }

  /** Whether a style has arrived: browsers also have style sheets that failed, or that are none. */
  function isStyle(link) {
    try {
      return link.sheet.cssRules.length > 0;
    } catch (error) {
      return false;
    }
  }

  /** Does something once the page has its style, or is known to do without. */
  function whenStyled(action) {
    var link = document.querySelector('link[rel=stylesheet]');
    if (!link) return action();
    if (isStyle(link)) return action();
    if (link.hasEnded) return lack();
    var timer = setTimeout(lack, PATIENCE_MS);
    function lack() {
      clearTimeout(timer);
      // One that never arrives keeps everything else from being shown.
      link.remove();
      tellUnstyled(link.href);
      action();
    }
    link.onerror = lack;
    link.onload = function () {
      clearTimeout(timer);
      if (isStyle(link)) action();
      else lack();
    };
  }

  /** Without its style the page works, but may be hard to use. */
  function tellUnstyled(url) {
    var note = document.createElement('div');
    var button = document.createElement('button');
    note.setAttribute('role', 'alert');
    note.textContent = texts.unstyled + ' ';
    button.textContent = texts.retry;
    note.appendChild(button);
    element('problem').before(note);
    button.onclick = function () {
      note.remove();
      problemOf(url, 'css').then(function () {
        var link = document.createElement('link');
        link.rel = 'stylesheet';
        link.href = url;
        document.head.appendChild(link);
        whenStyled(function () {});
      });
    };
  }

  // Capturing, since these events of elements do not bubble.
  window.addEventListener('error', function (event) {
    var target = event.target;
    if (target === window) {
      var file = event.filename && event.filename !== location.href ? nameOf(event.filename) : '';
      failWith(event.error, (file && file + ': ') + event.message);
    } else if (target.rel === 'stylesheet') {
      target.hasEnded = true;
    }
  }, true);
  window.addEventListener('unhandledrejection', function (event) {
    failWith(event.reason, String(event.reason));
  });
  document.addEventListener('load', function (event) {
    if (event.target.rel === 'modulepreload' && deadline) waitForNext();
    if (event.target.rel === 'stylesheet') event.target.hasEnded = true;
  }, true);

  /** Everything that needs the texts. */
  function begin() {
    if (location.protocol === 'file:') return fail(texts.openedAsFile);
    if (!('noModule' in document.createElement('script'))) return fail(texts.oldBrowser);

    // Whatever of the page has arrived is filled in before it is painted, so that nothing jumps.
    var filler = new MutationObserver(fill);
    filler.observe(document, {childList: true, subtree: true});
    fill();
    whenParsed(function () {
      fill();
      filler.disconnect();
      element('retry').addEventListener('click', function () {
        var action = again;
        if (!action) return;
        goOn();
        action();
      });
      whenStyled(start);
    });
  }

  function failWithoutTexts() {
    fail('texts.js: could not be loaded. Copy the whole build/site folder again, then try again.',
        true);
    whenParsed(function () {
      element('unstarted').hidden = true;
      var button = element('retry');
      button.removeAttribute('data-text');
      button.textContent = 'Try again';
      button.onclick = function () {
        button.onclick = null;
        goOn();
        function insert() {
          insertScript('texts.js', '', beginOrFail, failWithoutTexts);
        }
        fetch('texts.js', {cache: 'reload'}).then(insert, insert);
      };
    });
  }

  function beginOrFail() {
    if (self.texts) begin();
    else failWithoutTexts();
  }

  if (page.dataset.state === 'error') goOn();
  beginOrFail();
})();
