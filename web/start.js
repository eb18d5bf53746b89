// Puts the texts on the page, and says there what is wrong whenever something is. A classic script,
// because it must also run where modules do not: from file:// and in old browsers. Everything else
// may simply throw.

(function () {
  'use strict';

  var page = document.documentElement;
  var missing = [];

  function fail(message, retriable) {
    // At first there is no page yet to say it on.
    if (document.readyState === 'loading') {
      return document.addEventListener('DOMContentLoaded', fail.bind(null, message, retriable));
    }
    page.dataset.state = 'error';
    document.getElementById('problem').textContent = message;
    document.getElementById('retry').hidden = !retriable;
    document.getElementById('status').textContent = '';
    document.getElementById('predict').disabled = true;
  }

  // While the page loads, any error keeps it from working. Later on only the recogniser's own
  // errors are for the page to show; others may come from a browser extension.
  function failWith(error, text) {
    var ours = error && error.name === 'NumeralError';
    if (ours) fail(error.message, error.retriable);
    else if (page.dataset.state === 'loading') fail(texts.notStarted(text));
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

  if (!self.texts) {
    return fail('texts.js: could not be loaded. Copy the whole build/site folder again, ' +
        'then reload.');
  }

  // Whatever of the page has arrived is filled in before it is painted, so that nothing jumps.
  var filler = new MutationObserver(fill);
  filler.observe(document, {childList: true, subtree: true});
  document.addEventListener('DOMContentLoaded', function () {
    fill();
    filler.disconnect();
  });

  if (location.protocol === 'file:') return fail(texts.openedAsFile);
  if (!('noModule' in document.createElement('script'))) return fail(texts.oldBrowser);

  function nameOf(url) {
    return new URL(url).pathname.split('/').pop();
  }

  // Capturing, since the error events of elements do not bubble.
  window.addEventListener('error', function (event) {
    var element = event.target;
    if (element === window) {
      failWith(event.error, event.message);
    } else if (element.rel === 'modulepreload') {
      missing.push(nameOf(element.href));
    } else if (element.tagName === 'SCRIPT') {
      fail(texts.notLoaded(missing.join(', ') || nameOf(element.src)));
    }
  }, true);
  window.addEventListener('unhandledrejection', function (event) {
    failWith(event.reason, String(event.reason));
  });
})();
