// Fetching files of the build, and saying what is wrong with one that cannot be used.

/** A file that has not arrived as a whole by then is given up. */
const TIMEOUT_MS = 60000;

/** What a person may do about a file that is not the one that was built. */
const COPY_AGAIN = 'Copy the whole build/site folder again, then try again.';

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
 * Downloads a file. A first copy that is wrong may come from a cache with an older build, so the file
 * is then asked for once more, past the caches.
 *
 * @param {string} url absolute
 * @param {string} [sha256] of the file, in hexadecimal: the browser lets nothing of another one be read
 *     (Subresource Integrity). Without it any content will do
 * @returns {Promise<Response>}
 * @throws {NumeralError} names the file and what is wrong with it
 */
export async function download(url, sha256) {
  const integrity = sha256 ? integrityOf(sha256) : '';
  let cause;
  for (const cache of ['default', 'reload']) {
    try {
      const response = await fetchFile(url, {cache, integrity});
      if (response.ok) return response;
    } catch (error) {
      cause = error;
      if (error.name === 'TimeoutError') break;
    }
  }
  const mismatch = 'it does not match its SHA-256: the files here are of different builds. ';
  throw new NumeralError(await problemOf(url, cause, mismatch + COPY_AGAIN),
      {file: nameOf(url), cause, retriable: true});
}

/**
 * Imports a module of the build. One that failed is not retriable: browsers keep that it did.
 * @template T
 * @param {string} url absolute
 * @param {(url: string) => Promise<T>} load imports it
 * @returns {Promise<T>}
 * @throws {NumeralError} names the file and what is wrong with it
 */
export async function importFile(url, load) {
  try {
    return await load(url);
  } catch (cause) {
    // An import does not say why it failed.
    const damaged =
        `it is damaged, or the server does not send it as JavaScript (${cause.message}). `;
    throw new NumeralError(await problemOf(url, cause, damaged + COPY_AGAIN),
        {file: nameOf(url), cause});
  }
}

/**
 * Asks for a file past the caches to find out what is wrong with it.
 * @param {string} url
 * @param {Error} cause why it could not be used
 * @param {string} otherwise what is wrong if it does arrive
 */
async function problemOf(url, cause, otherwise) {
  try {
    if (cause?.name === 'TimeoutError') throw cause;
    const response = await fetchFile(url, {cache: 'reload'});
    if (!response.ok) return `the server answered ${response.status}. ${COPY_AGAIN}`;
    // Some servers answer so where there is no such file.
    if (/^text\/html\b/.test(response.headers.get('Content-Type')))
      return `the server sent a web page in its place. ${COPY_AGAIN}`;
    await response.arrayBuffer();
    return otherwise;
  } catch (error) {
    return error.name === 'TimeoutError'
        ? `it did not arrive within ${TIMEOUT_MS / 1000} seconds. ` +
            'Check the connection and the server, then try again.'
        : 'it could not be fetched. Check that the server still runs, then try again.';
  }
}

/** As `fetch`, with a time limit; in Node.js also a file. */
async function fetchFile(url, options) {
  // Chrome has the time limit from version 103 on.
  if (!globalThis.process || !url.startsWith('file:'))
    return fetch(url, {...options, signal: AbortSignal.timeout?.(TIMEOUT_MS)});
  // A name that bundlers for browsers do not look for.
  const module = 'node:fs/promises';
  const {readFile} = await import(/* @vite-ignore */ /* webpackIgnore: true */ module);
  const content = await readFile(new URL(url));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  if (options.integrity && options.integrity !== integrityOf(digest))
    throw new TypeError('integrity mismatch');
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
