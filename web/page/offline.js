// Keeps the page in the browser, so that it works without a network, and offers new versions of it. It
// also works where no service worker can be installed.

const serviceWorker = serviceWorkerContainer();
const element = (id) => document.getElementById(id);

// Another version has taken over: this page's next requests would be answered with that one's files.
serviceWorker?.addEventListener('controllerchange', () => location.reload());

/** There is none in insecure contexts and in sandboxed frames. */
function serviceWorkerContainer() {
  try {
    return navigator.serviceWorker;
  } catch {
    return undefined;
  }
}

/** Offers a version that is installed and waits until the pages of the old one are closed. */
function offer(registration) {
  if (!registration.waiting || !serviceWorker.controller) return;
  element('status').textContent = texts.newVersion;
  element('update').hidden = false;
  element('update').onclick = () => registration.waiting?.postMessage('take over');
}

/**
 * Whether the page is in a frame on another site. The service worker serves it with `frame-ancestors
 * 'self'`, so at the next visit it could not be shown there.
 */
function isFramedElsewhere() {
  try {
    return !top.location.href;
  } catch {
    return true;
  }
}

/** Installs the page, or its new version, in the background. */
export async function keepOffline() {
  if (!serviceWorker || isFramedElsewhere()) return;
  try {
    const url = new URL('../service-worker.js', import.meta.url);
    const registration = await serviceWorker.register(url);
    offer(registration);
    registration.addEventListener('updatefound', () => {
      registration.installing.addEventListener('statechange', () => offer(registration));
    });
  } catch {
    // The browser or its user does not want one.
  }
}
