// Says on the page what is wrong whenever something is. A classic script, because it must also
// run where modules do not: from file:// and in old browsers. Everything else may simply throw.

(function () {
  'use strict';

  var page = document.documentElement;
  var missing = [];

  function fail(message) {
    page.dataset.state = 'error';
    document.getElementById('problem').textContent = message;
    document.getElementById('status').textContent = '';
    document.getElementById('predict').disabled = true;
  }

  // While the page loads, any error keeps it from working. Later on only the recogniser's own
  // errors are for the page to show; others may come from a browser extension.
  function failWith(error, text) {
    var ours = error && error.name === 'NumeralError';
    if (ours) fail(error.message);
    else if (page.dataset.state === 'loading') fail('This page could not start: ' + text);
  }

  if (location.protocol === 'file:') {
    return fail('This page does not work when it is opened as a file: it needs a web server. ' +
        'Run ./scripts/run.sh and open the address it prints.');
  }
  if (!('noModule' in document.createElement('script'))) {
    return fail('This browser is too old for this page. ' +
        'Use Chrome or Edge 91, Firefox 89, Safari 16.4, or anything newer.');
  }

  document.getElementById('status').textContent = 'Loading the recogniser …';

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
      fail((missing.join(', ') || nameOf(element.src)) + ': could not be loaded. ' +
          'Copy the whole build/site folder again, then reload.');
    }
  }, true);
  window.addEventListener('unhandledrejection', function (event) {
    failWith(event.reason, String(event.reason));
  });
})();
