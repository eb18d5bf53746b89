// Keeps the page in the browser, so that it works without a network, and offers new versions of
// it. Without service workers, or where one cannot be installed, the page works as ever.

const serviceWorker = ourServiceWorker();
const element = (id) => document.getElementById(id);

// Another version has taken over. From here on this page would be served that one's files.
serviceWorker?.addEventListener('controllerchange', () => location.reload());

/** Where there is one: in secure contexts, unless the page is in a frame that must not have it. */
function ourServiceWorker() {
  try {
    return navigator.serviceWorker;
  } catch {
    return undefined;
  }
}

/** Offers a version that is there, but waits for the pages of the old one to be closed. */
function offer(registration) {
  if (!registration.waiting || !serviceWorker.controller) return;
  element('status').textContent = texts.newVersion;
  element('update').hidden = false;
  element('update').onclick = () => registration.waiting?.postMessage('take over');
}

/**
 * Whether the page is in a frame of another site's page. Kept for offline use it would be served with
 * `frame-ancestors 'self'`, and stay away at the next visit.
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
    const url = new URL('service-worker.js', import.meta.url);
    const registration = await serviceWorker.register(url);
    offer(registration);
    registration.addEventListener('updatefound', () => {
      registration.installing.addEventListener('statechange', () => offer(registration));
    });
  } catch {
    // The browser or its user does not want one.
  }
}
