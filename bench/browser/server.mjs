// A static server that sends everything compressed, as hosts do, and counts what it sends.

import {readFile, stat} from 'node:fs/promises';
import {createServer} from 'node:http';
import {extname, join} from 'node:path';
import {promisify} from 'node:util';
import {brotliCompress, constants, gzip} from 'node:zlib';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** A file's content: uncompressed, gzip and Brotli; and its date. */
async function variants(path) {
  const identity = await readFile(path);
  const [zipped, brotli] = await Promise.all([
    promisify(gzip)(identity, {level: 9}),
    promisify(brotliCompress)(identity, {params: {
      [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: identity.length,
    }}),
  ]);
  return {identity, gzip: zipped, brotli, modified: (await stat(path)).mtime};
}

/**
 * Serves a folder, with Brotli. Every file is compressed once. `more`: names of other files, and their
 * paths.
 */
export async function serve(folder, more = {}) {
  const known = new Map();
  const requested = new Set();
  const load = (name) => {
    if (!known.has(name)) known.set(name, variants(more[name] ?? join(folder, name)));
    return known.get(name);
  };
  const server = createServer(async (request, response) => {
    const name = new URL(request.url, 'http://server').pathname.slice(1) || 'index.html';
    try {
      if (!/^[\w./-]+$/.test(name)) throw new Error(name);
      const {brotli, modified} = await load(name);
      requested.add(name);
      const date = modified.toUTCString();
      if (request.headers['if-modified-since'] === date) return response.writeHead(304).end();
      response.writeHead(200, {
        'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
        'Content-Encoding': 'br',
        'Content-Length': brotli.length,
        'Last-Modified': date,
        'Cache-Control': 'no-cache',
        // Without these the page's clock ticks only every 0.1 ms.
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      }).end(brotli);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    /** The requests since the last call: how many files, and their bytes per encoding. */
    async takeRequested() {
      const files = await Promise.all([...requested].map(load));
      requested.clear();
      const total = (variant) => files.reduce((sum, file) => sum + file[variant].length, 0);
      return {
        requests: files.length,
        identity: total('identity'), gzip: total('gzip'), brotli: total('brotli'),
      };
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}
