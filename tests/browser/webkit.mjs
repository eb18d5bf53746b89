// WebKit, the engine of Safari: WebKitGTK's small browser on a display of its own, driven by WebDriver.

import {spawn} from 'node:child_process';
import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Builder, Capabilities} from 'selenium-webdriver';
import {freePort, until} from './support.mjs';

/** Debian keeps it in a folder that is named for the architecture. */
async function findMiniBrowser() {
  for (const folder of await readdir('/usr/lib')) {
    const places = await readdir(join('/usr/lib', folder, 'webkit2gtk-4.1')).catch(() => []);
    if (places.includes('MiniBrowser')) return join('/usr/lib', folder, 'webkit2gtk-4.1/MiniBrowser');
  }
  throw new Error('there is no MiniBrowser in /usr/lib/*/webkit2gtk-4.1: install libwebkit2gtk-4.1-0');
}

/** Starts a virtual screen. */
async function startDisplay() {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'],
      {stdio: ['ignore', 'ignore', 'ignore', 'pipe']});
  const number = await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    server.stdio[3].once('data', (digits) => resolve(String(digits).trim()));
  });
  return {server, name: `:${number}`};
}

/**
 * Starts WebKit.
 * @returns {Promise<{driver: import('selenium-webdriver').WebDriver, close: () => Promise<void>}>}
 */
export async function launchWebKit() {
  const display = await startDisplay();
  const home = await mkdtemp(join(tmpdir(), 'numeral-webkit-'));
  const port = await freePort();
  const env = {
    ...process.env, HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, DISPLAY: display.name, LIBGL_ALWAYS_SOFTWARE: '1', MESA_SHADER_CACHE_DISABLE: '1',
    // No desktop is there to be asked.
    GSETTINGS_BACKEND: 'memory', GTK_A11Y: 'none', NO_AT_BRIDGE: '1',
  };
  const service = spawn('WebKitWebDriver', [`--port=${port}`], {env, stdio: 'ignore'});
  const url = `http://127.0.0.1:${port}`;
  await until('WebKitWebDriver answers', () => fetch(`${url}/status`).then(({ok}) => ok, () => false), {timeout: 20_000});
  const driver = await new Builder().usingServer(url).withCapabilities(new Capabilities({
    'browserName': 'MiniBrowser',
    'webkitgtk:browserOptions': {
      binary: await findMiniBrowser(),
      args: ['--automation'],
    },
  })).build();
  return {
    driver,
    close: async () => {
      await driver.quit();
      service.kill();
      display.server.kill();
      await rm(home, {recursive: true, force: true, maxRetries: 10});
    },
  };
}
