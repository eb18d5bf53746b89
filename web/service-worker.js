// Keeps one whole version of the page in the browser, so that it works without a network. The build puts
// `site` before this: the version, and its files with their SHA-256.
//
// An open page is always served by one version. A new version is installed beside it, and takes over when
// all pages of the old one are closed, or when it is told to.

const scope = self.registration.scope;

// As in web/_headers, for servers that do not send these headers. A server's own headers stay.
const POLICIES = {
  'Content-Security-Policy': "connect-src 'self'; worker-src 'self'; frame-ancestors 'self'",
  'Permissions-Policy': 'accelerometer=(), camera=(), display-capture=(), geolocation=(), ' +
      'gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

// Other copies of this page on the same origin share its caches. No URL has a space.
const prefix = `numeral ${scope} `;
const ownCache = prefix + site.version;

/** The URL of each file. */
const files = new Map(
    Object.entries(site.files).map(([name, sha256]) => [new URL(name, scope).href, sha256]));
const index = new URL('index.html', scope).href;

/** Why a version is not installed if the server sends another page than the build made. */
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
  // A new response, because a redirected one must not answer a navigation; and without headers that no
  // longer apply to its content.
  const headers = new Headers(response.headers);
  for (const name of ['Content-Encoding', 'Content-Length', 'Vary']) headers.delete(name);
  return new Response(bytes, {headers});
}

/** A file of this version: from an older version's cache or the server; null if neither has it. */
async function obtain(url, olderCaches) {
  const sha256 = files.get(url);
  for (const cacheName of olderCaches) {
    const kept = await verified(await caches.match(url, {cacheName}), sha256);
    if (kept) return kept;
  }
  // First the browser's HTTP cache, if the server confirms its copy; then past it. The page is requested
  // as HTML, because some servers insert a script only then.
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
  // The page first: if a server alters it, the other files are not fetched in vain at every visit.
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
  // The storage is full. An older worker may use the same cache.
  if (!olderCaches.includes(ownCache)) await caches.delete(ownCache);
  throw failed.reason;
}

async function deleteOthers() {
  const others = (await cacheNames()).filter((name) => name !== ownCache);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** The URL of the file that a request is for, if it is one of the page's. */
function fileFor({method, mode, url, cache}) {
  // A request past the caches is for a file whose copy was wrong, as from web/download.js.
  if (method !== 'GET' || cache === 'reload') return null;
  if (mode !== 'navigate') return files.has(url) ? url : null;
  const path = url.replace(/[?#].*/, '');
  return path === scope || path === index ? index : null;
}

/** The response with POLICIES, which apply to pages and workers. */
function guarded(response) {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(POLICIES))
    if (!headers.has(name)) headers.set(name, value);
  return new Response(response.body, {headers});
}

async function answer(request, file) {
  // The browser may have evicted the cache, or forbid the page to use any.
  const kept = await caches.match(file, {cacheName: ownCache}).catch(() => null);
  if (!kept) return fetch(request);
  return request.mode === 'navigate' || request.destination === 'worker' ? guarded(kept) : kept;
}

self.addEventListener('install', (event) => event.waitUntil(install()));
// Expected with development servers, which insert a script into the page: no error to report.
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
