// The configurations of docs/hosting.md, in the servers that they are for.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {
  drawWithMouse, freePort, launch, openReady, predict, projectFolder, siteFolder, until,
} from './support.mjs';

const guide = await readFile(join(projectFolder, 'docs/hosting.md'), 'utf8');

/** The guide's configuration in this language, for a port and the built site. */
function configuration(language, port) {
  const [, text] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(guide);
  return text.replaceAll('/var/www/numeral', siteFolder).replace(/(listen |\*?:)80\b/, `$1${port}`);
}

/** What is around a configuration on a machine that has the server: as little as it runs with. */
const SERVERS = {
  nginx: (folder, text) => ({
    text: `daemon off; pid ${folder}/pid; error_log ${folder}/log;${userInfo().uid === 0 ? ' user root;' : ''}
      events {}
      http {
        include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${folder}/${each};`).join(' ')}
        ${text}
      }`,
    command: ['nginx', '-c', `${folder}/server.conf`, '-e', `${folder}/log`],
  }),
  apache: (folder, text, port) => ({
    text: `${['mpm_event', 'authz_core', 'brotli', 'dir', 'filter', 'headers', 'mime'].map((each) =>
      `LoadModule ${each}_module /usr/lib/apache2/modules/mod_${each}.so`).join('\n')}
      ServerName localhost
      Listen 127.0.0.1:${port}
      PidFile ${folder}/pid
      DefaultRuntimeDir ${folder}
      ErrorLog ${folder}/log
      TypesConfig /dev/null
      AddType text/html .html
      AddType text/css .css
      AddType text/javascript .js
      AddType application/json .json
      AddType image/svg+xml .svg
      AddType image/png .png
      DirectoryIndex index.html
      <Directory />
        Require all granted
      </Directory>
      ${text}`,
    command: ['apache2', '-D', 'FOREGROUND', '-f', `${folder}/server.conf`],
  }),
  caddyfile: (folder, text) => ({
    text: `{\nadmin off\nstorage file_system ${folder}\n}\n${text}`,
    command: ['caddy', 'run', '--adapter', 'caddyfile', '--config', `${folder}/server.conf`],
  }),
};

/** Starts a server with the guide's configuration; the test's end stops it. */
async function start(t, language) {
  const folder = await mkdtemp(join(tmpdir(), 'numeral-server-'));
  await chmod(folder, 0o755);
  const port = await freePort();
  const {text, command: [program, ...options]} = SERVERS[language](folder, configuration(language, port), port);
  await writeFile(join(folder, 'server.conf'), text);
  const server = spawn(program, options, {env: {...process.env, HOME: folder}, stdio: ['ignore', 'ignore', 'pipe']});
  let said = '';
  server.stderr.on('data', (more) => (said += more));
  t.after(async () => {
    server.kill();
    await new Promise((ended) => server.exitCode === null ? server.once('exit', ended) : ended());
    await rm(folder, {recursive: true, maxRetries: 10});
  });
  const url = `http://127.0.0.1:${port}/`;
  await until(`${program} answers`, async () => {
    if (server.exitCode !== null)
      throw new Error(`${program}: ${said} ${await readFile(join(folder, 'log'), 'utf8').catch(() => '')}`);
    return fetch(url).then(({ok}) => ok, () => false);
  }, {timeout: 20_000});
  return url;
}

/** A request as a browser makes it; fetch would add headers of its own. */
const ask = (url, headers = {}) => fetch(url, {headers: {'Accept-Encoding': 'br, gzip', ...headers}});

/** Whether a program is there: a machine of its own need not have every server. */
const isThere = (program) => new Promise((resolve) =>
  spawn(program, ['-v'], {stdio: 'ignore'}).once('error', () => resolve(false)).once('exit', () => resolve(true)));

for (const language of Object.keys(SERVERS)) {
  const [program] = SERVERS[language]('', '', 0).command;
  const skip = !await isThere(program) && `there is no ${program}`;
  test(`${language}: the page runs, with the guide's headers, caching and compression`, {skip}, async (t) => {
    const url = await start(t, language);
    const page = await ask(url);
    const expected = [...guide.matchAll(/^ {2}add_header ([\w-]+) "(.*)" always;$/gm)];
    assert.ok(expected.length >= 4);
    for (const [, name, value] of expected) assert.equal(page.headers.get(name), value, name);
    assert.equal(page.headers.get('Cache-Control'), 'no-cache');
    const tag = page.headers.get('ETag');
    assert.ok(tag, 'it has an ETag');
    assert.equal((await ask(url, {'If-None-Match': tag})).status, 304);

    for (const [file, type] of [['numeral.wasm', 'application/wasm'], ['digits.ort', 'application/octet-stream'], ['numeral.js', 'javascript']]) {
      const {headers} = await ask(url + file);
      assert.ok(headers.get('Content-Type').includes(type), `${file}: ${headers.get('Content-Type')}`);
      assert.match(headers.get('Content-Encoding') ?? 'none', /^(br|gzip)$/, `${file} is compressed`);
      assert.equal(headers.get('Cache-Control'), file.endsWith('.js') ? 'no-cache' : 'max-age=31536000, immutable', file);
    }

    const browser = await launch();
    t.after(() => browser.close());
    const opened = await openReady(browser, url);
    await drawWithMouse(opened.page, placed(digits[7][0]));
    assert.deepEqual(await predict(opened), ['Predicted Digit: 7']);
    assert.deepEqual(opened.errors, []);
    assert.deepEqual(opened.printed, [{type: 'log', text: 'Predicted Digit: 7'}]);
  });
}
