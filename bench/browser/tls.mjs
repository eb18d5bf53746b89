// Caddy before the bench's servers: the same files over TLS, which browsers want for HTTP/2, once with HTTP/1.1
// and once with HTTP/2.

import {execFile, spawn} from 'node:child_process';
import {createHash, X509Certificate} from 'node:crypto';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {freePort} from '../../tests/browser/free-port.mjs';

/** What Caddy and browsers call these versions of HTTP. */
export const PROTOCOLS = {'HTTP/1.1': {caddy: 'h1', browser: 'http/1.1'}, 'HTTP/2': {caddy: 'h1 h2', browser: 'h2'}};

/** Makes key.pem and certificate.pem. @returns the SHA-256 of the key, by which Chromium can be told to trust it */
async function certify(folder) {
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:*.localhost',
    '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')]);
  const {publicKey} = new X509Certificate(await readFile(join(folder, 'certificate.pem')));
  return createHash('sha256').update(publicKey.export({type: 'spki', format: 'der'})).digest('base64');
}

/**
 * Starts it.
 * @param {string[]} servers the URLs of those behind it
 * @returns their URLs by version of HTTP, and what Chromium needs to trust the certificate
 */
export async function serveWithTls(servers) {
  const folder = await mkdtemp(join(tmpdir(), 'numeral-bench-'));
  const trusted = await certify(folder);
  const ports = {};
  for (const protocol of Object.keys(PROTOCOLS)) ports[protocol] = await freePort();
  // A name each: the pages ask for files at the server's root.
  const urls = servers.map((_, index) => Object.fromEntries(
      Object.entries(ports).map(([protocol, port]) => [protocol, `https://${index}.localhost:${port}`])));
  await writeFile(join(folder, 'Caddyfile'), `{
      admin off
      auto_https disable_redirects
      storage file_system ${folder}
      ${Object.entries(ports).map(([protocol, port]) => `servers 127.0.0.1:${port} {
        protocols ${PROTOCOLS[protocol].caddy}
      }`).join('\n')}
    }
    ${servers.map((url, index) => `${Object.values(urls[index]).join(', ')} {
      bind 127.0.0.1
      tls ${folder}/certificate.pem ${folder}/key.pem
      reverse_proxy ${new URL(url).host}
    }`).join('\n')}`);
  const caddy = spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
      {env: {...process.env, HOME: folder}, stdio: ['ignore', 'ignore', 'pipe']});
  process.once('exit', () => caddy.kill());
  const ended = new Promise((resolve) => caddy.once('exit', resolve));
  let said = '';
  await new Promise((serving, failed) => {
    caddy.stderr.on('data', (more) => {
      said += more;
      if (said.includes('serving initial configuration')) serving();
    });
    caddy.once('error', failed);
    ended.then(() => failed(new Error(`caddy: ${said}`)));
  });
  return {
    trusted,
    urls,
    async close() {
      caddy.kill();
      await ended;
      await rm(folder, {recursive: true});
    },
  };
}
