// Fetching files that must be exactly the ones that were built.

import {sha256} from './sha256.js';

/** A download that delivers nothing for so long is given up. */
const PATIENCE_MS = 15000;

/**
 * URLs that did not arrive well. The caches may have a wrong copy, or wait for one that never comes,
 * so that these are asked for past them.
 */
const suspects = new Set();

/** What a person may do about a file that is not the one that was built. */
export const COPY_AGAIN = 'Copy the whole build/site folder again, then try again.';

/** For a file of which nothing arrived. */
const UNREACHABLE = 'it could not be fetched. Check that the server still runs, then try again.';

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
        'Check the connection and the server, then try again.';
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
  if (!suspects.has(url)) {
    suspects.add(url);
    const {content} = await attempt(url, expected, onreceived, 'default');
    if (content) {
      suspects.delete(url);
      return content;
    }
  }
  const {content, error} = await attempt(url, expected, onreceived, 'reload');
  if (error) throw error;
  suspects.delete(url);
  return content;
}

/** Asks for a file past the caches, which have the right one again thereby. @param {string} url */
export async function renew(url) {
  const {error} = await attempt(url, {}, () => {}, 'reload');
  if (error) throw error;
}

/** One download: the content, or what is wrong with it. */
async function attempt(url, expected, onreceived, cache) {
  const file = nameOf(url);
  const aborter = new AbortController();
  const chunks = [];
  let response, received = 0, broken = false;
  const failed = (problem) => {
    onreceived(-received);
    return {error: new NumeralError(problem, {file, cause: response, retriable: true})};
  };
  try {
    response = await inTime(request(url, {cache, signal: aborter.signal}), file);
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
  const content = joined(chunks, received);
  const isVerified = !broken && (await digest(content)) === expected.sha256;
  // So some servers say that there is no such file.
  if (!isVerified && /^text\/html\b/.test(response.headers.get('Content-Type')))
    return failed(`the server sent a web page in its place. ${COPY_AGAIN}`);
  if (broken || received < expected.bytes) {
    const whole = expected.bytes === undefined ? 'more' : expected.bytes;
    return failed(`cut off: ${received} bytes arrived, expected ${whole}. ${COPY_AGAIN}`);
  }
  if (isVerified || !expected.sha256) return {content};
  return failed('it does not match its SHA-256: the files here are of different builds. ' +
      COPY_AGAIN);
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
