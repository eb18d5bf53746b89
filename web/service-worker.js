// Keeps one version of the page in the browser, whole, so that it works without a network. The
// build puts `site` before this: the version, and its files with their SHA-256.
//
// A page is served by one version for as long as it is open. A new version is installed beside
// that one, and takes over when no page of the old one is open any more, or when it is told to.

const scope = self.registration.scope;

// As in web/_headers, for servers that send no such headers themselves. What they send stays.
const POLICIES = {
  'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; " +
      "style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; " +
      "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'Permissions-Policy': 'accelerometer=(), camera=(), display-capture=(), geolocation=(), ' +
      'gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

// The caches are the whole origin's, where other copies of this page may be. No URL has a space.
const prefix = `numeral ${scope} `;
const ownCache = prefix + site.version;

/** The URL of each file. */
const files = new Map(
    Object.entries(site.files).map(([name, sha256]) => [new URL(name, scope).href, sha256]));
const index = new URL('index.html', scope).href;

/** Why a version is not installed where the server sends another page than the build made. */
const alteredPage = new Error(`${index} is not of version ${site.version}`);

/** The caches of this version and others. */
async function cacheNames() {
  return (await caches.keys()).filter((name) => name.startsWith(prefix));
}

async function sha256Of(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The response to keep, if it is exactly what it should be. */
async function verified(response, sha256) {
  if (!response?.ok) return null;
  const bytes = await response.arrayBuffer();
  if ((await sha256Of(bytes)) !== sha256) return null;
  // Anew, since a redirected one may not answer a navigation, and for any request, without what no
  // longer applies to its content.
  const headers = new Headers(response.headers);
  for (const name of ['Content-Encoding', 'Content-Length', 'Vary']) headers.delete(name);
  return new Response(bytes, {headers});
}

/**
 * A file of this version: from an older version that has the same, or else from the server; null if
 * that has another.
 */
async function obtain(url, olderCaches) {
  const sha256 = files.get(url);
  for (const cacheName of olderCaches) {
    const kept = await verified(await caches.match(url, {cacheName}), sha256);
    if (kept) return kept;
  }
  // The browser's own cache is only trusted to hold what the server confirms; if that is wrong
  // all the same, it is passed by. The page is asked for as one, since servers that put a script into
  // pages may do so only there.
  const headers = url === index ? {Accept: 'text/html'} : {};
  for (const cache of ['no-cache', 'reload']) {
    const fetched = await verified(await fetch(url, {cache, headers}), sha256);
    if (fetched) return fetched;
  }
  return null;
}

/** Nothing is kept before everything is there. */
async function install() {
  const olderCaches = await cacheNames();
  // The page first: where a server alters it, the other files are not fetched in vain at every visit.
  const page = await obtain(index, olderCaches);
  if (!page) throw alteredPage;
  const others = [...files.keys()].filter((url) => url !== index);
  const responses = await Promise.all(others.map(async (url) => {
    const response = await obtain(url, olderCaches);
    if (!response) throw new Error(`${url} is not of version ${site.version}`);
    return [url, response];
  }));
  responses.push([index, page]);
  const cache = await caches.open(ownCache);
  const kept = await Promise.allSettled(
      responses.map(([url, response]) => cache.put(url, response)));
  const failed = kept.find(({status}) => status === 'rejected');
  if (!failed) return;
  // There is no room. An older worker may have the same files in there.
  if (!olderCaches.includes(ownCache)) await caches.delete(ownCache);
  throw failed.reason;
}

async function deleteOthers() {
  const others = (await cacheNames()).filter((name) => name !== ownCache);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** The URL of the file that a request is for, if it is one of the page's. */
function fileFor({method, mode, url, cache}) {
  // Whoever asks past the caches has reason to, as web/download.js for a file that is wrong.
  if (method !== 'GET' || cache === 'reload') return null;
  if (mode !== 'navigate') return files.has(url) ? url : null;
  const path = url.replace(/[?#].*/, '');
  return path === scope || path === index ? index : null;
}

/** The response with our policies, which hold for a page and for a worker. */
function guarded(response) {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(POLICIES))
    if (!headers.has(name)) headers.set(name, value);
  return new Response(response.body, {headers});
}

async function answer(request, file) {
  // Browsers may have dropped the cache for want of room, or keep its page from using any.
  const kept = await caches.match(file, {cacheName: ownCache}).catch(() => null);
  if (!kept) return fetch(request);
  return request.mode === 'navigate' || request.destination === 'worker' ? guarded(kept) : kept;
}

self.addEventListener('install', (event) => event.waitUntil(install()));
// Development servers put a script into the page. It works, and there is nothing for anybody to mend.
self.addEventListener('unhandledrejection', (event) => {
  if (event.reason === alteredPage) event.preventDefault();
});
self.addEventListener('activate', (event) => event.waitUntil(deleteOthers()));
self.addEventListener('message', ({data}) => data === 'take over' && self.skipWaiting());
self.addEventListener('fetch', (event) => {
  const {request} = event;
  const file = fileFor(request);
  if (file) event.respondWith(answer(request, file));
});
