// The icons of the installed page as bitmaps, drawn from web/icon.svg. To draw them anew:
//
//   scripts/box node tests/browser/icons.mjs

import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {launch, webFolder} from './support.mjs';

/**
 * The bitmaps and their sizes. A maskable one fills its whole square with the icon's colour, because
 * systems cut their own shape out of it.
 */
export const ICONS = [
  {file: 'icon-192.png', size: 192},
  {file: 'icon-512.png', size: 512},
  {file: 'icon-masked.png', size: 512, masked: true},
];

/** One of them as PNG. */
export async function drawIcon(browser, {size, masked = false}) {
  const svg = await readFile(join(webFolder, 'icon.svg'), 'utf8');
  const page = await browser.newPage({viewport: {width: size, height: size}});
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  if (masked) await page.evaluate(() => document.querySelector('rect').removeAttribute('rx'));
  const png = await page.screenshot({omitBackground: true});
  await page.close();
  return png;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const browser = await launch();
  for (const icon of ICONS)
    await writeFile(join(webFolder, icon.file), await drawIcon(browser, icon));
  await browser.close();
}
