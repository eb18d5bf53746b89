// Fetching files that must be exactly the ones that were built.

import {sha256} from './sha256.js';

/** A download that delivers nothing for so long is given up. */
const PATIENCE_MS = 15000;

/** What a person may do about a file that is not the one that was built. */
export const COPY_AGAIN = 'Copy the whole build/site folder again, then reload without the cache ' +
    '(Ctrl+Shift+R).';

/** For a file of which nothing arrived. */
export const UNREACHABLE = 'it could not be fetched. Check that the server still runs, then ' +
    'reload.';

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
 * The promise, or an error where it takes longer than our patience.
 * @template T
 * @param {Promise<T>} promise
 * @param {string} file what is waited for
 * @returns {Promise<T>}
 */
export function inTime(promise, file) {
  let timer;
  const late = new Promise((_, reject) => {
    const message = `nothing arrived for ${PATIENCE_MS / 1000} seconds. ` +
        'Check the connection and the server, then reload.';
    timer = setTimeout(() => reject(new NumeralError(message, {file, retriable: true})),
        PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * Downloads a file and checks that it is the expected one. A copy that is not may come from a
 * cache that still holds an older build, so it is asked for once more, past the caches.
 *
 * @param {string} url absolute
 * @param {{bytes?: number, sha256?: string}} expected without them anything will do
 * @param {(bytes: number) => void} [onreceived] hears how many more have arrived; negative, if
 *     they are to be fetched again
 * @returns {Promise<Uint8Array>}
 */
export async function download(url, expected, onreceived = () => {}) {
  const first = await attempt(url, expected, onreceived, 'default');
  if (!first.error) return first.content;
  const second = await attempt(url, expected, onreceived, 'reload');
  if (!second.error) return second.content;
  throw second.error;
}

/** One download: the content, or what is wrong with it. */
async function attempt(url, expected, onreceived, cache) {
  const file = nameOf(url);
  const aborter = new AbortController();
  const chunks = [];
  let received = 0, broken = false;
  const failed = (problem, {retriable = true} = {}) => {
    onreceived(-received);
    return {error: new NumeralError(problem, {file, retriable})};
  };
  try {
    const response = await inTime(request(url, {cache, signal: aborter.signal}), file);
    if (!response.ok) return failed(`the server answered ${response.status}. ${COPY_AGAIN}`);
    const reader = response.body.getReader();
    for (;;) {
      const {done, value} = await inTime(reader.read(), file);
      if (done) break;
      chunks.push(value);
      received += value.length;
      onreceived(value.length);
    }
  } catch (error) {
    aborter.abort();
    if (error instanceof NumeralError) throw error;
    broken = true;
  }

  if (broken && received === 0) return failed(UNREACHABLE);
  if (broken || received < expected.bytes) {
    const whole = expected.bytes === undefined ? 'more' : expected.bytes;
    return failed(`cut off: ${received} bytes arrived, expected ${whole}. ${COPY_AGAIN}`);
  }
  const content = joined(chunks, received);
  if (expected.sha256 && (await digest(content)) !== expected.sha256) {
    // Loading again would not help: what is expected would still be the same.
    return failed('it does not match its SHA-256: the files here are of different builds. ' +
        COPY_AGAIN, {retriable: false});
  }
  return {content};
}

/** As fetch; in Node.js also a file. */
async function request(url, options) {
  if (!globalThis.process || !url.startsWith('file:')) return fetch(url, options);
  // A name that bundlers for browsers do not look for.
  const module = 'node:fs/promises';
  const {readFile} = await import(/* @vite-ignore */ /* webpackIgnore: true */ module);
  return new Response(await readFile(new URL(url)));
}

function joined(chunks, bytes) {
  const content = new Uint8Array(bytes);
  let position = 0;
  for (const chunk of chunks) {
    content.set(chunk, position);
    position += chunk.length;
  }
  return content;
}

/** The SHA-256 of some bytes in hexadecimal. */
async function digest(bytes) {
  if (!globalThis.crypto?.subtle) return sha256(bytes);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
