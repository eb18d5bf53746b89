// Fetching files of the build, and saying what is wrong with one that cannot be used.

/** A file that has not arrived as a whole by then is given up. */
const TIMEOUT_MS = 60000;

/** What whoever put the page up may do about a file that is not the one that was built. */
const COPY_AGAIN = 'Copy the whole build/site folder again, then try again.';

/** Likewise, for pages of other people; with the URL, because their bundlers rename and move files. */
let adviceOn = (url) => `It was looked for at ${shortened(url)}. Copy all files of one build again; ` +
    'or, where a bundler has left this one behind, say where it is: Recognizer.load({baseUrl}).';

/** Has the errors speak to whoever put up Numeral's own page, from here on. */
export function adviseSiteOwner() {
  adviceOn = () => COPY_AGAIN;
}

/** A URL for people to read: those of data may have thousands of characters. */
const shortened = (url) => url.length > 200 ? `${url.slice(0, 200)} …` : url;

/** Whatever keeps the recogniser from working; the message says what to do about it. */
export class NumeralError extends Error {
  name = 'NumeralError';

  /**
   * @param {string} message
   * @param {{file?: string, cause?: unknown, retriable?: boolean}} [details] `file`: the file's
   *     name, if it is one; `retriable`: whether loading once more may work
   */
  constructor(message, {file, cause, retriable = false} = {}) {
    super(file ? `${file}: ${message}` : message, {cause});
    this.file = file;
    this.retriable = retriable;
  }
}

/** The last part of a URL's path. */
export function nameOf(url) {
  return new URL(url).pathname.split('/').pop();
}

/**
 * A URL that a caller gave, which may be relative to the page or worker.
 * @param {string|URL} url
 * @returns {string} absolute
 * @throws {NumeralError}
 */
export function absolute(url) {
  try {
    return new URL(String(url), globalThis.document?.baseURI ?? globalThis.location?.href).href;
  } catch (cause) {
    throw new NumeralError(`expected an absolute URL, found '${url}': there is no page here that it ` +
        'could be relative to.', {cause});
  }
}

/**
 * Where a file of the build is.
 * @param {string} file its name
 * @param {() => URL} beside gives its URL beside the module that asks: a function, because that throws
 *     where a bundle, or Cloudflare Workers, do not know the module's own URL
 * @param {string|URL} [baseUrl] the folder that it is in, if that is another one
 * @returns {string} absolute
 * @throws {NumeralError}
 */
export function locate(file, beside, baseUrl) {
  if (baseUrl) return absolute(new URL(file, absolute(baseUrl).replace(/\/?$/, '/')));
  let url;
  try {
    ({href: url} = beside());
  } catch (cause) {
    throw new NumeralError('nothing says here where it is. Say so with Recognizer.load({baseUrl}), or ' +
        'hand over what it contains with Recognizer.load({wasm, model}).', {file, cause});
  }
  // Vite 7's development server moves a package's modules into its cache, but not their files.
  return absolute(url.replace(/\/\.vite\/(?:[^?#]*\/)?(?=[^/]*$)/, '/numeral-recognizer/'));
}

/** The bytes of an ArrayBuffer or of a view of one, in memory of their own; null of anything else. */
export function copyOfBytes(given) {
  if (ArrayBuffer.isView(given))
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
  // Not `instanceof`: it may be of another frame, or of a test's environment.
  const isBuffer = Object.prototype.toString.call(given) === '[object ArrayBuffer]';
  return isBuffer ? new Uint8Array(given).slice() : null;
}

/**
 * Whether bytes have a SHA-256. Where that cannot be found out (a page without HTTPS), they are taken to.
 * @param {Uint8Array} bytes
 * @param {string} sha256 in hexadecimal
 */
export async function matches(bytes, sha256) {
  const digest = await globalThis.crypto?.subtle?.digest('SHA-256', bytes);
  return !digest || integrityOf(new Uint8Array(digest)) === integrityOf(sha256);
}

/**
 * Downloads a file. A first copy that is wrong may come from a cache with an older build, so the file
 * is then asked for once more, past the caches.
 *
 * @param {string} url absolute
 * @param {{sha256?: string, file?: string}} [expected] `sha256`: of the file, in hexadecimal: the browser
 *     lets nothing of another one be read (Subresource Integrity). Without it any content will do.
 *     `file`: its name in the build, where the URL may have another
 * @returns {Promise<Response>}
 * @throws {NumeralError} names the file and what is wrong with it
 */
export async function download(url, {sha256, file = nameOf(url)} = {}) {
  const integrity = sha256 ? integrityOf(sha256) : '';
  let cause;
  for (const cache of ['default', 'reload']) {
    try {
      const response = await fetchFile(url, {cache, integrity, sha256});
      if (response.ok) return response;
    } catch (error) {
      cause = error;
      if (error.name === 'TimeoutError') break;
    }
  }
  throw new NumeralError(await problemOf(url, cause), {file, cause, retriable: true});
}

/**
 * Asks for a file past the caches to find out what is wrong with it.
 * @param {string} url
 * @param {Error} cause why it could not be used
 */
async function problemOf(url, cause) {
  const advice = adviceOn(url);
  try {
    if (cause?.name === 'TimeoutError') throw cause;
    const response = await fetchFile(url, {cache: 'reload'});
    if (!response.ok) return `the server answered ${response.status}. ${advice}`;
    // Some servers answer so where there is no such file.
    if (/^text\/html\b/.test(response.headers.get('Content-Type')))
      return `the server sent a web page in its place. ${advice}`;
    await response.arrayBuffer();
    return `it does not match its SHA-256: the files here are of different builds. ${advice}`;
  } catch (error) {
    if (error.name === 'TimeoutError') {
      return `it did not arrive within ${TIMEOUT_MS / 1000} seconds. ` +
          'Check the connection and the server, then try again.';
    }
    return url.startsWith('http') ?
        'it could not be fetched. Check that the server still runs, then try again.' :
        `it could not be fetched (${error.message}). ${advice}`;
  }
}

/** As `fetch`, with a time limit; in Node.js, Deno and Bun also a file. */
async function fetchFile(url, {cache, integrity, sha256}) {
  // Bundlers see no import in this, and leave it alone.
  const files = url.startsWith('file:') && globalThis.process?.getBuiltinModule?.('node:fs/promises');
  // Chrome has the time limit from version 103 on.
  if (!files) return fetch(url, {cache, integrity, signal: AbortSignal.timeout?.(TIMEOUT_MS)});
  const content = await files.readFile(new URL(url));
  if (sha256 && !await matches(content, sha256)) throw new TypeError('integrity mismatch');
  return new Response(content);
}

/**
 * A SHA-256 as the `integrity` option of `fetch` takes it.
 * @param {string|Uint8Array} sha256 in hexadecimal, or as bytes
 */
function integrityOf(sha256) {
  const bytes = typeof sha256 === 'string'
      ? sha256.match(/../g).map((pair) => parseInt(pair, 16)) : sha256;
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}
